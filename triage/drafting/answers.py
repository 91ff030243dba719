"""What a model is asked to answer: a JSON schema made for the list at hand, and its replies read back, distrusted.

What a model's words must stand before they are believed. No model takes part here.

A quote that the paper does not have, or that says something else, voids its value. A summary with a number, a name or
an acronym that the paper does not have is refused, and so is one that copies, runs long, or answers instead of
summarising.

A model's answer against the paper: what stands is kept with its quote, the rest is refused with its reason.

Rules and a model brought together: the rules' facts, with what stands of the model's answer put in.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from triage.drafting.datasets import Gazetteer, is_used_as_data, known_spelling, name_key
from triage.drafting.links import addresses, is_web_address
from triage.drafting.sentences import clean, sentences
from triage.drafting.summary import content_words
from triage.drafting.tex import plain_text
from triage.llm.quotations import Span, comparable, find_quotation, find_quotations, is_quoted
from triage.models import Facts

NONE_FITS = "none of these"
TAGS = ("task", "modality", "method")
LINKS = ("code_url", "project_url")

_THINKS = re.compile(r"[\s\ufeff]*+<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_ANSWERS = re.compile(r"[\s\ufeff]*+(?:\{|```)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the sections to choose from (as shown), and the fields that this list writes."""

    sections: tuple[str, ...]
    summary: bool = False
    datasets: bool = False
    stars: bool = False
    details: bool = True


@dataclass(frozen=True, slots=True)
class Quoted:
    """A value and the words of the paper that are said to support it."""

    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that fits the schema; nothing in it is believed yet. `section` is one of those asked, None for none."""

    section: str | None
    reason: str = ""
    summary: Quoted | None = None
    datasets: tuple[Quoted, ...] = ()
    found: Mapping[str, Quoted] = field(default_factory=dict)
    stars: int = 0
    stars_quote: str = ""


class _Quoted(BaseModel):
    model_config = ConfigDict(extra="ignore")
    value: str = Field(default="", max_length=120)
    quote: str = Field(default="", max_length=200)


class _Dataset(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str = Field(default="", max_length=60)
    quote: str = Field(default="", max_length=200)


def reply_model(wanted: Wanted) -> type[BaseModel]:
    """The pydantic model of the reply; the section is an enum of those wanted and "none of these"."""
    choices: Any = Literal.__getitem__((*wanted.sections, NONE_FITS))
    fields: dict[str, Any] = {"section": (choices, ...), "section_reason": (str, Field(default="", max_length=160))}
    if wanted.summary:
        fields["summary"] = (str, Field(default="", max_length=400))
        fields["summary_quote"] = (str, Field(default="", max_length=200))
    if wanted.datasets:
        fields["datasets"] = (list[_Dataset], Field(default_factory=list, max_length=8))
    if wanted.details:
        fields.update({name: (_Quoted, Field(default_factory=_Quoted)) for name in (*TAGS, *LINKS)})
    if wanted.stars:
        fields["stars"] = (Literal[0, 1, 2, 3], 0)
        fields["stars_quote"] = (str, Field(default="", max_length=300))
    return create_model("Answer", __config__=ConfigDict(extra="ignore"), **fields)


def reply_schema(wanted: Wanted) -> dict[str, object]:
    """The JSON schema of the reply, every field required and no other allowed, as strict servers want it."""
    schema: dict[str, object] = _strict(reply_model(wanted).model_json_schema())
    return schema


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items() if key not in ("title", "default")}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {name: _strict(value) for name, value in schema["properties"].items()}
        made["required"] = list(schema["properties"])
        made["additionalProperties"] = False
    return made


_EXPLAINED = {
    "section": "one of the sections above, spelled exactly so, or none of these",
    "section_reason": "why, in one short line",
    "summary": "one line about the paper in the voice and length of the examples",
    "summary_quote": "the words of the paper that say what the summary says, its names and numbers included",
    "datasets": 'the datasets that the paper uses: [{"name": …, "quote": …}]',
    "task": '{"value": the task in a few words, "quote": …}',
    "modality": '{"value": the kind of data, "quote": …}',
    "method": '{"value": the family of methods, "quote": …}',
    "code_url": '{"value": the address of the authors\' own code if the paper gives it, "quote": the words beside it}',
    "project_url": '{"value": the address of the project page if the paper gives it, "quote": the words beside it}',
    "stars": "how important the paper is for this list: 1 to 3, or 0 if you cannot tell",
    "stars_quote": "the words of the paper that support the stars",
}


def explain(wanted: Wanted) -> str:
    """The fields of the answer, one a line, for servers that do not look at the schema."""
    return "\n".join(f"- {name}: {_EXPLAINED[name]}" for name in reply_model(wanted).model_fields)


@dataclass(frozen=True, slots=True)
class Read:
    """A reply read back: an answer, or why it cannot be used (never both)."""

    answer: Answer | None
    fault: str = ""


def read_reply(text: str, wanted: Wanted) -> Read:
    """Reads a model's reply, whether bare, in a code fence or amid chatter; says what is wrong with it otherwise."""
    said = without_thoughts(text)
    if not said.strip():
        why = "only thoughts: it never came to an answer" if text.strip() else "empty reply: there is nothing in it"
        return Read(None, why)
    value = _first_object(said)
    if value is None:
        return Read(None, "no JSON: the reply holds no whole JSON object")
    try:
        parsed = reply_model(wanted).model_validate(value).model_dump()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Read(None, f"wrong field: {where}: {first['msg'][:300]}")
    return Read(_answer(parsed))


