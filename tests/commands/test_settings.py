"""Whatever stands in triage.toml is checked at every command: one line that names file, key, value and cure."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import load
from triage.demo.sample import write_sample

Call = Callable[..., int]


@pytest.fixture
def settings(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The triage.toml of a workspace."""
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    assert call("init", "README.md", "--offline") == 0
    capsys.readouterr()
    return tmp_path / "triage.toml"


BROKEN = [
    (r'authors = ".*"', 'authors = "commas"', ["[format] authors is 'commas'", "comma-and"]),
    (r"preprint = ", 'newline = "cr"\npreprint = ', ["[format] newline is 'cr'", "lf, crlf"]),
    (r'date = ".*"', 'date = "soon"', ["[format] date is 'soon'", "YYYY"]),
    (r'arxiv_url = ".*"', 'arxiv_url = "https://arxiv.org"', ["[format] arxiv_url", "{id}"]),
    (r"\{title\}\]", "{tilte}]", ["[format.templates] main", "{tilte}", "did you mean {title}?"]),
    (r"\{title\}\]", "{title]", ["[format.templates] main", "stands alone"]),
    (r"main = .*", "main = '- {venue}'", ["[format.templates] main has no {title}"]),
    (r"main = .*", "main = 3", ["[format.templates] main is 3", "must be a string with {title}"]),
    (
        r"main = .*",
        "main = { entry = '{title}', kind = 'bullet' }",
        ["[format.templates] main kind is 'bullet'", "item"],
    ),
    (r"main = .*", "main = { entry = '{title}', sections = 'A' }", ["main sections is 'A'", "a list of strings"]),
    (r"main = .*", "main = { text = '{title}' }", ["main has an unknown key 'text'", "entry"]),
    (r"preprint = ", "shortyear = true\npreprint = ", ["[format] has an unknown key 'shortyear'", "'short_year'?"]),
    (r"\[format\.templates\][^\0]*", "templates = []", ["[format] templates is empty", "[format.templates] main = "]),
    (r"bump = \[\]", 'bump = ["counts"]', ["[publish] bump holds 'counts'", "'count'"]),
    (r'query = ".*"', "query = 'ti:(frogs'", ["[watch] query", "cat:cs.CV"]),
]


@pytest.mark.parametrize(("before", "after", "said"), BROKEN, ids=[after for _, after, _ in BROKEN])
def test_a_wrong_value_is_named_with_its_file_and_the_cure(
    settings: Path, call: Call, capsys: pytest.CaptureFixture[str], before: str, after: str, said: list[str]
) -> None:
    text = settings.read_text(encoding="utf-8")
    broken = re.sub(before, lambda _: after, text, count=1)
    assert broken != text, f"{before} does not occur in triage.toml"
    settings.write_text(broken, encoding="utf-8")
    for command in (["list"], ["publish", "--dry-run"], ["search", "frogs"]):
        assert call(*command) == 1
        out, err = capsys.readouterr()
        assert out == "" and "Traceback" not in err and err.count("\n") == 1
        for words in (str(settings), *said):
            assert words in err


def test_the_cure_for_a_broken_format_works(settings: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    text, written = settings.read_text(encoding="utf-8"), load(settings.parent).format
    settings.write_text(text.replace("{title}", "{tilte}"), encoding="utf-8")
    assert call("list") == 1
    assert "correct it, or delete it and run `triage init`" in capsys.readouterr().err
    for cut in ("main = ", "[format.templates]", "[format]"):
        settings.write_text(text[: text.index(f"\n{cut}") + 1], encoding="utf-8")
        assert call("init", "--offline") == 0
        assert settings.read_text(encoding="utf-8").rstrip() == text.rstrip() or cut != "[format]"
        assert load(settings.parent).format == written
        assert call("list") == 0
