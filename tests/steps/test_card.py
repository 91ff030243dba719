"""A paper's surroundings."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from triage.collection import Store
from triage.lists.document import scan
from triage.lists.lookup import Lookup
from triage.models import FullText, Heading, PageText, Paper, Reference
from triage.protocols import Advance, Vectors
from triage.search.index import open_index
from triage.search.vectors import CachedVectors
from triage.steps.card import card
from triage.steps.reindex import index_papers

LIST = """# Rivers

## Forecasts

- [Old floods of the northern plains](https://arxiv.org/abs/1901.00009)
- [Rainfall memories in large networks](https://example.org/rain)
"""


class Lengths:
    """A text's length decides where its vector points."""

    model = "lengths"

    def embed(self, texts: Sequence[str]) -> Vectors:
        turns = np.array([len(text) / 200 for text in texts], dtype=np.float32)
        return np.stack([np.cos(turns), np.sin(turns)], axis=1)


@contextmanager
def silent(label: str, total: int | None) -> Iterator[Advance]:
    def advance(count: int = 1) -> None:
        del count

    yield advance


def test_outline_references_citations_and_neighbours(tmp_path: Path) -> None:
    one = Paper("2501.00001", "Remembering rivers at their gauges", "Short.")
    other = Paper("2502.00002", "Floods remembered by their gauges", "Short too.")
    far = Paper("2503.00003", "Whale song in the deep sea", "Long. " * 60)
    text = FullText(
        other.id,
        1,
        "pdf",
        (PageText(1, "Introduction"),),
        headings=(Heading("Introduction", 1),),
        references=(
            Reference("Doe. Remembering Rivers at their Gauges.", title="Remembering Rivers at their Gauges"),
            Reference("Old floods. arXiv:1901.00009", arxiv_id="1901.00009"),
            Reference("Rainfall.", title="Rainfall memories in large networks"),
            Reference("Unknown.", title="A paper that nobody here has heard of"),
        ),
    )
    with Store(tmp_path) as store:
        for paper in (one, other, far):
            store.papers.save(paper)
        store.texts.save(text, [])
        vectors = CachedVectors(Lengths(), store, silent)
        index = open_index(tmp_path / "chroma", None, "lengths")
        index_papers(store, vectors, index, silent)
        store.look(Lookup(scan(LIST).entries).read_entries(), {}, "LIST")
        (listed,) = (entry for entry in store.entries.all() if entry.title.startswith("Rainfall"))
        citing = card(store, vectors, index, other.id)
        cited = card(store, vectors, index, one.id)
    assert [heading.title for heading in citing.outline] == ["Introduction"]
    assert [(r.paper_id, r.section[-1:]) for r in citing.references] == [
        ("2501.00001", ()),
        ("1901.00009", ("Forecasts",)),
        (listed.paper_id, ("Forecasts",)),
    ]
    assert [r.paper_id for r in citing.nearest] == ["2501.00001", "2503.00003"]
    assert [r.paper_id for r in cited.cited_by] == ["2502.00002"]
    assert cited.references == ()
