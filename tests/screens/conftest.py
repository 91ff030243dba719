"""The invented list of `leaks.py` for every test of the screens."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tests.screens.leaks import session
from triage.screens.review_session import ReviewSession


@pytest.fixture
def make_session(tmp_path: Path) -> Iterator[Callable[..., ReviewSession]]:
    """Makes a session over the invented papers; called again, another one over the same store."""
    made: list[ReviewSession] = []

    def make(**options: Any) -> ReviewSession:
        made.append(session(tmp_path / "store", **options))
        return made[-1]

    yield make
    for one in made:
        one.store.close()
