"""Which listed entries resemble a paper, by the words they share: cheap enough to ask for every paper, with no "
"model."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import SectionPath


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as an example: its title, its section, its one-liner if it has one, and the text to compare by."""

    title: str
    section: SectionPath
    summary: str
    text: str


class WordIndex:
    """Entries by their words, each word weighed by how rare it is (inverse document frequency)."""

    def __init__(self, entries: Sequence[Told]) -> None:
        self.entries = tuple(entries)
        self._postings: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            for word in set(_words(entry.text)):
                self._postings.setdefault(word, []).append(number)
        self._sizes = [math.sqrt(len(set(_words(entry.text))) or 1) for entry in self.entries]

    def nearest(self, text: str, k: int, but: str = "") -> list[tuple[Told, float]]:
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
