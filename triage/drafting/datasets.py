"""Which datasets a paper uses: names learned from the list's own dataset lines, and names that a text calls "
"datasets."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.drafting.sentences import clean, without_long_words


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Dataset names as the list writes them (the commonest spelling), by their letters and digits alone."""

    names: dict[str, str]


def learn_gazetteer(lines: Iterable[Sequence[str]]) -> Gazetteer:
    """The names in a list's dataset lines; each line is one entry's names."""
    spellings: dict[str, Counter[str]] = {}
    for line in lines:
        for name in (part for item in line for part in item.split(";")):
            tidy = _tidy(name)
            if _looks_like_name(tidy):
                spellings.setdefault(name_key(tidy), Counter())[tidy] += 1
    return Gazetteer({key: max(sorted(count), key=lambda s: count[s]) for key, count in spellings.items()})


def name_key(name: str) -> str:
    """A name's letters and digits, without case, for comparing: "MVTec-AD" and "MVTec AD" are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def find_datasets(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The datasets named in `texts`, in order of appearance, as the list spells them. The first text is the abstract,
    the others are pages.

    In the abstract a known name counts wherever it stands, an unknown one where the text calls it a dataset, or lists
    it beside a known one. Pages name much that is only cited: there a name must come back.
    """
    abstract, body = without_long_words(clean(texts[0])) if texts else "", _body(texts[1:])
    found: dict[str, str] = {}
    for name, _ in _in_order(abstract, gazetteer):
        found.setdefault(name_key(name), name)
    for name, _ in _in_order(body, gazetteer) if body else ():
        if name_key(name) not in found and _used(name, body):
            found[name_key(name)] = name
    named = [(key, gazetteer.names.get(key, name)) for key, name in found.items()]
    return tuple(dict.fromkeys(_without_parts(named)))


def _in_order(text: str, gazetteer: Gazetteer) -> list[tuple[str, int]]:
    names = [*_known(text, gazetteer), *_called(text), *_listed_beside(text, gazetteer)]
    return sorted(names, key=lambda item: item[1])


_BACK_MATTER = re.compile(
    r"^[ \t]{0,20}(?:\d{1,2}\.?[ \t]{0,4})?(?:References|Bibliography|REFERENCES)[ \t]*$", re.MULTILINE
)


def _body(pages: Sequence[str]) -> str:
    text = "\n".join(pages)
    ends = [match.start() for match in _BACK_MATTER.finditer(text)]
    return without_long_words(clean(text[: ends[-1]] if ends else text))


_ASIDE = re.compile(r"(?i)pre-?train|initiali[sz]|backbone|weights")
_USE = re.compile(
    r"(?i)\b(?:data\s?sets?|benchmarks?|evaluat\w+|experiments?|results? on|tested|trained on|images? from)\b"
)


def _used(name: str, body: str) -> bool:
    """Whether a page uses the name rather than mentions it: three times, once at least near a word of evaluation."""
    around = [body[max(0, m.start() - 60) : m.end() + 60] for m in _pattern(name).finditer(body)]
    own = [context for context in around if not _ASIDE.search(context)]
    return len(own) >= 3 and any(_USE.search(context) for context in own)


def _tidy(name: str) -> str:
    name = re.sub(r"(?:(?<!\s)\s++)?\([^()]*\)", "", clean(name))
    name = re.sub(r"^(?:and|&)\s++", "", name)
    return re.sub(r"(?i)(?<!\s)\s++(?:data\s?sets?|benchmarks?|corpus)$", "", name).strip(" .,;:*_`")


def _looks_like_name(name: str) -> bool:
    key = name_key(name)
    short = len(key) >= 2 and len(name) <= 40 and len(name.split()) <= 6
    return short and any(c.isupper() or c.isdigit() for c in name)


def _known(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    squeezed = name_key(text)
    for key, display in gazetteer.names.items():
        if key not in squeezed:
            continue
        for match in _pattern(display).finditer(text):
            if _written_as_a_name(match.group(), display):
                yield display, match.start()
                break


@lru_cache(maxsize=4096)
def _pattern(display: str) -> re.Pattern[str]:
    runs = re.findall(r"[A-Za-z]+|\d+|[^\W\d_]+", display)
    body = r"[\s\-_/–]*".join(re.escape(run) for run in runs)
    return re.compile(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])", re.IGNORECASE)


def _written_as_a_name(found: str, display: str) -> bool:
    """Whether every word that has a capital in the name has one where it was found: "Chest X-ray" is not "chest X-ray".

    A name of one short word must be spelled as the list does, but for capitals after the first.
    """
    pairs = zip(re.findall(r"[^\W\d_]+", found), re.findall(r"[^\W\d_]+", display), strict=False)
    return all(any(c.isupper() for c in one) or not any(c.isupper() for c in other) for one, other in pairs)


