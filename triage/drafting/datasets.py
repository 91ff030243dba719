"""Which data sets a paper uses: names learned from the list's own lines of data sets, and names that a text calls data
sets. A kind of data ("hyperspectral image (HSI) datasets") is no data set."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from triage.drafting.sentences import clean, without_long_words


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Data set names as the list writes them, by their letters and digits alone."""

    names: dict[str, str]


def learn_gazetteer(lines: Iterable[Sequence[str]]) -> Gazetteer:
    """The names in a list's lines of data sets; each line is one entry's names. Of several spellings of a name the
    commonest counts, one in capitals only where the list never writes it otherwise ("BRATS" beside "BraTS 2020")."""
    spellings: dict[str, Counter[str]] = {}
    runs: dict[str, Counter[str]] = {}
    for line in lines:
        for name in (part for item in line for part in _parts(item)):
            tidy = _tidy(name)
            if _may_be_a_name(tidy):
                spellings.setdefault(name_key(tidy), Counter())[tidy] += 1
                for run in _RUN.findall(tidy):
                    runs.setdefault(run.casefold(), Counter())[run] += 1
    best = {key: max(sorted(count), key=lambda run: (_is_mixed(run), count[run])) for key, count in runs.items()}

    def spelled(name: str) -> str:
        return _RUN.sub(lambda run: best[run.group().casefold()] if run.group().isupper() else run.group(), name)

    return Gazetteer({key: spelled(max(sorted(count), key=lambda s: count[s])) for key, count in spellings.items()})


def _parts(item: str) -> list[str]:
    """The names of an item: "BTCV+LiTS; CIFAR100 and ImageNet" are four."""
    found: list[str] = []
    for part in item.split(";"):
        pieces = re.split(r"(?<!\s)\s++and\s++|\+", part)
        several = len(pieces) > 1 and all(_is_name_like(piece.strip()) for piece in pieces)
        found += pieces if several else [part]
    return found


_RUN = re.compile(r"[A-Za-z]{3,}")


def _is_mixed(run: str) -> bool:
    """Whether capitals within tell how the name is spelled: "BraTS", neither "BRATS" nor "Brats"."""
    return any(c.islower() for c in run) and any(c.isupper() for c in run[1:])


def name_key(name: str) -> str:
    """A name's letters and digits, without case, for comparing: "MVTec-AD" and "MVTec AD" are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def known_spelling(name: str, gazetteer: Gazetteer) -> str:
    """The name as the list writes it, if it knows it; as the paper does where only the paper has small letters too."""
    listed = gazetteer.names.get(name_key(name), name)
    return name if _is_mixed(name) and listed.isupper() else listed


def find_datasets(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The data sets named in `texts`, in order of appearance, as the list spells them. The first text is the abstract,
    the others are pages.

    In the abstract a known name counts wherever it stands, an unknown one where the text calls it a data set, or lists
    it beside a known one. Pages name much that is only cited: there a name must come back.
    """
    abstract, body = without_long_words(clean(texts[0])) if texts else "", _body(texts[1:])
    found: dict[str, str] = {}
    for name, _ in _in_order(abstract, gazetteer):
        found.setdefault(name_key(name), name)
    for name, _ in _in_order(body, gazetteer) if body else ():
        if name_key(name) not in found and _used(name, body):
            found[name_key(name)] = name
    otherwise = _short_for_something_else(f"{abstract}\n{body}")
    named = [(key, known_spelling(name, gazetteer)) for key, name in found.items() if name not in otherwise]
    return tuple(dict.fromkeys(_without_parts(named)))


def is_used_as_data(name: str, context: str, gazetteer: Gazetteer) -> bool:
    """Whether `name` may be a data set, given the words around it: the list knows it, or they speak of data or of an
    evaluation; and it is written like a name."""
    if _NO_DATA_SET.fullmatch(name) or not any(c.isupper() or c.isdigit() for c in name):
        return False
    return name_key(name) in gazetteer.names or _USE.search(context) is not None


def _in_order(text: str, gazetteer: Gazetteer) -> list[tuple[str, int]]:
    rows = _enumerations(text, gazetteer)
    names = [*_known(text, gazetteer), *_called(text, rows, gazetteer), *_titled(text)]
    for row in rows:
        if len(row) > 1 and any(name_key(one.text) in gazetteer.names for one in row):
            names += [(one.text, one.start) for one in row if one.is_data]
    return sorted(names, key=lambda item: item[1])


