"""arXiv's query language, as far as its user manual describes it: text in, a test over papers out.

Fields: ti, au, abs, co, jr, cat, rn, id, all, and the ranges submittedDate and lastUpdatedDate. Operators: AND, OR,
ANDNOT (AND binds tighter than OR, as a reader expects), parentheses, "quoted phrases", a trailing * as a wildcard.
Two clauses without an operator between them are joined with OR, as arXiv's search engine does.
https://info.arxiv.org/help/api/user-manual.html#query_details
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TEXT_FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all")
DATE_FIELDS = ("submittedDate", "lastUpdatedDate")

_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<op>ANDNOT|AND|OR)(?=[\s()]|$)
    |(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|\[(?P<range>[^\]]*)\]|(?P<group>(?=\())|(?P<term>[^\s()"\[\]]+)))""",
    re.VERBOSE,
)
_RANGE = re.compile(r"^\s*(\d{8}|\d{10}|\d{12}|\d{14}|\*)\s+TO\s+(\d{8}|\d{10}|\d{12}|\d{14}|\*)\s*$")
_WORD = re.compile(r"\w+|\|")
MAX_DEPTH = 50


class BadQuery(Exception):
    """A query that arXiv would refuse; the message says why."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """What one paper can be found by: per text field its words between blanks, per date field YYYYMMDDHHMM."""

    text: Mapping[str, str]
    dates: Mapping[str, str]


Test = Callable[[Searchable], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: the test, and the phrases that count for relevance."""

    matches: Test
    phrases: tuple[str, ...] = field(default=())


def words(text: str) -> str:
    """`text` as lower-case words, plurals folded, each between single blanks: " graph of neural network ".
    A bar stays, so that no phrase is found across it."""
    return " " + " ".join(_fold(word) for word in _WORD.findall(text.lower().replace("_", " "))) + " "


def parse(text: str) -> Query:
    """The query that `text` is. Raises BadQuery."""
    parser = _Parser(_tokens(text))
    test = parser.either(0)
    if parser.position < len(parser.tokens):
        raise BadQuery("unbalanced parentheses")
    return Query(test, tuple(parser.phrases))


def _fold(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    field: str | None = None


def _tokens(text: str) -> list[_Token]:
    if text.count('"') % 2:
        raise BadQuery("unbalanced quotes")
    text = text.strip()
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise BadQuery(f"cannot be read from {text[position : position + 20]!r} on")
        position = match.end()
        prefix = match["field"]
        if prefix is not None and prefix not in TEXT_FIELDS + DATE_FIELDS:
            raise BadQuery(f"unknown field {prefix}")
        for kind in ("open", "close", "op", "phrase", "range", "group", "term"):
            if match[kind] is not None:
                found.append(_Token(kind, match[kind], prefix))
                break
    if not found:
        raise BadQuery("the query is empty")
    return found


class _Parser:
    """Recursive descent over the tokens: either (OR) of both (AND, ANDNOT) of atoms."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.phrases: list[str] = []

    def either(self, depth: int, inherited: str = "all") -> Test:
        if depth > MAX_DEPTH:
            raise BadQuery("too deeply nested")
        tests = [self.both(depth, inherited)]
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "op":
                self.position += 1
            tests.append(self.both(depth, inherited))
        return tests[0] if len(tests) == 1 else _any(tests)

    def both(self, depth: int, inherited: str) -> Test:
        test = self.atom(depth, inherited)
        while (token := self._peek()) is not None and token.kind == "op" and token.value != "OR":
            self.position += 1
            right = self.atom(depth, inherited)
            test = _both(test, right) if token.value == "AND" else _without(test, right)
        return test

    def atom(self, depth: int, inherited: str) -> Test:
        token = self._peek()
        if token is None:
            raise BadQuery("an operator has nothing behind it")
        self.position += 1
        if token.kind == "group":
            self.position += 1
            return self._closed(depth, token.field or inherited)
        if token.kind == "open":
            return self._closed(depth, inherited)
        if token.kind in ("op", "close"):
            raise BadQuery(
                "unbalanced parentheses" if token.kind == "close" else f"{token.value} has nothing before it"
            )
        if token.kind == "range":
            return _within(token)
        return self._contains(token.field or inherited, token.value)

    def _closed(self, depth: int, inherited: str) -> Test:
        test = self.either(depth + 1, inherited)
        token = self._peek()
        if token is None or token.kind != "close":
            raise BadQuery("unbalanced parentheses")
        self.position += 1
        return test

    def _contains(self, name: str, value: str) -> Test:
        if name in DATE_FIELDS:
            raise BadQuery(f"{name} needs a range such as [202506010000 TO 202506302359]")
        if value.endswith("*") and value.strip("*"):
            start = words(value.rstrip("*")).rstrip()
            self.phrases.append(start)
            return lambda paper: start in paper.text[name]
        phrase = words(value)
        if not phrase.strip():
            raise BadQuery(f"nothing to look for in {value!r}")
        self.phrases.append(phrase)
        return lambda paper: phrase in paper.text[name]

    def _peek(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None


def _any(tests: list[Test]) -> Test:
    return lambda paper: any(test(paper) for test in tests)


def _both(left: Test, right: Test) -> Test:
    return lambda paper: left(paper) and right(paper)


def _without(left: Test, right: Test) -> Test:
    return lambda paper: left(paper) and not right(paper)


def _within(token: _Token) -> Test:
    name = token.field
    if name not in DATE_FIELDS:
        raise BadQuery("only submittedDate and lastUpdatedDate take a range")
    bounds = _RANGE.match(token.value)
    if bounds is None:
        raise BadQuery(f"the range of {name} is not [YYYYMMDDHHMM TO YYYYMMDDHHMM]")
    first = "" if bounds[1] == "*" else bounds[1].ljust(14, "0")
    last = "99999999999999" if bounds[2] == "*" else _end(bounds[2])
    return lambda paper: first <= paper.dates[name] <= last


def _end(stamp: str) -> str:
    return stamp + "235959"[len(stamp) - 8 :]
