"""The links that authors give as their own: code, project page, data. From abstract, comment, first page and PDF."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from triage.models import FullText, Paper


@dataclass(frozen=True, slots=True)
class Links:
    """What the authors link to as theirs; http(s) addresses, or None."""

    code: str | None = None
    project: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    """An address in a text, the words around it, and how near the place is to the authors (1 abstract … 3 body)."""

    url: str
    before: str
    after: str
    place: int


def find_links(paper: Paper, text: FullText | None) -> Links:
    """The authors' own code, project and data links; a repository that is only cited does not count."""
    mentions = list(islice(_mentions(paper, text), 400))
    if text:
        mentions = [_whole(mention, text.links) for mention in mentions]
    names = _method_names(paper.title)
    best: dict[str, tuple[float, str]] = {}
    for mention in mentions:
        kind = _kind(mention)
        score = _claim(mention, kind, names)
        if kind and score > 0 and score > best.get(kind, (0.0, ""))[0]:
            best[kind] = (score, mention.url)
    found = {kind: re.sub(r"\.git$", "", url) for kind, (_, url) in best.items()}
    if "code" not in found and text:
        found.update(_by_name(text.links, names, paper.authors))
    return Links(found.get("code"), found.get("project"), found.get("data"))


_URL = re.compile(
    r"(?:https?://|(?<![\w/.@-])(?:www\.|github\.com/|gitlab\.com/|huggingface\.co/))[^\s<>\"'|\\^`{}\[\]]+",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}*_'\"’”>~"


def addresses(text: str) -> Iterator[tuple[str, int, int]]:
    """Each http(s) address in `text`, cleaned of what only surrounds it, with its start and end."""
    for match in _URL.finditer(text):
        url = match.group()
        if url.count("(") < url.count(")"):
            url = url[: url.rindex(")")] if url.endswith(")") else url.split(")", 1)[0]
        url = url.rstrip(_TRAILING)
        if not url.lower().startswith("http"):
            url = f"https://{url}"
        if is_web_address(url):
            yield url, match.start(), match.end()


def is_web_address(url: str) -> bool:
    """Whether `url` is a plain http(s) address: a host with a dot, no user name, no blanks, quotes or control marks."""
    if not re.fullmatch(r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]+", url, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return "." in (parts.hostname or "") and "@" not in parts.netloc


def _mentions(paper: Paper, text: FullText | None) -> Iterator[_Mention]:
    sources = [(paper.abstract, 1), (paper.comment or "", 1)]
    if text and text.source == "pdf":
        sources += [(page.text, 2 if page.number == 1 else 3) for page in text.pages]
    for source, place in sources:
        for url, start, end in addresses(source):
            before = re.split(r"(?<=[.!?;])\s+(?=[A-Z])", source[max(0, start - 160) : start])[-1]
            after = re.split(r"(?<=[.!?;])\s", source[end : end + 60])[0]
            yield _Mention(url, " ".join(before.split()), " ".join(after.split()), place)


def _whole(mention: _Mention, annotations: tuple[str, ...]) -> _Mention:
    """The mention with the address of the annotation it is the beginning of: text cuts addresses at line ends."""
    longer = [a for a in annotations if a.startswith(mention.url.rstrip("-/")) and is_web_address(a)]
    if len(longer) == 0 or mention.url in annotations:
        return mention
    shortest = min(longer, key=len)
    return _Mention(shortest.rstrip(_TRAILING), mention.before, mention.after, mention.place)


_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "anonymous.4open.science", "gitee.com")
_DATA_HOSTS = (
    "drive.google.com",
    "dropbox.com",
    "zenodo.org",
    "figshare.com",
    "physionet.org",
    "kaggle.com",
    "osf.io",
    "ieee-dataport.org",
    "dataverse",
)
_NO_PROJECT = ("arxiv.org", "doi.org", "creativecommons.org", "orcid.org", "openreview.net", "ieee.org", "springer.com")
_WORDS_CODE = re.compile(
    r"\b(?:code|codes|codebase|implementation|repository|repo|source|models?|weights|checkpoints|github|toolkit|"
    r"library|package)\b",
    re.I,
)
_WORDS_DATA = re.compile(r"\b(?:data|datasets?|benchmark|corpus|annotations?)\b", re.I)
_WORDS_PROJECT = re.compile(
    r"\b(?:project|web\s?page|page|website|web\s?site|homepage|home page|site|demo|videos?|visit)\b", re.I
)


