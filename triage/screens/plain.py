"""The review line by line, for any terminal and for screen readers: no colour, no cursor movement, the same keys."""

from dataclasses import replace
from typing import TextIO

from triage.drafting.entry import FIELDS, shown
from triage.errors import ListChanged, TriageError
from triage.lists.document import Document
from triage.lists.problems import refusal
from triage.lists.sections import name_section
from triage.models import Record, SectionPath, Stage, UnsavedEdit, Verdict, show_path
from triage.screens import describe, review_session
from triage.screens.console import one_line, plural, visible_lines
from triage.screens.pages import KEYS
from triage.screens.review_session import Session, standing
from triage.steps.review import Answer, Go, Reply, Several, Tally, as_shown, counts, doubtful, facts_of, queue, review

_VERDICTS = {"a": Verdict.ACCEPT, "r": Verdict.REJECT, "l": Verdict.LATER}


def review_plain(session: Session, source: TextIO, out: TextIO) -> Tally:
    """Asks about each waiting paper on `out` and reads the answers from `source`, a line each; the end of the input
    stops. Then offers to publish. Gives back what was decided."""
    asking = _Asking(session, source, out)
    records = queue(session.store, session.document, top=session.top)
    if not records:
        asking.say("Nothing is waiting for review. `triage fetch` looks for new papers.")
        return Tally()
    asking.records = records
    kept = sum(record.stage is Stage.LATER for record in records)
    later = f", {kept} of them kept for later" if kept else ""
    waiting = f"{plural(len(records), 'paper is', 'papers are')} waiting{later}"
    asking.say(f"{waiting}. Type a key and Enter; ? lists the keys, q stops.")
    tally = review(
        session.store, records, asking.answer, document=session.document, house=session.house, reread=asking.reread
    )
    asking.finish(tally)
    return tally


