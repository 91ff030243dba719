"""The numbers of a text as a writer writes them: "1,234.5", "3.2k", "12 %", "three", "1e-4", "twice", "5 to 10 ms"; and
whether one is another, rounded, in another unit or in percent.

What is no quantity is left out: "ResNet-50", "Figure 3", "2D", "[12]", "(Baur et al., 2019)".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text, written as `text` from `start` to `end`.

    `value` is in the base unit of its `kind` (seconds, bytes, metres; percent stays percent), which is "" for a bare
    number. `step` is the place of its last digit in the same unit: 0.01 for "0.78", 100 for "3.2k". `about` says how it
    is meant: "" as it stands, "~" roughly, ">" or "<" as a bound. `year`: it may be one. `word`: it is spelt out.
    """

    value: float
    text: str
    start: int
    end: int
    step: float = 1.0
    kind: str = ""
    factor: float = 1.0
    about: str = ""
    year: bool = False
    word: bool = False

    @property
    def is_measured(self) -> bool:
        """Whether it has a unit or decimals: then it is a result, and no count that may be put in other words."""
        return not self.word and (bool(self.kind) or self.step < 1)


def _units() -> dict[str, tuple[str, float]]:
    """What may stand behind a number: the kind of quantity, and how much of its base unit it is."""
    table = {
        ("percent", 1.0): "% percent per-cent percents",
        ("percent", 0.1): "‰",
        ("points", 1.0): "pp points point percentage-points percentage-point pts",
        ("times", 1.0): "× x times fold-",
        ("time", 1e-3): "ms millisecond milliseconds msec",
        ("time", 1e-6): "µs μs us microseconds",
        ("time", 1.0): "s sec secs second seconds",
        ("time", 60.0): "min mins minute minutes",
        ("time", 3600.0): "h hr hrs hour hours",
        ("time", 86400.0): "d day days",
        ("bytes", 1e3): "KB kB",
        ("bytes", 1e6): "MB MiB megabytes",
        ("bytes", 1e9): "GB GiB gigabytes",
        ("bytes", 1e12): "TB TiB terabytes",
        ("length", 1e-6): "µm μm um micrometers",
        ("length", 1e-3): "mm millimeters millimetres",
        ("length", 1e-2): "cm",
        ("length", 1.0): "m meters metres",
        ("length", 1e3): "km",
        ("frequency", 1.0): "Hz",
        ("frequency", 1e3): "kHz",
        ("frequency", 1e6): "MHz",
        ("frequency", 1e9): "GHz",
        ("rate", 1.0): "fps FPS",
        ("level", 1.0): "dB",
        ("mass", 1e-3): "mg",
        ("mass", 1.0): "g",
        ("mass", 1e3): "kg",
        ("power", 1.0): "W",
        ("voltage", 1.0): "V",
        ("field", 1.0): "T",
        ("temperature", 1.0): "°C °F",
        ("angle", 1.0): "° degrees degree",
        ("work", 1e6): "MFLOPs MFLOPS",
        ("work", 1e9): "GFLOPs GFLOPS GMACs",
        ("work", 1e12): "TFLOPs TFLOPS",
    }
    return {name.replace("-", " ").strip(): unit for unit, names in table.items() for name in names.split()}


