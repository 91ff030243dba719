"""Which listed entries resemble a paper, by the words they share: cheap enough to ask for every paper, with no "
"model.

The question put to a model about one paper: candidates, examples from the list itself, and the paper, fenced.

Everything about a list that a model is told, learned once, and the questions made of it.

A model's choice of section as a vote: it may settle what the judge leaves open, and nothing else.

A paper's text can make a model say anything, so a vote cannot reach beyond the sections that the judge finds likely
itself, it weighs what the model has earned on the list's own entries, and no probability rises by it.
"""

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from triage.drafting.answers import NONE_FITS, Wanted, explain, reply_schema
from triage.drafting.rules import ListedEntry, ListStatistics
from triage.drafting.sentences import clean, sentences
from triage.drafting.tex import plain_text
from triage.llm.injection import fenced
from triage.llm.prompts import Prompt, load_prompt
from triage.models import Choice, Draft, FullText, Judgement, Paper, SectionPath, open_sections, show_path
from triage.protocols import Message


@dataclass(frozen=True, slots=True)
class ListedExample:
    """An entry as an example: its title, its section, its one-liner if it has one, and the text to compare by."""

    title: str
    section: SectionPath
    summary: str
    text: str


class ExampleIndex:
    """Entries by their words, each word weighed by how rare it is (inverse document frequency)."""

    def __init__(self, entries: Sequence[ListedExample]) -> None:
        self.entries = tuple(entries)
        self._postings: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            for word in set(_words(entry.text)):
                self._postings.setdefault(word, []).append(number)
        self._sizes = [math.sqrt(len(set(_words(entry.text))) or 1) for entry in self.entries]

    def nearest(self, text: str, k: int, but: str = "") -> list[tuple[ListedExample, float]]:
        """The `k` entries nearest to `text` with their scores, nearest first, leaving out the title `but`."""
        scores: dict[int, float] = defaultdict(float)
        for word in set(_words(text)):
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


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z][a-z0-9]{2,}", text.casefold())


_ABSTRACT = 3000
_BODY = 2500
_TELLING = ("dataset", "benchmark", "code", "available", "github", "project page", "we evaluate", "experiments on")


@dataclass(frozen=True, slots=True)
class Question:
    """All that is sent, with what is needed to read the reply. `options` maps a section as shown to its path; `key`
    is a hash of what the reply depends on."""

    paper_id: str
    purpose: str
    messages: tuple[Message, ...]
    schema: Mapping[str, object]
    wanted: Wanted
    options: Mapping[str, SectionPath]
    key: str


def paper_block(paper: Paper, text: FullText | None) -> str:
    """What a model is shown of a paper: title, abstract, comment, and the sentences on data and code."""
    parts = [f"Title: {clean(plain_text(paper.title))}", f"Abstract: {clean(plain_text(paper.abstract))[:_ABSTRACT]}"]
    if paper.comment:
        parts.append(f"Comment: {clean(plain_text(paper.comment))[:400]}")
    if text and text.source == "pdf":
        telling, length = [], 0
        for sentence in (s for page in text.pages for s in sentences(clean(page.text))):
            if len(sentence) < 400 and any(word in sentence.casefold() for word in _TELLING):
                telling.append(sentence)
                length += len(sentence)
            if length > _BODY:
                break
        if telling:
            parts.append("From the text: " + " ".join(telling))
    return "\n".join(parts)


def dependence(model: str, list_title: str, prompt: Prompt, wanted: Wanted) -> str:
    """A hash of what a reply depends on beside the paper: model, prompt, list, and what is asked for. The order of the
    sections and the examples are left out: they follow the list's newest entries, and no answer is worth less, or
    worth paying for again, because others were added."""
    told = [model, list_title, prompt.name, prompt.parts, sorted(wanted.sections), *_fields(wanted)]
    return _hash(json.dumps(told))


def make_question(
    prompt: Prompt,
    purpose: str,
    model: str,
    list_title: str,
    paper_id: str,
    block: str,
    sections: Sequence[SectionPath],
    examples: Sequence[ListedExample],
    wanted: Wanted,
) -> Question:
    """The question about the paper shown as `block`, with `sections` to choose from, named in `wanted` in this
    order."""
    fence, paper = fenced(block, "paper")
    values = {
        "list": list_title or "a list of papers",
        "sections": "\n".join(f"- {name}" for name in (*wanted.sections, NONE_FITS)),
        "examples": _shown(examples, wanted) or "(none)",
        "fields": explain(wanted),
        "paper": paper,
        "fence": fence,
    }
    filled = prompt.fill({name: value for name, value in values.items() if name in prompt.variables})
    return Question(
        paper_id=paper_id,
        purpose=purpose,
        messages=tuple(Message(role, text) for role, text in filled),
        schema=reply_schema(wanted),
        wanted=wanted,
        options=dict(zip(wanted.sections, sections, strict=True)),
        key=_hash(json.dumps([dependence(model, list_title, prompt, wanted), block])),
    )


