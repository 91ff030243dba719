"""A draft, in Markdown or LaTeX, as statements to be checked."""

from dataclasses import dataclass, replace
from pathlib import PurePath

from triage.errors import TriageError
from triage.verifying.latex import Include, LatexDraft, read_latex
from triage.verifying.markdown import bibliographies_of, read_markdown
from triage.verifying.prose import Groups, statements, without_private_signs
from triage.verifying.verdict import Statement

SUFFIXES = (".md", ".markdown", ".tex", ".ltx")
"""How names of drafts end."""

_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was read. `statements` are its sentences, block quotations and citing table rows in order, those
    that cite nothing too; `bibliographies` the files it names as such; `listed` the keys that it wants in its
    bibliography without citing them (`\\nocite`; "*" is all); `missing` the files it includes that could not be read.
    """

    name: str
    statements: tuple[Statement, ...]
    bibliographies: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()

    @property
    def cited(self) -> tuple[Statement, ...]:
        """The statements that cite something."""
        return tuple(one for one in self.statements if one.citations)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that is cited, once, in the order of the text."""
        return tuple(dict.fromkeys(citation.key for one in self.statements for citation in one.citations))

    def under(self, heading: str) -> "Draft":
        """The draft with the statements of these sections alone: those that have `heading` in their path of headings,
        in any case. Raises TriageError if there is none."""
        wanted = heading.casefold().strip()
        kept = tuple(one for one in self.statements if wanted in one.section.casefold())
        if not kept:
            known = dict.fromkeys(one.section for one in self.statements if one.section)
            named = "; ".join(list(known)[:8]) or "it has no headings"
            raise TriageError(f"{self.name}: no section {heading!r} with text; there are: {named}")
        return replace(self, statements=kept)


def read_draft(name: str, text: str, include: Include = lambda _: None) -> Draft:
    """The draft of this file name with this text. `include` gives the files that a LaTeX draft includes, and says which
    may be read. Raises TriageError naming the file if it is neither Markdown nor LaTeX, or too large to be a draft."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise TriageError(f"{name}: drafts are Markdown or LaTeX; their names end in {', '.join(SUFFIXES)}")
    if len(text) > _LARGEST:
        raise TriageError(f"{name} has {len(text):,} characters; a draft has at most {_LARGEST:,}, split it")
    groups = Groups()
    clean = _clean(text)
    if suffix in (".md", ".markdown"):
        read = LatexDraft(read_markdown(clean, groups, name), list(bibliographies_of(clean)))
    else:
        read = read_latex(clean, groups, name, lambda wanted: _cleaned(include(wanted)))
    return Draft(
        name,
        tuple(statements(read.blocks, groups)),
        tuple(dict.fromkeys(read.bibliographies)),
        frozenset(read.listed),
        tuple(dict.fromkeys(read.missing)),
    )


def _clean(text: str) -> str:
    return without_private_signs(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def _cleaned(found: tuple[str, str] | None) -> tuple[str, str] | None:
    return (found[0], _clean(found[1])) if found and len(found[1]) <= _LARGEST else None
