"""A question as a person types it: words, "exact phrase", -word, author:, year:2024.., id:, venue:."""

import re
from dataclasses import dataclass, replace
from datetime import date

from triage.identity import arxiv_id
from triage.storage.words import Filter

_PART = re.compile(r'(?P<minus>-)?(?:(?P<field>author|year|id|venue):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))', re.I)
_YEARS = re.compile(r"^(?P<first>\d{4})?(?P<span>\.\.)?(?P<last>\d{4})?$")
_TOKEN = re.compile(r"[^\W_]+")

# Words too frequent in English to tell papers apart; the vectors still see them.
_FUNCTION_WORDS = """
    a about all also an and any are as at be been between both but by can could did do does each for from had
    has have how i if in into is it its may more most no not of on only or other our over should so some such
    than that the their them then there these they this those through to under up upon use used using via was we
    were what when where which while who whose why will with within without would you your
"""
_EMPTY = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what the vectors see; `words` what the word search looks for; `filter` what must hold."""

    text: str
    words: tuple[str, ...]
    filter: Filter


def parse(text: str) -> Query:
    """The question in `text`. Nothing is a syntax error: what is no operator is a word."""
    free: list[str] = []
    filter = Filter()
    for part in _PART.finditer(text):
        field, minus = (part["field"] or "").lower(), bool(part["minus"])
        value = part["phrase"] if part["phrase"] is not None else part["word"]
        narrowed = None if minus and field else _narrow(filter, field, value)
        if narrowed is not None:
            filter = narrowed
        elif minus and not field and tokens(value):
            filter = replace(filter, without=(*filter.without, value))
        else:
            if part["phrase"] is not None and tokens(value):
                filter = replace(filter, phrases=(*filter.phrases, value))
            free.append(value)
    said = " ".join(free).strip()
    return Query(said, words(said), filter)


def tokens(text: str) -> list[str]:
    """The words of a text, lower case, as the word index cuts them."""
    return _TOKEN.findall(text.lower())


def words(text: str) -> tuple[str, ...]:
    """What to look for: each word once, without those that every text has, unless it has no others."""
    every = tuple(dict.fromkeys(tokens(text)))
    telling = tuple(word for word in every if word not in _EMPTY)
    return telling or every


def _narrow(filter: Filter, field: str, value: str) -> Filter | None:
    if field == "author" and tokens(value):
        return replace(filter, authors=(*filter.authors, value))
    if field == "venue" and value:
        return replace(filter, venues=(*filter.venues, value))
    if field == "id" and value:
        return replace(filter, ids=(*filter.ids, arxiv_id(value) or value))
    if field == "year":
        years = _YEARS.match(value)
        if years and (years["first"] or years["last"]):
            return _between(filter, years["first"], years["last"], bool(years["span"]))
    return None


def _between(filter: Filter, first: str | None, last: str | None, span: bool) -> Filter | None:
    until = last or (None if span else first)
    if "0000" in (first, until):
        return None
    return replace(
        filter,
        since=date(int(first), 1, 1) if first else filter.since,
        until=date(int(until), 12, 31) if until else filter.until,
    )
