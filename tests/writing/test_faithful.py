import pytest

from tests.writing.model_lies import LIES, TRUE, Line, evidence
from triage.evidence.source import Evidence, Sentence, Source
from triage.writing.faithful import objection, share


def on(text: str, title: str = "A Paper") -> list[Evidence]:
    return [Evidence("e1", Source("2501.00009", title), Sentence(text, 1, 0, len(text)))]


@pytest.mark.parametrize("line", TRUE.values(), ids=TRUE)
def test_what_the_evidence_says_may_be_said(line: Line) -> None:
    assert objection(line.text, [one for one in evidence() if one.id in line.ids]) == ""


@pytest.mark.parametrize(
    ("text", "told", "says"),
    [
        ("It reaches 91 percent.", "It reaches 90 percent.", "the number 91"),
        ("It is tested on CowBench-2.", "It is tested on CowBench-1.", "the number 2"),
        ("It uses twelve cameras.", "It uses 11 cameras.", "the number 12"),
        ("Cows like fresh grass.", "Cows do not like fresh grass.", "denies"),
        ("Cows never eat fresh grass.", "Cows eat fresh grass.", "denies"),
        ("Fog hides cows.", "Fog might hide cows.", "more certain"),
        ("All cows like grass.", "Cows like grass.", "“All” goes further"),
        ("Fog reduces the error.", "Fog increases the error.", "turns the direction"),
        ("The drug destabilises the herd.", "The drug stabilises the herd.", "“destabilises” where"),
        ("Unsupervised training helps the herd.", "Supervised training helps the herd.", "direction"),
        ("Fog inhibits the growth of grass.", "Fog promotes the growth of grass.", "turns the direction"),
        ("Cows run faster than sheep.", "Sheep run faster than cows.", "turns round"),
        ("Sheep dream of electric androids.", "Cows like fresh grass.", "something else"),
    ],
)
def test_what_goes_beyond_the_evidence_is_said(text: str, told: str, says: str) -> None:
    assert says in objection(text, on(told))


def test_the_title_counts_and_so_do_other_forms_of_a_number() -> None:
    assert objection("MooNet counts 1,200 cows.", on("We count 1200 cows.", "MooNet")) == ""
    assert objection("Two cameras count cows.", on("Cows are counted by 2 cameras.")) == ""


def test_a_denial_in_another_clause_is_not_ours_to_repeat() -> None:
    told = "The method needs no labels, but training takes nine days on a farm."
    assert objection("Training takes nine days on a farm.", on(told)) == ""


def test_the_share_of_words() -> None:
    assert share("cows like grass", "Grass is what a cow likes") == 1.0
    assert share("the of and", "anything") == 0.0


def test_hostile_text_takes_no_time() -> None:
    for text in ("than " * 2000, "1," * 4000, "A-" * 4000, "better " * 1500, "(" * 8000, "­-\n" * 2000):
        assert isinstance(objection(text, on(text)), str)


def test_each_lie_but_those_on_ids_and_form_is_seen_in_the_words() -> None:
    by_words = set(LIES) - {"outside the evidence", "no evidence", "invented quotation", "markup", "own citation"}
    by_words -= {"another page's quotation"}
    for name in sorted(by_words):
        line = LIES[name]
        assert objection(line.text, [one for one in evidence() if one.id in line.ids]) != "", name
