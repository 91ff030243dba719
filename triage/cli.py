"""The commands: options in, one step, one print. The only place that catches TriageError."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from triage import __version__, commands
from triage.errors import TriageError, reason
from triage.models import Stage

app = typer.Typer(
    name="triage",
    help="Keep a curated paper list alive: watch arXiv, file what is new into your own sections, in your own format.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", metavar="DIR", help="The folder with triage.toml; else found upward from here."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON value on stdout, for scripts.")]
Section = Annotated[str | None, typer.Option("--section", "-s", metavar="'A > B'", help="A section of the list.")]
Offline = Annotated[bool, typer.Option("--offline", help="Call nothing outside this machine.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Papers by arXiv id.")]
Day = Annotated[str | None, typer.Option("--since", metavar="DAY", help="7d, 2w, 3m, or a day such as 2026-11-01.")]


class SortBy(StrEnum):
    """The orders of `triage list`."""

    RELEVANCE = "relevance"
    ADDED = "added"
    TITLE = "title"
    SECTION = "section"
    STAGE = "stage"


_START, _DECIDE, _LOOK, _CARE = "Start", "Decide and publish", "Look", "Care"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"triage {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before a command."""


@app.command(rich_help_panel=_START)
def init(
    list_file: Annotated[Path | None, typer.Argument(metavar="LIST.md", help="Your list; never touched.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Start a list where there is none.")] = False,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", metavar="DIR", help="Where to put triage.toml; else here.")
    ] = None,
    api_url: Annotated[str | None, typer.Option(help="Another arXiv API, such as a stand-in.")] = None,
    pdf_url: Annotated[str | None, typer.Option(help="Where PDFs come from.")] = None,
    delay: Annotated[float | None, typer.Option(min=0, help="Seconds between two requests to arXiv.")] = None,
    offline: Offline = False,
    json: Json = False,
) -> None:
    """Adopt a list: learn its sections, entries and format, propose a query, write triage.toml."""
    commands.load("init").run(list_file, new, workspace, api_url, pdf_url, delay, offline, json)


@app.command(rich_help_panel=_START)
def demo(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="An empty folder; else a temporary one.")] = None,
) -> None:
    """The whole job on invented papers, with no network and no key."""
    commands.load("demo").run(folder)


