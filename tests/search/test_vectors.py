"""No text is embedded twice, and what comes from the cache is what was computed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from triage.collection import Store
from triage.identity import text_key
from triage.models import Paper
from triage.protocols import Advance, Vectors
from triage.screens.progress import Silence
from triage.search.vectors import CachedVectors, ReadOnlyIndex


class Counting:
    """An embedder of 16 dimensions, made from the text's letters, that counts what it is asked."""

    def __init__(self, model: str = "letters") -> None:
        self.model = model
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.array([[1 + text.count(chr(97 + i)) for i in range(16)] for text in texts], dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_each_text_is_computed_once(store: Store) -> None:
    embedder = Counting()
    vectors = CachedVectors(embedder, store, Silence())
    first = vectors.embed(["a toad", "a frog", "a toad"])
    again = CachedVectors(embedder, store, Silence()).embed(["a frog", "a newt"])
    assert sorted(embedder.asked) == ["a frog", "a newt", "a toad"]
    assert first.shape == (3, 16)
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first[1], again[0])


def test_vectors_keep_their_direction_and_length(store: Store) -> None:
    embedder = Counting()
    kept = CachedVectors(embedder, store, Silence()).embed(["abracadabra"])
    true = embedder.embed(["abracadabra"])
    assert float((kept * true).sum()) > 0.9999
    assert np.linalg.norm(kept) == pytest.approx(1.0, abs=1e-6)


def test_another_model_has_its_own_vectors(store: Store) -> None:
    CachedVectors(Counting("one"), store, Silence()).embed(["a"])
    other = Counting("two")
    CachedVectors(other, store, Silence()).embed(["a"])
    assert other.asked == ["a"]


def test_vectors_of_float32_weights_serve_for_those_of_integers(store: Store) -> None:
    old = CachedVectors(Counting("letters"), store, Silence())
    before = old.embed(["a toad"])
    embedder = Counting("letters int8")
    vectors = CachedVectors(embedder, store, Silence())
    assert vectors.model == old.model == "letters"
    np.testing.assert_array_equal(vectors.embed(["a toad", "a frog"])[0], before[0])
    assert embedder.asked == ["a frog"]
    assert set(vectors.cosines([text_key("a toad"), text_key("a frog")], before)) == {
        text_key("a toad"),
        text_key("a frog"),
    }
    assert list(store.vectors.get("letters int8", [text_key("a toad"), text_key("a frog")])) == [text_key("a frog")]


def test_an_index_for_reading_has_both(store: Store) -> None:
    for paper, name in ((Paper("1", "Frogs"), "letters"), (Paper("2", "Toads"), "letters int8")):
        store.papers.save(paper)
        CachedVectors(Counting(name), store, Silence()).embed([paper.title_and_abstract])
    assert ReadOnlyIndex(store.folder, "letters").keys("papers") == {"1", "2"}


def test_nothing_in_nothing_out(store: Store) -> None:
    assert len(CachedVectors(Counting(), store, Silence()).embed([])) == 0


def test_a_paper_without_abstract_is_its_title() -> None:
    assert Paper("1", "Frogs").title_and_abstract == "Frogs"
    assert Paper("1", "Frogs", "They sing.").title_and_abstract == "Frogs\n\nThey sing."


def test_long_embedding_is_shown_from_before_the_model_loads_and_moves(store: Store) -> None:
    log: list[str] = []

    @contextmanager
    def progress(label: str, total: int | None) -> Iterator[Advance]:
        log.append(f"{label} {total}")
        yield lambda count=1: log.append(f"+{count}")

    class Loading(Counting):
        def embed(self, texts: Sequence[str]) -> Vectors:
            log.append("the model works")
            return super().embed(texts)

    CachedVectors(Loading(), store, progress).embed([f"frog number {number}" for number in range(150)])
    assert log == ["embedding 150", *["the model works", "+64"] * 2, "the model works", "+22"]
