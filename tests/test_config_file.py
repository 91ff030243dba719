"""Writing triage.toml: commented when new; a person's changes stay when it is renewed."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from triage.config import Config, parse
from triage.config_file import Learned, Places, Written, new_file, renew
from triage.errors import ConfigError

VALUES = {"authors": "comma", "date": "YYYY-MM-DD", "preprint": "arXiv", "arxiv_url": "https://arxiv.org/abs/{id}"}
FIRST = Learned(
    'ti:"glass frogs"',
    VALUES | {"templates": {"main": "- **{title}**{? [code]({code})}\n  *{authors}*", "sets": "| {title} |"}},
    {"main": "Ponds, Lakes and 4 more", "sets": "table with Name: Data Sets"},
)
SECOND = Learned('ti:"tree frogs"', VALUES | {"date": "YYYY", "templates": {"main": "* {title}"}}, {"main": "Trees"})
WRITTEN = Written(FIRST.query, FIRST.block())
FILE = Path("triage.toml")
PLACES = Places("README.md")


def test_a_new_file_is_valid_commented_and_complete(tmp_path: Path) -> None:
    text = new_file(replace(PLACES, delay_seconds=0.5), FIRST)
    config = parse(tomllib.loads(text), tmp_path)
    assert config.watch.query == FIRST.query
    assert config.watch.delay_seconds == 0.5
    assert config.format == FIRST.format
    assert text.startswith("#")
    assert "\n# Ponds, Lakes and 4 more\nmain = '''\n- **{title}**" in text
    assert text.count("\n") < 55


def test_a_new_file_says_what_holds_without_it(tmp_path: Path) -> None:
    table = tomllib.loads(new_file(PLACES, replace(FIRST, query="")))
    del table["format"]
    assert parse(table, tmp_path) == Config(tmp_path, tmp_path / "README.md", tmp_path / "store")


AWKWARD = ['it\'s "so"', "a\\[b]  \n  c", "two\nlines", "end\n", "tab\there", "'''", "\x7f", "Straße 🐸", "C:\\x", ""]


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_is_read_back_as_it_was(text: str, tmp_path: Path) -> None:
    name, values = text or "empty", {**VALUES, "preprint": text, "venues": [text, "b"]}
    learned = Learned(text, {**values, "templates": {name: text, "own": {"entry": text, "sections": ["A"]}}}, {})
    table = tomllib.loads(new_file(Places(text), learned))
    assert (table["list"], table["watch"]["query"], table["format"]) == (text, text, learned.format)
    renewed, _ = renew("[format]\n" + "x = 1\n", learned, {}, Written(), FILE)
    assert tomllib.loads(renewed)["format"] == {"x": 1, **learned.format}


def test_renewing_what_nobody_changed_takes_what_was_learned() -> None:
    text, kept = renew(new_file(PLACES, FIRST), SECOND, {}, WRITTEN, FILE)
    assert kept == ()
    assert text == new_file(PLACES, SECOND)


def test_renewing_keeps_what_a_person_changed() -> None:
    edited = "# my own remark\n" + new_file(PLACES, FIRST).replace("glass frogs", "poison frogs")
    text, kept = renew(edited, SECOND, {}, WRITTEN, FILE)
    table = tomllib.loads(text)
    assert kept == ("[watch] query",)
    assert "poison frogs" in table["watch"]["query"]
    assert table["format"] == SECOND.format
    assert "# my own remark" in text


def test_a_changed_template_stays_and_the_rest_is_renewed() -> None:
    edited = new_file(PLACES, FIRST).replace("[code]", "[Code]  # not a comment")
    text, kept = renew(edited, SECOND, {}, WRITTEN, FILE)
    assert kept == ("[format.templates] main",)
    table = tomllib.loads(text)["format"]
    assert table == {
        **SECOND.format,
        "templates": {"main": "- **{title}**{? [Code]  # not a comment({code})}\n  *{authors}*"},
    }


def test_remarks_templates_and_values_of_a_persons_own_stay() -> None:
    own = 'own = { entry = "+ {title}", sections = ["Ponds"] }  # mine\n'
    edited = new_file(PLACES, FIRST).replace("\n[format.templates]", 'venues = ["ICML"]\n\n[format.templates]') + own
    text, kept = renew(edited, SECOND, {}, WRITTEN, FILE)
    assert kept == ("[format] venues", "[format.templates] own")
    table = tomllib.loads(text)["format"]
    assert table["venues"] == ["ICML"]
    assert table["templates"] == {"main": "* {title}", "own": {"entry": "+ {title}", "sections": ["Ponds"]}}
    assert own in text


def test_what_a_person_took_out_is_written_again() -> None:
    text = new_file(PLACES, FIRST)
    renewed, kept = renew(text[: text.index("\n[format]")], SECOND, {}, WRITTEN, FILE)
    assert (renewed, kept) == (new_file(PLACES, SECOND).replace(FIRST.query, SECOND.query), ())
    line = 'date = "YYYY-MM-DD"'
    renewed, kept = renew(text.replace(line, "#"), SECOND, {}, WRITTEN, FILE)
    assert (tomllib.loads(renewed)["format"]["date"], kept) == ("YYYY", ())


def test_without_knowing_what_was_written_all_that_differs_is_a_persons() -> None:
    text, kept = renew(new_file(PLACES, FIRST), SECOND, {}, Written(), FILE)
    assert tomllib.loads(text)["format"] == FIRST.format
    assert kept == ("[watch] query", "[format] date", "[format.templates] main", "[format.templates] sets")


OLD = """\
list = "README.md"

[watch]
query = "q" # arXiv's query language

[format]
# how this list writes an entry: {field}, {? optional group}; learned from the list, yours to change
# mine: ask Bo before changing this
authors = "comma"
venues = ["ICML"]

[[format.templates]]
entry = "- {title}"

[[format.templates.sections]]
path = ["Ponds"]
count = 3
"""


def test_an_older_format_is_written_as_it_is_today() -> None:
    edits = {"preprint": "", "templates": {"main": "+ {title}"}}
    text, kept = renew(OLD, SECOND, {}, Written("q", "{}"), FILE, edits)
    table = tomllib.loads(text)["format"]
    assert table == {**SECOND.format, "preprint": "", "templates": {"main": "+ {title}"}}
    assert kept == ("[format] preprint", "[format.templates] main")
    assert "# mine: ask Bo" in text
    assert "yours to change" not in text
    again, kept = renew(text, SECOND, {}, Written(SECOND.query, SECOND.block()), FILE)
    assert (again, kept) == (text, ("[format] preprint", "[format.templates] main"))


def test_options_given_anew_are_written() -> None:
    text, _ = renew(new_file(PLACES, FIRST), FIRST, {"api_url": "http://127.0.0.1:1/api"}, WRITTEN, FILE)
    assert tomllib.loads(text)["watch"]["api_url"] == "http://127.0.0.1:1/api"


def test_renewing_a_broken_file_names_it() -> None:
    with pytest.raises(ConfigError, match=r"triage\.toml"):
        renew("list = ", FIRST, {}, Written(), FILE)
