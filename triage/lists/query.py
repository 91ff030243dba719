"""The list's own words as an arXiv query: a few phrases that between them stand in most of its titles.

The query is meant to be wide (judging is another step's work) and short enough for a person to read and change.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STOP = frozenset(
    """a an and are as at be but by can do does for from how if in into is it its more no not of on or our out over
    per s so such than that the their them then there these they this those through to toward towards under up using
    via vs was we what when where which while who why will with without within you your beyond against across between
    based driven guided aware enhanced oriented powered enabled free level wise like""".split()
)
_GENERIC = frozenset(
    """ability accurate adaptive advances analysis application applications approach approaches architecture
    artificial attention automated automatic benchmark benchmarking benchmarks better call case challenge
    challenges classification code collection combining comparison comprehensive conditional context contrastive
    convolutional data dataset datasets deep demo design detecting detection dynamic effective efficient
    embedding embeddings end estimation evaluating evaluation exploring fast feature features feedback few field
    fine framework frameworks fusion general generalist generated generation generative global graph guidance
    high hierarchical human image images improved improving information input instance intelligence joint
    knowledge label labels language large latent learning level light lightweight llm local long low machine
    making matching method methods model modeling modelling models modular multi multimodal multiple natural
    network networks neural new novel object online open optimization paper papers perspective plug prediction
    pre preprint pretrained pretraining process program progress project prompt prompts quality real recent
    recognition record recording reconstruction representation representations research resource resources
    review robust scalable scale segmentation self semantic semi sequence shot signal simple single small sparse
    spatial state strategy strong structure study super supervised supervision survey synthesis system systems
    target task tasks technical temporal text theory time towards train training transfer transformer
    transformers tuning understanding unified universal unsupervised use video view vision visual weakly world
    zero awesome list recent publications contents github code arxiv report introduction overview challenge
    competition workshop tutorial""".split()
)
_WORD = re.compile(r"[a-z][a-z0-9]*", re.IGNORECASE)
_MAX_PHRASES = 12
_ENOUGH = 0.92
_LEAST_GAIN = 0.012


@dataclass(frozen=True, slots=True)
class Topic:
    """A proposed query, its phrases, and the share of the list's titles that hold at least one of them."""

    query: str
    phrases: tuple[str, ...]
    coverage: float


def propose_query(titles: Sequence[str], headings: Iterable[str] = ()) -> Topic:
    """A query in arXiv's language made of the phrases that cover `titles` best; `headings` (the list's own name first)
    speak for phrases that they hold. An empty list of titles gives an empty query."""
    grams = [_grams(title) for title in titles]
    named = set().union(*(_grams(heading) for heading in headings)) if headings else set()
    phrases: list[str] = []
    open_titles = set(range(len(grams)))
    least = max(2.0, _LEAST_GAIN * len(grams))
    while open_titles and len(phrases) < _MAX_PHRASES and len(open_titles) > (1 - _ENOUGH) * len(grams):
        counts = Counter(gram for i in open_titles for gram in grams[i])
        best = max(counts, key=lambda gram: (_worth(gram, counts[gram], gram in named), gram), default=None)
        if best is None or counts[best] < (least if phrases else 1):
            break
        phrases.append(best)
        open_titles = {i for i in open_titles if best not in grams[i]}
    phrases = [p for p in phrases if not any(q != p and f" {q} " in f" {p} " for q in phrases)]
    covered = 1 - len(open_titles) / len(grams) if grams else 0.0
    written = [_as_written(phrase, titles) for phrase in phrases]
    return Topic(_query(written), tuple(written), covered)


def _as_written(phrase: str, titles: Sequence[str]) -> str:
    """The phrase in the form (singular or plural) in which most titles have it."""
    words = phrase.split()
    forms: Counter[str] = Counter()
    for title in titles:
        spoken = _WORD.findall(title.lower())
        plain = [_singular(word) for word in spoken]
        for start in range(len(plain) - len(words) + 1):
            if plain[start : start + len(words)] == words:
                forms[" ".join(spoken[start : start + len(words)])] += 1
    return max(forms, key=lambda form: (forms[form], form), default=phrase)


def _grams(text: str) -> set[str]:
    """Phrases of one to three words that could stand for a subject: none begins or ends in a filler word, and a single
    word or a phrase made of generic words alone does not count."""
    words = [_singular(word) for word in _WORD.findall(text.lower())]
    found = set()
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            gram = words[start : start + size]
            if gram[0] in _STOP or gram[-1] in _STOP or any(word in _STOP for word in gram):
                continue
            own = sum(word not in _GENERIC for word in gram)
            telling = own > 0 and (size > 1 or len(gram[0]) > 3)
            if telling or len(set(gram)) == 3:
                found.add(" ".join(gram))
    return found


def _singular(word: str) -> str:
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _worth(gram: str, count: int, named: bool) -> float:
    """How much a phrase is worth: the open titles it covers, less for a single word, which says little on its own."""
    words = gram.split()
    own = sum(word not in _GENERIC for word in words)
    weight = 0.55 if len(words) == 1 else 1.0 if own else 0.8
    return count * weight * (1.5 if named else 1.0)


def _query(phrases: Sequence[str]) -> str:
    parts = []
    for phrase in phrases:
        quoted = f'"{phrase}"' if " " in phrase else phrase
        parts.append(f"ti:{quoted} OR abs:{quoted}")
    return " OR ".join(parts)
