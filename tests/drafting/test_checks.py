"""A model's answer against the paper: every value needs the paper's words, and words that say it."""

import pytest

from triage.drafting.checks import Source, check_answer
from triage.drafting.datasets import learn_gazetteer
from triage.drafting.question import Answer, Quoted

ABSTRACT = (
    "Rust is found late. We propose BeamScope, a detector that compares each girder tile with a memory of sound tiles. "
    "It gains 4.2 points on the SDNET2018 dataset with a CLIP backbone. Code is available at "
    "https://github.com/lane/beamscope. We compare with https://github.com/quill/rustnet of others."
)
SOURCE = Source(
    title="BeamScope: Rust without Labels",
    abstract=ABSTRACT,
    text=f"BeamScope: Rust without Labels\n\n{ABSTRACT}\n\nPage one says more. Project page: https://lane.example/beam",
    examples=("finds cracks in concrete by comparing each tile with a memory of sound tiles at night.",),
    gazetteer=learn_gazetteer([("SDNET2018",)]),
)
QUOTE = "compares each girder tile with a memory of sound tiles"


def answer(**values: object) -> Answer:
    """An answer with these values."""
    return Answer(None, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "quote", "reason"),
    [
        ("detects rust by comparing girder tiles with a memory.", QUOTE, ""),
        ("detects rust by comparing girder tiles with a memory.", "Rust is found late", "its quote does not say"),
        ("detects rust by comparing girder tiles with a memory.", "of the paper", "its quote is not in the paper"),
        ("compares girder tiles and gains 4.2 points.", QUOTE, "its quote does not say: 4.2"),
        ("compares girder tiles with a CLIP memory.", QUOTE, "its quote does not say: CLIP"),
        (r"compares \textbf{girder} tiles with a memory of tiles.", QUOTE, ""),
    ],
)
def test_a_summary_stands_with_a_quotation_that_says_it(value: str, quote: str, reason: str) -> None:
    kept = check_answer(answer(summary=Quoted(value, quote)), SOURCE)
    assert (kept.summary is None) == bool(reason)
    assert reason in str(kept.objection)
    assert "\\" not in (kept.summary or "")
    assert ("summary" in kept.quotes) == (not reason)


@pytest.mark.parametrize(
    ("name", "url", "quote", "stands"),
    [
        ("code_url", "https://github.com/lane/beamscope", "Code is available at", True),
        ("code_url", "https://github.com/lane/beamscope/", "at https://github.com/lane/beamscope", True),
        ("code_url", "https://github.com/lane/beamscope", "", False),
        ("code_url", "https://github.com/lane/beamscope", "Our code is here to stay", False),
        ("code_url", "https://github.com/lane/beamscope", "Rust is found late", False),
        ("code_url", "https://github.com/lane/beamscope", "of the", False),
        ("code_url", "https://github.com/evil/steal", "Code is available at", False),
        ("code_url", "javascript:alert(1)", "Code is available at", False),
        ("project_url", "https://lane.example/beam", "Project page: https://lane.example/beam", True),
    ],
)  # fmt: skip
def test_a_link_stands_with_words_from_where_it_stands(name: str, url: str, quote: str, stands: bool) -> None:
    kept = check_answer(answer(found={name: Quoted(url, quote)}), SOURCE)
    assert (name in kept.links) == stands
    assert (name in kept.quotes) == stands
    assert bool(kept.refused) == (not stands)


@pytest.mark.parametrize(
    ("name", "quote", "kept"),
    [
        ("SDNET-2018", "points on the SDNET2018 dataset", ("SDNET2018",)),
        ("SDNET2018", "points on the SDNET2018 dataset", ("SDNET2018",)),
        ("CLIP", "with a CLIP backbone", ()),
        ("NET2018", "points on the SDNET2018 dataset", ()),
        ("BeamScope", "We propose BeamScope, a detector", ()),
    ],
)
def test_a_data_set_is_one_in_its_quotation(name: str, quote: str, kept: tuple[str, ...]) -> None:
    assert check_answer(answer(datasets=(Quoted(name, quote),)), SOURCE).datasets == kept


@pytest.mark.parametrize(
    ("value", "quote", "stands"),
    [("rust detection", "Rust is found late", True), ("Mars landing", "Rust is found late", False)],
)
def test_a_tag_stands_with_a_quotation_that_says_it(value: str, quote: str, stands: bool) -> None:
    assert ("task" in check_answer(answer(found={"task": Quoted(value, quote)}), SOURCE).tags) == stands
