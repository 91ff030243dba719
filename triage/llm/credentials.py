"""Which host may have the key in OPENAI_API_KEY. A key is given for one host: OPENAI_BASE_URL's where that is set, else
OpenAI's. A triage.toml comes with a list, from whoever wrote it; a host that it names gets the key only if the key's
owner said so, once.

What the owner said is kept in their own configuration folder, host by host; a key is never kept anywhere.
"""

import json
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from triage.errors import FileError, ModelSetupError, UnconfirmedHost
from triage.files import write_atomically

OFFICIAL = "https://api.openai.com/v1"
FILE_NAME = "key-hosts.json"
_PORTS = {"http": 80, "https": 443}


class KeyUse(StrEnum):
    """What the owner of a key said about a host: it may have the key, or is to be asked without one."""

    SEND = "send"
    WITHHOLD = "withhold"


def key_for(address: str) -> str:
    """The key to send to the server at `address`: "" if there is none, or the server is to be asked without it.

    Raises UnconfirmedHost if the owner was not asked about this host yet, ModelSetupError if `address` names no host or
    what the owner said before cannot be read.
    """
    host = origin(address)
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not key or host == origin(os.environ.get("OPENAI_BASE_URL", "") or OFFICIAL):
        return key
    use = decided().get(host)
    if use is None:
        raise UnconfirmedHost(
            f"[llm] base_url in triage.toml names {host}, and OPENAI_API_KEY was not given for that host, so nothing"
            f" was sent there; if it may have your key, set OPENAI_BASE_URL={host} beside it, or run `triage doctor` in"
            " a terminal and answer y; to ask it without a key, answer n, or set OPENAI_API_KEY to nothing",
            host,
        )
    return key if use is KeyUse.SEND else ""


def origin(address: str) -> str:
    """Scheme, host and port of `address` as one text, the port left out where it is the usual one; two addresses have
    the same origin if the same server answers them. Raises ModelSetupError if it is no http(s) address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in _PORTS or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        shown = re.sub(r"//[^/]*@", "//", address)[:200]
        raise ModelSetupError(
            f"[llm] base_url (else OPENAI_BASE_URL) is {shown!r}, which is not the address of a server; write it with"
            ' http:// or https:// and a host, as in "http://127.0.0.1:8080/v1"'
        )
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port == _PORTS[parts.scheme] else f":{port}")


def decided() -> Mapping[str, KeyUse]:
    """What the owner said about each host so far. Raises ModelSetupError if that cannot be read."""
    file = _file()
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
        return {host: KeyUse(use) for host, use in table.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelSetupError(
            f"{file}, which says what hosts may have your key, cannot be read ({error}); mend it, or remove it to be"
            " asked again"
        ) from None


def remember(host: str, use: KeyUse) -> Path:
    """Keeps what the owner said about a host (as `origin` gives it), for all lists; gives the file that holds it.
    Raises ModelSetupError, FileError."""
    table = {**decided(), host: use}
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FileError(f"{file.parent} cannot be made: {error.strerror}; set TRIAGE_CONFIG_DIR to a folder") from None
    write_atomically(file, (json.dumps(table, indent=2, sort_keys=True) + "\n").encode("ascii"))
    return file


def how_to_send(address: str) -> str:
    """What to do if the server at `address` wants a key and got none."""
    if os.environ.get("OPENAI_API_KEY", "").strip():
        return f"you said to ask {origin(address)} without yours; to be asked again, remove it from {_file()}"
    return "set OPENAI_API_KEY"


def _file() -> Path:
    """In TRIAGE_CONFIG_DIR, else where this system keeps a person's settings."""
    named = os.environ.get("TRIAGE_CONFIG_DIR")
    if named:
        return Path(named) / FILE_NAME
    from platformdirs import user_config_path

    return user_config_path("triage") / FILE_NAME
