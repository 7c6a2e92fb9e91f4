"""Measures against brute force by numpy and scipy, over random mastery."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learnsim.models.training.measures import DESCRIBED, QUARTERS, describe, quarters_of

SHARES = st.floats(0.0, 1.0, width=32).map(float)
NEAR = {"rel": 1e-12, "abs": 1e-12}


def described(mastery, speed, sociability, threshold=0.6):
    row, scratch = np.empty(10), np.empty((2, len(mastery)))
    describe(mastery, threshold, quarters_of(speed, sociability), scratch[0], scratch[1], row)
    return dict(zip((*DESCRIBED, *QUARTERS), row, strict=True))


@st.composite
def crowds(draw):
    """Mastery, speed and sociability of up to forty people, many of them equal."""
    people, items = draw(st.integers(1, 40)), draw(st.integers(1, 7))
    trait = arrays(float, people, elements=st.sampled_from([0.0, 0.25, 0.5, 0.75]) | SHARES)
    return draw(arrays(float, (people, items), elements=SHARES)), draw(trait), draw(trait)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(crowds())
@example((np.zeros((5, 2)), np.zeros(5), np.zeros(5)))
@example((np.ones((1, 1)), np.zeros(1), np.zeros(1)))
def test_the_described_measures_are_numpys(crowd):
    mastery, speed, sociability = crowd
    means = mastery.mean(axis=1)
    measures = described(mastery, speed, sociability)
    differences = np.abs(means[:, None] - means[None, :]).mean()
    gini = differences / (2 * means.mean()) if means.mean() > 0 else 0.0
    assert measures["mean_mastery"] == pytest.approx(means.mean(), **NEAR)
    assert measures["sd_mastery"] == pytest.approx(means.std(ddof=0), **NEAR)
    assert measures["gini"] == pytest.approx(gini, **NEAR)
    assert measures["p10"] == pytest.approx(np.percentile(means, 10), **NEAR)
    assert measures["p90"] == pytest.approx(np.percentile(means, 90), **NEAR)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(crowds())
def test_quarters_are_the_ends_of_people_sorted_by_trait_and_number(crowd):
    mastery, speed, sociability = crowd
    size = max(1, len(mastery) // 4)
    means = mastery.mean(axis=1)
    measures = described(mastery, speed, sociability)
    for trait, low, high in ((speed, "slow_mean", "fast_mean"), (sociability, "quiet_mean", "outgoing_mean")):
        ranked = sorted(range(len(trait)), key=lambda i, trait=trait: (trait[i], i))
        assert measures[low] == pytest.approx(means[ranked[:size]].mean(), **NEAR)
        assert measures[high] == pytest.approx(means[ranked[-size:]].mean(), **NEAR)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(arrays(float, st.integers(1, 40), elements=st.integers(0, 8).map(lambda x: x / 8)))
def test_proficient_are_those_at_or_above_the_threshold(means):
    measures = described(means[:, None], means, means, threshold=0.625)
    assert measures["proficient"] == pytest.approx((means >= 0.625).mean(), **NEAR)


def test_describing_people_changes_nothing_about_them():
    mastery = np.random.default_rng(3).random((9, 4))
    before = mastery.copy()
    described(mastery, mastery[:, 0], mastery[:, 1])
    assert mastery.tobytes() == before.tobytes()