def option_names(sections: Sequence[SectionPath]) -> tuple[str, ...]:
    """The sections as the model sees them, on one line each."""
    return tuple(clean(show_path(path)) for path in sections)


def _shown(examples: Sequence[ListedExample], wanted: Wanted) -> str:
    lines = []
    for example in examples:
        lines.append(f"- {clean(example.title)} -> section: {clean(show_path(example.section))}")
        if wanted.summary and example.summary:
            lines.append(f"  summary: {example.summary}")
    return "\n".join(lines)


def _fields(wanted: Wanted) -> tuple[bool, ...]:
    return wanted.summary, wanted.datasets, wanted.stars, wanted.details


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()


MOST_SECTIONS = 10
EXAMPLES = 4


@dataclass(frozen=True)
class Asker:
    """Makes questions about papers for one list and one model. `abstracts` are the known abstracts by title."""

    model: str
    title: str
    statistics: ListStatistics
    entries: Sequence[ListedEntry]
    abstracts: Mapping[str, str]
    stars: bool

    @cached_property
    def index(self) -> ExampleIndex:
        """The list's entries by their words."""
        return ExampleIndex([self._told(entry) for entry in self.entries if entry.title])

    @cached_property
    def prompts(self) -> tuple[Prompt, Prompt, Prompt]:
        """The prompts for drafting, for filing, and for asking again."""
        return load_prompt("draft"), load_prompt("file"), load_prompt("retry")

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
        return dependence(self.model, self.title, self.prompts[0], self._wanted(section, offered))

    def _wanted(self, section: SectionPath, offered: Sequence[SectionPath]) -> Wanted:
        return Wanted(
            sections=tuple(_named(offered)),
            summary=bool(self.statistics.summaries) and self.statistics.writes("summary", section),
            datasets=self.statistics.writes("datasets", section),
            stars=self.stars,
        )

    def _told(self, entry: ListedEntry) -> ListedExample:
        abstract = self.abstracts.get(entry.title, "")
        summary = self.statistics.summaries.get(entry.title, "")
        return ListedExample(entry.title, entry.section, summary, f"{entry.title} {entry.title} {summary} {abstract}")

    def draft_question(
        self, paper: Paper, text: FullText | None, section: SectionPath, offered: Sequence[SectionPath]
    ) -> Question:
        """The question from which a paper's draft is made, for an entry as `section` has them."""
        wanted = self._wanted(section, offered)
        return self._question(self.prompts[0], "draft", paper.id, paper_block(paper, text), offered, wanted)

    def file_question(self, paper: Paper, sections: Sequence[SectionPath], purpose: str) -> Question:
        """The question for nothing but the section of a paper; examples leave out the paper itself."""
        wanted = Wanted(sections=tuple(_named(sections)), details=False)
        return self._question(
            self.prompts[1], purpose, paper.id, paper_block(paper, None), sections, wanted, paper.title
        )

    def _question(
        self,
        prompt: Prompt,
        purpose: str,
        paper_id: str,
        block: str,
        sections: Sequence[SectionPath],
        wanted: Wanted,
        but: str = "",
    ) -> Question:
        examples = [told for told, _ in self.index.nearest(block, EXAMPLES, but)]
        paths = tuple(_named(sections).values())
        return make_question(prompt, purpose, self.model, self.title, paper_id, block, paths, examples, wanted)


def _named(sections: Sequence[SectionPath]) -> dict[str, SectionPath]:
    """The sections by the name that a model sees; of two with one name the last."""
    return dict(zip(option_names(sections), sections, strict=True))


@dataclass(frozen=True, slots=True)
class Earned:
    """How a model did on entries whose section is known: asked, and right."""

    asked: int = 0
    right: int = 0

    @property
    def accuracy(self) -> float:
        """Its share of right votes, drawn towards a half while little is known (Laplace's rule of succession)."""
        return (self.right + 1) / (self.asked + 2)


def weigh(choices: Sequence[Choice], vote: SectionPath | None, earned: Earned, options: int) -> SectionPath:
    """The judge's likeliest section, or the one that a model chose among `options` sections if it is open to a vote and
    likelier by Bayes' rule: a model votes for the right section with its accuracy and for each other one alike.

    A vote by a model that was never tried changes nothing. Gives () where the judge has no section.
    """
    if not choices:
        return ()
    best = choices[0]
    if vote is None or earned.asked == 0 or options < 2 or vote not in open_sections(choices):
        return best.section
    wrong = (1 - earned.accuracy) / (options - 1)
    chosen = next(choice for choice in choices if choice.section == vote)
    return vote if chosen.probability * earned.accuracy > best.probability * wrong else best.section
