"""Publishing inside the review, while the list is edited beside it."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from triage.commands.care import status
from triage.commands.opening import open_workspace
from triage.commands.review import open_session
from triage.models import Choice, Decision, Draft, Facts, Judgement, Paper, Stage, Verdict
from triage.screens.app import ReviewApp
from triage.screens.describe import counts_line
from triage.screens.pages import Finish
from triage.screens.plain import review_plain
from triage.steps import review
from triage.steps.review import Tally
from triage.workspace import Workspace

LIST = """# Frogs

## Counting

- Glass Frogs at Dusk [[ICFA 2099]](https://arxiv.org/abs/2599.00010)

## Listening

- Ears for Frogs [[2098]](https://arxiv.org/abs/2599.00008)
"""
BY_HAND = LIST.replace("# Frogs\n", "# Frogs and Toads\n").replace("## Listening", "## Feeding\n\n## Listening")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A list with two drafts for "Counting"."""
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    (tmp_path / "triage.toml").write_text('list = "README.md"\n', encoding="utf-8")
    with open_workspace(tmp_path, quiet=True) as opened:
        for number in (1, 2):
            paper = Paper(f"2599.0002{number}", f"A Frog Called Number {number}")
            opened.store.papers.save(paper)
            opened.store.judgements.save([Judgement(paper.id, 0.9, True, (Choice(("Counting",), 0.9),))])
            entry = f"- {paper.title} [[2099]](https://arxiv.org/abs/{paper.id})"
            opened.store.drafts.save(Draft(paper.id, ("Counting",), Facts(paper.title, year=2099), entry))
        yield opened


def readme(workspace: Workspace) -> str:
    return workspace.config.list.read_text(encoding="utf-8")


def edit(workspace: Workspace, text: str) -> None:
    workspace.config.list.write_text(text, encoding="utf-8")


def changes(pilot: Pilot[Tally]) -> str:
    return str(pilot.app.screen.query_one("#changes", Static).content)


async def test_every_count_of_a_review_is_the_store_s(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for number in range(3, 8):
        paper = Paper(f"2599.0002{number}", f"A Frog Called Number {number}")
        workspace.store.papers.save(paper)
        workspace.store.judgements.save([Judgement(paper.id, 0.9, True, (Choice(("Counting",), 0.9),))])
        entry = f"- {paper.title} [[2099]](https://arxiv.org/abs/{paper.id})"
        workspace.store.drafts.save(Draft(paper.id, ("Counting",), Facts(paper.title, year=2099), entry))
    with open_workspace(tmp_path, quiet=True) as before:
        before.store.ledger.decide(Decision("2599.00027", Verdict.REJECT))
    app = ReviewApp(open_session(workspace))
    async with app.run_test(size=(110, 40)) as pilot:
        await pilot.press("a", "r", "l", "a", "u")  # accepted, rejected, later; one taken back
        await pilot.press("up", "up", "a")  # and a change of mind: the rejected one is accepted
        await pilot.press("q")
        await pilot.pause()
        assert counted(app) == {"accepted": (2, 2), "rejected": (0, 1), "kept for later": (1, 1), "published": (0, 0)}
        await pilot.press("p", "p", "b")
        await pilot.press("end", "r", "q")
        await pilot.pause()
        shown = counted(app)
        top = str(app.screen_stack[0].query_one("#status", Static).content)
        await pilot.press("q")
    assert shown == {"accepted": (0, 0), "published": (2, 2), "rejected": (1, 2), "kept for later": (1, 1)}
    assert top.endswith("2 waiting · 2 published · 1 rejected · 1 later")
    status(tmp_path, json=True)
    stages = json.loads(capsys.readouterr().out)["stages"]
    assert {name: stages[name] for name in ("accepted", "published", "rejected", "later", "drafted")} == {
        "accepted": 0,
        "published": 2,
        "rejected": 2,
        "later": 1,
        "drafted": 2,
    }
    assert counts_line(review.counts(workspace.store)) == "0 accepted, 2 published, 1 rejected, 1 kept for later"


def counted(app: ReviewApp) -> dict[str, tuple[int, int]]:
    """The finish page's counts: of this review, and in all."""
    text = str(app.screen.query_one("#summary", Static).content)
    rows = re.findall(r"^ +(\d+) +(\d+)  (accepted|published|rejected|kept for later)$", text, re.MULTILINE)
    return {what: (int(here), int(stored)) for here, stored, what in rows}


async def test_an_edit_beside_the_review_shows_the_diff_anew_and_then_publishes(workspace: Workspace) -> None:
    async with ReviewApp(open_session(workspace)).run_test(size=(110, 40)) as pilot:
        await pilot.press("a", "a")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Finish)
        await pilot.press("p")
        assert "A Frog Called Number 2" in changes(pilot)
        edit(workspace, BY_HAND)
        await pilot.press("p")
        assert "changed meanwhile" in changes(pilot)
        assert readme(workspace) == BY_HAND
        await pilot.press("p")
        assert "A Frog Called Number 2" in changes(pilot)
        await pilot.press("p")
        assert "2 entries added to README.md" in changes(pilot)
    assert readme(workspace).startswith("# Frogs and Toads\n")
    assert readme(workspace).count("A Frog Called Number") == 2
    assert workspace.store.stage_counts()[Stage.PUBLISHED] == 2


async def test_an_edit_before_the_diff_is_in_the_diff(workspace: Workspace) -> None:
    async with ReviewApp(open_session(workspace)).run_test(size=(110, 40)) as pilot:
        await pilot.press("a", "a")
        edit(workspace, BY_HAND)
        await pilot.press("p", "p")
        assert "2 entries added to README.md" in changes(pilot)
    assert "## Feeding" in readme(workspace)


async def test_a_section_that_was_written_meanwhile_can_be_chosen_and_one_that_is_gone_is_refused(
    workspace: Workspace,
) -> None:
    async with ReviewApp(open_session(workspace)).run_test(size=(110, 40)) as pilot:
        edit(workspace, BY_HAND)
        await pilot.press("s", *"feed", "enter")
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        decided = workspace.store.ledger.current()
        assert [(one.verdict, one.section) for one in decided] == [(Verdict.ACCEPT, ("Feeding",))]
        edit(workspace, BY_HAND.replace("## Counting", "## Numbers"))
        await pilot.press("a")
        await pilot.pause()
        assert len(workspace.store.ledger.current()) == 1


async def test_a_list_that_is_away_for_a_moment_ends_no_review(workspace: Workspace) -> None:
    async with ReviewApp(open_session(workspace)).run_test(size=(110, 40)) as pilot:
        workspace.config.list.rename(workspace.config.root / "away.md")
        await pilot.press("a")
        await pilot.pause()
        (workspace.config.root / "away.md").rename(workspace.config.list)
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("p", "p")
        assert "2 entries added" in changes(pilot)


class Typing(io.StringIO):
    """A person at the keyboard who edits the list in another window before they answer a question."""

    def __init__(self, workspace: Workspace, lines: list[str], edits: dict[int, str]) -> None:
        super().__init__()
        self._workspace, self._lines, self._edits = workspace, lines, edits

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        number = len(self._lines)
        if number in self._edits:
            edit(self._workspace, self._edits[number])
        return self._lines.pop(0) + "\n" if self._lines else ""


def test_line_by_line_too(workspace: Workspace) -> None:
    out = io.StringIO()
    person = Typing(workspace, ["a", "a", "y", "y"], {2: BY_HAND})
    review_plain(open_session(workspace), person, out)
    said = out.getvalue()
    assert said.count("Publish 2 entries into the list") == 2
    assert "changed meanwhile" in said
    assert "2 entries added to README.md" in said
    assert readme(workspace).startswith("# Frogs and Toads\n")
    assert readme(workspace).count("A Frog Called Number") == 2


def test_line_by_line_a_new_section_can_be_chosen(workspace: Workspace) -> None:
    out = io.StringIO()
    person = Typing(workspace, ["s", "feed", "a", "q"], {4: BY_HAND})
    review_plain(open_session(workspace), person, out)
    assert [one.section for one in workspace.store.ledger.current()] == [("Feeding",)]


def test_whoever_else_publishes_is_named_and_the_review_does_not_wait(workspace: Workspace) -> None:
    with open_workspace(workspace.config.root, quiet=True) as other, other.alone("publish", among="list"):
        out = io.StringIO()
        review_plain(open_session(workspace), Typing(workspace, ["a", "q", "y"], {}), out)
        assert "`triage publish` of" in out.getvalue()
        assert readme(workspace) == LIST
