"""The commands: options in, one call of the function that does the work. The only place that catches TriageError."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option, Typer

from triage import __version__
from triage.commands import Order
from triage.errors import TriageError, reason
from triage.models import ExportFormat, Stage, TextFormat

app = Typer(
    name="triage",
    help="Keep a curated paper list alive: watch arXiv, and file what is new in your sections and your format.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None,
    Option("--workspace", "-w", metavar="DIR", help="Where triage.toml is; default: here or above."),
]
Json = Annotated[bool, Option("--json", help="Print one JSON value, for scripts.")]
Section = Annotated[str | None, Option("--section", "-s", metavar="'A > B'", help="Only this section.")]
Offline = Annotated[bool, Option("--offline", help="Make no network requests.")]
Ids = Annotated[list[str], Argument(metavar="ID…", help="Papers, by id.")]
_PAPER = "An id, DOI or address, part of a title, or a line of the list (README.md:123)."
PaperName = Annotated[str, Argument(metavar="PAPER", help=_PAPER)]
Note = Annotated[str | None, Option(metavar="TEXT", help="A note to keep with the decision.")]
Day = Annotated[str | None, Option("--since", metavar="DAY", help="From this day on: 7d, 2w, 3m or 2026-11-01.")]
Count = Annotated[int, Option("-k", metavar="N", min=1, max=1000, help="How many papers.")]
_STAGES = ", ".join(Stage)

_START, _DECIDE, _LOOK, _WRITE, _CARE = "Start", "Decide and publish", "Look", "Write", "Care"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"triage {__version__}")
        raise Exit


@app.callback()
def _top(
    version: Annotated[
        bool, Option("--version", is_eager=True, callback=_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options that stand before a command."""


@app.command(rich_help_panel=_START)
def init(
    list_file: Annotated[Path | None, Argument(metavar="LIST.md", help="Your list; it is not changed.")] = None,
    new: Annotated[bool, Option("--new", help="Start a new list.")] = False,
    workspace: Annotated[
        Path | None, Option("--workspace", "-w", metavar="DIR", help="The folder for triage.toml; default: here.")
    ] = None,
    api_url: Annotated[str | None, Option(metavar="URL", help="Another address of the arXiv API.")] = None,
    pdf_url: Annotated[str | None, Option(metavar="URL", help="Another address to get PDFs from.")] = None,
    delay: Annotated[
        float | None, Option(metavar="SECONDS", min=0, help="The pause between requests to arXiv.")
    ] = None,
    offline: Offline = False,
    json: Json = False,
) -> None:
    """Adopt a list: learn its sections, entries and format, and write triage.toml."""
    from triage.commands.init import init

    init(
        workspace,
        list_file=list_file,
        new=new,
        api_url=api_url,
        pdf_url=pdf_url,
        delay=delay,
        offline=offline,
        json=json,
    )


@app.command(rich_help_panel=_START)
def demo(
    folder: Annotated[Path | None, Argument(metavar="DIR", help="An empty folder; default: a temporary one.")] = None,
) -> None:
    """Show every step with made-up papers; needs no network and no key."""
    from triage.commands.demo import demo

    demo(folder)


