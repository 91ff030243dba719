"""`triage ask`: a question to the collection, answered in quotations with their pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from triage.commands.opening import asker_or_reason, open_workspace, section_named
from triage.commands.writing import open_checks
from triage.evidence.prose import is_prose
from triage.evidence.source import Evidence, Sentence
from triage.identity import file_stem
from triage.llm.asking import Asker
from triage.llm.prompts import load_prompt
from triage.models import Paper, Stage, show_path
from triage.screens.console import data_console, one_line, plural, say, shorten, write_json
from triage.steps import export
from triage.steps.ask import Answering, AskReport
from triage.steps.ask import ask as find
from triage.when import day_of
from triage.workspace import Workspace
from triage.writing.answers import QUOTED, QUOTES, Answer, Answers, AnswerSentence, is_clean
from triage.writing.with_model import answer_with_model

_INDENT = 2
_SHOWN = 12
"""So many sentences are shown to a language model."""
_CONTEXT = 420
"""So many characters of a passage are shown around a quotation."""


def ask(
    folder: Path | None,
    words: Sequence[str],
    *,
    section: str | None = None,
    stages: Sequence[Stage] = (),
    since: str | None = None,
    k: int = QUOTED,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Prints what the papers say to the question, in at most `k` sentences with key and page, and the passages they
    stand in; or that they do not say, why, and what comes nearest."""
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        asker, why_not = asker_or_reason(workspace, offline)
        if why_not:
            say(f"{workspace.config.llm.model} was not asked: {why_not}")
        with workspace.progress("reading the papers", None):
            report = find(
                workspace.store,
                workspace.vectors,
                workspace.index,
                " ".join(words),
                section=show_path(path) if path else None,
                since=day_of(since, "--since", date.today()) if since else None,
                stages=stages,
                answering=_written(workspace, asker, k) if asker else partial(Answers.answer, most=k),
            )
            cited = _cited(workspace, report)
    if json:
        write_json(_json(report, cited))
    else:
        _print(report, cited)


def _written(workspace: Workspace, asker: Asker, most: int) -> Answering:
    """Has what is answered in quotations said in a language model's words, as far as these are borne out."""
    prompt = load_prompt("answer", workspace.prompts)

    def answering(answers: Answers, question: str) -> Answer:
        quoted = answers.answer(question, most)
        if not quoted.answered:
            return quoted
        checks = open_checks(workspace, answers.sources)
        return answer_with_model(quoted, answers.evidence(question, _SHOWN), asker, prompt, checks, most)

    return answering


@dataclass(frozen=True, slots=True)
class _Cited:
    """A paper as it is cited: its key, and where its PDF lies, as an address."""

    key: str
    paper: Paper
    pdf: str | None

    def url(self, page: int) -> str | None:
        """The address of a page, or of the abstract for page 0."""
        if page and self.pdf:
            return f"{self.pdf}#page={page}"
        return self.paper.abs_url or self.paper.pdf_url


def _cited(workspace: Workspace, report: AskReport) -> dict[str, _Cited]:
    """The papers of the answer by id."""
    answer, store = report.answer, workspace.store
    evidence = [*(one for sentence in answer.sentences for one in sentence.evidence), *answer.nearest]
    records = [store.record(paper_id) for paper_id in dict.fromkeys(one.source.paper_id for one in evidence)]
    known = store.bibliography.imported(record.paper.id for record in records)
    keys = export.keys_of(store, export.described(records, store.person_facts.of_all(), known))
    return {
        one.paper.id: _Cited(keys[one.paper.id], one.paper, _pdf(workspace.pdf_folder, one.paper)) for one in records
    }


def _pdf(folder: Path, paper: Paper) -> str | None:
    """The PDF's address: the one that was downloaded or added, else the one that the paper's source gives."""
    file = folder / f"{file_stem(paper.id)}.pdf"
    return file.resolve().as_uri() if file.is_file() else paper.pdf_url


def _json(report: AskReport, cited: Mapping[str, _Cited]) -> dict[str, Any]:
    answer = report.answer
    return {
        "question": answer.question,
        "answered": answer.answered,
        "by": answer.by,
        "dropped": answer.dropped,
        "note": answer.note,
        "probability": round(answer.probability, 2),
        "sentences": [
            {
                "text": sentence.text,
                "quote": sentence.is_quote,
                "citations": [_citation_json(one, cited) for one in sentence.evidence],
            }
            for sentence in answer.sentences
        ],
        "passages": [_passage_json(one, cited) for sentence in answer.sentences for one in sentence.evidence],
        "nearest": [_passage_json(one, cited) for one in answer.nearest],
        "reason": answer.reason,
        "searched": report.searched,
        "unread": [{"id": paper.id, "title": paper.title} for paper in report.unread],
    }


