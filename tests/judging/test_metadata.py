"""Metadata features of papers, and what a list prefers of them."""

import numpy as np
import pytest

from triage.judging.metadata import (
    PRIOR_MEAN,
    UNKNOWN,
    UNKNOWN_LIST,
    Metadata,
    MetadataFeatures,
    MetadataModel,
    MetadataSet,
    count_authors,
    fit_metadata,
    links_to_code,
    metadata_of,
    name_key,
    similarity_to_wanted,
    typical_scores,
)
from triage.models import Paper

DICE = np.random.default_rng(7)
OTHERS = DICE.exponential(1.0, 2000)
"""Scores of a background: minus log p-values are exponentially distributed."""


def some_features(count: int, code: float, team: float) -> MetadataFeatures:
    """Papers with code in this share, and with this logarithm of their authors on average."""
    return np.column_stack([DICE.random(count) < code, DICE.normal(team, 0.5, count), np.zeros(count)])


def learned(features: MetadataFeatures, wanted: np.ndarray | None = None) -> MetadataModel:
    count = len(features)
    flags = np.ones(count, dtype=bool) if wanted is None else wanted
    background = some_features(len(OTHERS), 0.3, 1.6)
    data = MetadataSet(count_authors([], []), features, flags, np.ones(count), background)
    return fit_metadata(data, np.full(count, 5.0), OTHERS, np.ones(count, dtype=bool))


def test_an_address_in_the_abstract_or_the_comment_counts_as_given() -> None:
    assert metadata_of(Paper("1", "Kettles", "Steam. Code: https://example.org/k")).gives_code == 1.0
    assert metadata_of(Paper("1", "Kettles", "Steam.", comment="See github.com/kettles/loud")).gives_code == 1.0
    assert metadata_of(Paper("1", "Kettles", "Steam.", ("A. Boiler",))) == Metadata(("A. Boiler",), 0.0)


def test_of_a_bare_title_nothing_is_known() -> None:
    assert metadata_of(Paper("1", "Kettles")) == UNKNOWN
    assert np.isnan(count_authors([], []).features([UNKNOWN])).all()


@pytest.mark.parametrize(
    ("links", "given"),
    [
        (("https://github.com/kettles/loud",), True),
        (("https://arxiv.org/abs/2501.00001", "https://loud.github.io/"), True),
        (("https://huggingface.co/kettles",), True),
        (("https://arxiv.org/abs/2501.00001", "https://notgithubatall.org"), False),
        ((), False),
    ],
)
def test_places_of_code(links: tuple[str, ...], given: bool) -> None:
    assert links_to_code(links) is given


def test_a_name_is_known_however_it_is_written() -> None:
    assert name_key("José  Núñez-Pérez") == name_key("Jose Nunez Perez") == "jose nunez perez"
    assert name_key("王伟") == "王伟"


def test_a_rare_name_of_the_list_says_more_than_a_common_one() -> None:
    listed = [Metadata(("Ada Boiler", "Wei Wang"))]
    names = count_authors(listed, [Metadata(("Wei Wang",)) for _ in range(20)])
    rare, common, unknown = names.features([Metadata(("Ada Boiler",)), Metadata(("Wei Wang",)), Metadata(("No One",))])
    assert rare[2] > 5 * common[2] > unknown[2] == 0


def test_authors_of_the_list_are_named_and_namesakes_are_not() -> None:
    listed = [Metadata(("Ada Boiler", "Wei Wang")), Metadata(("Ada Boiler", "Tom Spout"))]
    names = count_authors(listed, [Metadata(("Wei Wang",)) for _ in range(20)])
    paper = ("New One", "Tom Spout", "Wei Wang", "ADA BOILER")
    assert names.listed_authors(paper, 3) == (("ADA BOILER", 2), ("Tom Spout", 1))
    assert names.listed_authors(paper, 1) == (("ADA BOILER", 2),)


def test_an_entry_does_not_vouch_for_itself() -> None:
    entry = Metadata(("Ada Boiler",))
    assert count_authors([entry], []).features([entry], listed=True)[0, 2] == 0
    assert count_authors([entry, entry], []).features([entry], listed=True)[0, 2] > 0


def test_what_is_unknown_of_all_entries_leaves_the_prior() -> None:
    model = learned(np.full((40, 3), np.nan))
    assert model.weights == pytest.approx(PRIOR_MEAN, abs=0.05)


def test_entries_with_large_teams_and_code_raise_their_worth() -> None:
    model = learned(some_features(200, 0.8, 2.6))
    assert model.weights[0] > PRIOR_MEAN[0] + 0.3
    assert model.weights[1] > PRIOR_MEAN[1] + 0.3


def test_a_list_that_does_not_care_for_code_lowers_its_worth() -> None:
    model = learned(some_features(200, 0.3, 1.6))
    assert abs(model.weights[0]) < 0.3
    assert model.weights[1] < 0.3


def test_rejected_large_teams_lower_their_worth() -> None:
    features = np.vstack([some_features(40, 0.3, 1.6), some_features(40, 0.3, 3.0)])
    wanted = np.arange(80) < 40
    assert learned(features, wanted).weights[1] < learned(features[:40]).weights[1]


def test_unknown_signs_add_nothing() -> None:
    model = learned(some_features(50, 0.8, 2.6))
    assert model.score(np.full((1, 3), np.nan)) == pytest.approx([0.0])
    assert UNKNOWN_LIST.score(some_features(3, 1, 1)) == pytest.approx([0.0] * 3)


def test_what_wanted_papers_get_lies_above_what_their_neighbours_get() -> None:
    model = learned(some_features(200, 0.8, 2.6))
    background = some_features(len(OTHERS), 0.3, 1.6)
    near = similarity_to_wanted(np.full(9, 5.0), np.ones(9), OTHERS)
    typical = typical_scores(model, background, near)
    assert typical.mean() > np.average(model.score(background), weights=near) + 0.2
    assert list(typical) == sorted(typical)


def test_without_a_background_nothing_is_added() -> None:
    assert list(typical_scores(UNKNOWN_LIST, np.zeros((0, 3)), np.zeros(0))) == [0.0]


def test_no_list_is_against_code_or_those_whom_it_lists() -> None:
    features = np.column_stack([np.zeros(200), np.full(200, 1.6), np.zeros(200)])
    background = np.column_stack([DICE.random(2000) < 0.6, DICE.normal(1.6, 0.5, 2000), DICE.random(2000) < 0.6])
    wanted = np.ones(200, dtype=bool)
    data = MetadataSet(count_authors([], []), features, wanted, np.ones(200), background.astype(float))
    found = fit_metadata(data, np.full(200, 5.0), OTHERS, wanted)
    assert found.weights[0] == 0 and found.weights[2] == 0


def test_a_few_rejects_do_not_speak_where_nothing_is_known_of_the_wanted() -> None:
    unknown = np.full((40, 3), np.nan)
    rejected = np.tile([1.0, 3.5, 0.0], (6, 1))
    wanted = np.arange(46) < 40
    alone = learned(np.vstack([unknown, rejected]), wanted)
    assert alone.weights == pytest.approx(PRIOR_MEAN, abs=0.05)
    known = learned(np.vstack([some_features(40, 0.3, 1.6), rejected]), wanted)
    assert known.weights[1] < learned(some_features(40, 0.3, 1.6)).weights[1]
