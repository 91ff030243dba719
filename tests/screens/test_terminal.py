"""The whole job in a real terminal: init, fetch, review with keys, publish, with tmux at the keyboard."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from triage.collection import Store
from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.models import Stage

pytestmark = pytest.mark.slow


def _shows(words: str, screen: str) -> bool:
    return words in screen


class Terminal:
    """A terminal of 80 by 24 cells in tmux, with a shell in `folder`."""

    def __init__(self, tmux: str, folder: Path, sockets: Path) -> None:
        self._tmux = [tmux, "-S", str(sockets / "tmux"), "-f", "/dev/null"]
        size = ["-x", "80", "-y", "24"]
        subprocess.run([*self._tmux, "new-session", "-d", *size, "-c", str(folder), "env PS1='$ ' sh"], check=True)

    def keys(self, *keys: str) -> None:
        """Presses keys, as tmux names them."""
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def screen(self) -> str:
        """What stands on the screen."""
        return subprocess.run(
            [*self._tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout

    def wait(self, done: Callable[[str], object], seconds: float = 60) -> str:
        """The screen as soon as `done` says it is as it should be."""
        end = time.monotonic() + seconds
        while not done(self.screen()):
            assert time.monotonic() < end, self.screen()
            time.sleep(0.05)
        return self.screen()

    def type(self, line: str) -> None:
        """Types a command and waits until it has ended well."""
        self.keys("clear", "Enter")
        self.wait(lambda shown: shown.strip() == "$")
        self.keys("-l", f"{line}; echo ended:$?")
        self.keys("Enter")
        assert "ended:0" in self.wait(lambda shown: re.search(r"^ended:\d+", shown, re.MULTILINE))

    def close(self) -> None:
        """Ends it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def terminal(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is not installed (Debian: tmux)")
    opened = Terminal(tmux, tmp_path, tmp_path_factory.mktemp("s"))
    yield opened
    opened.close()


def test_init_fetch_review_publish_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    before = sample.list_path.read_text(encoding="utf-8")
    triage = f"{sys.executable} -m triage"
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        addresses = f"--api-url {server.url}/api/query --pdf-url {server.url}/pdf --delay 0.02"
        terminal.type(f"{triage} init {sample.list_path.name} {addresses}")
        terminal.type(f"{triage} fetch --since {sample.since} --until {sample.until} --no-pdf")
    with Store(tmp_path / "store") as store:
        waiting = len(store.stages(Stage.DRAFTED))
        assert waiting > 3
        terminal.keys("-l", f"{triage} review")
        terminal.keys("Enter")
        shown = terminal.wait(lambda screen: f"{waiting} waiting" in screen and "Goes to" in screen)
        assert "a accept" in shown
        for key, said in (("a", "1 accepted"), ("r", "1 rejected"), ("l", "1 later"), ("a", "2 accepted")):
            terminal.keys(key)
            terminal.wait(partial(_shows, said))
        terminal.keys("u")
        terminal.wait(lambda screen: "1 accepted" in screen and f"{waiting - 3} waiting" in screen)
        assert store.stage_counts()[Stage.ACCEPTED] == 1
        accepted = next(iter(store.stages(Stage.ACCEPTED)))
        entry = store.record(accepted).entry or ""
        terminal.keys("q")
        terminal.wait(lambda screen: "This review" in screen)
        terminal.keys("p")
        terminal.wait(lambda screen: "@@" in screen)
        assert sample.list_path.read_text(encoding="utf-8") == before
        terminal.keys("p")
        terminal.wait(lambda screen: "1 entry added" in screen)
        terminal.keys("q")
        terminal.wait(lambda screen: screen.rstrip().endswith("$"))
        assert store.record(accepted).stage is Stage.PUBLISHED
    after = sample.list_path.read_text(encoding="utf-8")
    assert entry in after
    assert after.replace(entry + "\n", "", 1) == before


def test_a_killed_terminal_loses_nothing(terminal: Terminal, tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    triage = f"{sys.executable} -m triage"
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        addresses = f"--api-url {server.url}/api/query --pdf-url {server.url}/pdf --delay 0.02"
        terminal.type(f"{triage} init {sample.list_path.name} {addresses}")
        terminal.type(f"{triage} fetch --since {sample.since} --until {sample.until} --no-pdf")
    terminal.keys("-l", f"{triage} review")
    terminal.keys("Enter")
    terminal.wait(lambda screen: "waiting" in screen and "a accept" in screen)
    terminal.keys("r")
    terminal.wait(lambda screen: "1 rejected" in screen)
    terminal.close()
    with Store(tmp_path / "store") as store:
        assert store.stage_counts()[Stage.REJECTED] == 1