@app.command(rich_help_panel=_START)
def fetch(
    since: Day = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day; else today.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many new papers.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Read the PDFs of what is queued.")] = True,
    read: Annotated[int | None, typer.Option(metavar="N", min=1, help="The PDFs of the N most relevant only.")] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Watch arXiv, judge what is new, read its PDFs, draft entries. Without --since: from where fetches left off."""
    commands.load("fetch").run(workspace, since, until, limit, pdf, offline, json, read)


@app.command(rich_help_panel=_START)
def add(
    items: Annotated[list[str], typer.Argument(metavar="ID|URL|PDF…", help="Papers that you found, also PDFs.")],
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Read the PDFs.")] = True,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Add papers by hand: judged, read and drafted like the others."""
    commands.load("add").run(workspace, items, pdf, offline, json)


@app.command(rich_help_panel=_DECIDE)
def review(
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, for any terminal and screen readers.")] = False,
    web: Annotated[bool, typer.Option("--web", help="The same screen in a browser, on 127.0.0.1 only.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port for --web.")] = 8008,
    top: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only the N most relevant papers.")] = None,
    workspace: Folder = None,
) -> None:
    """Decide on the drafts, one key each."""
    commands.load("review").run(workspace, plain, web, port, top)


@app.command(rich_help_panel=_DECIDE)
def accept(
    ids: Ids,
    section: Annotated[
        str | None,
        typer.Option(
            "--section",
            "-s",
            metavar="'A > B'",
            help="Its path, or how that ends or begins; a suggested one; '+A > B' for a new one.",
        ),
    ] = None,
    entry: Annotated[Path | None, typer.Option(metavar="FILE", help="The entry's text, or - for stdin.")] = None,
    note: Annotated[str | None, typer.Option(help="A word to yourself.")] = None,
    workspace: Folder = None,
) -> None:
    """Accept drafts, as proposed or with your section and text."""
    commands.load("decide").accept(workspace, ids, section, entry, note)


@app.command(rich_help_panel=_DECIDE)
def reject(ids: Ids, note: Annotated[str | None, typer.Option(help="Why.")] = None, workspace: Folder = None) -> None:
    """Reject papers; they never come back."""
    commands.load("decide").reject(workspace, ids, note)


@app.command(rich_help_panel=_DECIDE)
def later(ids: Ids, note: Annotated[str | None, typer.Option(help="Why.")] = None, workspace: Folder = None) -> None:
    """Put papers off."""
    commands.load("decide").later(workspace, ids, note)


@app.command(rich_help_panel=_DECIDE)
def undo(workspace: Folder = None) -> None:
    """Take back your last decision; again for the one before."""
    commands.load("decide").undo(workspace)


@app.command(rich_help_panel=_DECIDE)
def edit(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="A paper by its id.")],
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The title.")] = None,
    authors: Annotated[str | None, typer.Option(metavar="NAMES", help="'Ada Marsh; Bo Quill'.")] = None,
    venue: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it appeared, without the year.")] = None,
    year: Annotated[
        str | None, typer.Option(metavar="YEAR", help="When it appeared there, else the preprint's.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The published version.")] = None,
    code: Annotated[str | None, typer.Option(metavar="URL", help="The code.")] = None,
    project: Annotated[str | None, typer.Option(metavar="URL", help="The project page.")] = None,
    data: Annotated[str | None, typer.Option(metavar="URL", help="The data.")] = None,
    summary: Annotated[str | None, typer.Option(metavar="TEXT", help="What it does, in a line.")] = None,
    abstract: Annotated[str | None, typer.Option(metavar="TEXT", help="For lists that show it.")] = None,
    datasets: Annotated[str | None, typer.Option(metavar="NAMES", help="'BraTS, ISLES'.")] = None,
    day: Annotated[str | None, typer.Option(metavar="DAY", help="When it first appeared: 2026-11-22.")] = None,
    arxiv: Annotated[str | None, typer.Option(metavar="ID", help="Its arXiv id.")] = None,
    doi: Annotated[str | None, typer.Option(metavar="DOI", help="Its DOI.")] = None,
    figure: Annotated[str | None, typer.Option(metavar="URL", help="A picture, for lists that show one.")] = None,
    stars: Annotated[str | None, typer.Option(metavar="1-3", help="How much it matters.")] = None,
    marks: Annotated[str | None, typer.Option(metavar="MARKS", help="The list's own flags, such as '*'.")] = None,
    reset: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Take the machine's value again; may be given again.")
    ] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Say what is true of a paper; no machine writes over it. '' says that there is none; without options: what is."""
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
    commands.load("edit").run(workspace, paper_id, values, reset or (), json)


@app.command(rich_help_panel=_DECIDE)
def draft(
    ids: Ids,
    model: Annotated[str | None, typer.Option(help="Another model than triage.toml's.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Even if nothing changed; a model is asked again.")] = False,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Draft entries anew; decisions stay."""
    commands.load("draft").run(workspace, ids, model, again, offline, json)


@app.command(rich_help_panel=_DECIDE)
def publish(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff, write nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if something is unpublished.")] = False,
    new_sections: Annotated[
        bool, typer.Option("--new-sections", help="Make the sections that you accepted papers for and the list lacks.")
    ] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Put accepted entries into the list: new lines in the right place, every other byte left alone."""
    commands.load("publish").run(workspace, dry_run, check, new_sections, json)


@app.command(name="list", rich_help_panel=_LOOK)
def list_(
    stage: Annotated[list[Stage] | None, typer.Option("--stage", help="Only this stage; may be given again.")] = None,
    section: Section = None,
    sort: Annotated[SortBy, typer.Option(help="In which order; the most relevant first.")] = SortBy.RELEVANCE,
    top: Annotated[int | None, typer.Option(metavar="N", min=1, help="Only the first N.")] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """What is in the store."""
    commands.load("listing").run(workspace, stage, section, json, sort.value, top)


@app.command(rich_help_panel=_LOOK)
def show(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="A paper by arXiv id.")],
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Save the paper's first figure, for lists that show one.")
    ] = None,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """One paper: what it says, where it belongs and why, what would be written."""
    commands.load("show").run(workspace, paper_id, figure, json)


@app.command(rich_help_panel=_LOOK)
def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS…", help='A question; also "a phrase", -word, author:, year:2024.., id:'),
    ],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many papers.")] = 10,
    section: Section = None,
    since: Day = None,
    stage: Annotated[Stage | None, typer.Option("--stage", help="Only this stage.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the best hit's page.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Search everything collected by meaning and by words."""
    commands.load("search").run(workspace, words, k, section, since, stage, open_, json)


@app.command(rich_help_panel=_LOOK)
def similar(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="A paper by arXiv id.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many papers.")] = 10,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """The papers nearest to one."""
    commands.load("search").similar(workspace, paper_id, k, json)


