"""The question put to a model about one paper: candidates, examples from the list itself, and the paper, fenced."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.drafting.answer import NONE_FITS, Wanted, explain, reply_schema
from triage.drafting.nearest import Told
from triage.drafting.sentences import clean, sentences
from triage.drafting.tex import plain_text
from triage.models import FullText, Paper, SectionPath, show_path
from triage.prompts import Prompt
from triage.services import Message

_ABSTRACT = 3000
_BODY = 2500
_TELLING = ("dataset", "benchmark", "code", "available", "github", "project page", "we evaluate", "experiments on")


@dataclass(frozen=True, slots=True)
class Question:
    """All that is sent, with what is needed to read the reply. `options` maps a section as shown to its path; `key`
    is a hash of what the reply depends on."""

    paper_id: str
    purpose: str
    messages: tuple[Message, ...]
    schema: Mapping[str, object]
    wanted: Wanted
    options: Mapping[str, SectionPath]
    key: str


def paper_block(paper: Paper, text: FullText | None) -> str:
    """What a model is shown of a paper: title, abstract, comment, and the sentences on data and code."""
    parts = [f"Title: {clean(plain_text(paper.title))}", f"Abstract: {clean(plain_text(paper.abstract))[:_ABSTRACT]}"]
    if paper.comment:
        parts.append(f"Comment: {clean(plain_text(paper.comment))[:400]}")
    if text and text.source == "pdf":
        telling, length = [], 0
        for sentence in (s for page in text.pages for s in sentences(clean(page.text))):
            if len(sentence) < 400 and any(word in sentence.casefold() for word in _TELLING):
                telling.append(sentence)
                length += len(sentence)
            if length > _BODY:
                break
        if telling:
            parts.append("From the text: " + " ".join(telling))
    return "\n".join(parts)


def dependence(model: str, list_title: str, prompt: Prompt, wanted: Wanted) -> str:
    """A hash of what a reply depends on beside the paper: model, prompt, list, and what is asked for. The order of the
    sections and the examples are left out: they follow the list's newest entries, and no answer is worth less, or
    worth paying for again, because others were added."""
    told = [model, list_title, prompt.name, prompt.parts, sorted(wanted.sections), *_fields(wanted)]
    return _hash(json.dumps(told))


def make_question(
    prompt: Prompt,
    purpose: str,
    model: str,
    list_title: str,
    paper_id: str,
    block: str,
    sections: Sequence[SectionPath],
    examples: Sequence[Told],
    wanted: Wanted,
) -> Question:
    """The question about the paper shown as `block`, with `sections` to choose from, named in `wanted` in this
    order."""
    fence = f"=====paper-{hashlib.blake2b(block.encode('utf-8', 'replace'), digest_size=6).hexdigest()}====="
    values = {
        "list": list_title or "a list of papers",
        "sections": "\n".join(f"- {name}" for name in (*wanted.sections, NONE_FITS)),
        "examples": _shown(examples, wanted) or "(none)",
        "fields": explain(wanted),
        "paper": block.replace("=====", "= = ="),
        "fence": fence,
    }
    filled = prompt.fill({name: value for name, value in values.items() if name in prompt.variables})
    return Question(
        paper_id=paper_id,
        purpose=purpose,
        messages=tuple(Message(role, text) for role, text in filled),
        schema=reply_schema(wanted),
        wanted=wanted,
        options=dict(zip(wanted.sections, sections, strict=True)),
        key=_hash(json.dumps([dependence(model, list_title, prompt, wanted), block])),
    )


def option_names(sections: Sequence[SectionPath]) -> tuple[str, ...]:
    """The sections as the model sees them, on one line each."""
    return tuple(clean(show_path(path)) for path in sections)


def _shown(examples: Sequence[Told], wanted: Wanted) -> str:
    lines = []
    for example in examples:
        lines.append(f"- {clean(example.title)} -> section: {clean(show_path(example.section))}")
        if wanted.summary and example.summary:
            lines.append(f"  summary: {example.summary}")
    return "\n".join(lines)


def _fields(wanted: Wanted) -> tuple[bool, ...]:
    return wanted.summary, wanted.datasets, wanted.stars, wanted.details


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()
