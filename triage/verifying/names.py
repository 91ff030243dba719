"""Names in a statement (methods, acronyms, data sets, places) and whether a text has them, however it spells them:
"U-Net" is "UNet", "VAEs" are "variational autoencoders", "MVTec AD" is "MVTecAD"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written; `is_data_set` where the statement calls it one."""

    text: str
    is_data_set: bool = False


_LONGEST = 20_000
_TOKEN = re.compile(r"[^\W_][\w'’]{0,40}(?:[-–‐/+.][^\W_][\w'’]{0,40}){0,6}\+{0,2}")
_AUTHORS = re.compile(
    r"(?:[A-Z][\w'’-]{1,30}(?:,\s|\s(?:and|&)\s)){0,4}[A-Z][\w'’-]{1,30}(?:\s(?:and|&)\s[A-Z][\w'’-]{1,30}\s?\(|"
    r"\s(?:et al|and colleagues|and co-?workers))|\([^()]{0,100}\b(?:19|20)\d\d[a-z]?\)"
)
_AMOUNT = re.compile(r"\d[\d.,]*+[^\W\d_]{1,3}")
_DATA_SET_AFTER = re.compile(
    r"\s(?:\d{2,4}\s)?(?:data[ -]?sets?|benchmarks?|corpus|corpora|cohorts?|challenges?|testbed)\b", re.I
)
_SMALL = frozenset("a an and for from in of on or the to via with".split())
_COMMON = frozenset(
    "AI ML CV NLP 2D 3D 4D GPU GPUs CPU CPUs I II III IV SOTA OOD US USA UK EU PDF URL OK vs PhD Dr Mr Ms Fig Figs Tab "
    "Sec Eq Eqs Table Figure Section Appendix Algorithm Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
    "January February March April May June July August September October November December English i.e e.g".split()
)


def find_names(text: str) -> tuple[Name, ...]:
    """The names in `text`, each once, in order. A capital makes a name only inside a sentence; author names in front of
    a citation are none."""
    text = text[:_LONGEST]
    shown = _AUTHORS.sub(lambda found: "." + " " * (len(found.group()) - 1), text)
    found: dict[str, Name] = {}
    for token in _TOKEN.finditer(shown):
        written = re.sub(r"['’]s?$", "", token.group())
        if written in _COMMON or not _is_name(written, shown[: token.start()]):
            continue
        is_data_set = bool(_DATA_SET_AFTER.match(shown, token.end())) and _is_marked(written)
        if written not in found or is_data_set:
            found[written] = Name(written, is_data_set)
    return tuple(found.values())


def _is_marked(written: str) -> bool:
    """Whether capitals or digits inside tell a name, wherever it stands: "BraTS", "DDPM-Seg", "VAE"."""
    parts = re.split(r"[-–‐/+.]", written)
    return any(c.isupper() for part in parts for c in part[1:]) or (
        any(c.isdigit() for c in written) and any(c.isupper() for c in written)
    )


def _is_name(written: str, before: str) -> bool:
    if len(written) < 2 or not any(c.isupper() for c in written) or _AMOUNT.fullmatch(written):
        return False
    if _is_marked(written):
        return True
    if not written[0].isupper() or "-" in written:
        return False
    return bool(re.search(r"[\w,;)] $", before[-3:])) and not re.search(r"[.:?!]\W{0,4}$", before[-6:])


def occurs(name: str, text: str) -> bool:
    """Whether `text` has the name in any spelling, as a part of a longer one, or written out."""
    known = _known(text)
    keys = _keys(name)
    if any(key in known.words for key in keys):
        return True
    if any(_within(key, known.letters) for key in keys if len(key) >= 4):
        return True
    parts = [part for part in re.split(r"[-–‐/+.]", name) if part]
    if len(parts) > 1 and all(any(key in known.words for key in _keys(part)) for part in parts):
        return True
    return _is_written_out(keys[-1], known)


@dataclass(frozen=True, slots=True)
class _Text:
    words: frozenset[str]
    letters: str
    initials: str
    order: tuple[str, ...]


@lru_cache(maxsize=64)
def _known(text: str) -> _Text:
    words = [word for word in re.split(r"[^a-z0-9]+", text.casefold()) if word]
    telling = [word for word in words if word not in _SMALL]
    initials = "".join(word[0] for word in telling)
    joined = {_key(token.group()) for token in _TOKEN.finditer(text)}
    return _Text(frozenset(words) | joined, "".join(words), initials, tuple(telling))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _keys(name: str) -> tuple[str, ...]:
    """The letters and digits of the name, and of its singular."""
    key = _key(name)
    return (key, key[:-1]) if name.endswith("s") and len(key) > 2 else (key, f"{key}s", key)


def _within(key: str, letters: str) -> bool:
    """Whether the key is a part of the run-together text, and no number goes on where it ends."""
    at = letters.find(key)
    while at >= 0:
        after = letters[at + len(key) : at + len(key) + 1]
        if not (key[-1].isdigit() and after.isdigit()):
            return True
        at = letters.find(key, at + 1)
    return False


def _is_written_out(key: str, known: _Text) -> bool:
    """Whether consecutive words begin with the letters of an acronym, all of them or as "variational autoencoder"."""
    if not 2 <= len(key) <= 8 or not key.isalpha():
        return False
    at = known.initials.find(key)
    if at >= 0 and len(key) > 2:
        return True
    return any(_spells(key, words) for words in _runs(key, known))


def _runs(key: str, known: _Text) -> Iterator[tuple[str, ...]]:
    at = known.initials.find(key[0])
    while at >= 0:
        yield known.order[at : at + len(key)]
        at = known.initials.find(key[0], at + 1)


def _spells(key: str, words: tuple[str, ...]) -> bool:
    """Whether the words' beginnings, and letters inside them, give the acronym: two words at least, each with its first
    letter."""
    place = 0
    for count, word in enumerate(words):
        if place == len(key):
            return count >= 2
        if word[0] != key[place]:
            return False
        place += 1
        inside = word[1:]
        while place < len(key) and (at := inside.find(key[place])) >= 0 and not _begins_next(key[place], words, count):
            inside = inside[at + 1 :]
            place += 1
    return place == len(key) and len(words) >= 2


def _begins_next(letter: str, words: tuple[str, ...], count: int) -> bool:
    return count + 1 < len(words) and words[count + 1][0] == letter
