"""A LaTeX draft as blocks of running text.

The source is read in one pass over its commands; nothing in it is run. Preamble, comments, formulas, code, pictures and
the bibliography are left out; of tables the rows and captions stay, of footnotes the text.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from triage.drafting.tex import group_ends, plain_text
from triage.verifying.prose import Block, Group, Groups, Kind, pages_named
from triage.verifying.verdict import Citation

Include = Callable[[str], tuple[str, str] | None]
"""The name and text of the file that a draft includes under this name; None if it may not be read or does not exist."""

_LINE = "\U00100000"
"""Stands for a line break of the file while commands are read, since TeX swallows blanks."""
_DEEPEST = 8
_MOST_FILES = 200

_FORMULAS = frozenset(
    "equation align gather multline flalign alignat eqnarray displaymath math split dmath subequations IEEEeqnarray"
    .split()
)  # fmt: skip
_LEFT_OUT = frozenset(
    "verbatim Verbatim lstlisting minted comment filecontents tikzpicture pgfpicture picture algorithm algorithmic "
    "algorithm2e thebibliography CCSXML figure wrapfigure SCfigure subfigure teaserfigure forest tcblisting".split()
)
_TABLES = frozenset("table longtable tabular tabularx tabulary sidewaystable wraptable NiceTabular tblr".split())
_QUOTES = frozenset(("quote", "quotation", "displayquote", "quoting"))
_LEVELS = {"part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_TOKEN = re.compile(
    r"\\(?P<edge>begin|end)[ \t]{0,3}\{(?P<name>[A-Za-z0-9]{1,40})\*?\}"
    r"|\\(?P<heading>part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]{0,3}(?:\[[^\[\]]{0,200}\])?(?=\{)"
    r"|\\(?P<input>input|include|subfile)[ \t]{0,3}\{(?P<file>[^{}\n]{1,200})\}"
    r"|\\(?:item|par|maketitle|clearpage|newpage|appendix|tableofcontents)(?![A-Za-z])(?:[ \t]{0,3}\[[^\[\]]{0,200}\])?"
    r"|(?P<display>\\\[|\\\]|\$\$)"
    r"|\n[ \t]*+\n\s*+"
)
_COMMENT = re.compile(r"(\\.)|%[^\n]*+(\n?)[ \t]*+", re.DOTALL)
_COMMAND = re.compile(r"\\(?:([A-Za-z]{1,40})\*?|.)", re.DOTALL)
_CITES = re.compile(r"(?:[A-Z]?[a-z]{0,12})?[cC]ite(?:s|[a-z]{0,12}s?|[A-Z])?")
_NO_CITES = frozenset("nocite citestyle setcitestyle citereset defcitealias citetext mancite citesetup".split())
_NAMED = re.compile(r"(?:[cC]itet|[cC]itealt|[cC]iteauthor|[tT]extcite|[nN]ewcite|shortciteN|citeA|[fF]ullcite)\w*")
_REFERENCES = frozenset("ref eqref autoref cref Cref pageref nameref subref vref Vref labelcref".split())
_NO_PROSE = frozenset(
    "title subtitle author authors date affiliation institute institution address email keywords thanks ccsdesc "
    "bibliography bibliographystyle addbibresource printbibliography includegraphics vspace hspace usepackage "
    "newcommand renewcommand providecommand setlength setcounter addtolength label nocite acknowledgments "
    "documentclass graphicspath hypersetup definecolor theoremstyle newtheorem pagestyle thispagestyle index "
    "hline toprule midrule bottomrule cmidrule cline rowcolor "
    "markboth input include citestyle setcitestyle tableofcontents todo orcid titlerunning authorrunning".split()
)
_QUOTING = frozenset(("enquote", "textquote", "blockquote"))
_MACRO = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def)\*?[ \t]{0,3}\{?\\([A-Za-z]{1,30})\}?"
    r"[ \t]{0,3}\{([^{}\\]{1,60})(?:\\xspace)?\}"
)
_CAPTION = re.compile(r"\\caption\*?(?:\[[^\[\]]{0,500}\])?(?=\{)")
_RULES = re.compile(
    rf"(?:[\s{_LINE}]|\\(?:top|mid|bottom|cmid|h)(?:rule|line)(?![A-Za-z])(?:\([^()]{{0,20}}\))?(?:\{{[^{{}}]{{0,20}}\}})?)*+"
)
_ENVIRONMENT = re.compile(r"\\(begin|end)[ \t]{0,3}\{([A-Za-z0-9]{1,40})\*?\}")
_BIBLIOGRAPHY = re.compile(r"\\(?:bibliography|addbibresource)[ \t]{0,3}(?:\[[^\[\]]{0,100}\])?\{([^{}]{1,500})\}")
_NOCITE = re.compile(r"\\nocite[ \t]{0,3}\{([^{}]{1,5000})\}")
_KEY = re.compile(rf"[^\s{_LINE}{{}}\\~#%]{{1,200}}")
_TIE = re.compile(r"(?<!\\)~")
_ENDMATTER = re.compile(r"\W*(?:acknowledge?ments?|references|bibliography|funding)\W*", re.IGNORECASE)


@dataclass(slots=True)
class LatexDraft:
    """What was read: blocks in order, the bibliographies that the draft names, keys that `\\nocite` lists, the files it
    includes that could not be read, and short macros of its own, by name."""

    blocks: list[Block] = field(default_factory=list)
    bibliographies: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    macros: dict[str, str] = field(default_factory=dict)


def read_latex(text: str, groups: Groups, file: str, include: Include) -> LatexDraft:
    """A LaTeX text with the files that it includes. What it cites is added to `groups`."""
    draft = LatexDraft()
    _Reader(draft, groups, include).read(text, file, 0)
    return draft


class _Reader:
    """Reads the files of one draft; the section goes from one to the next."""

    def __init__(self, draft: LatexDraft, groups: Groups, include: Include) -> None:
        self.draft = draft
        self.groups = groups
        self.include = include
        self.headings: list[tuple[int, str]] = []
        self.files: list[str] = []
        self.open: list[str] = []

    def read(self, source: str, file: str, depth: int) -> None:
        """Adds the blocks of one file."""
        self.files.append(file)
        self.open.append(file)
        text = _COMMENT.sub(lambda found: found[1] or (_LINE if found[2] else ""), source)
        self.draft.macros |= {name: value for name, value in _MACRO.findall(text) if name not in self.draft.macros}
        for found in _BIBLIOGRAPHY.finditer(text):
            self.draft.bibliographies += [name.strip() for name in found[1].split(",") if name.strip()]
        for found in _NOCITE.finditer(text):
            self.draft.listed += [key.strip() for key in found[1].split(",") if key.strip()]
        _File(self, text, file, depth).read()
        self.open.pop()

    @property
    def section(self) -> str:
        """The headings above, joined."""
        return " > ".join(name for _, name in self.headings)

    @property
    def is_endmatter(self) -> bool:
        """Whether this section holds no text of the draft's own, such as the references."""
        return any(_ENDMATTER.fullmatch(name) for _, name in self.headings)

    def head(self, level: int, name: str) -> None:
        """A section begins."""
        self.headings = [*((deep, one) for deep, one in self.headings if deep < level), (level, name)]

    def follow(self, name: str, depth: int) -> None:
        """Reads a file that is included."""
        found = self.include(name) if depth < _DEEPEST and len(self.files) < _MOST_FILES else None
        if found is None:
            self.draft.missing.append(name)
        elif found[0] not in self.open:
            self.read(found[1], found[0], depth + 1)


