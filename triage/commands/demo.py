"""`triage demo`."""

import tempfile
from pathlib import Path

from rich.rule import Rule
from rich.text import Text

from triage.commands.decide import accept
from triage.commands.fetch import fetch
from triage.commands.init import init
from triage.commands.look import list_
from triage.commands.opening import open_workspace
from triage.commands.publish import publish
from triage.commands.search import search
from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.errors import TriageError
from triage.models import Record, Stage
from triage.screens.console import say, talk_console, write
from triage.steps.review import proposed_entry
from triage.workspace import DEMO

_ACCEPTED = 3
_QUESTION = "telling species apart when many call at once"


def demo(folder: Path | None) -> None:
    """Runs, in an empty folder, the commands that a person would type."""
    root = _empty(folder)
    say("Everything below is invented: the list, the papers, the people. arXiv is a stand-in on this machine.")
    sample = write_sample(root)
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        _type(f"triage init {sample.list_path.name}")
        init(
            root,
            list_file=sample.list_path,
            api_url=f"{server.url}/api/query",
            pdf_url=f"{server.url}/pdf",
            delay=0.02,
        )
        _mark(root)
        _type(f"triage fetch --since {sample.since} --until {sample.until}")
        fetch(root, since=sample.since.isoformat(), until=sample.until.isoformat())
    _type("triage list --stage drafted")
    list_(root, stages=[Stage.DRAFTED])
    ids = _show_drafts(root)
    _type(f"triage accept {' '.join(ids)}")
    accept(root, ids)
    _type("triage publish --dry-run")
    publish(root, dry_run=True)
    _type(f"triage search {_QUESTION}")
    search(root, _QUESTION.split(), k=3)
    say(f"\nNow you:\n  cd {root}\n  triage review      decide on the other drafts, one key each")
    say("  triage publish     put what you accepted into the list")
    say("and then, in the folder of your own list:\n  triage init README.md\n  triage fetch --since 7d")


def _mark(root: Path) -> None:
    """Lets the folder know that it is the demo's: its stand-in for arXiv will soon be gone."""
    with open_workspace(root) as workspace:
        workspace.store.meta.set(DEMO, "yes")


def _empty(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="triage-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise TriageError(f"{folder} is not empty; give the demo an empty folder, or none")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _show_drafts(root: Path) -> list[str]:
    """Prints the surest drafts as they would stand in the list, and gives their ids."""
    with open_workspace(root) as workspace:
        drafted = workspace.store.records(Stage.DRAFTED)
        surest = sorted(drafted, key=_sureness, reverse=True)[:_ACCEPTED]
        say("\nthe surest drafts, as they would stand in the list:")
        for record in surest:
            write((proposed_entry(record, workspace.house) or "").rstrip("\n"))
        return [record.paper.id for record in surest]


def _sureness(record: Record) -> float:
    return record.judgement.relevance * record.confidence if record.judgement else 0.0


def _type(command: str) -> None:
    console = talk_console()
    console.print()
    console.print(Rule(Text(f"$ {command}"), align="left", style="dim"))
