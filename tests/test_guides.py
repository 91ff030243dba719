"""The commands of README.md and of the guides run as they are written there, and print what is quoted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.guides import PAGES, ROOT, Step, Workspaces, lacking, rewritten, steps, workspaces


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspaces]:
    with workspaces(tmp_path_factory.mktemp("guides")) as ready:
        yield ready


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_true(name: str, made: Workspaces) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert steps(text)
    root = made.new(Path(name).stem, text)
    for step in steps(text):
        code, output = made.run(step.command, root)
        assert code == step.code, f"{step.command}\n{output}"
        assert not lacking(step, output), f"`python scripts/guides.py {name}` renews it: {step.command}\n{output}"


def test_every_guide_is_run() -> None:
    not_run = {"docs/architecture.md", "docs/commands.md"}
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert pages - not_run == set(PAGES) - {"README.md"}


PAGE = "Look:\n\n```console\n$ triage list  # exits with 1\none\n…\nfour\n$ triage status\n```\n\n```sh\nnot run\n```\n"


def test_commands_are_found_with_their_output_and_exit_code() -> None:
    first, second = steps(PAGE)
    assert (first.command, first.code) == ("triage list  # exits with 1", 1)
    assert first.printed == ("one", "…", "four")
    assert second == Step("triage status", ())


def test_a_quoted_line_must_be_there_and_in_its_place() -> None:
    first, _ = steps(PAGE)
    assert lacking(first, "one\ntwo\nthree\nfour") == []
    assert lacking(first, "one\ntwo\nthree") == ["four"]
    assert lacking(first, "four\none") == ["four"]


def test_a_page_is_renewed_with_as_many_lines_as_it_showed() -> None:
    renewed = rewritten(PAGE, ["1\n2\n3\n4", "fine"])
    assert renewed == PAGE.replace("one\n…\nfour\n", "1\n…\n4\n").replace("status\n", "status\nfine\n")
