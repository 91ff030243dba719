"""Tier 1 of the checker, which decides alone: the cited key exists, each quotation stands on the page named, numbers
and names occur in what is cited, or follow from it.

It says only what it knows. Of a paper of which the abstract alone is known, nothing that is lacking decides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from triage.evidence.source import ABSTRACT_PAGE, Source
from triage.llm.quotations import Span, find_quotations
from triage.verifying.derived import is_derived, said_of
from triage.verifying.names import find_names, occurs
from triage.verifying.numbers import Quantity, agrees, read_quantities
from triage.verifying.tables.claims import check_table_claim, follows_from_table
from triage.verifying.verdict import Citation, Finding, Statement, Support

_GAP = 3
"""Characters between two sentences that may be blanks; where more are lacking, no quotation goes across."""
_CUT = "\ufffc"
_FEWEST = 3
"""Words of a quotation that is not just a term between quotation marks."""
_ROW = 8
"""More results than this are a table's row run into the text, not what a sentence says."""
_TABLE = re.compile(r"\bTable\s([A-Z]{0,2}\.?\d{1,2})\s(?:of|in)\b")
_ELISION = re.compile(r"(?:\[\s?(?:…|\.\s?\.\s?\.)\s?\]|\(\s?(?:…|\.\s?\.\s?\.)\s?\)|…|\.\s?\.\s?\.)")
_BRACKETS = re.compile(r"\[([^\[\]]{0,80})\]")


def check_mechanically(statement: Statement, cited: Mapping[str, Source | None]) -> tuple[Finding, ...]:
    """What is wrong with the statement, given the paper of each key that it cites: None if nobody knows the key. A
    statement without citations has no findings, nor has one whose sources say what it says."""
    findings: list[Finding] = []
    for key in dict.fromkeys(citation.key for citation in statement.citations):
        if cited.get(key) is None:
            findings.append(Finding("unknown key", f"nothing is known under the key {key}", decides=True))
    known = {key: source for key, source in cited.items() if source is not None and source.sentences}
    if not known:
        return tuple(findings)
    whole = all(source is not None and _is_read(source) for source in cited.values())
    findings += [
        finding
        for quote in statement.quotes
        if _says(quote) and (finding := _check_quote(quote, statement, known, whole))
    ]
    findings += _check_numbers(statement, tuple(known.values()), whole)
    findings += _check_tables(statement, tuple(known.values()))
    findings += _check_names(statement, tuple(known.values()), whole)
    return tuple(findings)


def _is_read(source: Source) -> bool:
    """Whether its full text is known, not only its abstract."""
    return any(page != ABSTRACT_PAGE for page in source.pages)


# Quotations


def find_quoted(quote: str, source: Source) -> tuple[int, ...]:
    """The pages on which `quote` stands: every place counts, and a quotation across a page's end stands on both pages.
    "…" and "[...]" leave words out, between parts that stand in this order; what stands in [brackets] at the beginning
    or the end of a part is the writer's. () if it stands nowhere."""
    pages = _pages(source)
    found = {number for number, text in pages if _stands(quote, text)}
    if not found:
        for (number, text), (following, more) in pairwise(pages):
            if following == number + 1 and number != ABSTRACT_PAGE and _stands(quote, f"{text}\n{more}"):
                return (number, following)
    return tuple(sorted(found))


@lru_cache(maxsize=16)
def _pages(source: Source) -> tuple[tuple[int, str], ...]:
    """The text of each page as far as sentences have it, in order of pages."""
    texts: dict[int, str] = {}
    ends: dict[int, int] = {}
    for sentence in sorted(source.sentences, key=lambda sentence: (sentence.page, sentence.start)):
        page, end = sentence.page, ends.get(sentence.page)
        if end is None:
            texts[page] = sentence.text
        elif sentence.end > end:
            link = "\n" if sentence.start - end <= _GAP else f"\n{_CUT}\n"
            texts[page] += (
                sentence.text[max(0, end - sentence.start) :] if sentence.start < end else link + sentence.text
            )
        ends[page] = max(sentence.end, end or 0)
    return tuple(texts.items())


def _stands(quote: str, text: str) -> bool:
    if next(find_quotations(quote, text), None):
        return True
    parts = [part for part in _ELISION.split(quote) if any(c.isalnum() for c in part)]
    if len(parts) == 1 and not _BRACKETS.search(quote):
        return False
    at = 0
    for part in parts:
        span = _first_after(part, text, at)
        if span is None:
            return False
        at = span.end
    return bool(parts)


def _first_after(part: str, text: str, at: int) -> Span | None:
    """The first place behind `at` where the part stands, with its brackets' words or without."""
    for written in _readings(part):
        if any(c.isalnum() for c in written):
            span = next((span for span in find_quotations(written, text) if span.start >= at), None)
            if span:
                return span
    return None


def _readings(part: str) -> Iterator[str]:
    """The part as it is, with [T]he as "The", and without what is in brackets at its ends."""
    yield part
    if _BRACKETS.search(part):
        yield _BRACKETS.sub(r"\1", part)
        yield re.sub(r"^\W{0,3}\[[^\[\]]{0,80}\]\w{0,20}|\[[^\[\]]{0,80}\]\W{0,3}$", "", part)


