"""Any OpenAI-compatible server (OpenAI, Ollama, llama.cpp, vLLM) through the `openai` package, and what its calls cost.

The address comes from triage.toml or OPENAI_BASE_URL, the key from OPENAI_API_KEY alone. The key goes to the host of
that address and nowhere else (redirects are not followed), and is taken out of everything that leaves this file:
errors and replies alike.
"""

import json
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.llm.credentials import OFFICIAL, how_to_send, key_for, origin
from triage.protocols import Message, ModelReply
from triage.sources.manners import retry_after

if TYPE_CHECKING:
    import httpx2
    import openai


_PER_MILLION: dict[str, tuple[float, float]] = {
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
}
"""US dollars per million tokens in and out, by https://openai.com/api/pricing as of 2025: a cost is an estimate."""

_LOCAL = ("localhost", "127.0.0.1", "::1")
_OFFICIAL_HOST = urlsplit(OFFICIAL).hostname

_NO_KEY = "no-key"
_RETRIES = 3
_LONGEST_WAIT = 60.0
"""Seconds to wait for one reply between attempts; a server that asks for more has not answered."""

_LONGEST_REPLY = 4_000_000
"""Bytes; whatever is longer is not an answer to us."""

_FORMS = ("schema", "object", "text")
"""How a reply's form is asked for, the strictest first."""

_CONCLUSIVE = 2
"""After so many refusals of a form that was never taken, the server does not know it; one may be about one request."""

_ABOUT_FORM = re.compile(r"response.?format|json.?schema|json.?object|structured.?output|grammar|guided", re.IGNORECASE)
_ABOUT_LENGTH = re.compile(r"context.?(?:length|size|window)|too (?:long|large|many tokens)", re.IGNORECASE)
_EMPTY_WORDS = frozenset("error bad request 400 422 none null invalid unprocessable entity".split())
_ENDS = "triage.ends"
_PLAIN_HEADERS = frozenset("accept accept-encoding connection content-length content-type host user-agent".split())
_SETUP = {
    401: "refuses the key; check OPENAI_API_KEY",
    402: "has no credit left for this key",
    403: "refuses the key; check OPENAI_API_KEY",
    404: "does not know {model}; check [llm] model and base_url",
}
_LIMITS = ("max_tokens", "max_completion_tokens")
"""The two names of the limit on a reply's length: most servers know the first, OpenAI's newer models the second."""


def open_model(model: str, base_url: str = "", timeout_seconds: float = 60.0) -> "ChatModel":
    """The model of that name on the server at `base_url`, else OPENAI_BASE_URL, else OpenAI. Raises ModelSetupError
    if OpenAI itself is meant and no key is set, UnconfirmedHost if the key was given for another host."""
    address = base_url or os.environ.get("OPENAI_BASE_URL", "") or OFFICIAL
    key = key_for(address)
    if not key and urlsplit(address).hostname == _OFFICIAL_HOST:
        raise ModelSetupError(
            f"[llm] model is {model}, but OPENAI_API_KEY is not set; set it, or name your own server in [llm] base_url"
        )
    return ChatModel(model, address, key, timeout_seconds)