_UNITS = _units()
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS: dict[str, tuple[float, str]] = {
    **{word: (float(value), "") for value, word in enumerate([*_ONES, "seventeen", "eighteen", "nineteen"])},
    **{word: (float(20 + 10 * place), "") for place, word in enumerate(_TENS)},
    "hundred": (100.0, ""),
    "dozen": (12.0, ""),
    "twice": (2.0, "times"),
    "double": (2.0, "times"),
    "doubles": (2.0, "times"),
    "doubled": (2.0, "times"),
    "doubling": (2.0, "times"),
    "twofold": (2.0, "times"),
    "thrice": (3.0, "times"),
    "triple": (3.0, "times"),
    "triples": (3.0, "times"),
    "tripled": (3.0, "times"),
    "threefold": (3.0, "times"),
    "fourfold": (4.0, "times"),
    "fivefold": (5.0, "times"),
    "tenfold": (10.0, "times"),
    "half": (0.5, "times"),
    "halve": (0.5, "times"),
    "halves": (0.5, "times"),
    "halved": (0.5, "times"),
}
_DIGITS = re.compile(
    r"(?<![\w.])(?<!\d,)(?P<digits>\d{1,3}(?:,\d{3})++(?:\.\d{1,12}+)?|\d{1,15}+(?:\.\d{1,12}+)?|\.\d{1,12}+)"
    r"(?:\s?[eE]\s?(?P<exponent>[-−–+]?\d{1,2})(?![\w.])|(?P<scale>[kKMB])(?!\w)|\s(?P<named>(?:thous|milli|billi|trilli)(?:and|on)\b))?"
)
_POWER = re.compile(
    r"(?<![\w.])(?:(?P<factor>\d{1,9}(?:\.\d{1,9})?)\s?[×x·∗*]\s?)?10(?:\^\{?[-−–]?|[-−–])(?P<power>\d{1,2})(?![\w.%])"
)
_WORD = re.compile(
    rf"(?<![\w-])(?:(?P<tens>{'|'.join(_TENS)})-(?P<ones>{'|'.join(_ONES[1:10])})|(?P<word>{'|'.join(_WORDS)}))"
    r"(?:\s(?P<scale>hundred|thousand|million|billion|dozen))?(?![\w-])",
    re.I,
)
_UNIT = re.compile(
    r"(?:\s|-)?(percentage points?|per cent|°[CF]|[%‰°]|×(?!\s?\d)|fold\b|(?![xX×]\s?\d)[^\W\d_]{1,12}(?![\w-]))"
)
_THAN = re.compile(
    r"\s(?:as|that|those|the|less|more|fewer|(?:high|low|fast|slow|larg|great|small|bett|bigg|long|short|wors)e?r?|its)\b|[.,;]?$"
)
_LABEL = re.compile(
    r"(?:\b(?:fig(?:ure)?s?|tab(?:le)?s?|sec(?:tion)?s?|eqs?|equations?|alg(?:orithm)?s?|appendix|chapters?|theorems?|"
    r"lemmas?|steps?|stages?|phases?|versions?|refs?|pages?|pp?|nos?|grades?|types?|levels?|top|rank|f|l)\.?"
    r"[\s-]?[(\[]?(?:\d{1,2}(?:\.\d{1,2})?(?:,|\s?and|\s?to|\s?–)\s?)?|[§#$@])$",
    re.I,
)
_NAME = re.compile(r"(?:[^\W\d_][\w.]{0,30}[-‐/_]|[^\W\d_])$")
_FRACTION = re.compile(
    r"(?<![\w./-])(?:(?P<above>[1-9])/(?P<below>[2-9]|10)(?![\w./])|"
    r"(?P<count>an?|one|two|three|four|five)[ -](?P<part>third|quarter|fifth|sixth|tenth)s?(?!\w))",
    re.I,
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_IN_A_WORD = re.compile(r"[^\W\d_]|-[A-Z]")
_CAPITALS = re.compile(
    r"(?<![\w-])(?:\w{0,12}[a-z]\w{0,12}[A-Z]\w{0,12}|[A-Z]{2,8}\d{0,3}|(?<=[a-z,] )[A-Z][a-z]{2,14})[ -]$"
)
_HEDGE = re.compile(
    r"(?:(?P<roughly>\b(?:about|around|roughly|approximately|circa|some|nearly|almost|close to)|approx\.|[~≈∼])|"
    r"(?P<over>\b(?:over|above|(?:more|greater|higher|larger|better) than|exceed(?:s|ing)?|at least|beyond)|[>≥])|"
    r"(?P<under>\b(?:under|below|(?:less|fewer|lower|smaller) than|at most|up to|within)|[<≤]))\s?$",
    re.I,
)
_CITED = re.compile(
    r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]|\([^()]{0,80}\b(?:19|20)\d\d[a-z]?\)|\bet al\.?,? \(?\d{4}"
)


def read_quantities(text: str, *, all_numbers: bool = False) -> tuple[Quantity, ...]:
    """The quantities of `text` in order. With `all_numbers` also what may be a part of a name or a label: of a source,
    since a claim's "50 layers" may be its "ResNet-50"."""
    text = text[:_LONGEST]
    if not all_numbers:
        text = _CITED.sub(lambda cited: " " * len(cited.group()), text)
    powers = [_of_power(found) for found in _POWER.finditer(text) if _is_a_power(found)]
    powers += [_of_fraction(found) for found in _FRACTION.finditer(text)]
    taken = {place for one in powers for place in range(one.start, one.end)}
    digits = (_of_digits(text, found, all_numbers) for found in _DIGITS.finditer(text) if found.start() not in taken)
    words = (_of_words(text, found) for found in _WORD.finditer(text) if found.start() not in taken)
    found = sorted([*powers, *filter(None, digits), *filter(None, words)], key=lambda one: one.start)
    return tuple(_with_shared_units(text, found))


def _is_a_power(found: re.Match[str]) -> bool:
    """ "10-4" is a power that lost its raising; "10-15" is a range."""
    return "^" in found.group() or bool(found["factor"]) or int(found["power"]) < 10


def _of_power(found: re.Match[str]) -> Quantity:
    sign = -1 if re.search(r"[-−–]\d+$", found.group()) else 1
    scale = 10.0 ** (sign * int(found["power"]))
    factor = found["factor"] or "1"
    step = _last_place(factor) * scale
    return Quantity(float(factor) * scale, found.group(), found.start(), found.end(), step, factor=scale)


def _of_fraction(found: re.Match[str]) -> Quantity:
    if found["above"]:
        value = int(found["above"]) / int(found["below"])
    else:
        count = {"a": 1, "an": 1}.get(found["count"].casefold()) or _ONES.index(found["count"].casefold())
        value = count / _PARTS[found["part"].casefold()]
    return Quantity(value, found.group(), found.start(), found.end(), 0.02, "times", word=True)


def _of_digits(text: str, found: re.Match[str], all_numbers: bool) -> Quantity | None:
    start, end, digits = found.start(), found.end(), found["digits"]
    before = text[max(0, start - 40) : start]
    if not all_numbers and (_LABEL.search(before) or (_NAME.search(before) and not before.endswith(("x", "×")))):
        return None
    if re.fullmatch(r"(?:19|20)\d0", digits) and text.startswith("s", end):
        return None
    scale = 10.0 ** int(re.sub("[−–]", "-", found["exponent"])) if found["exponent"] else 1.0
    scale *= _SCALES.get(found["scale"] or found["named"] or "", 1.0)
    kind, factor, end = _unit_after(text, end)
    if before.endswith(("×", " x")) and not kind and not re.search(r"\d\s?[×x]$", before):
        kind = "times"
    bare = not kind and scale == 1.0 and digits.isdigit()
    if bare and not all_numbers and (_IN_A_WORD.match(text, end) or _is_of_a_name(before, digits)):
        return None
    factor *= scale
    value = float(digits.replace(",", ""))
    year = bare and len(digits) == 4 and 1900 <= value <= 2100
    written = text[start:end]
    return Quantity(
        value * factor, written, start, end, _last_place(digits) * factor, kind, factor, _hedge(before), year
    )


def _is_of_a_name(before: str, digits: str) -> bool:
    """Whether a bare whole number ends a name: "MVTec AD 2", "BraTS 2020"."""
    return bool(_CAPITALS.search(before)) and (len(digits) < 2 or len(digits) == 4)


def _of_words(text: str, found: re.Match[str]) -> Quantity | None:
    start, end = found.span()
    if found["tens"]:
        tens, ones = found["tens"].casefold(), found["ones"].casefold()
        value, kind = _WORDS[tens][0] + _WORDS[ones][0], ""
    else:
        value, kind = _WORDS[found["word"].casefold()]
    scale = {"hundred": 100.0, "dozen": 12.0}.get((found["scale"] or "").casefold())
    scale = scale or _SCALES.get((found["scale"] or "").casefold(), 1.0)
    if value == 1.0 and scale == 1.0:
        return None
    factor = 1.0
    if not kind:
        kind, factor, end = _unit_after(text, end)
    before = text[max(0, start - 40) : start]
    step = 0.1 if kind == "times" else scale * factor
    return Quantity(value * scale * factor, text[start:end], start, end, step, kind, factor, _hedge(before), word=True)


def _unit_after(text: str, end: int) -> tuple[str, float, int]:
    """Kind and factor of the unit that follows, and where it ends."""
    found = _UNIT.match(text, end)
    if not found:
        return "", 1.0, end
    name = found[1]
    unit = _UNITS.get(name) or _UNITS.get(name.casefold() if len(name) > 2 else name)
    if not unit or (name in ("d", "m", "g", "h", "T", "V", "W", "x") and text[found.end() : found.end() + 1] == "."):
        return "", 1.0, end
    if name == "times" and not _THAN.match(text, found.end()) and "." not in text[max(0, end - 4) : end]:
        return "", 1.0, end
    return unit[0], unit[1], found.end()


def _last_place(digits: str) -> float:
    """The place of the last digit: 0.01 for "0.78", 1 for "12"."""
    return 10.0 ** -len(digits.partition(".")[2])


def _hedge(before: str) -> str:
    found = _HEDGE.search(before)
    if not found:
        return ""
    return "~" if found["roughly"] else ">" if found["over"] else "<"


def _with_shared_units(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """A range, a spread or a pair has its unit once, behind the last number: "5 to 10 ms", "62.1 ± 0.5 %"."""
    for one, after in zip_longest(found, found[1:]):
        if after is not None and after.kind and after.kind != "times" and not one.kind:
            between = text[one.end : after.start].strip(" (").casefold()
            if between in ("-", "–", "−", "to", "and", "or", "±", "+/-", "vs.", "vs", "versus"):
                value, step = one.value * after.factor, one.step * after.factor
                yield replace(one, value=value, step=step, kind=after.kind, factor=after.factor, year=False)
                continue
        yield one


def agrees(claimed: Quantity, known: Quantity) -> bool:
    """Whether the claim's number is the known one, perhaps rounded, in another unit, or in percent."""
    return any(
        is_rounded(claimed, value * scale)
        for value, scale in ((abs(known.value), factor) for factor in _conversions(claimed, known))
    )


def _conversions(claimed: Quantity, known: Quantity) -> tuple[float, ...]:
    """The factors by which the known number may become one of the claim's kind; () if it cannot."""
    if claimed.kind == known.kind:
        return (1.0,) if claimed.kind else (1.0, claimed.factor / known.factor)
    shares = ("percent", "points")
    if claimed.kind in shares:
        if known.kind in shares:
            return (1.0,)
        return (1.0, 100.0) if not known.kind and abs(known.value) <= 1 else (1.0,) if not known.kind else ()
    if known.kind in shares and not claimed.kind:
        return (1.0, 0.01)
    if not known.kind:
        return (1.0, claimed.factor)
    return (1.0, 1 / known.factor) if not claimed.kind else ()


def is_rounded(claimed: Quantity, value: float) -> bool:
    """Whether a writer may give `value` as the claimed number: rounded to its last place, or as its hedge allows
    ("about": within 5 %; "over": up to a tenth more, "more than twice": up to half more; "under" likewise)."""
    target, step = abs(claimed.value), claimed.step
    slack = 0.5 * step + 1e-9 * max(1.0, abs(value))
    if abs(value - target) <= slack:
        return True
    if claimed.about == "~":
        return abs(value - target) <= max(0.05 * target, slack)
    slack = 0.5 if claimed.kind == "times" else 0.1
    if claimed.about == ">":
        return target <= value <= target * (1 + slack) + step
    if claimed.about == "<":
        return target * (1 - slack) - step <= value <= target
    return False
