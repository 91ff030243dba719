"""The sections of a list: its headings as a reader sees them, what kind each is, and the one that a person names."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.errors import ListError
from triage.identity import title_key
from triage.lists.pairs import unescape, without_comments, without_links
from triage.lists.structure import HEADING, UNDERLINE, Line
from triage.models import PATH_SEPARATOR, SectionPath, show_path

TOPIC = "topic"
VENUE = "venue"
TIME = "time"
HOUSEKEEPING = "housekeeping"
_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_ANCHOR = re.compile(r"\{#[\w-]+\}\s*$")
_HOUSEKEEPING = re.compile(
    r"""^\W*(?:\d+\.?\s*)?(?:
        (?:table\s+of\s+)?contents?(?:\s*\(toc\))? | toc | index | catalogu?e? | outline | navigation |
        tips? | legend | notation | star(?:gazers)?[\s-]*history | stars?\s+over\s+time | stargazers |
        (?:recent\s+|latest\s+)?(?:updates?|news|announcements?)(?:\s+log)? | what'?s\s+new | change\s?log | logs? |
        (?:how\s+to\s+)?cit(?:e|ing|ations?)(?:\s+(?:us|this|our|the|it)\b.*)? | (?:bib\s?tex|reference\s+this)\b.* |
        acknowledge?ments? | thanks(?:\s+to\b.*)? | credits? | support(?:\s+us)? | activity |
        (?:our\s+|project\s+|list\s+of\s+)?(?:contributors?|maintainers?|authors?|team|members)
            (?:\s*(?:&|and)\s*\w+)? |
        (?:how\s+to\s+)?contribut(?:e|ing|ions?)(?:\s+(?:to|guide|guidelines)\b.*)? | contacts?(?:\s+us)? |
        licen[cs]e | sponsors? | disclaimer | feedback | about(?:\s+(?:us|this)\b.*)? | introduction | motivation |
        getting\s+started | installation | usage | quick\s?start | to[\s-]?do(?:\s+list)? | faq | community |
        join\s+us\b.* | welcome\b.*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_TIME = re.compile(
    rf"^\W*(?:(?:year\s+)?(?:19|20)\d\d(?:\s*[-/.]\s*(?:\d{{1,2}}|(?:19|20)?\d\d))?|{_MONTH}\W*(?:\d{{1,2}}\W+)?(?:19|20)\d\d|(?:19|20)\d\d\W*(?:{_MONTH}|q[1-4])|"
    rf"(?:before|until|since|earlier|pre)\W*(?:than\s+)?(?:19|20)\d\d|{_MONTH})\W*$",
    re.IGNORECASE,
)
_VENUE = re.compile(
    r"^\W*(?:(?=[A-Z][a-z]*+[A-Z])[A-Z][A-Za-z&+/-]*+(?:\s++[A-Z]{2,}[A-Za-z]*+){0,2}|Nature|Science|Interspeech)"
    r"\s*+[-'’,(]*+\s*+(?:(?:19|20)?\d\d)\)?(?:\s*+(?:workshops?|oral|findings|main|posters?))?\W*$",
)
_VENUE_ALONE = re.compile(r"[Aa]r[Xx]iv|[Pp]reprints?|[A-Z][A-Za-z]{1,8}[A-Z]")
_PAPER = re.compile(
    r"rxiv\.org|doi\.org|openreview\.net|aclanthology|aclweb\.org|thecvf\.com|ecva\.net|proceedings"
    r"|mlr\.press|jmlr\.org|n(?:eur)?ips\.cc|aaai\.org|ijcai\.org|ieee\.org|dl\.acm\.org|springer|sciencedirect"
    r"|nature\.com|science\.org|cell\.com|plos\.org|pnas\.org|wiley\.com|oup\.com|mdpi\.com|frontiersin\.org"
    r"|ncbi\.nlm|pubmed|semanticscholar|usenix\.org|isca-|\.pdf\b"
    r"|\[(?:paper|pdf|abs|publication)s?\\?\]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:\]\(\s*<?|href\s*=\s*[\"']?|(?=https?://))([^)\s\"'>]{1,500})", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|huggingface\.co|kaggle\.com|youtube\.com|youtu\.be"
    r"|twitter\.com|x\.com|colab\.|medium\.com|zhuanlan\.)",
    re.IGNORECASE,
)
"""Where repositories, data, talks and posts are kept."""
_LINK = re.compile(r"\]\([^()\s]{0,2000}\)|https?://\S+|<[^<>]{0,2000}>")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_PAPERS = 0.7
_HARDLY_ANY = 0.2
_TYPO = 0.75
"""A new section's name that is this like a section's (0 to 1) is taken for a misspelling."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and its own body, up to the next heading of any level.

    `start` is the heading's offset, `body` where the text under it begins, `end` where the next heading stands.
    `kind` is "topic", "venue", "time" or "housekeeping" (contents, news, citation, …).
    """

    path: SectionPath
    kind: str
    level: int
    line: int
    start: int
    body: int
    end: int

    @property
    def title(self) -> str:
        """The innermost heading."""
        return self.path[-1] if self.path else ""


def read_sections(text: str, lines: Sequence[Line]) -> tuple[list[Section], list[tuple[int, int]], str]:
    """Sections in order with the line range of their bodies; the text before the first heading has a section too."""
    heads = [i for i, line in enumerate(lines) if line.kind == HEADING]
    shown = {i: visible(lines[i].title) for i in heads}
    heads = [i for i in heads if shown[i]]
    top = min((lines[i].level for i in heads), default=0)
    first = heads[0] if heads else None
    only = first is not None and lines[first].level == top and sum(lines[i].level == top for i in heads) == 1
    title = shown[first] if first is not None and lines[first].level == top else ""
    sections: list[Section] = []
    bodies: list[tuple[int, int]] = []
    if not heads or heads[0] > 0:
        end = heads[0] if heads else len(lines)
        stop = lines[end].start if end < len(lines) else len(text)
        sections.append(Section((title or "Papers",), TOPIC, 0, 1, 0, 0, stop))
        bodies.append((0, end))
    stack: list[tuple[int, str]] = []
    for number, i in enumerate(heads):
        level = lines[i].level
        while stack and stack[-1][0] >= level:
            stack.pop()
        stack.append((level, shown[i]))
        path = tuple(name for _, name in stack)
        if only and len(path) > 1:
            path = path[1:]
        after = heads[number + 1] if number + 1 < len(heads) else len(lines)
        body = i + 1
        while body < after and lines[body].kind == UNDERLINE:
            body += 1
        stop = lines[after].start if after < len(lines) else len(text)
        begin = lines[body].start if body < after else stop
        kind = section_kind(shown[i])
        sections.append(Section(path, kind, level, lines[i].number, lines[i].start, begin, stop))
        bodies.append((body, after))
    return sections, bodies, title


def visible(heading: str) -> str:
    """A heading as a reader sees it: no link targets, images, tags, anchors or emphasis; emoji and numbers stay."""
    shown = _TAG.sub("", without_comments(without_links(_ANCHOR.sub("", heading))))
    if "[[" in heading:
        shown = re.sub(r"\[([^\[\]]*)\]", r"\1", shown)
    shown = re.sub(r"\*\*|__|`", "", shown)
    shown = unescape(shown).replace("&amp;", "&")
    shown = re.sub(r"(?<!\w)\*(\S[^*]*)\*(?!\w)", r"\1", shown)
    return re.sub(r"\s+", " ", shown).strip()


def section_kind(title: str) -> str:
    """ "venue" (CVPR 2025), "time" (2024, May 2023), "housekeeping" (contents, news, citation …), else "topic"."""
    if _HOUSEKEEPING.match(title):
        return HOUSEKEEPING
    if _TIME.match(title):
        return TIME
    return VENUE if _VENUE.match(title) else TOPIC


def is_group_name(line: str) -> bool:
    """Whether a bullet, in bold or with an anchor, only names the year or the venue of those nested in it."""
    words = re.sub(r"[*_:：]+", " ", _TAG.sub("", re.sub(r"^\s*[-*+]\s+", "", line))).strip()
    return bool(_TIME.match(words) or _VENUE.match(words)) or _VENUE_ALONE.fullmatch(words) is not None


def looks_like_paper(text: str) -> bool:
    """Whether an entry points at a paper, or is dated and does not lead to a repository or a talk."""
    if _PAPER.search(text):
        return True
    address = _ADDRESS.search(text)
    return _YEAR.search(_LINK.sub("]", text)) is not None and not (address and _ELSEWHERE.match(address[1]))


def leads_elsewhere(text: str) -> bool:
    """Whether an entry has no address, or its first one is that of a repository, a data set, a talk or a post."""
    address = _ADDRESS.search(text)
    return address is None or _ELSEWHERE.match(address[1]) is not None


def sections_without_papers(entries: Sequence[tuple[SectionPath, str]]) -> set[SectionPath]:
    """The sections of a list of papers that hold hardly any. `entries` are pairs of section and text; in a list that
    names mostly other things, none. A section is told by what its entries point at, not by its name: "Datasets" holds
    papers in one list and downloads in the next."""
    counts: Counter[SectionPath] = Counter()
    papers: Counter[SectionPath] = Counter()
    for section, text in entries:
        counts[section] += 1
        papers[section] += looks_like_paper(text)
    if papers.total() < _MOST_PAPERS * counts.total():
        return set()
    return {section for section, count in counts.items() if papers[section] <= _HARDLY_ANY * count}


def match_section(text: str, sections: Sequence[SectionPath], prefixes: bool = True) -> SectionPath:
    """The one section that `text` names: its whole path ("A > B") or the end of it, in any case; blanks, emoji and
    punctuation may be left out; with `prefixes` also what begins so, with or without its number. Raises ListError that
    names the candidates, or the nearest sections."""
    found = _matching(text, sections, prefixes)
    if len(found) == 1:
        return found[0]
    if found:
        raise ListError(f"{text!r} may be any of: {_quoted(found)}; write more of the path")
    near = _nearest(text, sections)
    raise ListError(f"the list has no section {text!r}; " + (f"nearest: {_quoted(near)}" if near else "it has none"))


def name_section(
    text: str, sections: Sequence[SectionPath], proposed: Sequence[SectionPath] = (), free: bool = False
) -> tuple[SectionPath, bool]:
    """The section that `text` names, and whether the list has yet to get it: one of the `sections`, one of those that
    were `proposed`, "+A > B" for any new one; if names are `free` (a list without entries), also "A > B" alone, unless
    it seems to be misspelt. Raises ListError as `match_section`."""
    new = [path for path in dict.fromkeys(proposed) if path and path not in sections]
    named = text.strip().strip("“”\"'").removesuffix("…").strip()
    typed = tuple(part for part in (part.strip() for part in named.removeprefix("+").split(">")) if part)
    if named.startswith("+") and typed and not _matching(named, sections, prefixes=False):
        same = (path for path in sections if title_key(show_path(path)) == title_key(show_path(typed)))
        there = next(same, None)
        return there or typed, there is None
    for known, prefixes in ((sections, False), (new, False), ((*sections, *new), True)):
        if _matching(named, known, prefixes):
            path = match_section(named, known, prefixes)
            return path, path not in sections
    if free and typed and not _misspelt(named, sections):
        return typed, True
    try:
        return match_section(named, sections), False
    except ListError as error:
        raise ListError(f'{error}; for a new section write "+{named}"') from None


def _matching(text: str, sections: Sequence[SectionPath], prefixes: bool) -> list[SectionPath]:
    """The sections that `text` fits best: by the whole path, else by its end, else (with `prefixes`) by a beginning."""
    for form in (_folded, title_key):
        wanted = form(text)
        whole = [path for path in sections if wanted and form(show_path(path)) == wanted]
        ends = [path for path in sections if wanted and wanted in (form(show_path(path[cut:])) for cut in _cuts(path))]
        if whole or ends:
            return list(dict.fromkeys(whole or ends))
    parts = text.split(PATH_SEPARATOR.strip())
    begun = [path for path in sections if prefixes and _begins(path, parts)]
    return list(dict.fromkeys(begun))


def _cuts(path: SectionPath) -> range:
    return range(1, len(path))


def _begins(path: SectionPath, parts: Sequence[str]) -> bool:
    """Whether names at the path's beginning, or at its end, begin like the parts."""
    windows = {path[: len(parts)], path[-len(parts) :]}
    return any(
        len(names) == len(parts) and all(_name_begins(name, part) for name, part in zip(names, parts, strict=True))
        for names in windows
    )


def _name_begins(name: str, part: str) -> bool:
    bare = re.sub(r"^[\W\d_]+(?=[^\W\d_])", "", name)
    forms: tuple[Callable[[str], str], ...] = (_folded, title_key)
    return any(form(part) and form(one).startswith(form(part)) for form in forms for one in (name, bare))


def _misspelt(text: str, sections: Sequence[SectionPath]) -> bool:
    forms = [form for path in sections for form in (_folded(show_path(path)), _folded(path[-1]))]
    return bool(difflib.get_close_matches(_folded(text), forms, 1, _TYPO))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _quoted(paths: Sequence[SectionPath]) -> str:
    return ", ".join(f'"{show_path(path)}"' for path in paths[:4])


def _nearest(text: str, sections: Sequence[SectionPath]) -> list[SectionPath]:
    wanted = _folded(text)

    def likeness(path: SectionPath) -> float:
        forms = {_folded(show_path(path)), _folded(path[-1])}
        return max(difflib.SequenceMatcher(None, wanted, form).ratio() for form in forms)

    return sorted((path for path in dict.fromkeys(sections) if path), key=likeness, reverse=True)[:3]
