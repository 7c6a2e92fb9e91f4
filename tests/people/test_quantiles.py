"""Quantiles: a trait's value for a uniform random number, against scipy's distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learnsim.people.quantiles import PIECES, TAIL, beta_quantile, gamma_quantile, trait_values
from learnsim.settings.traits import Beta, Constant, Lognormal, Uniform, beta

CLOSE = 1e-8
LAST = 1.0 - 2.0**-53
KNOTS = np.arange(PIECES) / PIECES
DRAWS = np.sort(np.concatenate([KNOTS, np.clip(KNOTS - 1e-12, 0.0, 1.0), (np.arange(7000) + 0.5) / 7000, [LAST]]))
FEWER = DRAWS[::7]  # scipy takes a microsecond and more for each
PART = st.one_of(st.floats(0.001, 0.99), st.sampled_from([1e-4, 0.99]))  # of the widest possible sd


def never_falls(values):
    """Whether each value is at least the one before, but for the last bits of rounding."""
    return (np.diff(values) >= -1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.99), PART)
def test_a_beta_trait_agrees_with_scipy_and_never_falls_with_draw(mean, part):
    trait = beta(mean, min(0.4999, part * (mean * (1.0 - mean)) ** 0.5))
    values, clipped = trait_values(trait, FEWER)
    assert clipped == 0
    assert np.abs(values - stats.beta(*trait.shape).ppf(FEWER)).max() < CLOSE
    assert never_falls(values)
    assert 0.0 <= values.min() <= values.max() <= 1.0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 50.0))
def test_a_gamma_weight_agrees_with_scipy_and_never_falls_with_draw(shape):
    values = gamma_quantile(shape)(DRAWS)
    assert np.abs(values - stats.gamma(shape).ppf(DRAWS)).max() < CLOSE
    assert never_falls(values)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1.0), st.floats(0.01, 5.0))
def test_a_lognormal_trait_agrees_with_scipy_and_counts_who_is_above_one(mean, cv):
    values, clipped = trait_values(Lognormal(distribution="lognormal", mean=mean, cv=cv), DRAWS)
    sigma = np.sqrt(np.log1p(cv * cv))
    exact = stats.lognorm(sigma, scale=mean * np.exp(-sigma * sigma / 2.0)).ppf(DRAWS)
    assert stats.lognorm(sigma, scale=mean * np.exp(-sigma * sigma / 2.0)).mean() == pytest.approx(mean)
    assert np.abs(values - np.minimum(exact, 1.0)).max() < CLOSE
    assert clipped == (exact > 1.0).sum()
    assert never_falls(values)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_uniform_trait_runs_evenly_from_low_to_high(x, y):
    low, high = min(x, y), max(x, y)
    values, clipped = trait_values(Uniform(distribution="uniform", low=low, high=high), DRAWS)
    assert np.array_equal(values, low + (high - low) * DRAWS)
    assert low <= values.min() <= values.max() <= high
    assert clipped == 0


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_without_spread_draw_does_not_matter(value):
    for trait in (
        Constant(distribution="constant", value=value),
        Uniform(distribution="uniform", low=value, high=value),
        Beta(distribution="beta", mean=value, sd=0.0),
    ):
        assert (trait_values(trait, DRAWS)[0] == value).all()


def test_whoever_is_fast_under_one_distribution_is_fast_under_every_other():
    uniform = np.random.default_rng(1).random(500)
    traits = [
        beta(0.5, 0.2),
        beta(0.3, 0.1),
        Uniform(distribution="uniform", low=0.2, high=0.7),
        Lognormal(distribution="lognormal", mean=0.2, cv=0.3),
    ]
    orders = [np.argsort(trait_values(trait, uniform)[0], kind="stable") for trait in traits]
    assert all(np.array_equal(order, np.argsort(uniform)) for order in orders)


def test_a_draw_of_0_is_the_lowest_value():
    uniform = np.zeros(1)
    assert trait_values(beta(0.5, 0.2), uniform)[0] == 0.0
    assert trait_values(Lognormal(distribution="lognormal", mean=0.5, cv=1.0), uniform)[0] == 0.0
    assert gamma_quantile(0.5)(uniform) == 0.0


def test_the_middle_is_interpolated_and_the_tails_are_exact():
    quantile = beta_quantile(2.625, 2.625)
    assert quantile.value is not None
    tails = DRAWS[(TAIL / PIECES > DRAWS) | (1.0 - TAIL / PIECES <= DRAWS)]
    assert np.array_equal(quantile(tails), quantile.exact(tails))


def test_where_pieces_will_not_do_the_quantile_is_exact():
    jumping = beta_quantile(0.001, 0.001)
    assert jumping.value is None
    assert np.array_equal(jumping(DRAWS), jumping.exact(DRAWS))


def test_a_quantile_keeps_the_shape_of_its_draw():
    assert gamma_quantile(0.5)(np.full((3, 4), 0.5)).shape == (3, 4)
    assert np.array_equal(gamma_quantile(0.5)(DRAWS[:20].reshape(4, 5)).ravel(), gamma_quantile(0.5)(DRAWS[:20]))


@pytest.mark.parametrize(("mean", "part"), [(0.95, 0.9995), (0.9, 0.9999), (0.5, 0.99999), (0.3, 0.99995)])
def test_a_beta_trait_as_wide_as_can_be_agrees_with_scipy_too(mean, part):
    trait = beta(mean, part * (mean * (1.0 - mean)) ** 0.5)
    assert np.abs(beta_quantile(*trait.shape)(DRAWS) - stats.beta(*trait.shape).ppf(DRAWS)).max() < CLOSE


@pytest.mark.parametrize("concentration", [1e-3, 2e-3, 5e-3])
def test_a_small_concentration_is_drawn_without_a_warning(concentration):
    gamma_quantile.cache_clear()
    assert np.isfinite(gamma_quantile(concentration)(DRAWS)).all()


def test_a_lognormal_trait_without_spread_is_constant_even_without_draw():
    values, _ = trait_values(Lognormal(distribution="lognormal", mean=0.5, cv=0.0), np.array([0.0, 0.3, LAST]))
    assert values == pytest.approx([0.5, 0.5, 0.5])


def test_a_lognormal_trait_of_any_spread_is_a_share():
    values, _ = trait_values(Lognormal(distribution="lognormal", mean=0.5, cv=1e200), DRAWS)
    assert 0.0 <= values.min() <= values.max() <= 1.0
