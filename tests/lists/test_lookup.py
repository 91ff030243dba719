"""Where a paper stands in the list, however its entry was written."""

import pytest

from triage.lists.document import Document, read
from triage.lists.lookup import Lookup
from triage.models import Facts, Paper

LIST = """# Frogs

## Numbered

1. Glass Frogs at Dusk, [paper](https://arxiv.org/abs/2599.00001v2), ICFA 2099
2. **Tree Frogs at Dawn** *Ada Ranid* [[pdf]](https://openreview.net/pdf?id=Ab1)
3. SAM 2, *Bo Anura et al.* [[paper]](https://doi.org/10.5555/Sam.2)

## Proceedings

- Frogs by the Dozen [[ICFA 2099]](https://example.org/icfa-2099)
- Counting with Nets [[ICFA 2099]](https://example.org/icfa-2099)

| Title | Link |
|---|---|
| Ears for Frogs: A Long Story | [link](https://www.example.org/ears.pdf) |
"""
DOCUMENT: Document = read(LIST)
HELD_BACK = Paper("2599.99999", "Nothing of the Kind")


def titles(paper: Paper, facts: Facts | None = None, text: str | None = None) -> list[str]:
    found = Lookup(DOCUMENT.entries).find(paper, facts, text)
    if facts is None:
        standing = Lookup(DOCUMENT.entries).current_entry(paper, text or "", ())
        assert [standing] == list(found[:1]) or standing is None is not found
    return [entry.title for entry in found]


@pytest.mark.parametrize(
    ("paper", "title"),
    [
        (Paper("2599.00001", "Renamed Since"), "Glass Frogs at Dusk"),
        (Paper("2599.00002", "TREE FROGS, at dawn!"), "Tree Frogs at Dawn"),
        (Paper("pdf:1", "Renamed Since", abs_url="https://openreview.net/forum?id=Ab1"), "Tree Frogs at Dawn"),
        (Paper("2599.00003", "Segment Anything in Images", doi="10.5555/SAM.2"), "SAM 2"),
        (Paper("doi:10.5555/sam.2", ""), "SAM 2"),
        (Paper("2599.00003", "SAM 2", authors=("Carla Bufo", "Bo Anura")), "SAM 2"),
        (Paper("2599.00004", "Renamed", pdf_url="http://example.org/ears.pdf#page=1"), "Ears for Frogs: A Long Story"),
    ],
)
def test_the_same_work_is_found(paper: Paper, title: str) -> None:
    assert titles(paper) == [title]


@pytest.mark.parametrize(
    "paper",
    [
        Paper("2599.00009", "Glass Frogs at Dusk"),
        Paper("2599.00003", "SAM 2", authors=("Carla Bufo",)),
        Paper("2599.00005", "Toads by the Dozen", abs_url="https://example.org/icfa-2099"),
        Paper("2599.00006", "Anything", abs_url="https://example.org/"),
        HELD_BACK,
    ],
    ids=["other arXiv id", "short title, other authors", "address of all proceedings", "bare host", "nothing"],
)
def test_another_work_is_not(paper: Paper) -> None:
    assert titles(paper) == []


def test_the_published_versions_address_tells_too() -> None:
    facts = Facts("Nothing of the Kind", paper_url="https://openreview.net/forum?id=Ab1")
    assert titles(HELD_BACK, facts) == ["Tree Frogs at Dawn"]


@pytest.mark.parametrize(
    "text",
    [
        "7. **Tree Frogs at Dawn** *Ada Ranid*\r\n   [[pdf]](https://openreview.net/pdf?id=Ab1)",
        "- Trees [[paper]](https://openreview.net/forum?id=Ab1)",
        "- Tree Frogs at Dawn [[2099]](https://example.org/elsewhere)",
    ],
    ids=["other number and line ends", "address", "title"],
)
def test_the_entry_as_a_person_wrote_it_tells_too(text: str) -> None:
    assert titles(HELD_BACK, text=text) == ["Tree Frogs at Dawn"]


def test_every_place_of_a_paper_is_found_and_the_wanted_section_preferred() -> None:
    entry = "- Glass Frogs at Dusk [[paper]](https://arxiv.org/abs/2599.00001)"
    twice = read(f"# Frogs\n\n## Counting\n\n{entry}\n\n## Listening\n\n{entry}\n")
    found = Lookup(twice.entries).find(Paper("2599.00001", "Glass Frogs at Dusk"))
    assert [one.section for one in found] == [("Counting",), ("Listening",)]
    for section in (("Counting",), ("Listening",)):
        standing = Lookup(twice.entries).current_entry(HELD_BACK, entry, section)
        assert standing is not None
        assert standing.section == section


def test_an_entry_that_came_in_is_found_by_all_that_is_known_of_its_paper() -> None:
    lookup = Lookup(DOCUMENT.entries)
    came = read("# F\n\n## G\n\n- Short Name [[2099]](https://example.org/short)\n").entries[0]
    lookup.add(came, Paper("2599.00030", "A Very Long Name for It", doi="10.5555/long"))
    assert lookup.find(Paper("doi:10.5555/long", "Some Name", doi="10.5555/long")) == (came,)
    assert lookup.find(Paper("2599.00031", "A very long name for it.")) == ()
    assert lookup.find(Paper("pdf:2", "A very long name for it.")) == (came,)
