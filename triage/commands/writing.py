"""`triage verify`: a draft's sentences and its bibliography against the collection."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from triage.commands.opening import asker_or_reason, open_workspace
from triage.errors import FileError, ModelError
from triage.evidence.source import Source
from triage.files import write_atomically
from triage.llm.prompts import load_prompt
from triage.screens.console import data_console, one_line, plural, say, shorten, write_json
from triage.screens.report import MARKS, counted_records, report_page, why
from triage.steps.export import described
from triage.steps.import_records import read_file
from triage.steps.verify import Bibliography, CheckedRecord, Report, named_bibliographies, open_draft
from triage.steps.verify import verify as check_draft
from triage.verifying.asked import ModelJudge
from triage.verifying.check import Checker, objection_to
from triage.verifying.drafts import Draft
from triage.verifying.mechanical import check_mechanically
from triage.verifying.prose import shown_citation
from triage.verifying.records import Verdict
from triage.verifying.support import Scorer
from triage.verifying.verdict import Checked, Citation, Proof, Statement, Support
from triage.workspace import Workspace
from triage.writing.records import BibRecord
from triage.writing.with_model import Checks

_STYLES = {
    Support.SUPPORTED: "green",
    Support.PARTLY: "yellow",
    Support.UNSUPPORTED: "bold red",
    Support.CANNOT_TELL: "cyan",
}
_SHOWN = (Support.UNSUPPORTED, Support.PARTLY, Support.CANNOT_TELL)
_NOT_HERE = frozenset(("not in the collection", "title only"))
_PASSAGE = 300
_NAMED = 12
_NAMED_FAILURES = 3


def verify(
    folder: Path | None,
    path: Path,
    *,
    bib: Sequence[Path] = (),
    section: str | None = None,
    html: Path | None = None,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Checks the draft at `path` and prints what came of it; `html` is where a page of it goes. Exits with 1 if
    something has to be put right."""
    draft = open_draft(path)
    with open_workspace(folder) as workspace:
        if html is not None:
            _check_target(workspace, path, html)
        bibliographies = _bibliographies(path, draft, bib)
        with workspace.progress("reading the papers", None):
            sources = workspace.store.evidence(workspace.store.papers.ids())
            judge = _judge(workspace, offline)
            checker = replace(open_checker(workspace, sources), judge=judge)
        with workspace.progress("checking", None):
            report = check_draft(
                workspace.store,
                draft,
                checker,
                sources,
                bibliographies=bibliographies,
                works=_works(workspace) if bibliographies else None,
                heading=section or "",
                today=date.today(),
            )
        if html is not None:
            write_atomically(html, report_page(report).encode("utf-8", "replace"))
        if judge:
            _say_asked(judge)
    if json:
        write_json(_json(report))
    else:
        _print(report, whole=section is None)
    if html is not None:
        say(f"written to {html}")
    if report.is_wrong:
        raise typer.Exit(1)


def _judge(workspace: Workspace, offline: bool) -> ModelJudge | None:
    """The language model as the third tier, if there is one and it may be asked."""
    asker, why_not = asker_or_reason(workspace, offline)
    if why_not:
        say(f"{workspace.config.llm.model} was not asked: {why_not}")
    return ModelJudge(asker, load_prompt("verify", workspace.prompts)) if asker else None


def _say_asked(judge: ModelJudge) -> None:
    name, budget = judge.asker.model.name, judge.asker.budget
    say(
        f"{name} read the passages of {plural(judge.answered, 'sentence')}; {judge.counted} of its answers count;"
        f" {budget.used:,} tokens"
    )
    for failure in judge.failures[:_NAMED_FAILURES]:
        say(f"no usable answer from {name}: {shorten(failure, 200)}")


def open_checks(workspace: Workspace, sources: Sequence[Source]) -> Checks:
    """The checks for what a language model writes from these papers: what decides alone at once, the score at last."""
    at_once = Checker(check_mechanically)
    told = [one for one in sources if one.sentences]
    at_last = open_checker(workspace, told) if told else at_once
    return Checks(partial(objection_to, at_once), partial(objection_to, at_last))