def _says(quote: str) -> bool:
    return any(c.isalnum() for c in quote)


def _check_quote(quote: str, statement: Statement, known: Mapping[str, Source], whole: bool) -> Finding | None:
    found = {key: pages for key, source in known.items() if (pages := find_quoted(quote, source))}
    shown = f"“{quote if len(quote) <= 90 else quote[:87] + '…'}”"
    if not found:
        decides = whole and len(quote.split()) >= _FEWEST
        where = ", ".join(known) + ("" if whole else ", as far as it is known")
        return Finding("quotation", f"{shown} does not stand in {where}", decides)
    named = [citation for citation in statement.citations if citation.key in found and citation.pages]
    if not named or any(_is_there(citation, found[citation.key]) for citation in named):
        return None
    if any(not citation.pages and citation.key in found for citation in statement.citations):
        return None
    first = named[0]
    there, said = _list_pages(found[first.key]), _list_pages(first.pages)
    return Finding("page", f"{shown} stands in {first.key} on {there}, not on {said}")


def _is_there(citation: Citation, pages: Sequence[int]) -> bool:
    return not set(citation.pages).isdisjoint(pages)


def _list_pages(pages: Sequence[int]) -> str:
    if tuple(pages) == (ABSTRACT_PAGE,):
        return "the abstract"
    shown = ", ".join("the abstract" if page == ABSTRACT_PAGE else str(page) for page in pages)
    return f"p. {shown}" if len(pages) == 1 else f"pp. {shown}"


# Numbers


@dataclass(frozen=True, slots=True)
class _Known:
    """The numbers of a source: all of them, and those that stand together (a sentence with its neighbours)."""

    all: tuple[Quantity, ...]
    together: tuple[tuple[Quantity, ...], ...]
    counts: frozenset[int]


def _check_numbers(statement: Statement, sources: Sequence[Source], whole: bool) -> Iterator[Finding]:
    known = [_numbers(source) for source in sources]
    claimed = read_quantities(statement.text)
    found = [one for one in claimed if any(agrees(one, other) for numbers in known for other in numbers.all)]
    # A preprint and what was published of it may be a year apart.
    years = {source.year + step for source in sources if source.year for step in (-1, 0, 1)}
    where = "the cited papers" if len(sources) > 1 else "the cited paper"
    is_sentence = sum(one.is_measured for one in claimed) <= _ROW
    for one in claimed:
        if one in found or (one.year and int(one.value) in years):
            continue
        if one.value in (0.0, 1.0) or any(one.value in numbers.counts for numbers in known):
            continue
        said = said_of(one, statement.text)
        if is_derived(one, said, found) or any(
            is_derived(one, said, part) for numbers in known for part in numbers.together
        ):
            continue
        if any(follows_from_table(one, statement.text, table) for source in sources for table in source.tables):
            continue
        decides = whole and is_sentence and one.is_measured and not one.year and not one.about
        known_part = where if whole else f"what is known of {where}"
        yield Finding("number", f"{one.text} neither stands in {known_part} nor follows from its numbers", decides)


@lru_cache(maxsize=64)
def _numbers(source: Source) -> _Known:
    texts = [source.title, *(sentence.text for sentence in source.sentences)]
    read = [read_quantities(text, all_numbers=True) for text in texts]
    own = [read_quantities(text) for text in texts]
    together = tuple(dict.fromkeys((*one, *other) for one, other in pairwise(own) if one or other))
    counts = frozenset(count for text in texts for count in _listed(text))
    return _Known(tuple(one for part in read for one in part), together, counts)


def _listed(text: str) -> Iterator[int]:
    """How many things a sentence lists: "AEs, VAEs, and GANs" are three."""
    for last in re.finditer(r"\b(?:and|or|as well as|&)\s", text):
        before = text[max(0, last.start() - 400) : last.start()].rstrip(", ")
        yield 2
        for commas, _ in enumerate(re.finditer(",", before), 1):
            yield commas + 2


def _check_tables(statement: Statement, sources: Sequence[Source]) -> Iterator[Finding]:
    """Whether "Table 2 of" a cited paper says so. It does not decide: which rows are meant is read from their names."""
    for found in _TABLE.finditer(statement.text):
        tables = [table for source in sources for table in source.tables if table.number == found[1]]
        verdicts = [check_table_claim(statement.text, table) for table in tables]
        if verdicts and all(verdict.support is Support.UNSUPPORTED for verdict in verdicts):
            yield Finding("table", f"Table {found[1]} has it otherwise: {'; '.join(verdicts[0].reasons)}")


# Names


def _check_names(statement: Statement, sources: Sequence[Source], whole: bool) -> Iterator[Finding]:
    texts = tuple(_whole_text(source) for source in sources)
    where = "the cited papers" if len(sources) > 1 else "the cited paper"
    for name in find_names(statement.text):
        if any(occurs(name.text, text) for text in texts):
            continue
        kind = "data set" if name.is_data_set else "name"
        known_part = where if whole else f"what is known of {where}"
        yield Finding(kind, f"{name.text} does not occur in {known_part}", decides=whole and name.is_data_set)


@lru_cache(maxsize=64)
def _whole_text(source: Source) -> str:
    return "\n".join([source.title, *(sentence.text for sentence in source.sentences)])
