"""What each command does, one file each. A command's file is imported when the command runs, never for `--help`."""

from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """The module of the command `name`, such as "fetch"."""
    return import_module(f"{__name__}.{name}")
