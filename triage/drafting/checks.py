"""What of a model's answer stands against the paper, and the rules' facts with it put in. No model takes part here.

A value stands with a quotation that the paper has and that says it. A summary with a number, a name or an acronym that
the paper does not have is refused, and so is one that copies, runs long, or answers instead of summarising.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.drafting.datasets import Gazetteer, is_used_as_data, known_spelling, name_key
from triage.drafting.links import addresses, is_web_address
from triage.drafting.question import LINKS, TAGS, Answer
from triage.drafting.sentences import clean, sentences
from triage.drafting.summary import content_words, longest_length
from triage.drafting.tex import plain_text
from triage.llm.quotations import Span, comparable, find_quotation, find_quotations, is_quoted
from triage.models import Facts, Fault


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer is held against: the paper's title, its abstract and all of its text, as they are read; the list's
    one-liners, whose voice and length a summary must have; and the dataset names that the list knows."""

    title: str
    abstract: str
    text: str
    examples: tuple[str, ...]
    gazetteer: Gazetteer


@dataclass(frozen=True, slots=True)
class Accepted:
    """What stands of an answer. `quotes` support the values they are keyed by; `refused` is what does not stand, and
    `objection` the part of it for which it is worth asking the model once more."""

    summary: str | None = None
    datasets: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    stars: int | None = None
    quotes: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[Fault, ...] = ()
    objection: Fault | None = None


def check_answer(answer: Answer, source: Source) -> Accepted:
    """What stands of `answer`."""
    check = _Check(answer, source)
    summary = check.summary()
    objection = check.refused[0] if check.refused else None
    return Accepted(
        summary=summary,
        datasets=check.datasets(),
        tags=check.tags(),
        links=check.links(),
        stars=check.stars(),
        quotes=check.quotes,
        refused=tuple(check.refused),
        objection=objection,
    )


_LONGEST_TAG = 8
"""Words."""

_NEAR = 80
"""Characters between an address and the words about it."""


@dataclass
class _Check:
    """An answer held against its paper; `quotes` and `refused` fill as its values are looked at."""

    answer: Answer
    source: Source
    quotes: dict[str, str] = field(default_factory=dict)
    refused: list[Fault] = field(default_factory=list)

    def _refuse(self, kind: str, reason: str) -> None:
        self.refused.append(Fault(kind, reason))

    def summary(self) -> str | None:
        if self.answer.summary is None:
            return None
        quote, line = self.answer.summary.quote, clean(plain_text(self.answer.summary.value))
        reasons = check_summary(line, self.source.text, self.source.abstract, self.source.examples)
        if not is_quoted(quote, self.source.text):
            reasons = (*reasons, "its quote is not in the paper")
        elif missing := unsupported(line, quote, self.source.title):
            reasons = (*reasons, f"its quote does not say: {', '.join(missing[:6])}; quote the words that do")
        if reasons:
            self._refuse("summary", "; ".join(reasons))
            return None
        self.quotes["summary"] = quote
        return line

    def datasets(self) -> tuple[str, ...]:
        names = []
        for given in self.answer.datasets:
            inside = find_quotation(given.value, given.quote) is not None
            if not (inside and is_quoted(given.quote, self.source.text)):
                self._refuse("dataset", f"{given.value[:60]} is not supported by a quote from the paper")
            elif not is_used_as_data(given.value, given.quote, self.source.gazetteer):
                self._refuse("dataset", f"{given.value[:60]} is not called a data set in its quote")
            else:
                names.append(known_spelling(given.value, self.source.gazetteer))
                self.quotes[f"datasets: {names[-1]}"] = given.quote
        return tuple(dict.fromkeys(names))

    def tags(self) -> dict[str, str]:
        tags = {}
        for name in TAGS:
            given = self.answer.found.get(name)
            if given is None:
                continue
            long = len(given.value.split()) > _LONGEST_TAG
            stands = not long and is_quoted(given.quote, self.source.text)
            if not stands or unsupported(given.value, given.quote, self.source.title):
                self._refuse(name, f"{given.value[:60]} is not supported by a quote from the paper")
                continue
            tags[name], self.quotes[name] = given.value, given.quote
        return tags

    def links(self) -> dict[str, str]:
        links = {}
        text = self.source.text
        for name in LINKS:
            given = self.answer.found.get(name)
            if given is None:
                continue
            wanted = given.value.rstrip("/")
            places = [Span(start, end) for url, start, end in addresses(text) if url.rstrip("/") == wanted]
            if not is_web_address(given.value) or not places:
                self._refuse(name, f"{given.value[:80]} does not stand in the paper")
            elif not _near(given.quote, places, text):
                self._refuse(name, f"{given.value[:80]} is not supported by a quote from where it stands in the paper")
            else:
                links[name], self.quotes[name] = given.value, given.quote
        return links

    def stars(self) -> int | None:
        if not self.answer.stars:
            return None
        if not is_quoted(self.answer.stars_quote, self.source.text):
            self._refuse("stars", "not supported by a quote from the paper")
            return None
        self.quotes["stars"] = self.answer.stars_quote
        return self.answer.stars


