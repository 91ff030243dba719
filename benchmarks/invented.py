"""What a published entry says that its paper does not: found in the file itself, by a rule of its own.

The entry is the block of lines that publishing brought into the file, as text; nothing here knows fields, drafts or the
guard that they passed. Checked are its numbers, its words with a capital or a digit, runs of capitalised words (they
must stand close together in the paper, in this order), and its addresses.

The source is the paper alone: title, authors, abstract, comment, journal reference, full text if there is one, and its
record (arXiv id, DOI, the day it was announced, and that it is on arXiv). The rest of the list is no source: a name
from another entry, or from a heading, is invented. Three things are not the paper's and not invented either:

* what the list's format itself contributes: a label in brackets ("[Code]"), before a colon ("Datasets:"), a whole cell
  of a table, a tag, a heading within the entry, a word set off by markup, an address without what is the paper's in it;
  each only if it stands to the letter, delimiters included, in at least two other entries of the list from before;
* a number that counts the entry, where at least two other entries begin with one;
* a venue's short name whose letters begin, in order, the words of a name in the comment ("TMI" for "Transactions on
  Medical Imaging"), the word "workshop" where the comment has something "@" a venue, and a venue that the section is
  named after, with the year, since a person chose the section;
* a word that opens a sentence with a capital and is an ordinary English one: papers write it in small letters.

Known limits: inventions in small letters and without numbers are not seen; a label that happens to be a data set's name
in two other entries is taken for format.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from triage.models import Paper

_WORD = re.compile(r"[^\W_]+(?:[.'’+][^\W_]+)*")
_ADDRESS = re.compile(r"https?://[^\s<>\"'|\]]+")
_COUNT = re.compile(r"\s*\|?\s*\d{1,5}(?=[.)]|\s*\|)")
_ENOUGH = 2
_CLOSE = 5
"""Words within which a run of capitalised words must stand in the paper."""


@dataclass(frozen=True)
class Surroundings:
    """The list before the entry came in: the texts of its entries, the headings of the section; and `ordinary`, English
    words that papers write in small letters."""

    entries: Sequence[str] = ()
    headings: Sequence[str] = ()
    ordinary: frozenset[str] = frozenset()


def inventions(entry: str, paper: Paper, around: Surroundings, full_text: str = "") -> list[str]:
    """What the entry's text says that neither the paper nor the list's format does, in order."""
    source = _Source(paper, around.headings, full_text)
    found = [address for address in _addresses(entry) if not _is_of(address, source, around)]
    rest = _ADDRESS.sub(" ", _unescaped(entry))
    if sum(bool(_COUNT.match(other)) for other in around.entries) >= _ENOUGH:
        rest = _COUNT.sub(" ", rest, count=1)
    for form in sorted(_format(rest, around), key=len, reverse=True):
        rest = rest.replace(form, " ¦ ")
    for sentence in re.split(r"(?<=[.!?:;|¦*\n])\s+|¦|\n|\|", rest):
        found += _strange_words(sentence, source, around.ordinary)
    return found


def ordinary_words(abstracts: Iterable[str], least: int = 3) -> frozenset[str]:
    """The words that at least so many abstracts write in small letters."""
    seen: Counter[str] = Counter()
    for abstract in abstracts:
        seen.update(set(re.findall(r"\b[a-z]{3,}\b", abstract)))
    return frozenset(word for word, count in seen.items() if count >= least)


class _Source:
    """A paper's words, as they are compared."""

    def __init__(self, paper: Paper, headings: Sequence[str], full_text: str) -> None:
        said = (paper.title, paper.abstract, paper.comment or "", paper.journal_ref or "", full_text)
        parts = (*said, *(text.replace("-", "") for text in said), *paper.authors)
        self.text = "\n".join((*said, *paper.authors))
        self.id, self.doi = paper.id, paper.doi or ""
        self.places: dict[str, list[int]] = {}
        self.squeezed = ""
        place = 0
        for part in parts:
            words = _folded_words(part)
            self.squeezed += " " + "".join(words)
            for word in words:
                self.places.setdefault(word, []).append(place)
                place += 1
            place += _CLOSE
        for word in _folded_words(_record(paper)):
            self.places.setdefault(word, [])
        found = re.findall(r"(?:github|gitlab|huggingface)\.\w+/([\w.-]+/[\w.-]*\w)", self.text)
        self.repositories = {repository.removesuffix(".git") for repository in found}
        self.venue = _plain(f"{paper.comment or ''} {paper.journal_ref or ''}")
        if "@" in (paper.comment or ""):
            self.places.setdefault("workshop", [])
        for heading in headings:
            if re.search(r"\b(?:19|20)\d\d\b", heading):
                self.venue = f"{self.venue} {_plain(heading)}"
                self.places.update({word: [] for word in _folded_words(heading) if word not in self.places})
        self.initials = {word[:1] for author in paper.authors for word in _folded_words(author)}

    def has(self, word: str) -> bool:
        """Whether the paper has this word, whatever its case, with or without a plural's or a verb's ending."""
        if word in self.places or (word.isdigit() and len(word) == 1 and word in self.squeezed):
            return True
        bare = {word.removesuffix(ending) for ending in ("s", "es", "ies", "d", "ed", "'s", "’s")} - {word, ""}
        longer = {word + ending for ending in ("s", "es", "d", "ed")} | {word.removesuffix("y") + "ies"}
        return any(form in self.places for form in bare | longer | {f"{one}y" for one in bare})

    def has_run(self, words: Sequence[str]) -> bool:
        """Whether the words stand in the paper in this order, each near the one before; in any order in its comment."""
        if "".join(words) in self.squeezed or all(self._near(one, other) for one, other in pairwise(words)):
            return True
        return all(word in _folded_words(self.venue) for word in words)

    def _near(self, one: str, other: str) -> bool:
        after = self.places.get(other, [])
        return any(0 < later - place <= _CLOSE for place in self.places.get(one, []) for later in after)

    def shortens(self, word: str) -> bool:
        """Whether the word's letters begin, in order, words of a name in the comment or the journal reference."""
        letters = re.sub(r"[^a-z]", "", word.casefold())
        names = [part.casefold() for part in re.findall(r"[A-Za-z]+", self.venue)]
        small = {"of", "the", "on", "and", "for", "in", "to", "a"}
        names = [part for part in names if part not in small]
        return len(letters) >= 3 and any(_begins(letters, names[at : at + 10]) for at in range(len(names)))