_NAME = re.compile(
    r"\b(?P<word>[A-Z][a-z]{0,20}+[A-Z0-9][\w.+]{0,40}+(?:-[\w.+]{1,20}+){0,3}|[A-Z][A-Za-z]{1,20}-[A-Z0-9][\w.+-]{0,20})"
    r"(?:\s(?:[A-Z]{2,}+|\d{1,4}+)\b)?"
)
_AND = re.compile(r"\s*+(?:,\s*+(?:and|&)?|and|&|/)\s*+(?:the\s++)?")
_NOUN = r"(?i:data\s?sets?|benchmarks?|corpora|corpus)"
_ARE_DATA = re.compile(rf"\s++(?:\w++\s++)?{_NOUN}\b")
"""Behind names: they are called data sets."""
_DATA_SUCH_AS = re.compile(
    rf"\b{_NOUN}\b\s*+(?:\([^()]*+\)\s*+)?(?:[,:–—-]\s*+)?(?:such as|including|like|namely|i\.e\.,?|e\.g\.,?|:)\s*+"
    r"(?:the\s++)?"
)
_DATA_IN_BRACKETS = re.compile(rf"\b{_NOUN}\s*+[\(\[–—]\s*+(?:(?:i\.e\.,?|e\.g\.,?|namely|including|such as)\s*+)?")
_BRACKET_ENDS = re.compile(r"\s*+[\)\]–—]")
_DATA_CALLED = re.compile(rf"\b{_NOUN},?\s++(?:\w++\s++)?(?:called|named|termed|dubbed|which we call)\s++")
_TITLED = re.compile(r"(?P<names>(?:[A-Z][\w-]{1,40}+\s++){1,5}(?:Data\s?set|Benchmark)(?:\s*+\([A-Z][\w-]{1,40}+\))?)")
_NOT_DATA = re.compile(
    r"(?:2|3|4)d|ai|ml|cv|nlp|llms?|mllms?|vlms?|cnns?|gans?|vaes?|vits?|mris?|cts?|pet|x-?rays?|rgb-?d?|roc|auc|"
    r"auroc|sota|"
    r"ood|id|ad|[a-z]{1,2}ad|clip|gpt-?\w*|bert|gpus?|sam2?|us|uk|usa|ieee|v?qa|rl|dl|dnns?|pdf|zero-shot|few-shot|"
    r"[a-z]+-based|state-of-the-art|f1|psnr|ssim|miou|map|fid",
    re.IGNORECASE,
)


def _called(text: str) -> Iterator[tuple[str, int]]:
    said = 0
    for names in _enumerations(text):
        last = names[-1]
        called = _ARE_DATA.match(text, last.end()) or _ARE_DATA.match(text, last.end("word"))
        if called and names[0].start() >= said:
            said = called.end()
            yield from _members(names)
    for begin in _DATA_SUCH_AS.finditer(text):
        yield from _members(_names_at(text, begin.end()))
    for begin in _DATA_IN_BRACKETS.finditer(text):
        names = _names_at(text, begin.end())
        if names and _BRACKET_ENDS.match(text, names[-1].end()):
            yield from _members(names)
    for begin in _DATA_CALLED.finditer(text):
        yield from _members(_names_at(text, begin.end())[:1])
    for match in _TITLED.finditer(text):
        words = match.group("names").split()
        if words[0] not in (
            "The",
            "A",
            "An",
            "This",
            "Our",
            "New",
            "Each",
            "These",
            "Public",
            "Large",
            "Open",
            "Extensive",
        ):
            yield " ".join(words), match.start()


def _enumerations(text: str) -> Iterator[list[re.Match[str]]]:
    """Names in a row, "A, B and the C", as long as they are; a name alone is a row of one."""
    at = 0
    while first := _NAME.search(text, at):
        names = _names_at(text, first.start())
        yield names
        at = names[-1].end()


def _names_at(text: str, at: int) -> list[re.Match[str]]:
    """The names in a row that begins here; empty if none does."""
    names: list[re.Match[str]] = []
    name = _NAME.match(text, at)
    while name:
        names.append(name)
        joint = _AND.match(text, name.end())
        name = _NAME.match(text, joint.end()) if joint else None
    return names


def _members(names: Iterable[re.Match[str]]) -> Iterator[tuple[str, int]]:
    for part in names:
        name = part.group().rstrip(".")
        if len(name_key(name)) > 2 and not _NOT_DATA.fullmatch(name):
            yield name, part.start()


def _listed_beside(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    for names in _enumerations(text):
        members = list(_members(names))
        if len(names) > 1 and any(name_key(name) in gazetteer.names for name, _ in members):
            yield from members


def _without_parts(found: list[tuple[str, str]]) -> list[str]:
    """Without names that only begin a longer one found beside them, or stand in its brackets."""
    kept = []
    for key, display in found:
        others = [(other, shown) for other, shown in found if other != key]
        if not any(other.startswith(key) or f"({display})" in shown for other, shown in others):
            kept.append(display)
    return kept
