"""`triage export` and `triage add FILE.bib` as a person runs them, on a list that was only adopted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.collection import Store
from triage.collection.papers import PERSON, WATCH
from triage.models import Decision, Paper, Verdict

LIST = """# Frogs

## Glass frogs

- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh* [[Paper]](https://arxiv.org/abs/2406.01234)
- [CVPR 2019] **Newts at Noon**. *Cy Reed* [[Paper]](https://arxiv.org/abs/1901.01234)
- [CVPR 2020] **Toads at Noon**. *Cy Reed* [[Paper]](https://arxiv.org/abs/2001.01234)

## Both

- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh* [[Paper]](https://arxiv.org/abs/2406.01234)
- [TMI 2022] **Toads in the Mist**. *Bo Quill* [[Paper]](https://arxiv.org/abs/2201.01234)
"""
Call = Callable[..., int]


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        store.papers.save(Paper("2601.00001", "Undecided Eels"), WATCH)
        store.papers.save(Paper("2601.00002", "Eels of My Own"), PERSON)
        store.papers.save(Paper("2601.00003", "Rejected Eels"), PERSON)
        store.ledger.decide(Decision("2601.00003", Verdict.REJECT))
    capfd.readouterr()
    return tmp_path


def titles(text: str) -> list[str]:
    return [row["title"] for row in json.loads(text)]


def test_what_was_taken_is_exported_and_what_was_not_is_counted(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call("export", "--format", "json") == 0
    out, err = capfd.readouterr()
    assert titles(out)[-1] == "Eels of My Own" and len(titles(out)) == 5
    assert err == (
        "5 records; not among them: 2 papers undecided or rejected (--stage names what you want)\n"
        "no author is known of 1 record; keys never change, so fetch first: it asks arXiv\n"
    )


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--stage", "rejected"], ["Rejected Eels"]),
        (["--section", "Both"], ["Counting Glass Frogs", "Toads in the Mist"]),
        (["--since", "2021-06-01"], ["Counting Glass Frogs", "Toads in the Mist"]),
        (["--section", "Glass frogs", "--since", "2020-01-01"], ["Counting Glass Frogs", "Toads at Noon"]),
    ],
)
def test_a_selection(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str], options: list[str], found: list[str]
) -> None:
    assert call("export", "-f", "json", *options) == 0
    assert titles(capfd.readouterr().out) == found


def test_a_file_is_written_whole_and_never_over_the_workspaces_own(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call("export", "--out", "list.bib") == 0
    text = (workspace / "list.bib").read_text(encoding="utf-8")
    assert text.count("\n@") + text.startswith("@") == 5 and "@inproceedings{marsh2025counting," in text
    for own in ("README.md", "triage.toml", "store/papers.db"):
        before = (workspace / own).read_bytes()
        assert call("export", "--out", own) == 1
        assert (workspace / own).read_bytes() == before
    assert "belongs to the workspace" in capfd.readouterr().err


def test_ascii_is_for_latex_alone(workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("export", "--ascii", "--format", "ris") == 1
    assert "--ascii is for bib and biblatex" in capfd.readouterr().err


BIB = """@article{own, title={Counting Glass Frogs}, author={Marsh, Ada}, eprint={2406.01234}}
@article{new, title={A New Paper on Salamanders}, author={Pond, Dee}, year={2024}, doi={10.1000/new}}
@article{new2, title={A New Paper on Salamanders}, author={Pond, Dee}, year={2024}, doi={10.1000/new}}
"""


def test_a_bibliography_is_added_and_every_record_accounted_for(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    (workspace / "my.bib").write_text(BIB, encoding="utf-8")
    assert call("add", "my.bib", "--offline") == 0
    err = capfd.readouterr().err
    assert "my.bib: 3 records: 1 in the list already, 1 twice in the file, 1 added\n" in err
    with Store(workspace / "store") as store:
        assert store.record("doi:10.1000/new").stage.value == "drafted"
        assert store.papers.problems() == []
    assert call("export") == 0
    out = capfd.readouterr().out
    assert "@article{new,\n" in out and "@article{own,\n" in out
    assert call("add", "my.bib", "--offline", "--json") == 0
    (file,) = json.loads(capfd.readouterr().out)["files"]
    assert call("export", "-f", "json", "--since", "2023-06-01", "--out", "-") == 0
    assert "A New Paper on Salamanders" in titles(capfd.readouterr().out)  # Its record knows the year alone.
    assert not (workspace / "-").exists()
    assert (file["records"], file["listed"], file["stored"], file["repeated"], file["added"]) == (3, 1, 1, 1, 0)


@pytest.mark.parametrize(
    ("item", "said"),
    [("none.bib", "none.bib"), ("zotero:users/1", "cannot be asked offline"), ("bad.json", "bad.json")],
)
def test_what_cannot_be_read_is_named(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str], item: str, said: str
) -> None:
    (workspace / "bad.json").write_text("{", encoding="utf-8")
    assert call("add", item, "--offline") == 1
    assert said in capfd.readouterr().err
