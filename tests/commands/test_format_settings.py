"""The house format between triage.toml and the store: what was learned follows the list, what a person wrote stays."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import load
from triage.demo.sample import write_sample
from triage.errors import StoreError
from triage.house.format import learn, render
from triage.house.format_table import to_table
from triage.lists.document import read
from triage.models import Facts
from triage.screens.progress import Silence
from triage.workspace import LEARNED_FORMAT, Workspace

Call = Callable[..., int]
FACTS = Facts(
    title="Bells under Water",
    authors=("Ada Finch", "Bo Larsen"),
    venue="ICML",
    year=2026,
    arxiv_id="2606.01234",
    code_url="https://github.com/ring/bells",
)


@pytest.fixture
def folder(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with the sample's list, and a section of data sets that is written differently."""
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    rows = "".join(f"| [Set {n} of Frogs](https://arxiv.org/abs/2501.0000{n}) | {n} h |\n" for n in range(1, 6))
    add(tmp_path, f"\n## Recordings\n\n| Name | Length |\n|---|---|\n{rows}")
    assert call("init", "README.md", "--offline") == 0
    capsys.readouterr()
    return tmp_path


def add(folder: Path, text: str) -> None:
    with (folder / "README.md").open("a", encoding="utf-8") as file:
        file.write(text)


def change(folder: Path, before: str, after: str) -> None:
    text = (folder / "triage.toml").read_text(encoding="utf-8")
    assert before in text
    (folder / "triage.toml").write_text(text.replace(before, after), encoding="utf-8")


def written(folder: Path, *section: str) -> str:
    """A new paper's entry in that section, as a command would write it now."""
    with Workspace(load(folder), Silence()) as workspace:
        return render(workspace.house, FACTS, section)


def test_the_file_is_short_and_the_entries_are_those_of_the_learned_format(folder: Path) -> None:
    config = load(folder)
    assert (folder / "triage.toml").read_text(encoding="utf-8").count("\n") < 60
    assert set(config.format) == {"authors", "date", "preprint", "arxiv_url", "templates"}
    document = read((folder / "README.md").read_text(encoding="utf-8"))
    for path in document.taxonomy:
        assert written(folder, *path) == render(learn(document), FACTS, path)


def test_an_edited_template_is_used_as_written_in_its_sections(folder: Path) -> None:
    usual = written(folder, "Birds")
    change(folder, 'recordings = "| {?[{title}]', 'recordings = "| NEW {?[{title}]')
    assert written(folder, "Recordings").startswith("| NEW [Bells under Water](")
    assert written(folder, "Birds") == usual


def test_a_template_of_a_persons_own_has_the_sections_that_it_names(folder: Path) -> None:
    usual = written(folder, "Insects and Frogs")
    add_setting = 'own = { entry = "* OWN {title}", sections = ["Birds"] }\n'
    with (folder / "triage.toml").open("a", encoding="utf-8") as file:
        file.write(add_setting)
    assert written(folder, "Birds") == "* OWN Bells under Water"
    assert written(folder, "Insects and Frogs") == usual


def test_values_that_a_person_sets_outweigh_what_was_learned(folder: Path) -> None:
    change(folder, "\n[format.templates]", 'venues = ["I.C.M.L."]\n\n[format.templates]')
    assert "I.C.M.L. 2026" in written(folder, "Birds")


def test_statistics_follow_the_list_and_templates_stay(folder: Path) -> None:
    assert "ICML" in written(folder, "Birds")
    before = load(folder).format
    lines = "".join(f"- [Study {n} of Toads](https://arxiv.org/abs/2503.0000{n}), *IC-ML 2026*\n" for n in range(1, 10))
    add(folder, f"\n## Toads\n\n{lines}")
    assert "IC-ML 2026" in written(folder, "Birds")
    assert load(folder).format == before
    with Workspace(load(folder), Silence()) as workspace:
        kept = json.loads(workspace.store.meta.get(LEARNED_FORMAT) or "")
        assert "IC-ML" in kept["format"]["venues"]
        assert kept["names"][:1] == ["main"]


def test_the_format_is_learned_once_for_each_state_of_the_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(folder, "\n## Empty\n")
    usual = written(folder, "Birds")
    monkeypatch.setattr("triage.workspace.learn", lambda document: pytest.fail("it was learned again"))
    assert written(folder, "Birds") == usual


def test_a_colleague_without_the_store_gets_the_same_entries(folder: Path) -> None:
    change(folder, 'recordings = "| {?[{title}]', 'recordings = "| NEW {?[{title}]')
    birds, recordings = written(folder, "Birds"), written(folder, "Recordings")
    shutil.rmtree(folder / "store")
    assert (written(folder, "Birds"), written(folder, "Recordings")) == (birds, recordings)


def test_a_list_that_is_gone_or_being_merged_keeps_its_format(folder: Path) -> None:
    usual = written(folder, "Birds")
    add(folder, "\n<<<<<<< HEAD\n- one\n=======\n- other\n>>>>>>> branch\n")
    assert written(folder, "Birds") == usual
    (folder / "README.md").unlink()
    assert written(folder, "Birds") == usual


