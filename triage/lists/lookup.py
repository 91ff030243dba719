"""Where a paper stands in the list: found by its entry as it was written, by arXiv id, DOI, address or title."""

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace
from functools import cached_property

from triage.identity import identify, identity_of
from triage.lists.document import Entry
from triage.lists.pairs import plain
from triage.models import Facts, Identity, KeptEntry, Paper, ReadEntry, SectionPath

READING = "entries-2"
"""Changes when the same entry would be read differently from before."""

_NUMBER = re.compile(r"^\s*+(?:\|\s*+)?\d{1,5}(?=[.)|\s])[.)]?")


class Lookup:
    """The entries of one list, to look up papers in."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def add(self, entry: Entry, paper: Paper, facts: Facts | None = None) -> None:
        """One entry more, of which the paper is known; its `start` is none of the others'."""
        self._texts.setdefault(_plain(entry.text), []).append(entry)
        for identity in (entry_identity(entry), _of_paper(paper, facts)):
            for key in identity.aliases:
                self._known.setdefault(key, []).append((entry, identity))

    def as_written(self, text: str, section: SectionPath = ()) -> Entry | None:
        """The entry that says exactly this but for blanks, line ends and its number; the one in `section` if there are
        several."""
        found = self._texts.get(_plain(text), ())
        return next((entry for entry in found if entry.section == section), found[0] if found else None)

    def find(self, paper: Paper, facts: Facts | None = None, text: str | None = None) -> tuple[Entry, ...]:
        """The entries of this paper in the list's order, whatever section they stand in. `facts` and `text`, its entry
        as a person accepted it, tell more of it: a title made shorter, the published version's address."""
        wanted = [_of_paper(paper, facts)]
        written = self._texts.get(_plain(text), ()) if text else ()
        if text:
            wanted.append(entry_identity(_as_entry(text)))
        found = {entry.start: entry for entry in written}
        for one in wanted:
            for key in one.aliases:
                for entry, identity in self._known.get(key, ()):
                    if identity.is_same(one):
                        found[entry.start] = entry
        return tuple(found[start] for start in sorted(found))

    def current_entry(self, paper: Paper, text: str, section: SectionPath) -> Entry | None:
        """The entry of a paper that was written as `text` into `section`, wherever and however it stands now. Quick in
        a long list: only entries are read that say the same, or that hold one of its ids, the end of an address, or the
        words of a title."""
        entry = self.as_written(text, section)
        if entry is None:
            groups = _telling_words(paper, text)
            likely = [
                one
                for one, said in zip(self._entries, self._folded, strict=True)
                if any(all(word in said for word in words) for words in groups)
            ]
            entry = next(iter(Lookup(likely).find(paper, text=text)), None)
        return entry

    def read_entries(self, known: Container[tuple[SectionPath, str]] = ()) -> list[ReadEntry | KeptEntry]:
        """The entries as the collection takes them, in the list's order; those whose section and text are `known` from
        an earlier reading are not read again."""
        new = [entry for entry in self._entries if (entry.section, entry.text) not in known]
        if len(new) == len(self._entries):
            identities = self._identities
        else:
            identities = _without_common_addresses([(entry, entry_identity(entry)) for entry in new])
        read = {entry.start: _read_entry(entry, identity) for entry, identity in identities}
        return [read.get(one.start) or KeptEntry(one.section, one.line, one.text) for one in self._entries]

    @cached_property
    def _folded(self) -> list[str]:
        return [entry.text.casefold() for entry in self._entries]

    @cached_property
    def _identities(self) -> list[tuple[Entry, Identity]]:
        return _without_common_addresses([(entry, entry_identity(entry)) for entry in self._entries])

    @cached_property
    def _texts(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            found[_plain(entry.text)].append(entry)
        return dict(found)

    @cached_property
    def _known(self) -> dict[str, list[tuple[Entry, Identity]]]:
        found: dict[str, list[tuple[Entry, Identity]]] = defaultdict(list)
        for entry, identity in self._identities:
            for key in identity.aliases:
                found[key].append((entry, identity))
        return dict(found)


def _telling_words(paper: Paper, text: str) -> list[tuple[str, ...]]:
    """Words, case folded: an entry of this paper holds all of one group of them."""
    groups: list[tuple[str, ...]] = []
    written = _as_entry(text)
    for identity in (_of_paper(paper, None), entry_identity(written)):
        groups += [(known.partition(":")[2].casefold(),) for known in identity.ids]
        groups += [(address.split("/")[-1].casefold(),) for address in identity.addresses]
    groups += [tuple(re.findall(r"[^\W_]+", title.casefold())) for title in (paper.title, written.title)]
    return [group for group in groups if any(group)]


def _without_common_addresses(pairs: Sequence[tuple[Entry, Identity]]) -> list[tuple[Entry, Identity]]:
    """Without the addresses that entries of different titles share (proceedings, a project of many papers)."""
    titles: dict[str, set[str]] = defaultdict(set)
    for _, one in pairs:
        for address in one.addresses:
            titles[address].add(one.title)
    telling = {address for address, named in titles.items() if len(named) == 1}
    return [(entry, replace(one, addresses=one.addresses & telling)) for entry, one in pairs]


def _of_paper(paper: Paper, facts: Facts | None) -> Identity:
    known = identity_of(paper)
    if facts is None:
        return known
    more = identify(ids=(facts.arxiv_id,), links=(facts.paper_url,))
    return replace(known, ids=known.ids | more.ids, addresses=known.addresses | more.addresses)


def entry_identity(entry: Entry) -> Identity:
    """Who the paper of an entry is, as far as the entry says."""
    return identify(
        ids=(entry.arxiv_id, entry.doi),
        links=(entry.fields.get("paper"),),
        title=entry.title,
        authors=entry.authors,
        year=entry.year,
    )


def _read_entry(entry: Entry, identity: Identity) -> ReadEntry:
    return ReadEntry(
        section=entry.section,
        line=entry.line,
        text=entry.text,
        words=_words(entry.text),
        title=entry.title,
        identity=identity,
        authors=entry.authors,
        venue=entry.venue,
        year=entry.year,
        links=tuple(link for link in (entry.fields.get("paper"), *entry.links) if link),
    )


def _as_entry(text: str) -> Entry:
    return Entry((), 0, len(text), 1, text)


def _words(text: str) -> str:
    """An entry as a reader sees it: without bullet or number, table bars and markup."""
    bare = re.sub(r"^(?:[-*+]|\d{1,5}[.)])\s+", "", text.strip())
    bare = re.sub(r"!\[[^\]\n]*\]\([^)\s]*\)", "", bare)
    bare = re.sub(r"\[\[([^\[\]\n]*+)\]\]\([^()\s]*+\)", r"[\1]", bare)
    return plain(bare.strip("|").replace("|", " · ")).replace("*", "").replace("_", " ")


def _plain(text: str) -> str:
    """An entry's words and marks, without its number in the list and without line ends and runs of blanks."""
    return " ".join(_NUMBER.sub("", text).split())
