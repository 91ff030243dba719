"""Section distributions on invented papers whose vectors are made here."""

import numpy as np
import pytest

from triage.judging.examples import Example, recency
from triage.judging.sections import add_named, fit_sections, plain_name, prefer_named
from triage.models import SectionPath

PATHS: list[SectionPath] = [("Boilers", "Copper"), ("Boilers", "Glass"), ("Others",)]


def world(count: int, seed: int = 0) -> tuple[list[Example], np.ndarray, np.ndarray]:
    """Examples around three directions, their vectors, and the directions."""
    chance = np.random.default_rng(seed)
    centres = np.eye(3, 16, dtype=np.float32)
    labels = np.arange(count) % 3
    vectors = centres[labels] + chance.normal(0, 0.25, (count, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = ("copper", "glass", "wooden")
    examples = [
        Example(f"A {words[label]} thing {n}", "", (PATHS[label],), 2020 + n / count) for n, label in enumerate(labels)
    ]
    return examples, vectors.astype(np.float32), centres


def test_papers_are_filed_and_rows_sum_to_one() -> None:
    examples, vectors, centres = world(60)
    model = fit_sections(examples, vectors, PATHS, centres)
    spread, none_fits = model.predict(["copper thing", "glass thing", "wooden thing"], centres)
    assert spread.argmax(axis=1).tolist() == [0, 1, 2]
    assert spread.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (spread.max(axis=1) > 0.8).all()
    assert (none_fits < 0.2).all()


def test_confidence_is_honest_where_labels_are_noise() -> None:
    examples, vectors, centres = world(90)
    chance = np.random.default_rng(1)
    mixed = [Example("A thing", "", (PATHS[chance.integers(3)],)) for _ in examples]
    model = fit_sections(mixed, vectors, PATHS, centres * 0)
    spread, _ = model.predict(["A thing"] * 3, centres)
    assert spread.max() < 0.7


def test_a_section_without_entries_is_known_by_its_name() -> None:
    examples, vectors, centres = world(30)
    known = [(e, v) for e, v in zip(examples, vectors, strict=True) if e.sections != (PATHS[2],)]
    model = fit_sections([e for e, _ in known], np.stack([v for _, v in known]), PATHS, centres)
    spread, _ = model.predict(["Others"], centres[2:])
    assert spread.argmax() == 2


def test_a_stranger_fits_nowhere_more_than_a_regular() -> None:
    examples, vectors, centres = world(60)
    extra: SectionPath = ("Lamps",)
    model = fit_sections(
        [*examples, Example("An oil lamp", "", (extra,))],
        np.vstack([vectors, np.eye(1, 16, 9, dtype=np.float32)]),
        [*PATHS, extra],
        np.vstack([centres, np.eye(1, 16, 9, dtype=np.float32)]),
    )
    _, none_fits = model.predict(
        ["copper thing", "quasar"], np.vstack([centres[:1], -np.eye(1, 16, 5, dtype=np.float32)])
    )
    assert none_fits[1] > 2 * none_fits[0]


def test_same_name_under_two_parents_stays_apart() -> None:
    paths: list[SectionPath] = [("Boilers", "Data"), ("Lamps", "Data")]
    assert plain_name(paths[0]) != plain_name(paths[1])
    examples = [Example(f"{path[0]} data {n}", "", (path,)) for n in range(4) for path in paths]
    vectors = np.tile(np.eye(2, 8, dtype=np.float32), (4, 1))
    model = fit_sections(examples, vectors, paths, np.eye(2, 8, dtype=np.float32))
    spread, _ = model.predict(["Lamps data"], np.eye(1, 8, 1, dtype=np.float32))
    assert spread.argmax() == 1


def test_one_section_and_no_section() -> None:
    examples, vectors, centres = world(6)
    spread, none_fits = fit_sections(examples, vectors, PATHS[:1], centres[:1]).predict(["x"], centres[:1])
    assert spread.tolist() == [[1.0]] and none_fits.tolist() == [0.0]
    assert fit_sections(examples, vectors, [], centres[:0]).predict(["x"], centres[:1])[0].shape == (1, 0)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("2 Boilers", "2.1 Copper"), "Boilers Copper"),
        (("🕔 5. Toasters",), "Toasters"),
        (("A1. Lamps",), "Lamps"),
        (("3D Printing",), "3D Printing"),
        (("3.5 3D Printing",), "3D Printing"),
        (("2.5D Printing",), "2.5D Printing"),
        (("A Survey",), "A Survey"),
        (("2025",), "2025"),
    ],
)
def test_plain_names(path: SectionPath, name: str) -> None:
    assert plain_name(path) == name


def test_old_entries_count_less() -> None:
    shares = recency([Example("a", when=2025.0), Example("b", when=2024.0), Example("c")])
    assert shares.tolist() == pytest.approx([1.0, 0.5, 0.5**0.5])


def test_a_remark_names_its_venue_section() -> None:
    paths: list[SectionPath] = [("KETL 2024",), ("KETL 2025",), ("Boilers",)]
    spread = np.full((2, 3), 1 / 3)
    raised = prefer_named(spread, paths, ["Accepted at KETL 2025, 8 pages", ""])
    assert raised[0].argmax() == 1 and raised[0, 1] > 0.9
    assert raised[1].tolist() == pytest.approx([1 / 3] * 3)


def test_a_section_of_a_venue_is_proposed_only_where_it_is_named() -> None:
    spread = np.full((4, 2), 0.5)
    remarks = ["To appear at KETL 2025", "KETL 2025 Workshop on Steam", "submitted to KETL 2025", ""]
    added = add_named(spread, [("Venues", "KETL 2025"), ("Venues", "KETL 2024")], remarks)
    assert added[0].argmax() == 2 and added[0, 3] == 0
    assert (added[1:, 2:] == 0).all()
    assert added.sum(axis=1) == pytest.approx([1, 1, 1, 1])
