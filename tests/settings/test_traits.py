"""Traits: which distributions over [0, 1] may be declared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from learnsim.settings.traits import Beta, Constant, Lognormal, Uniform, beta

SHARE = st.floats(0.0, 1.0)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_beta_trait_has_the_declared_mean_and_sd(mean, part):
    sd = part * (mean * (1 - mean)) ** 0.5
    alpha, other = beta(mean, sd).shape
    assert stats.beta(alpha, other).mean() == pytest.approx(mean, rel=1e-9)
    assert stats.beta(alpha, other).std() == pytest.approx(sd, rel=1e-6)


def test_the_default_speed_has_shape_two_point_six_two_five():
    """Worked by hand: .25 / .04 - 1 = 5.25, halved."""
    assert beta(0.5, 0.2).shape == pytest.approx((2.625, 2.625), rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(SHARE, st.just(0.0) | st.floats(1e-6, 0.49))
def test_a_beta_trait_wider_than_a_coin_is_refused(mean, sd):
    widest = (mean * (1.0 - mean)) ** 0.5
    if sd == 0.0 or sd < widest:
        assert beta(mean, sd).sd == sd
    else:
        with pytest.raises(ValidationError, match="too wide"):
            beta(mean, sd)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 1e-300), (1e-300, 1e-200), (0.5, 9e-7)])
def test_a_beta_trait_too_narrow_for_its_shape_to_be_a_number_is_refused(mean, sd):
    with pytest.raises(ValidationError, match="too narrow: it must be 0"):
        beta(mean, sd)


def test_without_spread_a_beta_trait_may_have_any_mean():
    assert [beta(mean, 0.0).mean for mean in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]


@settings(max_examples=50, deadline=None)
@given(SHARE, SHARE)
def test_a_uniform_trait_runs_from_low_to_high(low, high):
    if low <= high:
        assert Uniform(distribution="uniform", low=low, high=high).high == high
    else:
        with pytest.raises(ValidationError, match="must not exceed"):
            Uniform(distribution="uniform", low=low, high=high)


@pytest.mark.parametrize("value", [-0.001, 1.001, float("nan"), float("inf"), "0.5", None, True])
def test_a_constant_trait_is_a_number_from_0_to_1(value):
    with pytest.raises(ValidationError):
        Constant(distribution="constant", value=value)


@pytest.mark.parametrize(("mean", "cv"), [(0.0, 1.0), (1.1, 1.0), (0.5, -0.1), (0.5, float("nan"))])
def test_a_lognormal_trait_has_a_positive_mean_and_no_negative_spread(mean, cv):
    with pytest.raises(ValidationError):
        Lognormal(distribution="lognormal", mean=mean, cv=cv)


def test_a_trait_never_changes():
    trait = beta(0.5, 0.2)
    with pytest.raises(ValidationError, match="frozen"):
        trait.mean = 0.6
    assert isinstance(trait, Beta)
