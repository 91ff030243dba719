"""Statements against the papers that they cite, tier by tier: what decides alone, then the calibrated score, then, if
there is one, a language model.

What is known of a cited paper bounds the verdict. Of a paper outside the collection, or one of which the title alone is
known, nothing can be told; while it is cited beside others, what those do not say may stand in it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from triage.evidence.source import ABSTRACT_PAGE, Evidence, Sentence, Source
from triage.identity import title_key
from triage.llm.quotations import find_quotation
from triage.verifying.prose import quotations
from triage.verifying.verdict import Checked, Citation, Finding, Proof, Statement, Support

Cited = Mapping[str, Source | None]
"""The paper of each citation key that is known; None for a key of a bibliography whose paper the collection does not
have. Any other key is unknown."""

Mechanical = Callable[[Statement, Mapping[str, Source | None]], Sequence[Finding]]
"""Tier 1: what speaks against a statement, given the papers that it cites."""


class Score(Protocol):
    """What tier 2 says of a statement. Proofs are named by paper; `key` in them means nothing yet."""

    @property
    def probability(self) -> float:
        """That the cited papers support it, 0 to 1."""

    @property
    def support(self) -> Support:
        """The verdict."""

    @property
    def proofs(self) -> Sequence[Proof]:
        """The cited papers' sentences nearest to it, best first."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What speaks against it."""


class Scorer(Protocol):
    """Tier 2, made once over all papers of a collection."""

    def score(self, text: str, cited: Sequence[Source]) -> Score:
        """Whether these papers support this text."""


class Judge(Protocol):
    """Tier 3: a language model that reads the passages. It may raise no verdict that tier 1 has settled; those
    statements are not shown to it."""

    def __call__(self, open_: Sequence[Checked]) -> Sequence[Checked]:
        """The same statements, in order, with the model's verdict where its answer counts."""


@dataclass(frozen=True, slots=True)
class Checker:
    """The tiers that are there. Without `scorer` whatever tier 1 does not settle cannot be told."""

    mechanical: Mechanical
    scorer: Scorer | None = None
    judge: Judge | None = None

    def check(self, statements: Sequence[Statement], cited: Cited) -> list[Checked]:
        """The verdict on each of these statements that cites something, in order."""
        checked = [self._one(statement, cited) for statement in statements if statement.citations]
        if self.judge is None:
            return checked
        asked = [number for number, one in enumerate(checked) if _is_open(one)]
        for number, answer in zip(asked, self.judge([checked[number] for number in asked]), strict=True):
            checked[number] = answer
        return checked

    def _one(self, statement: Statement, cited: Cited) -> Checked:
        keys = [citation.key for citation in statement.citations]
        known = {key: source for key in keys if (source := cited.get(key)) is not None}
        told = {key: source for key, source in known.items() if source.sentences}
        lacking = list(_lacking(keys, cited))
        found = [*lacking, *self._mechanical(statement, known)] if told else lacking
        score = self.scorer.score(statement.text, list(told.values())) if told and self.scorer else None
        proofs: dict[tuple[str, Sentence], Proof] = {}
        for proof in (*_quoted(statement, told), *_keyed(score, told)):
            proofs.setdefault((proof.paper_id, proof.sentence), proof)
        made = Checked(statement, Support.CANNOT_TELL, tuple(found), tuple(proofs.values())[:_PROOFS])
        if any(finding.decides for finding in found):
            return replace(made, support=Support.UNSUPPORTED)
        if not told:
            return made
        if _is_all_quoted(statement) and not any(finding.kind in ("quotation", "page") for finding in found):
            return replace(made, support=Support.SUPPORTED)
        if score is None:
            return made
        findings = (*found, *score.findings)
        support = _bounded(score.support, findings, told, partial=len(told) < len(set(keys)))
        return replace(made, support=support, findings=findings, probability=score.probability, by="scored")

    def _mechanical(self, statement: Statement, known: Mapping[str, Source]) -> Iterator[Finding]:
        """What tier 1 finds. Where a cited paper is not in the collection, nothing that the others lack decides."""
        citations = tuple(one for one in statement.citations if one.key in known)
        titles = [title_key(source.title) for source in known.values()]
        quotes = tuple(quote for quote in statement.quotes if not any(title_key(quote) in title for title in titles))
        whole = len(citations) == len(statement.citations)
        for finding in self.mechanical(replace(statement, citations=citations, quotes=quotes), known):
            yield finding if whole else replace(finding, decides=False)