class ChatModel:
    """A chat model behind an address. May be called from several threads; the connection is made when first asked.
    What a server does not take (a form of reply, a parameter's name) is found out by asking, and remembered."""

    def __init__(self, name: str, base_url: str, key: str, timeout_seconds: float, retries: int = _RETRIES) -> None:
        """`timeout_seconds` is how long one whole reply may take, `retries` how often at most a question is put again
        to a server that is busy or fails."""
        self._name = name
        self._base_url = base_url
        self._key = key
        self._timeout = timeout_seconds
        parts = urlsplit(base_url)
        self._official = parts.hostname == _OFFICIAL_HOST
        self._shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
        self._at = f"the server at {self._shown}"
        self._too_slow = f"{self._at} did not answer within {timeout_seconds:g} s"
        self._retries = retries
        self._lock = threading.Lock()
        self._made: openai.OpenAI | None = None
        self._limit = _LIMITS[self._official]
        self._taken: set[int] = set()
        self._refusals = 0

    @property
    def name(self) -> str:
        """The model's name, as the server knows it."""
        return self._name

    def check(self) -> str:
        """Asks for one word and says how that went, in one line. Raises ModelError."""
        reply = self.ask([Message("user", 'Answer with {"word": "yes"}.')], _ONE_WORD, 30)
        return f"{self._name} at {self._shown} answered in {reply.seconds:.1f} s"

    def ask(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int) -> ModelReply:
        """The model's reply, asked to fit `schema` in the strictest way that the server takes. 429 and 5xx are tried
        again with growing pauses, or the pause that Retry-After names; a timeout is not.

        Raises ModelUnavailable if no reply comes, ModelSetupError if no further call makes sense, and ModelError if
        the server refuses this very request.
        """
        import openai

        began = time.monotonic()
        failures, waited = 0, 0.0
        while True:
            try:
                done = self._adapted(messages, schema, max_tokens)
                return self._reply(done, time.monotonic() - began)
            except openai.OpenAIError as error:
                pause = self._pause(error, failures)
                if pause is None or waited + pause > _LONGEST_WAIT:
                    raise self._as_ours(error) from None
            failures, waited = failures + 1, waited + pause
            time.sleep(pause)

    def _adapted(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int) -> object:
        """The server's answer, asked in the strictest form and with the name of the limit that it takes. Only an error
        that speaks of one of these changes it: a prompt that is too long says nothing about forms."""
        import openai

        form, limit, renamed = self._strictest(), self._limit, False
        while True:
            try:
                done = self._complete(messages, schema, {limit: max_tokens}, _FORMS[form])
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not renamed and _speaks_of(limit, error):
                    limit, renamed = _LIMITS[limit == _LIMITS[0]], True
                elif form + 1 < len(_FORMS) and self._refuses_form(form, error):
                    self._refusals += 1
                    form += 1
                else:
                    raise
            else:
                self._taken.add(form)
                self._limit = limit
                return done

    def _strictest(self) -> int:
        """The form to begin with: the strictest, unless it was never taken and the refusals are conclusive."""
        if self._refusals < _CONCLUSIVE:
            return 0
        return min(self._taken, default=len(_FORMS) - 1)

    def _refuses_form(self, form: int, error: "openai.APIStatusError") -> bool:
        """Whether a refused request was refused for the form asked for. One that gives no reason counts, as long as the
        form was never taken."""
        said = _words(error)
        if _ABOUT_LENGTH.search(said):
            return False
        return bool(_ABOUT_FORM.search(said)) or (not said and form not in self._taken)

    def _complete(
        self, messages: Sequence[Message], schema: Mapping[str, object], limit: Mapping[str, int], form: str
    ) -> object:
        """The JSON that one request brings, whole within the time allowed."""
        import httpx2

        asked: dict[str, object] = {**limit}
        if form == "schema":
            body = {"name": "answer", "strict": True, "schema": fitting_schema(schema, self._official)}
            asked["response_format"] = {"type": "json_schema", "json_schema": body}
        elif form == "object":
            asked["response_format"] = {"type": "json_object"}
        talk = [{"role": message.role, "content": message.text} for message in messages]
        create = cast(Any, self._client().chat.completions.with_streaming_response.create)
        data = bytearray()
        try:
            with create(model=self._name, messages=talk, **asked) as response:
                for block in response.iter_bytes():
                    data += block
                    if len(data) > _LONGEST_REPLY:
                        raise ModelUnavailable(f"{self._at} sends more than {_LONGEST_REPLY / 1e6:.0f} MB")
        except httpx2.TimeoutException:
            raise ModelUnavailable(self._too_slow) from None
        except httpx2.HTTPError as error:
            raise ModelUnavailable(self._explained("broke off", error)) from None
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ModelUnavailable(self._explained("answered something that is not JSON", error)) from None

    def _client(self) -> "openai.OpenAI":
        import openai

        with self._lock:
            if self._made is None:
                self._made = openai.OpenAI(
                    api_key=self._key or _NO_KEY,
                    base_url=self._base_url,
                    timeout=self._timeout,
                    max_retries=0,
                    http_client=openai.DefaultHttpxClient(
                        follow_redirects=False,
                        trust_env=urlsplit(self._base_url).hostname not in _LOCAL,
                        event_hooks={"request": [self._keep_to_ourselves], "response": [self._hurry]},
                    ),
                )
            return self._made

    def _keep_to_ourselves(self, request: "httpx2.Request") -> None:
        """Takes all but the plain headers off a request that is not for the key's own host, or that has no key: the
        environment may hold an organisation's name and headers with secrets, which `openai` would add."""
        if not self._key or origin(str(request.url)) != origin(self._base_url):
            for name in list(request.headers):
                if name.lower() not in _PLAIN_HEADERS and not name.lower().startswith("x-stainless-"):
                    del request.headers[name]
        request.extensions[_ENDS] = time.monotonic() + self._timeout

    def _hurry(self, response: "httpx2.Response") -> None:
        """Bounds the time until a body has come in: by itself httpx2 bounds only that between two of its parts."""
        response.stream = _bounded(response.stream, response.request.extensions[_ENDS])
        if response.status_code >= 300:
            response.headers.pop("content-encoding", None)  # an error's body is read whole: it must not grow by that

    def _reply(self, done: object, seconds: float) -> ModelReply:
        answer = done if isinstance(done, Mapping) else {}
        choices, usage = answer.get("choices"), answer.get("usage")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, Mapping) else None
        if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
            said = ValueError(answer.get("error") or "none")
            raise ModelUnavailable(self._explained("answered without a message; it may not be a chat server", said))
        tokens_in, tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        return ModelReply(
            text=self._without_key(_text(message.get("content")) or _text(message.get("refusal"))),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            seconds=seconds,
            cost=price(self._name, self._base_url, tokens_in, tokens_out),
            cut=choice.get("finish_reason") == "length",
        )

    def _pause(self, error: "openai.OpenAIError", failures: int) -> float | None:
        """Seconds until a question that failed so often before is worth putting again; None if it is not."""
        import openai

        if isinstance(error, openai.APIConnectionError):
            broken = not isinstance(error, openai.APITimeoutError) and not _refused(error)
            return 0.5 if broken and failures < min(1, self._retries) else None
        if not isinstance(error, openai.APIStatusError) or _no_credit(error):
            return None
        if error.status_code != 429 and error.status_code < 500:
            return None
        if failures >= (self._retries if error.status_code == 429 else min(2, self._retries)):
            return None
        named = retry_after(error.response.headers.get("Retry-After"))
        return 0.5 * 2**failures if named is None else named

    def _as_ours(self, error: "openai.OpenAIError") -> ModelError:
        import openai

        if isinstance(error, openai.APITimeoutError):
            return ModelUnavailable(self._too_slow)
        if isinstance(error, openai.APIConnectionError) and _refused(error):
            return ModelSetupError(self._explained("cannot be reached; is the server running?", error))
        if not isinstance(error, openai.APIStatusError):
            return ModelUnavailable(self._explained("broke off", error))
        return self._as_setup(error) or self._failure(error)

    def _as_setup(self, error: "openai.APIStatusError") -> ModelSetupError | None:
        """What a person has to put right before any further call; None if that is not the matter."""
        if error.status_code < 400:
            place = " ".join(error.response.headers.get("Location", "nowhere").split())[:200]
            return ModelSetupError(f"{self._at} redirects to {place}; if that is right, put it into [llm] base_url")
        status = 402 if _no_credit(error) else error.status_code
        if status in (401, 403) and not self._key:
            cure = how_to_send(self._base_url)
            return ModelSetupError(self._explained(f"wants a key, and none was sent; {cure}", error))
        if status in _SETUP:
            return ModelSetupError(self._explained(_SETUP[status].format(model=self._name), error))
        return None

    def _failure(self, error: "openai.APIStatusError") -> ModelError:
        """A server that is in trouble, or a request that it does not take."""
        if error.status_code == 429 or error.status_code >= 500:
            named = retry_after(error.response.headers.get("Retry-After"))
            wait = "" if named is None else f" and asks to wait {named:.0f} s"
            return ModelUnavailable(self._explained(f"failed{wait}", error))
        if _ABOUT_LENGTH.search(_words(error)):
            cure = "lower [llm] max_answer_tokens, or give the server more context"
            return ModelError(self._explained(f"has no room for this prompt and its answer; {cure}", error))
        return ModelError(self._explained("refuses the request", error))

    def _explained(self, what: str, error: Exception) -> str:
        said = " ".join(self._without_key(str(error.__cause__ or error)).split())[:300]
        return f"{self._at} {what} ({said})"

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "[key]") if self._key else text


