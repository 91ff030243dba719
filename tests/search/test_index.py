"""Chroma in a folder of ours and on a server."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from triage.errors import VectorIndexError
from triage.protocols import Index, Vectors
from triage.search.index import collection_name, open_index


def unit(*rows: tuple[float, ...]) -> Vectors:
    made = np.array(rows, dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


VECTORS = unit((1, 0, 0), (0, 1, 0), (1, 1, 0))


def exercise(index: Index) -> None:
    assert index.nearest("papers", VECTORS[:1], 5) == []
    index.add("papers", ["a", "b", "c"], VECTORS)
    index.add("passages", ["p"], VECTORS[:1])
    found = index.nearest("papers", VECTORS[:1], 2)
    assert [hit.key for hit in found] == ["a", "c"]
    assert found[0].score == pytest.approx(1.0, abs=1e-5)
    assert found[1].score == pytest.approx(2**-0.5, abs=1e-5)
    index.add("papers", ["a", "a"], unit((1, 0, 0), (0, 0, 1)))
    assert index.nearest("papers", unit((0, 0, 1)), 1)[0].key == "a"
    assert index.keys("papers") == {"a", "b", "c"}
    index.remove("papers", ["b", "nobody"])
    assert (index.count("papers"), index.count("passages")) == (2, 1)
    index.remove("papers", index.keys("papers"))
    assert (index.count("papers"), index.count("passages")) == (0, 1)


def test_in_a_folder(tmp_path: Path) -> None:
    exercise(open_index(tmp_path / "chroma", None, "model"))


def test_what_was_added_is_there_the_next_time(tmp_path: Path) -> None:
    open_index(tmp_path, None, "model").add("papers", ["a"], VECTORS[:1])
    assert open_index(tmp_path, None, "model").keys("papers") == {"a"}
    assert open_index(tmp_path, None, "another").keys("papers") == set()


def test_a_vector_of_another_length_is_refused(tmp_path: Path) -> None:
    index = open_index(tmp_path, None, "model")
    index.add("papers", ["a"], VECTORS[:1])
    with pytest.raises(VectorIndexError, match=r"dimension.*triage reindex"):
        index.add("papers", ["b"], unit((1, 0)))


@pytest.mark.parametrize("model", ["m", "BAAI/bge-small-en", "../../x", "模型", "a" * 600])
def test_names_that_chroma_takes(model: str) -> None:
    name = collection_name("papers", model)
    assert 3 <= len(name) <= 512
    assert name.replace("-", "").isalnum()
    assert name.isascii()
    assert len({name, collection_name("papers", model + "x"), collection_name("papers", model, "0a1b2c3d")}) == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "ftp://127.0.0.1"])
def test_a_server_that_is_not_there(url: str) -> None:
    with pytest.raises(VectorIndexError, match=r"\[index\] url"):
        open_index(None, url, "model").count("papers")


def test_no_place_at_all() -> None:
    with pytest.raises(VectorIndexError, match="url"):
        open_index(None, None, "model")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from chromadb.cli.cli import app; app()",
        "run",
        "--path",
        str(tmp_path),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_an_index_named_by_its_model_alone_is_renamed_and_said_so_once(tmp_path: Path) -> None:
    before = open_index(tmp_path, None, "model")
    before.add("papers", ["a", "b"], VECTORS[:2])
    before.add("passages", ["p"], VECTORS[:1])
    said: list[str] = []
    now = open_index(tmp_path, None, "model", "w1", said.append)
    assert (now.keys("papers"), now.keys("passages")) == ({"a", "b"}, {"p"})
    assert now.nearest("papers", VECTORS[:1], 1)[0].key == "a"
    assert len(said) == 1 and "this workspace's own name" in said[0]
    again = open_index(tmp_path, None, "model", "w1", said.append)
    assert again.count("papers") == 2 and len(said) == 1


@pytest.mark.slow
def test_on_a_shared_server_nobody_deletes_another_s_vectors(server: str) -> None:
    shared = open_index(None, server, "model")
    shared.add("papers", ["old"], VECTORS[:1])
    said: list[str] = []
    ada = open_index(None, server, "model", "ada", said.append)
    bo = open_index(None, server, "model", "bo", said.append)
    ada.add("papers", ["a"], VECTORS[:1])
    bo.add("papers", ["b"], VECTORS[1:2])
    assert (ada.keys("papers"), bo.keys("papers")) == ({"old", "a"}, {"old", "b"})
    assert len(said) == 2 and "copied" in said[0]
    ada.remove("papers", ada.keys("papers"))
    assert bo.keys("papers") == {"old", "b"}
    assert shared.keys("papers") == {"old"}


@pytest.mark.slow
def test_on_a_server(server: str) -> None:
    exercise(open_index(None, server, "model"))


def test_a_server_that_a_list_names_gets_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers.items()))
            self.send_error(500)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("CHROMA_CLIENT_AUTH_PROVIDER", "chromadb.auth.token_authn.TokenAuthClientProvider")
    monkeypatch.setenv("CHROMA_CLIENT_AUTH_CREDENTIALS", "secret-of-mine")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-mine")
    (tmp_path / ".env").write_text("CHROMA_CLIENT_AUTH_CREDENTIALS=another-secret\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            with pytest.raises(VectorIndexError):
                index = open_index(None, f"http://127.0.0.1:{server.server_address[1]}", "words-64")
                index.count("papers")
        finally:
            server.shutdown()
    assert seen
    assert not any("secret" in value for headers in seen for value in headers.values())
