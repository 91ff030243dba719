"""What is checked, and what comes of it: a sentence of a draft with what it cites, and the verdict on it."""

from dataclasses import dataclass
from enum import StrEnum

from triage.evidence.source import Sentence


class Support(StrEnum):
    """Whether the cited papers say what a sentence says."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in a draft: the key, and the 1-based pages that it names, if any (0 is the abstract)."""

    key: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a draft. `text` is its prose, without markup and citations; `quotes` are the quotations in it,
    without their marks; `line` is 1-based; `section` is the draft's heading above it. Where it was read from a file:
    `written` is the text with its citations in place, "[key, p. 3]", and `file` the file's name."""

    text: str
    line: int = 0
    section: str = ""
    citations: tuple[Citation, ...] = ()
    quotes: tuple[str, ...] = ()
    written: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against a statement, or for it: `kind` to count by ("unknown key", "quotation", "page",
    "number", "name", "negation", …) and the `reason` for a person. `decides`: it settles the verdict alone."""

    kind: str
    reason: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence of a cited paper that bears on a statement; `score` orders them, higher is better."""

    key: str
    paper_id: str
    sentence: Sentence
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement with its verdict. `probability` (0 to 1) is that of being supported, as the calibrated model has it;
    None where no model was needed. `by` is who decided: "mechanical", "scored" or a language model's name."""

    statement: Statement
    support: Support
    findings: tuple[Finding, ...] = ()
    proofs: tuple[Proof, ...] = ()
    probability: float | None = None
    by: str = "mechanical"
