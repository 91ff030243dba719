"""Which papers would start a section together, on invented papers whose vectors are made here."""

import time

import numpy as np
import pytest

from triage.judging.clusters import Candidate, find_clusters
from triage.judging.examples import Example
from triage.models import Cluster, SectionPath
from triage.protocols import Vectors

COPPER: SectionPath = ("Boilers", "Copper")
GLASS: SectionPath = ("Boilers", "Glass")
OTHERS: SectionPath = ("Others",)
WATCH = [f"A survey of ordinary boilers number {n}\n\nBoilers are measured and compared." for n in range(40)]


def near(axis: int, count: int, spread: float = 0.1) -> Vectors:
    """Unit vectors around one of twelve axes."""
    rows = np.eye(12)[np.full(count, axis)] + np.random.default_rng(axis).normal(0, spread, (count, 12))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def shelf() -> tuple[list[Example], Vectors]:
    """Ten entries on copper, ten on glass, and a place for the rest that holds a solar one among four unlike."""
    examples = [Example(f"A copper boiler number {n}", "", (COPPER,)) for n in range(10)]
    examples += [Example(f"A glass boiler number {n}", "", (GLASS,)) for n in range(10)]
    examples += [Example(f"Something else {n}", "", (OTHERS,)) for n in range(4)]
    examples += [Example("Solar roofs that boil", "", (OTHERS,))]
    far = np.vstack([near(axis, 1) for axis in (6, 7, 8, 9)])
    return examples, np.vstack([near(0, 10), near(1, 10), far, near(3, 7, 0.02)[6:]])


def solar(number: int, *, nowhere: bool = True) -> Candidate:
    title = f"Solar heating of boiler {number}"
    text = f"{title}\n\nWe boil water by solar heating, without a flame. Run {number}."
    return Candidate(f"2601.0000{number}", title, text, OTHERS, 0.6 if nowhere else 0.1, nowhere)


def copper(number: int) -> Candidate:
    title = f"Copper again {number}"
    return Candidate(f"2602.0000{number}", title, f"{title}\n\nMore copper boilers.", COPPER, 0.02, False)


def test_papers_that_stand_together_start_one_section_in_their_own_words() -> None:
    examples, vectors = shelf()
    candidates = [solar(1), solar(2), solar(3), copper(1)]
    found = find_clusters(candidates, np.vstack([near(3, 3, 0.02), near(0, 1)]), examples, vectors, WATCH)
    assert set(found) == {"2601.00001", "2601.00002", "2601.00003"}
    assert len({cluster.words for cluster in found.values()}) == 1
    first = found["2601.00001"]
    assert first.words[0] == "solar heating"
    assert len(first.papers) + first.more == 3
    assert {"Solar heating of boiler 2", "Solar heating of boiler 3", "Solar roofs that boil"} == set(first.papers)
    assert all(word in candidates[0].text for word in first.words)


def test_the_answer_does_not_depend_on_the_order_of_papers() -> None:
    examples, vectors = shelf()
    candidates = [solar(1), solar(2), solar(3), copper(1)]
    asked = np.vstack([near(3, 3, 0.02), near(0, 1)])
    turned = [2, 0, 3, 1]
    back = find_clusters([candidates[n] for n in turned], asked[turned], examples, vectors, WATCH[::-1])
    assert back == find_clusters(candidates, asked, examples, vectors, WATCH)


def test_papers_that_are_not_alike_start_a_section_each() -> None:
    examples, vectors = shelf()
    alone = Candidate("2603.00001", "Boiling by thunder", "Boiling by thunder\n\nThunder boils.", GLASS, 0.7, True)
    found = find_clusters([solar(1), alone], np.vstack([near(4, 1), near(5, 1)]), examples, vectors, WATCH)
    assert found["2603.00001"].papers == () and found["2603.00001"].more == 0
    assert found["2601.00001"].words != found["2603.00001"].words


def test_a_queued_paper_nearer_to_them_than_to_its_own_section_stands_with_them() -> None:
    examples, vectors = shelf()
    asked = np.vstack([near(3, 2, 0.02), near(0, 1)])
    found = find_clusters([solar(1), solar(2, nowhere=False), copper(1)], asked, examples, vectors, WATCH)
    assert set(found) == {"2601.00001"}
    assert "Solar heating of boiler 2" in found["2601.00001"].papers
    assert "Copper again 1" not in found["2601.00001"].papers


def test_at_most_three_companions_are_named_and_the_rest_counted() -> None:
    examples, vectors = shelf()
    found = find_clusters([solar(n) for n in range(6)], near(3, 6, 0.02), examples, vectors, WATCH)
    assert {(len(cluster.papers), cluster.more) for cluster in found.values()} == {(3, 3)}


def test_where_the_queue_is_dense_only_what_is_nearer_stands_together() -> None:
    examples, vectors = shelf()
    unassigned, apart = [solar(1), solar(2)], near(3, 2, 0.04)
    together = find_clusters(unassigned, apart, examples, vectors, WATCH)
    assert [len(cluster.papers) for cluster in together.values()] == [2, 2]
    dense = [copper(n) for n in range(8)]
    crowd = np.vstack([apart, near(0, 8, 0.005)])
    alone = find_clusters([*unassigned, *dense], crowd, examples, vectors, WATCH)
    assert [len(cluster.papers) for cluster in alone.values()] == [0, 0]


def test_nobody_fits_nowhere_and_a_list_without_entries() -> None:
    examples, vectors = shelf()
    assert find_clusters([copper(1)], near(0, 1), examples, vectors, WATCH) == {}
    assert find_clusters([], near(0, 0), examples, vectors, []) == {}
    bare = find_clusters([solar(1), solar(2)], near(3, 2, 0.02), [], np.zeros((0, 12), dtype=np.float32), [])
    assert {cluster.more + len(cluster.papers) for cluster in bare.values()} == {1}


def test_what_was_rejected_never_stands_with_them() -> None:
    unwanted = Example("Solar roofs that boil", "", (OTHERS,), wanted=False)
    found = find_clusters([solar(1)], near(3, 1, 0.02), [unwanted], near(3, 7, 0.02)[6:], WATCH)
    assert found["2601.00001"].papers == ()


def test_several_hundred_papers_take_no_time() -> None:
    examples, vectors = shelf()
    candidates = [solar(n) for n in range(400)]
    asked = np.vstack([near(2 + n % 10, 1, 0.3) for n in range(400)])
    find_clusters(candidates[:2], asked[:2], examples, vectors, WATCH)
    began = time.perf_counter()
    assert len(find_clusters(candidates, asked, examples, vectors, WATCH)) == 400
    assert time.perf_counter() - began < 2.0


@pytest.mark.parametrize("words", [(), ("steam",), ("steam", "solar roof")])
def test_a_cluster_has_a_name(words: tuple[str, ...]) -> None:
    assert Cluster(words).name == " · ".join(words)
