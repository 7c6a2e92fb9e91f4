"""Stopping: as many replicates as a wanted interval takes, and an interval that holds the truth as often as promised."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import stdtrit

from learnsim.experiments.design.points import Points
from learnsim.experiments.design.stopping import replicates_needed, stein_interval
from learnsim.experiments.execution.tasks import Task, perform
from learnsim.models.registry import MODELS
from learnsim.settings import validate
from learnsim.settings.sampling import Precision

NAN = math.nan
EXPERIMENTS = 20_000


def wanted(half_width, least=20, most=2000, confidence=0.95):
    return Precision(contrast="a - b", half_width=half_width, min=least, max=most, confidence=confidence)


def coverage(draws, precision, truth):
    """Play the rule on each row of draws; return how often the interval holds the truth, and how often max cut it short."""
    hits = cut = 0
    for row in draws:
        needed = replicates_needed(row[: precision.min], precision)
        low, high = stein_interval(row[:needed], precision)
        hits += low <= truth <= high
        cut += needed == precision.max
    return hits / len(draws), cut / len(draws)


def naive_coverage(draws, precision, truth):
    """Look after each replicate from the second on, and stop when the ordinary t interval is narrow enough."""
    count = np.arange(1, draws.shape[1] + 1)
    mean = np.cumsum(draws, axis=1) / count
    squares = np.cumsum(draws**2, axis=1) - count * mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        half = stdtrit(count - 1.0, 0.975) * np.sqrt(np.maximum(squares, 0.0) / (count - 1) / count)
    enough = (half <= precision.half_width) & (count >= precision.min)
    enough[:, -1] = True
    stop = enough.argmax(axis=1)[:, None]
    return float(np.mean(np.abs(np.take_along_axis(mean, stop, 1) - truth) <= np.take_along_axis(half, stop, 1)))


def z_score(share, promised=0.95, experiments=EXPERIMENTS):
    return (share - promised) / math.sqrt(promised * (1.0 - promised) / experiments)


@pytest.mark.exact
def test_the_number_of_replicates_is_the_one_worked_by_hand():
    # variance 2.5, t(4) = 2.776445: n = 2.776445^2 x 2.5 / .25 = 77.09; the interval of all is 2.776445 sqrt(2.5 / n) wide
    first, precision = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), wanted(0.5, least=5)
    assert replicates_needed(first, precision) == 78
    values = np.concatenate([first, np.full(73, 3.0)])
    low, high = stein_interval(values, precision)
    assert (low + high) / 2.0 == pytest.approx(3.0, rel=1e-14)
    assert (high - low) / 2.0 == pytest.approx(2.776445 * math.sqrt(2.5 / 78), rel=1e-6)


def test_there_are_never_fewer_than_min_or_more_than_max():
    first = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert replicates_needed(first, wanted(100.0, least=5)) == 5
    assert replicates_needed(first, wanted(0.001, least=5, most=60)) == 60
    assert replicates_needed(first, wanted(1e-300, least=5, most=60)) == 60


@pytest.mark.thorough
@pytest.mark.exact
@pytest.mark.parametrize(
    ("sd", "half_width", "least", "most", "confidence"),
    [
        (1.0, 0.5, 5, 400, 0.95),
        (1.0, 0.3, 20, 400, 0.95),
        (3.0, 2.0, 3, 400, 0.95),
        (1.0, 0.4, 10, 25, 0.95),  # nearly always cut short
        (1.0, 0.4, 10, 400, 0.8),
        (1.0, 5.0, 10, 400, 0.95),  # always enough at once
    ],
)
def test_the_interval_covers_normal_means_exactly_as_often_as_promised(sd, half_width, least, most, confidence):
    precision = wanted(half_width, least, most, confidence)
    draws = np.random.default_rng(1).normal(2.0, sd, size=(EXPERIMENTS, most))
    share, _ = coverage(draws, precision, 2.0)
    assert abs(z_score(share, confidence)) < 4.0


@pytest.mark.exact
@pytest.mark.parametrize(("half_width", "least"), [(0.5, 3), (0.5, 5), (0.3, 10)])
def test_looking_after_every_replicate_covers_less_often_than_promised(half_width, least):
    draws = np.random.default_rng(2).normal(2.0, 1.0, size=(EXPERIMENTS, 200))
    assert z_score(naive_coverage(draws, wanted(half_width, least), 2.0)) < -4.0


@pytest.mark.parametrize(
    ("draw", "truth", "least_share"),
    [
        (lambda rng, shape: rng.uniform(size=shape), 0.5, 0.94),
        (lambda rng, shape: 0.3 * rng.exponential(size=shape), 0.3, 0.90),  # skewness 2
        (lambda rng, shape: rng.integers(0, 2, size=shape).astype(float), 0.5, 0.93),
    ],
    ids=["uniform", "skewed", "two-valued"],
)
def test_the_interval_holds_the_mean_of_other_values_nearly_as_often(draw, truth, least_share):
    draws = draw(np.random.default_rng(3), (5000, 200))
    share, _ = coverage(draws, wanted(0.1), truth)
    assert least_share < share < 0.97


@pytest.fixture(scope="module")
def differences():
    """Play a tiny model 4000 times: hybrid against flat lecture on the same people and draws."""
    world = {"organisation": {"trainees": 24, "communities": 2, "cycle_length": 3}, "training": {"sessions": 5}}
    settings = validate({**world, "arms": {"flat-lecture": {}, "hybrid": {}}}, "test")
    outcomes = perform(Task(Points(settings, "test")[0], ("flat-lecture", "hybrid"), range(4000)))
    column = MODELS["training"].names.index("mean_mastery")
    ends = {arm: np.empty(4000) for arm in settings.arms}
    for outcome in outcomes:
        ends[outcome.arm][outcome.replicate] = outcome.totals[column]
    return ends["hybrid"] - ends["flat-lecture"]


@pytest.mark.thorough
@pytest.mark.parametrize(("least", "width"), [(5, 0.9), (10, 0.6)])
def test_the_interval_covers_the_models_difference_as_often_as_promised(differences, least, width):
    precision = wanted(width * float(differences.std()), least)
    rest, hits, blocks = differences, 0, 0
    while len(rest) >= least:
        needed = replicates_needed(rest[:least], precision)
        if needed > len(rest):
            break
        low, high = stein_interval(rest[:needed], precision)
        hits += low <= differences.mean() <= high
        blocks, rest = blocks + 1, rest[needed:]
    assert blocks > 200
    assert abs(z_score(hits / blocks, experiments=blocks)) < 4.0


@pytest.mark.exact
@given(arrays(float, st.integers(3, 30), elements=st.floats(-100.0, 100.0)), st.floats(0.1, 10.0))
def test_the_interval_is_no_wider_than_wanted_unless_max_cuts_it_short(first, half_width):
    precision = wanted(half_width, least=len(first), most=10**9)
    needed = replicates_needed(first, precision)
    low, high = stein_interval(np.concatenate([first, np.zeros(min(needed, 10**5) - len(first))]), precision)
    shrunk = math.sqrt(min(needed, 10**5) / needed)  # the half-width that all of them would leave
    assert len(first) <= needed < 10**9
    assert (high - low) / 2.0 * shrunk <= half_width * (1.0 + 1e-9) + 1e-12


def test_where_values_are_missing_as_many_more_replicates_are_taken():
    whole, broken = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, NAN, 2.0, 3.0, NAN, NAN, 4.0, NAN])
    needed = replicates_needed(broken, wanted(0.5, least=8))
    assert needed == pytest.approx(2 * replicates_needed(whole, wanted(0.5, least=4)), abs=1)
    assert stein_interval(broken, wanted(0.5, least=8)) == stein_interval(whole, wanted(0.5, least=4))


def test_the_variance_is_that_of_the_first_stage_however_wild_the_rest():
    first, precision = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), wanted(0.5, least=5)
    widths = set()
    for spread in (0.0, 1000.0):
        low, high = stein_interval(np.concatenate([first, [3.0 - spread, 3.0 + spread]]), precision)
        widths.add(round(high - low, 9))
    assert len(widths) == 1


@pytest.mark.parametrize("first", [[NAN, NAN, NAN], [1.0, NAN, NAN]])
def test_without_two_values_there_is_no_interval_and_nothing_more_is_run(first):
    assert replicates_needed(np.array(first), wanted(0.1, least=3)) == 3
    assert all(map(math.isnan, stein_interval(np.array(first), wanted(0.1, least=3))))


def test_values_that_are_all_alike_are_precise_at_once():
    assert replicates_needed(np.full(20, 0.25), wanted(0.1)) == 20
    assert stein_interval(np.full(20, 0.25), wanted(0.1)) == (0.25, 0.25)
