"""What tier 1 finds, and what it leaves alone: invented papers, statements about them."""

from dataclasses import replace

import pytest

from triage.evidence.source import Sentence, Source
from triage.models import Table
from triage.verifying.mechanical import check_mechanically, find_quoted
from triage.verifying.names import find_names, occurs
from triage.verifying.verdict import Citation, Finding, Statement


def paper(*pages: str, first: int = 1, title: str = "Lanterns in fog", year: int | None = 2021) -> Source:
    """A paper whose pages are these texts, a sentence a line."""
    sentences = []
    for number, text in enumerate(pages, first):
        at = 0
        for line in text.split("\n"):
            sentences.append(Sentence(line, number, at, at + len(line)))
            at += len(line) + 1
    return Source("p1", title, tuple(sentences), year)


FOG = paper(
    "We present FogNet, a variational autoencoder for lanterns.\nIt is trained on the MistBench data set, 369 scans.",
    "FogNet reaches a Dice of 0.787, the baseline 0.75.\nIt takes 5 ms a slice, a U-Net takes 9 ms.",
    "We compare autoencoders, flows, and diffusion models.\nThe fog hides most of the lan-\nterns that stand",
    "behind the second hill. Our code is free.",
)
ABSTRACT = Source("p2", "Snow", (Sentence("We count snow flakes with a camera.", 0, 0, 35, "Abstract"),), 2020)


def check(
    text: str, *quotes: str, pages: tuple[int, ...] = (), source: Source | None = FOG, key: str = "fog"
) -> list[tuple[str, bool]]:
    statement = Statement(text, citations=(Citation(key, pages),), quotes=quotes)
    return [(finding.kind, finding.decides) for finding in check_mechanically(statement, {key: source})]


def test_an_unknown_key_decides() -> None:
    assert check("Lanterns shine.", source=None) == [("unknown key", True)]


def test_a_paper_known_by_its_title_says_nothing() -> None:
    assert check("It reaches 0.9 on MistBench.", "any three words", source=Source("p3", "Rain")) == []


def test_a_statement_without_citations_has_no_findings() -> None:
    assert check_mechanically(Statement("The Dice is 0.99."), {}) == ()


@pytest.mark.parametrize(
    "quote",
    [
        "a variational autoencoder for lanterns",
        "for lanterns. It is trained",
        "most of the lanterns that stand",
        "We compare autoencoders … and diffusion models",
        "We present FogNet [...] 369 scans",
        "[T]he fog hides most",
        "[They say that] the fog hides most",
        "the fog hides [nearly all]",
        "that stand behind the second hill",
    ],
)
def test_a_quotation_that_stands_there_is_none_to_talk_of(quote: str) -> None:
    assert check("They say so.", quote) == []


@pytest.mark.parametrize(
    "quote",
    [
        "a variational autoencoder for candles",
        "and diffusion models … We compare autoencoders",
        "We present FogNet … behind the second hill",
        "The fog [never] hides most",
    ],
)
def test_a_quotation_that_stands_nowhere_decides(quote: str) -> None:
    assert check("They say so.", quote) == [("quotation", True)]


def test_of_an_abstract_a_missing_quotation_does_not_decide() -> None:
    assert check("They say so.", "four words not there", source=ABSTRACT) == [("quotation", False)]
    assert check("They say so.", "count snow flakes", source=ABSTRACT) == []


def test_a_term_between_quotation_marks_does_not_decide() -> None:
    assert check("They say so.", "brightish") == [("quotation", False)]
    assert check("They say so.", "…") == []


def test_a_wrong_page_names_the_right_one() -> None:
    statement = Statement("So it is.", citations=(Citation("fog", (4,)),), quotes=("a Dice of 0.787",))
    assert check_mechanically(statement, {"fog": FOG}) == (
        Finding("page", "“a Dice of 0.787” stands in fog on p. 2, not on p. 4"),
    )
    assert check("So it is.", "a Dice of 0.787", pages=(2,)) == []
    assert check("So it is.", "a Dice of 0.787", pages=(1, 2)) == []


