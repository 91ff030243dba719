"""`triage survey`: the collection written up, with tables, figures and a bibliography."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from triage import __version__
from triage.commands.opening import asker_or_reason, open_workspace, section_named
from triage.commands.writing import open_checker, open_checks
from triage.drafting.rules import learn_statistics
from triage.errors import FileError, ModelError
from triage.evidence.retrieve import Embed
from triage.llm.asking import Asker
from triage.llm.prompts import load_prompt
from triage.models import ExportFormat, Record, SectionPath, TextFormat, show_path
from triage.screens.console import plural, say, shorten, write, write_json
from triage.steps import export
from triage.steps.survey import SurveyReport, write_survey
from triage.steps.survey_material import TAKEN, Material, gather, search_of, split_by_meaning, taken_in
from triage.verifying.drafts import read_draft
from triage.verifying.verdict import Checked, Support
from triage.workspace import Workspace
from triage.writing.comparison import comparison_table
from triage.writing.document import Section, Table, Work, words_of
from triage.writing.mentions import known_data_sets
from triage.writing.outline import clean_title
from triage.writing.paragraphs import write_section
from triage.writing.protocol import reading_of
from triage.writing.with_model import Outcome, rewrite_section

_FOLDER = "survey"
_SHOWN = 8


def survey(
    folder: Path | None,
    *,
    section: str | None = None,
    out: Path | None = None,
    form: TextFormat = TextFormat.MD,
    words: int | None = None,
    update: bool = False,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Writes a survey of the papers that stand in the list or were accepted into the folder `out` (default: survey in
    the workspace), or brings it up to date, and says what came of it. Raises TriageError."""
    started = time.monotonic()
    with open_workspace(folder) as workspace:
        target = _target(workspace, out)
        path = section_named(workspace, section)
        store = workspace.store
        listed = learn_statistics(workspace.document.entries).gazetteer
        embed = _embed(workspace)

        def compare(title: str, works: Sequence[Work]) -> Table | None:
            return comparison_table(title, works, known_data_sets(works, listed))

        asker, why_not = asker_or_reason(workspace, offline)
        if why_not:
            say(f"{workspace.config.llm.model} was not asked: {why_not}")
        with workspace.alone("triage survey", "survey"):
            records = taken_in(store.records(*TAKEN), path)
            material = _material(workspace, records)
            outcome = Outcome()
            rewrite = _rewriting(workspace, material, asker, outcome) if asker else None

            def write_one(title: str, works: Sequence[Work], words: int) -> Section:
                section = write_section(title, works, words, listed, embed)
                return rewrite(section, works) if rewrite else section

            report = write_survey(
                target,
                form,
                material.works,
                material.placed,
                material.search,
                title=_title(workspace, path),
                write=write_one,
                compare=compare,
                bibliography=partial(_entries, workspace, records, material, form),
                is_key=lambda key: key.lower() in store.bibliography.taken(),
                progress=workspace.progress,
                check=partial(_checked, workspace, material, form),
                split=partial(split_by_meaning, material.works, embed) if embed else lambda _: (),
                words=words,
                update=update,
            )
    seconds = time.monotonic() - started
    if json:
        write_json({**_json(report, material, seconds), "model": _model_json(asker, outcome)})
    else:
        _print(report, material, seconds)
        if asker:
            _print_model(asker, outcome)


def _embed(workspace: Workspace) -> Embed | None:
    """What turns texts into vectors; None, with the reason said, where the embedding model is not to be had."""
    try:
        workspace.vectors.embed(["papers"])
    except ModelError as error:
        say(f"papers are grouped by their words alone: {error}")
        return None
    return workspace.vectors.embed


def _rewriting(
    workspace: Workspace, material: Material, asker: Asker, outcome: Outcome
) -> Callable[[Section, Sequence[Work]], Section]:
    """Has a section's paragraphs said in a language model's words, as far as these are borne out."""
    prompt = load_prompt("survey", workspace.prompts)
    checks = open_checks(workspace, [work.source for work in material.works.values()])
    return lambda section, works: rewrite_section(section, works, asker, prompt, checks, outcome)


def _model_json(asker: Asker | None, outcome: Outcome) -> dict[str, Any] | None:
    if asker is None:
        return None
    return {
        "name": asker.model.name,
        "sentences": outcome.stand,
        "dropped": dict(outcome.dropped),
        "failures": dict(outcome.failures),
        "tokens": asker.budget.used,
    }


def _print_model(asker: Asker, outcome: Outcome) -> None:
    dropped = outcome.dropped.total()
    write(
        f"  {plural(outcome.stand, 'sentence')} in the words of {asker.model.name}, {dropped} of its sentences left out"
        f" as not borne out; {asker.budget.used:,} tokens"
    )
    for why, count in outcome.failures.most_common(3):
        say(f"{plural(count, 'paragraph')} without its words: {shorten(why, 200)}")


def _target(workspace: Workspace, out: Path | None) -> Path:
    """The folder for the survey. Raises FileError if it is the store, or no folder."""
    target = (workspace.config.root / _FOLDER if out is None else out).resolve()
    store = workspace.config.store.resolve()
    if target == store or store in target.parents:
        raise FileError(f"{out} is triage's own store; name another folder for the survey")
    if target.exists() and not target.is_dir():
        raise FileError(f"{out} is a file; name a folder for the survey")
    return target