class _File:
    """Reads one file: cuts it into paragraphs, and each of them into plain text with a sign for each citation."""

    def __init__(self, reader: _Reader, text: str, file: str, depth: int) -> None:
        self.reader, self.text, self.file, self.depth = reader, text, file, depth
        self.groups = group_ends(text)
        self.breaks = [place for place, char in enumerate(text) if char in ("\n", _LINE)]
        self.ends = _environments(text)
        self.kept: list[tuple[int, int]] = []
        self.kind = Kind.PROSE

    def read(self) -> None:
        """Adds the file's blocks to the draft."""
        document = self.text.find("\\begin{document}")
        at = document + len("\\begin{document}") if document >= 0 else 0
        end = self.text.find("\\end{document}", at)
        stop = end if end >= 0 else len(self.text)
        while at < stop:
            token = _TOKEN.search(self.text, at, stop)
            if token is None:
                break
            at = self._token(token, at)
        self._keep(at, stop)
        self._flush()

    def _token(self, token: re.Match[str], at: int) -> int:
        """Deals with one token; `at` is where unread text begins. Gives where it begins afterwards."""
        name = token["name"] or ""
        if token["display"] or (name in _FORMULAS and token["edge"] == "begin"):
            self._keep(at, token.start())
            return self._formula_end(token)
        self._keep(at, token.start())
        self._flush()
        if token["heading"]:
            return self._heading(token)
        if token["input"]:
            self.reader.follow(token["file"].strip(), self.depth)
        elif token["edge"] == "begin":
            return self._begin(token, name)
        elif token["edge"] == "end" and name in _QUOTES:
            self.kind = Kind.PROSE
        return token.end()

    def _formula_end(self, token: re.Match[str]) -> int:
        if token["name"]:
            return self.ends.get(token.start(), token.end())
        close = {"\\[": "\\]", "$$": "$$"}.get(token["display"])
        end = self.text.find(close, token.end(), token.end() + 4000) if close else -1
        return end + 2 if end >= 0 else token.end()

    def _heading(self, token: re.Match[str]) -> int:
        end = self.groups.get(token.end(), token.end())
        shown = " ".join(plain_text(self.text[token.end() + 1 : end].replace(_LINE, " ")).split())
        self.reader.head(_LEVELS[token["heading"]], shown.rstrip("."))
        return end + 1

    def _begin(self, token: re.Match[str], name: str) -> int:
        if name in _QUOTES:
            self.kind = Kind.QUOTE
        elif name == "abstract":
            self.reader.head(_LEVELS["section"], "Abstract")
        elif name in _LEFT_OUT or name in _TABLES:
            end = self.ends.get(token.start(), token.end())
            self._captions(token.end(), end)
            if name in _TABLES:
                self._rows(token.end(), end)
            return end
        return self._behind_arguments(token.end())

    def _behind_arguments(self, at: int) -> int:
        if self.text.startswith("[", at):
            close = self.text.find("]", at, at + 200)
            at = close + 1 if close >= 0 else at
        return at

    def _captions(self, start: int, end: int) -> None:
        for found in _CAPTION.finditer(self.text, start, end):
            close = self.groups.get(found.end(), end)
            self._block(found.end() + 1, min(close, end), Kind.PROSE)

    def _rows(self, start: int, end: int) -> None:
        """The rows of a table that cite something, cell by cell."""
        at = start
        while at < end:
            found = self.text.find("\\\\", at, end)
            stop = found if found >= 0 else end
            row = _RULES.match(self.text, at, stop)
            begin = row.end() if row else at
            raw = self.text[begin:stop]
            if "cite" in raw and "&" in raw and "\\caption" not in raw:
                self._block(begin, stop, Kind.ROW)
            at = stop + 2

    def _keep(self, start: int, end: int) -> None:
        if start < end:
            self.kept.append((start, end))

    def _flush(self) -> None:
        kept, self.kept = self.kept, []
        if kept and not self.reader.is_endmatter:
            raw, at = "", kept[0][0]
            for start, end in kept:
                lines = bisect_right(self.breaks, start - 1) - bisect_right(self.breaks, at - 1)
                raw += (" … " if start > at else "") + "\n" * lines + self.text[start:end]
                at = end
            self._block(kept[0][0], kept[0][0], self.kind, raw)

    def _block(self, start: int, end: int, kind: Kind, raw: str | None = None) -> None:
        raw = self.text[start:end] if raw is None else raw
        blank = len(raw) - len(raw.lstrip(f" \t\n{_LINE}"))
        raw = raw[blank:]
        if not any(char.isalpha() for char in raw):
            return
        line = bisect_right(self.breaks, start + blank - 1) + 1
        text, notes = _plain(raw, self.reader)
        if kind == Kind.ROW:
            text = "; ".join(filter(None, (cell.strip() for cell in text.split("&"))))
        blocks = [(0, text, kind), *((before, note, Kind.PROSE) for before, note in notes)]
        for before, shown, made in blocks:
            if any(char.isalpha() for char in shown):
                self.reader.draft.blocks.append(Block(shown, line + before, self.reader.section, made, self.file))


