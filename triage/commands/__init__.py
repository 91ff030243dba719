"""What each command does. These modules are imported when a command runs, never for `--help`."""

from enum import StrEnum


class Order(StrEnum):
    """The orders of `triage list`."""

    RELEVANCE = "relevance"
    ADDED = "added"
    TITLE = "title"
    SECTION = "section"
    STAGE = "stage"
