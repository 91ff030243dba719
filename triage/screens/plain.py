"""The review line by line, for any terminal and for screen readers: no colour, no cursor movement, the same keys."""

from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from triage.drafting.entry import FIELDS, shown
from triage.errors import ListChanged, TriageError
from triage.house.problems import refusal
from triage.lists.sections import name_section
from triage.models import Record, SectionPath, Stage, UnsavedEdit, Verdict, show_path
from triage.screens import describe
from triage.screens.console import one_line, plural, visible_lines
from triage.screens.pages import KEYS
from triage.screens.review_session import ReviewSession
from triage.steps.review import (
    Tally,
    as_shown,
    counts,
    doubtful,
    edited_entry,
    edited_section,
    facts_of,
    nothing_to_undo,
    preview,
)

_VERDICTS = {"a": Verdict.ACCEPT, "r": Verdict.REJECT, "l": Verdict.LATER}


def review_plain(session: ReviewSession, source: TextIO, out: TextIO) -> Tally:
    """Asks about each waiting paper on `out` and reads the answers from `source`, one per line, to its end. Then offers
    to publish. Returns what was decided."""
    session.load()
    review = _PlainReview(session, source, out)
    if not session.lines:
        review.say("Nothing is waiting for review. `triage fetch` looks for new papers.")
        return session.tally
    review.run()
    review.finish()
    return session.tally


