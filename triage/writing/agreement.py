"""Whether two descriptions of a work mean the same: titles, authors, venues and years, field by field.

What differs only in writing (case, accents, initials, abbreviations, a missing subtitle) is told apart from what says
something else. Nothing here knows which of the two is right.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from triage.drafting.venue_mentions import known_venue
from triage.drafting.venue_names import JOURNALS
from triage.writing.records import OTHERS, Name, ascii_fold, display_name


class Likeness(IntEnum):
    """How two values of a field agree; the higher, the less."""

    SAME = 0
    WRITTEN = 1
    """The same in other writing, or one of them says nothing."""
    MORE = 2
    """The first says more than the second, which may be so."""
    OTHER = 3
    """They cannot both be right."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two values of a field agree, and why, for a person; "" where there is nothing to say."""

    likeness: Likeness
    reason: str = ""


SAME = Agreement(Likeness.SAME)

_SPELLING = (
    (re.compile(r"is(?=(?:e|ed|es|er|ers|ing|ation|ations)\b)"), "iz"),
    (re.compile(r"our(?=s?\b|ed\b|ing\b|al\b)"), "or"),
    (re.compile(r"(?<=[a-z])ll(?=(?:ed|ing|er)\b)"), "l"),
    (re.compile(r"tre\b"), "ter"),
)


@lru_cache(maxsize=20_000)
def title_words(title: str) -> str:
    """A title for comparing: its words in lower case, without accents, marks and HTML entities, in American spelling;
    Greek letters by name."""
    plain = unicodedata.normalize("NFKD", html.unescape(html.unescape(title)).replace("&", " and ").replace("×", "x"))
    plain = "".join(map(_letter, plain)).casefold().replace("'", "").replace("’", "")
    for written, usual in _SPELLING:
        plain = written.sub(usual, plain)
    return " ".join(re.findall(r"[\w+]+|(?<=\w)#", plain.replace("_", " ")))


