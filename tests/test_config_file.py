"""Writing triage.toml: commented when new; a person's changes stay when it is renewed."""

import tomllib
from pathlib import Path

import pytest

from triage.config import parse
from triage.config_file import Learned, Places, new_file, renew
from triage.errors import ConfigError

FIRST = Learned('ti:"glass frogs"', {"templates": {"main": "- **{title}**{? [code]({code})}\n  *{authors}*\n"}})
SECOND = Learned('ti:"tree frogs"', {"templates": {"main": "* {title}\n"}})
FILE = Path("triage.toml")


def test_a_new_file_is_valid_commented_and_complete(tmp_path: Path) -> None:
    text = new_file(Places("README.md", delay_seconds=0.5), FIRST)
    table = tomllib.loads(text)
    config = parse(table, tmp_path)
    assert config.watch.query == FIRST.query
    assert config.watch.delay_seconds == 0.5
    assert table["format"] == FIRST.format
    assert text.startswith("#")
    assert text.count("#") > 8


def test_renewing_what_nobody_changed_takes_what_was_learned() -> None:
    text, kept = renew(new_file(Places("README.md"), FIRST), SECOND, {}, FIRST.parts(), FILE)
    table = tomllib.loads(text)
    assert kept == ()
    assert table["watch"]["query"] == SECOND.query
    assert table["format"] == SECOND.format


def test_renewing_keeps_what_a_person_changed() -> None:
    edited = "# my own remark\n" + new_file(Places("README.md"), FIRST).replace("glass frogs", "poison frogs")
    text, kept = renew(edited, SECOND, {}, FIRST.parts(), FILE)
    table = tomllib.loads(text)
    assert kept == ("[watch] query",)
    assert "poison frogs" in table["watch"]["query"]
    assert table["format"] == SECOND.format
    assert "# my own remark" in text


def test_a_changed_template_keeps_the_whole_format() -> None:
    edited = new_file(Places("README.md"), FIRST).replace("[code]", "[Code]")
    text, kept = renew(edited, SECOND, {}, FIRST.parts(), FILE)
    assert kept == ("[format]",)
    assert "[Code]" in tomllib.loads(text)["format"]["templates"]["main"]


def test_options_given_anew_are_written() -> None:
    text, _ = renew(
        new_file(Places("README.md"), FIRST), FIRST, {"api_url": "http://127.0.0.1:1/api"}, FIRST.parts(), FILE
    )
    assert tomllib.loads(text)["watch"]["api_url"] == "http://127.0.0.1:1/api"


def test_renewing_a_broken_file_names_it() -> None:
    with pytest.raises(ConfigError, match=r"triage\.toml"):
        renew("list = ", FIRST, {}, {}, FILE)
