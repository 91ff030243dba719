"""Relevance over a stream, ours and the baselines, for benchmarks.judge."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.folders import ListFolder, Row, to_paper
from benchmarks.judge_sections import known_list
from benchmarks.metrics import average_precision, read_share
from triage.identity import title_key
from triage.judging.arrays import Flags, Scores
from triage.judging.examples import Example
from triage.judging.judge import Embed, judge_papers
from triage.lists.query import propose_query
from triage.models import Paper


def measure_relevance(folder: ListFolder, stream: Sequence[Row], embed: Embed) -> dict[str, Any]:
    """ap, read80, read95, queue_size, queue_recall, stream_n, additions_n and baselines on the stream's papers that
    were announced from the snapshot on and are not in README.md; what the proposed keyword query would give
    (keyword_size, keyword_recall), and queue_bar: a twentieth of it or 3 % of the stream, whichever is more."""
    snapshot = folder.info.get("snapshot_before", "")
    if not folder.readme or not folder.additions or not stream:
        return {}
    known, _, filing = known_list(folder)
    listed = {title_key(example.title) for example in known}
    rows = [row for row in stream if (row.get("first_listed") or "9999") >= snapshot]
    rows = [row for row in rows if title_key(row["title"]) not in listed]
    wanted = _wanted(rows, folder)
    found: dict[str, Any] = {"stream_n": len(rows), "additions_n": int(wanted.sum())}
    if not wanted.any():
        return found
    papers = [to_paper(row) for row in rows]
    judged = judge_papers(known, filing, papers, papers, embed, "benchmark")
    matched = _matched(known, papers)
    scores = np.array([judgement.relevance for judgement in judged.judgements])
    queued = np.array([judgement.queued for judgement in judged.judgements])
    return {
        **found,
        **_figures(scores, wanted),
        "queue_size": round(float(queued.mean()), 4),
        "queue_recall": round(float(queued[wanted].mean()), 4),
        "keyword_size": round(float(matched.mean()), 4),
        "keyword_recall": round(float(matched[wanted].mean()), 4),
        "queue_bar": round(max(float(matched.mean()) / 20, 0.03), 4),
        "baselines": {
            name: _figures(others, wanted)
            for name, others in _baselines(known, [paper.title_and_abstract for paper in papers], embed).items()
        },
    }


def _matched(known: Sequence[Example], papers: Sequence[Paper]) -> Flags:
    """The papers that the query proposed for the list would bring: one of its phrases stands in title or abstract."""
    phrases = propose_query([example.title for example in known]).phrases
    any_of = re.compile("|".join(rf"\b{re.escape(phrase)}\b" for phrase in phrases) or "(?!)", re.IGNORECASE)
    return np.array([any_of.search(paper.title_and_abstract) is not None for paper in papers], dtype=bool)


def _wanted(rows: Sequence[Row], folder: ListFolder) -> Flags:
    added = [*folder.additions, *folder.papers]
    ids = {row.get("arxiv") or row.get("id") for row in added} - {None}
    titles = {title_key(row["title"]) for row in added}
    return np.array([row["id"] in ids or title_key(row["title"]) in titles for row in rows], dtype=bool)


def _figures(scores: Scores, wanted: Flags) -> dict[str, float]:
    return {
        "ap": round(average_precision(scores, wanted), 4),
        "read80": round(read_share(scores, wanted, 0.8), 5),
        "read95": round(read_share(scores, wanted, 0.95), 5),
    }


def _baselines(known: Sequence[Example], texts: Sequence[str], embed: Embed) -> dict[str, Scores]:
    examples = [example.text for example in known]
    vectors, asked = embed(examples), embed(texts)
    centre = vectors.mean(axis=0)
    nearest = np.sort(asked @ vectors.T, axis=1)[:, -10:].mean(axis=1)
    return {
        "tf-idf + linear SVM": _support_vectors(examples, texts),
        "cosine to the centroid": np.asarray(asked @ centre, dtype=np.float64),
        "mean of the ten nearest": np.asarray(nearest, dtype=np.float64),
    }


def _support_vectors(examples: Sequence[str], texts: Sequence[str]) -> Scores:
    """As arxiv-sanity-lite ranks: listed papers against all others, C = 0.01, balanced, tf-idf of words and pairs
    (its send_emails.py and compute.py)."""
    words: Any = TfidfVectorizer(
        strip_accents="unicode",
        ngram_range=(1, 2),
        stop_words="english",
        sublinear_tf=True,
        max_features=20_000,
        min_df=5,
        max_df=0.1,
        token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b",
    )
    bags = words.fit_transform([*examples, *texts])
    labels = np.concatenate([np.ones(len(examples)), np.zeros(len(texts))])
    model = LinearSVC(class_weight="balanced", max_iter=10_000, tol=1e-6, C=0.01).fit(bags, labels)
    return np.asarray(model.decision_function(bags[len(examples) :]), dtype=np.float64)
