"""A stretch of one line as chunks and gaps."""

import re

from triage.lists.chunks import Builder, Chunk
from triage.lists.leaves import Leaf, date_leaf, escape, is_people, is_venue, label_kind, url_kind, venue_leaf
from triage.lists.links import dated_role, fold_chunk, image_chunk, link_chunk
from triage.lists.phrases import put_words
from triage.lists.tokens import (
    BRACKET,
    CODE,
    EM,
    FIGURE,
    FOLD,
    IMAGE,
    LINK,
    PAREN,
    PLAIN,
    STRONG,
    TAG,
    URL,
    Token,
    tokenize,
)

_ET_AL = re.compile(
    r"(?P<authors>.{2,200}?\bet\.? al\b\.?,?)(?P<gap>[ .,]*)(?P<venue>[^\s.,][^\n]{0,120}?)(?P<end>[ .]*)"
)


_BOLD_WITH_VENUE = re.compile(r"(?P<title>[^()]*[^()\s])(?P<gap>\s+)\((?P<venue>[^()]{2,60})\)")


def read_inline(content: str, out: Builder, first: bool) -> None:
    for token in _merged(tokenize(content)):
        put_token(token, out, first)


def _merged(tokens: list[Token]) -> list[Token]:
    """Brackets and raised letters amid words belong to them: "Networks (GANs) at Sea", "D<sup>3</sup>"."""
    out: list[Token] = []
    for place, token in enumerate(tokens):
        text = out[-1] if out and out[-1].kind == PLAIN else None
        words = text is not None and re.search(r"[^\W\d_]", text.text) is not None
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        before_words = following is not None and following.kind == PLAIN and following.text.lstrip()[:1].isalnum()
        if token.kind == TAG:
            joins = words and re.match(r"</?su[bp]>", token.text, re.IGNORECASE) is not None
        elif token.kind == PAREN and token.text == f"({token.inner})":
            known = date_leaf(token.inner) or venue_leaf(token.inner) or label_kind(token.inner)
            joins = not known and (words or (before_words and not is_venue(token.inner)))
        else:
            joins = token.kind == PLAIN and text is not None
        if joins:
            whole = (text.text if text else "") + token.text
            out[-1:] = [Token(PLAIN, whole, inner=whole)] if text else [*out[-1:], Token(PLAIN, whole, inner=whole)]
        else:
            out.append(token)
    return out


def put_token(token: Token, out: Builder, first: bool) -> None:
    """One token as chunk, or as gap if it carries nothing."""
    if token.kind == PLAIN:
        put_words(token.text, out, first)
    elif token.kind == LINK:
        out.chunk(link_chunk(token))
    elif token.kind in (IMAGE, FIGURE):
        out.chunk(image_chunk(token))
    elif token.kind == FOLD:
        out.chunk(fold_chunk(token))
    elif token.kind == URL:
        out.chunk(Chunk(url_kind(token.text) or "paper", "{url}", (("url", token.text),)))
    elif token.kind in (TAG,):
        out.gap(token.text)
    else:
        found = _marked(token)
        if found:
            out.chunk(found)
        else:
            out.gap(token.text)


def _marked(token: Token) -> Chunk | None:
    """Emphasis or brackets around a text."""
    inner = token.inner
    before, after = escape(token.before), escape(token.after)
    if not re.search(r"\w", inner):
        return None
    found = _with_venue(token) if token.kind == STRONG else None
    if found:
        return Chunk("strong", before + found.form + after, found.values)
    found = date_leaf(inner) or venue_leaf(inner, loose=token.kind in (BRACKET, PAREN, CODE))
    if token.kind in (BRACKET, PAREN, CODE) and label_kind(inner):
        return Chunk(label_kind(inner) or "link", escape(token.text))
    people = None if found else _people(token)
    if people:
        return Chunk("authors", before + people.form + after, people.values)
    if not found and token.kind == EM:
        found = venue_leaf(inner, loose=True)
    if found:
        return Chunk(dated_role(found), before + found.form + after, found.values)
    name = {STRONG: "strong", EM: "em", BRACKET: "label", CODE: "code_text"}.get(token.kind, "note")
    return Chunk(name, before + "{" + name + "}" + after, ((name, inner),))


def _with_venue(token: Token) -> Leaf | None:
    """A title in bold with its venue in brackets at the end: "**Mapping Images to Scene Graphs (NIPS 2019)**"."""
    split = _BOLD_WITH_VENUE.fullmatch(token.inner)
    leaf = venue_leaf(split["venue"]) if split else None
    if split is None or leaf is None or len(split["title"].split()) < 3:
        return None
    return Leaf(f"{{strong}}{split['gap']}({leaf.form})", (("strong", split["title"]), *leaf.values))


def _people(token: Token) -> Leaf | None:
    """Authors in italics or brackets, perhaps with the venue behind "et al."."""
    split = _ET_AL.fullmatch(token.inner) if token.kind == EM else None
    if split and is_venue(split["venue"]):
        form = "{authors}" + escape(split["gap"]) + "{venue}" + escape(split["end"])
        return Leaf(form, (("authors", split["authors"]), ("venue", split["venue"])))
    if token.kind in (EM, PAREN, BRACKET) and is_people(token.inner):
        return Leaf("{authors}", (("authors", token.inner),))
    return None
