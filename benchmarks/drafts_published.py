"""Drafts on their whole way: drafted, accepted and published by the commands into a copy of the list, and read back
from the file, one paper at a time."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from typer.testing import CliRunner

from benchmarks.folders import ListFolder, Row, to_paper
from benchmarks.invented import Surroundings, inventions
from benchmarks.published import added_lines, lines_of
from triage.cli import app
from triage.commands.opening import open_workspace
from triage.identity import title_key
from triage.lists.document import scan
from triage.models import Choice, Judgement, Paper, SectionPath


@dataclass(frozen=True)
class Model:
    """A model and the address of its server ("" for the default)."""

    name: str
    base_url: str = ""


@dataclass
class Published:
    """What became of the papers: entries that came into the file, papers that did not with the reason, and what the
    entries say that the papers do not, by title."""

    entries: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    invented: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What is published: so many additions of each list, and as many papers of the stream; `ordinary` are English words
    as abstracts write them."""

    most: int
    stream: Sequence[Row]
    ordinary: frozenset[str]
    model: Model | None = None


def measure_published(folder: ListFolder, wanted: Wanted) -> Row:
    """The figures of one list's published drafts; the same papers at every run, and only such with an id: an entry
    without an address would not be read as one."""
    readme = folder.readme or ""
    listed = {title_key(entry.title) for entry in scan(readme).entries}
    random = Random(folder.name)
    known = [row for row in folder.papers if row.get("abstract") and row.get("id")]
    rows = [row for row in known if title_key(row["title"]) not in listed]
    chosen = [
        (to_paper(row), tuple(row.get("section") or ())) for row in random.sample(rows, min(wanted.most, len(rows)))
    ]
    some = random.sample(wanted.stream, min(wanted.most, len(wanted.stream)))
    chosen += [(to_paper(row), ()) for row in some if title_key(row["title"]) not in listed]
    papers = list({paper.id: (paper, section) for paper, section in chosen}.values())
    if not papers:
        return {}
    done = publish_drafts(readme, papers, wanted.ordinary, wanted.model)
    return {
        "published": len(done.entries),
        "unpublished": len(done.lost),
        "invented": sum(map(len, done.invented.values())),
        "inventions": done.invented,
        "why_unpublished": done.lost,
    }


def publish_drafts(
    readme: str,
    papers: Sequence[tuple[Paper, SectionPath]],
    ordinary: frozenset[str],
    model: Model | None = None,
    seed: int = 0,
) -> Published:
    """Publishes each paper into its section of a copy of the list (into any section if the list lacks it), and checks
    what came in. Papers that the list has already come to nothing and count as lost."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "README.md").write_bytes(readme.encode("utf-8", "surrogateescape"))
        if refused := _run(root, "init", str(root / "README.md"), "--offline"):
            return Published(lost={paper.title: refused.strip() for paper, _ in papers})
        if model:
            _name_model(root / "triage.toml", model)
        places = _store(root, papers, Random(seed))
        _run(root, "draft", *(paper.id for paper, _ in papers))
        done = Published()
        for paper, _ in papers:
            _publish(root, paper, places[paper.id], ordinary, done)
        return done


def _store(root: Path, papers: Sequence[tuple[Paper, SectionPath]], random: Random) -> dict[str, SectionPath]:
    """Stores the papers as judged into their sections; gives the sections by paper id."""
    with open_workspace(root) as workspace:
        used = [path for path in workspace.document.taxonomy if workspace.document.by_section.get(path)]
        places = {paper.id: path if path in used else random.choice(used) for paper, path in papers}
        for paper, _ in papers:
            workspace.store.papers.save(paper)
        workspace.store.judgements.save(
            [Judgement(key, 0.9, True, (Choice(path, 0.9), *_others(used, path))) for key, path in places.items()]
        )
    return places


def _others(used: Sequence[SectionPath], path: SectionPath) -> tuple[Choice, ...]:
    rest = [other for other in used if other != path][:5]
    return tuple(Choice(other, 0.1 / len(rest)) for other in rest)


def _publish(root: Path, paper: Paper, section: SectionPath, ordinary: frozenset[str], done: Published) -> None:
    before = _text(root)
    trouble = _run(root, "accept", paper.id) or _run(root, "publish")
    after = _text(root)
    came = added_lines(lines_of(before), lines_of(after))
    if trouble or came is None:
        _run(root, "reject", paper.id)
        done.lost[paper.title] = trouble.strip() or ("nothing came in" if before == after else "more than an entry")
        return
    entry = "".join(lines_of(after)[came[0] : came[0] + came[1]])
    done.entries[paper.title] = entry
    around = Surroundings([other.text for other in scan(before).entries], section, ordinary)
    if found := inventions(entry, paper, around):
        done.invented[paper.title] = found


def _name_model(file: Path, model: Model) -> None:
    text = file.read_text(encoding="utf-8")
    wanted = {"model": model.name, "base_url": model.base_url}
    lines, inside = [], False
    for line in text.split("\n"):
        inside = line.startswith("[llm]") if line.startswith("[") else inside
        key = line.partition("=")[0].strip("# ")
        lines.append(f'{key} = "{wanted[key]}"' if inside and key in wanted and "=" in line else line)
    file.write_text("\n".join(lines), encoding="utf-8")


def _text(root: Path) -> str:
    return (root / "README.md").read_bytes().decode("utf-8", "surrogateescape")


def _run(root: Path, *words: str) -> str:
    """Runs a command; gives what it said if it failed, else ""."""
    result = CliRunner().invoke(app, [*words, "-w", str(root)])
    return "" if result.exit_code == 0 else result.output or repr(result.exception)
