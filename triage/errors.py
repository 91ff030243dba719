"""Every error that triage raises on purpose. A message names the file, key, paper or line, and the cure.

TriageError
├── ConfigError       triage.toml is missing, unreadable, or says something that cannot be
├── ListError         the list cannot be read as a list
│   └── ListChanged       another program wrote the list since it was read
├── FileError         a file cannot be written: no room, no right, a read-only disk
├── FeedError         arXiv (or the stand-in) refused or could not be reached
├── ReadError         a PDF cannot be fetched or read
├── ModelError        the language model's server refused, or answered what cannot be used
│   ├── ModelUnavailable  the server gave no reply: too slow, overloaded, broken
│   └── ModelSetupError   no further call makes sense: wrong key, unknown model, no server there
│       └── UnconfirmedHost   the key's owner has not said whether this host may have it
├── VectorIndexError  the vector index cannot be opened or does not fit the embedding model
├── StoreError        papers.db cannot be used: full disk, no right, damage, a newer triage
│   ├── DamagedError      its file is damaged, or no database at all
│   └── LockedError       another process is at work on it; its owner is named
└── UnknownPaper      no paper of that id is in the store
"""

import errno


class TriageError(Exception):
    """Base of all expected failures; the command line prints it as one line and exits with 1."""


class ConfigError(TriageError):
    """triage.toml is missing, unreadable, or says something that cannot be."""


class ListError(TriageError):
    """The list cannot be read as a list."""


class ListChanged(ListError):
    """Another program wrote the list since it was read; it is as that program left it."""


class FileError(TriageError):
    """A file cannot be written: no room, no right, a read-only disk. It is as it was before."""


class FeedError(TriageError):
    """arXiv refused or could not be reached."""


class ReadError(TriageError):
    """A PDF cannot be fetched or read; the abstract serves instead."""


class ModelError(TriageError):
    """The language model's server refused, or answered what cannot be used."""


class ModelUnavailable(ModelError):
    """The language model's server gave no reply: it was too slow, is overloaded, or broke off."""


class ModelSetupError(ModelError):
    """No further call makes sense until something is put right: wrong key, unknown model, no server there."""


class UnconfirmedHost(ModelSetupError):
    """The key's owner has not said whether this host may have the key; `host` is its origin ("https://a.example")."""

    def __init__(self, message: str, host: str) -> None:
        super().__init__(message)
        self.host = host


class VectorIndexError(TriageError):
    """The vector index cannot be opened or does not fit the embedding model."""


class StoreError(TriageError):
    """papers.db cannot be used: the disk is full, a right is lacking, it is damaged or from a newer triage."""


class DamagedError(StoreError):
    """papers.db is damaged, or no database at all; nothing was changed in it."""


class LockedError(StoreError):
    """Another process is at work in the workspace; the message names its owner."""


class UnknownPaper(TriageError):
    """No paper of that id is in the store."""


_REASONS = {
    errno.ENOSPC: "the disk is full; make room and run this again",
    errno.EDQUOT: "your share of the disk is full; make room and run this again",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
}


def reason(error: OSError) -> str:
    """What the system refused, in plain words, with the cure where there is one."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
