"""A BERT encoder written straight as an ONNX graph: onnxruntime runs a sentence-transformers model without torch.

Nothing is exported or cached: the graph is a few kilobytes of protocol buffer (fields as in onnx.proto3) made
in memory, and the weights are handed over from `model.safetensors` as they are. The fused operators are those of
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.float32]]

_FLOAT, _INT32 = 1, 6
_FUSED = "com.microsoft"


@dataclass(frozen=True, slots=True)
class BertSize:
    """The sizes of a BERT model, as its config.json names them."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


def constants_of(raw: Weights, size: BertSize) -> dict[str, NDArray[np.float32]]:
    """The graph's constants from the tensors of `model.safetensors` (names of Hugging Face's BertModel).

    Linear weights are stored (out, in) and multiplied (in, out); query, key and value become one matrix; the embedding
    of the first token type is added to every position. Raises KeyError for a missing tensor.
    """
    made = {
        "words": raw["embeddings.word_embeddings.weight"],
        "positions": raw["embeddings.position_embeddings.weight"] + raw["embeddings.token_type_embeddings.weight"][0],
        "norm.scale": raw["embeddings.LayerNorm.weight"],
        "norm.shift": raw["embeddings.LayerNorm.bias"],
    }
    for layer in range(size.layers):
        source, name = f"encoder.layer.{layer}.", f"{layer}."
        parts = [f"{source}attention.self.{part}." for part in ("query", "key", "value")]
        made[name + "qkv"] = np.concatenate([raw[part + "weight"].T for part in parts], axis=1)
        made[name + "qkv.bias"] = np.concatenate([raw[part + "bias"] for part in parts])
        for short, long in (("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")):
            made[name + short] = raw[f"{source}{long}.weight"].T
            made[f"{name}{short}.bias"] = raw[f"{source}{long}.bias"]
        for short, long in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            made[f"{name}{short}.scale"] = raw[f"{source}{long}.weight"]
            made[f"{name}{short}.shift"] = raw[f"{source}{long}.bias"]
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in made.items()}


def graph(constants: Weights, size: BertSize) -> bytes:
    """An ONNX model: `ids` (texts, tokens) and `lengths` (texts), both int32, and `shares` (texts, 1, tokens: one over
    the length for a token, 0 for padding) to `means` (texts, 1, hidden), the mean of the last layer's token vectors.

    The constants are declared as external: hand them over with `SessionOptions.add_external_initializers`.
    """
    norm: dict[str, int | float] = {"epsilon": size.epsilon}
    words = ["ids", "", "words", "positions", "", "norm.scale", "norm.shift"]
    nodes = [_node("EmbedLayerNormalization", words, ["x0", "unused"], norm)]
    for layer in range(size.layers):
        nodes += _layer(layer, size, norm)
    nodes.append(_node("MatMul", ["shares", f"x{size.layers}"], ["means"], {}, domain=""))
    body = b"".join(_message(1, node) for node in nodes) + _text(2, "bert")
    body += b"".join(_message(5, _constant(name, value.shape)) for name, value in constants.items())
    inputs = {"ids": (_INT32, 2), "lengths": (_INT32, 1), "shares": (_FLOAT, 3)}
    body += b"".join(_message(11, _value(name, kind, rank)) for name, (kind, rank) in inputs.items())
    body += _message(12, _value("means", _FLOAT, 3))
    operators = b"".join(
        _message(8, _text(1, domain) + _number(2, version)) for domain, version in (("", 17), (_FUSED, 1))
    )
    return _number(1, 8) + _text(2, "triage") + _message(7, body) + operators


def _layer(layer: int, size: BertSize, norm: Mapping[str, int | float]) -> list[bytes]:
    name, x = f"{layer}.", f"x{layer}"
    gain = [name + "norm1.scale", name + "norm1.shift", name + "out.bias"]
    gain2 = [name + "norm2.scale", name + "norm2.shift", name + "down.bias"]
    attended, out, middle, up, active, down = (f"{name}{part}" for part in ("a", "o", "m", "u", "g", "d"))
    return [
        _node("Attention", [x, name + "qkv", name + "qkv.bias", "lengths"], [attended], {"num_heads": size.heads}),
        _node("MatMul", [attended, name + "out"], [out], {}, domain=""),
        _node("SkipLayerNormalization", [out, x, *gain], [middle], norm),
        _node("MatMul", [middle, name + "up"], [up], {}, domain=""),
        _node("BiasGelu", [up, name + "up.bias"], [active], {}),
        _node("MatMul", [active, name + "down"], [down], {}, domain=""),
        _node("SkipLayerNormalization", [down, middle, *gain2], [f"x{layer + 1}"], norm),
    ]


def _node(
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    attributes: Mapping[str, int | float],
    domain: str = _FUSED,
) -> bytes:
    made = b"".join(_text(1, name) for name in inputs) + b"".join(_text(2, name) for name in outputs)
    made += _text(4, kind) + b"".join(_message(5, _attribute(name, value)) for name, value in attributes.items())
    return made + _text(7, domain)


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)


def _constant(name: str, sizes: Sequence[int]) -> bytes:
    place = _message(13, _text(1, "location") + _text(2, "weights"))
    return b"".join(_number(1, size) for size in sizes) + _number(2, _FLOAT) + _text(8, name) + place + _number(14, 1)


def _value(name: str, kind: int, rank: int) -> bytes:
    sizes = b"".join(_message(1, _text(2, f"{name}{axis}")) for axis in range(rank))
    return _text(1, name) + _message(2, _message(1, _number(1, kind) + _message(2, sizes)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _message(field, value.encode())


def _message(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