class _Asking:
    """One review by lines: what was asked last, what is selected, and the words that filter."""

    def __init__(self, session: Session, source: TextIO, out: TextIO) -> None:
        self.session = session
        self.source = source
        self.out = out
        self.records: list[Record] = []
        self.selected: list[str] = []
        self.words: list[str] = []
        self.shown: Record | None = None

    def say(self, text: str = "") -> None:
        """Writes one line; what the output cannot encode shows as a question mark."""
        coding = self.out.encoding or "utf-8"
        self.out.write(text.encode(coding, "replace").decode(coding) + "\n")
        self.out.flush()

    def reread(self) -> Document:
        """The list as its file has it now; as it was, while it cannot be read."""
        if self.session.reload is not None:
            try:
                self.session = replace(self.session, document=self.session.reload())
            except TriageError as error:
                self.say(str(error))
        return self.session.document

    def ask(self, prompt: str) -> str | None:
        """One line of input without its end, or None at the end of the input."""
        self.out.write(prompt + " ")
        self.out.flush()
        line = self.source.readline()
        return line.rstrip("\r\n") if line else None

    def answer(self, record: Record, refused: str | None) -> Reply:
        """Shows the paper if it is another than before, and asks until there is an answer."""
        if refused:
            self.say(one_line(refused))
        elif self.words and not self._matches(record):
            return "skip"
        if self.shown is None or self.shown.paper.id != record.paper.id:
            self._show(record)
        while True:
            line = self.ask("Decision (? for the keys):")
            if line is None:
                return "stop"
            reply = self._obey(line, as_shown(self.session.store.record(record.paper.id), self.shown))
            if reply is not None:
                return reply

    def finish(self, tally: Tally) -> None:
        """Says what happened, and offers the diff and publishing."""
        self.say(f"{describe.counts_line(counts(self.session.store))}; {tally.undone} taken back.")
        self._offer()

    def _offer(self) -> None:
        accepted = self.session.store.stage_counts()[Stage.ACCEPTED]
        if not accepted or self.session.diff is None or self.session.publish is None:
            return
        try:
            for line in visible_lines(self.session.diff()):
                self.say(line)
            said = self.ask(f"Publish {plural(accepted, 'entry', 'entries')} into the list (y or n)?")
            if said is not None and said.strip().lower() == "y":
                self.say(self.session.publish())
        except ListChanged as error:
            self.say(str(error))
            self._offer()
        except TriageError as error:
            self.say(str(error))

    def _obey(self, line: str, record: Record) -> Reply | None:
        key = " " if line and not line.strip() else line.strip()
        edit = self.session.store.unsaved_edits.of(record.paper.id)
        if not key:
            section = review_session.section_now(record, edit)
            if edit.section is None and doubtful(section, record):
                self.say("This section is doubtful: type a to accept, or s to choose another.")
                return None
            key = "a"
        if key.isdigit() and 0 < int(key) <= len(describe.suggestions(record)):
            chosen = describe.suggestions(record)[int(key) - 1]
            self.session.store.unsaved_edits.keep(record.paper.id, replace(edit, section=chosen, new_section=False))
            key = "a"
        if key in _VERDICTS:
            return self._decided(_VERDICTS[key], record)
        if key in ("u", "q", "skip"):
            return {"u": "undo", "q": "stop", "skip": "skip"}[key]  # type: ignore[return-value]
        if key.startswith("g"):
            return self._jump(key[1:].strip() or self.ask("Number, id, section or title:") or "")
        if key.startswith("/"):
            self.words = key[1:].casefold().split()
            self.say(f"Only papers with: {' '.join(self.words)}" if self.words else "All papers.")
            return None if self._matches(record) else "skip"
        self._small(key, record, edit)
        return None

    def _small(self, key: str, record: Record, edit: UnsavedEdit) -> None:
        actions = {"s": self._section, "e": self._edit, "f": self._field, "n": self._note}
        if key in actions:
            new = actions[key](record, edit)
            if new is not None and new != edit:
                self.session.store.unsaved_edits.keep(record.paper.id, new)
                self._show(record)
        elif key in ("o", "O"):
            self._open(record, "pdf" if key == "o" else "abs")
        elif key == "m":
            self._similar(record)
        elif key in (" ", "space"):
            self._select(record)
        elif key == "?":
            self._help()
        else:
            self.say(f"There is no key {one_line(key)!r}; ? lists them.")

    def _decided(self, verdict: Verdict, record: Record) -> Reply:
        store, house = self.session.store, self.session.house
        chosen = self.selected or [record.paper.id]
        self.selected = []
        answers: list[tuple[str, Answer]] = []
        for paper_id in chosen:
            one = as_shown(store.record(paper_id), self.shown)
            edit = store.unsaved_edits.of(paper_id)
            answers.append((paper_id, review_session.answer_with(verdict, one, edit, house)))
        self.shown = None
        if chosen == [record.paper.id]:
            return answers[0][1]
        return Several(tuple(answers))

    def _show(self, record: Record) -> None:
        self.shown = record
        edit = self.session.store.unsaved_edits.of(record.paper.id)
        section = review_session.section_now(record, edit)
        paper, facts = record.paper, record.draft.facts if record.draft else None
        number = next((n for n, one in enumerate(self.records, 1) if one.paper.id == paper.id), 0)
        self.say()
        self.say(f"Paper {number} of {len(self.records)}: {one_line(paper.title)}")
        self.say(describe.authors(paper.authors) or "(no authors known)")
        self.say(describe.venue(record))
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
        if start := describe.new_section_line(record):
            self.say(f"  {start}")
        for line in describe.nearest(record):
            self.say(f"  near {line}")
        if known := describe.listed_authors(record):
            self.say(f"  {known}")
        for line in describe.quotes(record):
            self.say(f"  quote for {line}")
        self._show_entry(record, edit, section)
        if edit.note:
            self.say(f"Your note: {one_line(edit.note)}")

    def _show_entry(self, record: Record, edit: UnsavedEdit, section: SectionPath) -> None:
        entry = review_session.entry_now(record, edit, self.session.house)
        if entry is None:
            self.say("There is no draft yet.")
            return
        facts = facts_of(record)
        stands = standing(self.session.document, self.session.house, section, entry, facts)
        self.say("Entry, between its neighbours:")
        for sign, text in ((" ", stands.above), ("+", stands.entry), (" ", stands.below)):
            for line in visible_lines(text.strip("\r\n")) if text.strip() else ():
                self.say(f"  {sign} {line}")

    def _section(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        taxonomy = self.reread().taxonomy
        for number, path in enumerate(taxonomy, 1):
            self.say(f"  {describe.key_hint(number)} {describe.place(path)}")
        start = describe.new_section(record)
        proposed = f", + alone for {describe.place(start)}" if start else ""
        said = (
            self.ask(f"Section (number, name or a part of its path; +A > B for a new one{proposed}):") or ""
        ).strip()
        if not said or (said == "+" and not start):
            return None
        if said == "+":
            return replace(edit, section=start, new_section=True)
        if said.isdigit() and 0 < int(said) <= len(taxonomy):
            return replace(edit, section=taxonomy[int(said) - 1], new_section=False)
        try:
            path, new = name_section(said, taxonomy, (start,), free=not self.session.document.entries)
        except TriageError as error:
            self.say(str(error))
            return None
        return replace(edit, section=path, new_section=new)

    def _edit(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        self.say("Type the entry, then a line with a single full stop; a full stop at once keeps it as it is.")
        typed: list[str] = []
        while (line := self.ask(">")) is not None and line != ".":
            typed.append(line)
        if not typed:
            return None
        section = review_session.section_now(record, edit)
        entry = "\n".join(typed)
        reason = None
        if section in self.session.document.taxonomy:
            reason = refusal(self.session.document, self.session.house, section, entry, facts_of(record))
        if reason:
            self.say(f"Refused: {reason}.")
            return None
        return replace(edit, entry=entry)

    def _field(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        facts = facts_of(record)
        for number, one in enumerate(FIELDS, 1):
            self.say(f"  {describe.key_hint(number)} {one.label}: {one_line(shown(facts, one)) or '-'}")
        said = (self.ask("Which field (number)?") or "").strip()
        if not said.isdigit() or not 0 < int(said) <= len(FIELDS):
            return None
        one = FIELDS[int(said) - 1]
        value = self.ask(f"{one.label} (empty: not known):")
        if value is None:
            return None
        try:
            review_session.change_field(self.session.store, self.session.house, record.paper.id, one.name, value)
        except TriageError as error:
            self.say(str(error))
            return None
        self._show(self.session.store.record(record.paper.id))
        return None

    def _note(self, record: Record, edit: UnsavedEdit) -> UnsavedEdit | None:
        note = self.ask("Note:")
        return None if note is None else replace(edit, note=note.strip() or None)

    def _open(self, record: Record, wanted: str) -> None:
        found = describe.links(record)
        url = found.get(wanted) or found.get("abs") or found.get("pdf")
        if url is None:
            self.say("No address is known for this paper.")
            return
        self.say(url)
        if self.session.open is not None:
            self.session.open(url)

    def _similar(self, record: Record) -> None:
        for line in describe.nearest(record):
            self.say(f"  listed: {line}")
        for one in self.session.similar(record.paper.id) if self.session.similar else ():
            self.say(f"  {one_line(one.where)}: {one_line(one.title)}")

    def _select(self, record: Record) -> None:
        paper_id = record.paper.id
        if paper_id in self.selected:
            self.selected.remove(paper_id)
        else:
            self.selected.append(paper_id)
        self.say(f"{len(self.selected)} selected; the next decision goes to all of them, skip moves on without one.")

    def _jump(self, target: str) -> Reply | None:
        wanted = target.strip().casefold()
        ids = [one.paper.id for one in self.records]
        if wanted.isdigit() and 0 < int(wanted) <= len(ids):
            return Go(ids[int(wanted) - 1])
        for one in self.records if wanted else ():
            if wanted in (one.paper.id.casefold(), show_path(one.section).casefold()):
                return Go(one.paper.id)
        for one in self.records if wanted else ():
            if wanted in f"{show_path(one.section)}\n{one.paper.title}".casefold():
                return Go(one.paper.id)
        self.say("Nothing of that name is in the queue.")
        return None

    def _matches(self, record: Record) -> bool:
        paper = record.paper
        text = f"{paper.title} {' '.join(paper.authors)} {show_path(record.section)}".casefold()
        return all(word in text for word in self.words)

    def _help(self) -> None:
        for key in KEYS:
            self.say(f"  {'space' if key.key == 'space' else key.shown}  {key.label}: {key.help}")
        self.say("  skip  go on without a decision")
