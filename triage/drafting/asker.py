"""Everything about a list that a model is told, learned once, and the questions made of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from triage.drafting.answer import Wanted
from triage.drafting.asking import Question, make_question, option_names, paper_block
from triage.drafting.habits import Habits, ListedEntry
from triage.drafting.nearest import Told, WordIndex
from triage.models import FullText, Judgement, Paper, SectionPath
from triage.prompts import Prompt, load_prompt

MOST_SECTIONS = 10
EXAMPLES = 4


@dataclass(frozen=True)
class Asker:
    """Makes questions about papers for one list and one model. `abstracts` are the known abstracts by title."""

    model: str
    title: str
    habits: Habits
    entries: Sequence[ListedEntry]
    abstracts: Mapping[str, str]
    stars: bool

    @cached_property
    def index(self) -> WordIndex:
        """The list's entries by their words."""
        return WordIndex([self._told(entry) for entry in self.entries if entry.title])

    @cached_property
    def prompts(self) -> tuple[Prompt, Prompt, Prompt]:
        """The prompts for drafting, for filing, and for asking again."""
        return load_prompt("draft"), load_prompt("file"), load_prompt("retry")

    def fingerprint(self, judgement: Judgement | None) -> str:
        """A hash of what a draft owes to the model: its name, the prompts, the sections it may choose from."""
        sections = [choice.section for choice in judgement.sections[:MOST_SECTIONS]] if judgement else []
        told = repr((self.model, [(prompt.name, prompt.parts) for prompt in self.prompts], sections, self.stars))
        return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=12).hexdigest()

    def _told(self, entry: ListedEntry) -> Told:
        abstract = self.abstracts.get(entry.title, "")
        summary = self.habits.summaries.get(entry.title, "")
        return Told(entry.title, entry.section, summary, f"{entry.title} {entry.title} {summary} {abstract}")

    def draft_question(self, paper: Paper, text: FullText | None, judgement: Judgement | None) -> Question:
        """The question from which a paper's draft is made; its sections are the judge's likeliest ten."""
        chosen = [choice.section for choice in judgement.sections[:MOST_SECTIONS]] if judgement else []
        section = chosen[0] if chosen else ()
        wanted = Wanted(
            sections=(),
            summary=bool(self.habits.summaries) and self.habits.writes("summary", section),
            datasets=self.habits.writes("datasets", section),
            stars=self.stars,
        )
        return self._question(self.prompts[0], "draft", paper.id, paper_block(paper, text), chosen, wanted)

    def file_question(self, paper: Paper, sections: Sequence[SectionPath], purpose: str) -> Question:
        """The question for nothing but the section of a paper; examples leave out the paper itself."""
        wanted = Wanted(sections=(), details=False)
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
        named = dict(zip(option_names(sections), sections, strict=True))
        asked = Wanted(tuple(named), wanted.summary, wanted.datasets, wanted.stars, wanted.details)
        examples = [told for told, _ in self.index.nearest(block, EXAMPLES, but)]
        return make_question(
            prompt, purpose, self.model, self.title, paper_id, block, tuple(named.values()), examples, asked
        )


def trial_entries(entries: Sequence[ListedEntry], most: int) -> list[ListedEntry]:
    """Up to `most` titled entries to try a model on, spread over the sections and the same every time."""
    ordered = sorted(
        (entry for entry in entries if entry.title),
        key=lambda entry: hashlib.blake2b(entry.title.encode("utf-8", "replace"), digest_size=8).digest(),
    )
    by_section: dict[SectionPath, list[ListedEntry]] = {}
    for entry in ordered:
        by_section.setdefault(entry.section, []).append(entry)
    chosen: list[ListedEntry] = []
    while len(chosen) < most and any(by_section.values()):
        for waiting in by_section.values():
            if waiting and len(chosen) < most:
                chosen.append(waiting.pop(0))
    return chosen
