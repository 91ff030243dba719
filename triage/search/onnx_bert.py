"""A BERT encoder written straight as an ONNX graph: onnxruntime runs a sentence-transformers model without torch.

Nothing is exported or cached: the graph is a few kilobytes of protocol buffer (fields as in onnx.proto3) made
in memory, and the weights are handed over from `model.safetensors`, as they are or as integers. The fused operators
are those of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.float32]]
Constants = Mapping[str, NDArray[np.float32] | NDArray[np.int8]]

_FLOAT, _INT8, _INT32 = 1, 3, 6
_LINEAR = ("qkv", "out", "up", "down")
_LARGEST = 63
"""Seven bits, not eight: processors without VNNI add two products of a byte and a weight in 16 bits, where
2 × 255 × 127 does not fit (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html)."""
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


def with_integers(constants: Weights) -> dict[str, NDArray[np.float32] | NDArray[np.int8]]:
    """The graph's constants with the matrices of the linear layers as whole numbers from -63 to 63, each column times
    its own step (a further constant). Activations become bytes while the graph runs: dynamic quantisation."""
    made: dict[str, NDArray[np.float32] | NDArray[np.int8]] = dict(constants)
    for name, value in constants.items():
        if name.rpartition(".")[2] in _LINEAR:
            step = np.maximum(np.abs(value).max(axis=0) / _LARGEST, np.finfo(np.float32).tiny).astype(np.float32)
            made[name] = np.round(value / step).astype(np.int8)
            made[name + ".step"] = step
            made[name + ".zero"] = np.zeros(step.shape, dtype=np.int8)
    return made


def graph(constants: Constants, size: BertSize) -> bytes:
    """An ONNX model for one text at a time: `ids` (1, tokens) in int32 and `shares` (1, 1, tokens), each one over the
    number of tokens, to `means` (1, 1, hidden), the mean of the last layer's token vectors.

    One text at a time, because the step of quantised activations is that of the whole input: in a batch a text's
    vector would depend on its company. The constants are declared as external: hand them over with
    `SessionOptions.add_external_initializers`.
    """
    norm: dict[str, int | float] = {"epsilon": size.epsilon}
    words = ["ids", "", "words", "positions", "", "norm.scale", "norm.shift"]
    nodes = [_node("EmbedLayerNormalization", words, ["x0", "unused"], norm)]
    for layer in range(size.layers):
        is_quantized = f"{layer}.qkv.step" in constants
        nodes += _layer(layer, size, norm, is_quantized)
    nodes.append(_node("MatMul", ["shares", f"x{size.layers}"], ["means"], {}, domain=""))
    body = b"".join(_message(1, node) for node in nodes) + _text(2, "bert")
    body += b"".join(_message(5, _constant(name, value)) for name, value in constants.items())
    inputs = {"ids": (_INT32, 2), "shares": (_FLOAT, 3)}
    body += b"".join(_message(11, _value(name, kind, rank)) for name, (kind, rank) in inputs.items())
    body += _message(12, _value("means", _FLOAT, 3))
    operators = b"".join(
        _message(8, _text(1, domain) + _number(2, version)) for domain, version in (("", 17), (_FUSED, 1))
    )
    return _number(1, 8) + _text(2, "triage") + _message(7, body) + operators


def _layer(layer: int, size: BertSize, norm: Mapping[str, int | float], is_quantized: bool) -> list[bytes]:
    name, x = f"{layer}.", f"x{layer}"
    gain = [name + "norm1.scale", name + "norm1.shift", name + "out.bias"]
    gain2 = [name + "norm2.scale", name + "norm2.shift", name + "down.bias"]
    attended, out, middle, up, active, down = (f"{name}{part}" for part in ("a", "o", "m", "u", "g", "d"))
    attention, product = (_quantized_attention, _quantized_product) if is_quantized else (_attention, _product)
    return [
        *attention(x, name + "qkv", attended, size.heads),
        product(attended, name + "out", out),
        _node("SkipLayerNormalization", [out, x, *gain], [middle], norm),
        product(middle, name + "up", up),
        _node("BiasGelu", [up, name + "up.bias"], [active], {}),
        product(active, name + "down", down),
        _node("SkipLayerNormalization", [down, middle, *gain2], [f"x{layer + 1}"], norm),
    ]


def _attention(x: str, weight: str, made: str, heads: int) -> list[bytes]:
    return [_node("Attention", [x, weight, weight + ".bias"], [made], {"num_heads": heads})]


def _quantized_attention(x: str, weight: str, made: str, heads: int) -> list[bytes]:
    bytes_, step, zero = (f"{weight}.x.{part}" for part in ("bytes", "step", "zero"))
    inputs = [bytes_, weight, weight + ".bias", step, weight + ".step", "", zero, weight + ".zero"]
    return [
        _node("DynamicQuantizeLinear", [x], [bytes_, step, zero], {}, domain=""),
        _node("QAttention", inputs, [made], {"num_heads": heads}),
    ]


def _product(x: str, weight: str, made: str) -> bytes:
    return _node("MatMul", [x, weight], [made], {}, domain="")


def _quantized_product(x: str, weight: str, made: str) -> bytes:
    return _node("DynamicQuantizeMatMul", [x, weight, weight + ".step", weight + ".zero"], [made], {})


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


def _constant(name: str, value: NDArray[np.float32] | NDArray[np.int8]) -> bytes:
    kind = _INT8 if value.dtype == np.int8 else _FLOAT
    place = _message(13, _text(1, "location") + _text(2, "weights"))
    return (
        b"".join(_number(1, size) for size in value.shape) + _number(2, kind) + _text(8, name) + place + _number(14, 1)
    )


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
