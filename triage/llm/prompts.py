"""The prompts: Markdown files that anybody can edit, with the variables they use declared and checked at load.

A file begins, between two lines of dashes, with its `name`, its `purpose` (a line for people), the `variables` it may
use and which of them are `optional`; the texts for the model stand under the headings `# system` and `# user`. A
variable is written {{so}}. What is put in for it is never looked at again, so a paper's text that holds {{braces}}
stays as it is.

A file of the same name in a workspace's folder `prompts` takes the place of the one that comes with triage. It may use
the same variables, whatever it declares itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from triage.errors import ConfigError, FileError
from triage.files import write_atomically

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_ROLES = ("system", "user")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt: the text for each role that the file has, the variables it may use, and those it can do without. `file`
    is where it was read; `edited` if its text differs from the one that comes with triage."""

    name: str
    purpose: str
    variables: tuple[str, ...]
    optional: frozenset[str]
    parts: tuple[tuple[str, str], ...]
    file: Path
    edited: bool = False

    def fill(self, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """(role, text) pairs with every variable put in. Raises ConfigError if `values` are not those declared."""
        if set(values) != set(self.variables):
            odd = ", ".join(sorted(set(values) ^ set(self.variables)))
            raise ConfigError(f"{self.file}: the values given and the variables declared differ in: {odd}")
        return tuple((role, _PLACE.sub(lambda m: values[m.group(1)], text)) for role, text in self.parts)


def packaged_folder() -> Path:
    """Where the prompts are that come with triage: inside the installed package, else beside it in a checkout."""
    inside = Path(__file__).parent.parent / "_prompts"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "prompts"


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """The prompt in NAME.md: a workspace's own in `folder` if it has one, else the one that comes with triage. Raises
    ConfigError, naming the file, if it is missing or unreadable, has no text for the user role, uses a variable that
    the prompt does not know, or lacks one that it needs."""
    packaged = _read(packaged_folder() / f"{name}.md", "install triage again to get the prompt back")
    own = folder / f"{name}.md" if folder else None
    if own is None or not own.exists():
        return packaged
    return _read(own, "remove it to use the prompt that comes with triage", packaged)


def load_prompts(folder: Path | None = None) -> list[Prompt]:
    """Every prompt, by name, as `load_prompt` gives it. Raises ConfigError."""
    return [load_prompt(path.stem, folder) for path in sorted(packaged_folder().glob("*.md"))]


def copy_prompts(folder: Path) -> Iterator[Path]:
    """Writes the prompts that come with triage into `folder`, for a person to edit; gives the files written. One that
    is there already stays as it is. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder} cannot be made: {error.strerror}") from None
    for source in sorted(packaged_folder().glob("*.md")):
        target = folder / source.name
        if not target.exists():
            write_atomically(target, source.read_bytes())
            yield target


def _read(file: Path, cure: str, packaged: Prompt | None = None) -> Prompt:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}; {cure}") from None
    return parse_prompt(text, file, packaged)


def parse_prompt(text: str, file: Path, packaged: Prompt | None = None) -> Prompt:
    """The prompt that `text` describes; `file` names it in a ConfigError. One that takes the place of `packaged` has
    that prompt's name, purpose and variables."""
    head = re.match(r"---[^\S\n]*\n(.*?)\n---[^\S\n]*\n", text, re.DOTALL)
    if head is None:
        raise ConfigError(f"{file}: must begin with `name` and `variables` between two lines of ---")
    parts = _parts(text[head.end() :])
    if "user" not in dict(parts):
        raise ConfigError(f"{file}: has no text under the heading `# user`")
    if packaged:
        prompt = replace(packaged, parts=parts, file=file, edited=parts != packaged.parts)
    else:
        prompt = _declared(head.group(1), parts, file)
    _check(prompt)
    return prompt


def _declared(head: str, parts: tuple[tuple[str, str], ...], file: Path) -> Prompt:
    fields = dict(re.findall(r"^(\w+):[^\S\n]*(.*?)[^\S\n]*$", head, re.MULTILINE))
    names = {
        key: tuple(re.findall(r"\w+", value)) for key, value in fields.items() if re.fullmatch(r"\[[\w,\s]*\]", value)
    }
    if not fields.get("name") or "variables" not in names:
        raise ConfigError(f"{file}: needs the lines `name: …` and `variables: [a, b]` at its top")
    optional = frozenset(names.get("optional", ()))
    return Prompt(fields["name"], fields.get("purpose", ""), names["variables"], optional, parts, file)


def _check(prompt: Prompt) -> None:
    used = {found.group(1) for _, part in prompt.parts for found in _PLACE.finditer(part)}
    known = ", ".join(prompt.variables)
    for name in sorted(used - set(prompt.variables)):
        raise ConfigError(f"{prompt.file}: {{{{{name}}}}} is not a variable of this prompt; it knows {known}")
    for name in sorted(set(prompt.variables) - used - prompt.optional):
        raise ConfigError(f"{prompt.file}: lacks {{{{{name}}}}}, which this prompt needs; put it back in")


def _parts(body: str) -> tuple[tuple[str, str], ...]:
    pieces = re.split(rf"^# ({'|'.join(_ROLES)})\s*$", body, flags=re.MULTILINE)
    return tuple((role, text.strip()) for role, text in zip(pieces[1::2], pieces[2::2], strict=True) if text.strip())
