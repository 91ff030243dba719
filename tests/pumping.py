"""Every regular expression of the package, and texts made to be slow for each: its own parts, repeated.

A pattern that backtracks without bound is slow where one of its repetitions can be entered in many ways. The texts are
therefore made from its parse tree: samples of what each part takes, and of all that leads to it, repeated to some
length, with and without an ending on which the whole must fail.
"""

import ast
import importlib
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import triage

ROOT = Path(triage.__file__).parent
Pattern = re.Pattern[str] | re.Pattern[bytes]
_FUNCTIONS = {"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2, "split": 3, "sub": 4,
              "subn": 4}  # fmt: skip
"""The functions of `re` that take a pattern, with the place of their flags."""
_ALPHABET = " \t\nabzA1é_-.,;:|*()[]{}<>\"'`/\\#!&%=+~^$@ʼ"
_ENDINGS = ("", "\x01", "\n\x01")
_SHORT, _SUSPICIOUS, _MOST_LONG = 1000, 0.0004, 12
"""Characters of a first try, the seconds from which on longer ones are made, and for how many of the texts."""


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern with the methods by which it is used and where it stands ("triage.lists.structure:24")."""

    where: str
    pattern: Pattern
    methods: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A pattern that is put together while the program runs: of what, and in which function."""

    module: str
    function: str
    line: int
    source: str


Samples = Mapping[tuple[str, str], Sequence[Pattern | Mapping[str, Any]]]
"""By module and function: patterns that the function gives, or values of its local names."""


def find_uses(samples: Samples) -> tuple[list[Use], list[Unknown]]:
    """Every pattern of the package, and those that cannot be told without running it and have no sample."""
    uses: list[Use] = []
    unknown: list[Unknown] = []
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        if path.name == "__main__.py" or "_prompts" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if "re." in source:
            _of_module(name, importlib.import_module(name), ast.parse(source), samples, uses, unknown)
    return uses, unknown


