"""A section as a person types it."""

from triage.models import SectionPath
from triage.steps.review import match_section
from triage.workspace import Workspace


def section_named(workspace: Workspace, text: str | None) -> SectionPath | None:
    """The list's section that `text` names ("A > B", a unique ending, any case), or None for None. Raises ListError."""
    if text is None:
        return None
    return match_section(text, tuple(section.path for section in workspace.document.sections))