_BACK_MATTER = re.compile(
    r"^[ \t]{0,20}(?:\d{1,2}\.?[ \t]{0,4})?(?:References|Bibliography|REFERENCES)[ \t]*$", re.MULTILINE
)


def _body(pages: Sequence[str]) -> str:
    text = "\n".join(pages)
    ends = [match.start() for match in _BACK_MATTER.finditer(text)]
    return without_long_words(clean(text[: ends[-1]] if ends else text))


_ASIDE = re.compile(r"(?i)pre-?train|initiali[sz]|backbone|weights|akin to|similar to|unlike|inspired by")
_USE = re.compile(
    r"(?i)\b(?:data\s?sets?|benchmarks?|corpora|corpus|evaluat\w+|experiments?|results? on|tested|trained on|"
    r"images? from)\b"
)


def _used(name: str, body: str) -> bool:
    """Whether a page uses the name rather than mentions it: three times, once at least near a word of evaluation."""
    around = [body[max(0, m.start() - 60) : m.end() + 60] for m in _pattern(name).finditer(body)]
    own = [context for context in around if not _ASIDE.search(context)]
    return len(own) >= 3 and any(_USE.search(context) for context in own)


_NO_NAMES = frozenset(
    "url urls http https www link links code github gitlab paper pdf website homepage download none na tba tbd various "
    "multiple private public custom own proprietary internal synthetic simulated clinical".split()
)


def _tidy(name: str) -> str:
    name = re.sub(r"(?:(?<!\s)\s++)?\([^()]*\)", "", clean(name))
    name = re.sub(r"^(?:and|&)\s++", "", name)
    return re.sub(r"(?i)(?<!\s)\s++(?:data\s?sets?|benchmarks?|corpus)$", "", name).strip(" .,;:*_`")


def _may_be_a_name(name: str) -> bool:
    key = name_key(name)
    short = len(key) >= 2 and len(name) <= 40 and len(name.split()) <= 6
    strange = key in _NO_NAMES or "://" in name or re.match(r"(?i)in-?\s?house\b", name)
    return short and not strange and any(c.isupper() or c.isdigit() for c in name)


def _known(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    squeezed = name_key(text)
    for key, display in gazetteer.names.items():
        if key not in squeezed:
            continue
        for match in _pattern(display).finditer(text):
            plainly = not _is_plain(display) or _is_near_use(text, match)
            aside = _ASIDE.search(text[max(0, match.start() - 40) : match.start()])
            if plainly and not aside and _written_as_a_name(match.group(), display):
                yield match.group(), match.start()
                break


def _is_plain(display: str) -> bool:
    """Whether a name of the list is also an ordinary word or a kind of data: "Avenue", "Brain Tumor", "OCT"."""
    words = display.split()
    return bool(_NO_DATA_SET.fullmatch(display)) or all(
        re.fullmatch(r"[A-Z]?[a-z]+|X-?[Rr]ay|CT|MRI", w) for w in words
    )


def _is_near_use(text: str, match: re.Match[str]) -> bool:
    return _USE.search(text[max(0, match.start() - 60) : match.end() + 40]) is not None


@lru_cache(maxsize=4096)
def _pattern(display: str) -> re.Pattern[str]:
    runs = re.findall(r"[A-Za-z]+|\d+|[^\W\d_]+", display)
    body = r"[\s\-_/–]{0,3}".join(re.escape(run) for run in runs)
    return re.compile(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9]-){body}(?!-?[A-Za-z0-9])", re.IGNORECASE)


def _written_as_a_name(found: str, display: str) -> bool:
    """Whether every word that has a capital in the name has one where it was found: "Chest X-ray" is not "chest X-ray".

    A name of one short word must be spelled as the list does, but for capitals after the first.
    """
    pairs = zip(re.findall(r"[^\W\d_]+", found), re.findall(r"[^\W\d_]+", display), strict=False)
    return all(any(c.isupper() for c in one) or not any(c.isupper() for c in other) for one, other in pairs)


@dataclass(frozen=True, slots=True)
class _Name:
    """A word or two written like a name, with its place; `is_data` unless it is known to name something else."""

    text: str
    start: int
    end: int
    is_data: bool


