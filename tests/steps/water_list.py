"""A list of papers about water, for the tests here."""

from triage.collection import Store
from triage.lists.document import scan
from triage.lists.lookup import Lookup


def look(store: Store, *entries: str) -> None:
    """The list holds these lines now, and the store has read it."""
    text = "\n".join(["# Water", "", "## Pipes", "", *entries, ""])
    store.look(Lookup(scan(text).entries).read_entries(), {}, text)
