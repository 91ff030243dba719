"""A survey brought up to date: which of its paragraphs are stale and why; those are rewritten, and nothing else.

What triage wrote is found again word for word, wherever it stands in the file. What is not found was changed or taken
out by a person, and is never touched.
"""

import difflib
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from triage.models import SectionPath
from triage.writing.markup import HEADING, Piece


class Kind(StrEnum):
    """What became of a piece of the text."""

    REWRITTEN = "rewritten"
    ADDED = "added"
    REMOVED = "removed"
    YOURS = "yours, stale"


@dataclass(frozen=True, slots=True)
class Change:
    """A piece that is stale, and why; `line` is the 1-based line of the new file on which it begins, 0 where it is no
    more."""

    kind: Kind
    section: SectionPath
    about: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A survey as triage wrote it last: its pieces, and what they were made from (see `triage.writing.survey`)."""

    pieces: tuple[Piece, ...]
    basis: Mapping[SectionPath, str]
    made_from: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Revision:
    """The file's new text, what changed in it, and the survey as it is now known to be written."""

    text: str
    changes: tuple[Change, ...]
    written: Written


def revise(text: str, before: Written, now: Written) -> Revision:
    """The file's text brought up to date: `before` is what triage wrote into it last, `now` what it would write."""
    return _Revising(text, before, now).run()


class _Revising:
    def __init__(self, text: str, before: Written, now: Written) -> None:
        self._crlf = "\r\n" in text
        self._text = text
        self._before = before
        self._now = now
        self._pairs, self._gone = _pair(before.pieces, now.pieces)
        self._spans = _find(text, [self._as_in_file(piece.text) for piece in before.pieces])
        self._edits: list[tuple[int, int, str, Change]] = []
        self._yours: list[tuple[Piece, str]] = []
        self._kept: list[Piece] = []

    def run(self) -> Revision:
        added: list[Piece] = []
        for place, piece in enumerate(self._now.pieces):
            old = self._pairs.get(place)
            if old is None:
                if self._is_stale(piece):
                    added.append(piece)
                    self._kept.append(piece)
                continue
            self._kept.append(self._renewed(old, piece))
        for number in self._gone:
            self._remove(number)
        for piece in added:
            self._insert(piece)
        text, changes = self._applied()
        return Revision(
            text,
            (*changes, *self._stale_of_a_person(text)),
            Written(tuple(self._kept), self._now.basis, self._now.made_from),
        )

    def _renewed(self, number: int, piece: Piece) -> Piece:
        """What is now known to be written in the place of a piece of before."""
        old = self._before.pieces[number]
        if old.text == piece.text:
            return piece
        if not self._is_stale(piece):
            return replace(piece, text=old.text, keys=old.keys)
        reason = self._reason(old, piece)
        span = self._spans[number]
        if span is None:
            self._yours.append((old, reason))
            return replace(piece, text=old.text, keys=old.keys)
        self._edit(*span, self._as_in_file(piece.text), Change(Kind.REWRITTEN, piece.section, piece.about, reason))
        return piece

    def _remove(self, number: int) -> None:
        """A piece that nothing stands for any more: it goes, unless a person changed it or it is not stale."""
        old, span = self._before.pieces[number], self._spans[number]
        if not self._is_stale(old):
            self._kept.append(old)
            return
        reason = self._reason(old, None)
        if span is None:
            self._yours.append((old, reason))
            return
        if old.about == HEADING and self._has_own_text(old.section):
            self._yours.append((old, "its papers are gone; text of yours stands here"))
            return
        end = span[1] + len(re.match(r"(?:\r?\n)*", self._text[span[1] :]).group())  # type: ignore[union-attr]
        self._edit(span[0], end, "", Change(Kind.REMOVED, old.section, old.about, reason))

    def _has_own_text(self, section: SectionPath) -> bool:
        """Whether something that triage did not write stands between this section's pieces, or one was changed."""
        spans = [
            self._spans[n] for n, piece in enumerate(self._before.pieces) if piece.section[: len(section)] == section
        ]
        found = sorted(span for span in spans if span)
        if len(found) < len(spans):
            return True
        following = [span[0] for span in self._spans if span and span[0] >= found[-1][1]]
        ends = [*(span[0] for span in found[1:]), min(following, default=len(self._text))]
        return any(self._text[span[1] : end].strip() for span, end in zip(found, ends, strict=True))

    def _insert(self, piece: Piece) -> None:
        """A new piece goes to the end of its section: in front of what follows the section; else behind the last of
        its pieces, or of those before it, that is found."""
        order = self._now.pieces
        place = order.index(piece)
        known = (n for n in range(place + 1, len(order)) if n in self._pairs and order[n].section != piece.section)
        following = next(known, None)
        span = None if following is None else self._spans[self._pairs[following]]
        change = Change(Kind.ADDED, piece.section, piece.about, self._reason(None, piece))
        blank = "\r\n\r\n" if self._crlf else "\n\n"
        text = self._as_in_file(piece.text)
        if span is not None:
            self._edit(span[0], span[0], f"{text}{blank}", change)
            return
        earlier = (self._spans[self._pairs[n]] for n in range(place - 1, -1, -1) if n in self._pairs)
        behind = next((one for one in earlier if one), None)
        at = behind[1] if behind else len(self._text.rstrip())
        self._edit(at, at, f"{blank}{text}", change)

    def _is_stale(self, piece: Piece) -> bool:
        """Whether what the piece was made from has changed: its section's works; what stands in no section of the
        outline is made from the collection as a whole, and is stale whenever it reads otherwise."""
        known, present = self._before.basis, self._now.basis
        if piece.section not in known and piece.section not in present:
            return True
        return known.get(piece.section) != present.get(piece.section)

    def _reason(self, old: Piece | None, new: Piece | None) -> str:
        before, now = self._before.made_from, self._now.made_from
        cited_before, cited_now = set(old.keys if old else ()), set(new.keys if new else ())
        fresh = sorted(key for key in cited_now if key not in before)
        lost = sorted(key for key in cited_before if key not in now)
        changed = sorted(
            key for key in cited_before | cited_now if key in before and key in now and before[key] != now[key]
        )
        moved = sorted((cited_now ^ cited_before) - set(fresh) - set(lost) - set(changed))
        parts = [
            *([f"new: {_names(fresh)}"] if fresh else []),
            *([f"no longer in the survey: {_names(lost)}"] if lost else []),
            *([f"more is known of {_names(changed)}"] if changed else []),
        ]
        if not parts and moved and old and new:
            parts.append(f"other papers of its section come first now: {_names(moved)}")
        if not parts and new and not old and new.about == HEADING:
            parts.append("a new section")
        return "; ".join(parts) or (
            "what the collection knows has changed" if not (cited_before or cited_now) else "its section has changed"
        )

    def _stale_of_a_person(self, text: str) -> list[Change]:
        """What a person changed and would be rewritten, with its line in the new text; what they took out is not
        told."""
        if not self._yours:
            return []
        known = {span[0] for span in _find(text, [self._as_in_file(piece.text) for piece in self._kept]) if span}
        places = [(old, why, _nearest_line(text, old, known)) for old, why in self._yours]
        return [Change(Kind.YOURS, old.section, old.about, why, line) for old, why, line in places if line]

    def _edit(self, start: int, end: int, text: str, change: Change) -> None:
        self._edits.append((start, end, text, change))

    def _applied(self) -> tuple[str, list[Change]]:
        out, at, changes, line = [], 0, [], 1
        for first, last, text, change in sorted(self._edits, key=lambda edit: edit[:2]):
            start, end = max(first, at), max(last, at)
            out.append(self._text[at:start])
            line += self._text[at:start].count("\n")
            lead = len(text) - len(text.lstrip())
            shown = 0 if change.kind is Kind.REMOVED else line + text[:lead].count("\n")
            changes.append(replace(change, line=shown))
            out.append(text)
            line += text.count("\n")
            at = end
        return "".join([*out, self._text[at:]]), changes

    def _as_in_file(self, text: str) -> str:
        return text.replace("\n", "\r\n") if self._crlf else text