_WORD = re.compile(r"(?<![\w/@.])(?<![0-9A-Z]-)(?:[A-Z]|[a-z]{1,6}[A-Z])[\w.+-]{1,60}")
_TAIL = re.compile(r" (?:[A-Z]{2,4}|\d{1,4})(?![\w-])")
_AND = re.compile(r"\s*(?:,\s*and\b|,\s*&|,|\band\b|&|/)\s*(?:the\s+)?")
_LONGEST_AND = 14
_NO_DATA_SET = re.compile(
    r"(?:2|3|4)d|ai|ml|cv|nlp|llms?|mllms?|vlms?|lvlms?|vlas?|cnns?|gans?|vaes?|vits?|[df]?mris?|mrs?|cts?|pet|fdg|octa?|"
    r"x-?rays?|cxr|ecgs?|eegs?|us|rgb-?[dt]?|hsi|lidar|roc|auc|auroc|aupro|ap|sota|ood|id|ad|[a-z]{1,2}ad|clip|"
    r"gpt-?[\w.]*|bert|gpus?|sam2?|uk|usa|eu|ieee|v?qa|rl|dl|dnns?|pdf|urls?|https?|api|sql|html|json|csv|"
    r"zero-shot|few-shot|one-shot|state-of-the-art|sim-?to-?real|f1|psnr|ssim|miou|map|fid|"
    r"[a-z0-9]+-(?:based|trained|style|specific|like|level|free|aware|oriented|related|only|wise|driven|scale)|"
    r"[a-z]\d{1,4}|[a-z]{1,2}_\w*|(?-i:\w{1,20}(?:-\w{1,20}){0,2}-[a-z]{3,20})",
    re.IGNORECASE,
)
"""Words with capitals that name a field, a method, a measure, a kind of data or an index in a formula."""


