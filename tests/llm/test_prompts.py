"""Prompts: variables checked at load, values never looked at twice."""

from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.llm.prompts import load_prompt, parse_prompt, prompt_folder

GOOD = (
    "---\nname: hello\nvariables: [who, what]\n---\n\n# system\n\nBe kind to {{who}}.\n\n"
    "# user\n\n{{what}}, {{ who }}!\n"
)


def test_a_prompt_is_filled_by_role() -> None:
    filled = parse_prompt(GOOD, "hello.md").fill({"who": "Ada {{what}}", "what": "Hi"})
    assert filled == (("system", "Be kind to Ada {{what}}."), ("user", "Hi, Ada {{what}}!"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "between two lines of ---"),
        ("---\nvariables: []\n---\n# user\nx", "needs the lines"),
        (GOOD.replace("[who, what]", "[who]"), "differ in: what"),
        (GOOD.replace("[who, what]", "[who, what, when]"), "differ in: when"),
        (GOOD.replace("# user", "# system"), "# user"),
    ],
)
def test_what_does_not_fit_names_the_file(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"^hello\.md") as told:
        parse_prompt(text, "hello.md")
    assert says in str(told.value)


def test_missing_values_are_an_error() -> None:
    with pytest.raises(ConfigError, match="what"):
        parse_prompt(GOOD, "hello.md").fill({"who": "Ada"})


def test_every_prompt_of_the_package_loads() -> None:
    names = sorted(path.stem for path in prompt_folder().glob("*.md"))
    assert {"draft", "file", "retry"} <= set(names)
    for name in names:
        load_prompt(name)


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.md"):
        load_prompt("nowhere", tmp_path)
