"""Everything about a list that a model is told, learned once, and the questions made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from triage.drafting.answer import Wanted
from triage.drafting.asking import Question, dependence, make_question, option_names, paper_block
from triage.drafting.habits import Habits, ListedEntry
from triage.drafting.nearest import Told, WordIndex
from triage.models import Draft, FullText, Judgement, Paper, SectionPath, open_sections
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
            summary=bool(self.habits.summaries) and self.habits.writes("summary", section),
            datasets=self.habits.writes("datasets", section),
            stars=self.stars,
        )

    def _told(self, entry: ListedEntry) -> Told:
        abstract = self.abstracts.get(entry.title, "")
        summary = self.habits.summaries.get(entry.title, "")
        return Told(entry.title, entry.section, summary, f"{entry.title} {entry.title} {summary} {abstract}")

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