def _citation_json(one: Evidence, cited: Mapping[str, _Cited]) -> dict[str, Any]:
    sentence = one.sentence
    return {
        "key": cited[one.source.paper_id].key,
        "id": one.source.paper_id,
        "page": sentence.page,
        "start": sentence.start,
        "end": sentence.end,
    }


def _passage_json(one: Evidence, cited: Mapping[str, _Cited]) -> dict[str, Any]:
    around = _around(one)
    return {
        **_citation_json(one, cited),
        "title": one.source.title,
        "section": one.sentence.heading,
        "url": cited[one.source.paper_id].url(one.sentence.page),
        "quote": _flat(one.sentence),
        "text": " ".join(_flat(sentence) for sentence in around),
        "start": around[0].start,
        "end": around[-1].end,
    }


def _print(report: AskReport, cited: Mapping[str, _Cited]) -> None:
    answer, console = report.answer, data_console()
    if not answer.answered:
        say(f"the collection does not say: {answer.reason} (searched {report.searched})")
        for paper in report.unread:
            say(f"  only the title is known: {paper.id} {shorten(paper.title, 50)}")
        if answer.nearest:
            say("nearest:")
        _print_passages(console, answer.nearest, cited)
        return
    if answer.by == QUOTES:
        papers = len({one.source.paper_id for sentence in answer.sentences for one in sentence.evidence})
        quoted = plural(len(answer.sentences), "sentence")
        say(f"{quoted} of {plural(papers, 'paper')}, quoted word for word; {_model_part(answer)}")
    else:
        said = f"; {plural(answer.dropped, 'sentence')} that they do not bear out left out" if answer.dropped else ""
        say(f"written by {answer.by} from the passages below{said}")
    for sentence in answer.sentences:
        console.print(_sentence(sentence, cited))
    console.print()
    _print_passages(console, [one for sentence in answer.sentences for one in sentence.evidence], cited)


def _model_part(answer: Answer) -> str:
    return f"nothing of the model's words: {answer.note}" if answer.note else "no model was asked"


def _sentence(sentence: AnswerSentence, cited: Mapping[str, _Cited]) -> Text:
    """“…” [key, p. N]"""
    said = one_line(sentence.text)
    shown = Text(f"“{said}”" if sentence.is_quote else said)
    for one in sentence.evidence:
        shown.append(f" [{_place(one, cited)}]", style="cyan")
    return shown


def _place(one: Evidence, cited: Mapping[str, _Cited]) -> str:
    where = f"p. {one.sentence.page}" if one.sentence.page else "abstract"
    return f"{cited[one.source.paper_id].key}, {where}"


def _print_passages(console: Console, evidence: Sequence[Evidence], cited: Mapping[str, _Cited]) -> None:
    """Each passage below its paper's title: key and page, section, the text around the quotation, the address."""
    title = ""
    for one in evidence:
        if one.source.title != title:
            title = one.source.title
            console.print(Text(one_line(title), style="bold"))
        heading = one_line(one.sentence.heading) if one.sentence.page else ""
        console.print(_indented(Text(" · ".join(filter(None, (_place(one, cited), heading))), style="cyan")))
        console.print(_indented(_passage(one)))
        if url := cited[one.source.paper_id].url(one.sentence.page):
            console.print(Text(" " * _INDENT + one_line(url), style="dim"), soft_wrap=True)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT))


def _passage(one: Evidence) -> Text:
    """The quotation, in bold, with what stands right before and after it."""
    shown = Text()
    for sentence in _around(one):
        if shown:
            shown.append(" ")
        shown.append(one_line(sentence.text), style="bold" if sentence == one.sentence else "")
    return shown


def _around(one: Evidence) -> list[Sentence]:
    """The sentence with its neighbours on the page and in the section, as far as they are short."""
    all_, sentence = one.source.sentences, one.sentence
    at = all_.index(sentence)
    shown, left = [sentence], _CONTEXT - len(sentence.text)
    for place, front in ((at + 1, False), (at - 1, True)):
        if not 0 <= place < len(all_):
            continue
        near = all_[place]
        beside = (near.page, near.heading) == (sentence.page, sentence.heading) and len(near.text) <= left
        if beside and is_prose(near) and is_clean(near.text):
            shown.insert(0 if front else len(shown), near)
            left -= len(near.text)
    return shown


def _flat(sentence: Sentence) -> str:
    return " ".join(sentence.text.split())
