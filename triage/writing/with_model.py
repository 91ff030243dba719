"""Text written by a language model from evidence: sentences that name the evidence they rest on, with a quotation of
it. Whatever is not borne out is written once more with the reasons, then dropped and counted.

A model chooses among the sentences that it is shown and says them in its words. Pages, keys and citations are not its
to give: they are those of the evidence.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, ConfigDict, Field

from triage.evidence.source import ABSTRACT_PAGE, Evidence
from triage.llm.asking import Asker, Question, Reply, read_json, strict_schema
from triage.llm.injection import fenced, looks_like_prompt_injection
from triage.llm.prompts import Prompt
from triage.llm.quotations import is_quoted
from triage.models import Fault
from triage.protocols import Message
from triage.writing.answers import Answer, AnswerSentence
from triage.writing.document import Citation, Paragraph, Section, SurveySentence, Work
from triage.writing.faithful import objection as unfaithful

Check = Callable[[str, Sequence[Evidence]], str]
"""What speaks against a sentence on this evidence by the checker that `triage verify` uses; "" if nothing does."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What a sentence must pass: `at_once`, so that the model can mend it, called from the thread of its question;
    `at_last`, before it is shipped, from the caller's thread alone."""

    at_once: Check
    at_last: Check


_SHORTEST, LONGEST = 3, 60
"""Words of a sentence."""
_SENTENCES = 40
_MARKUP = re.compile(r"https?://|www\.|[<>{}\\`|]|\]\(|[\[\]]|\*\*|^\s*(?:[#>*-]|\d+[.)])\s|\n|@\w")


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str = Field(max_length=1000)
    evidence: list[str] = Field(max_length=8)
    quote: str = Field(default="", max_length=600)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    sentences: list[_Sentence] = Field(max_length=_SENTENCES)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as a model gave it, with the ids of its evidence; nothing of it is believed yet."""

    text: str
    ids: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence that stands: its text, the evidence that it rests on, and the words of it that say so."""

    text: str
    evidence: tuple[Evidence, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote that stands, and what was dropped, by why. `failure` says why there is nothing of it."""

    sentences: tuple[WrittenSentence, ...] = ()
    dropped: tuple[Fault, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written: the prompt, what is put in for its variables beside `evidence` and `fence`, the evidence,
    and the `purpose` for the ledger ("answer", "survey")."""

    purpose: str
    prompt: Prompt
    values: Mapping[str, str]
    evidence: tuple[Evidence, ...]


def write(asker: Asker, tasks: Sequence[Task], checks: Checks) -> list[Written]:
    """What the model wrote for each task, in order. Evidence that speaks to a model rather than to a reader is not
    shown; a task without any other is not asked for."""
    safe = [replace(task, evidence=tuple(one for one in task.evidence if not _addresses(one))) for task in tasks]
    questions = {
        number: question_for(task, asker.model.name, checks.at_once)
        for number, task in enumerate(safe)
        if task.evidence
    }
    numbers = {question.key: number for number, question in questions.items()}
    found: dict[int, Written] = {}
    for reply in asker.ask(list({question.key: question for question in questions.values()}.values())):
        number = numbers[reply.question.key]
        found[number] = _settled(reply, safe[number], checks)
    same = {number: found[numbers[question.key]] for number, question in questions.items()}
    nothing = Written(failure="there is no evidence that a model may be shown")
    return [same.get(number, nothing) for number in range(len(tasks))]


def _addresses(evidence: Evidence) -> bool:
    return bool(looks_like_prompt_injection(f"{evidence.source.title}\n{evidence.sentence.text}"))


def question_for(task: Task, model: str, check: Check) -> Question[tuple[Said, ...]]:
    """The question for a task. Its key changes with the model, the prompt and what is put in."""
    shown = "\n".join(map(_shown, task.evidence))
    fence, data = fenced("\n".join((shown, *task.values.values())), "evidence")
    values = {name: fenced(text, "text")[1] for name, text in task.values.items()}
    filled = task.prompt.fill({**values, "evidence": fenced(shown, "evidence")[1], "fence": fence})
    schema = strict_schema(_Answer)
    told = json.dumps([model, task.purpose, filled, schema, data])
    return Question(
        key=hashlib.blake2b(told.encode("ascii"), digest_size=16).hexdigest(),
        purpose=task.purpose,
        messages=tuple(Message(role, text) for role, text in filled),
        schema=schema,
        parse=read_sentences,
        objection=lambda answer: _objection(answer, task, check),
    )


def _shown(evidence: Evidence) -> str:
    page = evidence.sentence.page
    where = "abstract" if page == ABSTRACT_PAGE else f"p. {page}"
    return f"{evidence.id} | {_one_line(evidence.source.title)} | {where} | {_one_line(evidence.sentence.text)}"


def read_sentences(reply: str) -> tuple[Said, ...] | Fault:
    """A model's reply as sentences, or what is wrong with it."""
    read = read_json(reply, _Answer)
    if isinstance(read, Fault):
        return read
    said = [Said(_one_line(one.text), _ids(one.evidence), _one_line(one.quote)) for one in read.sentences]
    kept = tuple(one for one in said if one.text)
    return kept or Fault("nothing written", "the reply holds no sentence; write from the evidence")


def _ids(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip(" []()#") for name in names if name.strip()))


