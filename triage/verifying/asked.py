"""Tier 3 of the checker: a language model reads the best passages and says whether they say what a statement says.

Its answer counts only with a quotation that stands in a passage it was shown, and as far as the other tiers leave room:
it cannot free a statement of what speaks against it, nor make a supported one of words that have nothing in common.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from triage.evidence.source import ABSTRACT_PAGE
from triage.llm.asking import Asker, Question, Reply, read_json, strict_schema
from triage.llm.injection import fenced, looks_like_prompt_injection
from triage.llm.prompts import Prompt
from triage.llm.quotations import is_quoted
from triage.models import Fault
from triage.protocols import Message
from triage.verifying.verdict import Checked, Finding, Proof, Support
from triage.writing.faithful import share

PURPOSE = "verify"

_PASSAGES = 5
_LONGEST_PASSAGE = 1200
_IN_COMMON = 0.3
"""The share of a statement's telling words that the passages must have for a "yes" to count."""
_STANDS_AGAINST = frozenset({"number", "data set", "name", "negation", "direction", "quotation", "page"})
"""Findings that a "yes" does not remove."""


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")
    verdict: Literal["yes", "partly", "no", "contradicts"]
    error: Literal["none", "over-generalised", "misattributed", "contradicting", "missing"] = "none"
    quote: str = Field(default="", max_length=600)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model said of a statement: "yes", "partly", "no" or "contradicts", the kind of error, and its quotation,
    which is not located yet."""

    verdict: str
    error: str
    quote: str


def question_for(checked: Checked, prompt: Prompt, model: str) -> Question[Opinion]:
    """The question whether the statement's proofs say so. Its key changes with all that the answer depends on."""
    proofs = shown(checked)
    passages = "\n".join(f"[{place}] {_where(one)}: {_text(one)}" for place, one in enumerate(proofs, 1))
    statement = " ".join(checked.statement.text.split())
    fence, data = fenced(f"{statement}\n{passages}", "passages")
    filled = prompt.fill(
        {"statement": fenced(statement, "text")[1], "passages": fenced(passages, "text")[1], "fence": fence}
    )
    schema = strict_schema(_Reply)
    told = json.dumps([model, PURPOSE, filled, schema, data])
    papers = {one.paper_id for one in proofs}
    return Question(
        key=hashlib.blake2b(told.encode("ascii"), digest_size=16).hexdigest(),
        purpose=PURPOSE,
        messages=tuple(Message(role, text) for role, text in filled),
        schema=schema,
        parse=_read,
        objection=lambda opinion: _objection(opinion, proofs),
        paper_id=papers.pop() if len(papers) == 1 else None,
    )


def shown(checked: Checked) -> tuple[Proof, ...]:
    """The proofs that a model is shown: the best, but for those that speak to a model rather than to a reader."""
    return tuple(one for one in checked.proofs if not looks_like_prompt_injection(one.sentence.text))[:_PASSAGES]


def _where(proof: Proof) -> str:
    page = proof.sentence.page
    return f"{proof.key}, abstract" if page == ABSTRACT_PAGE else f"{proof.key}, p. {page}"


def _text(proof: Proof) -> str:
    return " ".join(proof.sentence.text.split())[:_LONGEST_PASSAGE]


def _read(reply: str) -> Opinion | Fault:
    read = read_json(reply, _Reply)
    if isinstance(read, Fault):
        return read
    return Opinion(read.verdict, read.error, " ".join(read.quote.split()))


def _objection(opinion: Opinion, proofs: Sequence[Proof]) -> Fault | None:
    if _quoted(opinion, proofs) is None:
        return Fault("quotation", "the quote does not stand in any of the passages, word for word")
    return None


def _quoted(opinion: Opinion, proofs: Sequence[Proof]) -> Proof | None:
    return next((one for one in proofs if is_quoted(opinion.quote, one.sentence.text)), None)


@dataclass
class ModelJudge:
    """Asks about statements that the other tiers leave open. `answered` counts answers, `counted` those of them that
    count, and `failures` say why there were none."""

    asker: Asker
    prompt: Prompt
    answered: int = 0
    counted: int = 0
    failures: tuple[str, ...] = ()

    def __call__(self, open_: Sequence[Checked]) -> Sequence[Checked]:
        """The same statements, in order, with the model's verdict where its answer counts."""
        name = self.asker.model.name
        questions = {
            number: question_for(one, self.prompt, name)
            for number, one in enumerate(open_)
            if shown(one) and not looks_like_prompt_injection(one.statement.text)
        }
        replies: dict[str, Reply[Opinion]] = {}
        for reply in self.asker.ask(list({question.key: question for question in questions.values()}.values())):
            replies[reply.question.key] = reply
            if reply.answer is not None:
                self.answered += 1
            else:
                self.failures = tuple(dict.fromkeys((*self.failures, str(reply.fault))))
        return [self._one(one, questions.get(number), replies, name) for number, one in enumerate(open_)]

    def _one(
        self, checked: Checked, question: Question[Opinion] | None, replies: dict[str, Reply[Opinion]], name: str
    ) -> Checked:
        if question is None:
            reason = f"not shown to {name}: there is no passage, or the text speaks to a model"
            return replace(checked, findings=(*checked.findings, Finding("model", reason)))
        opinion = replies[question.key].answer
        if opinion is None:
            return checked
        proof = _quoted(opinion, shown(checked))
        if proof is None:
            reason = f"{name} says {opinion.verdict}, with a quotation that stands in no passage: it does not count"
            return replace(checked, findings=(*checked.findings, Finding("model", reason)))
        self.counted += 1
        return judged(checked, opinion, proof, name)


def judged(checked: Checked, opinion: Opinion, proof: Proof, name: str) -> Checked:
    """The statement with the verdict that a model's located opinion leaves it."""
    support = _support(checked, opinion)
    if support is None:
        reason = f"{name} says {opinion.verdict}, which the other tiers do not bear out"
        return replace(checked, findings=(*checked.findings, Finding("model", reason)))
    findings = checked.findings
    if support is not Support.SUPPORTED:
        kind = opinion.error if opinion.error != "none" else "model"
        findings = (*findings, Finding(kind, f"{name}, {_SAYS[opinion.verdict]}: “{opinion.quote}”"))
    proofs = (proof, *(one for one in checked.proofs if one != proof))
    return replace(checked, support=support, findings=findings, proofs=proofs, by=name)


_SAYS = {
    "yes": "which finds it said",
    "partly": "which finds it said in part",
    "no": "which does not find it said",
    "contradicts": "which finds the opposite said",
}


def _support(checked: Checked, opinion: Opinion) -> Support | None:
    """The verdict, None if the answer does not count beside the other tiers."""
    if checked.support is Support.UNSUPPORTED:
        return Support.UNSUPPORTED if opinion.verdict in ("no", "contradicts") else None
    if opinion.verdict == "contradicts":
        return Support.UNSUPPORTED
    if opinion.verdict == "no":
        return Support.CANNOT_TELL if checked.support is Support.SUPPORTED else Support.UNSUPPORTED
    if opinion.verdict == "partly" or opinion.error != "none":
        return Support.PARTLY if _bears(checked) else None
    against = {finding.kind for finding in checked.findings} & _STANDS_AGAINST
    if not _bears(checked):
        return None
    return Support.PARTLY if against else Support.SUPPORTED


def _bears(checked: Checked) -> bool:
    passages = " ".join(one.sentence.text for one in shown(checked))
    return share(checked.statement.text, passages) >= _IN_COMMON
