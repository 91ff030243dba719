"""What a model is asked about a paper, in the list's own terms, and its reply as an answer.

Nothing in an answer is believed yet: `triage.drafting.checks` says what of it stands.
"""

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from triage.drafting.rules import ListedEntry, ListStatistics
from triage.drafting.sentences import clean, sentences
from triage.drafting.tex import plain_text
from triage.llm.asking import Question, read_json, strict_schema
from triage.llm.injection import fenced
from triage.llm.prompts import Prompt, load_prompt
from triage.models import Draft, Fault, FullText, Judgement, Paper, SectionPath, open_sections, show_path
from triage.protocols import Message

MOST_SECTIONS = 10
"""How many sections a model may choose from."""

EXAMPLES = 4
"""How many of the list's entries it is shown."""

NONE_FITS = "none of these"
TAGS = ("task", "modality", "method")
LINKS = ("code_url", "project_url")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a section, of those to choose from, and the fields that this list writes."""

    sections: tuple[SectionPath, ...]
    summary: bool = False
    datasets: bool = False
    stars: bool = False
    details: bool = True

    @property
    def options(self) -> dict[str, SectionPath]:
        """The sections by the name that a model sees, on one line each; of two with one name the last."""
        return {clean(show_path(path)): path for path in self.sections}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A value and the words of the paper that are said to support it."""

    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that fits the schema. `section` is one of those offered, None if none of them fits; `found` are tags and
    links by name."""

    section: SectionPath | None
    reason: str = ""
    summary: Quoted | None = None
    datasets: tuple[Quoted, ...] = ()
    found: Mapping[str, Quoted] = field(default_factory=dict)
    stars: int = 0
    stars_quote: str = ""


class _Value(BaseModel):
    model_config = ConfigDict(extra="ignore")
    value: str = Field(default="", max_length=120)
    quote: str = Field(default="", max_length=200)


class _Dataset(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str = Field(default="", max_length=60)
    quote: str = Field(default="", max_length=200)


@lru_cache(maxsize=64)
def reply_model(wanted: Wanted) -> type[BaseModel]:
    """The pydantic model of the reply; the section is an enum of those wanted and "none of these"."""
    choices: Any = Literal.__getitem__((*wanted.options, NONE_FITS))
    fields: dict[str, Any] = {"section": (choices, ...), "section_reason": (str, Field(default="", max_length=160))}
    if wanted.summary:
        fields["summary"] = (str, Field(default="", max_length=400))
        fields["summary_quote"] = (str, Field(default="", max_length=200))
    if wanted.datasets:
        fields["datasets"] = (list[_Dataset], Field(default_factory=list, max_length=8))
    if wanted.details:
        fields.update({name: (_Value, Field(default_factory=_Value)) for name in (*TAGS, *LINKS)})
    if wanted.stars:
        fields["stars"] = (Literal[0, 1, 2, 3], 0)
        fields["stars_quote"] = (str, Field(default="", max_length=300))
    return create_model("Answer", __config__=ConfigDict(extra="ignore"), **fields)


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


def read_answer(text: str, wanted: Wanted) -> Answer | Fault:
    """A model's reply as an answer to what was wanted, or what is wrong with it."""
    read = read_json(text, reply_model(wanted))
    if isinstance(read, Fault):
        return read
    said = read.model_dump()
    found = {name: _quoted(said[name]["value"], said[name]["quote"]) for name in (*TAGS, *LINKS) if name in said}
    summary = clean(said.get("summary", ""))
    return Answer(
        section=wanted.options.get(said["section"]),
        reason=clean(said.get("section_reason", ""))[:200],
        summary=_quoted(summary, said["summary_quote"]) if summary else None,
        datasets=tuple(_quoted(row["name"], row["quote"]) for row in said.get("datasets", ()) if row["name"].strip()),
        found={name: quoted for name, quoted in found.items() if quoted.value},
        stars=said.get("stars", 0),
        stars_quote=clean(said.get("stars_quote", "")),
    )


