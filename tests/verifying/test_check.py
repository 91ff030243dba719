"""The tiers of the checker joined: which of them settles a verdict, and what may be said of papers that nobody read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from triage.evidence.source import Sentence, Source
from triage.verifying.check import Checker
from triage.verifying.mechanical import check_mechanically
from triage.verifying.verdict import Checked, Citation, Finding, Proof, Statement, Support


def paper(name: str, *pages: str) -> Source:
    sentences = tuple(Sentence(text, page, 0, len(text)) for page, text in enumerate(pages, 1))
    return Source(name, f"On the {name} of Ponds", sentences)


FROGS = paper("frogs", "Glass frogs sing at night near water.", "We counted 31 frogs, which is 12 % of all.")
NEWTS = Source("newts", "Newts at Noon", (Sentence("Newts sleep under stones.", 0, 0, 25, "Abstract"),))
TITLE = Source("eels", "Eels in the Mist")
CITED = {"frogs": FROGS, "newts": NEWTS, "eels": TITLE, "toads": None}


@dataclass(frozen=True)
class Given:
    probability: float
    support: Support
    proofs: tuple[Proof, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Always:
    """A second tier that says the same of every sentence, with the first sentence of the first paper as its proof."""

    support: Support
    findings: tuple[Finding, ...] = ()

    def score(self, text: str, cited: Sequence[Source]) -> Given:
        first = cited[0]
        proof = Proof(first.paper_id, first.paper_id, first.sentences[0])
        return Given(0.8, self.support, (proof,), self.findings)


def verdict(
    text: str, *keys: str, tier_2: Support | None = Support.SUPPORTED, findings: tuple[Finding, ...] = (), page: int = 0
) -> Checked:
    quotes = tuple(text.split("“")[1].split("”")[:1]) if "“" in text else ()
    citations = tuple(Citation(key, (page,) if page else ()) for key in keys)
    scorer = Always(tier_2, findings) if tier_2 else None
    (one,) = Checker(check_mechanically, scorer).check([Statement(text, 1, "", citations, quotes)], CITED)
    return one


def kinds(checked: Checked) -> list[str]:
    return [one.kind for one in checked.findings]


def test_the_score_decides_what_the_first_tier_leaves_open() -> None:
    for support in Support:
        one = verdict("Frogs sing at night.", "frogs", tier_2=support)
        assert (one.support, one.by, one.probability) == (support, "scored", 0.8)
        assert [(proof.key, proof.sentence.page) for proof in one.proofs] == [("frogs", 1)]


def test_what_the_first_tier_finds_decides_whatever_the_score() -> None:
    unknown = verdict("Frogs sing at night.", "frogs", "nobody2020x")
    assert (unknown.support, unknown.by, kinds(unknown)) == (Support.UNSUPPORTED, "mechanical", ["unknown key"])
    number = verdict("They are 47 % of all.", "frogs")
    assert (number.support, kinds(number)) == (Support.UNSUPPORTED, ["number"])
    quote = verdict("They write “frogs never sing at night”, and more on frogs in ponds.", "frogs")
    assert (quote.support, kinds(quote)) == (Support.UNSUPPORTED, ["quotation"])
    assert quote.proofs, "the nearest passage is shown all the same"


def test_a_quotation_that_stands_there_needs_no_score() -> None:
    one = verdict("“Glass frogs sing at night”", "frogs", tier_2=None, page=1)
    assert (one.support, one.by, one.proofs[0].sentence.page) == (Support.SUPPORTED, "mechanical", 1)
    wrong_page = verdict("“Glass frogs sing at night”", "frogs", page=2)
    assert (wrong_page.support, kinds(wrong_page)) == (Support.PARTLY, ["page"])
    more = verdict("“Glass frogs sing”, but what they sing of is known to nobody at all.", "frogs", tier_2=None)
    assert more.support == Support.CANNOT_TELL


def test_a_title_between_quotation_marks_is_no_quotation() -> None:
    one = verdict("“On the Frogs of Ponds” speaks of night and water.", "frogs")
    assert (one.support, one.findings) == (Support.SUPPORTED, ())


@pytest.mark.parametrize(("key", "kind"), [("toads", "not in the collection"), ("eels", "title only")])
def test_of_a_paper_that_nobody_read_nothing_can_be_told(key: str, kind: str) -> None:
    one = verdict("They are 47 % of all.", key)
    assert (one.support, kinds(one), one.probability) == (Support.CANNOT_TELL, [kind], None)


@pytest.mark.parametrize("key", ["toads", "eels"])
def test_what_one_paper_lacks_may_stand_in_another_that_nobody_read(key: str) -> None:
    number = verdict("They are 47 % of all.", "frogs", key)
    assert number.support != Support.UNSUPPORTED and "number" in kinds(number)
    assert verdict("Cars are red.", "frogs", key, tier_2=Support.UNSUPPORTED).support == Support.CANNOT_TELL
    assert verdict("Frogs sing.", "frogs", key).support == Support.SUPPORTED


def test_a_number_that_an_abstract_lacks_may_stand_in_the_paper() -> None:
    one = verdict("Newts sleep under 7 % of stones.", "newts")
    assert (one.support, kinds(one)) == (Support.CANNOT_TELL, ["number"])


@pytest.mark.parametrize(
    ("kind", "support"), [("negation", Support.CANNOT_TELL), ("hedge", Support.PARTLY), ("other", Support.SUPPORTED)]
)
def test_what_the_score_finds_bounds_it(kind: str, support: Support) -> None:
    assert verdict("Frogs sing.", "frogs", findings=(Finding(kind, "it is so"),)).support == support


def test_without_a_score_nothing_is_guessed() -> None:
    assert verdict("Frogs sing at night.", "frogs", tier_2=None).support == Support.CANNOT_TELL


def test_sentences_that_cite_nothing_have_no_verdict() -> None:
    assert Checker(check_mechanically).check([Statement("Frogs sing.", 1)], CITED) == []


def test_a_judge_gets_what_is_open_and_only_that() -> None:
    asked: list[str] = []

    def judge(open_: Sequence[Checked]) -> list[Checked]:
        asked.extend(one.statement.text for one in open_)
        return [replace(one, support=Support.PARTLY, by="a model") for one in open_]

    statements = [
        Statement("Frogs sing at night.", 1, "", (Citation("frogs"),)),
        Statement("Cars are red.", 2, "", (Citation("nobody"),)),
        Statement("Newts sleep.", 3, "", (Citation("newts"),)),
        Statement("Toads do not.", 4, "", (Citation("toads"),)),
    ]
    found = Checker(check_mechanically, Always(Support.SUPPORTED), judge).check(statements, CITED)
    assert asked == ["Frogs sing at night.", "Newts sleep."]
    assert [one.support for one in found] == [
        Support.PARTLY, Support.UNSUPPORTED, Support.PARTLY, Support.CANNOT_TELL,
    ]  # fmt: skip
