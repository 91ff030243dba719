"""No test reaches beyond this machine, and none reads the caller's keys."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is not a failure: how long things take is measured where that is the question.
settings.register_profile("triage", deadline=None)
settings.load_profile("triage")

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _guard(address: Any) -> None:
    if isinstance(address, tuple) and str(address[0]) not in _LOOPBACK:
        raise OSError(f"tests may not reach {address[0]}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _guard(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _guard(address)
    return _connect_ex(self, address)


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """A shell starts what it puts into the background deaf to Ctrl-C, and what that starts is deaf too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _closed_network() -> Iterator[None]:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign,assignment]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "TRIAGE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRIAGE_CONFIG_DIR", str(tmp_path / "a person's own settings"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data, given by TRIAGE_DATA; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("TRIAGE_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}; set TRIAGE_DATA to its folder")
    return folder
