"""What `triage list`, `status`, `format` and `fetch` print: orders, whole ids, problems in groups, fields by name."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.collection import Store
from triage.commands import Order
from triage.commands.fetch import Processed, read_line
from triage.commands.look import in_order, table
from triage.demo.sample import write_sample
from triage.drafting.entry import FIELDS
from triage.models import Choice, Judgement, Paper, Problem, Record, Stage
from triage.screens.describe import problem_lines
from triage.steps.judge import JudgeReport, Trial

Call = Callable[..., int]


def record(paper_id: str, title: str, relevance: float | None, section: str = "B") -> Record:
    judged = None if relevance is None else Judgement(paper_id, relevance, True, (Choice((section,), 0.9),))
    return Record(Paper(paper_id, title), Stage.WATCHED if relevance is None else Stage.QUEUED, judgement=judged)


RECORDS = [
    record("2601.00001", "Newts of the North and What They Eat in Winter", 0.2),
    record("doi:10.1016/j.media.2026.103093", "Eels", None),
    record("pdf:0123456789abcdef", "Axolotls", 0.9, "A"),
    record("2601.00002", "Toads", 0.5),
]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", ["Axolotls", "Toads", "Newts", "Eels"]),
        ("added", ["Newts", "Eels", "Axolotls", "Toads"]),
        ("title", ["Axolotls", "Eels", "Newts", "Toads"]),
        ("section", ["Eels", "Axolotls", "Newts", "Toads"]),
        ("stage", ["Eels", "Newts", "Axolotls", "Toads"]),
    ],
)
def test_papers_come_in_the_order_asked_for(sort: str, order: list[str]) -> None:
    assert [one.paper.title.split()[0] for one in in_order(RECORDS, Order(sort))] == order


@pytest.mark.parametrize("width", [None, 200, 80, 60, 40, 20])
def test_no_id_is_ever_cut(width: int | None) -> None:
    lines = table(RECORDS, width)
    assert [line.split()[0] for line in lines[1:]] == [one.paper.id for one in RECORDS]
    if width is None:
        assert "Newts of the North and What They Eat in Winter" in lines[1]
    elif width >= 80:
        assert max(map(len, lines)) <= width


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        for one in RECORDS:
            store.papers.save(one.paper)
            if one.judgement:
                store.judgements.save([one.judgement])
            store.papers.set_problem(
                Problem(one.paper.id, "read", f"https://arxiv.org/pdf/{one.paper.id}v1: HTTP 500 (Server Error)")
            )
        store.papers.set_problem(Problem("2601.00001", "draft", "has no abstract"))
    capsys.readouterr()
    return tmp_path


def test_the_first_few_are_listed_by_relevance(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("list", "--stage", "queued", "--stage", "watched", "--top", "2", "--json") == 0
    assert [one["title"] for one in json.loads(capsys.readouterr().out)] == ["Axolotls", "Toads"]
    assert call("list", "--stage", "queued", "--top", "2") == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith("pdf:0123456789abcdef  queued   90%  Axolotls")
    assert err.strip() == "2 papers of 3"


def test_equal_problems_are_one_line(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("status") == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("problem")]
    assert said == [
        "problem: 4 papers (read): https://arxiv.org/pdf/ID: HTTP 500 (Server Error): 2601.00001,"
        " doi:10.1016/j.media.2026.103093, pdf:0123456789abcdef, 2601.00002",
        "problem: 2601.00001 (draft): has no abstract",
    ]
    assert call("status", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 5


def test_many_kinds_of_problems_leave_the_rest_to_status() -> None:
    problems = [Problem(f"2601.0000{n}", "read", f"reason {'abcdef'[n]}") for n in range(6)]
    problems += [Problem(f"2601.0001{n}", "read", "again") for n in range(7)]
    lines = problem_lines(problems, 2)
    assert lines[0] == (
        "problem: 7 papers (read): again: 2601.00010, 2601.00011, 2601.00012, 2601.00013, 2601.00014 and 2 more"
    )
    assert lines[2] == "and 5 more problems; `triage status` lists them"


@pytest.mark.parametrize(
    ("read", "abstracts", "said"),
    [(3, 0, "read 3 PDFs"), (1, 2, "read 1 PDF and 2 abstracts in place of one"), (0, 0, "read 0 PDFs")],
)
def test_only_what_was_read_is_called_read(read: int, abstracts: int, said: str) -> None:
    assert read_line(Processed(JudgeReport(0, 0, 0, Trial()), read, 5, (), abstracts=abstracts)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"title": "T", "venu": "V"}', ["no field 'venu'", "did you mean 'venue'?", "fields: title (text), authors"]),
        ('{"title": "T", "authors": "Ada Marsh"}', ["authors", "authors (a list of texts)"]),
        ('{"venue": "V"}', ["title", "fields: title"]),
        ("[1]", ["does not hold a JSON object", "fields: title"]),
        ("title: T", ["is not JSON", "fields: title"]),
    ],
)
def test_facts_that_no_entry_has_are_refused_by_name(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str], text: str, said: list[str]
) -> None:
    (workspace / "facts.json").write_text(text, encoding="utf-8")
    assert call("format", "--fields", "facts.json") == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    for words in ("facts.json", *said):
        assert words in err


def test_the_help_names_every_field() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "triage", "format", "--help"], capture_output=True, text=True, check=True
    )
    words = set(done.stdout.replace(",", " ").replace(".", " ").split())
    assert {one.name for one in FIELDS} <= words


def test_thousands_of_listed_papers_are_shown_at_once(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked for one by one, 2,000 take two seconds, and 6,000 nine times as long."""
    monkeypatch.chdir(tmp_path)
    entries = [f"- [Frogs of Pond {n}](https://arxiv.org/abs/20{n % 12 + 10}.{10000 + n})\n" for n in range(2000)]
    (tmp_path / "README.md").write_text("# Frogs\n\n## Calls\n\n" + "".join(entries))
    assert call("init", "README.md", "--offline") == 0
    capsys.readouterr()
    begun = time.process_time()
    assert call("list", "--stage", "listed") == 0
    assert time.process_time() - begun < 1.2
    assert len(capsys.readouterr().out.splitlines()) == 2001
