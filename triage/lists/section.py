"""A heading with its own body."""

from dataclasses import dataclass

from triage.models import SectionPath


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and its own body, up to the next heading of any level.

    `start` is the heading's offset, `body` where the text under it begins, `end` where the next heading stands.
    `kind` is "topic", "venue", "time" or "housekeeping" (contents, news, citation, …).
    """

    path: SectionPath
    kind: str
    level: int
    line: int
    start: int
    body: int
    end: int

    @property
    def title(self) -> str:
        """The innermost heading."""
        return self.path[-1] if self.path else ""
