"""The command line's manners: exit codes, one-line errors, JSON on stdout and talk on stderr."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from triage.cli import main
from triage.collection import Store
from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.lists.document import read
from triage.models import Paper


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Run(Protocol):
    """Runs a command in a folder, inside this process."""

    def __call__(self, *words: str, cwd: Path) -> Done: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str, cwd: Path) -> Done:
        monkeypatch.chdir(cwd)
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(sys, "argv", ["triage", *words])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return call


def one_line(done: Done) -> str:
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_without_a_workspace(run: Run, tmp_path: Path) -> None:
    done = run("status", cwd=tmp_path)
    assert done.returncode == 1
    assert "triage init LIST.md" in one_line(done)
    assert done.stdout == ""


def test_a_wrong_option_is_usage(run: Run, tmp_path: Path) -> None:
    assert run("fetch", "--frogs", cwd=tmp_path).returncode == 2
    assert run("frogs", cwd=tmp_path).returncode == 2


def test_version(run: Run, tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("triage ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the list is empty"),
        (b"\x89PNG\0\0\x01" * 50, "not a text file"),
        (b"# Only prose\n\nNothing here.\n", "no entry"),
    ],
)
def test_what_is_no_list_is_refused_with_the_cure(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "README.md").write_bytes(content)
    done = run("init", "README.md", "--offline", cwd=tmp_path)
    assert done.returncode == 1
    line = one_line(done)
    assert words in line
    assert "README.md" in line
    assert not (tmp_path / "triage.toml").exists()


def test_a_missing_list_is_named(run: Run, tmp_path: Path) -> None:
    done = run("init", "NOPE.md", "--offline", cwd=tmp_path)
    assert done.returncode == 1
    assert "NOPE.md does not exist" in one_line(done)


def test_a_new_list_is_started_once_and_asks_for_a_query(run: Run, tmp_path: Path) -> None:
    assert run("init", "--new", cwd=tmp_path).returncode == 0
    again = run("init", "--new", cwd=tmp_path)
    assert again.returncode == 1
    assert "exists already" in one_line(again)
    asked = run("fetch", cwd=tmp_path)
    assert asked.returncode == 1
    assert "[watch] query is empty" in one_line(asked)
    adopted = run("init", cwd=tmp_path)
    assert adopted.returncode == 1
    assert "triage add" in one_line(adopted)


def test_a_readme_without_papers_is_a_new_list_and_stays_as_it_is(run: Run, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Frogs\n\nAll about frogs.\n", encoding="utf-8")
    refused = run("init", "README.md", "--offline", cwd=tmp_path)
    assert refused.returncode == 1
    assert "triage init --new" in one_line(refused)
    assert run("init", "--new", cwd=tmp_path).returncode == 0
    assert readme.read_text(encoding="utf-8") == "# Frogs\n\nAll about frogs.\n"
    entry = tmp_path / "entry.md"
    entry.write_text("- Glass Frogs [[2099]](https://arxiv.org/abs/2599.00001)\n", encoding="utf-8")
    with Store(tmp_path / "store") as store:
        store.papers.save(Paper("2599.00001", "Glass Frogs"), origin="person")
    assert run("accept", "2599.00001", "--section", "Counting", "--entry", "entry.md", cwd=tmp_path).returncode == 0
    assert run("publish", "--new-sections", cwd=tmp_path).returncode == 0
    assert readme.read_text(encoding="utf-8").startswith("# Frogs\n\nAll about frogs.\n\n## Counting\n\n- Glass Frogs")


def test_a_new_list_can_be_started_and_published_into(run: Run, tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "sample")
    root = tmp_path / "new-list"
    root.mkdir()
    readme = root / "README.md"

    def sound(*words: str) -> Done:
        done = run(*words, cwd=root)
        assert done.returncode == 0, done.stderr
        return done

    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        stand_in = ("--api-url", f"{server.url}/api/query", "--pdf-url", f"{server.url}/pdf", "--delay", "0")
        assert "triage add" in sound("init", "--new", *stand_in).stderr
        for looking in (("status",), ("list",), ("search", "birds"), ("publish",), ("publish", "--check")):
            sound(*looking)

        sound("add", "2599.10002", "2599.10001")
        sound("accept", "2599.10002", "--section", "methods")
        assert "new: triage publish --new-sections" in sound("accept", "2599.10001", "--section", "Field Work").stderr
        unmade = run("publish", cwd=root)
        assert unmade.returncode == 1
        assert "'Field Work'" in unmade.stderr.splitlines()[-1], "it is named, and stops no other"
        assert "Ears in the Forest" in readme.read_text(encoding="utf-8")
        sound("publish", "--new-sections")

        published = readme.read_text(encoding="utf-8")
        assert published.index("## Methods") < published.index("Ears in the Forest") < published.index("## Datasets")
        assert published.index("## Field Work") < published.index("Passive Acoustic Monitoring")
        assert [entry.section for entry in read(published).entries] == [("Methods",), ("Field Work",)]
        stages = json.loads(sound("list", "--json").stdout)
        assert {row["id"]: row["stage"] for row in stages} == {"2599.10001": "published", "2599.10002": "published"}

        sound("add", "2599.10108")
        sound("accept", "2599.10108", "--section", "Field")
        sound("publish")
        assert len(read(readme.read_text(encoding="utf-8")).entries) == 3
        assert sound("init", "--json").stdout
        assert json.loads(sound("init", "--json").stdout)["query"]
        sound("fetch", "--since", str(sample.since), "--until", str(sample.until))


@pytest.fixture
def adopted(run: Run, tmp_path: Path) -> Path:
    write_sample(tmp_path)
    assert run("init", "README.md", "--offline", cwd=tmp_path).returncode == 0
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["fetch", "--since", "soon"], "--since"),
        (["fetch", "--since", "2026-13-01"], "--since"),
        (["show", "2599.99999"], "2599.99999"),
        (["accept", "2599.99999"], "2599.99999"),
        (["list", "--section", "Zebras"], "Zebras"),
        (["format"], "--fields"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(run: Run, adopted: Path, words: list[str], expected: str) -> None:
    done = run(*words, cwd=adopted)
    assert done.returncode == 1
    assert expected in one_line(done)


def test_a_query_that_arxiv_would_refuse_names_file_and_key(run: Run, adopted: Path) -> None:
    file = adopted / "triage.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = ['query = "ti:(birds AND"' if line.startswith("query") else line for line in lines]
    file.write_text("\n".join(changed), encoding="utf-8")
    done = run("fetch", "--since", "7d", cwd=adopted)
    assert done.returncode == 1
    line = one_line(done)
    assert "triage.toml" in line
    assert "query" in line


def test_the_format_of_facts_from_a_file(run: Run, adopted: Path) -> None:
    facts = {"title": "Owls at Noon", "venue": "ICASSP", "year": 2099, "arxiv_id": "2599.00001"}
    (adopted / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    done = run("format", "--fields", "facts.json", cwd=adopted)
    assert done.stdout.strip() == "- [Owls at Noon](https://arxiv.org/abs/2599.00001), *ICASSP 2099*"


def test_offline_everything_local_works(run: Run, adopted: Path) -> None:
    done = run("fetch", "--offline", "--json", cwd=adopted)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["why"].startswith("offline")
    assert run("doctor", "--offline", cwd=adopted).returncode == 0
    assert run("status", "--json", cwd=adopted).returncode == 0
    found = run("search", "hydrophone", "--json", cwd=adopted)
    assert found.returncode == 0, found.stderr
    assert {hit["stage"] for hit in json.loads(found.stdout)} == {"listed"}
    nothing = run("search", "hydrophone", "--stage", "drafted", cwd=adopted)
    assert nothing.returncode == 0
    assert nothing.stdout == ""


def test_a_feed_that_cannot_be_reached_is_one_line(run: Run, adopted: Path) -> None:
    run("init", "--api-url", "http://127.0.0.1:9/api/query", "--delay", "0", "--offline", cwd=adopted)
    done = run("fetch", "--since", "2026-02-02", cwd=adopted)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_ctrl_c_is_130_and_the_fetch_goes_on_later(run: Run, tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    with serving([sample.papers_path], pdfs=sample.pdf_folder, delay=1.0) as server:
        options = ["--api-url", f"{server.url}/api/query", "--pdf-url", f"{server.url}/pdf", "--delay", "0"]
        assert run("init", "README.md", *options, "--offline", cwd=tmp_path).returncode == 0
        window = ["--since", str(sample.since), "--until", str(sample.until)]
        going = subprocess.Popen(
            [sys.executable, "-m", "triage", "fetch", *window],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not any(asked.path.startswith("/pdf/") for asked in server.log) and going.poll() is None:
            time.sleep(0.05)
        going.send_signal(signal.SIGINT)
        _, talk = going.communicate(timeout=30)
        assert going.returncode == 130, talk
        assert "Traceback" not in talk
        done = run("fetch", *window, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["drafted"] > 0
