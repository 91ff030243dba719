"""Which chunk of an entry is its title, and what every other one is called."""

import re
from dataclasses import replace

from triage.lists.chunks import Chunk, Parse, fill
from triage.lists.leaves import escape


def shown(chunk: Chunk) -> str:
    """The text of the chunk that could be a title."""
    values = dict(chunk.values)
    for name in ("title", "strong", "label", "text", "em", "authors"):
        if name in values:
            return values[name]
    if chunk.role in ("paper", "venue"):
        return " ".join(value for name, value in chunk.values if name != "url")
    return ""


_TITLE_WEIGHT = {
    "strong": 6.0,
    "linked": 5.0,
    "text": 2.2,
    "label": 1.2,
    "em": 1.0,
    "authors": 0.25,
    "paper": 0.1,
    "venue": 0.2,
}
"""How much each word of such a chunk speaks for its being the title."""


def as_title(chunk: Chunk) -> Chunk:
    """The chunk with its text taken for the title; its final full stop belongs to the form."""
    for name in ("strong", "label", "text", "em", "authors"):
        if name in chunk.slots:
            value = dict(chunk.values)[name]
            slot = "{title}"
            quoted = re.fullmatch(r"([\"“'‘]++)(.*?)([.,]?(?<![\"”'’])[\"”'’]++[.,]?)", value)
            if quoted and name == "text":
                form = chunk.form.replace("{text}", escape(quoted[1]) + "{title}" + escape(quoted[3]))
                return Chunk("title", form, (("title", quoted[2]),))
            if value.endswith((".", "?", "!")) and not value.endswith("..."):
                slot, value = ("{title:stop}", value.rstrip(".")) if value.endswith(".") else ("{title}", value)
            form = chunk.form.replace("{" + name + "}", slot)
            if form == "{title}.":
                form = "{title:stop}"
            values = tuple(("title", value) if key == name else (key, val) for key, val in chunk.values)
            return Chunk("title", form, values)
    if chunk.role in ("paper", "venue"):
        flat = fill(chunk.form.replace("{url}", "{(}url{)}"), chunk.values)
        slots = re.search(r"\{(?:venue|year|date)\}(?:.*\{(?:venue|year|date|track)\})?", chunk.form)
        inner = fill(slots.group() if slots else chunk.form, chunk.values)
        form = escape(flat).replace(escape(inner), "{title}", 1).replace("{(}url{)}", "{url}")
        return Chunk("title", form, (("title", inner), *((k, v) for k, v in chunk.values if k == "url")))
    return chunk


def with_title(parse: Parse) -> Parse:
    """Decides which chunk is the title, if none is yet."""
    chunks = list(parse.chunks)
    if any(chunk.role == "title" and "title" in chunk.slots for chunk in chunks):
        return parse
    best, best_score = None, 0.0
    linked = False
    for place, chunk in enumerate(chunks):
        words = len(shown(chunk).split())
        weight = _TITLE_WEIGHT.get(chunk.role, 0.0)
        if chunk.form.startswith("[["):
            weight *= 0.1
        elif chunk.role == "authors" and chunk.form == "{authors}" and place <= 1 and not linked:
            # A title such as "Knots, Bells and Tides" reads like a list of people; behind a linked title it is one.
            weight = 0.8
        linked = linked or (chunk.role in ("label", "linked", "strong") and weight >= 1)
        score = weight * min(words, 12) / (1 + 0.35 * place)
        if score > best_score:
            best, best_score = place, score
    if best is not None:
        chunks[best] = as_title(chunks[best])
    return replace(parse, chunks=tuple(chunks))


_RENAMED = {"linked": "link", "label": "link", "strong": "note", "em": "note", "code_text": "note", "text": "note"}


def with_names(parse: Parse) -> Parse:
    """Gives every chunk its final role and slot names; a role that comes again is numbered."""
    seen: dict[str, int] = {}
    chunks: list[Chunk] = []
    linked = any(chunk.role == "title" and "url" in chunk.slots for chunk in parse.chunks)
    row = len(parse.gaps) > 1 and "|" in parse.gaps[0]
    has_paper = not row and any(chunk.role == "paper" and "url" in chunk.slots for chunk in parse.chunks)
    for chunk in parse.chunks:
        role = _RENAMED.get(chunk.role, chunk.role)
        if role == "authors" and "authors" in seen and chunk.form == "{authors}":
            role = "note"
        if role == "paper" and row and linked:
            role = "link"
        if role == "link" and "url" not in chunk.slots:
            role = "note"
        target = ("paper" if not has_paper else "link") if role == "title" and "url" in chunk.slots else role
        seen[role] = seen.get(role, 0) + 1
        suffix = f"_{seen[role]}" if seen[role] > 1 else ""
        form, values = chunk.form, []
        for name, value in chunk.values:
            new = _slot_name(name, role, target) + suffix
            form = form.replace("{" + name + "}", "{" + new + "}").replace("{" + name + ":", "{" + new + ":")
            values.append((new, value))
        chunks.append(Chunk(role + suffix, form, tuple(values)))
    return replace(parse, chunks=tuple(chunks))


def _slot_name(name: str, role: str, target: str) -> str:
    if name == "url":
        return target if target not in ("venue",) else "paper"
    if name in ("strong", "em", "code_text", "text") or (name in ("label", "authors") and role == "note"):
        return "note"
    return "link_label" if name == "label" else name