def test_a_quotation_across_pages_stands_on_both() -> None:
    assert find_quoted("that stand behind the second hill", FOG) == (3, 4)


def test_nothing_is_quoted_across_text_that_is_not_known() -> None:
    torn = Source("p4", "Torn", (Sentence("The first half", 1, 0, 14), Sentence("of a thing.", 1, 90, 101)))
    assert find_quoted("first half of a thing", torn) == ()
    assert find_quoted("first half", torn) == (1,)


@pytest.mark.parametrize(
    "text",
    [
        "FogNet reaches a Dice of 0.79 in 2021.",
        "It is better by 0.037 than the baseline.",
        "FogNet is 1.8 times faster than a UNet.",
        "The VAE of Fogger et al. (2021) needs 5 ms.",
        "They compare three kinds of models.",
        "It is trained on the Mist-Bench dataset.",
        "See Table 7 for what a ResNet-50 does not do.",
    ],
)
def test_what_stands_there_or_follows_decides_nothing(text: str) -> None:
    assert not any(decides for _, decides in check(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("FogNet reaches a Dice of 0.81.", "number"),
        ("FogNet is 2.6 times faster.", "number"),
        ("It takes 12 ms a slice.", "number"),
        ("It is trained on the SnowSet data set.", "data set"),
    ],
)
def test_an_invented_number_or_data_set_decides(text: str, kind: str) -> None:
    assert check(text) == [(kind, True)]


def test_an_invented_name_or_count_is_told_but_decides_nothing() -> None:
    assert check("The work of Googlers in Helsinki, by SnowNet.") == [("name", False), ("name", False), ("name", False)]
    assert check("It has 412 scans.") == [("number", False)]


def test_a_row_of_a_table_decides_nothing() -> None:
    assert not any(decides for _, decides in check(" ".join(f"0.{value}1" for value in range(11, 30))))


def test_any_of_the_cited_papers_may_say_it() -> None:
    statement = Statement(
        "FogNet reaches 0.787.", citations=(Citation("a"), Citation("b")), quotes=("count snow flakes",)
    )
    assert check_mechanically(statement, {"a": FOG, "b": ABSTRACT}) == ()


def test_a_number_may_follow_from_a_table() -> None:
    rows = (("Baseline", "0.912", "0.523"), ("FogNet", "0.871", "0.802"))
    table = Table("Dice of two nights.", 2, ("Method", "First night", "Second night"), rows, "2")
    source = replace(FOG, tables=(table,))
    assert check("FogNet is better than the baseline by 0.279 in the second night.") == [("number", True)]
    assert check("FogNet is better than the baseline by 0.279 in the second night.", source=source) == []
    assert check("FogNet is better than the baseline by 0.297 in the second night.", source=source) == [
        ("number", True)
    ]
    assert check("By Table 2 of this work, FogNet is best in the first night.", source=source) == [("table", False)]
    assert check("By Table 2 of this work, FogNet is best in the second night.", source=source) == []


def test_names_are_found() -> None:
    text = "Then Fogger and Mist (2020) apply DDPM-Seg to the BraTS data set in London. Results differ for VAEs of 48M."
    assert [name.text for name in find_names(text)] == ["DDPM-Seg", "BraTS", "London", "VAEs"]
    assert [name.text for name in find_names(text) if name.is_data_set] == ["BraTS"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("U-Net", "a UNet", True),
        ("VAEs", "variational autoencoders", True),
        ("AUC", "the area under the curve", True),
        ("MVTec-AD", "MVTec AD", True),
        ("BraTS", "BraTS21", True),
        ("CIFAR-10", "CIFAR-100", False),
        ("GAN", "an organ", False),
        ("DDPM", "a model", False),
    ],
)
def test_a_name_occurs_however_it_is_spelled(name: str, text: str, expected: bool) -> None:
    assert occurs(name, text) is expected