def open_checker(workspace: Workspace, sources: Sequence[Source]) -> Checker:
    """The checker over these papers, all that could be meant; by words alone where the embedding model is not to be
    had."""
    try:
        return Checker(check_mechanically, Scorer(sources, workspace.vectors.embed))
    except ModelError as error:
        say(f"sentences are compared by their words alone: {error}")
        return Checker(check_mechanically, Scorer(sources))


def _check_target(workspace: Workspace, draft: Path, html: Path) -> None:
    config, target = workspace.config, html.resolve()
    own = (config.list.resolve(), config.file.resolve(), draft.resolve())
    if target in own or config.store.resolve() in target.parents:
        raise FileError(f"{html} is a file of yours or of the workspace; name another file for the page")


def _bibliographies(path: Path, draft: Draft, given: Sequence[Path]) -> list[Bibliography]:
    for name in draft.missing:
        say(f"{path}: {one_line(name)} is included and could not be read; it lies outside of the folder, or is gone")
    files = list(given)
    if not files:
        files, others = named_bibliographies(path, draft)
        for name in others:
            say(f"{path} names the bibliography {one_line(name)}, which is not in its folder; name the file with --bib")
    found = [Bibliography(file.name, read_file(file)) for file in files]
    for one in found:
        for problem in one.file.problems:
            say(f"{one.name}, {one_line(problem)}")
    return found


def _works(workspace: Workspace) -> dict[str, BibRecord]:
    store = workspace.store
    records = store.records()
    imported = store.bibliography.imported(record.paper.id for record in records)
    return described(records, store.person_facts.of_all(), imported)


# What a person sees


def _print(report: Report, *, whole: bool) -> None:
    console = data_console()
    console.print(_summary(report))
    shown = [one for one in report.checked if one.support in _SHOWN and not _is_absent(one)]
    for one in sorted(shown, key=lambda one: _SHOWN.index(one.support)):
        console.print()
        _print_checked(console, one)
    _print_absent(console, [one for one in report.checked if _is_absent(one)])
    if report.uncited:
        _print_heading(console, f"{plural(len(report.uncited), 'sentence')} may need a citation and have none")
        for statement in report.uncited:
            _print_line(console, f"{place(statement)}  {one_line(statement.text)}")
    if report.records:
        _print_records(console, report, whole=whole)
    if not report.checked:
        say(f"{report.draft.name} cites nothing; citations are [@key], [@key, p. 3] or \\cite{{key}}")


def _summary(report: Report) -> Text:
    keys = {citation.key for one in report.checked for citation in one.statement.citations}
    line = Text(f"{report.draft.name}: {plural(len(report.checked), 'sentence')} with citations of ")
    line.append(f"{plural(len(keys), 'work')}")
    for support, count in report.counts.items():
        if count:
            line.append("\n  ").append(f"{MARKS[support]} {count:>4,}  {support}", style=_STYLES[support])
    return line


def _is_absent(checked: Checked) -> bool:
    """Whether nothing can be told since none of the cited papers is there to be read."""
    kinds = {one.kind for one in checked.findings}
    return checked.support == Support.CANNOT_TELL and bool(kinds) and kinds <= _NOT_HERE


def _print_checked(console: Console, checked: Checked) -> None:
    heading = Text(f"{MARKS[checked.support]} {checked.support}", style=_STYLES[checked.support])
    statement = checked.statement
    section = f"  {one_line(statement.section)}" if statement.section else ""
    console.print(heading.append(f"  {place(statement)}{section}", style="dim"), soft_wrap=False)
    _print_line(console, one_line(statement.written or statement.text))
    for reason in why(checked):
        _print_line(console, f"- {one_line(reason)}", indent=4)
    for proof in checked.proofs[:1]:
        label = "nearest" if checked.support != Support.PARTLY else "best"
        _print_line(console, f"{label} {_cited_as(proof)}: “{shorten(proof.sentence.text, _PASSAGE)}”", "dim", 4)


def _print_absent(console: Console, absent: Sequence[Checked]) -> None:
    """Cited papers that cannot be looked into, each with the lines that cite it."""
    lines: dict[tuple[str, str], list[str]] = {}
    for one in absent:
        for finding in one.findings:
            lines.setdefault((finding.kind, finding.reason), []).append(place(one.statement))
    if lines:
        _print_heading(console, f"{plural(len(absent), 'sentence')} cannot be checked, since the papers are not here")
    for (_, reason), places in lines.items():
        more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
        _print_line(console, f"{one_line(reason)}: {', '.join(places[:_NAMED])}{more}")


