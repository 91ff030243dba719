"""An invented list for judging, and an embedder that counts words in place of a model."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.models import SectionPath
from triage.protocols import Vectors

TAXONOMY: tuple[SectionPath, ...] = (("Kettles", "Whistling"), ("Kettles", "Silent"), ("Toasters",))


@dataclass(frozen=True)
class Entry:
    title: str
    section: SectionPath
    arxiv_id: str | None = None
    year: int | None = None
    authors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Section:
    path: SectionPath
    kind: str = "topic"


@dataclass(frozen=True)
class List:
    entries: tuple[Entry, ...]
    taxonomy: tuple[SectionPath, ...] = TAXONOMY
    sections: tuple[Section, ...] = ()


class WordEmbedder:
    """Counts words into 64 places, and how many texts it was asked for."""

    model = "words-64"

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().split():
                row[zlib.crc32(word.encode("utf-8", "surrogatepass")) % 64] += 1
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows
