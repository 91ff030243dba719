"""Names taken apart, kinds of work, and the keys that works are cited by."""

from datetime import date

import pytest

from triage.models import Paper
from triage.writing.records import (
    ARTICLE,
    CONFERENCE,
    OTHER,
    PREPRINT,
    BibRecord,
    Name,
    display_name,
    give_key,
    read_name,
    record_of,
    venue_kind,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Marsh", Name("Marsh", "Ada")),
        ("Laurens van der Maaten", Name("Maaten", "Laurens", "van der")),
        ("van der Maaten, Laurens", Name("Maaten", "Laurens", "van der")),
        ("Luc Van Gool", Name("Van Gool", "Luc")),
        ("Quoc V. Le", Name("Le", "Quoc V.")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", suffix="Jr.")),
        ("King, Jr., Martin Luther", Name("King", "Martin Luther", suffix="Jr.")),
        ("王伟", Name("王伟")),
        ("Plato", Name("Plato")),
        ("The ATLAS Collaboration", Name(literal="The ATLAS Collaboration")),
        ("et al.", Name(literal="others")),
        ("", Name()),
    ],
)
def test_names(text: str, name: Name) -> None:
    assert read_name(text) == name


def test_a_name_is_shown_as_it_is_read() -> None:
    for text in ("Laurens van der Maaten", "Martin Luther King Jr.", "Gemini Team", "王伟"):
        assert display_name(read_name(text)) == text


@pytest.mark.parametrize(
    ("venue", "kind"),
    [
        ("CVPR", CONFERENCE), ("NeurIPS 2024", CONFERENCE), ("TPAMI", ARTICLE), ("Nature Medicine", ARTICLE),
        ("IEEE Transactions on Medical Imaging", ARTICLE), ("Proceedings of the Pond Workshop", CONFERENCE),
        ("Journal of Frogs", ARTICLE), ("ICFA", CONFERENCE), ("Workshop on the Journal of Frogs", CONFERENCE),
    ],
)  # fmt: skip
def test_journals_and_conferences(venue: str, kind: str) -> None:
    assert venue_kind(venue) == kind


PREPRINT_PAPER = Paper(
    "2406.01234", "Counting {F}rogs with Schr\\\"odinger", authors=("Ada Marsh",), categories=("cs.CV", "cs.LG"),
    published=date(2024, 6, 3),
)  # fmt: skip


def test_a_preprint_has_arxivs_doi_and_class() -> None:
    record = record_of(PREPRINT_PAPER)
    assert (record.kind, record.title, record.arxiv_class) == (PREPRINT, "Counting Frogs with Schrödinger", "cs.CV")
    assert (record.year, record.month, record.day) == (2024, 6, 3)
    assert record.any_doi == "10.48550/arXiv.2406.01234"
    assert record.any_url == "https://arxiv.org/abs/2406.01234"


def test_a_venue_makes_it_an_article_or_a_contribution_and_keeps_the_eprint() -> None:
    record = record_of(PREPRINT_PAPER, "MICCAI 2025", 2025)
    assert (record.kind, record.container, record.year, record.month) == (CONFERENCE, "MICCAI", 2025, None)
    assert (record.arxiv_id, record.any_doi) == ("2406.01234", "")


def test_what_the_feed_says_counts_where_nobody_says_more() -> None:
    paper = Paper("2406.01234", "T", comment="Accepted at MICCAI 2025", published=date(2024, 6, 3))
    assert (record_of(paper).container, record_of(paper).year) == ("MICCAI", 2025)
    assert record_of(paper, "TMI", 2026).container == "TMI"
    assert record_of(Paper("2406.01234", "T", comment="Submitted to MICCAI 2025")).kind == PREPRINT


@pytest.mark.parametrize("venue", ["arXiv", "ArXiv 2024", "arXiv preprint", "Under review"])
def test_what_is_no_venue_makes_no_contribution(venue: str) -> None:
    assert record_of(PREPRINT_PAPER, venue, 2024).kind == PREPRINT


def test_a_work_known_by_its_title_alone() -> None:
    record = record_of(Paper("list:1a2b", "Only a Title", abs_url="https://pond.example/a"), year=2019)
    assert (record.kind, record.year, record.any_url) == (OTHER, 2019, "https://pond.example/a")


def key(title: str, *authors: str, year: int | None = 2024, taken: frozenset[str] = frozenset()) -> str:
    return give_key(BibRecord(PREPRINT, title, tuple(map(read_name, authors)), year=year), taken.__contains__)


def test_keys() -> None:
    assert key("A Study of Counting Frogs", "Ada Marsh", "Bo Newt") == "marsh2024study"
    assert key("The Few-Shot Frog", "Łukasz Ørsted") == "orsted2024fewshot"
    assert key("What Is It?", "Jan van der Berg") == "berg2024what"
    assert key("3D Frogs", "王伟") == "anon20243d"
    assert key("西湖", "Ada Marsh") == "marsh2024"
    assert key("Frogs", year=None) == "anonndfrogs"
    assert key("Frogs", "ATLAS Collaboration") == "atlas2024frogs"


def test_the_newcomer_gets_the_suffix() -> None:
    taken = frozenset({"marsh2024frogs"})
    assert key("Frogs", "Ada Marsh", taken=taken) == "marsh2024frogsa"
    assert key("Frogs", "Ada Marsh", taken=taken | {"marsh2024frogsa"}) == "marsh2024frogsb"
    all_letters = taken | {f"marsh2024frogs{chr(97 + number)}" for number in range(26)}
    assert key("Frogs", "Ada Marsh", taken=all_letters) == "marsh2024frogsaa"