def objection_to(checker: Checker, text: str, evidence: Sequence[Evidence]) -> str:
    """What speaks against shipping a sentence that was written from this evidence, "" if nothing does: with a scorer it
    must be found supported by the papers of the evidence, without one nothing that decides may speak against it."""
    pages: dict[str, list[int]] = {}
    for one in evidence:
        pages.setdefault(one.source.paper_id, []).append(one.sentence.page)
    citations = tuple(Citation(paper_id, tuple(dict.fromkeys(found))) for paper_id, found in pages.items())
    statement = Statement(text, citations=citations, quotes=quotations(text))
    (checked,) = checker.check([statement], {one.source.paper_id: one.source for one in evidence})
    if checked.support is Support.SUPPORTED or (checker.scorer is None and checked.support is Support.CANNOT_TELL):
        return ""
    reasons = [finding.reason for finding in checked.findings if finding.decides] or [
        finding.reason for finding in checked.findings
    ]
    return "; ".join(reasons) or f"the checker says of it: {checked.support.value}"


_PROOFS = 5


def _lacking(keys: Sequence[str], cited: Cited) -> Iterator[Finding]:
    """What is not known of the papers that are cited."""
    for key in dict.fromkeys(keys):
        if key not in cited:
            reason = f"{key} is neither a key of the collection nor in a bibliography of the draft"
            yield Finding("unknown key", reason, decides=True)
        elif (source := cited[key]) is None:
            yield Finding("not in the collection", f"{key} is not in the collection; `triage add` brings it there")
        elif not source.sentences:
            yield Finding("title only", f"only the title of {key} is known; `triage fetch` or `triage add` reads it")


def _quoted(statement: Statement, told: Mapping[str, Source]) -> Iterator[Proof]:
    """The sentences in which the statement's quotations stand, on a page that it names if it is one of them."""
    pages = {citation.key: citation.pages for citation in statement.citations}
    for quote in statement.quotes:
        found = [
            Proof(key, source.paper_id, sentence, 1.0)
            for key, source in told.items()
            for sentence in source.sentences
            if find_quotation(quote, sentence.text)
        ]
        yield from sorted(found, key=lambda proof: proof.sentence.page not in pages[proof.key])[:1]


def _keyed(score: Score | None, told: Mapping[str, Source]) -> Iterator[Proof]:
    keys = {source.paper_id: key for key, source in told.items()}
    for proof in score.proofs if score else ():
        yield replace(proof, key=keys.get(proof.paper_id, proof.key))


_FREE_WORDS = 0.3
"""A sentence is no more than its quotations if so few of its words are outside of them."""


def _is_all_quoted(statement: Statement) -> bool:
    words = len(statement.text.split())
    quoted = sum(len(quote.split()) for quote in statement.quotes)
    return quoted > 0 and words - quoted <= _FREE_WORDS * words


_DOUBT = frozenset(("quotation", "negation", "direction"))
"""Found in a sentence that its sources seem to support, these may turn it into its opposite."""
_LESS = frozenset(("page", "number", "data set", "quantifier", "hedge"))
"""Found there, these say that it goes further than its sources."""


def _bounded(support: Support, findings: Sequence[Finding], told: Mapping[str, Source], *, partial: bool) -> Support:
    """The scored verdict, as far as what was found and what is known allow it."""
    kinds = {finding.kind for finding in findings}
    read = all(source.pages - {ABSTRACT_PAGE} for source in told.values())
    if support == Support.SUPPORTED:
        if kinds & _DOUBT or ("number" in kinds and not read):
            return Support.CANNOT_TELL
        return Support.PARTLY if kinds & _LESS else support
    return Support.CANNOT_TELL if partial else support


def _is_open(checked: Checked) -> bool:
    """Whether a language model may say more: the cited papers were read, and nothing that decides was found."""
    return checked.probability is not None
