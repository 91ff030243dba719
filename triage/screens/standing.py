"""An entry as it will stand in the list: between its new neighbours."""

from dataclasses import dataclass

from triage.lists.document import Document
from triage.lists.house import House
from triage.lists.insert import place, surroundings
from triage.models import Facts, SectionPath


@dataclass(frozen=True, slots=True)
class Standing:
    """The entry with its number as the list would have it, and the texts above and below: an entry's, the section's
    heading, or empty at the section's end and in a section that does not exist yet."""

    above: str
    entry: str
    below: str


def standing(document: Document, house: House, section: SectionPath, entry: str, facts: Facts) -> Standing:
    """Where this entry would come to stand. Raises ListError if the text is empty."""
    found = document.section(section)
    if found is None:
        return Standing("", entry, "")
    edits = place(document, house, section, entry, facts)
    above, below = surroundings(document, edits)
    heading = document.text[found.start : found.body]
    return Standing(above if above is not None else heading, _inserted(entry, edits[0].replacement), below or "")


def _inserted(entry: str, replacement: str) -> str:
    return replacement.strip("\r\n") or entry
