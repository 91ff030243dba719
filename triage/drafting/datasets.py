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
    name = re.sub(r"\s*\([^)]*\)", "", clean(name))
    name = re.sub(r"^(?:and|&)\s+", "", name)
    return re.sub(r"(?i)\s+(?:data\s?sets?|benchmarks?|corpus)$", "", name).strip(" .,;:*_`")


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


_TAIL = r"(?:\s(?:[A-Z]{2,}|\d{1,4})\b)?"
_NAME = (
    rf"(?:\b[A-Z][A-Za-z]{{0,20}}[A-Z0-9][\w.+]{{0,20}}(?:-[\w.+]{{1,20}}){{0,3}}{_TAIL}"
    rf"|\b[A-Z][A-Za-z]{{1,20}}-[A-Z0-9][\w.+-]{{0,20}}{_TAIL})"
)
_AND = r"\s*(?:,\s*and|,\s*&|,|and|&|/)\s*(?:the\s+)?"
_LIST = rf"{_NAME}(?:{_AND}{_NAME}){{0,12}}"
_NOUN = r"(?i:data\s?sets?|benchmarks?|corpora|corpus)"
_CALLED = (
    re.compile(
        rf"(?P<names>{_LIST})\s+(?:(?:public|medical|industrial|image|video|anomaly|detection|\w+)\s+)?{_NOUN}\b"
    ),
    re.compile(
        rf"\b{_NOUN}\b\s*(?:\([^)]*\)\s*)?(?:,|:|–|—|-)?\s*(?:such as|including|like|namely|i\.e\.,?|e\.g\.,?|:)\s*"
        rf"(?:the\s+)?(?P<names>{_LIST})"
    ),
    re.compile(
        rf"\b{_NOUN}\s*[\(\[–—]\s*(?:i\.e\.,?|e\.g\.,?|namely|including|such as)?\s*(?P<names>{_LIST})\s*[\)\]–—]"
    ),
    re.compile(rf"\b{_NOUN},?\s+(?:\w+\s+)?(?:called|named|termed|dubbed|which we call)\s+(?P<names>{_NAME})"),
)
_TITLED = re.compile(r"(?P<names>(?:[A-Z][\w-]+\s+){1,5}(?:Data\s?set|Benchmark)(?:\s*\([A-Z][\w-]+\))?)")
_NOT_DATA = re.compile(
    r"(?:2|3|4)d|ai|ml|cv|nlp|llms?|mllms?|vlms?|cnns?|gans?|vaes?|vits?|mris?|cts?|pet|x-?rays?|rgb-?d?|roc|auc|"
    r"auroc|sota|"
    r"ood|id|ad|[a-z]{1,2}ad|clip|gpt-?\w*|bert|gpus?|sam2?|us|uk|usa|ieee|v?qa|rl|dl|dnns?|pdf|zero-shot|few-shot|"
    r"[a-z]+-based|state-of-the-art|f1|psnr|ssim|miou|map|fid",
    re.IGNORECASE,
)


def _called(text: str) -> Iterator[tuple[str, int]]:
    for pattern in _CALLED:
        for match in pattern.finditer(text):
            yield from _members(match.group("names"), match.start("names"))
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


def _members(names: str, start: int) -> Iterator[tuple[str, int]]:
    for part in re.finditer(_NAME, names):
        name = part.group().rstrip(".")
        if len(name_key(name)) > 2 and not _NOT_DATA.fullmatch(name):
            yield name, start + part.start()


_ENUMERATION = re.compile(rf"{_NAME}(?:{_AND}{_NAME}){{1,12}}")


def _listed_beside(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    for match in _ENUMERATION.finditer(text):
        members = list(_members(match.group(), match.start()))
        if any(name_key(name) in gazetteer.names for name, _ in members):
            yield from members


def _without_parts(found: list[tuple[str, str]]) -> list[str]:
    """Without names that only begin a longer one found beside them, or stand in its brackets."""
    kept = []
    for key, display in found:
        others = [(other, shown) for other, shown in found if other != key]
        if not any(other.startswith(key) or f"({display})" in shown for other, shown in others):
            kept.append(display)
    return kept
