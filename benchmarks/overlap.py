"""How near two sentences are: ROUGE-L (Lin 2004) on lower-case words."""

import re


def rouge_l(candidate: str, reference: str) -> float:
    """The F-measure of the longest common subsequence of words, from 0 to 1."""
    ours, theirs = _words(candidate), _words(reference)
    if not ours or not theirs:
        return 0.0
    common = _longest_common(ours, theirs)
    if common == 0:
        return 0.0
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def _longest_common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, against in enumerate(other, 1):
            kept = row[place]
            row[place] = before + 1 if word == against else max(row[place], row[place - 1])
            before = kept
    return row[-1]