def _material(workspace: Workspace, records: Sequence[Record]) -> Material:
    store, config = workspace.store, workspace.config
    known = store.bibliography.imported(record.paper.id for record in records)
    described = export.described(records, store.person_facts.of_all(), known)
    keys = export.keys_of(store, described)
    program = f"triage {__version__}"
    search = search_of(store, config.watch.query, config.list.name, config.embedding.model, program)
    return gather(store, records, described, keys, search)


def _title(workspace: Workspace, path: SectionPath | None) -> str:
    """What a new outline is called: the section, else the list."""
    topic = clean_title(path[-1] if path else workspace.document.title or workspace.config.list.stem)
    topic = re.sub(r"^(?:awesome|a curated list of)\s+", "", topic, flags=re.IGNORECASE)
    return f"{topic[:1].upper()}{topic[1:]}: a survey"


def _entries(
    workspace: Workspace, records: Sequence[Record], material: Material, form: TextFormat, keys: Sequence[str]
) -> dict[str, str]:
    """The .bib entry of each of these keys."""
    by_id = {record.paper.id: record for record in records}
    ascii_only = form is TextFormat.TEX
    return {
        key: export.export(
            workspace.store, [by_id[material.works[key].source.paper_id]], ExportFormat.BIB, ascii_only=ascii_only
        )
        for key in keys
    }


def _checked(workspace: Workspace, material: Material, form: TextFormat, text: str) -> Sequence[Checked]:
    """What the checker says of this text's citing sentences; it knows the survey's papers and nothing of who wrote."""
    sources = {key: work.source for key, work in material.works.items()}
    checker = open_checker(workspace, list(sources.values()))
    return checker.check(read_draft(f"survey.{form}", text).cited, sources)


def _json(report: SurveyReport, material: Material, seconds: float) -> dict[str, Any]:
    document = report.document
    sentences = list(document.sentences)
    return {
        "file": str(report.file),
        "outlined": report.outlined,
        "sections": [
            {"title": one.title, "papers": list(one.papers), "sections": [below.title for below in one.sections]}
            for one in report.outline.sections
        ],
        "papers": len(material.works),
        "cited": len(document.cited & material.works.keys()),
        "words": words_of(sentences),
        "sentences": len(sentences),
        "quotes": sum(len(sentence.quotes) for sentence in sentences),
        "tables": len(document.tables),
        "figures": [figure.name for figure in document.figures],
        "changes": [
            {
                "kind": one.kind.value,
                "section": list(one.section),
                "about": one.about,
                "why": one.reason,
                "line": one.line,
            }
            for one in report.changes
        ],
        "placed": {key: list(path) for key, path in report.placed.items()},
        "left_out": list(report.left_out),
        "unknown": list(report.unknown),
        "kept": list(report.kept),
        "checked": {support.value: count for support, count in _verdicts(report).items()},
        "dropped": list(report.dropped),
        "seconds": round(seconds, 1),
    }


def _print(report: SurveyReport, material: Material, seconds: float) -> None:
    document, outline = report.document, report.outline
    sentences = list(document.sentences)
    below = sum(len(section.sections) for section in outline.sections)
    read = reading_of([material.works[key] for key in outline.keys if key in material.works])
    write(str(report.file))
    write(
        f"  {plural(len(outline.sections), 'section')}, {below} below them;"
        f" {len(document.cited & material.works.keys())} of {plural(len(material.works), 'paper')} cited"
    )
    write(
        f"  {plural(words_of(sentences), 'word')}, {plural(len(sentences), 'sentence')},"
        f" {plural(sum(len(one.quotes) for one in sentences), 'quotation')}, {plural(len(document.tables), 'table')},"
        f" {plural(len(document.figures), 'figure')}"
    )
    write(f"  read as PDF: {read.pdf}, by the abstract: {read.abstract}, only the title known: {read.title}")
    said = ", ".join(f"{count} {support.value}" for support, count in _verdicts(report).items() if count)
    write(f"  citing sentences: {said}; left out as unsupported: {len(report.dropped)}")
    write(f"  written in {seconds:.0f} s")
    _print_changes(report)
    if report.outlined:
        say("outline.toml was made from your list; edit it and run this again to have the text follow it")
    if report.left_out:
        names = ", ".join(report.left_out[:_SHOWN]) + (" …" if len(report.left_out) > _SHOWN else "")
        say(f"{plural(len(report.left_out), 'paper')} not in outline.toml: {names}; --update puts them there")
    if report.unknown:
        names = ", ".join(report.unknown[:_SHOWN]) + (" …" if len(report.unknown) > _SHOWN else "")
        say(f"passed over, since they neither stand in the list nor were accepted: {names}")
    for name in report.kept:
        say(f"{name} has changes of yours and stays as it is")


def _verdicts(report: SurveyReport) -> dict[Support, int]:
    counted = Counter(one.support for one in report.checked)
    return {support: counted[support] for support in Support}


def _print_changes(report: SurveyReport) -> None:
    for key, path in report.placed.items():
        write(f"  outline.toml: {key} → {show_path(path)}")
    for one in report.changes:
        place = f"{report.file.name}:{one.line}" if one.line else report.file.name
        where = f"{shorten(show_path(one.section), 40)} · {one.about}" if one.section else one.about
        write(f"  {one.kind.value}: {place} {where} ({one.reason})")
