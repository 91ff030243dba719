"""`triage survey` as a person runs it: written, edited, brought up to date."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from triage.collection import Store
from triage.collection.papers import LIST, PERSON
from triage.models import Decision, FullText, PageText, Paper, Verdict
from triage.reading.passages import passages

Call = Callable[..., int]
Capture = pytest.CaptureFixture[str]

ENTRIES = {
    "Frogs > Calls": ("2401.00001", "2401.00002", "2401.00003"),
    "Frogs > Eggs": ("2401.00004", "2401.00005", "2401.00006"),
    "Newts": ("2401.00007", "2401.00008", "2401.00009"),
}
PAPERS = {
    "2401.00001": (
        "CallNet: Hearing Frogs at Night",
        "Ada Marsh",
        "We propose CallNet, a network that hears frogs at night. It is trained on 4,200 recordings. CallNet "
        "reaches an F1 score of 0.81 on PondSet.",
    ),
    "2401.00002": (
        "Counting Frogs by Their Calls",
        "Bo Quill",
        "We present a method that counts frogs by their calls. Our method reaches an error of 12 percent on "
        "PondSet. A limitation of our method is that it hears no female frogs.",
    ),
    "2401.00003": (
        "Rain and Frogs",
        "Cy Reed",
        "We study how rain changes the recognition of frogs. Our experiments show that rain lowers the F1 "
        "score by 0.2.",
    ),
    "2401.00004": (
        "Eggs under the Lens",
        "Di Brook",
        "We introduce EggLens, a microscope that finds eggs of frogs. EggLens is evaluated on the SpawnBench dataset.",
    ),
    "2401.00005": (
        "Segmenting Spawn",
        "Ed Fenn",
        "We propose a network for segmenting spawn. It reaches a Dice score of 0.77 on the SpawnBench dataset.",
    ),
    "2401.00006": (
        "Eggs in Time",
        "Fay Heron",
        "",
    ),
    "2401.00007": (
        "Newts in Deep Water",
        "Gil Tarn",
        "We present a sonar that follows newts in deep water. Future work should include salamanders.",
    ),
    "2401.00008": (
        "Tracking Newts",
        "Hal Weir",
        "We propose a tracker for newts. The tracker fails when two newts touch.",
    ),
    "2401.00009": (
        "Newts by Colour",
        "Ivy Ford",
        "We introduce a classifier of newts by their colour. Code is available at https://github.com/ivy/newts.",
    ),
}


def write_list() -> str:
    lines, above = ["# Awesome Ponds", ""], ""
    for section, ids in ENTRIES.items():
        main, _, below = section.partition(" > ")
        lines += [f"## {main}", ""] if main != above else []
        lines += [f"### {below}", ""] if below else []
        lines += [f"- [{PAPERS[one][0]}](https://arxiv.org/abs/{one}), *arXiv 2024*" for one in ids]
        lines.append("")
        above = main
    return "\n".join(lines)


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(write_list(), encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        for paper_id, (title, author, abstract) in PAPERS.items():
            store.papers.save(Paper(paper_id, title, abstract, (author,), published=date(2024, 1, 9)), LIST)
        read(
            store,
            "2401.00001",
            ("A first page.", "On this page we propose CallNet, which hears frogs through rain and wind."),
        )
    capfd.readouterr()
    return tmp_path


def read(store: Store, paper_id: str, pages: tuple[str, ...]) -> None:
    """The paper with its PDF read: these pages behind its abstract."""
    texts = (f"Abstract\n\n{PAPERS[paper_id][2]}", *pages)
    text = FullText(paper_id, 1, "pdf", tuple(PageText(number, one) for number, one in enumerate(texts, 1)))
    title, author, abstract = PAPERS[paper_id]
    store.texts.save(text, passages(Paper(paper_id, title, abstract, (author,)), text))


def accept(folder: Path, paper: Paper, section: tuple[str, ...]) -> None:
    with Store(folder / "store") as store:
        store.papers.save(paper, PERSON)
        store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, section, "- an entry"))


NEW_FROG = Paper(
    "2402.00001",
    "EggWatch",
    "We propose EggWatch, a camera that watches eggs of frogs. It reaches a Dice score of 0.83.",
    ("Kay Moor",),
)


def survey(call: Call, capfd: Capture, *options: str, code: int = 0) -> dict[str, Any]:
    """What `triage survey --json` prints."""
    capfd.readouterr()
    assert call("survey", "--offline", "--json", *options) == code
    out, err = capfd.readouterr()
    found: dict[str, Any] = json.loads(out) if code == 0 else {"error": err}
    return found


def text_of(folder: Path, name: str = "survey/survey.md") -> str:
    return (folder / name).read_bytes().decode()


def test_every_paper_is_cited_and_the_files_stand(workspace: Path, call: Call, capfd: Capture) -> None:
    said = survey(call, capfd)
    text = text_of(workspace)
    cited = set(re.findall(r"@([a-z]+\d{4}[a-z]+)", text))
    bib = set(re.findall(r"^@\w+\{([^,]+),", text_of(workspace, "survey/references.bib"), re.MULTILINE))
    assert len(cited) == 9 and cited == bib
    assert said["papers"] == said["cited"] == 9 and said["outlined"]
    assert [one["title"] for one in said["sections"]] == ["Frogs", "Newts"]
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == [
        "# Abstract {.unnumbered}", "# Introduction", "# Frogs", "## Calls", "## Eggs", "# Newts",
        "# How the papers were found and chosen", "# Limits of this survey", "# References {.unnumbered}",
    ]  # fmt: skip
    names = {path.name for path in (workspace / "survey" / "figures").iterdir()}
    assert names == {
        f"{one}.{kind}" for one in ("papers-by-year", "timeline", "search-flow") for kind in ("svg", "png")
    }
    assert "Eggs in Time" in text and "one was known by the title only" in text.replace("1 was", "one was")


def test_each_number_stands_in_the_cited_paper(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    keys = {f"{author.split()[1].lower()}": abstract for _, author, abstract in PAPERS.values()}
    numbers = 0
    for line in (line for line in text_of(workspace).splitlines() if "[@" in line and not line.startswith("|")):
        for number in re.findall(r"(?<!\S)\d+\.\d+", line.split(" [")[0]):
            cited = re.findall(r"@([a-z]+)\d{4}", line)
            assert any(number in keys[name] for name in cited), line
            numbers += 1
    assert numbers


def test_a_second_run_writes_the_same_bytes(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    before = {path: path.read_bytes() for path in (workspace / "survey").rglob("*") if path.is_file()}
    assert not survey(call, capfd)["outlined"]
    assert survey(call, capfd, "--update")["changes"] == []
    assert {path: path.read_bytes() for path in (workspace / "survey").rglob("*") if path.is_file()} == before


def test_edits_are_never_written_over(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    file = workspace / "survey" / "survey.md"
    mine = text_of(workspace).replace("# Newts\n", "# Newts\n\nNewts are my favourite.\n")
    file.write_bytes(mine.encode())
    assert "`triage survey --update` keeps it" in survey(call, capfd, code=1)["error"]
    assert file.read_bytes() == mine.encode()
    assert survey(call, capfd, "--update")["changes"] == []
    assert file.read_bytes() == mine.encode()


def test_a_new_paper_changes_its_section_and_the_numbers_alone(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    file = workspace / "survey" / "survey.md"
    before = text_of(workspace).replace("# Newts\n", "# Newts\n\nNewts are  my favourite.\n")
    file.write_bytes(before.encode())
    outline = text_of(workspace, "survey/outline.toml").replace("# words = 6000", "words = 900  # mine")
    (workspace / "survey" / "outline.toml").write_bytes(outline.encode())
    accept(workspace, NEW_FROG, ("Frogs", "Eggs"))
    said = survey(call, capfd, "--update")
    assert list(said["placed"].values()) == [["Frogs", "Eggs"]]
    (key,) = said["placed"]
    sections = {tuple(change["section"]) for change in said["changes"] if change["kind"] != "added"}
    assert sections <= {
        (),
        ("Introduction",),
        ("Frogs",),
        ("Frogs", "Eggs"),
        ("How the papers were found and chosen",),
        ("Limits of this survey",),
    }
    assert any(key in change["why"] for change in said["changes"])
    after = text_of(workspace)
    start, end = "# Newts\n", "# How the papers"
    assert after[after.index(start) : after.index(end)] == before[before.index(start) : before.index(end)]
    calls = "## Calls", "## Eggs"
    assert (
        after[after.index(calls[0]) : after.index(calls[1])] == before[before.index(calls[0]) : before.index(calls[1])]
    )
    assert f"@{key}" in after and f"{{{key}," in text_of(workspace, "survey/references.bib")
    added = text_of(workspace, "survey/outline.toml")
    assert "words = 900  # mine" in added and f'"{key}"' in added
    assert survey(call, capfd, "--update")["changes"] == []


def test_a_rewritten_paragraph_that_a_person_edited_is_named_and_stays(
    workspace: Path, call: Call, capfd: Capture
) -> None:
    survey(call, capfd)
    mine = text_of(workspace).replace(
        "This survey covers nine papers of 2024.", "My survey covers nine fine papers of 2024."
    )
    assert "My survey" in mine
    (workspace / "survey" / "survey.md").write_bytes(mine.encode())
    accept(workspace, NEW_FROG, ("Frogs", "Eggs"))
    changes = survey(call, capfd, "--update")["changes"]
    assert "My survey covers nine fine papers of 2024." in text_of(workspace)
    yours = [change for change in changes if change["kind"] == "yours, stale"]
    lines = text_of(workspace).splitlines()
    assert any("My survey" in lines[change["line"] - 1] for change in yours)


def test_a_rejected_paper_leaves_the_text(workspace: Path, call: Call, capfd: Capture) -> None:
    accept(workspace, NEW_FROG, ("Frogs", "Eggs"))
    survey(call, capfd)
    assert "EggWatch" in text_of(workspace)
    with Store(workspace / "store") as store:
        store.ledger.decide(Decision(NEW_FROG.id, Verdict.REJECT, note="not | about *ponds*"))
    said = survey(call, capfd, "--update")
    text = text_of(workspace)
    assert "EggWatch" not in text and len(said["unknown"]) == 1
    assert "The reasons that they gave: not \\| about \\*ponds\\* (1)." in text


def test_a_kill_between_lock_and_text_loses_nothing(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    lock, file = workspace / "survey" / "survey.lock.json", workspace / "survey" / "survey.md"
    before, old = json.loads(lock.read_bytes()), file.read_bytes()
    accept(workspace, NEW_FROG, ("Frogs", "Eggs"))
    survey(call, capfd, "--update")
    after, new = json.loads(lock.read_bytes()), file.read_bytes()
    coming = {**after["md"], "coming": hashlib.sha256(new).hexdigest()[:32], "earlier": before["md"]}
    lock.write_text(json.dumps({**after, "md": coming}), encoding="utf-8")
    file.write_bytes(old)  # killed before the text was written: the update is made again
    assert survey(call, capfd, "--update")["changes"] and file.read_bytes() == new
    lock.write_text(json.dumps({**after, "md": coming}), encoding="utf-8")
    assert survey(call, capfd, "--update")["changes"] == [] and file.read_bytes() == new


def test_both_formats_stand_beside_each_other(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    said = survey(call, capfd, "--format", "tex")
    tex = text_of(workspace, "survey/survey.tex")
    assert said["kept"] == [] and "\\bibliography{references}" in tex
    assert set(re.findall(r"\\cite(?:\[[^]]*\])?\{([^}]+)\}", tex)) == set(
        re.findall(r"@([a-z]+\d{4}[a-z]+)", text_of(workspace))
    )
    assert survey(call, capfd, "--update")["changes"] == []
    assert survey(call, capfd, "--update", "--format", "tex")["changes"] == []


def test_an_edited_bibliography_stays_and_gets_what_it_lacks(workspace: Path, call: Call, capfd: Capture) -> None:
    survey(call, capfd)
    bib = workspace / "survey" / "references.bib"
    mine = bib.read_text(encoding="utf-8") + "\n% mine\n"
    bib.write_text(mine, encoding="utf-8")
    accept(workspace, NEW_FROG, ("Frogs", "Eggs"))
    assert survey(call, capfd, "--update")["kept"] == ["references.bib"]
    text = bib.read_text(encoding="utf-8")
    assert text.startswith(mine) and "EggWatch" in text.replace("{EggWatch}", "EggWatch")


def test_one_section_of_the_list_alone(workspace: Path, call: Call, capfd: Capture) -> None:
    said = survey(call, capfd, "--section", "Frogs", "--out", "frogs")
    assert said["papers"] == 6
    text = text_of(workspace, "frogs/survey.md")
    assert "# Calls" in text and "# Eggs" in text and "Newts" not in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('"tarn2024newts"', '"nobody2024"'), "no paper has the key 'nobody2024'"),
        (lambda text: text.replace("[[section]]", "[[section]"), "outline.toml"),
    ],
)
def test_a_mistake_in_the_outline_is_named(
    workspace: Path, call: Call, capfd: Capture, change: Callable[[str], str], said: str
) -> None:
    survey(call, capfd)
    outline = workspace / "survey" / "outline.toml"
    changed = change(text_of(workspace, "survey/outline.toml"))
    outline.write_text(changed, encoding="utf-8")
    error = survey(call, capfd, code=1)["error"]
    assert said in error and "outline.toml" in error
    assert text_of(workspace, "survey/outline.toml") == changed


def test_what_cannot_be_done_is_said(workspace: Path, call: Call, capfd: Capture) -> None:
    assert "leave out --update" in survey(call, capfd, "--update", code=1)["error"]
    assert "own store" in survey(call, capfd, "--out", "store/x", code=1)["error"]
    assert "is a file" in survey(call, capfd, "--out", "README.md", code=1)["error"]
    assert not (workspace / "survey").exists()
