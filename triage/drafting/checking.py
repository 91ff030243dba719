"""A model's answer against the paper: what stands is kept with its quote, the rest is refused with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.drafting.answer import LINKS, TAGS, Answer
from triage.drafting.datasets import Gazetteer, name_key
from triage.drafting.guard import check_summary, invented_tokens, quote_in_text
from triage.drafting.links import addresses, is_web_address


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer is held against: all of the paper's text, its abstract, the list's one-liners, and further words
    of the list (section and dataset names) whose names a summary may use."""

    text: str
    abstract: str
    examples: tuple[str, ...]
    list_words: tuple[str, ...]
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
    told = answer.summary
    reasons = check_summary(told.value, source.text, source.abstract, source.examples, source.list_words)
    if not quote_in_text(told.quote, source.text):
        reasons = (*reasons, "its quote is not in the paper")
    if reasons:
        refused.append(f"summary: {'; '.join(reasons)}")
        return None
    quotes["summary"] = told.quote
    return told.value


def _datasets(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> tuple[str, ...]:
    names = []
    for told in answer.datasets:
        inside = name_key(told.value) and name_key(told.value) in name_key(told.quote)
        if not (
            inside and quote_in_text(told.quote, source.text) and any(c.isupper() or c.isdigit() for c in told.value)
        ):
            refused.append(f"dataset: {told.value[:60]} is not supported by a quote from the paper")
            continue
        name = source.gazetteer.names.get(name_key(told.value), told.value)
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
        if long or not quote_in_text(told.quote, source.text) or invented_tokens(told.value, (source.text,)):
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
        known = {url.rstrip("/") for url, _, _ in addresses(source.text)}
        if not is_web_address(told.value) or told.value.rstrip("/") not in known:
            refused.append(f"{name}: {told.value[:80]} does not stand in the paper")
            continue
        links[name], quotes[name] = told.value, told.quote or told.value
    return links


def _stars(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> int | None:
    if not answer.stars:
        return None
    if not quote_in_text(answer.stars_quote, source.text):
        refused.append("stars: not supported by a quote from the paper")
        return None
    quotes["stars"] = answer.stars_quote
    return answer.stars
