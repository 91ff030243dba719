"""What a list's entries carry: one-liners, dataset lines, abstracts. Only what it writes itself is drafted for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from triage.drafting.datasets import Gazetteer, learn_gazetteer
from triage.drafting.sentences import clean
from triage.models import SectionPath

USUAL = 0.15
"""A list "writes" a field when this share of its entries, or of a section's, has it."""


class ListedEntry(Protocol):
    """The part of a list's entry that drafting learns from; `fields` maps a field's name to its text."""

    @property
    def title(self) -> str: ...
    @property
    def section(self) -> SectionPath: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def datasets(self) -> Sequence[str]: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Habits:
    """What the list writes. `summaries` pairs an entry's title with its one-liner; `shares` says for each section
    (and for (), the whole list) how large a share of its entries has a field; `gazetteer` holds its dataset names."""

    summaries: Mapping[str, str]
    shares: Mapping[SectionPath, Mapping[str, float]]
    gazetteer: Gazetteer

    def writes(self, name: str, section: SectionPath) -> bool:
        """Whether entries of this section (if it has at least five, else of the list) usually have the field."""
        return self.shares.get(section, self.shares.get((), {})).get(name, 0.0) >= USUAL

    def written(self, section: SectionPath) -> tuple[str, ...]:
        """The fields that entries of this section usually have, of those that are drafted only where they are usual."""
        return tuple(name for name in ("summary", "abstract", "datasets") if self.writes(name, section))


def learn_habits(entries: Sequence[ListedEntry]) -> Habits:
    """The habits of a list with these entries."""
    counts: dict[SectionPath, Counter[str]] = {(): Counter()}
    sizes: Counter[SectionPath] = Counter()
    for entry in entries:
        # A block for the abstract that the maintainer left empty is still a block that this list gives its entries.
        names = {name for name, value in entry.fields.items() if value.strip() or name == "abstract"}
        for path in ((), entry.section):
            counts.setdefault(path, Counter()).update(names)
            sizes[path] += 1
    shares = {
        path: {name: count / sizes[path] for name, count in counter.items()}
        for path, counter in counts.items()
        if path == () or sizes[path] >= 5
    }
    summaries = {entry.title: clean(entry.summary) for entry in entries if entry.summary and entry.title}
    return Habits(summaries, shares, learn_gazetteer([tuple(entry.datasets) for entry in entries if entry.datasets]))
