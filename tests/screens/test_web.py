"""The review in a browser: served on this machine only, and a paper accepted with the mouse."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.browser import browsing
from tests.screens.leaks import LIST, fill
from triage.collection import Store
from triage.models import Stage

SURVEY = "2606.00007"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with the invented list adopted, and nine drafts."""
    folder = tmp_path / "leaks"
    folder.mkdir()
    (folder / "README.md").write_text(LIST, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "triage", "init", "README.md", "--offline"], cwd=folder, check=True, capture_output=True
    )
    with Store(folder / "store") as store:
        fill(store)
    return folder


@pytest.fixture
def address(workspace: Path) -> Iterator[str]:
    """Where `triage review --web` serves that folder."""
    pytest.importorskip("textual_serve", reason="textual-serve is not installed: pip install textual-serve")
    command = [sys.executable, "-m", "triage", "review", "--web", "--port", "0"]
    with subprocess.Popen(command, cwd=workspace, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        assert run.stderr is not None
        said = ""
        for line in run.stderr:
            said += line
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
            if found:
                break
        else:
            pytest.fail(f"no address was printed: {said}")
        yield found.group()
        run.terminate()


def status(url: str, headers: dict[str, str]) -> int:
    """The HTTP status of one request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_served_to_this_machine_and_its_key_only(address: str) -> None:
    host = re.findall(r"127\.0\.0\.1:\d+", address)[0]
    bare = f"http://{host}/"
    assert status(address, {}) == 200
    assert status(bare, {}) == 403
    assert status(f"{bare}ws", {}) == 403
    assert status(f"{bare}?key=guess", {}) == 403
    assert status(address, {"Origin": "http://elsewhere.example"}) == 403
    assert status(address, {"Host": "elsewhere.example"}) == 403
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    outside = [one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    for other in {one for one in outside if not str(one).startswith("127.")}:
        with socket.socket() as trial:
            trial.settimeout(2)
            assert trial.connect_ex((str(other), int(host.rpartition(":")[2]))) != 0


@pytest.mark.slow
def test_a_paper_is_accepted_by_clicking_in_chromium(address: str, workspace: Path, tmp_path: Path) -> None:
    driver, binary = shutil.which("chromedriver"), shutil.which("chromium")
    if not driver or not binary:
        pytest.skip("chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    with browsing(driver, binary, tmp_path) as browser, Store(workspace / "store") as store:
        browser.go(address)
        end = time.monotonic() + 30
        while not browser.run("return document.body.classList.contains('-first-byte')"):
            assert time.monotonic() < end, "the review was not drawn"
            time.sleep(0.1)
        while store.record(SURVEY).stage is not Stage.ACCEPTED and time.monotonic() < end:
            box = browser.run(
                "const b = document.querySelector('.xterm-screen').getBoundingClientRect();"
                "return [b.left, b.top, b.width, b.height]"
            )
            browser.click(round(box[0] + 30), round(box[1] + box[3] - 8))
            time.sleep(0.5)
        assert store.record(SURVEY).stage is Stage.ACCEPTED
        browser.picture(tmp_path / "accepted.png")