def _quoted(value: str, quote: str) -> Quoted:
    return Quoted(clean(value), clean(quote))


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts for a draft, for filing a paper and nothing else, and for asking once more."""

    draft: Prompt
    file: Prompt
    retry: Prompt


def load_prompts(folder: Path | None = None) -> Prompts:
    """The prompts, a workspace's own in `folder` before those that come with triage. Raises ConfigError."""
    return Prompts(load_prompt("draft", folder), load_prompt("file", folder), load_prompt("retry", folder))


@dataclass(frozen=True)
class Questions:
    """Makes questions about papers for one list and one model. `abstracts` are the known abstracts of the list's
    entries by title; `stars` says whether the list rates its papers."""

    model: str
    title: str
    statistics: ListStatistics
    entries: Sequence[ListedEntry]
    abstracts: Mapping[str, str]
    stars: bool
    prompts: Prompts

    @cached_property
    def examples(self) -> "ExampleIndex":
        """The list's entries by their words."""
        return ExampleIndex([self._example(entry) for entry in self.entries if entry.title])

    def offered(self, judgement: Judgement | None, before: Draft | None) -> tuple[SectionPath, ...]:
        """The sections that a model may choose from: the judge's likeliest ten. Those that were offered for the draft
        `before` stay as long as they hold all that are open to its vote: the order of the rest changes with every
        entry and every decision, and changes nothing."""
        choices = judgement.sections if judgement else ()
        if before and before.offered and set(open_sections(choices)) <= set(before.offered):
            return before.offered
        return tuple(choice.section for choice in choices[:MOST_SECTIONS])

    def fingerprint(self, section: SectionPath, offered: Sequence[SectionPath]) -> str:
        """A hash of what a draft in this section owes to the model, beside the paper."""
        return self._dependence(self.prompts.draft, self._wanted(section, offered))

    def draft(
        self,
        paper: Paper,
        text: FullText | None,
        section: SectionPath,
        offered: Sequence[SectionPath],
        objection: Callable[[Answer], Fault | None],
    ) -> Question[Answer]:
        """The question from which a paper's draft is made, for an entry as `section` has them."""
        wanted = self._wanted(section, offered)
        return self._question(self.prompts.draft, "draft", paper.id, shown(paper, text), wanted, objection)

    def file(self, paper: Paper, sections: Sequence[SectionPath], purpose: str) -> Question[Answer]:
        """The question for nothing but the section of a paper; examples leave out the paper itself."""
        wanted = Wanted(tuple(sections), details=False)
        return self._question(self.prompts.file, purpose, paper.id, shown(paper, None), wanted, but=paper.title)

    def _wanted(self, section: SectionPath, offered: Sequence[SectionPath]) -> Wanted:
        return Wanted(
            sections=tuple(offered),
            summary=bool(self.statistics.summaries) and self.statistics.writes("summary", section),
            datasets=self.statistics.writes("datasets", section),
            stars=self.stars,
        )

    def _example(self, entry: ListedEntry) -> "ListedExample":
        abstract = self.abstracts.get(entry.title, "")
        summary = self.statistics.summaries.get(entry.title, "")
        return ListedExample(entry.title, entry.section, summary, f"{entry.title} {entry.title} {summary} {abstract}")

    def _dependence(self, prompt: Prompt, wanted: Wanted) -> str:
        """A hash of what a reply depends on beside the paper: model, prompt, list, and what is asked for. The order of
        the sections and the examples are left out: they follow the list's newest entries, and no answer is worth less,
        or worth paying for again, because others were added."""
        fields = (wanted.summary, wanted.datasets, wanted.stars, wanted.details)
        parts = [self.model, self.title, prompt.name, prompt.parts, sorted(wanted.options), *fields]
        if self.prompts.retry.edited:
            parts.append(self.prompts.retry.parts)
        return _hash(json.dumps(parts))

    def _question(
        self,
        prompt: Prompt,
        purpose: str,
        paper_id: str,
        block: str,
        wanted: Wanted,
        objection: Callable[[Answer], Fault | None] = lambda _: None,
        but: str = "",
    ) -> Question[Answer]:
        fence, paper = fenced(block, "paper")
        examples = [example for example, _ in self.examples.nearest(block, EXAMPLES, but)]
        values = {
            "list": self.title or "a list of papers",
            "sections": "\n".join(f"- {name}" for name in (*wanted.options, NONE_FITS)),
            "examples": _lines(examples, wanted.summary) or "(none)",
            "fields": explain(wanted),
            "paper": paper,
            "fence": fence,
        }
        filled = prompt.fill({name: value for name, value in values.items() if name in prompt.variables})
        return Question(
            key=_hash(json.dumps([self._dependence(prompt, wanted), block])),
            purpose=purpose,
            messages=tuple(Message(role, text) for role, text in filled),
            schema=strict_schema(reply_model(wanted)),
            parse=lambda reply: read_answer(reply, wanted),
            objection=objection,
            paper_id=paper_id,
        )