def price(model: str, base_url: str, tokens_in: int | None, tokens_out: int | None) -> float | None:
    """What a call cost: 0 on this machine, None where the price or the tokens are not known."""
    host = urlsplit(base_url).hostname or ""
    if host in _LOCAL:
        return 0.0
    known = _PER_MILLION.get(model)
    if known is None or host != _OFFICIAL_HOST or tokens_in is None or tokens_out is None:
        return None
    return (tokens_in * known[0] + tokens_out * known[1]) / 1_000_000


def fitting_schema(schema: Mapping[str, object], official: bool) -> dict[str, object]:
    """`schema` without the limits on length that OpenAI's strict mode does not know; as it is for other servers, which
    need them to keep a small model from running on."""
    fitted: dict[str, object] = {}
    for key, value in schema.items():
        if official and key in ("maxLength", "maxItems") and isinstance(value, int):
            continue
        fitted[key] = fitting_schema(value, official) if isinstance(value, Mapping) else value
    return fitted


def _bounded(stream: Any, ends: float) -> "httpx2.SyncByteStream":
    """The parts of a body, until the time `ends` (of the monotonic clock) and no more than a reply may be long."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for block in stream:
                size += len(block)
                if time.monotonic() > ends:
                    raise httpx2.ReadTimeout("the body is late")
                if size > _LONGEST_REPLY:
                    raise httpx2.ReadError(f"more than {_LONGEST_REPLY / 1e6:.0f} MB")
                yield block

        def close(self) -> None:
            stream.close()

    return Bounded()


def _words(error: "openai.APIStatusError") -> str:
    """What the server says of a refused request; "" if no more than that it is one."""
    body = error.body if error.body is not None else error.response.text
    said = " ".join(str(value) for value in body.values()) if isinstance(body, Mapping) else str(body)
    said = said[:2000]
    return said if set(re.findall(r"\w+", said.casefold())) - _EMPTY_WORDS else ""


def _speaks_of(limit: str, error: "openai.APIStatusError") -> bool:
    """Whether a request was refused for the name of the limit on a reply's length."""
    said = _words(error)
    return re.search(rf"(?<!\w){limit}(?!\w)", said) is not None and not _ABOUT_LENGTH.search(said)


def _refused(error: "openai.OpenAIError") -> bool:
    """Whether no connection came about at all: nobody listens, no such host, no network."""
    import httpx2

    return isinstance(error.__cause__, httpx2.ConnectError)


def _no_credit(error: "openai.APIStatusError") -> bool:
    return error.status_code == 402 or error.code == "insufficient_quota"


def _text(content: object) -> str:
    """A message's text, whether it comes whole or in parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _count(usage: object, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and 0 <= value < 10**9 else None


_ONE_WORD: Mapping[str, object] = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}