def _letter(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    if "Ͱ" <= char <= "Ͽ" and (name := unicodedata.name(char, "")).startswith("GREEK"):
        return " " + name.rsplit(" ", 1)[-1] + " "
    return char


_PARTS = re.compile(r"[:?!–—]\s|\s-\s|\.\s")


def titles_agree(theirs: str, ours: str, cut_off: bool = False) -> Agreement:
    """How two titles agree. `cut_off` says that the first may end early, as one does that stood in broken braces."""
    one, other = title_words(theirs), title_words(ours)
    if not one or not other:
        return Agreement(Likeness.WRITTEN, "there is no title") if one != other else SAME
    if one.replace(" ", "") == other.replace(" ", ""):
        same = theirs.strip().rstrip(".") == ours.strip().rstrip(".")
        return SAME if same else Agreement(Likeness.WRITTEN, "the title is the same in other writing")
    if one in _parts(ours):
        return Agreement(Likeness.WRITTEN, "a part of the title is missing")
    if (cut_off or theirs.rstrip().endswith(("...", "…"))) and _is_stretch(one, other):
        return Agreement(Likeness.WRITTEN, "the title is cut off")
    if other in _parts(theirs) and len(other) >= _TELLING_TITLE:
        return Agreement(Likeness.MORE, "the title has a part that ours has not")
    return Agreement(Likeness.OTHER, _changed_words(one.split(), other.split()))


_TELLING_TITLE = 8
"""Titles of fewer letters are names that several works can have."""
_PART, _NAME_ONLY = 0.87, 0.75


def _parts(title: str) -> set[str]:
    """The title before and after each of its colons and the like."""
    text = html.unescape(title)
    cuts = [*_PARTS.finditer(text)]
    return {title_words(text[: cut.start()]) for cut in cuts} | {title_words(text[cut.end() :]) for cut in cuts}


def _is_stretch(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or other.startswith(one)


def _changed_words(theirs: Sequence[str], ours: Sequence[str]) -> str:
    if 2 * len(set(theirs) & set(ours)) < len(set(ours)):
        return "the title is another"
    changes = []
    for change in Levenshtein.opcodes(list(theirs), list(ours)):
        if change.tag != "equal":
            said = " ".join(theirs[change.src_start : change.src_end])
            meant = " ".join(ours[change.dest_start : change.dest_end])
            both = f"“{said}” for “{meant}”"
            changes.append(both if said and meant else f"“{said}” added" if said else f"“{meant}” missing")
    return "the title has " + ", ".join(changes)


def title_likeness(theirs: str, ours: str) -> float:
    """How much of two titles is the same, 0 to 1, by letters and by words in any order. A part of the
    other, without its subtitle say, is less than the same."""
    one, other = title_words(theirs), title_words(ours)
    if one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    if titles_agree(theirs, ours).likeness < Likeness.OTHER and one and other:
        return _PART if len(one) >= _TELLING_TITLE else _NAME_ONLY
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100


def are_named_otherwise(theirs: str, ours: str) -> bool:
    """Whether two titles begin with names of their own ("LocalNet: …") that differ, as those of two works do."""
    one, other = (_OWN_NAME.match(html.unescape(title)) for title in (theirs, ours))
    if not one or not other:
        return False
    names = title_words(one.group()), title_words(other.group())
    return fuzz.ratio(*names) < _ONE_NAME


_OWN_NAME = re.compile(r"\S{2,40}(?=:\s)|\S{1,40}(?= technical report\b)", re.IGNORECASE)
_ONE_NAME = 80

_NICKNAMES = frozenset({
    ("mike", "michael"), ("bob", "robert"), ("rob", "robert"), ("bill", "william"), ("will", "william"),
    ("jim", "james"), ("tony", "anthony"), ("dick", "richard"), ("rick", "richard"), ("ed", "edward"),
    ("ted", "edward"), ("ned", "edward"), ("peggy", "margaret"), ("liz", "elizabeth"), ("beth", "elizabeth"),
    ("kate", "catherine"), ("katie", "katherine"), ("sasha", "alexander"), ("sasha", "aleksandr"),
    ("jack", "john"), ("hank", "henry"), ("harry", "henry"), ("andy", "andrew"), ("larry", "lawrence"),
    ("chuck", "charles"), ("charlie", "charles"), ("gene", "eugene"), ("vlad", "vladimir"), ("dima", "dmitry"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Person:
    """A name as words in one form: the last of them first, as it tells most."""

    family: str
    given: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset((self.family, *self.given))


@lru_cache(maxsize=50_000)
def _person(name: Name) -> _Person:
    if name.literal:
        return _Person(_fold(name.literal), ())
    family = [_fold(word) for word in _words(name.family) if not word.isdigit()]
    given = [_fold(word) for word in _words(name.given) if not word.isdigit()]
    if not family:
        family = [_fold(name.particle)] if name.particle else [given.pop()] if given else []
    return _Person("".join(family), tuple(word for word in given if word))


def _words(text: str) -> list[str]:
    text = re.sub(r"(?<=\.)(?=\w)", " ", html.unescape(text))
    return re.split(r"[\s~‐‑-]+", text.strip())


def _fold(text: str) -> str:
    """Letters alone, in ASCII where they can be; a Chinese name stays."""
    return ascii_fold(text) or "".join(char for char in text.casefold() if char.isalnum())


def family_name(name: Name) -> str:
    """The family name in one form, for looking up."""
    return _person(name).family


def is_same_person(theirs: Name, ours: Name) -> bool:
    """Whether two names can be one person's: initials, accents, hyphens, missing middle names, homonym numbers, the
    family name first, and everyday short forms are allowed for."""
    one, other = _person(theirs), _person(ours)
    if one == other:
        return True
    if len(one.words) > 1 and len(other.words) > 1 and (one.words <= other.words or other.words <= one.words):
        return True
    joined, other_joined = "".join((*one.given, one.family)), "".join((*other.given, other.family))
    if joined == other_joined or "".join((one.family, *one.given)) == other_joined:
        return True
    return _is_same_family(one.family, other.family) and _is_same_given(one.given, other.given)


def _is_same_family(one: str, other: str) -> bool:
    if one == other or _without_umlauts(one) == _without_umlauts(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and (long.endswith(short) or long.startswith(short)):
        return True
    return len(short) >= 5 and Levenshtein.distance(one, other, score_cutoff=1) <= 1


def _without_umlauts(text: str) -> str:
    return re.sub(r"(?<=[aou])e", "", text)


def _is_same_given(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other:
        return True
    if "".join(one).startswith("".join(other)) or "".join(other).startswith("".join(one)):
        return True
    short, long = sorted((one, other), key=len)
    return any(_is_same_word(short[0], word) for word in long[:2]) or _is_same_word(long[0], short[-1])


def _is_same_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) or (short, long) in _NICKNAMES or short[:3] == long[:3]:
        return True
    return short[:1] == long[:1] and fuzz.ratio(short, long) >= 75


def names_in_common(theirs: Sequence[Name], ours: Sequence[Name]) -> list[int | None]:
    """For each of their names the place of the same person among ours, each used once; None where there is none."""
    free = list(range(len(ours)))
    found: list[int | None] = []
    for place, name in enumerate(theirs):
        order = sorted(free, key=lambda at: (abs(at - place), at))
        at = next((at for at in order if is_same_person(name, ours[at])), None)
        if at is not None:
            free.remove(at)
        found.append(at)
    return found


_LONG_LIST = 10
"""From so many names on, a list is often cut without saying so."""


def authors_agree(theirs: Sequence[Name], ours: Sequence[Name], cut_off: bool = False) -> Agreement:
    """How two lists of authors agree; "and others" at the end stands for any number. `cut_off` says that the first may
    end early."""
    named = [name for name in _apart(theirs) if name != OTHERS and any(_person(name).words)]
    known = [name for name in ours if name != OTHERS]
    if not named or not known:
        return Agreement(Likeness.WRITTEN, "no authors are named") if known else SAME
    open_end, more_of_ours = OTHERS in theirs or cut_off, OTHERS in ours
    places = names_in_common(named, known)
    met = [at for at in places if at is not None]
    strange = [display_name(name) for name, at in zip(named, places, strict=True) if at is None]
    if not met:
        return Agreement(Likeness.OTHER, f"none of the authors is ours ({_listed(strange)}; ours: {_listed(known)})")
    beyond_ours = more_of_ours and None not in places[: len(known)]
    last_cut_off = cut_off and strange == [display_name(named[-1])]
    if strange and not beyond_ours and not last_cut_off:
        return Agreement(Likeness.OTHER, f"not among our authors: {_listed(strange)}")
    if met != sorted(met):
        return Agreement(Likeness.OTHER, f"the authors stand in another order (ours: {_listed(known)})")
    return _all_named(named, known, met, open_end)


def _all_named(named: Sequence[Name], known: Sequence[Name], met: Sequence[int], open_end: bool) -> Agreement:
    """Of authors who are all ours, in order, whether some of ours are missing or written otherwise."""
    missing = [display_name(name) for at, name in enumerate(known) if at not in met]
    at_start = list(met) == list(range(len(met)))
    if missing and not (at_start and (open_end or len(met) >= _LONG_LIST)):
        return Agreement(Likeness.OTHER, f"missing among the authors: {_listed(missing)}")
    if missing:
        return Agreement(Likeness.WRITTEN, "not all authors are named")
    same = [display_name(name) for name in named] == [display_name(name) for name in known]
    return SAME if same else Agreement(Likeness.WRITTEN, "the authors' names are written otherwise")


def _apart(names: Sequence[Name]) -> Sequence[Name]:
    """The names; one that is three, as commas between authors make it ("Ann Lee, Bo Li, Cy Ma"), is taken apart."""
    if len(names) == 1 and (name := names[0]).suffix and " " in name.family and " " in name.suffix:
        parts = (name.family, name.suffix, name.given)
        return [Name(part.rpartition(" ")[2], part.rpartition(" ")[0]) for part in parts if part]
    return names


def _listed(names: Sequence[str | Name]) -> str:
    shown = [name if isinstance(name, str) else display_name(name) for name in names]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


_PREPRINT = re.compile(
    r"\W*(?:arxiv|corr|biorxiv|medrxiv|chemrxiv|ssrn|openreview|preprint|under review|submitted|manuscript|"
    r"unpublished|in preparation|computing research repository|abs/)\b.*|.*\bpreprint\b.*",
    re.IGNORECASE,
)
_AROUND_VENUE = re.compile(
    r"\b(?:proceedings|proc|of|the|in|on|for|and|ieee|cvf|acm|annual|international|intl|int|conference|conf|meeting|"
    r"symposium|\d+(?:st|nd|rd|th)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"lecture notes computer science|lncs|pmlr|volume|vol|track|main|long|short|papers)\b"
)


def is_preprint_venue(venue: str) -> bool:
    """Whether this is no venue but where preprints lie, or nothing at all."""
    return not venue.strip() or bool(_PREPRINT.fullmatch(" ".join(venue.split())))


@lru_cache(maxsize=20_000)
def venue_name(venue: str) -> str:
    """The venue's usual abbreviation, if it has one ("NeurIPS"), without its track; else ""."""
    found = known_venue(html.unescape(venue).replace("’", "'").replace("‘", "'"), accepted=True)
    return found.name.removesuffix(" Workshop").removesuffix(" Findings") if found else ""


def is_journal(venue: str) -> bool:
    """Whether this is a journal that everybody in the field knows."""
    return venue_name(venue) in JOURNALS


def venues_agree(theirs: str, ours: str) -> Agreement:
    """How two names of a venue agree; both are venues, not where preprints lie."""
    one, other = venue_name(theirs), venue_name(ours)
    if one and other:
        if one != other:
            return Agreement(Likeness.OTHER, f"the venue is {theirs}; ours is {ours}")
    elif not _is_same_venue(title_words(theirs), title_words(ours)):
        return Agreement(Likeness.OTHER, f"the venue is {theirs}; ours is {ours}")
    same = theirs.casefold() == ours.casefold()
    return SAME if same else Agreement(Likeness.WRITTEN, f"the venue is written otherwise: {theirs} for {ours}")


def _is_same_venue(one: str, other: str) -> bool:
    if one.replace(" ", "") == other.replace(" ", "") or _is_short_for(one, other) or _is_short_for(other, one):
        return True
    telling, others = (" ".join(_AROUND_VENUE.sub(" ", text).split()) for text in (one, other))
    if not telling or not others:
        return False
    return fuzz.ratio(telling, others) >= 88 or (min(len(telling), len(others)) >= 12 and _is_part(telling, others))


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one.split(), other.split()), key=len)
    return len(short) >= 2 and len(long) - len(short) <= 2 and set(short) <= set(long)


def _is_short_for(short: str, long: str) -> bool:
    """Whether the words of `short` begin those of `long` in order ("mach learn", "jmlr")."""
    full = [word for word in long.split() if word not in ("of", "the", "and", "in", "on", "for", "a")]
    words = [word for word in short.split() if word not in ("of", "the", "and", "in", "on", "for", "a")]
    if len(words) == 1 and len(full) > 1:
        return len(words[0]) >= 3 and words[0] == "".join(word[0] for word in full)
    return len(words) == len(full) and all(
        word[:1] == begun[:1] and (word.startswith(begun) or _skips(begun, word))
        for begun, word in zip(words, full, strict=True)
    )


def _skips(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in order ("intl" in "international")."""
    letters = iter(long)
    return len(short) >= 3 and all(char in letters for char in short)
