"""What a review needs besides a person: the store, the list, and what to call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.lists.document import Document
from triage.lists.house import House
from triage.storage import Store


@dataclass(frozen=True, slots=True)
class Similar:
    """A paper or listed entry that resembles another; `paper_id` is None for an entry of the list."""

    title: str
    where: str
    likeness: float | None = None
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One review of one list.

    `learn` judges the waiting papers anew from the decisions so far; it is called on a thread of its own and must open
    its own store. `diff` is what `publish --dry-run` prints; `publish` does it and says so in a sentence, or raises
    ListChanged if the list would not become what `diff` said last. `reload` gives the list as its file has it now.
    `similar` finds papers like that of an id, on a thread of its own as well; `open` shows a web address. All may raise
    TriageError. None: cannot be done here. `top`: only so many papers, the most relevant ones.
    """

    store: Store
    document: Document
    house: House
    name: str = ""
    learn: Callable[[], None] | None = None
    diff: Callable[[], str] | None = None
    publish: Callable[[], str] | None = None
    reload: Callable[[], Document] | None = None
    similar: Callable[[str], Sequence[Similar]] | None = None
    open: Callable[[str], None] | None = None
    top: int | None = None
