"""What was read, cut into passages of about 180 words that never cross a section or a page."""

import re
from collections.abc import Iterator, Sequence

from triage.identity import text_key
from triage.models import FullText, PageText, Paper, Passage
from triage.reading.headings import bare_title, is_references

ABSTRACT = "Abstract"

_WORDS = 180
_FEWEST = 60
"""A remainder shorter than this joins the passage before it."""
_FEW = 6
"""Fewer words than this, such as a heading right above another, are no passage."""
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n{2,}")
_WORD = re.compile(r"\S+")

Span = tuple[int, int]


def passages(paper: Paper, text: FullText) -> tuple[Passage, ...]:
    """The passages of a paper in reading order, without its list of references; of the abstract (page 0) if it serves
    for the paper."""
    if text.source == "abstract":
        whole = paper.abstract
        pieces = [(ABSTRACT, 0, whole, span) for span in cut(whole, 0, len(whole))]
    else:
        pieces = list(_of_pages(text))
    made: list[Passage] = []
    for section, page, whole, (start, end) in pieces:
        content = whole[start:end]
        made.append(Passage(text_key(content), paper.id, len(made), section, page, start, end, content))
    return tuple(made)


def cut(text: str, start: int, end: int) -> list[Span]:
    """Spans of about 180 words between `start` and `end`, cut between sentences where there are any."""
    spans: list[Span] = []
    begin, count = start, 0
    for first, last in _sentences(text, start, end):
        length = len(_WORD.findall(text, first, last))
        if count and count + length > _WORDS * 1.15:
            spans.append((begin, first))
            begin, count = first, 0
        count += length
    if spans and count < _FEWEST:
        spans[-1] = (spans[-1][0], end)
    elif count:
        spans.append((begin, end))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def _of_pages(text: FullText) -> Iterator[tuple[str, int, str, Span]]:
    section, skipping = "", False
    for page in text.pages:
        titles = [heading.title for heading in text.headings if heading.page == page.number]
        start = 0
        for end, title in [*_places(page, titles), (len(page.text), None)]:
            if not skipping:
                for span in cut(page.text, start, end):
                    if len(page.text[span[0] : span[1]].split()) < _FEW:
                        continue
                    yield section, page.number, page.text, span
            if title is not None:
                section, skipping = title, is_references(title)
            start = end


def _places(page: PageText, titles: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where each heading's line begins on the page, in order."""
    start = 0
    lines = [(found.start(), found.group()) for found in re.finditer(r"[^\n]+", page.text)]
    for title in titles:
        for place, line in lines:
            if place >= start and (line.startswith(title) or bare_title(line).startswith(title)):
                yield place, title
                start = place + 1
                break


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Sentences, each with the blanks after it; one longer than a passage is cut between words."""
    first = start
    ends = [found.end() for found in _SENTENCE_END.finditer(text, start, end)]
    for last in [*ends, end]:
        words = [found.start() for found in _WORD.finditer(text, first, last)]
        for place in words[_WORDS::_WORDS]:
            yield first, place
            first = place
        if first < last:
            yield first, last
        first = last


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
