"""What a model's words must stand before they are believed. No model takes part here.

A quote that the paper does not have, or that says something else, voids its value. A summary with a number, a name or
an acronym that the paper does not have is refused, and so is one that copies, runs long, or answers instead of
summarising.
"""

import re
from collections.abc import Iterable, Sequence

from triage.drafting.quotation import find_quotation
from triage.drafting.sentences import plain, sentences
from triage.drafting.summary import content_words

_TOKEN = re.compile(r"[^\W_]+(?:[-.'’/+][^\W_]+)*[+%]?")


def quote_in_text(quote: str, text: str) -> bool:
    """Whether `quote` stands in `text` word for word and is long enough to support something: three words, an address,
    or a name with a digit or a capital inside."""
    if len(quote.split()) < 3 and not re.search(r"https?://|\w[A-Z0-9]|[A-Z]{2}", quote):
        return False
    return find_quotation(quote, text) is not None


_SHARED = 1 / 3
"""The part of a value's telling words that its quotation must have: the rest may be put in other words."""


def unsupported(value: str, quote: str, title: str = "") -> tuple[str, ...]:
    """What `value` says and its quotation does not: its numbers and names (those of the paper's `title` are known), and
    its other words unless a third of them are there, and two at least of four or more. () if it supports the value."""
    ordinary = value[:2].isalpha() and value.split(maxsplit=1)[0][1:].islower()
    strange = invented_tokens(value[:1].lower() + value[1:] if ordinary else value, (quote, title))
    told, there = content_words(value), content_words(quote)
    if len(told & there) >= max(2 if len(told) > 3 else min(1, len(told)), _SHARED * len(told)):
        return strange
    missing = [word for word in re.findall(r"[^\W\d_][\w-]*", value) if content_words(word) - there]
    return tuple(dict.fromkeys((*strange, *missing)))


def invented_tokens(summary: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The capitalised and numeric tokens of `summary` that stand in none of `sources`.

    A token counts if it has a capital or a digit. The word that opens a sentence may be an ordinary word with its
    capital: it passes if it stands in the sources in any case, or is a plain English opening.
    """
    known, known_any = set(), set()
    for source in sources:
        for token in _pieces(source):
            known.add(token)
            known_any.add(token.casefold())
    missing = []
    for sentence in sentences(summary):
        for position, token in enumerate(_TOKEN.findall(sentence)):
            if not re.search(r"[A-Z\d]", token) and not any(c.isupper() for c in token):
                continue
            if position == 0 and _is_opening(token, known_any):
                continue
            if token not in known and not _parts_known(token, known, known_any):
                missing.append(token)
    return tuple(missing)


_OPENINGS = frozenset(
    "a an the this these we it its our their using based given with for to in on by from uses learns proposes "
    "introduces presents "
    "develops designs builds trains combines applies studies shows explores investigates analyzes analyses evaluates "
    "provides extends adapts improves addresses leverages employs detects segments generates models learning training "
    "detecting".split()
)


def _is_opening(token: str, known_any: set[str]) -> bool:
    ordinary = token[1:].islower() or len(token) == 1
    return ordinary and (token.casefold() in known_any or token.casefold() in _OPENINGS)


def _pieces(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    return [*tokens, *(piece for token in tokens for piece in re.split(r"[-/'’]", token) if piece)]


def _parts_known(token: str, known: set[str], known_any: set[str]) -> bool:
    pieces = [piece for piece in re.split(r"[-/'’]", token) if piece]
    if len(pieces) < 2:
        return False
    return all(p in known if re.search(r"[A-Z\d]", p) else p.casefold() in known_any for p in pieces)


_ANSWER = re.compile(
    r"^(?:here(?:'s| is| are)|sure\b|certainly|of course|i (?:cannot|can't|can not|am|will|would)|i'm|as an? (?:ai|"
    r"language)|sorry|"
    r"unfortunately|summary\s*:|the summary|answer\s*:|output\s*:|one[- ]line summary|n/?a\b|none\b|unknown\b|null\b|"
    r"not (?:available|provided|"
    r"stated|mentioned)|no (?:summary|information)|tl;?dr)",
    re.IGNORECASE,
)
_SELF = re.compile(r"^(?:(?:in\s+)?(?:this|the) (?:paper|work|study|article|authors?)|we|our)\b", re.IGNORECASE)
_MARKUP = re.compile(r"https?://|!\[|\]\(|<[a-z/!]|```|\{\s*\"|^\s*#|\x1b|[\x00-\x08\x0b-\x1f]", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether `text` has an address, Markdown or HTML markup, or control characters."""
    return bool(_MARKUP.search(text))


def check_summary(summary: str, paper_text: str, abstract: str, examples: Sequence[str]) -> tuple[str, ...]:
    """Why this summary must not be used; () when nothing speaks against it.

    `paper_text` is all that is known of the paper, `examples` are the list's own one-liners.
    """
    reasons = []
    if not summary.strip():
        return ("it is empty",)
    if has_markup(summary):
        reasons.append("it has markup, an address or control characters")
    if _ANSWER.match(summary.strip()):
        reasons.append("it reads like an answer, not like a summary")
    elif (opening := _SELF.match(summary.strip())) and not _list_opens_so(opening.group(), examples):
        reasons.append(f'it begins with "{opening.group()}", as this list never does')
    invented = invented_tokens(summary, (paper_text,))
    if invented:
        reasons.append(f"the paper does not have: {', '.join(invented)}")
    if _copies(summary, abstract):
        reasons.append("it copies a whole sentence of the abstract")
    longest = _longest(examples)
    if len(summary.split()) > longest:
        reasons.append(f"it has {len(summary.split())} words; this list's longest have {longest}")
    return tuple(reasons)


def _list_opens_so(opening: str, examples: Sequence[str]) -> bool:
    first = opening.casefold().split()[0]
    return any(example.casefold().lstrip().startswith(first) for example in examples)


def _copies(summary: str, abstract: str) -> bool:
    told = plain(summary).strip(" .")
    parts = [plain(part).strip(" .") for part in sentences(abstract)]
    return bool(parts) and any(len(part.split()) > 4 and part in told for part in parts)


def _longest(examples: Sequence[str]) -> int:
    lengths = sorted(len(example.split()) for example in examples)
    return max(8, lengths[min(len(lengths) - 1, int(len(lengths) * 0.9))]) if lengths else 40