def _kind(mention: _Mention) -> str | None:
    parts = urlsplit(mention.url)
    host = (parts.hostname or "").removeprefix("www.")
    depth = [piece for piece in parts.path.split("/") if piece]
    if host in ("huggingface.co", "hf.co"):
        return _on_hugging_face(depth)
    if host in _CODE_HOSTS or host.startswith("gitlab."):
        return _on_code_host(mention, host, depth)
    if any(name in host for name in _DATA_HOSTS):
        return "data"
    return None if host.endswith(_NO_PROJECT) else _elsewhere(mention, host)


def _on_hugging_face(depth: list[str]) -> str:
    if depth[:1] == ["datasets"]:
        return "data"
    return "code" if len(depth) == 2 and depth[0] not in ("papers", "spaces", "collections") else "project"


def _on_code_host(mention: _Mention, host: str, depth: list[str]) -> str | None:
    if len(depth) < 2 and host != "anonymous.4open.science":
        return "code" if depth and mention.place == 1 else None
    around = re.sub(r"(?i)github\S*", "", f"{mention.before} {mention.after}")
    return "data" if _WORDS_DATA.search(around) and not _WORDS_CODE.search(around) else "code"


def _elsewhere(mention: _Mention, host: str) -> str | None:
    if host.endswith((".github.io", ".gitlab.io")) or _WORDS_PROJECT.search(f"{mention.before} {mention.after}"):
        return "project"
    if mention.place != 1:
        return None
    if _WORDS_CODE.search(mention.before):
        return "code"
    return None if mention.before else "project"


_OURS = re.compile(
    r"\b(?:our|we|this (?:work|paper|study)|available|released?|found|accessible|access|public\w*|open[- ]?sourced?|"
    r"hosted|project page|(?:source )?codes?\s*:|code and \w+|github\s*:)",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:based on|build on|built (?:up)?on|adapted|following|follow|official (?:code|implementation|repository) of|"
    r"provided by|borrow\w*|using the|we use|we used|used the|taken from|downloaded|implementation (?:of|from|by|"
    r"provided)|their|et al|authors of|from the|baseline|third[- ]party|\[\d+\])",
    re.IGNORECASE,
)


def _claim(mention: _Mention, kind: str | None, names: frozenset[str]) -> float:
    around = f"{mention.before} {mention.after}"
    score = {1: 3.0, 2: 1.0, 3: 0.0}[mention.place]
    score += 2.0 if _OURS.search(around) else 0.0
    score -= 3.0 if _THEIRS.search(around) else 0.0
    score += 2.0 if names & _path_names(mention.url) else 0.0
    score -= 0.5 if kind == "code" and "huggingface.co" in mention.url else 0.0
    if mention.place == 3 and kind != "code":
        score -= 2.0
    if mention.place == 2 and not (_OURS.search(around) or names & _path_names(mention.url)):
        score -= 1.0
    if mention.place == 3 and not re.search(r"(?i)\b(?:our|code|codes|implementation)\b", around):
        score -= 1.5
    return score


def _method_names(title: str) -> frozenset[str]:
    """What the paper calls its method: the words before a colon, and words written like names ("DiffAD")."""
    head = title.partition(":")[0] if ":" in title else ""
    names = {_plain(head)} if head and len(head.split()) <= 3 else set()
    names |= {_plain(word) for word in re.findall(r"[\w+-]+", title) if re.search(r"[a-z0-9][A-Z]|[A-Z]{3,}", word)}
    return frozenset(name for name in names if len(name) >= 4)


def _path_names(url: str) -> frozenset[str]:
    pieces = [piece for piece in urlsplit(url).path.split("/") if piece][-1:]
    return frozenset(_plain(re.sub(r"\.git$", "", piece)) for piece in pieces)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _by_name(annotations: tuple[str, ...], names: frozenset[str], authors: Sequence[str]) -> dict[str, str]:
    """The first repository among the PDF's links that is named like the method, or kept under an author's full name."""
    people = {_plain(name) for author in authors for name in (author, " ".join(reversed(author.split(", "))))}
    for url in annotations:
        host = (urlsplit(url).hostname or "").removeprefix("www.") if is_web_address(url) else ""
        owner = _plain(urlsplit(url).path.strip("/").split("/")[0]) if host else ""
        if host in _CODE_HOSTS and (names & _path_names(url) or (len(owner) >= 8 and owner in people)):
            return {"code": url.rstrip(_TRAILING)}
    return {}
