"""Where a paper stands in the list: found by its entry as it was written, by arXiv id, DOI, address or title."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from triage.identity import arxiv_id, doi, title_key
from triage.lists.document import Entry
from triage.models import Facts, Paper, SectionPath

_TELLING = 12
"""A title of fewer letters ("SAM 2") tells a paper only together with one of its authors."""

_NUMBER = re.compile(r"^\s*\|?\s*\d{1,5}(?=[.)|\s])[.)]?")


@dataclass(frozen=True, slots=True)
class _Identity:
    """What tells one work from another: its arXiv id, DOIs, the paper's own addresses, its title and its authors' last
    names, each brought to one form."""

    arxiv: str | None = None
    dois: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    title: str = ""
    names: frozenset[str] = frozenset()

    def index_keys(self) -> list[str]:
        """One of these is shared by any two that are the same work."""
        found = [f"arxiv:{self.arxiv}"] if self.arxiv else []
        found += [f"doi:{name}" for name in self.dois]
        found += [f"address:{address}" for address in self.addresses]
        return found + ([f"title:{self.title}"] if self.title else [])

    def is_same(self, other: "_Identity") -> bool:
        """Whether both are one work. A title alone is not enough where the arXiv ids say otherwise, and a short one
        only with a common author."""
        if self.arxiv and other.arxiv:
            return self.arxiv == other.arxiv
        if self.dois & other.dois or self.addresses & other.addresses:
            return True
        return (
            bool(self.title)
            and self.title == other.title
            and (len(self.title) >= _TELLING or bool(self.names & other.names))
        )


class Lookup:
    """The entries of one list, to look up papers in. Entries are read field by field only for what is not found by its
    text, so that looking up what was published stays quick in a long list."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def add(self, entry: Entry, paper: Paper, facts: Facts | None = None) -> None:
        """One entry more, of which the paper is known; its `start` is none of the others'."""
        self._texts.setdefault(_plain(entry.text), []).append(entry)
        for identity in (_of_entry(entry), _of_paper(paper, facts)):
            for key in identity.index_keys():
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
            wanted.append(_of_entry(_as_entry(text)))
        found = {entry.start: entry for entry in written}
        for one in wanted:
            for key in one.index_keys():
                for entry, identity in self._known.get(key, ()):
                    if identity.is_same(one):
                        found[entry.start] = entry
        return tuple(found[start] for start in sorted(found))

    def standing(self, paper: Paper, text: str, section: SectionPath) -> Entry | None:
        """The entry of a paper that was written as `text` into `section`, wherever and however it stands now. Quick in
        a long list: only entries are read that say the same, or that hold its id, its DOI, the end of an address, or
        the words of its title."""
        entry = self.as_written(text, section)
        if entry is None:
            marks = _marks(paper, text)
            likely = [
                one
                for one, said in zip(self._entries, self._said, strict=True)
                if any(all(word in said for word in mark) for mark in marks)
            ]
            entry = next(iter(Lookup(likely).find(paper, text=text)), None)
        return entry

    @cached_property
    def _said(self) -> list[str]:
        return [entry.text.casefold() for entry in self._entries]

    @cached_property
    def _texts(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            found[_plain(entry.text)].append(entry)
        return dict(found)

    @cached_property
    def _known(self) -> dict[str, list[tuple[Entry, _Identity]]]:
        found: dict[str, list[tuple[Entry, _Identity]]] = defaultdict(list)
        identities = _without_common_addresses([(entry, _of_entry(entry)) for entry in self._entries])
        for entry, identity in identities:
            for key in identity.index_keys():
                found[key].append((entry, identity))
        return dict(found)


def _marks(paper: Paper, text: str) -> list[tuple[str, ...]]:
    """Words, case folded: an entry of this paper holds all of one group of them."""
    groups: list[tuple[str, ...]] = []
    for identity in (_of_paper(paper, None), _of_entry(_as_entry(text))):
        ends = (address.strip("?").split("/")[-1] for address in identity.addresses)
        groups += [(mark.casefold(),) for mark in (identity.arxiv, *identity.dois, *ends) if mark]
    for title in (paper.title, _as_entry(text).title):
        groups.append(tuple(re.findall(r"[^\W_]+", title.casefold())))
    return [group for group in groups if group]


def _without_common_addresses(pairs: Sequence[tuple[Entry, _Identity]]) -> list[tuple[Entry, _Identity]]:
    """An address that entries of different titles lead to (the proceedings, a project of many papers) tells none."""
    titles: dict[str, set[str]] = defaultdict(set)
    for _, one in pairs:
        for address in one.addresses:
            titles[address].add(one.title)
    telling = {address for address, named in titles.items() if len(named) == 1}
    return [
        (entry, _Identity(one.arxiv, one.dois, one.addresses & telling, one.title, one.names)) for entry, one in pairs
    ]


def _of_paper(paper: Paper, facts: Facts | None) -> _Identity:
    links = [paper.abs_url, paper.pdf_url, facts.paper_url if facts else None]
    named = [paper.doi, paper.id.removeprefix("doi:") if paper.id.startswith("doi:") else None, *links]
    return _Identity(
        arxiv_id(paper.id) or (facts.arxiv_id if facts else None),
        frozenset(found for text in named if text and (found := doi(text))),
        _addresses(links),
        title_key(paper.title),
        _last_names(paper.authors),
    )


def _of_entry(entry: Entry) -> _Identity:
    return _Identity(
        entry.arxiv_id,
        frozenset((entry.doi,) if entry.doi else ()),
        _addresses([entry.fields.get("paper")]),
        title_key(entry.title),
        _last_names(entry.authors),
    )


def _as_entry(text: str) -> Entry:
    return Entry((), 0, len(text), 1, text)


def _addresses(links: Iterable[str | None]) -> frozenset[str]:
    """Web addresses without what does not tell papers apart; those with an arXiv id or DOI count as such, and a bare
    host not at all."""
    found = set()
    for link in links:
        if not link or arxiv_id(link) or doi(link):
            continue
        try:
            parts = urlsplit(link.strip())
        except ValueError:
            continue
        path = re.sub(r"/(?:pdf|forum)$", "/forum", parts.path.rstrip("/").removesuffix(".pdf").rstrip("/"))
        host = (parts.netloc or "").lower().removeprefix("www.")
        if host and (path or parts.query):
            found.add(f"{host}{path}?{parts.query}")
    return frozenset(found)


def _last_names(authors: Iterable[str]) -> frozenset[str]:
    """Last names without initials and "et al."."""
    names = (re.sub(r"\bet\s+al\b.*", "", author).split() for author in authors)
    return frozenset(key for words in names if words and len(key := title_key(words[-1])) > 1)


def _plain(text: str) -> str:
    """An entry's words and marks, without its number in the list and without line ends and runs of blanks."""
    return " ".join(_NUMBER.sub("", text).split())
