"""A model's answer against the paper: what stands is kept with its quote, the rest is refused with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.drafting.answer import LINKS, TAGS, Answer
from triage.drafting.datasets import Gazetteer, is_used_as_data, known_spelling
from triage.drafting.guard import check_summary, quote_in_text, unsupported
from triage.drafting.links import addresses, is_web_address
from triage.drafting.quotation import Span, find_quotation, find_quotations
from triage.drafting.sentences import clean
from triage.drafting.tex import plain_text


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer is held against: the paper's title, its abstract and all of its text, as they are read; the list's
    one-liners, whose voice and length a summary must have; and the dataset names that the list knows."""

    title: str
    abstract: str
    text: str
    examples: tuple[str, ...]
    gazetteer: Gazetteer


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands of an answer. `quotes` support the values they are keyed by; `refused` are the reasons, each
    "field: why"; `again` says what to tell the model if it is worth asking once more."""

    summary: str | None = None
    datasets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    stars: int | None = None
    quotes: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    again: str = ""


def check_answer(answer: Answer, source: Source) -> Kept:
    """What stands of `answer`."""
    quotes: dict[str, str] = {}
    refused: list[str] = []
    summary = _summary(answer, source, quotes, refused)
    again = "; ".join(refused)
    return Kept(
        summary=summary,
        datasets=_datasets(answer, source, quotes, refused),
        tags=_tags(answer, source, quotes, refused),
        links=_links(answer, source, quotes, refused),
        stars=_stars(answer, source, quotes, refused),
        quotes=quotes,
        refused=tuple(refused),
        again=again,
    )


def _summary(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> str | None:
    if answer.summary is None:
        return None
    told, line = answer.summary, clean(plain_text(answer.summary.value))
    reasons = check_summary(line, source.text, source.abstract, source.examples)
    if not quote_in_text(told.quote, source.text):
        reasons = (*reasons, "its quote is not in the paper")
    elif missing := unsupported(line, told.quote, source.title):
        reasons = (*reasons, f"its quote does not say: {', '.join(missing[:6])}; quote the words that do")
    if reasons:
        refused.append(f"summary: {'; '.join(reasons)}")
        return None
    quotes["summary"] = told.quote
    return line


def _datasets(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> tuple[str, ...]:
    names = []
    for told in answer.datasets:
        inside = find_quotation(told.value, told.quote) is not None
        if not (inside and quote_in_text(told.quote, source.text)):
            refused.append(f"dataset: {told.value[:60]} is not supported by a quote from the paper")
            continue
        if not is_used_as_data(told.value, told.quote, source.gazetteer):
            refused.append(f"dataset: {told.value[:60]} is no data set in its quote")
            continue
        name = known_spelling(told.value, source.gazetteer)
        names.append(name)
        quotes[f"datasets: {name}"] = told.quote
    return tuple(dict.fromkeys(names))


def _tags(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> dict[str, str]:
    tags = {}
    for name in TAGS:
        told = answer.found.get(name)
        if told is None:
            continue
        long = len(told.value.split()) > 8
        stands = not long and quote_in_text(told.quote, source.text)
        if not stands or unsupported(told.value, told.quote, source.title):
            refused.append(f"{name}: {told.value[:60]} is not supported by a quote from the paper")
            continue
        tags[name], quotes[name] = told.value, told.quote
    return tags


def _links(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> dict[str, str]:
    links = {}
    for name in LINKS:
        told = answer.found.get(name)
        if told is None:
            continue
        places = [Span(start, end) for url, start, end in addresses(source.text) if _same_address(url, told.value)]
        if not is_web_address(told.value) or not places:
            refused.append(f"{name}: {told.value[:80]} does not stand in the paper")
        elif not _beside(told.quote, places, source.text):
            refused.append(f"{name}: {told.value[:80]} is not supported by a quote from where it stands in the paper")
        else:
            links[name], quotes[name] = told.value, told.quote
    return links


def _same_address(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


_NEAR = 80
"""Characters between an address and the words about it."""


def _beside(quote: str, places: Sequence[Span], text: str) -> bool:
    """Whether the quotation is about the address at one of these places: it has the address, or stands right by it."""
    if not quote_in_text(quote, text):
        return False
    return any(
        said.start <= place.end + _NEAR and place.start <= said.end + _NEAR
        for said in find_quotations(quote, text)
        for place in places
    )


def _stars(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> int | None:
    if not answer.stars:
        return None
    if not quote_in_text(answer.stars_quote, source.text):
        refused.append("stars: not supported by a quote from the paper")
        return None
    quotes["stars"] = answer.stars_quote
    return answer.stars