def test_a_file_from_windows_is_renewed_and_keeps_its_line_ends(folder: Path, call: Call) -> None:
    file = folder / "triage.toml"
    before = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n"))
    birds = written(folder, "Birds")
    assert call("init", "--offline") == 0
    assert file.read_bytes() == before.replace(b"\n", b"\r\n")
    assert written(folder, "Birds") == birds


HEADINGS = ["Frösche", "A # B = [C]", "Ring\x07s", "'''", "日本語", "Two\x0bLines", "\x85\u2028"]


@pytest.mark.parametrize("heading", HEADINGS, ids=ascii)
def test_any_heading_may_stand_above_a_template(folder: Path, call: Call, heading: str) -> None:
    for encoding in ("utf-8", "latin-1"):
        line = "* **Study of Toads {}** [code](https://github.com/toads/{})\n"
        text = f"# List\n\n## {heading}\n\n" + "".join(line.format(n, n) for n in range(4))
        (folder / "README.md").write_bytes(text.encode(encoding, "replace"))
        (folder / "triage.toml").unlink()
        assert call("init", "README.md", "--offline") == 0
        assert call("init", "--offline") == 0
        assert load(folder).format["templates"]["main"].startswith("* **{title}**")


def test_a_new_list_is_written_as_its_settings_say(folder: Path, call: Call) -> None:
    young = folder / "young"
    assert call("init", "--new", "--workspace", str(young)) == 0
    usual = written(young, "Methods")
    assert usual.startswith("- [ICML 2026] **Bells under Water.**")
    text = (young / "README.md").read_text(encoding="utf-8")
    (young / "README.md").write_text(text.replace("## Methods\n", f"## Methods\n\n{usual}\n"), encoding="utf-8")
    assert written(young, "Methods") == written(young, "Surveys") == usual


def as_it_was(folder: Path, **changes: object) -> None:
    """Makes the workspace one of an older triage, which kept the whole format in triage.toml; `changes` are what a
    person changed there afterwards."""
    with Workspace(load(folder), Silence()) as workspace:
        table = to_table(learn(workspace.document))
        workspace.store.meta.set("learned:format", json.dumps(table, sort_keys=True))
        workspace.store.connection.execute("DELETE FROM meta WHERE name = ?", (LEARNED_FORMAT,))
    text = (folder / "triage.toml").read_text(encoding="utf-8")
    lines = [text[: text.index("\n[format]")], "[format]\n# how this list writes an entry: {field}, yours to change"]
    templates = table.pop("templates")
    assert isinstance(templates, list)
    templates[-1] |= changes.pop("last", {})
    table |= changes
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    for template in templates:
        lines.append("\n[[format.templates]]")
        lines += [f"{key} = {json.dumps(template[key])}" for key in ("entry", "kind", "columns", "count")]
        for section in template["sections"]:
            lines.append("\n[[format.templates.sections]]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in section.items()]
    (folder / "triage.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_settings_of_an_older_triage_work_and_are_taken_over(
    folder: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    new, birds, recordings = load(folder).format, written(folder, "Birds"), written(folder, "Recordings")
    as_it_was(folder)
    assert isinstance(load(folder).format["templates"], list)
    assert (written(folder, "Birds"), written(folder, "Recordings")) == (birds, recordings)
    capsys.readouterr()
    assert call("init", "--offline") == 0
    said = capsys.readouterr().err
    assert said.count("moved from triage.toml to the store") == 1
    assert "stays" not in said
    assert load(folder).format == new
    assert (written(folder, "Birds"), written(folder, "Recordings")) == (birds, recordings)
    assert call("init", "--offline") == 0
    assert "moved" not in capsys.readouterr().err


@pytest.mark.parametrize("store", ["kept", "lost"])
def test_what_a_person_changed_in_older_settings_stays(
    folder: Path, call: Call, capsys: pytest.CaptureFixture[str], store: str
) -> None:
    new = load(folder).format
    mine = "| MINE {?[{title}]({paper}){|}{title}} | ? |"
    as_it_was(folder, last={"entry": mine}, preprint="Preprint")
    if store == "lost":
        shutil.rmtree(folder / "store")
    assert written(folder, "Recordings").startswith("| MINE [Bells")
    capsys.readouterr()
    assert call("init", "--offline") == 0
    said = capsys.readouterr().err
    assert "[format] preprint stays as triage.toml has it" in said
    assert "[format.templates] recordings stays" in said
    expected = {**new, "preprint": "Preprint", "templates": {**new["templates"], "recordings": mine}}
    assert load(folder).format == expected
    assert written(folder, "Recordings").startswith("| MINE [Bells")
    capsys.readouterr()
    assert call("init", "--offline") == 0
    assert "[format.templates] recordings stays" in capsys.readouterr().err
    assert load(folder).format == expected


def test_a_store_that_cannot_be_written_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = written(folder, "Birds")
    add(folder, "\n## Empty\n")

    def refuse(*_: object) -> None:
        raise StoreError("locked")

    monkeypatch.setattr("triage.collection.fetches.Meta.set", refuse)
    assert written(folder, "Birds") == usual
