"""What a model is asked to answer: a JSON schema made for the list at hand, and its replies read back, distrusted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from triage.drafting.sentences import clean

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