class _PlainReview:
    """One review by lines: which paper it is at, and how that was shown."""

    def __init__(self, session: ReviewSession, source: TextIO, out: TextIO) -> None:
        self._session = session
        self._source = source
        self._out = out
        self._current = session.next_after("")
        self._shown: Record | None = None

    def say(self, text: str = "") -> None:
        """Writes one line; what the output cannot encode becomes a question mark."""
        coding = self._out.encoding or "utf-8"
        self._out.write(text.encode(coding, "replace").decode(coding) + "\n")
        self._out.flush()

    def run(self) -> None:
        """Asks until every paper is passed, or the person or the input stops."""
        count = len(self._session.lines)
        kept = sum(line.stage is Stage.LATER for line in self._session.lines)
        later = f", {kept} of them kept for later" if kept else ""
        waiting = f"{plural(count, 'paper is', 'papers are')} waiting{later}"
        self.say(f"{waiting}. Type a key, then Enter; ? lists the keys, q quits.")
        while self._current is not None:
            record = as_shown(self._session.record(self._current), self._shown)
            if self._shown is None or self._shown.paper.id != self._current:
                self._show(record)
            line = self._ask("Decision (? lists the keys):")
            if line is None:
                return
            self._obey(line, record)

    def finish(self) -> None:
        """Says what was decided, and offers the diff and publishing."""
        store, undone = self._session.store, self._session.tally.undone
        self.say(f"{describe.counts_line(counts(store))}; {undone} undone.")
        self._offer_to_publish()

    def _offer_to_publish(self) -> None:
        session = self._session
        accepted = session.store.stage_counts()[Stage.ACCEPTED]
        if not accepted or session.diff is None or session.publish is None:
            return
        try:
            for line in visible_lines(session.diff()):
                self.say(line)
            said = self._ask(f"Publish {plural(accepted, 'entry', 'entries')} into the list (y or n)?")
            if said is not None and said.strip().lower() == "y":
                self.say(session.publish())
        except ListChanged as error:
            self.say(str(error))
            self._offer_to_publish()
        except TriageError as error:
            self.say(str(error))

    def _ask(self, prompt: str) -> str | None:
        """One line of input without its end, or None at the end of the input."""
        self._out.write(prompt + " ")
        self._out.flush()
        line = self._source.readline()
        return line.rstrip("\r\n") if line else None

    def _reread(self) -> None:
        try:
            self._session.reread()
        except TriageError as error:
            self.say(str(error))

    def _obey(self, line: str, record: Record) -> None:
        key = " " if line and not line.strip() else line.strip()
        paper_id = record.paper.id
        edit = self._session.store.unsaved_edits.of(paper_id)
        if not key:
            if edit.section is None and doubtful(edited_section(record, edit), record):
                self.say("The section is in doubt: type a to accept it all the same, or s to choose another.")
                return
            key = "a"
        if key.isdigit() and 0 < int(key) <= len(describe.suggestions(record)):
            self._session.move(paper_id, describe.suggestions(record)[int(key) - 1], new=False)
            key = "a"
        if key in _VERDICTS:
            self._decide(_VERDICTS[key], record)
        elif key == "u":
            self._undo()
        elif key in ("q", "skip"):
            self._current = None if key == "q" else self._session.next_below(paper_id)
        elif key.startswith("g"):
            self._jump(key[1:].strip() or self._ask("Go to (number, id, section or title):") or "")
        elif key.startswith("/"):
            self._filter(tuple(key[1:].casefold().split()))
        else:
            self._change_or_look(key, record, edit)

    def _decide(self, verdict: Verdict, record: Record) -> None:
        session, paper_id = self._session, record.paper.id
        self._reread()
        try:
            session.decide(verdict, session.targets(paper_id), self._shown)
        except TriageError as error:
            self.say(one_line(str(error)))
            return
        self._shown = None
        if paper_id in session.done:
            self._current = session.next_below(paper_id)

    def _undo(self) -> None:
        undone = self._session.undo()
        if undone:
            self._current, self._shown = undone[-1].paper_id, None
        else:
            self.say(nothing_to_undo(self._session.store))

    def _filter(self, words: tuple[str, ...]) -> None:
        session = self._session
        session.filter(words)
        shown = [row.line.paper_id for row in session.rows() if row.line is not None]
        if not shown:
            self.say("No paper matches; all are shown.")
            session.filter(())
        else:
            self.say(f"Only papers with: {' '.join(words)}" if words else "All papers.")
            if self._current not in shown:
                self._current = session.next_after("")

    def _jump(self, target: str) -> None:
        wanted, lines = target.strip().casefold(), self._session.lines
        if wanted.isdigit() and 0 < int(wanted) <= len(lines):
            self._current = lines[int(wanted) - 1].paper_id
            return
        named = [one for one in lines if wanted in (one.paper_id.casefold(), show_path(one.section).casefold())]
        named += [one for one in lines if wanted and wanted in f"{show_path(one.section)}\n{one.title}".casefold()]
        if named:
            self._current = named[0].paper_id
        else:
            self.say("Nothing in the queue matches.")

    def _change_or_look(self, key: str, record: Record, edit: UnsavedEdit) -> None:
        changes: dict[str, Callable[[Record, UnsavedEdit], UnsavedEdit | None]] = {
            "s": self._section,
            "e": self._entry,
            "f": self._field,
            "n": self._note,
        }
        if key in changes:
            new = changes[key](record, edit)
            if new is not None and new != edit:
                self._session.store.unsaved_edits.keep(record.paper.id, new)
                self._show(record)
        elif key in ("o", "O"):
            self._open(record, "pdf" if key == "o" else "abs")
        elif key == "m":
            self._similar(record)
        elif key in (" ", "space"):
            self._session.selected ^= {record.paper.id}
            selected = len(self._session.selected)
            self.say(
                f"{selected} selected. The next decision applies to all that are selected; skip goes on without one."
            )
        elif key == "?":
            self._help()
        else:
            self.say(f"There is no key {one_line(key)!r}; ? lists the keys.")

    def _section(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        self._reread()
        taxonomy, start = self._session.document.taxonomy, describe.new_section(record)
        for number, path in enumerate(taxonomy, 1):
            self.say(f"  {describe.key_hint(number)} {describe.section_name(path)}")
        proposed = f", + alone for {describe.section_name(start)}" if start else ""
        said = self._ask(f"Section (number, name or part of its path; +A > B for a new one{proposed}):") or ""
        said = said.strip()
        if not said or (said == "+" and not start):
            return None
        if said == "+":
            return replace(edit, section=start, new_section=True)
        if said.isdigit() and 0 < int(said) <= len(taxonomy):
            return replace(edit, section=taxonomy[int(said) - 1], new_section=False)
        try:
            path, new = name_section(said, taxonomy, (start,), free=not self._session.document.entries)
        except TriageError as error:
            self.say(str(error))
            return None
        return replace(edit, section=path, new_section=new)

    def _entry(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        self.say("Type the entry, then a line with only a full stop. Only a full stop leaves the entry unchanged.")
        typed: list[str] = []
        while (line := self._ask(">")) is not None and line != ".":
            typed.append(line)
        if not typed:
            return None
        document, section, entry = self._session.document, edited_section(record, edit), "\n".join(typed)
        reason = None
        if section in document.taxonomy:
            reason = refusal(document, self._session.house, section, entry, facts_of(record))
        if reason:
            self.say(f"Refused: {reason}.")
            return None
        return replace(edit, entry=entry)

    def _field(self, record: Record, edit: UnsavedEdit) -> None:
        facts, paper_id = facts_of(record), record.paper.id
        for number, one in enumerate(FIELDS, 1):
            self.say(f"  {describe.key_hint(number)} {one.label}: {one_line(shown(facts, one)) or '-'}")
        said = (self._ask("Which field (number)?") or "").strip()
        if not said.isdigit() or not 0 < int(said) <= len(FIELDS):
            return
        one = FIELDS[int(said) - 1]
        value = self._ask(f"{one.label} (leave empty if not known):")
        if value is None:
            return
        try:
            self._session.change_field(paper_id, one.name, value)
        except TriageError as error:
            self.say(str(error))
        else:
            self._show(self._session.record(paper_id))

    def _note(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        note = self._ask("Note:")
        return None if note is None else replace(edit, note=note.strip() or None)

    def _open(self, record: Record, wanted: str) -> None:
        found = describe.links(record)
        url = found.get(wanted) or found.get("abs") or found.get("pdf")
        if url is None:
            self.say("No link is known for this paper.")
            return
        self.say(url)
        if self._session.open is not None:
            self._session.open(url)

    def _similar(self, record: Record) -> None:
        found, problem = self._session.find_similar(record)
        for one in found:
            self.say(f"  {one_line(one.where)}: {one_line(one.title)}")
        if problem or not found:
            self.say(problem or "No similar papers were found.")

    def _help(self) -> None:
        for key in KEYS:
            self.say(f"  {'space' if key.key == 'space' else key.shown}  {key.label}: {key.help}")
        self.say("  skip  go to the next paper without a decision")

    def _show(self, record: Record) -> None:
        self._shown = record
        paper, facts = record.paper, record.draft.facts if record.draft else None
        edit = self._session.store.unsaved_edits.of(paper.id)
        section = edited_section(record, edit)
        lines = self._session.lines
        number = next((n for n, one in enumerate(lines, 1) if one.paper_id == paper.id), 0)
        self.say()
        self.say(f"Paper {number} of {len(lines)}: {one_line(paper.title)}")
        self.say(describe.authors(paper.authors) or "(no authors known)")
        self.say(describe.venue(record))
        if paper.id in self._session.done:
            self.say(describe.decided_line(self._session.done[paper.id]))
        for name, url in describe.links(record).items():
            self.say(f"{name}: {url}")
        for remark in describe.remarks(record):
            self.say(f"Note: {remark}")
        if facts and facts.summary:
            self.say(f"Summary: {one_line(facts.summary)}")
        if paper.abstract:
            self.say(f"Abstract: {one_line(paper.abstract)}")
        self.say(f"Section: {describe.section_line(record, section)}")
        for number, text in describe.runners_up(record, section):
            self.say(f"  or {describe.key_hint(number)} {text}")
        for line in (describe.new_section_line(record), *describe.evidence(record)):
            if line:
                self.say(f"  {line}")
        self._show_entry(record, edit, section)
        if edit.note:
            self.say(f"Your note: {one_line(edit.note)}")

    def _show_entry(self, record: Record, edit: UnsavedEdit, section: SectionPath) -> None:
        session = self._session
        entry = edited_entry(record, edit, session.house)
        if entry is None:
            self.say(f"There is no draft yet; `triage draft {record.paper.id}` makes one.")
            return
        stands = preview(session.document, session.house, section, entry, facts_of(record))
        self.say("Entry, between its neighbours:")
        for sign, text in ((" ", stands.above), ("+", stands.entry), (" ", stands.below)):
            for line in visible_lines(text.strip("\r\n")) if text.strip() else ():
                self.say(f"  {sign} {line}")
