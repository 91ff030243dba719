"""Who a paper is: arXiv ids, DOIs and titles brought to one form."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from triage.models import TELLING, Identity, Paper

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
_OTHER_IDS = (
    ("openreview", re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^#\s]{0,200}&)?id=([\w\-]{3,20})")),
    (
        "acl",
        re.compile(r"(?:aclanthology\.org|aclweb\.org/anthology)/(?:papers/)?([A-Z]\d\d-\d{4}|\d{4}\.[\w\-]+\.\d+)"),
    ),
    ("dblp", re.compile(r"dblp\.(?:org|uni-trier\.de)/rec/(?:html/|bibtex/)?([\w\-/]+)")),
)
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


def identify(
    *,
    ids: Iterable[str | None] = (),
    links: Iterable[str | None] = (),
    title: str = "",
    authors: Iterable[str] = (),
    year: int | None = None,
) -> Identity:
    """The identity of a work by what is known of it. `ids` are arXiv ids and DOIs as people write them, `links` the
    paper's own addresses: those that hold an id count as the id, a bare host not at all."""
    found: set[str] = set()
    addresses: set[str] = set()
    for text in filter(None, ids):
        found.update(ids_in(text))
    for link in filter(None, links):
        named = ids_in(link)
        found.update(named)
        if not named and (address := _address(link)):
            addresses.add(address)
    return Identity(frozenset(found), frozenset(addresses), title_key(title), last_names(authors), year)


def ids_in(text: str) -> tuple[str, ...]:
    """The ids that `text` is or links to: "arxiv:2506.01234", "doi:10.1000/x", "openreview:…", "acl:…", "dblp:…"."""
    if found := arxiv_id(text):
        return (f"arxiv:{found.lower()}",)
    if found := doi(text):
        return (f"doi:{found}",)
    matches = ((kind, pattern.search(text)) for kind, pattern in _OTHER_IDS)
    return tuple(f"{kind}:{match.group(1)}" for kind, match in matches if match)


def identity_of(paper: Paper) -> Identity:
    """The identity of a paper as its feed, its file or the list describes it."""
    return identify(
        ids=(paper.id.removeprefix("doi:"), paper.doi),
        links=(paper.abs_url, paper.pdf_url),
        title=paper.title,
        authors=paper.authors,
        year=paper.published.year if paper.published else None,
    )


def last_names(authors: Iterable[str]) -> frozenset[str]:
    """Last names brought to one form, of "First Last" and of "Last, First", without initials and "et al."."""
    found = set()
    for author in authors:
        words = re.sub(r"\bet\s+al\b.*", "", author.partition(",")[0]).split()
        if words and len(key := title_key(words[-1])) > 1:
            found.add(key)
    return frozenset(found)


def _address(link: str) -> str:
    """A web address without what does not tell papers apart; "" for a bare host."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/").removesuffix(".pdf").rstrip("/")
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{path}?{parts.query}".rstrip("?") if host and (path or parts.query) else ""


def text_key(text: str) -> str:
    """A hash of the text: the key of its vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def identity_keys(arxiv: str | None, doi_name: str | None, title: str | None) -> tuple[str, ...]:
    """The aliases of a cited work, of which no more is known; a title of few letters says nothing."""
    found = identify(ids=(arxiv, doi_name), title=title or "").aliases
    return tuple(alias for alias in found if len(alias) >= len("title:") + TELLING or not alias.startswith("title:"))
