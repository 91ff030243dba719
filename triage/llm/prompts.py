"""The prompts: Markdown files that anybody can edit, with the variables they use declared and checked at load.

A file begins with `name` and `variables` between two lines of dashes; the texts for the model stand under the headings
`# system` and `# user`. A variable is written {{so}}. What is put in for it is never looked at again, so a paper's
text that holds {{braces}} stays as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from triage.errors import ConfigError

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_ROLES = ("system", "user")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt: the text for each role that the file has, and the variables it needs."""

    name: str
    variables: frozenset[str]
    parts: tuple[tuple[str, str], ...]

    def fill(self, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """(role, text) pairs with every variable put in. Raises ConfigError if `values` are not those declared."""
        if set(values) != self.variables:
            odd = ", ".join(sorted(set(values) ^ self.variables))
            raise ConfigError(f"prompt {self.name}: the values given and the variables declared differ in: {odd}")
        return tuple((role, _PLACE.sub(lambda m: values[m.group(1)], text)) for role, text in self.parts)


def prompt_folder() -> Path:
    """Where the prompts are: inside the installed package, else beside it in a checkout."""
    inside = Path(__file__).parent.parent / "_prompts"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "prompts"


@lru_cache(maxsize=16)
def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """The prompt in NAME.md. Raises ConfigError, naming the file, if it is missing, unreadable or says something that
    does not fit: a variable used but not declared, declared but not used, or no text for the user role."""
    file = (folder or prompt_folder()) / f"{name}.md"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}; install triage again to get the prompt back") from None
    return parse_prompt(text, str(file))


def parse_prompt(text: str, file: str) -> Prompt:
    """The prompt that `text` describes; `file` names it in a ConfigError."""
    head = re.match(r"---[^\S\n]*\n(.*?)\n---[^\S\n]*\n", text, re.DOTALL)
    if head is None:
        raise ConfigError(f"{file}: must begin with `name` and `variables` between two lines of ---")
    name = re.search(r"^name:\s*(\w+)\s*$", head.group(1), re.MULTILINE)
    declared = re.search(r"^variables:\s*\[([\w,\s]*)\]\s*$", head.group(1), re.MULTILINE)
    if name is None or declared is None:
        raise ConfigError(f"{file}: needs the lines `name: …` and `variables: [a, b]` at its top")
    variables = frozenset(word.strip() for word in declared.group(1).split(",") if word.strip())
    parts = _parts(text[head.end() :])
    if "user" not in dict(parts):
        raise ConfigError(f"{file}: has no text under the heading `# user`")
    used = frozenset(found.group(1) for _, part in parts for found in _PLACE.finditer(part))
    if used != variables:
        odd = ", ".join(sorted(used ^ variables))
        raise ConfigError(f"{file}: used and declared variables differ in: {odd}")
    return Prompt(name.group(1), variables, parts)


def _parts(body: str) -> tuple[tuple[str, str], ...]:
    pieces = re.split(rf"^# ({'|'.join(_ROLES)})\s*$", body, flags=re.MULTILINE)
    return tuple((role, text.strip()) for role, text in zip(pieces[1::2], pieces[2::2], strict=True) if text.strip())
