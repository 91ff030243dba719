"""Learning beside the screen: on a thread that ends with the program, so that nobody waits for it at the end."""

from collections.abc import Callable, Sequence
from threading import Thread

from textual.message import Message

from triage.errors import TriageError
from triage.screens.session import Session
from triage.steps.review import WAITING
from triage.storage import Store
from triage.storage.waiting import Line, lines


class Learned(Message):
    """The waiting papers as they are judged now, or why they could not be judged anew."""

    def __init__(self, fresh: Sequence[Line], problem: str | None) -> None:
        super().__init__()
        self.fresh = fresh
        self.problem = problem


def learn_beside(session: Session, post: Callable[[Message], object]) -> None:
    """Calls the session's `learn` on a thread of its own and posts `Learned` when it has ended, however it ended."""
    folder, learn = session.store.folder, session.learn

    def run() -> None:
        fresh: Sequence[Line] = ()
        problem: str | None = "the judge failed; your decisions are kept"
        try:
            if learn is not None:
                learn()
            with Store(folder) as store:
                fresh = lines(store.connection, WAITING)
            problem = None
        except TriageError as error:
            problem = str(error)
        finally:
            post(Learned(fresh, problem))

    Thread(target=run, daemon=True, name="learn").start()
