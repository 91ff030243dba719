"""What authors say of themselves, told of them: only the speaker changes."""

import re

import pytest

from triage.writing.paraphrase import Subject, retell, subject_of

BRAUN = Subject("Braun et al.")
LIND = Subject("Lind", plural=False)


@pytest.mark.parametrize(
    ("authors", "subject"),
    [
        (("Ada Braun", "Bo Ott", "Cy Lind"), Subject("Braun et al.")),
        (("Braun, Ada", "van der Berg, Jan"), Subject("Braun and van der Berg")),
        (("Cy Lind",), Subject("Lind", plural=False)),
        (("Ada Braun", "et al."), Subject("Braun et al.")),
        ((), Subject("the authors")),
        (("Bo \x1b[31mOtt",), Subject("Ott", plural=False)),
    ],
)
def test_how_authors_are_named(authors: tuple[str, ...], subject: Subject) -> None:
    assert subject_of(authors) == subject


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("In this paper, we propose a map of rust.", "Braun et al. propose a map of rust"),
        ("To this end, we also learn our map of rust.", "Braun et al. learn their map of rust"),
        ("Using sound, we find cracks.", "Using sound, Braun et al. find cracks"),
        ("This paper presents a map of rust.", "The paper by Braun et al. presents a map of rust"),
        ("Our proposed method finds rust.", "The proposed method of Braun et al. finds rust"),
        ("Unlike cameras, our method hears rust.", "Unlike cameras, the method of Braun et al. hears rust"),
        ("Our experiments show that at night, our method works.", "The experiments of Braun et al. show that at night, "
         "their method works"),
        ("A map of rust is proposed.", "In the work of Braun et al., a map of rust is proposed"),
        ("RustNet finds rust on bridges.", "RustNet of Braun et al. finds rust on bridges"),
        ("Experiments show that our map helps us.", "In the work of Braun et al., experiments show that their map "
         "helps them"),
        ("We extend the map (Ott et al., 2020) to cracks [3, 4].", "Braun et al. extend the map to cracks"),
    ],
)  # fmt: skip
def test_sentences_told_of_their_authors(said: str, told: str) -> None:
    assert retell(said, BRAUN, "RustNet") == told


def test_one_author_has_a_verb_in_the_singular() -> None:
    assert retell("We propose a map.", LIND) == "Lind proposes a map"
    assert retell("We are first to map rust.", LIND) == "Lind is first to map rust"
    assert retell("We found a map.", LIND) == "Lind found a map"
    assert retell("We propose a map and show the rust.", LIND) is None


@pytest.mark.parametrize(
    "said",
    [
        "Rust weakens bridges.",
        "When rust weakens a bridge, trucks fall, so that we propose maps.",
        "I propose a map of rust.",
        "We use the map proposed in (Ott, 2020) for rust.",
        "",
        "We",
    ],
)
def test_what_cannot_be_told_is_left_alone(said: str) -> None:
    assert (retell(said, BRAUN) or "Braun et al.") == "Braun et al."


def test_every_content_word_stays() -> None:
    said = "Therefore, we propose a simple detector of rust that compares our photographs with 12 restorations."
    kept = set(re.findall(r"[a-z0-9]{4,}", said.casefold())) - {"therefore"}
    assert kept <= set(re.findall(r"[a-z0-9]{4,}", (retell(said, BRAUN) or "").casefold()))