def _environments(text: str) -> dict[int, int]:
    """Where each environment that begins ends, by the place of its \\begin."""
    waiting: dict[str, list[int]] = {}
    ends: dict[int, int] = {}
    for found in _ENVIRONMENT.finditer(text):
        if found[1] == "begin":
            waiting.setdefault(found[2], []).append(found.start())
        elif waiting.get(found[2]):
            ends[waiting[found[2]].pop()] = found.end()
    return ends


def _plain(raw: str, reader: _Reader, depth: int = 0) -> tuple[str, list[tuple[int, str]]]:
    """A paragraph's source as plain text with a sign for each citation, and its footnotes likewise, each with the
    number of lines before it."""
    ends = group_ends(raw)
    made: list[str] = []
    notes: list[tuple[int, str]] = []
    closing: list[int] = []
    at = 0
    for found in _COMMAND.finditer(raw):
        if found.start() < at:
            continue
        while closing and closing[-1] < found.start():
            made += [raw[at : closing[-1]], "”"]
            at = closing.pop() + 1
        made.append(raw[at : found.start()])
        at = found.end()
        name = found[1] or ""
        if name in _QUOTING and at in ends:
            made.append("“")
            closing.append(ends[at])
            at += 1
        elif name.startswith("footnote") and at in ends and depth < _DEEPEST and "cite" not in name:
            text, deeper = _plain(raw[at + 1 : ends[at]], reader, depth + 1)
            before = sum(raw.count(sign, 0, at) for sign in ("\n", _LINE))
            notes += [(before, text), *((before + lines, note) for lines, note in deeper)]
            at = ends[at] + 1
        elif name in _NO_PROSE:
            at = _behind_groups(raw, at, ends)
        elif name in ("multicolumn", "multirow"):
            at = _behind_groups(raw, at, ends, 2)
        elif name in _REFERENCES:
            at = _behind_groups(raw, at, ends)
            made.append("…")
        elif "cite" in name.lower() and name not in _NO_CITES and _CITES.fullmatch(name):
            group, at = _citation(raw, found.start(), at, name, ends)
            made.append(reader.groups.mark(group) if group else "")
        elif name in reader.draft.macros:
            made.append(reader.draft.macros[name] + (" " if raw[at : at + 1].isspace() else ""))
            at += 2 if raw.startswith("{}", at) else 0
        else:
            made.append(found[0])
    for end in reversed(closing):
        made += [raw[at:end], "”"]
        at = end + 1
    text = _TIE.sub(" ", "".join((*made, raw[at:]))).replace("\n", _LINE)
    return plain_text(text).replace(_LINE, "\n"), notes