def _near(quote: str, places: Sequence[Span], text: str) -> bool:
    """Whether the quotation is about the address at one of these places: it has the address, or stands right by it."""
    if not is_quoted(quote, text):
        return False
    return any(
        said.start <= place.end + _NEAR and place.start <= said.end + _NEAR
        for said in find_quotations(quote, text)
        for place in places
    )


def merged(facts: Facts, accepted: Accepted) -> Facts:
    """`facts` with the model's summary if it stands, its datasets added, and its links where the rules found none.

    Its stars stay out: how much a paper matters is an opinion, and the paper's own text may have asked for them."""
    return replace(
        facts,
        summary=accepted.summary or facts.summary,
        datasets=_union(facts.datasets, accepted.datasets),
        code_url=facts.code_url or accepted.links.get("code_url"),
        project_url=facts.project_url or accepted.links.get("project_url"),
    )


def _union(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    known = {name_key(name) for name in first}
    return (*first, *(name for name in more if name_key(name) not in known))


_TOKEN = re.compile(r"[^\W_]+(?:[-.'’/+][^\W_]+)*[+%]?")

_LONGEST_UNSEEN = 40
"""Words of a summary where the list has none to measure it by."""

_SHARED = 1 / 3
"""The part of a value's telling words that its quotation must have: the rest may be put in other words."""


def unsupported(value: str, quote: str, title: str = "") -> tuple[str, ...]:
    """What `value` says and its quotation does not: its numbers and names (those of the paper's `title` are known), and
    its other words unless a third of them are there, and two at least of four or more. () if it supports the value."""
    ordinary = value[:2].isalpha() and value.split(maxsplit=1)[0][1:].islower()
    strange = invented_tokens(value[:1].lower() + value[1:] if ordinary else value, (quote, title))
    claimed, there = content_words(value), content_words(quote)
    if len(claimed & there) >= max(2 if len(claimed) > 3 else min(1, len(claimed)), _SHARED * len(claimed)):
        return strange
    missing = [word for word in re.findall(r"[^\W\d_][\w-]*", value) if content_words(word) - there]
    return tuple(dict.fromkeys((*strange, *missing)))


def invented_tokens(summary: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The capitalised and numeric tokens of `summary` that stand in none of `sources`.

    A token counts if it has a capital or a digit. The word that opens a sentence may be an ordinary word with its
    capital: it passes if it stands in the sources in any case, or is a plain English opening.
    """
    known, known_any = set(), set()
    for source in sources:
        for token in _pieces(source):
            known.add(token)
            known_any.add(token.casefold())
    missing = []
    for sentence in sentences(summary):
        for position, token in enumerate(_TOKEN.findall(sentence)):
            if not re.search(r"[A-Z\d]", token) and not any(c.isupper() for c in token):
                continue
            if position == 0 and _is_opening(token, known_any):
                continue
            if token not in known and not _parts_known(token, known, known_any):
                missing.append(token)
    return tuple(missing)


_OPENINGS = frozenset(
    "a an the this these we it its our their using based given with for to in on by from uses learns proposes "
    "introduces presents develops designs builds trains combines applies studies shows explores investigates analyzes "
    "analyses evaluates provides extends adapts improves addresses leverages employs detects segments generates "
    "models learning training "
    "detecting".split()
)


def _is_opening(token: str, known_any: set[str]) -> bool:
    ordinary = token[1:].islower() or len(token) == 1
    return ordinary and (token.casefold() in known_any or token.casefold() in _OPENINGS)


def _pieces(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    return [*tokens, *(piece for token in tokens for piece in re.split(r"[-/'’]", token) if piece)]


def _parts_known(token: str, known: set[str], known_any: set[str]) -> bool:
    pieces = [piece for piece in re.split(r"[-/'’]", token) if piece]
    if len(pieces) < 2:
        return False
    return all(p in known if re.search(r"[A-Z\d]", p) else p.casefold() in known_any for p in pieces)


_ANSWER = re.compile(
    r"^(?:here(?:'s| is| are)|sure\b|certainly|of course|i (?:cannot|can't|can not|am|will|would)|i'm|as an? (?:ai|"
    r"language)|sorry|unfortunately|summary\s*:|the summary|answer\s*:|output\s*:|one[- ]line summary|n/?a\b|none\b|"
    r"unknown\b|null\b|not (?:available|provided|stated|mentioned)|no (?:summary|information)|tl;?dr)",
    re.IGNORECASE,
)
_SELF = re.compile(r"^(?:(?:in\s+)?(?:this|the) (?:paper|work|study|article|authors?)|we|our)\b", re.IGNORECASE)
_MARKUP = re.compile(r"https?://|!\[|\]\(|<[a-z/!]|```|\{\s*\"|^\s*#|\x1b|[\x00-\x08\x0b-\x1f]", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether `text` has an address, Markdown or HTML markup, or control characters."""
    return bool(_MARKUP.search(text))


def check_summary(summary: str, paper_text: str, abstract: str, examples: Sequence[str]) -> tuple[str, ...]:
    """Why this summary must not be used; () when nothing speaks against it.

    `paper_text` is all that is known of the paper, `examples` are the list's own one-liners.
    """
    reasons = []
    if not summary.strip():
        return ("it is empty",)
    if has_markup(summary):
        reasons.append("it has markup, an address or control characters")
    if _ANSWER.match(summary.strip()):
        reasons.append("it reads like an answer, not like a summary")
    elif (opening := _SELF.match(summary.strip())) and not _list_opens_so(opening.group(), examples):
        reasons.append(f'it begins with "{opening.group()}", as this list never does')
    invented = invented_tokens(summary, (paper_text,))
    if invented:
        reasons.append(f"the paper does not have: {', '.join(invented)}")
    if _copies(summary, abstract):
        reasons.append("it copies a whole sentence of the abstract")
    longest = longest_length(examples) if examples else _LONGEST_UNSEEN
    if len(summary.split()) > longest:
        reasons.append(f"it has {len(summary.split())} words; this list's longest have {longest}")
    return tuple(reasons)


def _list_opens_so(opening: str, examples: Sequence[str]) -> bool:
    first = opening.casefold().split()[0]
    return any(example.casefold().lstrip().startswith(first) for example in examples)


def _copies(summary: str, abstract: str) -> bool:
    line = comparable(summary).strip(" .")
    parts = [comparable(part).strip(" .") for part in sentences(abstract)]
    return bool(parts) and any(len(part.split()) > 4 and part in line for part in parts)
