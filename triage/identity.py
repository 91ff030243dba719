"""Who a paper is: arXiv ids, DOIs and titles brought to one form, and whether a list has it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol

from triage.models import Paper

_NEW_STYLE = r"\d{4}\.\d{4,5}"
_OLD_STYLE = r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)?/\d{7}"
_ID = rf"(?:{_NEW_STYLE}|{_OLD_STYLE})"

_BARE = re.compile(rf"^(?:arxiv:)?\s*({_ID})(v\d+)?$", re.IGNORECASE)
_IN_URL = re.compile(
    rf"(?:arxiv\.org|alphaxiv\.org|ar5iv\.org|ar5iv\.labs\.arxiv\.org)/(?:abs|pdf|html|format|overview|e-print)/({_ID})(v\d+)?",
    re.IGNORECASE,
)
_MIRROR = re.compile(
    r"(?:huggingface\.co|hf\.co)/papers/(\d{4}\.\d{4,5})|doi\.org/10\.48550/arxiv\.(" + _ID + ")",
    re.IGNORECASE,
)
_TELLING = 12
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>\])}]+)", re.IGNORECASE)


def arxiv_id(text: str) -> str | None:
    """The arXiv id (without version) that `text` is or links to: "2506.01234v2", "arXiv:hep-th/9901001",
    "https://arxiv.org/pdf/2506.01234". None if there is none. Old ids lose their subject class, as arXiv gives them:
    "math.GT/0309136" is "math/0309136"."""
    text = text.strip()
    found = _BARE.match(text) or _IN_URL.search(text)
    if found:
        return _one_form(found.group(1))
    mirror = _MIRROR.search(text)
    return _one_form(mirror.group(1) or mirror.group(2)) if mirror else None


def _one_form(paper_id: str) -> str:
    archive, slash, number = paper_id.partition("/")
    return f"{archive.partition('.')[0].lower()}/{number}" if slash else paper_id


def doi(text: str) -> str | None:
    """The DOI in `text`, lower case, without trailing punctuation. arXiv's own DOIs count as arXiv ids, not here."""
    found = _DOI.search(text)
    if not found:
        return None
    value = found.group(1).rstrip(".,;:").lower()
    return None if value.startswith("10.48550/arxiv.") else value


def title_key(title: str) -> str:
    """A title without case, accents, punctuation, blanks and LaTeX marks, for comparing.

    A plus stays, and a sharp right behind a name: C, C++ and C# are three.
    """
    plain = unicodedata.normalize("NFKD", title)
    plain = re.sub(r"\\[a-zA-Z]+|[\\^${}]", "", plain).casefold()
    named = zip(plain, " " + plain, strict=False)
    return "".join(c for c, before in named if c.isalnum() or c == "+" or (c == "#" and before.isalnum()))


def file_stem(paper_id: str) -> str:
    """A file name for a paper id: "hep-th/9901001" becomes "hep-th_9901001"."""
    return re.sub(r"[^A-Za-z0-9.\-]", "_", paper_id)


class ListedEntry(Protocol):
    """What identifies an entry of a list; `triage.lists.document.Entry` has it."""

    @property
    def title(self) -> str:
        """Plain text; may be empty."""

    @property
    def arxiv_id(self) -> str | None:
        """Without version."""

    @property
    def doi(self) -> str | None:
        """As linked."""

    @property
    def links(self) -> Sequence[str]:
        """Every link target."""


class ListedPapers:
    """The papers that a list already has, by arXiv id, DOI and title."""

    def __init__(self, entries: Iterable[ListedEntry]) -> None:
        self._ids: set[str] = set()
        self._dois: set[str] = set()
        self._titles: set[str] = set()
        for entry in entries:
            links = (*entry.links, entry.arxiv_id or "", entry.doi or "")
            self._ids.update(found.lower() for link in links if (found := arxiv_id(link)))
            self._dois.update(found for link in links if (found := doi(link)))
            self._titles.add(title_key(entry.title))
        self._titles.discard("")

    def __contains__(self, paper: object) -> bool:
        """Whether the list has this paper."""
        return isinstance(paper, Paper) and (
            paper.id.lower() in self._ids
            or bool(paper.doi and (doi(paper.doi) or paper.doi.lower()) in self._dois)
            or title_key(paper.title) in self._titles
        )


def text_key(text: str) -> str:
    """A hash of the text: the key of its vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def identity_keys(arxiv: str | None, doi_name: str | None, title: str | None) -> tuple[str, ...]:
    """Keys that tell who a paper is: "arxiv:…", "doi:…", "title:…"; a title of few letters says nothing."""
    key = title_key(title or "")
    found = (f"arxiv:{arxiv}" if arxiv else "", f"doi:{doi_name.lower()}" if doi_name else "")
    return tuple(name for name in (*found, f"title:{key}" if len(key) >= _TELLING else "") if name)