def without_thoughts(text: str) -> str:
    """A reply without what a model thought aloud before it answered: blocks <think>…</think> at its beginning (some
    servers leave out the first mark); "" if such a block never ends."""
    place = 0
    while opened := _THINKS.match(text, place):
        ended = _THOUGHT.search(text, opened.end())
        if ended is None:
            return ""
        place = ended.end()
    if place == 0 and not _ANSWERS.match(text) and (ended := _THOUGHT.search(text)):
        place = ended.end()
    return text[place:]


def _first_object(text: str) -> object | None:
    decoder = json.JSONDecoder()
    for start in [match.start() for match in re.finditer(r"\{", text)][:20]:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(value, dict) and "section" in value:
            return value
    return None


def _answer(parsed: Mapping[str, Any]) -> Answer:
    found = {name: _quoted(parsed[name]["value"], parsed[name]["quote"]) for name in (*TAGS, *LINKS) if name in parsed}
    summary = clean(parsed.get("summary", ""))
    return Answer(
        section=None if parsed["section"] == NONE_FITS else parsed["section"],
        reason=clean(parsed.get("section_reason", ""))[:200],
        summary=_quoted(summary, parsed["summary_quote"]) if summary else None,
        datasets=tuple(_quoted(row["name"], row["quote"]) for row in parsed.get("datasets", ()) if row["name"].strip()),
        found={name: quoted for name, quoted in found.items() if quoted.value},
        stars=parsed.get("stars", 0),
        stars_quote=clean(parsed.get("stars_quote", "")),
    )


def _quoted(value: str, quote: str) -> Quoted:
    return Quoted(clean(value), clean(quote))


_TOKEN = re.compile(r"[^\W_]+(?:[-.'’/+][^\W_]+)*[+%]?")


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
    told = comparable(summary).strip(" .")
    parts = [comparable(part).strip(" .") for part in sentences(abstract)]
    return bool(parts) and any(len(part.split()) > 4 and part in told for part in parts)


def _longest(examples: Sequence[str]) -> int:
    lengths = sorted(len(example.split()) for example in examples)
    return max(8, lengths[min(len(lengths) - 1, int(len(lengths) * 0.9))]) if lengths else 40


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
class Accepted:
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


def check_answer(answer: Answer, source: Source) -> Accepted:
    """What stands of `answer`."""
    quotes: dict[str, str] = {}
    refused: list[str] = []
    summary = _summary(answer, source, quotes, refused)
    again = "; ".join(refused)
    return Accepted(
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
    if not is_quoted(told.quote, source.text):
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
        if not (inside and is_quoted(told.quote, source.text)):
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
        stands = not long and is_quoted(told.quote, source.text)
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
    if not is_quoted(quote, text):
        return False
    return any(
        said.start <= place.end + _NEAR and place.start <= said.end + _NEAR
        for said in find_quotations(quote, text)
        for place in places
    )


def _stars(answer: Answer, source: Source, quotes: dict[str, str], refused: list[str]) -> int | None:
    if not answer.stars:
        return None
    if not is_quoted(answer.stars_quote, source.text):
        refused.append("stars: not supported by a quote from the paper")
        return None
    quotes["stars"] = answer.stars_quote
    return answer.stars


def merged(facts: Facts, kept: Accepted) -> Facts:
    """`facts` with the model's summary if it stands, its datasets added, and its links where the rules found none.

    Its stars stay out: how much a paper matters is an opinion, and the paper's own text may have asked for them."""
    return replace(
        facts,
        summary=kept.summary or facts.summary,
        datasets=_union(facts.datasets, kept.datasets),
        code_url=facts.code_url or kept.links.get("code_url"),
        project_url=facts.project_url or kept.links.get("project_url"),
    )


def _union(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    known = {name_key(name) for name in first}
    return (*first, *(name for name in more if name_key(name) not in known))
