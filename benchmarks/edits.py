"""Normalised edit similarity."""

import numpy as np


def distance(left: str, right: str) -> int:
    """Levenshtein's distance: insertions, deletions and replacements of characters."""
    if not left or not right:
        return len(left) + len(right)
    letters = np.frombuffer(right.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = np.arange(len(right) + 1)
    row = places.copy()
    for count, letter in enumerate(left, 1):
        step = np.empty_like(row)
        step[0] = count
        step[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(step - places) + places
    return int(row[-1])


def similarity(left: str, right: str) -> float:
    """1 for equal texts, 0 for texts with nothing in common: 1 - distance / length of the longer."""
    longest = max(len(left), len(right))
    return 1 - distance(left, right) / longest if longest else 1.0