def _one_line(text: str) -> str:
    kept = "".join(char if char.isprintable() or char.isspace() else "" for char in text)
    return " ".join(kept.split())


_REASONS = 6


def _objection(answer: Sequence[Said], task: Task, check: Check) -> Fault | None:
    """What speaks against the answer, sentence by sentence, for the model to mend."""
    faults = [(one, fault) for one in answer if isinstance(fault := settle(one, task.evidence, check), Fault)]
    if not faults:
        return None
    lines = [f"“{_short(one.text)}”: {fault.reason}" for one, fault in faults[:_REASONS]]
    kinds = Counter(fault.kind for _, fault in faults)
    return Fault(kinds.most_common(1)[0][0], "; ".join(lines) + "; mend or leave out these sentences, keep the others")


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _settled(reply: Reply[tuple[Said, ...]], task: Task, checks: Checks) -> Written:
    if reply.answer is None:
        return Written(failure=str(reply.fault))
    stands: list[WrittenSentence] = []
    dropped: list[Fault] = []
    for one in reply.answer:
        settled = settle(one, task.evidence, checks.at_once, checks.at_last)
        if isinstance(settled, Fault):
            dropped.append(settled)
        elif settled.text not in [other.text for other in stands]:
            stands.append(settled)
    failure = "" if stands else f"none of its {len(dropped)} sentences is borne out by the evidence"
    return Written(tuple(stands), tuple(dropped), failure)


def settle(said: Said, evidence: Sequence[Evidence], *checks: Check) -> WrittenSentence | Fault:
    """The sentence with its evidence if it stands, else why it does not: it is one plain sentence, names evidence that
    it was shown, quotes it word for word, says no more than it, and passes the checks."""
    if fault := _form_fault(said.text):
        return fault
    by_id = {one.id: one for one in evidence}
    outside = [name for name in said.ids if name not in by_id]
    if outside or not said.ids:
        return Fault("evidence", f"there is no evidence {', '.join(outside)}" if outside else "it names no evidence")
    named = tuple(by_id[name] for name in said.ids)
    if not any(is_quoted(said.quote, one.sentence.text) for one in named):
        return Fault("quotation", "its quotation does not stand in the evidence that it names, word for word")
    if reason := unfaithful(said.text, named):
        return Fault("unfaithful", reason)
    reason = next(filter(None, (check(said.text, named) for check in checks)), "")
    return Fault("unsupported", reason) if reason else WrittenSentence(_closed(said.text), named, said.quote)


