"""What papers have in common: groups that share a phrase, each paper with a sentence that has it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import log, sqrt

from triage.evidence.prose import is_prose
from triage.evidence.source import Sentence
from triage.protocols import Vectors
from triage.writing.aspects import Part, part_of
from triage.writing.document import Work

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*")
_LONGEST_WORD = 30
_MOST = 8
"""Papers that one thread holds: more are no group that a reader takes in."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Works that share the words `phrase`; `where` has the sentence of each that has them, by key."""

    phrase: str
    works: tuple[Work, ...]
    where: Mapping[str, Sentence]


def find_threads(
    works: Sequence[Work], title: str, embed: Callable[[Sequence[str]], Vectors] | None = None
) -> tuple[list[Thread], list[Work]]:
    """Works in groups of two to eight that share a phrase in their titles or abstracts, the most telling first, and
    those that share none. What most of the works share, or the section's `title` says, parts nobody; nor does a phrase
    whose works are no nearer to each other than any: by meaning with `embed`, else by their words."""
    near = _Nearness(works, embed)
    phrases = {work.key: _phrases(work) for work in works}
    frequency = Counter(phrase for found in phrases.values() for phrase in found)
    common = max(2, min(_MOST, len(works) // 2))
    known = set(_stems(title))
    left = {work.key: work for work in works}
    threads: list[Thread] = []
    small = frozenset(word for work in works for word in _small_words(work))
    while len(left) > 1:
        best, members = _best(left, phrases, frequency, common, known, near)
        if not best:
            break
        chosen = tuple(left.pop(key) for key in members)
        where = {key: phrases[key][best].sentence for key in members}
        threads.append(Thread(_shown([phrases[key][best].text for key in members], small, chosen), chosen, where))
    return threads, list(left.values())


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase as a work writes it, and where; `whole` if no further word belongs to it in one place at least: not
    "supervised video" of "supervised video segmentation"."""

    text: str
    sentence: Sentence
    weight: float
    whole: bool


def _best(
    left: Mapping[str, Work],
    phrases: Mapping[str, Mapping[tuple[str, ...], _Found]],
    frequency: Mapping[tuple[str, ...], int],
    common: int,
    known: set[str],
    near: "_Nearness",
) -> tuple[tuple[str, ...], list[str]]:
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in left:
        for phrase in phrases[key]:
            holders[phrase].append(key)

    def worth(phrase: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
        keys = holders[phrase]
        told = sum(phrases[key][phrase].weight for key in keys) * min(near.of(keys), 3.0)
        return told * (1 + 0.6 * (len(phrase) - 1)) * (0.3 if set(phrase) <= known else 1.0), phrase

    def is_thread(phrase: tuple[str, ...]) -> bool:
        keys = holders[phrase]
        if not 2 <= len(keys) <= _MOST or frequency[phrase] > common:
            return False
        found = [phrases[key][phrase] for key in keys]
        titled = any(one.weight == _IN_TITLE for one in found)
        whole = 2 * sum(one.whole for one in found) >= len(found)
        is_near = near.of(keys) >= (_NEAR if len(phrase) > 1 else _NEARER)
        return titled and whole and is_near and worth(phrase)[0] >= _ENOUGH

    best = max(filter(is_thread, holders), key=worth, default=())
    return best, holders[best] if best else []


_ENOUGH = 5.0
_FEW = 6
_NEAR, _NEARER = 1.4, 1.8
"""How much nearer to each other than any two works of the section those of a thread are; more for a single word."""
_IN_TITLE, _IN_TEXT = 2.0, 1.0


class _Nearness:
    """How near works are to each other: by the cosine of their meaning, or of their words weighed by idf."""

    def __init__(self, works: Sequence[Work], embed: Callable[[Sequence[str]], Vectors] | None) -> None:
        texts = [" ".join([work.source.title, *(one.text for one in _opening(work))]) for work in works]
        self._place = {work.key: place for place, work in enumerate(works)}
        self._cosines: Sequence[Sequence[float]] = _by_words(texts) if embed is None else _by_meaning(embed(texts))
        pairs = [self._cosines[one][other] for one, other in combinations(range(len(works)), 2)]
        self._typical = max(sum(pairs) / max(len(pairs), 1), 1e-6)

    def of(self, keys: Sequence[str]) -> float:
        """The mean cosine of these works, as a multiple of that of all works: 1 is as near as any. Of few works that
        says nothing, and all count as near."""
        if len(self._place) < _FEW:
            return _NEARER
        pairs = [self._cosines[self._place[one]][self._place[other]] for one, other in combinations(keys, 2)]
        return sum(pairs) / max(len(pairs), 1) / self._typical


def _by_meaning(vectors: Vectors) -> list[list[float]]:
    cosines: list[list[float]] = (vectors @ vectors.T).tolist()
    return cosines


def _by_words(texts: Sequence[str]) -> list[list[float]]:
    counts = [Counter(word for word in _stems(text) if word not in _SMALL) for text in texts]
    frequency = Counter(word for count in counts for word in count)
    weights = [
        {word: (1 + log(times)) * log((1 + len(texts)) / frequency[word]) for word, times in count.items()}
        for count in counts
    ]
    lengths = [sqrt(sum(value * value for value in weight.values())) or 1.0 for weight in weights]
    return [
        [
            sum(value * other.get(word, 0.0) for word, value in one.items()) / (length * its)
            for other, its in zip(weights, lengths, strict=True)
        ]
        for one, length in zip(weights, lengths, strict=True)
    ]


def _phrases(work: Work) -> dict[tuple[str, ...], _Found]:
    """The phrases of a work's abstract, each with the first sentence that has it; those of its title weigh more."""
    found: dict[tuple[str, ...], _Found] = {}
    title = {gram.phrase: gram for gram in _grams(work.source.title)}
    # A title stands on the first page as a line of its own, which is no prose.
    for sentence in [*_opening(work), *(one for one in work.source.sentences[:4] if one.page == 1)]:
        for gram in _grams(sentence.text):
            named = gram.phrase in title
            if len(gram.phrase) > 1 or named:
                known = found.get(gram.phrase, _Found(gram.text, sentence, _IN_TITLE if named else _IN_TEXT, False))
                whole = known.whole or gram.whole or (named and title[gram.phrase].whole)
                found[gram.phrase] = replace(known, whole=whole)
    return found


def _opening(work: Work) -> list[Sentence]:
    prose = [one for one in work.source.sentences[:120] if is_prose(one)]
    return [one for one in prose if part_of(one) == Part.ABSTRACT][:16] or prose[:10]


@dataclass(frozen=True, slots=True)
class _Gram:
    phrase: tuple[str, ...]
    text: str
    whole: bool


def _grams(text: str) -> list[_Gram]:
    """Runs of one to three words that could be a subject: no small word, none that fits every paper."""
    found = []
    for piece in re.split(r"[.,;:!?()\[\]“”\"]|\s[-–—]\s", text):
        words = [word.group() for word in _WORD.finditer(piece)]
        for size in (1, 2, 3):
            for at in range(len(words) - size + 1):
                run = words[at : at + size]
                if _could_be_a_subject(run):
                    after = words[at + size].casefold() if at + size < len(words) else ""
                    whole = not after or after in _SMALL or after.endswith(("ed", "ly", "s"))
                    found.append(_Gram(tuple(_stem(word.casefold()) for word in run), " ".join(run), whole))
    return found


def _could_be_a_subject(run: Sequence[str]) -> bool:
    """Whether these words may name what papers are about: no small word, none that fits every paper, a noun at the end
    as far as its ending tells."""
    low = [word.casefold() for word in run]
    first, last = low[0], low[-1]
    if any(word in _SMALL or not 2 <= len(word) <= _LONGEST_WORD for word in low) or " ".join(low) in _VAGUE_PAIRS:
        return False
    if first in _EMPTY | _DOING or last in _EMPTY - _MAY_END or last == "language" or first.endswith("ly"):
        return False
    if len(low) > 1:
        return not last.endswith((*_ADJECTIVES, "ly", "ed"))
    return len(first) >= _TELLING and first not in _VAGUE and _NOUN.search(first) is not None


_TELLING = 6
_NOUN = re.compile(r"(?:[ts]ion|ment|sis|ness|ity|ance|ence|ism|ics|ogy|phy|[eo]r)s?$")
_DOING = frozenset(
    "like unlike leveraging combining exploring integrating addressing employing utilizing evaluating building".split()
)
_ADJECTIVES = ("ive", "al", "ic", "ous", "ble", "ful", "less", "ary", "based", "aware")


def _stems(text: str) -> list[str]:
    return [_stem(word.group().casefold()) for word in _WORD.finditer(text)]


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _small_words(work: Work) -> list[str]:
    """The words that a paper's first sentences write in small letters."""
    return re.findall(r"(?<![\w-])[a-z][a-z-]*", " ".join(one.text for one in work.source.sentences[:60]))


def _shown(texts: Sequence[str], small: frozenset[str], works: Sequence[Work]) -> str:
    """The phrase as most of the works write it, without the capitals that only a title gives a word; in the plural
    where they use that about as often."""
    plain = [" ".join(word.lower() if word.lower() in small else word for word in text.split()) for text in texts]
    shown = Counter(plain)
    best = max(sorted(shown), key=lambda text: (shown[text], text.endswith("s")))
    whole = " ".join(one.text for work in works for one in _opening(work))
    often = 0 if best.endswith("s") else 3 * whole.count(f"{best}s")
    return f"{best}s" if often > whole.count(best) else best


_SMALL = frozenset(
    "a an the of for in on with to and or by from via using towards toward as at is are was were be been its it this "
    "that these those into over under between through we our their they can not no than but while which where when how "
    "has have had such both each more most other all any one two three based without within across beyond per vs after "
    "before during among also only new novel propose proposed present show e.g i.e et al code available https".split()
)
_EMPTY = frozenset(
    "method methods approach approaches framework frameworks technique techniques paper work study studies task tasks "
    "performance result results experiment experiments extensive existing recent previous state-of-the-art different "
    "various several significant effective efficient high low better best large small key main first second important "
    "challenge challenges challenging problem problems issue issues limited ability capability capabilities use used "
    "using set sets number order case cases way ways need needs approach improve improves improving improved achieve "
    "achieves provide provides introduce introduces enable enables remain remains lead leads make makes many often "
    "well real potential further future current traditional common robust comprehensive complex specific multiple "
    "single diverse additional overall general crucial critical highly however thus demonstrate demonstrates model "
    "models data dataset datasets process processes modern large-scale high-quality "
    "powerful strong superior "
    "training evaluation analysis information learning".split()
)
_MAY_END = frozenset("model models learning analysis retrieval benchmark benchmarks".split())
_VAGUE_PAIRS = frozenset(
    part.strip()
    for part in (
        "neural networks, neural network, artificial intelligence, computer vision, language processing, deep neural, "
        "medical imaging, medical image, medical images, natural language, real-world scenarios, large language, "
        "convolutional neural, public benchmarks, visual quality, reasoning process, natural language processing, "
        "language models, generative models, machine learning, deep learning, foundation models, inference time, "
        "computational cost, learning models, deep learning models, supervised learning, representation learning, "
        "language model, large language models, vision language models"
    ).split(",")
)
_VAGUE = frozenset(
    "question questions "
    "towards toward improving advances method system systems network networks image images imaging medical neural deep "
    "detection prediction generation understanding enhancement structured structure function functions application "
    "applications design review survey benchmark language aware guided driven driving simple position video videos "
    "tasks models feature features domain research process context knowledge quality efficiency strategy strategies "
    "machine intelligence artificial computer vision science human visual recognition classification estimation "
    "optimization representation representations framework accuracy clinical patient patients consistency adaptation "
    "diffusion reasoning alignment interaction attention transformer transformers supervision distillation "
    "annotation".split()
)
