"""What a sentence is about, and whether it can be read alone; which phrases papers share."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.writing.told import ALL, CRACK, ONLY_TITLE, work
from triage.protocols import Vectors
from triage.writing.aspects import Aspect, Part, best, method_name, part_of, stands_alone, tell
from triage.writing.threads import find_threads


@pytest.mark.parametrize(
    ("heading", "said", "aspect"),
    [
        ("Abstract", "In this paper, we propose a detector of rust on bridges.", Aspect.CONTRIBUTION),
        ("2 Method", "We train our network on photographs of clean girders only.", Aspect.APPROACH),
        ("1 Introduction", "Unlike previous work, we learn from clean girders only.", Aspect.CONTRAST),
        ("4 Results", "Our detector achieves a Dice of 0.71 on the bridges.", Aspect.RESULT),
        ("5 Discussion", "A limitation of our study is the small number of bridges.", Aspect.LIMITATION),
        ("6 Conclusion", "Future work should look at bridges under water as well.", Aspect.OPEN),
    ],
)
def test_sentences_tell_their_aspect(heading: str, said: str, aspect: Aspect) -> None:
    told = tell(work("k", "Rust", ("Abstract", "Rust."), (heading, said)).source)
    assert best(told, aspect), [one.aspect for one in told]
    assert best(told, aspect)[0].sentence.text == said


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("2 Related Work", "We propose nothing that the work of others had not proposed."),
        ("1 Introduction", "A limitation of existing detectors is that they need labelled rust."),
        ("4 Results", "We train with a learning rate of 0.01 for 50 epochs on all the bridges."),
        ("6 Conclusion", "Our benchmark will inspire future work on bridges for many years."),
        ("3 Method", "The loss is weighed by w = 0.5 on each of the girders that we use."),
    ],
)
def test_what_others_do_and_what_praises_tells_nothing(heading: str, said: str) -> None:
    told = tell(work("k", "Rust", ("Abstract", "Rust."), (heading, said)).source)
    assert [one.aspect for one in told if one.aspect != Aspect.APPROACH] == []


@pytest.mark.parametrize(
    "said",
    [
        "This is why bridges need to be inspected once a year.",
        "As shown in Fig. 3, rust grows from the edges of a girder.",
        "However, these results hold for bridges of steel alone.",
        "To find them, we propose a detector with two cameras.",
        "Does a detector of rust really need a label for each pixel?",
        "Rust is found where x = 3 and the girder is wet.",
        "Rust grows (as we know from the north of the country.",
        "Too short.",
    ],
)
def test_what_leans_on_other_places_cannot_stand_alone(said: str) -> None:
    assert stands_alone(said) == 0.0


def test_a_long_sentence_stands_less_well() -> None:
    short = "A detector of rust compares a photograph with its restoration."
    assert 0 < stands_alone(f"{short[:-1]} {'and sees the girder ' * 10}of steel.") < stands_alone(short) == 1.0


def test_parts_of_a_paper_by_its_headings() -> None:
    pages = [("4.2. Ablation Studies", "We see."), ("A Girder Model", "We see."), ("Conclusions", "We see.")]
    found = [part_of(one) for one in work("k", "Rust", *pages).source.sentences]
    assert found == [Part.RESULTS, Part.METHOD, Part.CONCLUSION]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("BeamScope: Rust Detection", "BeamScope"),
        ("Rust: A Survey", ""),
        ("Rust Detection", ""),
        ("SAM 2: All", "SAM 2"),
    ],
)
def test_names_of_methods(title: str, name: str) -> None:
    assert method_name(title) == name


def test_papers_that_share_a_phrase_stand_together() -> None:
    threads, others = find_threads(ALL, "Bridges")
    assert [(thread.phrase, [one.key for one in thread.works]) for thread in threads] == [
        ("diffusion models", ["braun24", "marsh23"])
    ]
    assert others == [CRACK, ONLY_TITLE]
    assert "diffusion model" in getattr(threads[0].where["marsh23"], "text", "").casefold()


def test_what_no_title_has_is_no_thread() -> None:
    works = [work(f"k{place}", f"No {place}", ("Abstract", "We see rust with stereo cameras.")) for place in range(2)]
    assert find_threads(works, "Any") == ([], works)


def test_what_the_section_is_called_parts_nobody_if_something_else_does() -> None:
    words = ("night", "rain", "snow", "wind")
    works = [
        work(
            f"k{place}",
            f"Rust Detection with {kind.title()} Cameras by {name}",
            ("Abstract", f"We see rust with {kind} cameras at {name}."),
        )
        for place, (name, kind) in enumerate(zip(words, ("thermal", "thermal", "stereo", "stereo"), strict=True))
    ]
    threads, _ = find_threads(works, "Rust Detection")
    assert sorted(thread.phrase for thread in threads) == ["stereo cameras", "thermal cameras"]


@pytest.mark.parametrize(("near", "found"), [(True, ["stereo cameras"]), (False, [])])
def test_a_shared_phrase_is_a_thread_only_where_the_papers_are_near(near: bool, found: list[str]) -> None:
    names = ("bridge", "poem", "whale", "tax", "yeast", "opera")
    works = [
        work(
            f"k{name}",
            f"{'Stereo Cameras' * (place < 1)} of the {name}",
            ("Abstract", f"The {name} {'has stereo cameras' * (place < 2)} for all."),
        )
        for place, name in enumerate(names)
    ]

    def embed(texts: Sequence[str]) -> Vectors:
        vectors = np.eye(len(texts), dtype=np.float32) * 0.8 + 0.2
        vectors[1] = vectors[0] if near else vectors[1]
        scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled

    assert [thread.phrase for thread in find_threads(works, "Any", embed)[0]] == found
