"""Which datasets a paper uses: names learned from the list's own dataset lines, and names that a text calls datasets."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.drafting.sentences import clean


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Dataset names as the list writes them (the commonest spelling), by their letters and digits alone."""

    names: dict[str, str]


def learn_gazetteer(lines: Iterable[Sequence[str]]) -> Gazetteer:
    """The names in a list's dataset lines; each line is one entry's names."""
    spellings: dict[str, Counter[str]] = {}
    for line in lines:
        for name in line:
            tidy = _tidy(name)
            if _looks_like_name(tidy):
                spellings.setdefault(name_key(tidy), Counter())[tidy] += 1
    return Gazetteer({key: max(sorted(count), key=lambda s: count[s]) for key, count in spellings.items()})


def name_key(name: str) -> str:
    """A name's letters and digits, without case, for comparing: "MVTec-AD" and "MVTec AD" are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def find_datasets(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The datasets named in `texts` (abstract first, then pages), in order of appearance, as the list spells them."""
    found: dict[str, tuple[int, int, str]] = {}
    for number, raw in enumerate(texts):
        text = clean(raw)
        for key, display in gazetteer.names.items():
            match = _pattern(display).search(text)
            if match and key not in found:
                found[key] = (number, match.start(), display)
        for name, place in _called_datasets(text):
            found.setdefault(name_key(name), (number, place, gazetteer.names.get(name_key(name), name)))
    ordered = sorted(found.items(), key=lambda item: item[1][:2])
    kept = _without_parts([(key, display) for key, (_, _, display) in ordered])
    return tuple(dict.fromkeys(kept))


def _tidy(name: str) -> str:
    name = re.sub(r"\s*\([^)]*\)", "", clean(name))
    return re.sub(r"(?i)\s+(?:data\s?sets?|benchmarks?|corpus)$", "", name).strip(" .,;:*_`")


def _looks_like_name(name: str) -> bool:
    return (
        2 <= len(name_key(name))
        and len(name) <= 40
        and len(name.split()) <= 6
        and any(c.isupper() or c.isdigit() for c in name)
    )


def _pattern(display: str) -> re.Pattern[str]:
    runs = re.findall(r"[A-Za-z]+|\d+", display)
    body = r"[\s\-_/–]*".join(re.escape(run) for run in runs)
    safe = len(runs) > 1 and len("".join(runs)) >= 6
    return re.compile(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])", re.IGNORECASE if safe else 0)


_NAME = r"[A-Z][A-Za-z]*[A-Z0-9][\w.+]*(?:-[\w.+]+)*(?:\s(?:[A-Z]{2,}|\d{2,4})\b)?|[A-Z][A-Za-z]+-[A-Z0-9][\w.+-]*(?:\s(?:[A-Z]{2,}|\d{2,4})\b)?"
_LIST = rf"(?:{_NAME})(?:\s*(?:,\s*and|,|and|&|/)\s*(?:{_NAME}))*"
_BEFORE = re.compile(rf"(?P<names>{_LIST})\s+(?:\w+\s+)?(?:data\s?sets?|benchmarks?|corpora|corpus)\b")
_AFTER = re.compile(
    rf"\b(?:data\s?sets?|benchmarks?)\b\s*(?:\([^)]*\)\s*)?(?:,|:|–|-)?\s*(?:such as|including|like|namely|i\.e\.,?|e\.g\.,?|:)\s*(?:the\s+)?(?P<names>{_LIST})"
)
_NOT_DATA = frozenset(
    "3d 2d 4d ai ml cv nlp llm llms mllm mllms vlm vlms cnn cnns gan gans vae vit mri ct pet xray rgb rgbd roc auc auroc sota ood id ad fad uad "
    "iad zsad fsad clip gpt bert gpu gpus sam us uk usa ieee qa vqa".split()
)


def _called_datasets(text: str) -> list[tuple[str, int]]:
    names = []
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            for part in re.finditer(_NAME, match.group("names")):
                name = part.group().rstrip(".")
                if name_key(name) not in _NOT_DATA and len(name_key(name)) > 2:
                    names.append((name, match.start("names") + part.start()))
    return names


def _without_parts(found: list[tuple[str, str]]) -> list[str]:
    """Without names that only stand inside a longer name found beside them ("MVTec" in "MVTec AD" stays one)."""
    keys = [key for key, _ in found]
    return [display for key, display in found if not any(other != key and other.startswith(key) for other in keys)]
