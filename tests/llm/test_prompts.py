"""Prompts: variables checked at load, values never looked at twice."""

from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.llm.prompts import copy_prompts, load_prompt, load_prompts, parse_prompt

GOOD = (
    "---\nname: hello\nvariables: [who, what]\n---\n\n# system\n\nBe kind to {{who}}.\n\n"
    "# user\n\n{{what}}, {{ who }}!\n"
)


PROMPTS = ["answer.md", "draft.md", "file.md", "retry.md", "survey.md", "verify.md"]


def test_a_prompt_is_filled_by_role() -> None:
    filled = parse_prompt(GOOD, Path("hello.md")).fill({"who": "Ada {{what}}", "what": "Hi"})
    assert filled == (("system", "Be kind to Ada {{what}}."), ("user", "Hi, Ada {{what}}!"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "between two lines of ---"),
        ("---\nvariables: []\n---\n# user\nx", "needs the lines"),
        (GOOD.replace("[who, what]", "[who]"), "{{what}} is not a variable of this prompt; it knows who"),
        (GOOD.replace("[who, what]", "[who, what, when]"), "lacks {{when}}"),
        (GOOD.replace("# user", "# system"), "# user"),
    ],
)
def test_what_does_not_fit_names_the_file(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"^hello\.md") as told:
        parse_prompt(text, Path("hello.md"))
    assert says in str(told.value)


def test_missing_values_are_an_error() -> None:
    with pytest.raises(ConfigError, match="what"):
        parse_prompt(GOOD, Path("hello.md")).fill({"who": "Ada"})


def test_a_variable_that_is_optional_may_be_left_out() -> None:
    text = GOOD.replace("[who, what]", "[who, what, when]\noptional: [when]")
    values = {"who": "Ada", "what": "Hi", "when": "never"}
    assert parse_prompt(text, Path("hello.md")).fill(values)[1] == ("user", "Hi, Ada!")


def test_every_prompt_of_the_package_loads_and_says_what_it_is_for() -> None:
    prompts = {prompt.name: prompt for prompt in load_prompts()}
    assert {"draft", "file", "retry"} <= prompts.keys()
    assert all(prompt.purpose and not prompt.edited for prompt in prompts.values())


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.md"):
        load_prompt("nowhere", tmp_path)


def test_a_workspace_s_prompt_wins_and_what_it_declares_does_not_count(tmp_path: Path) -> None:
    assert sorted(path.name for path in copy_prompts(tmp_path)) == PROMPTS
    assert [prompt.edited for prompt in load_prompts(tmp_path)] == [False] * len(PROMPTS)
    file = tmp_path / "retry.md"
    file.write_text("---\nvariables: [all, that, I, like]\n---\n# user\nNo: {{reason}}. Try again.\n")
    assert list(copy_prompts(tmp_path)) == []
    prompt = load_prompt("retry", tmp_path)
    assert (prompt.name, prompt.edited, prompt.variables) == ("retry", True, ("reason",))
    assert prompt.fill({"reason": "empty"}) == (("user", "No: empty. Try again."),)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Because of {{reason}} and {{mood}}", "{{mood}} is not a variable of this prompt; it knows reason"),
        ("Because.", "lacks {{reason}}"),
    ],
)
def test_a_workspace_s_prompt_that_cannot_be_used_names_file_and_variable(
    tmp_path: Path, written: str, says: str
) -> None:
    file = tmp_path / "retry.md"
    file.write_text(f"---\nname: retry\n---\n# user\n{written}\n")
    with pytest.raises(ConfigError) as raised:
        load_prompt("retry", tmp_path)
    assert str(raised.value).startswith(f"{file}: ")
    assert says in str(raised.value)
