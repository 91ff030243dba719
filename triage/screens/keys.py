"""The keys of the review, the same on the full screen and line by line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is called for Textual, how it is shown, the action, its label and what the help says."""

    key: str
    shown: str
    action: str
    label: str
    help: str


KEYS = (
    Key("a", "a", "accept", "accept", "as shown; Enter does it too where the section is sure"),
    Key("r", "r", "reject", "reject", "not for this list, and never asked again"),
    Key("l", "l", "later", "later", "another day; it waits at the end of the queue"),
    Key("s", "s", "section", "section", "another section; 1 to 9 accept into a suggested one"),
    Key("e", "e", "edit", "edit", "the entry's text, with a live preview"),
    Key("f", "f", "field", "field", "one field of it; the entry is written anew"),
    Key("n", "n", "note", "note", "a note to yourself, kept with the decision"),
    Key("o", "o", "open", "open", "the PDF in a browser; O the abstract page"),
    Key("m", "m", "similar", "similar", "papers and entries that resemble this one"),
    Key("u", "u", "undo", "undo", "takes back the last decision, again the one before, …"),
    Key("space", "␣", "select", "select", "the next decision goes to all selected papers"),
    Key("slash", "/", "filter", "filter", "only papers with these words in title, authors, section"),
    Key("g", "g", "jump", "jump", "go to a section or a paper"),
    Key("question_mark", "?", "help", "help", "this page"),
    Key("q", "q", "finish", "finish", "the summary, and publishing"),
)
