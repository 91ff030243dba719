"""Whether no section fits, on regressions solved here with numpy's own inverse."""

import numpy as np
import pytest

from triage.judging.sections import LEAST_RATE, MOST_RATE, NO_NOVELTY, Novelty, fit_novelty


def learned(inverse: np.ndarray, truth: np.ndarray, counted: np.ndarray) -> Novelty:
    answers = inverse @ truth
    return fit_novelty(inverse, answers, truth - answers / np.diag(inverse)[:, None], truth, counted)


def world(count: int = 90, sections: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The kernel, its inverse, the answers and the truth of papers around as many directions as there are sections."""
    chance = np.random.default_rng(seed)
    centres = np.eye(sections, 12)
    labels = np.arange(count) % sections
    rows = np.vstack([centres[labels] + chance.normal(0, 0.15, (count, 12)), centres])
    truth = np.vstack([np.eye(sections)[labels], np.eye(sections)])
    kernel = rows @ rows.T
    inverse = np.linalg.inv(kernel + 0.3 * np.eye(len(rows)))
    return kernel, inverse, inverse @ truth, truth


def test_what_is_weak_everywhere_is_likelier_to_fit_nowhere() -> None:
    _, inverse, _, truth = world()
    novelty = learned(inverse, truth, np.ones(90, dtype=bool))
    fits, doubtful, stranger = novelty.probability(np.array([[0.9, 0.0, 0.0], [0.4, 0.1, 0.0], [0.05, 0.1, 0.0]]))
    assert fits < 0.02 < doubtful < stranger and stranger > 0.5


def test_a_section_taken_away_is_as_if_it_had_never_been_learned() -> None:
    kernel, inverse, answers, truth = world(30)
    gone = np.flatnonzero(truth[:, 0] > 0)
    left = np.flatnonzero(truth[:, 0] == 0)
    anew = np.linalg.inv(kernel[np.ix_(left, left)] + 0.3 * np.eye(len(left)))
    expected = kernel[np.ix_(gone, left)] @ anew @ truth[left]
    shortcut = truth[gone] - np.linalg.solve(inverse[np.ix_(gone, gone)], answers[gone])
    assert shortcut == pytest.approx(expected, abs=1e-6)


def test_the_rate_is_half_of_how_often_a_paper_was_the_first_of_its_section() -> None:
    for count, sections, expected in ((90, 3, LEAST_RATE), (30, 3, 2 / 31), (12, 10, 5.5 / 13), (3, 8, MOST_RATE)):
        _, inverse, _, truth = world(count, sections)
        assert learned(inverse, truth, np.ones(count, dtype=bool)).rate == pytest.approx(expected)


def test_nothing_to_learn_from_leaves_the_rate() -> None:
    _, inverse, _, truth = world(90)
    novelty = learned(inverse, truth, np.zeros(90, dtype=bool))
    assert novelty.probability(np.array([[0.9, 0.0, 0.0], [0.0, 0.0, 0.0]])) == pytest.approx([LEAST_RATE, LEAST_RATE])
    assert NO_NOVELTY.probability(np.zeros((2, 1))).tolist() == [0.0, 0.0]


def test_sections_that_cannot_be_told_apart_say_nothing() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(63, 40))
    truth = np.vstack([np.eye(3)[chance.integers(3, size=60)], np.eye(3)])
    inverse = np.linalg.inv(rows @ rows.T + 10 * np.eye(63))
    novelty = learned(inverse, truth, np.ones(60, dtype=bool))
    assert novelty.slope <= 0
    assert novelty.probability(np.array([[0.3, 0.3, 0.3]]))[0] < 0.3