def _names(text: str, gazetteer: Gazetteer) -> list[_Name]:
    """The words written like names: a capital or digit behind the first letter; those that the list knows, with one."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group().rstrip(".-")
        known = word[0].isupper() and name_key(word) in gazetteer.names
        if len(name_key(word)) < 3 or not (known or _is_name_like(word)):
            continue
        is_data = known or not _NO_DATA_SET.fullmatch(word)
        tail = _TAIL.match(text, match.start() + len(word))
        end = tail.end() if tail else match.start() + len(word)
        found.append(_Name(text[match.start() : end], match.start(), end, is_data))
    return found


def _is_name_like(word: str) -> bool:
    later = any(c.isupper() or c.isdigit() for c in word[1:]) and " " not in word
    return later and (word[:1].isupper() or re.match(r"[a-z]{1,6}[A-Z]", word) is not None)


def _enumerations(text: str, gazetteer: Gazetteer) -> list[list[_Name]]:
    """The names of a text in rows: "A", "B and C", "D, E, and the F"."""
    rows: list[list[_Name]] = []
    for name in _names(text, gazetteer):
        before = rows[-1][-1].end if rows else -1
        between = text[before : name.start] if before >= 0 and name.start - before <= _LONGEST_AND else "?"
        if _AND.fullmatch(between):
            rows[-1].append(name)
        else:
            rows.append([name])
    return rows


_NOUN = r"(?i:data\s?sets?|benchmarks?|corpora|corpus)"
_THEN_DATA = re.compile(rf"\)?\s+(?:\w{{1,20}}\s+)?(?P<noun>{_NOUN})\b")
_DATA_SUCH_AS = re.compile(
    rf"\b{_NOUN}\s*+(?:\([^)]{{0,30}}\)\s*+)?(?:[,:–—-]\s*+)?"
    r"(?:such as|including|like|namely|i\.e\.,?|e\.g\.,?|:)\s*+(?:the\s++)?$"
)
_DATA_IN_BRACKETS = re.compile(rf"\b{_NOUN}\s*+[(\[–—]\s*+(?:(?:i\.e\.,?|e\.g\.,?|namely|including|such as)\s*+)?$")
_DATA_COLON = re.compile(rf"\b{_NOUN}\s?[:–—-]\s?$")
_BESIDE_ANOTHER = re.compile(r"\b[A-Z][\w-]*(?:\s[\w-]+)?(?:,|,?\s+(?:and|&))\s+(?:[a-z][\w-]{0,20}\s+){0,2}$")
_DATA_CALLED = re.compile(rf"\b{_NOUN},?\s+(?:\w{{1,20}}\s+)?(?:called|named|termed|dubbed|which we call)\s+$")
_BEFORE = 80


def _called(text: str, rows: Sequence[Sequence[_Name]], gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    """The names that the text calls data sets. One name alone before "datasets" is a kind of data unless known."""
    for row in rows:
        before, after = text[max(0, row[0].start - _BEFORE) : row[0].start], text[row[-1].end : row[-1].end + _BEFORE]
        then = _THEN_DATA.match(after)
        alone = len(row) == 1 and not _BESIDE_ANOTHER.search(before)
        if alone and then and not after.lstrip(") ").startswith(then.group("noun")) and len(row[0].text) < 5:
            then = None
        ordinary = re.fullmatch(r"[A-Z][a-z]+(?:-(?:[A-Z]?[a-z]+))+", row[0].text)
        kind = (
            then and alone and (ordinary or then.group("noun").casefold().endswith(("sets", "benchmarks", "corpora")))
        )
        if (
            (then and (not kind or name_key(row[0].text) in gazetteer.names))
            or _DATA_SUCH_AS.search(before)
            or (len(row) > 1 and _DATA_COLON.search(before))
            or (_DATA_IN_BRACKETS.search(before) and re.match(r"\s*[)\]–—]", after))
        ):
            yield from ((one.text, one.start) for one in row if one.is_data)
        elif _DATA_CALLED.search(before) and row[0].is_data:
            yield row[0].text, row[0].start


_TITLED = re.compile(r"\b(?:[A-Z][\w-]{0,40}\s+){1,5}(?:Data\s?set|Benchmark)(?:\s*\([A-Z][\w-]{0,20}\))?(?!\w)")
_NOT_ITS_NAME = frozenset(
    "The A An This That Our New Each These Those Public Large Open Extensive Existing Current Comprehensive Standard "
    "Several Multiple Various Diverse First Second Another Any Every All Most No Popular Unified Additional "
    "Real-World Large-Scale".split()
)


def _titled(text: str) -> Iterator[tuple[str, int]]:
    """Names that say themselves that they are data sets: "Rusty Bridge Dataset (RBD)"."""
    for match in _TITLED.finditer(text):
        words = match.group().split()
        if words[0] not in _NOT_ITS_NAME and len(words) > (2 if "(" in words[-1] else 1):
            yield " ".join(words), match.start()


_DEFINED = re.compile(r"\((?P<short>[A-Z][A-Z0-9]{1,5})s?\)")
_DATA_WORDS = re.compile(
    r"(?i)data|benchmark|corpus|challenge|collection|archive|atlas|biobank|project|initiative|collaboration|repository|"
    r"study|suite|test"
)


def _short_for_something_else(text: str) -> set[str]:
    """The short names that `text` introduces for something that is no data set: "virtual try-on (VTON)"."""
    found = set()
    for match in _DEFINED.finditer(text):
        short = match.group("short")
        words = re.findall(r"[A-Za-z][a-z]*", text[max(0, match.start() - 30 * len(short)) : match.start()])
        full = _spelled_out(short, words)
        of_data = _DATA_WORDS.search(" ".join(full)) or (
            full and full[0][0].isupper() and _DATA_FOLLOWS.match(text, match.end())
        )
        if full and not of_data:
            found.add(short)
    return found


_DATA_FOLLOWS = re.compile(r"\s+(?:\d{4}\s+)?(?i:data\s?set|benchmark|challenge|corpus)\b")


def _spelled_out(short: str, words: Sequence[str]) -> Sequence[str]:
    """The last of `words`, if `short` is made of their letters in order, beginning with the first one's."""
    letters = [c.casefold() for c in short if c.isalpha()]
    for count in range(len(letters), 1, -1):
        full = words[-count:]
        rest = iter("".join(full).casefold())
        if len(full) == count and full[0][0].casefold() == letters[0] and all(letter in rest for letter in letters):
            return full
    return ()


def _without_parts(found: list[tuple[str, str]]) -> list[str]:
    """Without names that only begin a longer one found beside them, or stand in its brackets."""
    kept = []
    for key, display in found:
        others = [(other, shown) for other, shown in found if other != key]
        if not any(
            _begins(key, other) or f"({display})" in shown or f" {display} " in f"{shown} " for other, shown in others
        ):
            kept.append(display)
    return kept


def _begins(key: str, other: str) -> bool:
    """Whether `other` goes on where `key` ends: "mvtecad" begins "mvtecad2", "cifar10" does not begin "cifar100"."""
    return other.startswith(key) and not (key[-1:].isdigit() and other[len(key) :][:1].isdigit())