def _print_records(console: Console, report: Report, *, whole: bool) -> None:
    _print_heading(console, f"bibliography: {plural(len(report.records), 'record')}: {counted_records(report)}")
    shown = [one for one in report.records if one.verdict.verdict not in (Verdict.AGREES, Verdict.UNKNOWN)]
    severity = list(Verdict)
    for one in sorted(shown, key=lambda one: -severity.index(one.verdict.verdict)):
        style = "bold red" if one in report.wrong_records else ""
        _print_line(console, f"{one.verdict.verdict}: {_record_place(one)}  {shorten(one.title, 60)}", style)
        _print_line(console, f"- {one_line(one.verdict.reason)}", indent=4)
    unknown = [one.key for one in report.records if one.verdict.verdict is Verdict.UNKNOWN]
    if unknown:
        _print_line(console, f"unknown to us, so nothing is said of them: {_some(unknown)}")
    if whole and report.unused:
        _print_line(console, f"never cited: {_some(report.unused)}")


def _record_place(one: CheckedRecord) -> str:
    return f"{one.file}:{one.line} {one_line(one.key)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return one_line(", ".join(names[:_NAMED])) + more


def _print_heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _print_line(console: Console, text: str, style: str = "", indent: int = 2) -> None:
    """One text, wrapped; below a "- " it goes on under the words."""
    hanging = 2 if text.startswith("- ") else 0
    lines = Text(text[hanging:], style=style).wrap(console, max(20, console.width - indent - hanging))
    for number, line in enumerate(lines):
        line.rstrip()
        before = " " * indent + (text[:hanging] if number == 0 else " " * hanging)
        console.print(Text(before) + line, soft_wrap=True)


def place(statement: Statement) -> str:
    """Where a statement stands: "draft.md:17"."""
    return f"{one_line(statement.file)}:{statement.line}"


def _cited_as(proof: Proof) -> str:
    return f"[{one_line(shown_citation(Citation(proof.key, (proof.sentence.page,))))}]"


# What a script gets


def _json(report: Report) -> dict[str, Any]:
    return {
        "draft": report.draft.name,
        "counts": {support.value: count for support, count in report.counts.items()},
        "wrong": report.is_wrong,
        "sentences": [_checked_json(one, report) for one in report.checked],
        "uncited": [_statement_json(one) for one in report.uncited],
        "unknown_keys": list(report.unknown),
        "records": [_record_json(one) for one in report.records],
        "unused_keys": list(report.unused),
        "not_included": list(report.draft.missing),
    }


def _statement_json(statement: Statement) -> dict[str, Any]:
    return {
        "file": statement.file,
        "line": statement.line,
        "section": statement.section,
        "text": statement.text,
        "written": statement.written,
        "quotes": list(statement.quotes),
    }


def _checked_json(checked: Checked, report: Report) -> dict[str, Any]:
    probability = checked.probability
    return {
        **_statement_json(checked.statement),
        "citations": list(_citations_json(checked.statement, report)),
        "verdict": checked.support.value,
        "by": checked.by,
        "probability": None if probability is None else round(probability, 4),
        "findings": [{"kind": one.kind, "reason": one.reason, "decides": one.decides} for one in checked.findings],
        "passages": [
            {
                "key": one.key,
                "id": one.paper_id,
                "page": one.sentence.page,
                "start": one.sentence.start,
                "end": one.sentence.end,
                "heading": one.sentence.heading,
                "text": one.sentence.text,
            }
            for one in checked.proofs
        ],
    }


def _citations_json(statement: Statement, report: Report) -> Iterator[dict[str, Any]]:
    for citation in statement.citations:
        source = report.papers.get(citation.key)
        yield {
            "key": citation.key,
            "pages": list(citation.pages),
            "id": source.paper_id if source else None,
            "title": source.title if source else None,
        }


def _record_json(one: CheckedRecord) -> dict[str, Any]:
    return {
        "file": one.file,
        "line": one.line,
        "key": one.key,
        "title": one.title,
        "cited": one.cited,
        "id": one.paper_id or None,
        "verdict": one.verdict.verdict.value,
        "differences": [
            {"field": part.field, "verdict": part.verdict.value, "reason": part.reason}
            for part in one.verdict.differences
        ],
    }
