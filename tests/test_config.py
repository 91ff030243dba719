"""triage.toml: what it may say, and the one line that answers what it may not."""

from pathlib import Path

import pytest

from triage.config import FILE_NAME, find_workspace, load, parse
from triage.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return folder


def test_the_least_file(tmp_path: Path) -> None:
    config = load(write(tmp_path, 'list = "README.md"\n'))
    assert config.list == tmp_path / "README.md"
    assert config.store == tmp_path / "store"
    assert config.watch.delay_seconds == 3.0
    assert config.embedding.model == "all-MiniLM-L6-v2"


def test_a_workspace_is_found_upward(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    write(tmp_path, 'list = "README.md"\n')
    assert find_workspace(deep) == tmp_path


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"triage init LIST\.md"):
        find_workspace(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list = ", ["not valid TOML"]),
        ("", ["`list` must name"]),
        ('list = "a"\nlsit = "b"', ["unknown key", "`lsit`", "did you mean `list`"]),
        ('list = "a"\n[watch]\nquary = "x"', ["[watch]", "`quary`", "did you mean `query`"]),
        ('list = "a"\n[watch]\ndelay_seconds = "soon"', ["[watch] delay_seconds", "soon"]),
        ('list = "a"\n[watch]\ndelay_seconds = -1', ["[watch] delay_seconds", "negative"]),
        ('list = "a"\n[watch]\napi_url = "ftp://x"', ["[watch] api_url", "http"]),
        ('list = "a"\n[llm]\nparallel = 0', ["[llm] parallel", "more than 0"]),
        ('list = "a"\n[watch]\ndelay_seconds = nan', ["[watch] delay_seconds must be a number", "3.0", "nan"]),
        ('list = "a"\n[watch]\ndelay_seconds = true', ["[watch] delay_seconds must be a number", "True"]),
        ('list = "a"\n[watch]\nquery = 7', ["[watch] query must be a string", "7"]),
        ('list = "a"\n[watch]\nexclude = "x"', ["[watch] exclude must be a list of strings", "'x'"]),
        ('list = "a"\n[watch]\nexclude = ["x", 1]', ["[watch] exclude must be a list of strings"]),
        ('list = "a"\n[watch]\npdf_url = "https:///pdf"', ["[watch] pdf_url", "name a host"]),
        ('list = "a"\n[index]\nurl = "127.0.0.1:8000"', ["[index] url", "http", "or be empty"]),
        ('list = "a"\n[index]\nurl = "http://host:port"', ["[index] url", "http://host:port"]),
        ('list = "a"\n[llm]\nbase_url = "localhost"', ["[llm] base_url", "http"]),
        ('list = "a"\n[llm]\nparallel = 1.5', ["[llm] parallel must be a whole number, as in parallel = 2", "1.5"]),
        ('list = "a"\n[llm]\ntimeout_seconds = "60"', ["[llm] timeout_seconds must be a number", "'60'"]),
        ('list = "a"\n[llm]\nmax_answer_tokens = 0', ["[llm] max_answer_tokens", "more than 0"]),
        ('list = "a"\n[read]\nmegabytes = -5', ["[read] megabytes", "more than 0"]),
        ('list = "a"\n[publish]\nseveral_sections = "yes"', ["several_sections must be true or false", "false"]),
        ('list = "a"\n[embedding]\nmodel = " "', ["[embedding] model", "all-MiniLM-L6-v2"]),
        ("list = 3", ["`list` must name"]),
        ('list = "a"\nstore = 3', ["`store` must name"]),
        ('list = "a"\nwatch = 3', ["[watch] must be a table"]),
        ('list = "a"\nformat = 3', ["`format` must be a table"]),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text))
    message = str(caught.value)
    assert str(tmp_path / FILE_NAME) in message
    assert "\n" not in message
    for word in words:
        assert word in message


def test_numbers_may_be_whole_and_a_file_may_begin_as_windows_begins_it(tmp_path: Path) -> None:
    config = load(write(tmp_path, '\ufefflist = "a"\n[watch]\ndelay_seconds = 3\nexclude = ["x"]\n'))
    assert config.watch.delay_seconds == 3.0
    assert config.watch.exclude == ("x",)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load(tmp_path)


def test_the_key_has_no_place_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="api_key"):
        parse({"list": "a", "llm": {"api_key": "secret"}}, tmp_path)
