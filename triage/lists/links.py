"""Links, images, badges and folds as chunks: what a link is follows from its label, else from its address."""

import re

from triage.lists.chunks import Chunk
from triage.lists.leaves import Leaf, date_leaf, escape, is_venue, label_kind, url_kind, venue_leaf
from triage.lists.tokens import Token

_REPO = re.compile(r"(?<=/)([\w.\-]+/[\w.\-]+?)(?=\.svg|\?|$|\)|&)")


_BADGE = re.compile(r"shields\.io/(?:github|badge/dynamic)|badgen|img\.shields|githubusercontent.*badge", re.IGNORECASE)


def dated_role(leaf: Leaf) -> str:
    """The role of a date, a venue (with its year), or a year alone."""
    names = {name for name, _ in leaf.values}
    return "date" if "date" in names else "year" if names == {"year"} else "venue"


def link_chunk(token: Token) -> Chunk:
    label, url = token.inner, token.url or ""
    before, middle, after = escape(token.before), escape(token.middle), escape(token.after)
    anchor = "<a" in token.before.lower()
    kind = label_kind(label)

    def form(inner: str, slot: str) -> str:
        return (
            before + "{" + slot + "}" + middle + inner + after
            if anchor
            else before + inner + middle + "{" + slot + "}" + after
        )

    badge = re.fullmatch(r"!\[([^\]]*)\]\((.*)\)", label)
    if badge:
        role = url_kind(url) or kind or "link"
        shown, values = _with_repo(label)
        return Chunk(role, form(shown, "url"), (*values, ("url", url)))
    found = venue_leaf(label) or date_leaf(label)
    short = len(label) <= 48 and len(label.split()) <= (4 if token.before.startswith("[[") else 2)
    if found is None and kind is None and token.before.startswith("[["):
        kind = url_kind(url) if url_kind(url) in ("code", "data", "demo") else None
    if found is None and kind is None and short and is_venue(label):
        found = venue_leaf(label, loose=True)
    if found:
        return Chunk("paper", form(found.form, "url"), (*found.values, ("url", url)))
    if kind:
        return Chunk(kind, form(escape(label), "url"), (("url", url),))
    name = "label" if len(label.split()) <= 4 else "linked"
    return Chunk(name, form("{label}", "url"), (("label", label), ("url", url)))


def _with_repo(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A badge's address with the repository in it as a slot."""
    number = re.search(r"(?<=[-_/ ])\d{4}\.\d{4,5}(?=[-_. )])", text)
    if number and "badge" in text:
        shown = escape(text[: number.start()]) + "{arxiv_id}" + escape(text[number.end() :])
        return shown, (("arxiv_id", number.group()),)
    found = _REPO.search(text[text.find("github/") + 6 :] if "github/" in text else "")
    if not found or "shields.io" not in text:
        return escape(text), ()
    offset = text.find("github/") + 6
    kind = re.match(r"/(?:stars|forks|last-commit|issues|license|watchers)/", text[offset - 0 :])
    begin = offset + (kind.end() if kind else 0)
    whole = re.match(r"([\w.\-]+/[\w.\-]+?)(?=\.svg|[?)&\"\s]|$)", text[begin:])
    if not whole:
        return escape(text), ()
    end = begin + whole.end()
    return escape(text[:begin]) + "{repo}" + escape(text[end:]), (("repo", whole.group(1)),)


def image_chunk(token: Token) -> Chunk:
    shown, values = _with_repo(token.text)
    if values:
        return Chunk("badge", shown, values)
    if token.url is not None and not _BADGE.search(token.url):
        return Chunk(
            "figure",
            escape(token.before + token.inner + token.middle) + "{figure}" + escape(token.after),
            (("figure", token.url),),
        )
    return Chunk("badge", escape(token.text))


def fold_chunk(token: Token) -> Chunk:
    head = token.before.lower()
    name = "abstract" if "abstract" in head else "bibtex" if re.search(r"bib|cit", head) else "details"
    return Chunk(name, escape(token.before) + "{" + name + "}" + escape(token.after), ((name, token.inner),))
