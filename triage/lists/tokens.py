"""Inline Markdown and HTML cut into tokens: links in all their spellings, emphasis, brackets, images, folds, bare URLs.

A token is a leaf text inside layers of marks: `*(2024-TMI)*` is "2024-TMI" within `*(` and `)*`. Joined, the tokens
are the text. Patterns are flat alternations without nested repetition, so that time stays linear.
"""

import re
from dataclasses import dataclass

PLAIN = "plain"
LINK = "link"
IMAGE = "image"
STRONG = "strong"
EM = "em"
BRACKET = "bracket"
PAREN = "paren"
FOLD = "fold"
FIGURE = "figure"
URL = "url"
TAG = "tag"
CODE = "code"

_LABEL = r"(?<!\\)\[(?:\\.|[^\[\]\\\n]|\[(?:\\.|[^\[\]\\\n]){0,400}\](?:\([^()\n]{0,400}\))?){0,1500}\]"
_TARGET = r"\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)"
_TOKEN = re.compile(
    rf"""(?P<fold><details\b.*?</details>(?:[ \t]*</details>)*)
    |(?P<figure><(?P<box>div|p|center)\b[^>]*>\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?\s*</(?P=box)>)
    |(?P<image>!{_LABEL}{_TARGET})
    |(?P<outer>\[{_LABEL}{_TARGET}\])(?!\()
    |(?P<link>{_LABEL}[ ]?{_TARGET})
    |(?P<bracket>{_LABEL})
    |(?P<anchor><a\b[^>]*>[^\n]*?</a>)
    |(?P<img><img\b[^>]*>)
    |(?P<bold><(?P<b>b|strong)>[^\n]*?</(?P=b)>)
    |(?P<italic><(?P<i>i|em)>[^\n]*?</(?P=i)>)
    |(?P<tag></?[A-Za-z][^>\n]*>)
    |(?P<strong>\*\*(?![\s*])(?:[^*\n]|(?<!\*)\*(?!\*)){{1,3000}}?(?<!\s)\*\*(?!\*)|(?<!\w)__(?![\s_])[^\n]{{1,1000}}?(?<![\s_])__(?!\w))
    |(?P<em>(?<!\*)\*(?![\s*])[^*\n]{{1,3000}}?(?<!\s)\*(?!\*)|(?<![\w_])_(?![\s_])[^_\n]{{1,1500}}?(?<!\s)_(?![\w_]))
    |(?P<code>`[^`\n]+`)
    |(?P<url>https?://[^\s<>\[\]|]*[^\s<>\[\]|.,;:!?)])
    |(?P<paren>\((?:[^()\n]|\([^()\n]{{0,200}}\)){{1,500}}\))
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_MARKED = re.compile(
    r"(?P<open>\[|\*\*|__|\*|_|`|<b>|<i>)(?P<inner>(?<=\[)[^\[\]]+(?=\]$)|(?<=\*\*).+(?=\*\*$)|(?<=__).+(?=__$)"
    r"|(?<=\*)[^*]+(?=\*$)|(?<=_)[^_]+(?=_$)|(?<=`)[^`]+(?=`$)|(?<=<b>).+(?=</b>$)|(?<=<i>).+(?=</i>$))"
    r"(?:\]|\*\*|__|\*|_|`|</b>|</i>)"
)
_HREF = re.compile(r"(href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_SUMMARY = re.compile(r"(<summary\b[^>]*>.*?</summary>)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """`before + inner + after` is the text; for a link it is `before + inner + middle + url + after`."""

    kind: str
    text: str
    before: str = ""
    inner: str = ""
    middle: str = ""
    url: str | None = None
    after: str = ""


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, in order; their texts joined are `text`."""
    tokens: list[Token] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            tokens.append(Token(PLAIN, text[at : found.start()], inner=text[at : found.start()]))
        kind = found.lastgroup if found.lastgroup not in ("box", "b", "i") else _named(found)
        tokens.append(_token(kind or PLAIN, found.group()))
        at = found.end()
    if at < len(text):
        tokens.append(Token(PLAIN, text[at:], inner=text[at:]))
    return tokens


def _named(found: re.Match[str]) -> str:
    return next(name for name in ("figure", "bold", "italic") if found.group(name) is not None)


def _token(group: str, text: str) -> Token:
    if group in ("link", "image", "outer"):
        return _link(group, text)
    if group in ("anchor", "img", "figure"):
        return _html_link(group, text)
    if group == "fold":
        head = _SUMMARY.search(text)
        begin = head.end() if head else text.index(">") + 1
        end = text.rindex("</details>") if text.count("</details>") == 1 else text.index("</details>")
        inner = text[begin:end]
        left, right = len(inner) - len(inner.lstrip()), len(inner.rstrip())
        if not inner.strip():
            left = right = inner.find("\n") + 1
        return Token(FOLD, text, text[:begin] + inner[:left], inner[left:right], after=inner[right:] + text[end:])
    if group in ("tag", "url"):
        return Token(TAG if group == "tag" else URL, text, inner=text, url=text if group == "url" else None)
    if group in ("bold", "italic"):
        begin, end = text.index(">") + 1, text.rindex("<")
        return _wrapped(STRONG if group == "bold" else EM, text, text[:begin], text[begin:end], text[end:])
    width = 2 if group == "strong" else 1
    kind = {"strong": STRONG, "em": EM, "bracket": BRACKET, "paren": PAREN, "code": CODE}[group]
    return _wrapped(kind, text, text[:width], text[width:-width], text[-width:])


def _wrapped(kind: str, text: str, before: str, inner: str, after: str) -> Token:
    """Marks around one other token become part of it: `**[title](url)**` is a link."""
    within = _TOKEN.fullmatch(inner.strip())
    if within is None:
        return Token(kind, text, before, inner, after=after)
    left = inner[: len(inner) - len(inner.lstrip())]
    right = inner[len(inner.rstrip()) :] if inner.strip() else ""
    group = within.lastgroup if within.lastgroup not in ("box", "b", "i") else _named(within)
    token = _token(group or PLAIN, inner.strip())
    kept = kind if token.kind in (EM, BRACKET, PAREN, CODE) and kind == STRONG else token.kind
    return Token(
        kept, text, before + left + token.before, token.inner, token.middle, token.url, token.after + right + after
    )


def _link(group: str, text: str) -> Token:
    core = text[1:-1] if group == "outer" else text
    lead, trail = ("[", "]") if group == "outer" else ("", "")
    if group == "image":
        core, lead = core[1:], "!"
    split = _label_end(core)
    label, target = core[1:split], core[split + 1 :]
    gap = target[: target.index("(") + 1]
    url = target[len(gap) : -1]
    before, inner, after = lead + "[", label, "]"
    if group != "image":
        marked = _MARKED.fullmatch(label)
        while marked and (marked["open"] == "[" or _TOKEN.fullmatch(label)):
            before, inner, after = before + marked["open"], marked["inner"], label[marked.end("inner") :] + after
            label = inner
            marked = _MARKED.fullmatch(label)
    space = re.match(r"\s*<?", url)
    left = space.group() if space else ""
    rest = url[len(left) :]
    tail = re.search(r"(?:>?\s+(?:\"[^\"]*\"|'[^']*')\s*|>?\s*)$", rest)
    cut = tail.start() if tail else len(rest)
    kind = IMAGE if group == "image" else LINK
    return Token(kind, text, before, inner, after + gap + left, rest[:cut], rest[cut:] + ")" + trail)


def _label_end(core: str) -> int:
    depth = 0
    for place, character in enumerate(core):
        if place and core[place - 1] == "\\":
            continue
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return place
    return len(core) - 1


def _html_link(group: str, text: str) -> Token:
    found = (
        _HREF.search(text)
        if group != "figure"
        else re.compile(r"(src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)").search(text)
    )
    if not found:
        return Token(TAG, text, inner=text)
    begin, end = found.span(2)
    if text[begin] in "\"'":
        begin, end = begin + 1, end - 1
    if group == "anchor":
        close = text.rindex("<")
        opened = text.index(">", end) + 1
        # An anchor reads URL before label; its token says so by an empty `before` and the label in `after`'s place.
        return Token(
            LINK,
            text,
            text[:begin],
            text[opened:close],
            text[end:opened],
            text[begin:end],
            "</a>" if close + 4 == len(text) else text[close:],
        )
    return Token(FIGURE if group == "figure" else IMAGE, text, text[:begin], "", "", text[begin:end], text[end:])
