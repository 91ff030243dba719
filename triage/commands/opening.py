"""Opens the workspace that a command works in."""

import os
from pathlib import Path

from triage.config import find_workspace, load
from triage.screens.console import say, talk_console
from triage.screens.progress import Bars, Silence
from triage.workspace import Workspace


def open_workspace(folder: Path | None, *, quiet: bool = False) -> Workspace:
    """The workspace in `folder`, or the nearest above the present folder, its settings checked. Raises ConfigError."""
    _quieten()
    root = folder.resolve() if folder else find_workspace(Path.cwd())
    workspace = Workspace(load(root), Silence() if quiet else Bars(talk_console()), say)
    workspace.check()
    return workspace


def _quieten() -> None:
    """Packages that report home or chatter on stderr are told not to, before they are imported."""
    for name, value in (
        ("ANONYMIZED_TELEMETRY", "False"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
    ):
        os.environ.setdefault(name, value)