_ABSTRACT = 3000
_COMMENT = 400
_SENTENCE = 400
_BODY = 2500
_TELLING = ("dataset", "benchmark", "code", "available", "github", "project page", "we evaluate", "experiments on")


def shown(paper: Paper, text: FullText | None) -> str:
    """What a model is shown of a paper: title, abstract, comment, and the sentences on data and code."""
    parts = [f"Title: {clean(plain_text(paper.title))}", f"Abstract: {clean(plain_text(paper.abstract))[:_ABSTRACT]}"]
    if paper.comment:
        parts.append(f"Comment: {clean(plain_text(paper.comment))[:_COMMENT]}")
    if text and text.source == "pdf":
        telling, length = [], 0
        for sentence in (s for page in text.pages for s in sentences(clean(page.text))):
            if len(sentence) < _SENTENCE and any(word in sentence.casefold() for word in _TELLING):
                telling.append(sentence)
                length += len(sentence)
            if length > _BODY:
                break
        if telling:
            parts.append("From the text: " + " ".join(telling))
    return "\n".join(parts)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class ListedExample:
    """An entry as an example: its title, its section, its one-liner if it has one, and the text to compare by."""

    title: str
    section: SectionPath
    summary: str
    text: str


def _lines(examples: Sequence[ListedExample], with_summaries: bool) -> str:
    lines = []
    for example in examples:
        lines.append(f"- {clean(example.title)} -> section: {clean(show_path(example.section))}")
        if with_summaries and example.summary:
            lines.append(f"  summary: {example.summary}")
    return "\n".join(lines)


class ExampleIndex:
    """Entries by their words, each word weighed by how rare it is (inverse document frequency)."""

    def __init__(self, entries: Sequence[ListedExample]) -> None:
        self.entries = tuple(entries)
        self._postings: dict[str, list[int]] = {}
        self._sizes: list[float] = []
        for number, entry in enumerate(self.entries):
            words = _words(entry.text)
            self._sizes.append(math.sqrt(len(words) or 1))
            for word in words:
                self._postings.setdefault(word, []).append(number)

    def nearest(self, text: str, k: int, but: str = "") -> list[tuple[ListedExample, float]]:
        """The `k` entries nearest to `text` with their scores, nearest first, leaving out the title `but`."""
        scores: dict[int, float] = defaultdict(float)
        for word in _words(text):
            found = self._postings.get(word, ())
            weight = math.log(1 + len(self.entries) / (len(found) or 1)) ** 2
            for number in found:
                scores[number] += weight / self._sizes[number]
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        chosen = [(self.entries[number], score) for number, score in ranked if self.entries[number].title != but]
        return chosen[:k]

    def sections(self, text: str, k: int, but: str = "") -> list[SectionPath]:
        """The `k` sections whose entries are nearest to `text`, likeliest first."""
        totals: dict[SectionPath, float] = {}
        for rank, (entry, score) in enumerate(self.nearest(text, 60, but)):
            totals[entry.section] = totals.get(entry.section, 0.0) + score / (rank + 3)
        return sorted(totals, key=lambda path: -totals[path])[:k]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z][a-z0-9]{2,}", text.casefold()))