@app.command(name="format", rich_help_panel=_LOOK)
def format_(
    paper_id: Annotated[str | None, typer.Argument(metavar="ID", help="A paper by arXiv id.")] = None,
    fields: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Facts from a file, or - for stdin.")] = None,
    section: Section = None,
    workspace: Folder = None,
) -> None:
    """What an entry would look like in this list.

    --fields takes a JSON object: title, and any of authors, venue, year, day, arxiv_id, doi, paper_url, code_url,
    project_url, data_url, summary, abstract, datasets, figure_url, stars, marks. Authors, datasets and marks are lists.
    """
    commands.load("format").run(workspace, paper_id, fields, section)


@app.command(rich_help_panel=_CARE)
def status(
    costs: Annotated[bool, typer.Option("--costs", help="What the model's calls cost.")] = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Where things stand, and every open problem."""
    commands.load("status").run(workspace, costs, json)


@app.command(rich_help_panel=_CARE)
def doctor(offline: Offline = False, workspace: Folder = None, json: Json = False) -> None:
    """Is this machine ready: settings, list, store, index, model, network, key."""
    commands.load("doctor").run(workspace, offline, json)


@app.command(rich_help_panel=_CARE)
def reindex(workspace: Folder = None, json: Json = False) -> None:
    """Rebuild the search index from the store."""
    commands.load("reindex").run(workspace, json)


@app.command(rich_help_panel=_CARE)
def export(
    decisions: Annotated[Path, typer.Option("--decisions", metavar="FILE", help="JSON lines; - for stdout.")],
    workspace: Folder = None,
) -> None:
    """Save every decision ever made, with its paper: the one thing that cannot be made again."""
    commands.load("exchange").export(workspace, decisions)


@app.command(name="import", rich_help_panel=_CARE)
def import_(
    decisions: Annotated[Path, typer.Option("--decisions", metavar="FILE", help="What `export` wrote; - for stdin.")],
    workspace: Folder = None,
) -> None:
    """Take in decisions of another workspace, each at its own time; nothing comes in twice."""
    commands.load("exchange").import_(workspace, decisions)


@app.command(rich_help_panel=_CARE)
def backtest(
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Judge as of this day; else 3 months ago.")
    ] = None,
    offline: Offline = False,
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """How well would triage have done: replays your list's own git history."""
    commands.load("backtest").run(workspace, since, offline, json)


@app.command(rich_help_panel=_CARE)
def compare(
    models: Annotated[list[str], typer.Argument(metavar="MODEL MODEL", help="Two models of the same server.")],
    workspace: Folder = None,
    json: Json = False,
) -> None:
    """Which of two models would have agreed more with what you decided."""
    commands.load("compare").run(workspace, models, json)


def main() -> None:
    """The command `triage`. Exit codes: 0 done, 1 a TriageError, 2 usage, 130 Ctrl-C."""
    try:
        app()
    except TriageError as error:
        from triage.screens.console import say

        say(f"triage: {error}")
        sys.exit(1)
    except OSError as error:
        from triage.screens.console import say

        say(f"triage: {_place(error)}{reason(error)}")
        sys.exit(1)


def _place(error: OSError) -> str:
    return f"{error.filename}: " if error.filename else ""
