"""Rankings joined into one: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Iterable, Mapping

RANK_OFFSET = 60.0


def fuse(rankings: Iterable[Iterable[str]], offset: float = RANK_OFFSET) -> dict[str, float]:
    """Key → sum over the rankings (best first) of 1 / (offset + rank), rank counted from 1; best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (offset + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Keys, highest score first; equal scores in the order given."""
    return sorted(scores, key=lambda key: -scores[key])
