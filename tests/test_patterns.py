"""No regular expression of the package backtracks over a text without bound: each against texts made to be slow for it.

A title, a comment, a paper's page, a README and a model's reply are other people's text; eight kilobytes of any of them
must be read in no time. A pattern that fails here can be mended by possessive quantifiers (`\\s++`), by a lookbehind
that lets it begin only where a run begins, by bounds ({0,40}), or by a scan written by hand.
"""

import re
import signal

import pytest

from tests.pumping import Samples, Use, find_uses, slowest
from triage.collection.words import phrase_pattern
from triage.demo import faults
from triage.drafting import datasets, venue_mentions
from triage.writing import mentions

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="a clock for patterns needs setitimer")

LENGTH, LIMIT = 8000, 0.2

SAMPLES: Samples = {
    ("triage.demo.faults", "spoil"): [{"pattern": pattern} for pattern, _ in faults.SPOILT.values()],
    ("triage.drafting.datasets", "_pattern"): [datasets._pattern(name) for name in ("MVTec AD 2", "A-A-A", "COCO")],
    ("triage.drafting.rules", "learn_flags"): [{"mark": mark} for mark in ("*", "⭐", "(c)")],
    ("triage.drafting.rules", "flags_for"): [{"stem": "medic"}],
    ("triage.drafting.venue_mentions", "_abbreviations"): [venue_mentions._abbreviations()],
    ("triage.drafting.venue_mentions", "_full_name_pattern"): [found for found, _ in venue_mentions._full_names()[::7]],
    ("triage.drafting.venue_mentions", "_by_brackets"): [{"written": "2024"}],
    ("triage.judging.clusters", "_written"): [{"inner": "video[ \u2010\u2011-]anomalys?"}],
    ("triage.screens.describe", "_without_paper"): [{"name": "2401.00001"}],
    ("triage.screens.describe", "weighed"): [{"stems": ["anomaly", "video"]}],
    ("triage.llm.client", "_speaks_of"): [{"limit": "max_tokens"}],
    ("triage.sources.zotero", "_date_parts"): [{"name": "jan"}],
    ("triage.steps.watch", "exclusion"): [{"pattern": r"a\W+a\W+a|video\W+anomaly"}],
    ("triage.writing.mentions", "spelling"): [mentions.spelling(name) for name in ("MVTec AD 2", "A-A-A", "COCO")],
    ("triage.collection.words", "phrase_pattern"): [phrase_pattern(phrase) for phrase in ("a a a a", "few-shot video")],
}
"""Of functions that put patterns together: some that they give, or what their local names hold."""

USES, UNKNOWN = find_uses(SAMPLES)


def use(pattern: str, method: str = "search", flags: int = 0) -> Use:
    return Use("here", re.compile(pattern, flags), frozenset((method,)))


def test_every_pattern_is_found() -> None:
    assert len(USES) > 400
    assert {"triage.lists.structure:_ITEM", "triage.drafting.sentences:_WE", "triage.lists.values:_LABEL"} <= {
        one.where for one in USES
    }


def test_patterns_that_are_put_together_have_samples() -> None:
    missing = [f"{one.module}.{one.function}, line {one.line}: {one.source}" for one in UNKNOWN]
    assert missing == [], "give values of their local names in SAMPLES"


@pytest.mark.parametrize("one", USES, ids=lambda one: one.where)
def test_a_pattern_is_quick_whatever_the_text(one: Use) -> None:
    took, made = slowest(one, LENGTH, LIMIT)
    assert took < LIMIT, f"{one.pattern.pattern!r} takes {took:.2f} s and more for {made}"


@pytest.mark.slow
@pytest.mark.parametrize("one", USES, ids=lambda one: one.where)
def test_a_pattern_is_quick_for_long_texts_of_many_kinds(one: Use) -> None:
    took, made = slowest(one, 50_000, 5.0, most_pairs=200)
    assert took < 5.0, f"{one.pattern.pattern!r} takes {took:.2f} s and more for {made}"


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+$", "search"),
        (r"(?:a|aa)+$", "match"),
        (r"\s+$", "search"),
        (r"[*_]*\s*$", "search"),
        (r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)*\|?\s*$", "match"),
        (r"(?:[ \t]|\\|<br\s*/?>)*\Z", "search"),
        (r"\bwe\s+(?:(?:then|jointly|\w+ly)\s+)*propose", "search"),
        (r"[^\W\d_]+(?:['ʼ][^\W\d_]+)*\.", "fullmatch"),
        (r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*\s*\d\d", "search"),
        (r"[A-Z]\w{0,20}[A-Z0-9]\w{0,20}(?:, [A-Z]\w{0,20}[A-Z0-9]\w{0,20}){0,12} data", "search"),
        (r"\\\[(?:\[[^\]]*\]|[^\]])*\]\(x\)", "search"),
    ],
)
def test_a_slow_pattern_is_found_out(pattern: str, method: str) -> None:
    took, _ = slowest(use(pattern, method, re.DOTALL), LENGTH, LIMIT)
    assert took >= LIMIT


def test_a_pattern_that_nobody_can_tell_is_found_out() -> None:
    uses, unknown = find_uses({})
    assert {(one.module, one.function) for one in unknown} >= set(SAMPLES)
    assert len(uses) < len(USES)