def _form_fault(text: str) -> Fault | None:
    if not _SHORTEST <= len(text.split()) <= LONGEST:
        return Fault("length", f"a sentence has {_SHORTEST} to {LONGEST} words")
    if _MARKUP.search(text) or looks_like_prompt_injection(text):
        return Fault("markup", "it holds markup, an address or a citation; write plain text")
    return None


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


# An answer


def answer_with_model(
    quoted: Answer, evidence: Sequence[Evidence], asker: Asker, prompt: Prompt, checks: Checks, most: int
) -> Answer:
    """The answer in a model's words, in at most `most` sentences, from this evidence; the `quoted` one, with a note,
    if nothing stands of what it wrote. Whether there is an answer at all is not the model's to say."""
    task = Task("answer", prompt, {"question": quoted.question, "most": str(most)}, tuple(evidence))
    (written,) = write(asker, [task], checks)
    if not written.sentences:
        return replace(quoted, dropped=len(written.dropped), note=written.failure)
    sentences = tuple(AnswerSentence(one.text, one.evidence, is_quote=False) for one in written.sentences[:most])
    return replace(quoted, sentences=sentences, by=asker.model.name, dropped=len(written.dropped))


# A survey's section


@dataclass
class Outcome:
    """What a model's writing came to over a whole survey: sentences that `stand`, those `dropped` by why, and why
    paragraphs were left as they were."""

    stand: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, written: Written) -> None:
        """Counts what was written."""
        self.stand += len(written.sentences)
        self.dropped.update(fault.kind for fault in written.dropped)
        self.failures.update([written.failure] if written.failure else [])


def rewrite_section(
    section: Section, works: Sequence[Work], asker: Asker, prompt: Prompt, checks: Checks, outcome: Outcome
) -> Section:
    """The section with its paragraphs written by the model, each from the evidence of the paragraph that stands there.
    A paragraph that quotes stays as it is, as does one of which too little stands; works that the model left out keep
    their sentences."""
    keys = {work.source.paper_id: work.key for work in works}
    tasks: dict[int, Task] = {}
    for number, paragraph in enumerate(section.paragraphs):
        evidence = _evidence(paragraph)
        quotes = any(sentence.quotes for sentence in paragraph.sentences)
        if len(evidence) >= _FEWEST and not quotes:
            values = {"section": section.title, "about": paragraph.about or "what the papers do"}
            tasks[number] = Task("survey", prompt, values, evidence)
    paragraphs = list(section.paragraphs)
    for number, written in zip(tasks, write(asker, list(tasks.values()), checks), strict=True):
        outcome.add(written)
        paragraphs[number] = _replaced(paragraphs[number], written, keys, asker.model.name)
    return replace(section, paragraphs=tuple(paragraphs))


_FEWEST = 2
"""Sentences of evidence that a paragraph needs for a model to write it anew, and that must stand of what it wrote."""


def _evidence(paragraph: Paragraph) -> tuple[Evidence, ...]:
    """The evidence of a paragraph, numbered anew, each sentence once."""
    found = {(one.source.paper_id, one.sentence): one for sentence in paragraph.sentences for one in sentence.evidence}
    return tuple(replace(one, id=f"e{place}") for place, one in enumerate(found.values(), 1))


def _replaced(paragraph: Paragraph, written: Written, keys: Mapping[str, str], by: str) -> Paragraph:
    if len(written.sentences) < _FEWEST:
        return paragraph
    made = [survey_sentence(one, keys, by) for one in written.sentences]
    cited = {citation.key for sentence in made for citation in sentence.citations}
    left = [one for one in paragraph.sentences if not {citation.key for citation in one.citations} <= cited]
    return replace(paragraph, sentences=(*made, *left))


def survey_sentence(written: WrittenSentence, keys: Mapping[str, str], by: str) -> SurveySentence:
    """The sentence as a survey has it, in the words of the model `by`, cited under the `keys` of its papers (by id)
    with the pages of its evidence."""
    cited = dict.fromkeys(Citation(keys[one.source.paper_id], one.sentence.page) for one in written.evidence)
    text = written.text
    return SurveySentence((text[:-1], *cited, text[-1]), written.evidence, by)
