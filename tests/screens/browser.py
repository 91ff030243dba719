"""A browser for one test: chromedriver spoken to directly, in the few words of the WebDriver standard that it takes."""

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1600,900",
)


class Browser:
    """One window of a headless Chromium."""

    def __init__(self, address: str, profile: Path, binary: str) -> None:
        self._address = address
        options = {"binary": binary, "args": [*_FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self._session = self._call("POST", "/session", wanted)["sessionId"]

    def go(self, url: str) -> None:
        """Opens the address."""
        self._here("POST", "/url", {"url": url})

    def run(self, script: str) -> Any:
        """The value that this JavaScript returns."""
        return self._here("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, x: int, y: int) -> None:
        """Clicks with the mouse at this point of the window."""
        moves = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pause", "duration": 60},
            {"type": "pointerUp", "button": 0},
        ]
        self._here("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": moves}]})

    def picture(self, path: Path) -> None:
        """Saves what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self._here("GET", "/screenshot")))

    def close(self) -> None:
        """Ends the browser."""
        self._here("DELETE", "")

    def _here(self, method: str, path: str, body: Any = None) -> Any:
        return self._call(method, f"/session/{self._session}{path}", body)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]


@contextmanager
def browsing(driver: str, binary: str, folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile in `folder`, ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/status")
        browser = Browser(f"http://127.0.0.1:{port}", folder / "profile", binary)
        try:
            yield browser
        finally:
            browser.close()
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
