"""The review in a browser through textual-serve, on this machine only: 127.0.0.1, with a key in the address."""

import asyncio
import hmac
import logging
import secrets
import shlex
import socket
from collections.abc import Callable, MutableMapping, Sequence

from triage.errors import TriageError

HOST = "127.0.0.1"
_COOKIE = "triage_key"


def serve(command: Sequence[str], port: int, say: Callable[[str], None]) -> None:
    """Runs `command`, a Textual application, for each browser window that opens the address given to `say`, until
    Ctrl-C. Port 0 takes a free one. Raises TriageError if textual-serve is missing or the port is taken.

    Other web pages and other users of the machine are kept out: a request without the key, or for another host, gets
    403, and nothing is loaded from elsewhere.
    """
    try:
        from aiohttp import web
        from aiohttp.typedefs import Handler
        from textual_serve.server import Server
    except ImportError as error:
        raise TriageError("--web needs the package textual-serve: pip install textual-serve") from error
    port = _free_port(port)
    key = secrets.token_urlsafe(16)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        shown = request.query.get("key", "")
        known = hmac.compare_digest(shown, key) or hmac.compare_digest(request.cookies.get(_COOKIE, ""), key)
        origin = request.headers.get("Origin")
        if not known or request.host != f"{HOST}:{port}" or origin not in (None, f"http://{HOST}:{port}"):
            return web.Response(status=403, text="Open the address that `triage review --web` printed.")
        response = await handler(request)
        if not response.prepared:
            _harden(response.headers, port)
            response.set_cookie(_COOKIE, key, httponly=True, samesite="Strict")
        return response

    async def announce() -> None:
        await _listening(port)
        say(f"Review at http://{HOST}:{port}/?key={key}")
        say("Press Ctrl-C here to stop. Every decision is saved as soon as it is made.")

    announced: list[asyncio.Task[None]] = []

    class LocalServer(Server):
        """textual-serve behind the guard, and quiet."""

        async def _make_app(self) -> web.Application:
            app: web.Application = await super()._make_app()
            app.middlewares.append(guard)
            return app

        async def on_startup(self, app: web.Application) -> None:
            announced.append(asyncio.create_task(announce()))

        def initialize_logging(self) -> None:
            logging.getLogger("textual_serve").setLevel(logging.WARNING)

    LocalServer(shlex.join(command), host=HOST, port=port, title="triage review").serve()


async def _listening(port: int) -> None:
    """Returns once the server answers."""
    while True:
        try:
            _, line = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            line.close()
            return


def _harden(headers: MutableMapping[str, str], port: int) -> None:
    headers["Content-Security-Policy"] = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws://{HOST}:{port}; frame-ancestors 'none'"
    )
    headers["Referrer-Policy"] = "no-referrer"


def _free_port(port: int) -> int:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            raise TriageError(f"port {port} is taken; choose another with --port, or --port 0 for any") from error
        return int(trial.getsockname()[1])
