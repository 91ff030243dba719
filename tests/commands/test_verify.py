"""`triage verify` as a person runs it: on their own drafts and on others', over a store with papers that were read."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from triage.collection import Store
from triage.collection.papers import PERSON
from triage.models import FullText, PageText, Paper, Passage

LIST = """# Frogs

## Glass frogs

- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh* [[Paper]](https://arxiv.org/abs/2406.01234)
"""
Call = Callable[..., int]
PAGES = (
    "Glass frogs sing at night near running water. We count them by their songs with a microphone on every leaf.",
    "Our counter finds 93 % of the frogs. It fails when rain falls on the leaves, since rain drowns the songs.",
)
NEWTS = "Newts sleep under flat stones during the day. A camera that sees heat finds them without lifting a stone."
TOADS = "Toads cross roads in spring. We build <u>tunnels</u> below roads and watch who uses them."


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        store.papers.save(
            Paper("2406.01234", "Counting Glass Frogs", authors=("Ada Marsh",), abstract=PAGES[0]), PERSON
        )
        text = tuple(PageText(number, page) for number, page in enumerate(PAGES, 1))
        passages = [
            Passage(f"k{one.number}", "2406.01234", one.number, "Results", one.number, 0, len(one.text), one.text)
            for one in text
        ]
        store.texts.save(FullText("2406.01234", 1, "pdf", text), passages)
        store.papers.save(Paper("2001.00001", "Newts at Noon", authors=("Bo Quill",), abstract=NEWTS), PERSON)
        store.papers.save(Paper("2001.00002", "Tunnels for <b>Toads</b>", authors=("Cy Reed",), abstract=TOADS), PERSON)
        store.papers.save(Paper("2001.00003", "Eels in the Mist", authors=("Dee Pond",)), PERSON)
    assert call("export", "--out", "ours.bib", "--stage", "watched", "--stage", "listed") == 0
    capfd.readouterr()
    return tmp_path


DRAFT = """# Ponds

Glass frogs sing at night near running water [@marsh2025counting, p. 1]. Their counter finds 93 % of the frogs
[@marsh2025counting]. Newts sleep under flat stones by day [@quill2020newts]. It finds 47 % of them in the rain
[@marsh2025counting, p. 2]. Most previous detectors fail to find toads that are smaller than a coin.

> Our counter finds 93 % of the frogs. [@marsh2025counting, p. 1]

Eels are long [@pond2020eels]. Ducks swim [@nobody2020ducks].
"""


def keys(folder: Path) -> dict[str, str]:
    with Store(folder / "store") as store:
        return {paper_id: key for key, paper_id in store.bibliography.taken().items()}


@pytest.fixture
def draft(workspace: Path) -> Path:
    made = keys(workspace)
    text = DRAFT
    for name, paper_id in (
        ("marsh2025counting", "2406.01234"),
        ("quill2020newts", "2001.00001"),
        ("pond2020eels", "2001.00003"),
    ):
        text = text.replace(name, made[paper_id])
    (workspace / "draft.md").write_text(text, encoding="utf-8")
    return workspace / "draft.md"


def verdicts(out: str) -> list[tuple[int, str]]:
    return [(one["line"], one["verdict"]) for one in json.loads(out)["sentences"]]


def test_every_sentence_has_its_verdict_and_proof(draft: Path, call: Call, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("verify", "draft.md", "--json") == 1
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    sentences = found["sentences"]
    assert [(one["line"], one["verdict"]) for one in sentences] == [
        (3, "supported"), (3, "supported"), (4, "supported"), (4, "unsupported"), (7, "partly"), (9, "cannot tell"),
        (9, "unsupported"),
    ]  # fmt: skip
    assert found["counts"] == {"supported": 3, "partly": 1, "unsupported": 2, "cannot tell": 1} and found["wrong"]
    for one in sentences:
        for passage in one["passages"]:
            page = {"2406.01234": ("", *PAGES), "2001.00001": (NEWTS,)}[passage["id"]][passage["page"]]
            assert page[passage["start"] : passage["end"]] == passage["text"]
    assert [[part["kind"] for part in one["findings"]] for one in sentences[3:]] == [
        ["number"], ["page"], ["title only"], ["unknown key"],
    ]  # fmt: skip
    assert "p. 2, not on p. 1" in sentences[4]["findings"][0]["reason"]
    assert [one["line"] for one in found["uncited"]] == [5]
    assert found["unknown_keys"] == ["nobody2020ducks"]


def test_the_report_fits_80_columns_and_leaves_out_what_is_fine(
    draft: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call("verify", "draft.md") == 1
    out = capfd.readouterr().out
    assert max(map(len, out.splitlines())) <= 80 and not any(line != line.rstrip() for line in out.splitlines())
    assert out.startswith("draft.md: 7 sentences with citations of 4 works\n  ✓    3  supported\n")
    assert "✗ unsupported  draft.md:4  Ponds\n  It finds 47 % of them" in out
    assert "- 47 % neither stands in the cited paper nor follows from its numbers" in out
    assert "running water" not in out.split("≈ partly")[1]
    assert "1 sentence cannot be checked" in out and "1 sentence may need a citation and have none" in out


def test_what_is_right_exits_with_0(workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]) -> None:
    key = keys(workspace)["2001.00001"]
    Path("good.tex").write_text(rf"Newts sleep under flat stones during the day~\citep{{{key}}}.", encoding="utf-8")
    assert call("verify", "good.tex", "--json") == 0
    assert verdicts(capfd.readouterr().out) == [(1, "supported")]
    Path("plain.md").write_text("Frogs sing.\n", encoding="utf-8")
    assert call("verify", "plain.md") == 0
    assert "plain.md cites nothing; citations are" in capfd.readouterr().err


BIB = """@inproceedings{frog-counter, title={Counting Glass Frogs}, author={Marsh, Ada}, eprint={2406.01234}}
@article{newty, title={Newts at Noon}, author={Invented, Ann and Made, Up}, year={2020}, eprint={2001.00001}}
@article{ducks, title={Ducks Swim in Circles}, author={Drake, Dan}, year={2019}}
@article{spare, title={Nothing of the Kind at All}, author={Drake, Dan}, year={2019}}
"""


def test_somebody_elses_keys_are_ours_by_their_bibliography(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    (workspace / "theirs.bib").write_text(BIB, encoding="utf-8")
    (workspace / "theirs.tex").write_text(
        "\\begin{document}\nGlass frogs sing at night near running water \\cite{frog-counter}.\n\n"
        "Newts sleep under flat stones \\cite{newty}.\n\nDucks swim \\cite{ducks}.\n"
        "\\bibliography{theirs}\n\\end{document}\n",
        encoding="utf-8",
    )
    assert call("verify", "theirs.tex", "--json") == 1
    found = json.loads(capfd.readouterr().out)
    assert [(one["verdict"], one["citations"][0]["id"]) for one in found["sentences"]] == [
        ("supported", "2406.01234"), ("supported", "2001.00001"), ("cannot tell", None),
    ]  # fmt: skip
    assert [(one["key"], one["verdict"]) for one in found["records"]][1:] == [
        ("newty", "wrong"), ("ducks", "unknown to us"), ("spare", "unknown to us"),
    ]  # fmt: skip
    assert found["unused_keys"] == ["spare"] and found["records"][1]["line"] == 2
    assert call("verify", "theirs.tex") == 1
    out = capfd.readouterr().out
    assert "wrong: theirs.bib:2 newty  Newts at Noon" in out and "never cited: spare" in out
    assert "ducks is not in the collection; `triage add` brings it there: theirs.tex:6" in " ".join(out.split())
    assert call("verify", "theirs.tex", "--bib", "ours.bib", "--json") == 1
    assert json.loads(capfd.readouterr().out)["unknown_keys"] == ["frog-counter", "newty", "ducks"]


def test_a_draft_behind_a_link_has_the_bibliography_beside_its_file(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = workspace / "paper"
    folder.mkdir()
    (folder / "theirs.bib").write_text(BIB, encoding="utf-8")
    (folder / "draft.tex").write_text(
        "Glass frogs sing at night near running water \\cite{frog-counter}.\n\\bibliography{theirs,theirs.bib}\n",
        encoding="utf-8",
    )
    (workspace / "link.tex").symlink_to(folder / "draft.tex")
    assert call("verify", "link.tex", "--json") == 1
    found = json.loads(capfd.readouterr().out)
    assert len(found["records"]) == 4 and verdicts(json.dumps(found)) == [(1, "supported")]


def test_a_part_of_a_draft(draft: Path, call: Call, capfd: pytest.CaptureFixture[str]) -> None:
    with draft.open("a", encoding="utf-8") as file:
        file.write("\n# Meadows\n\nToads cross roads [@nobody2020ducks].\n")
    assert call("verify", "draft.md", "--section", "meadow", "--json") == 1
    assert verdicts(capfd.readouterr().out) == [(13, "unsupported")]
    assert call("verify", "draft.md", "--section", "sea") == 1
    assert "draft.md: no section 'sea' with text; there are: Ponds; Meadows" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("gone.md", None, "gone.md cannot be read"),
        ("paper.pdf", b"%PDF-1.5", "paper.pdf: drafts are Markdown or LaTeX"),
        ("bytes.md", b"a\0b", "bytes.md is not a text file"),
    ],
)
def test_what_cannot_be_checked(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str], name: str, data: bytes | None, said: str
) -> None:
    if data is not None:
        (workspace / name).write_bytes(data)
    assert call("verify", name) == 1
    assert said in capfd.readouterr().err


def test_nothing_outside_of_the_drafts_folder_is_read(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    (workspace / "secret.tex").write_text("The secret is 42 \\cite{a}.", encoding="utf-8")
    (workspace / "secret.bib").write_text(BIB, encoding="utf-8")
    folder = workspace / "paper"
    folder.mkdir()
    (folder / "link.tex").symlink_to(workspace / "secret.tex")
    (folder / "draft.tex").write_text(
        "\\input{../secret}\\include{link}\\input{/etc/passwd}\\input{draft}Frogs \\cite{a}.\\bibliography{../secret}",
        encoding="utf-8",
    )
    assert call("verify", "paper/draft.tex", "--json") == 1
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert found["not_included"] == ["../secret", "link", "/etc/passwd"] and found["records"] == []
    assert "secret is 42" not in out
    assert "names the bibliography ../secret, which is not in its folder; name the file with --bib" in err


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or (value or "").startswith("javascript") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone_and_escapes_what_it_shows(
    workspace: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    key = keys(workspace)["2001.00002"]
    Path("bad.md").write_text(
        f"# <img src=x onerror=alert(1)> Roads\n\n"
        f"Toads cross roads \\<script>alert(2)\\</script> in spring [@{key}].\n\n"
        f'They build "tunnels \\<b onclick=x> of gold below the sea" [@{key}; @a"><script>].\n',
        encoding="utf-8",
    )
    record = f"@article{{{key}, title={{Tunnels for <b>Toads</b>}}, author={{<script>alert(3)</script>}}}}"
    Path("bad.bib").write_text(record, encoding="utf-8")
    assert call("verify", "bad.md", "--bib", "bad.bib", "--html", "page.html") == 1
    assert "written to page.html" in capfd.readouterr().err
    text = Path("page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "img", "i", "u", "iframe", "link", "object"} & set(page.tags)
    assert "default-src 'none'" in text and "url(" not in text and "@import" not in text
    for shown in (
        "<u>tunnels</u>",
        "alert(2)",
        "alert(3)",
        "Tunnels for <b>Toads</b>",
        "unsupported",
        "Toads cross roads in spring.",
    ):
        assert shown in page.text
    assert "mark" in page.tags and page.tags.count("article") == 2


def test_the_page_is_written_over_nothing_of_the_workspaces_own(
    draft: Path, call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    for own in ("README.md", "triage.toml", "store/papers.db", "draft.md"):
        before = Path(own).read_bytes()
        assert call("verify", "draft.md", "--html", own) == 1
        assert Path(own).read_bytes() == before
        assert "name another file" in capfd.readouterr().err