def _find(text: str, pieces: Sequence[str]) -> list[tuple[int, int] | None]:
    """Where each piece stands in the text, as whole blocks between empty lines: at the first place behind the one
    before it, else at the first place at all; None if nowhere. No place is given twice."""
    taken: set[int] = set()
    found: list[tuple[int, int] | None] = []
    at = 0
    for piece in pieces:
        places = [n for n in _places(text, piece) if n not in taken]
        place = next((n for n in places if n >= at), places[0] if places else None)
        if place is None:
            found.append(None)
            continue
        taken.add(place)
        at = place + len(piece)
        found.append((place, at))
    return found


def _places(text: str, piece: str) -> list[int]:
    found, at = [], text.find(piece)
    while at >= 0:
        is_start = at == 0 or _EMPTY_LINE_BEFORE.search(text[max(0, at - _NEAR) : at]) is not None
        if is_start and _ends_a_block(text, at + len(piece)):
            found.append(at)
        at = text.find(piece, at + 1)
    return found


_NEAR = 40
_EMPTY_LINE_BEFORE = re.compile(r"\n[ \t]{0,20}\r?\n\Z|\A\s{0,40}\Z")


def _ends_a_block(text: str, at: int) -> bool:
    """Whether an empty line, or nothing more, follows."""
    ends = 0
    while at < len(text) and text[at] in " \t\r\n" and ends < 2:
        ends += text[at] == "\n"
        at += 1
    return ends == 2 or at == len(text)


def _pair(before: Sequence[Piece], now: Sequence[Piece]) -> tuple[dict[int, int], list[int]]:
    """For pieces of now, the piece of before that each stands for: of one section, first those with one text, then
    those in one place; and the pieces of before that nothing stands for."""
    pairs: dict[int, int] = {}
    left = dict.fromkeys(range(len(before)))
    for same in _SAMENESS:
        waiting: dict[object, list[int]] = {}
        for n in left:
            waiting.setdefault(same(before[n]), []).append(n)
        for n, piece in enumerate(now):
            if n not in pairs and (candidates := waiting.get(same(piece))):
                pairs[n] = candidates.pop(0)
                del left[pairs[n]]
    return pairs, list(left)


_SAMENESS: tuple[Callable[[Piece], object], ...] = (
    lambda piece: (piece.section, piece.about, piece.text),
    lambda piece: piece.place,
)


def _names(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return ", ".join(keys[:3]) + more


def _nearest_line(text: str, piece: Piece, known: Container[int]) -> int:
    """The line of the block that a person made of this piece, as far as it can be told: itself, else the one most like
    it of those that do not begin where a `known` one does; 0 if there is none like it."""
    best, at_line = 0.5, 0
    words = piece.text.split()
    for block in re.finditer(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*", text):
        is_itself = piece.about == HEADING and block.group().rstrip("\r") == piece.text
        if block.start() in known and not is_itself:
            continue
        matcher = difflib.SequenceMatcher(None, words, block.group().split(), autojunk=False)
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, at_line = ratio, text.count("\n", 0, block.start()) + 1
    return at_line
