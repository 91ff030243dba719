"""A section as a person types it after a command."""

from triage.lists.sections import match_section, name_section, sections_to_fill
from triage.models import Cluster, Record, SectionPath, Verdict
from triage.workspace import Workspace


def section_named(workspace: Workspace, text: str | None) -> SectionPath | None:
    """The section that `text` names ("A > B", a unique ending or beginning, any case), or None for None: one of the
    list's, or one that papers were accepted for. Raises ListError."""
    if text is None:
        return None
    there = tuple(section.path for section in workspace.document.sections)
    return match_section(text, (*there, *(path for path in _awaited(workspace) if path not in there)))


def section_for(workspace: Workspace, record: Record, text: str | None) -> tuple[SectionPath | None, bool]:
    """The section that `text` names for this paper, and whether it is yet to be made: one of the list's, or one that
    triage suggested for this paper or others, or that others wait for, or "+A > B". (None, False) for None. Raises
    ListError."""
    if text is None:
        return None, False
    document, judged = workspace.document, record.judgement
    beside = judged.section[:-1] if judged else ()
    suggested = [(*beside, Cluster(words).name) for words in workspace.store.judgements.new_sections() if words]
    proposed = [judged.new_section if judged else (), *suggested, *_awaited(workspace)]
    return name_section(text, sections_to_fill(document), proposed, free=not document.entries)


def _awaited(workspace: Workspace) -> list[SectionPath]:
    """Sections that papers were accepted for."""
    return [one.section for one in workspace.store.ledger.standing() if one.verdict is Verdict.ACCEPT and one.section]
