"""A scripted OpenAI-compatible server on 127.0.0.1: it answers /v1/chat/completions as each test needs."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One answer of the server, `delay` seconds late. `text` is the model's message; `raw` replaces the whole body;
    with `drip` it comes byte by byte, so many seconds apart."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    raw: bytes | None = None
    finish: str = "stop"
    usage: tuple[int, int] | None = (100, 20)
    drip: float = 0.0


Script = Callable[[Json, int], Said]
"""Given the request and how many came before it, the answer."""


@dataclass
class ModelServer:
    """A running server: its address as base_url, the requests it got and the headers they came with."""

    base_url: str
    requests: list[Json] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    now: int = 0


@contextmanager
def serve(script: Script) -> Iterator[ModelServer]:
    """Serves `script` until the block ends."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(state.requests)
                state.requests.append(body)
                state.headers.append({name.lower(): value for name, value in self.headers.items()})
                state.now += 1
                state.most_at_once = max(state.most_at_once, state.now)
            said = script(body, number)
            time.sleep(said.delay)
            with lock:
                state.now -= 1
            data = said.raw if said.raw is not None else _body(said, body)
            try:
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                for start in range(len(data)) if said.drip else ():
                    self.wfile.write(data[start : start + 1])
                    time.sleep(said.drip)
                self.wfile.write(b"" if said.drip else data)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = ModelServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _body(said: Said, request: Json) -> bytes:
    if said.status >= 400:
        return json.dumps({"error": {"message": said.text, "type": "error", "code": None}}).encode()
    answer: Json = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": request.get("model"),
        "choices": [{"index": 0, "finish_reason": said.finish, "message": {"role": "assistant", "content": said.text}}],
    }
    if said.usage:
        answer["usage"] = {
            "prompt_tokens": said.usage[0],
            "completion_tokens": said.usage[1],
            "total_tokens": sum(said.usage),
        }
    return json.dumps(answer).encode()


def sections_offered(request: Json) -> list[str]:
    """The sections that the request's schema allows, without "none of these"; read from the prompt where there is no
    schema."""
    form = request.get("response_format", {})
    if "json_schema" in form:
        offered = form["json_schema"]["schema"]["properties"]["section"]
        return [name for name in offered.get("enum", [offered.get("const")]) if name != "none of these"]
    prompt = request["messages"][-1]["content"]
    block = prompt.partition("one per line")[2].partition("Papers already")[0]
    return [line[2:] for line in block.splitlines() if line.startswith("- ") and "none of these" not in line]


def wants(request: Json, field_name: str) -> bool:
    """Whether this is the question for a whole draft (which explains the field) rather than for a section alone."""
    return any(f"- {field_name}:" in message["content"] for message in request["messages"])


def paper_in(request: Json) -> str:
    """The fenced paper in the prompt."""
    content = next(m["content"] for m in request["messages"] if m["role"] == "user")
    return str(content.split("=====")[2])