def _begins(letters: str, words: Sequence[str]) -> bool:
    """Whether `letters` are beginnings of these words, one after the other; words may be left out behind the first."""
    if not letters:
        return True
    if not words:
        return False
    first = words[0]
    for length in range(min(len(letters), len(first)), 0, -1):
        if first.startswith(letters[:length]) and _rest_begins(letters[length:], words[1:]):
            return True
    return False


def _rest_begins(letters: str, words: Sequence[str]) -> bool:
    return not letters or any(_begins(letters, words[skip:]) for skip in range(min(3, len(words))))


def _record(paper: Paper) -> str:
    """What a feed tells of the paper beside its words: where it is and since when, in the ways people write days."""
    parts = ["arXiv preprint", paper.id, paper.doi or "", " ".join(paper.categories)]
    number = re.match(r"(\d\d)(\d\d)\.\d{4,5}", paper.id)
    if number:
        parts += _days(date(2000 + int(number[1]), int(number[2]), 1)) if 1 <= int(number[2]) <= 12 else []
    if paper.published:
        day = paper.published.day
        ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
        parts += [*_days(paper.published), str(day), f"{day:02}", f"{day}{ending}"]
    return "\n".join(parts)


def _days(day: date) -> list[str]:
    return [f"{day:%Y %y %m %B %b}", str(day.month), f"{day:%Y%m}"]