def _behind_groups(raw: str, at: int, ends: dict[int, int], most: int = 9) -> int:
    """Where a command's first arguments end, at most so many in braces."""
    while at < len(raw):
        if raw[at] == "{" and at in ends and most:
            at, most = ends[at] + 1, most - 1
        elif raw[at] == "[" and (close := raw.find("]", at, at + 300)) >= 0:
            at = close + 1
        else:
            break
    return at


def _citation(raw: str, start: int, at: int, name: str, ends: dict[int, int]) -> tuple[Group | None, int]:
    """What a citing command cites, and where it ends; several groups of keys if its name says so (\\cites)."""
    citations: list[Citation] = []
    many = name.endswith("s")
    while True:
        options, opening = _options(raw, at)
        if opening not in ends or (citations and not many):
            break
        keys = [key.strip(f" \t\n{_LINE}") for key in raw[opening + 1 : ends[opening]].split(",")]
        found = [Citation(key) for key in keys if _KEY.fullmatch(key)]
        if found and options:
            found[-1] = Citation(found[-1].key, pages_named(plain_text(options[-1])))
        citations += found
        at = ends[opening] + 1
    if not citations:
        return None, at
    return Group(tuple(citations), raw[start:at], named=_NAMED.fullmatch(name) is not None), at


def _options(raw: str, at: int) -> tuple[list[str], int]:
    """A command's optional arguments, and where what follows them begins."""
    options: list[str] = []
    while True:
        while at < len(raw) and (raw[at].isspace() or raw[at] == _LINE):
            at += 1
        close = raw.find("]", at, at + 300) if raw.startswith("[", at) and len(options) < 2 else -1
        if close < 0:
            return options, at
        options.append(raw[at + 1 : close])
        at = close + 1
