"""Any OpenAI-compatible server (OpenAI, Ollama, llama.cpp, vLLM) through the `openai` package.

The key comes from OPENAI_API_KEY alone, the address from triage.toml or OPENAI_BASE_URL. The key is taken out of
everything that leaves this file: errors and replies alike.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from triage.errors import ModelError, ModelSetupError
from triage.services import Message, ModelReply
from triage.services.prices import price

if TYPE_CHECKING:
    import openai

OFFICIAL = "https://api.openai.com/v1"
_NO_KEY = "no-key"
_RETRIES = 4
_SHAPES = ("schema", "object", "text")
"""How a reply's form is asked for, the strictest first; a server that refuses one is asked for the next."""


def open_model(model: str, base_url: str = "", timeout_seconds: float = 60.0) -> "ChatModel":
    """The model of that name on the server at `base_url`, else OPENAI_BASE_URL, else OpenAI. Raises ModelSetupError
    if OpenAI itself is meant and no key is set."""
    address = base_url or os.environ.get("OPENAI_BASE_URL", "") or OFFICIAL
    key = os.environ.get("OPENAI_API_KEY", "")
    if not key and urlsplit(address).hostname == "api.openai.com":
        raise ModelSetupError(
            f"[llm] model is {model}, but OPENAI_API_KEY is not set; set it, or name your own server in [llm] base_url"
        )
    return ChatModel(model, address, key, timeout_seconds)


class ChatModel:
    """A chat model behind an address. May be called from several threads; the connection is made when first asked."""

    def __init__(self, name: str, base_url: str, key: str, timeout_seconds: float, retries: int = _RETRIES) -> None:
        self._name = name
        self._base_url = base_url
        self._key = key
        self._timeout = timeout_seconds
        self._retries = retries
        self._lock = threading.Lock()
        self._made: openai.OpenAI | None = None
        self._shape = 0

    @property
    def name(self) -> str:
        """The model's name, as the server knows it."""
        return self._name

    def check(self) -> str:
        """Asks for one word and says how that went, in one line. Raises ModelError."""
        reply = self.ask([Message("user", 'Answer with {"word": "yes"}.')], _ONE_WORD, 30)
        return f"{self._name} at {self._shown} answered in {reply.seconds:.1f} s"

    def ask(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int) -> ModelReply:
        """The model's reply, asked to fit `schema` in the strictest way that the server takes. Timeouts, 429 and 5xx
        are tried again with growing pauses, or the pause that Retry-After names. Raises ModelError; ModelSetupError if
        no further call makes sense."""
        import openai

        began = time.monotonic()
        while True:
            shape = self._shape
            try:
                done = self._complete(messages, schema, max_tokens, _SHAPES[shape])
                break
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if shape + 1 == len(_SHAPES):
                    raise ModelError(self._told("refuses the request", error)) from None
                self._shape = max(self._shape, shape + 1)
            except openai.OpenAIError as error:
                raise self._as_ours(error) from None
            except ValueError as error:
                raise ModelError(self._told("answered what is no JSON", error)) from None
        return self._reply(done, time.monotonic() - began)

    def _complete(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int, shape: str) -> Any:
        form: dict[str, object] = {}
        if shape == "schema":
            body = {"name": "answer", "strict": True, "schema": fitting_schema(schema, self._official)}
            form = {"response_format": {"type": "json_schema", "json_schema": body}}
        elif shape == "object":
            form = {"response_format": {"type": "json_object"}}
        talk = [{"role": message.role, "content": message.text} for message in messages]
        limit = "max_completion_tokens" if self._official else "max_tokens"
        create = cast(Any, self._client().chat.completions.create)
        return create(model=self._name, messages=talk, **{limit: max_tokens}, **form)

    @property
    def _official(self) -> bool:
        return urlsplit(self._base_url).hostname == "api.openai.com"

    @property
    def _shown(self) -> str:
        parts = urlsplit(self._base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def _client(self) -> "openai.OpenAI":
        import openai

        with self._lock:
            if self._made is None:
                self._made = openai.OpenAI(
                    api_key=self._key or _NO_KEY,
                    base_url=self._base_url,
                    timeout=self._timeout,
                    max_retries=self._retries,
                )
            return self._made

    def _reply(self, done: Any, seconds: float) -> ModelReply:
        choices = getattr(done, "choices", None)
        if not choices or choices[0].message is None:
            raise ModelError(f"{self._name} at {self._shown} answered without a message; it may not be a chat server")
        usage = done.usage
        tokens_in = usage.prompt_tokens if usage else None
        tokens_out = usage.completion_tokens if usage else None
        text = choices[0].message.content or choices[0].message.refusal or ""
        return ModelReply(
            text=self._without_key(text),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            seconds=seconds,
            cost=price(self._name, self._base_url, tokens_in, tokens_out),
            cut=choices[0].finish_reason == "length",
        )

    def _as_ours(self, error: "openai.OpenAIError") -> ModelError:
        import openai

        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelSetupError(self._told("refuses the key; check OPENAI_API_KEY", error))
        if isinstance(error, openai.NotFoundError):
            return ModelSetupError(self._told("does not know the model; check [llm] model and base_url", error))
        if isinstance(error, openai.APITimeoutError):
            return ModelError(f"{self._name} at {self._shown} did not answer within {self._timeout:g} s")
        if isinstance(error, openai.APIConnectionError):
            return ModelSetupError(self._told("cannot be reached; is the server running?", error))
        return ModelError(self._told("failed", error))

    def _told(self, what: str, error: Exception) -> str:
        said = " ".join(self._without_key(str(error)).split())[:300]
        return f"{self._name} at {self._shown} {what} ({said})"

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "[key]") if self._key else text


def fitting_schema(schema: Mapping[str, object], official: bool) -> dict[str, object]:
    """`schema` without the limits on length that OpenAI's strict mode does not know; as it is for other servers, which
    need them to keep a small model from running on."""
    fitted: dict[str, object] = {}
    for key, value in schema.items():
        if official and key in ("maxLength", "maxItems") and isinstance(value, int):
            continue
        fitted[key] = fitting_schema(value, official) if isinstance(value, Mapping) else value
    return fitted


_ONE_WORD: Mapping[str, object] = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}