def _plain(text: str) -> str:
    """Without TeX, accents and case of typography: as compared."""
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda command: _greek(command.group(1)), text)
    text = re.sub(r"\\[\"'`^~=.]", "", text)
    text = re.sub(r"[\\${}^_]", "", unicodedata.normalize("NFKD", text))
    return "".join(char for char in text if not unicodedata.combining(char))


def _greek(name: str) -> str:
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name.upper()}")
    except KeyError:
        return ""


def _folded_words(text: str) -> list[str]:
    words = []
    for word in _WORD.findall(_plain(text)):
        words.append(word.casefold())
        pieces = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)?", word.casefold())
        words += pieces if len(pieces) > 1 else []
    return words


def _unescaped(entry: str) -> str:
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&nbsp;", " ")):
        entry = entry.replace(written, meant)
    return re.sub(r"\\([^\w\s])", r"\1", entry)


def _addresses(entry: str) -> list[str]:
    return [address.rstrip(").,;:*_`~") for address in _ADDRESS.findall(entry.replace("\\", ""))]


def _is_of(address: str, source: _Source, around: Surroundings) -> bool:
    """Whether the address is the paper's: it stands in its text or leads to its id, or is one of the list's own kind
    with something of the paper in it (a badge)."""
    bare = re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")
    if bare in source.text or bare.removesuffix(".git") in source.text:
        return True
    own = [part for part in (source.id, source.doi) if part and part in bare]
    if own and bare.startswith(("arxiv.org/", "doi.org/", "alphaxiv.org/", "huggingface.co/papers/")):
        return True
    own += [repository for repository in source.repositories if repository in bare]
    for part in own:
        before, _, after = address.partition(part)
        if sum(before in entry and after in entry for entry in around.entries) >= _ENOUGH:
            return True
    return sum(address in entry for entry in around.entries) >= _ENOUGH


_LABELS = re.compile(
    r"!?\[[^\[\]\n]{1,40}\](?:\(|(?=\s|$|\]|,|\||<))|[*_`\"]{1,3}[^*_`\"\n]{1,30}[*_`\"]{1,3}|<[^<>\n]{1,200}>|"
    r"[^\W\d_][\w ]{0,24}[*_]{0,3}\s?[:：]|\|\s?[^|\n]{1,24}\s?(?=\|)|^#{1,6}[^\n]+",
    re.MULTILINE,
)


def _format(entry: str, around: Surroundings) -> set[str]:
    """The labels in the entry that the list writes to the letter in at least two other entries."""
    others = [_ADDRESS.sub(" ", _unescaped(other)) for other in around.entries]
    found = {match.group() for match in _LABELS.finditer(entry)}
    return {form for form in found if sum(form in other for other in others) >= _ENOUGH}


def _strange_words(sentence: str, source: _Source, ordinary: frozenset[str]) -> list[str]:
    found: list[str] = []
    run: list[str] = []
    text, end = _plain(sentence), 0
    for match in _WORD.finditer(text):
        word, low = match.group(), match.group().casefold()
        opening, apart = end == 0 and word[1:].islower(), text[end : match.start()].strip(" -–/&") != ""
        end = match.end()
        named = any(char.isupper() or char.isdigit() for char in word)
        known = named and _is_known(low, source)
        if apart or not known:
            found += _broken_run(run, source)
            run = []
        if known and low in source.places:
            run.append(low)
        elif named and not known and not source.shortens(word) and not (opening and low in ordinary):
            found.append(word)
    return found + _broken_run(run, source)


def _is_known(word: str, source: _Source) -> bool:
    if source.has(word) or (len(word) == 1 and word in source.initials):
        return True
    pieces = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)?", word)
    return len(pieces) > 1 and all(source.has(piece) for piece in pieces)


def _broken_run(run: Sequence[str], source: _Source) -> list[str]:
    """The capitalised words in a row as one invention, if the paper has them, but nowhere together."""
    named = [word for word in run if not word.isdigit() and source.places[word]]
    return [" ".join(named)] if len(named) > 1 and not source.has_run(named) else []