@app.command(rich_help_panel=_START)
def fetch(
    since: Day = None,
    until: Annotated[str | None, Option(metavar="DAY", help="Up to this day; default: today.")] = None,
    limit: Annotated[int | None, Option(metavar="N", min=1, help="At most N new papers.")] = None,
    pdf: Annotated[bool, Option("--pdf/--no-pdf", help="Read the PDFs of queued papers.")] = True,
    read: Annotated[int | None, Option(metavar="N", min=1, help="Only the PDFs of the N most relevant papers.")] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Get new papers from arXiv, judge them, read their PDFs, draft entries.

    Without --since, it continues where the last fetch ended.
    """
    from triage.commands.fetch import fetch

    fetch(workspace, since=since, until=until, limit=limit, pdf=pdf, top=read, offline=offline, json=json)


@app.command(rich_help_panel=_START)
def add(
    items: Annotated[
        list[str],
        Argument(
            metavar="ID|URL|FILE…",
            help="arXiv ids, addresses, PDF files; or a bibliography: .bib, .ris, CSL-JSON, zotero:users/ID.",
        ),
    ],
    pdf: Annotated[
        bool | None, Option("--pdf/--no-pdf", help="Read the PDFs; default: not those of a bibliography.")
    ] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Add papers that you found yourself; they are judged, read and drafted too."""
    from triage.commands.fetch import add

    add(workspace, items, pdf=pdf, offline=offline, json=json)


@app.command(rich_help_panel=_DECIDE)
def review(
    plain: Annotated[bool, Option("--plain", help="Line by line: any terminal, screen readers.")] = False,
    web: Annotated[bool, Option("--web", help="In a browser, reachable from this machine only.")] = False,
    port: Annotated[int, Option(metavar="PORT", min=0, max=65535, help="The port for --web.")] = 8008,
    top: Annotated[int | None, Option(metavar="N", min=1, help="Only the N most relevant papers.")] = None,
    workspace: Folder = None,
) -> None:
    """Decide on drafts, with one key per paper."""
    from triage.commands.review import review

    review(workspace, plain=plain, web=web, port=port, top=top)


@app.command(rich_help_panel=_DECIDE)
def accept(
    ids: Ids,
    section: Annotated[
        str | None,
        Option(
            "--section",
            "-s",
            metavar="'A > B'",
            help="Another section: its path, or the beginning or end of it; '+A > B' for a new one.",
        ),
    ] = None,
    entry: Annotated[Path | None, Option(metavar="FILE", help="The entry's text; - for stdin.")] = None,
    note: Note = None,
    workspace: Folder = None,
) -> None:
    """Accept drafts, as proposed or with your own section and text."""
    from triage.commands.decide import accept

    accept(workspace, ids, section=section, entry=entry, note=note)


@app.command(rich_help_panel=_DECIDE)
def reject(ids: Ids, note: Note = None, workspace: Folder = None) -> None:
    """Reject papers; they never come back."""
    from triage.commands.decide import reject

    reject(workspace, ids, note=note)


@app.command(rich_help_panel=_DECIDE)
def later(ids: Ids, note: Note = None, workspace: Folder = None) -> None:
    """Put papers off."""
    from triage.commands.decide import later

    later(workspace, ids, note=note)


@app.command(rich_help_panel=_DECIDE)
def undo(workspace: Folder = None) -> None:
    """Take back your last decision; again, and it takes back the one before."""
    from triage.commands.decide import undo

    undo(workspace)


@app.command(rich_help_panel=_DECIDE)
def edit(
    paper: PaperName,
    title: Annotated[str | None, Option(metavar="TEXT", help="The title.")] = None,
    authors: Annotated[str | None, Option(metavar="NAMES", help="The authors: 'Ada Marsh; Bo Quill'.")] = None,
    venue: Annotated[str | None, Option(metavar="TEXT", help="Where it was published, without the year.")] = None,
    year: Annotated[str | None, Option(metavar="YEAR", help="When it was published there.")] = None,
    url: Annotated[str | None, Option(metavar="URL", help="The published version.")] = None,
    code: Annotated[str | None, Option(metavar="URL", help="The code.")] = None,
    project: Annotated[str | None, Option(metavar="URL", help="The project page.")] = None,
    data: Annotated[str | None, Option(metavar="URL", help="The data.")] = None,
    summary: Annotated[str | None, Option(metavar="TEXT", help="What it does, in one line.")] = None,
    abstract: Annotated[str | None, Option(metavar="TEXT", help="The abstract, for lists that show it.")] = None,
    datasets: Annotated[str | None, Option(metavar="NAMES", help="The data sets: 'BraTS, ISLES'.")] = None,
    day: Annotated[str | None, Option(metavar="DAY", help="When it first appeared: 2026-11-22.")] = None,
    arxiv: Annotated[str | None, Option(metavar="ID", help="The arXiv id.")] = None,
    doi: Annotated[str | None, Option(metavar="DOI", help="The DOI.")] = None,
    figure: Annotated[str | None, Option(metavar="URL", help="A picture, for lists that show one.")] = None,
    stars: Annotated[str | None, Option(metavar="1-3", help="How important it is.")] = None,
    marks: Annotated[str | None, Option(metavar="MARKS", help="The list's own marks, such as '*'.")] = None,
    reset: Annotated[
        list[str] | None, Option(metavar="FIELD", help="Use triage's own value again; repeatable.")
    ] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Correct what is known of a paper. What you set is never overwritten.

    An empty value, '', says that there is none. Without options, the fields are printed.
    """
    from triage.commands.decide import edit

    values = {
        "title": title,
        "authors": authors,
        "venue": venue,
        "year": year,
        "paper_url": url,
        "code_url": code,
        "project_url": project,
        "data_url": data,
        "summary": summary,
        "abstract": abstract,
        "datasets": datasets,
        "day": day,
        "arxiv_id": arxiv,
        "doi": doi,
        "figure_url": figure,
        "stars": stars,
        "marks": marks,
    }
    edit(workspace, paper, values=values, reset=reset or (), json=json)


@app.command(rich_help_panel=_DECIDE)
def draft(
    papers: Annotated[list[str], Argument(metavar="PAPER…", help=_PAPER)],
    model: Annotated[str | None, Option(metavar="NAME", help="Another model than the one in triage.toml.")] = None,
    again: Annotated[bool, Option("--again", help="Even if nothing has changed; asks the model again.")] = False,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Draft entries again; your decisions stay."""
    from triage.commands.decide import draft

    draft(workspace, papers, model=model, again=again, offline=offline, json=json)


@app.command(rich_help_panel=_DECIDE)
def publish(
    dry_run: Annotated[bool, Option("--dry-run", help="Print the diff and change nothing.")] = False,
    check: Annotated[bool, Option("--check", help="Change nothing; exit with 1 if anything waits.")] = False,
    new_sections: Annotated[bool, Option("--new-sections", help="Create sections that accepted entries need.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Add accepted entries to the list; every other byte stays as it is."""
    from triage.commands.publish import publish

    publish(workspace, dry_run=dry_run, check=check, new_sections=new_sections, json=json)


@app.command(name="list", rich_help_panel=_LOOK)
def list_(
    stage: Annotated[list[Stage] | None, Option("--stage", metavar="STAGE", help=f"{_STAGES}; repeatable.")] = None,
    section: Section = None,
    sort: Annotated[Order, Option(metavar="ORDER", help=f"{', '.join(Order)}.")] = Order.RELEVANCE,
    top: Annotated[int | None, Option(metavar="N", min=1, help="Only the first N.")] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """List papers: those in your list, those that wait, and all others."""
    from triage.commands.look import list_

    list_(workspace, stages=stage or (), section=section, order=sort, top=top, json=json)


@app.command(rich_help_panel=_LOOK)
def show(
    paper: PaperName,
    figure: Annotated[Path | None, Option(metavar="FILE.png", help="Save the paper's first figure.")] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Show one paper: what is known of it, where it belongs and why, its entry."""
    from triage.commands.look import show

    show(workspace, paper, figure=figure, json=json)


@app.command(rich_help_panel=_LOOK)
def search(
    words: Annotated[
        list[str],
        Argument(metavar="WORDS…", help='A question. Also: "a phrase", -word, author:, venue:, year:2024.., id:'),
    ],
    k: Count = 10,
    section: Section = None,
    since: Day = None,
    stage: Annotated[Stage | None, Option("--stage", metavar="STAGE", help=f"Only one of: {_STAGES}.")] = None,
    open_: Annotated[bool, Option("--open", help="Open the first result in the browser.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Search all papers, in your list or not, by meaning and by words."""
    from triage.commands.search import search

    search(workspace, words, k=k, section=section, since=since, stage=stage, open_page=open_, json=json)


@app.command(rich_help_panel=_LOOK)
def similar(paper: PaperName, k: Count = 10, workspace: Folder = None, json: Json = False) -> None:
    """Find the papers most similar to one."""
    from triage.commands.search import similar

    similar(workspace, paper, k=k, json=json)


@app.command(name="format", rich_help_panel=_LOOK)
def format_(
    paper: Annotated[str | None, Argument(metavar="PAPER", help=_PAPER)] = None,
    fields: Annotated[Path | None, Option(metavar="FILE.json", help="Facts from a file; - for stdin.")] = None,
    section: Annotated[str | None, Option("--section", "-s", metavar="'A > B'", help="As in this section.")] = None,
    workspace: Folder = None,
) -> None:
    """Print a paper's entry in the format of your list.

    --fields takes a JSON object: title, and any of authors, venue, year, day,
    arxiv_id, doi, paper_url, code_url, project_url, data_url, summary, abstract,
    datasets, figure_url, stars, marks. Authors, datasets and marks are lists.
    """
    from triage.commands.look import format_

    format_(workspace, paper=paper, fields=fields, section=section)


@app.command(rich_help_panel=_WRITE)
def verify(
    draft: Annotated[Path, Argument(metavar="FILE", help="A draft in Markdown or LaTeX, yours or any other.")],
    bib: Annotated[
        list[Path] | None,
        Option("--bib", metavar="FILE", help="Its bibliography; default: what the draft names. Repeatable."),
    ] = None,
    section: Annotated[
        str | None, Option("--section", "-s", metavar="TEXT", help="Only under headings of the draft with this text.")
    ] = None,
    html: Annotated[
        Path | None, Option("--html", metavar="FILE", help="Also write a page: each sentence beside its source.")
    ] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Check a draft: does each cited paper say what the sentence says?

    Exits with 1 if a sentence is unsupported, or a record of the bibliography is wrong.
    """
    from triage.commands.writing import verify

    verify(workspace, draft, bib=bib or (), section=section, html=html, offline=offline, json=json)


@app.command(rich_help_panel=_CARE)
def status(
    costs: Annotated[bool, Option("--costs", help="Also what calls to models have cost.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Show where things stand, and every open problem."""
    from triage.commands.care import status

    status(workspace, costs=costs, json=json)


@app.command(rich_help_panel=_CARE)
def doctor(offline: Offline = False, workspace: Folder = None, json: Json = False) -> None:
    """Check settings, list, store, index, PDF reader, key, network and model."""
    from triage.commands.care import doctor

    doctor(workspace, offline=offline, json=json)


@app.command(rich_help_panel=_CARE)
def reindex(workspace: Folder = None, json: Json = False) -> None:
    """Rebuild the search index from the store."""
    from triage.commands.care import reindex

    reindex(workspace, json=json)


@app.command(rich_help_panel=_LOOK)
def export(
    form: Annotated[
        ExportFormat, Option("--format", "-f", metavar="FORMAT", help=f"{', '.join(ExportFormat)}.")
    ] = ExportFormat.BIB,
    stage: Annotated[
        list[Stage] | None, Option("--stage", metavar="STAGE", help=f"Only {_STAGES}; repeatable.")
    ] = None,
    section: Section = None,
    since: Annotated[
        str | None, Option(metavar="DAY", help="Only what appeared since this day: 3m or 2026-11-01.")
    ] = None,
    out: Annotated[Path | None, Option("--out", "-o", metavar="FILE", help="Write to FILE, not to stdout.")] = None,
    ascii_only: Annotated[bool, Option("--ascii", help="Accents as LaTeX commands, for BibTeX with pdfLaTeX.")] = False,
    decisions: Annotated[
        Path | None,
        Option("--decisions", metavar="FILE", help="Save your decisions instead, as JSON lines; - for stdout."),
    ] = None,
    workspace: Folder = None,
) -> None:
    """Write a bibliography of your papers; citation keys never change."""
    from triage.commands import export as command

    if decisions is not None:
        command.export_decisions(workspace, decisions=decisions)
    else:
        command.export(
            workspace, form=form, stages=stage or (), section=section, since=since, out=out, ascii_only=ascii_only
        )


@app.command(rich_help_panel=_WRITE)
def ask(
    question: Annotated[list[str], Argument(metavar="QUESTION…", help="What you want to know.")],
    section: Section = None,
    stage: Annotated[
        list[Stage] | None, Option("--stage", metavar="STAGE", help=f"Only {_STAGES}; repeatable.")
    ] = None,
    since: Day = None,
    k: Annotated[int, Option("-k", metavar="N", min=1, max=20, help="At most N sentences.")] = 3,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Ask the papers a question; every sentence of the answer has its page.

    Without --stage, all papers are asked but those that you rejected.
    """
    from triage.commands.ask import ask

    ask(workspace, question, section=section, stages=stage or (), since=since, k=k, offline=offline, json=json)


@app.command(rich_help_panel=_WRITE)
def survey(
    section: Section = None,
    out: Annotated[
        Path | None, Option("--out", "-o", metavar="DIR", help="The folder to write into; default: survey.")
    ] = None,
    form: Annotated[
        TextFormat, Option("--format", "-f", metavar="FORMAT", help=f"{' or '.join(TextFormat)}.")
    ] = TextFormat.MD,
    words: Annotated[int | None, Option(metavar="N", min=100, help="About how long it shall be.")] = None,
    update: Annotated[
        bool, Option("--update", help="Rewrite only what new papers made stale; your edits stay.")
    ] = False,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Write a survey of your papers, with tables, figures and a bibliography.

    The first run makes outline.toml from your list; edit it and run it again.
    """
    from triage.commands.survey import survey

    survey(workspace, section=section, out=out, form=form, words=words, update=update, offline=offline, json=json)


@app.command(name="import", rich_help_panel=_CARE)
def import_(
    decisions: Annotated[
        Path, Option("--decisions", metavar="FILE", help="What `triage export --decisions` wrote; - for stdin.")
    ],
    workspace: Folder = None,
) -> None:
    """Add the decisions of another workspace; those already here are skipped."""
    from triage.commands.export import import_decisions

    import_decisions(workspace, decisions=decisions)


@app.command(rich_help_panel=_CARE)
def backtest(
    since: Annotated[
        str | None, Option("--since", metavar="DAY", help="Go back to this day; default: 3 months ago.")
    ] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Replay your list's git history: how well would triage have done?"""
    from triage.commands.backtest import backtest

    backtest(workspace, since=since, offline=offline, json=json)


@app.command(rich_help_panel=_CARE)
def compare(
    models: Annotated[list[str], Argument(metavar="MODEL MODEL", help="Two models of one server.")],
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Compare two models: which agrees more with your decisions?"""
    from triage.commands.models import compare

    compare(workspace, models, json=json)


@app.command(rich_help_panel=_CARE)
def prompts(
    copy: Annotated[bool, Option("--copy", help="Copy them to the folder prompts, to edit them.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Show what a model is asked: each prompt, its purpose and its variables."""
    from triage.commands.models import prompts

    prompts(workspace, copy=copy, json=json)


def main() -> None:
    """The command `triage`. Exit codes: 0 done, 1 a TriageError, 2 usage, 130 Ctrl-C."""
    try:
        app()
    except (TriageError, OSError) as error:
        from triage.screens.console import say

        say(f"triage: {error if isinstance(error, TriageError) else _explained(error)}")
        sys.exit(1)


def _explained(error: OSError) -> str:
    return f"{error.filename}: {reason(error)}" if error.filename else reason(error)