def _of_module(
    name: str,
    module: ModuleType,
    tree: ast.Module,
    samples: Samples,
    uses: list[Use],
    unknown: list[Unknown],
) -> None:
    functions = {
        id(inner): outer.name
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    known: set[tuple[str | bytes, int]] = set()
    for variable, value in vars(module).items():
        for pattern in _patterns_in(value):
            if (pattern.pattern, pattern.flags) not in known:
                known.add((pattern.pattern, pattern.flags))
                uses.append(Use(f"{name}:{variable}", pattern, _methods(tree, variable)))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or _function_of(call) not in _FUNCTIONS:
            continue
        function = functions.get(id(call), "")
        for local in (*samples.get((name, function), ()), {}):
            try:
                pattern = _evaluated(call, {**vars(module), **local}) if isinstance(local, Mapping) else local
            except NameError:
                if function and (name, function) not in samples:
                    unknown.append(Unknown(name, function, call.lineno, ast.unparse(call.args[0])))
                continue
            if (pattern.pattern, pattern.flags) not in known:
                method = _function_of(call).replace("compile", "search")
                uses.append(Use(f"{name}:{call.lineno}", pattern, frozenset((method,))))


def _function_of(call: ast.Call) -> str:
    """The name of the function of `re` that is called; "" for any other call."""
    called = call.func
    is_re = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re"
    return called.attr if isinstance(called, ast.Attribute) and is_re else ""


def _evaluated(call: ast.Call, names: dict[str, Any]) -> Pattern:
    def value(expression: ast.expr) -> Any:
        code: CodeType = compile(ast.Expression(expression), "pattern", "eval")
        return eval(code, names)

    place = _FUNCTIONS[_function_of(call)]
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"] + call.args[place : place + 1]
    return re.compile(value(call.args[0]), value(flags[0]) if flags else 0)


def _patterns_in(value: object, depth: int = 0) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for pair in value.items():
            yield from _patterns_in(pair, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 3:
        for item in value:
            yield from _patterns_in(item, depth + 1)


def _methods(tree: ast.Module, variable: str) -> frozenset[str]:
    """How a pattern of this name, or a container of patterns, is used in its module; by a search if nobody can tell."""
    direct: set[str] = set()
    nearby: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _FUNCTIONS:
            if node.value.id == variable:
                direct.add(node.attr)
        elif isinstance(node, ast.FunctionDef):
            inner = list(ast.walk(node))
            if any(isinstance(one, ast.Name) and one.id == variable for one in inner):
                nearby |= {
                    one.attr
                    for one in inner
                    if isinstance(one, ast.Attribute)
                    and isinstance(one.value, ast.Name)
                    and one.value.id not in ("re", variable)
                    and one.value.id.islower()
                    and one.attr in _FUNCTIONS
                }
    return frozenset(direct or nearby or {"search"})


def texts(pattern: Pattern, most_pairs: int) -> Iterator[tuple[str, str]]:
    """Beginnings with what to repeat behind them."""
    tree = _Tree(pattern)
    tree.walk(tree.root, [""])
    pumps = [pump for pump in dict.fromkeys(tree.pumps) if 0 < len(pump) <= 40]
    letters = list(dict.fromkeys("".join(pumps)))[:24]
    short = sorted(pumps, key=len)[:40]
    parts = list(dict.fromkeys((*letters, *short)))
    pairs = [one + other for one in parts for other in parts if one != other]
    step = max(1, len(pairs) // most_pairs) if most_pairs else len(pairs)
    for part in (*parts, *pairs[::step][:most_pairs]):
        yield "", part
    for beginning, part in dict.fromkeys(tree.led_to):
        if beginning and part:
            yield beginning, part


class _Tree:
    """A pattern's parse tree, and what was found in it."""

    def __init__(self, pattern: Pattern) -> None:
        flags = pattern.flags & (re.I | re.M | re.S | re.X | re.A)
        self.folds = bool(pattern.flags & re.I)
        self.root = parser.parse(pattern.pattern, flags)
        self.pumps: list[str] = []
        self.led_to: list[tuple[str, str]] = []

    def walk(self, sequence: Any, before: list[str]) -> None:
        """Gathers what each repetition takes, what leads to it, and what each stretch takes as a whole."""
        for kind, value in sequence:
            if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                _, most, body = value
                if most >= 8:
                    self.pumps += self.samples(body, 6)
                    self.led_to += [(before[0], sample) for sample in self.samples(body, 6)]
                self.walk(body, before)
            elif kind is sre.BRANCH:
                for branch in value[1]:
                    self.walk(branch, before)
            elif kind in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
                self.walk(value[3] if kind is sre.SUBPATTERN else value, before)
            elif kind in (sre.ASSERT, sre.ASSERT_NOT):
                self.walk(value[1], before)
            options = self.options(kind, value, 2)
            if options:
                both = zip(cycle(before), cycle(options), strict=False)
                before = [(one + other)[:200] for one, other in islice(both, min(3, max(len(before), len(options))))]
                self.pumps.append(before[0])
        self.pumps += self.samples(sequence, 6)

    def samples(self, sequence: Any, most: int) -> list[str]:
        """Some texts that these parts take one after the other."""
        found = [""]
        for kind, value in sequence:
            options = self.options(kind, value, most)
            if options:
                both = zip(cycle(found), cycle(options), strict=False)
                found = list(
                    dict.fromkeys(a + b for a, b in islice(both, min(3 * most, max(len(found), len(options)))))
                )
        return found

    def options(self, kind: Any, value: Any, most: int) -> list[str]:
        """Some texts that one part takes; none for what takes no text."""
        ways: dict[Any, Callable[[], list[str]]] = {
            sre.LITERAL: lambda: [chr(value)],
            sre.NOT_LITERAL: lambda: [character for character in "a 1-" if ord(character) != value],
            sre.ANY: lambda: ["a", " ", "("],
            sre.IN: lambda: self._members(value)[: 3 * most],
            sre.BRANCH: lambda: [sample for branch in value[1] for sample in self.samples(branch, 2)],
            sre.SUBPATTERN: lambda: self.samples(value[3], most),
            sre.ATOMIC_GROUP: lambda: self.samples(value, most),
            sre.MAX_REPEAT: lambda: self._repeated(value, most),
            sre.MIN_REPEAT: lambda: self._repeated(value, most),
            sre.POSSESSIVE_REPEAT: lambda: self._repeated(value, most),
        }
        return ways.get(kind, list)()

    def _repeated(self, value: Any, most: int) -> list[str]:
        least, _, body = value
        return [""] * (least == 0) + [sample * max(1, least) for sample in self.samples(body, most)]

    def _members(self, items: Any) -> list[str]:
        """Characters of a set."""
        negated = items[0][0] is sre.NEGATE
        own = [] if negated else [chr(value) for kind, value in items if kind is sre.LITERAL]
        own += [] if negated else [chr(value[0]) for kind, value in items if kind is sre.RANGE]
        inside = [one for one in _ALPHABET if any(self._is_in(kind, value, one) for kind, value in items) != negated]
        return list(dict.fromkeys((*inside, *own)))

    def _is_in(self, kind: Any, value: Any, character: str) -> bool:
        forms = {character, character.lower(), character.upper()} if self.folds else {character}
        if kind is sre.LITERAL:
            return chr(value) in forms
        if kind is sre.RANGE:
            return any(len(form) == 1 and value[0] <= ord(form) <= value[1] for form in forms)
        if kind is sre.CATEGORY:
            name = str(value)
            is_in = (
                character.isdigit()
                if name.endswith("DIGIT")
                else character.isspace()
                if name.endswith("SPACE")
                else character.isalnum() or character == "_"
            )
            return is_in != ("_NOT_" in name)
        return False


class _Late(Exception):
    pass


def _alarm(number: int, frame: FrameType | None) -> None:
    raise _Late


def seconds(use: Use, text: str, limit: float) -> float:
    """The processor's time that the pattern takes for this text, at most the `limit`: then it is stopped."""
    value = text.encode("utf-8", "replace") if isinstance(use.pattern.pattern, bytes) else text
    pattern: Any = use.pattern
    previous = signal.signal(signal.SIGVTALRM, _alarm)
    begin = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, limit)
        for method in use.methods:
            if method in ("match", "fullmatch", "search"):
                getattr(pattern, method)(value)
            elif method in ("sub", "subn"):
                pattern.sub(value[:0], value)
            else:
                for _ in pattern.finditer(value):
                    pass
    except _Late:
        return limit
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    return time.process_time() - begin


def slowest(use: Use, length: int, limit: float, most_pairs: int = 40) -> tuple[float, str]:
    """The longest time that one of the texts of this length takes, up to the `limit`, and how the text is made. Only
    those that take longest when they are short are tried at that length."""
    tried: list[tuple[float, str, str, str]] = []
    for beginning, part in texts(use.pattern, most_pairs):
        for ending in _ENDINGS:
            took = seconds(use, _pumped(beginning, part, ending, _SHORT), limit)
            tried.append((took, beginning, part, ending))
            if took >= limit:
                return took, _told(beginning, part, ending)
    worst = (0.0, "")
    for first, beginning, part, ending in sorted(tried, reverse=True)[:_MOST_LONG]:
        if first > _SUSPICIOUS:
            text = _pumped(beginning, part, ending, length)
            took = seconds(use, text, limit)
            # Once more: something else may have kept the processor busy.
            took = min(took, seconds(use, text, limit)) if took >= limit else took
            worst = max(worst, (took, _told(beginning, part, ending)))
            if took >= limit:
                break
    return worst


def _pumped(beginning: str, part: str, ending: str, size: int) -> str:
    return beginning + part * max(1, (size - len(beginning)) // len(part)) + ending


def _told(beginning: str, part: str, ending: str) -> str:
    return f"{beginning!r} + {part!r} * n + {ending!r}"
