"""Sensitivity: indices of functions whose indices are known, through the designs that a file can ask for."""

import math
import sys

import numpy as np
import pytest

from learnsim.analysis.contrasts import responses_of
from learnsim.analysis.sensitivity import KINDS, indices_of, noise_share

UNIT = {"low": 0.0, "high": 1.0}
THREE = {"learning.initial_rapport": UNIT, "learning.joint_effect": UNIT, "prior.share": UNIT}
POINTS = {"saltelli": 512, "morris": 20, "latin-hypercube": 256, "sobol": 256}

# The Ishigami function (Ishigami & Homma 1990) with a = 7, b = .1; variances after Sobol' & Levitan (1999)
A, B = 7.0, 0.1
ALONE = (0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2, A**2 / 8.0, 0.0)
TOGETHER = B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)  # the first with the third
VARIANCE = sum(ALONE) + TOGETHER
FIRST = [part / VARIANCE for part in ALONE]
TOTAL = [(ALONE[0] + TOGETHER) / VARIANCE, ALONE[1] / VARIANCE, TOGETHER / VARIANCE]


def ishigami(x, replicate):
    one, two, three = (math.pi * (2.0 * share - 1.0) for share in x)
    return math.sin(one) + A * math.sin(two) ** 2 + B * three**4 * math.sin(one)


def linear(x, replicate):
    return 4.0 * x[0] + 2.0 * x[1] + x[2]  # variances 16, 4 and 1 to each other


def column(indices, kind):
    return [one.value for one in indices if one.kind == kind]


def z_scores(indices, kind, truth):
    halves = [(one.high - one.low) / 2.0 for one in indices if one.kind == kind]
    return (np.array(column(indices, kind)) - truth) / (np.array(halves) / 1.96)


@pytest.mark.exact
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_saltellis_design_finds_the_indices_of_the_ishigami_function(results_of, seed):
    indices = indices_of(results_of(THREE, ishigami, kind="saltelli", points=512, seed=seed, noise=5.0), "gini")
    assert [(one.setting, one.kind) for one in indices] == [(name, kind) for kind in ("first-order", "total") for name in THREE]
    for kind, truth in (("first-order", FIRST), ("total", TOTAL)):
        assert np.abs(z_scores(indices, kind, truth)).max() < 4.0
        assert column(indices, kind) == pytest.approx(truth, abs=0.06)


@pytest.mark.exact
def test_where_settings_only_add_up_total_indices_are_first_order_indices(results_of):
    indices = indices_of(results_of(THREE, linear, kind="saltelli", points=512), "gini")
    for kind in ("first-order", "total"):
        assert column(indices, kind) == pytest.approx([16 / 21, 4 / 21, 1 / 21], abs=0.02)


@pytest.mark.exact
def test_a_setting_that_does_nothing_has_indices_of_exactly_zero(results_of):
    indices = indices_of(results_of(THREE, lambda x, replicate: x[0] * x[1], kind="saltelli", points=64), "gini")
    assert column(indices, "first-order")[2] == column(indices, "total")[2] == 0.0
    indices = indices_of(results_of(THREE, lambda x, replicate: x[0] * x[1], kind="morris", points=5), "gini")
    assert column(indices, "mu_star")[2] == column(indices, "mu")[2] == column(indices, "sigma")[2] == 0.0


@pytest.mark.exact
@pytest.mark.parametrize("levels", [4, 6])
def test_trajectories_find_the_slopes_of_a_plane_and_no_interaction(results_of, levels):
    indices = indices_of(results_of(THREE, linear, kind="morris", points=5, levels=levels), "gini")
    assert column(indices, "mu_star") == column(indices, "mu") == pytest.approx([4.0, 2.0, 1.0], rel=1e-12)
    assert column(indices, "sigma") == pytest.approx([0.0] * 3, abs=1e-12)
    assert [one.high - one.low for one in indices if one.kind == "mu_star"] == pytest.approx([0.0] * 3, abs=1e-12)
    assert all(math.isnan(one.low) and math.isnan(one.high) for one in indices if one.kind in ("mu", "sigma"))


def test_trajectories_see_direction_and_interactions(results_of):
    """They distinguish a falling from a rising answer."""
    indices = indices_of(results_of(THREE, lambda x, replicate: x[0] * (x[1] - 0.5) - x[2], kind="morris", points=40), "gini")
    star, mean, spread = (column(indices, kind) for kind in ("mu_star", "mu", "sigma"))
    assert mean[2] == pytest.approx(-1.0, rel=1e-12) and star[2] == pytest.approx(1.0, rel=1e-12)
    assert abs(mean[0]) < star[0] / 2.0
    assert spread[0] > 0.1 and spread[2] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.exact
@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
@pytest.mark.parametrize(("answer", "truth"), [(ishigami, FIRST), (linear, [16 / 21, 4 / 21, 1 / 21])])
def test_any_points_yield_first_order_indices_and_no_others(results_of, kind, answer, truth):
    indices = indices_of(results_of(THREE, answer, kind=kind, points=256, seed=3, noise=2.0), "gini")
    assert [(one.setting, one.kind) for one in indices] == [(name, "first-order") for name in THREE]
    assert np.abs(z_scores(indices, "first-order", truth)).max() < 4.0
    assert column(indices, "first-order") == pytest.approx(truth, abs=0.12)


def test_a_list_of_names_has_an_index_too(results_of):
    height = {"slowest": 0.0, "median": 3.0, "mean": 1.0, "fastest": 2.0}  # variance 5/4; a range of 3 has 9/12
    sweep = {"training.throttle": list(height), "learning.initial_rapport": UNIT}
    indices = indices_of(results_of(sweep, lambda x, replicate: height[x[0]] + 3.0 * x[1], kind="latin-hypercube", points=512), "gini")
    assert column(indices, "first-order") == pytest.approx([1.25 / 2.0, 0.75 / 2.0], abs=0.12)


def test_only_a_hypercube_may_lose_points_and_only_half_of_them(results_of):
    """Half the points may be lost from a hypercube, and none from blocks or trajectories."""
    for kind in KINDS:
        results = results_of(THREE, linear, kind=kind, points=POINTS[kind])
        whole = indices_of(results, "gini")
        results.measure("gini")[1] = math.nan
        indices = indices_of(results, "gini")
        assert len(indices) == len(whole) == 3 * len(KINDS[kind])
        if kind in ("saltelli", "morris"):
            assert all(math.isnan(one.value) and math.isnan(one.low) for one in indices)
        else:
            assert column(indices, "first-order") == pytest.approx(column(whole, "first-order"), abs=0.05)
            results.measure("gini")[np.random.default_rng(1).permutation(256)[:128]] = math.nan
            assert column(indices_of(results, "gini"), "first-order") == pytest.approx([16 / 21, 4 / 21, 1 / 21], abs=0.2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answer", [lambda x, replicate: 0.1 + replicate, lambda x, replicate: math.nan])
def test_an_answer_that_does_not_vary_or_is_not_there_has_no_indices(results_of, kind, answer):
    indices = indices_of(results_of(THREE, answer, kind=kind, points=POINTS[kind] // 4, replicates=3), "gini")
    assert len(indices) == 3 * len(KINDS[kind])
    assert all(math.isnan(each) for one in indices for each in (one.value, one.low, one.high))


@pytest.mark.parametrize(("kind", "points"), [("saltelli", 1), ("latin-hypercube", 1), ("latin-hypercube", 15), ("sobol", 8)])
def test_too_few_points_have_no_indices(results_of, kind, points):
    indices = indices_of(results_of(THREE, linear, kind=kind, points=points), "gini")
    assert len(indices) == 3 * len(KINDS[kind]) and all(math.isnan(one.value) for one in indices)


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_one_point_that_differs_is_no_reason_to_warn(results_of, kind):
    odd = results_of(THREE, linear, kind=kind, points=64)
    odd.measure("gini")[:, 1] = 0.0
    odd.measure("gini")[0, 1] = 1.0
    assert len(indices_of(odd, "gini")) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 2**63])
def test_the_same_results_have_the_same_indices_whatever_the_seed(results_of, kind, seed):
    results = results_of(THREE, ishigami, kind=kind, points=POINTS[kind] // 4, seed=seed)
    np.random.seed(1)  # noqa: NPY002  # whatever state the program's own chance is in
    first = indices_of(results, "gini")
    assert not any(math.isnan(one.value) for one in first)
    assert repr(indices_of(results, "gini")) == repr(first)


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_swept_setting_explains_everything(results_of, kind):
    results = results_of({"learning.initial_rapport": UNIT}, lambda x, replicate: 3.0 * x[0], kind=kind, points=POINTS[kind])
    values = [one.value for one in indices_of(results, "gini") if one.kind != "sigma"]
    assert values == pytest.approx([3.0 if kind == "morris" else 1.0] * len(values), abs=0.06)


def test_every_arm_but_the_baseline_and_a_lone_arm_has_indices(results_of):
    """A lone arm has those of its own mean."""
    three = results_of(THREE, linear, kind="sobol", points=64, arms=("flat-lecture", "linked-cells", "hybrid"))
    assert list(dict.fromkeys(one.arm for one in indices_of(three, "gini"))) == ["linked-cells", "hybrid"]
    alone = results_of(THREE, linear, kind="sobol", points=64, arms=("hybrid",))
    assert [one.arm for one in indices_of(alone, "gini")] == ["hybrid"] * 3


@pytest.mark.parametrize("kind", ["grid", "zip"])
def test_listed_values_have_no_indices(results_of, kind):
    assert indices_of(results_of({"learning.initial_rapport": [0.0, 1.0]}, lambda x, replicate: x[0], kind=kind), "gini") == ()


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_without_salib_there_are_no_indices_and_the_noise_is_known(results_of, kind, monkeypatch):
    results = results_of(THREE, ishigami, kind=kind, points=64, replicates=3)
    for name in [name for name in sys.modules if name.split(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    assert indices_of(results, "gini") == ()
    assert noise_share(results, "hybrid", "gini") == 0.0


@pytest.mark.exact
def test_the_noise_of_two_points_in_two_replicates_worked_by_hand(results_of):
    # means 1 and 3, variance 2; what neither point nor replicate explains is +-1/2, sum of squares 1, per mean 1/2
    cells = {0.25: (0.0, 2.0), 0.75: (1.0, 5.0)}
    results = results_of({"learning.initial_rapport": [0.25, 0.75]}, lambda x, replicate: cells[x[0]][replicate], replicates=2)
    assert noise_share(results, "hybrid", "gini") == 0.25


@pytest.mark.exact
def test_what_moves_all_points_alike_is_no_noise(results_of):
    results = results_of({"learning.initial_rapport": [0.0, 0.5, 1.0]}, lambda x, replicate: x[0] + 8.0 * replicate, replicates=4)
    assert noise_share(results, "hybrid", "gini") == 0.0


@pytest.mark.parametrize("replicates", [2, 10])
def test_noise_takes_its_share_of_variance_and_replicates_reduce_it(results_of, replicates):
    rng, count = np.random.default_rng(replicates), 4096
    results = results_of({"learning.initial_rapport": UNIT}, lambda x, replicate: 6.0 * x[0] + rng.normal(), kind="sobol", points=count, replicates=replicates)
    signal, noise = 3.0, 1.0 / replicates
    spread = math.sqrt(2.0 / (count * (replicates - 1)) + 4.0 / count)  # relative, and generous: Sobol' points are more even than chance
    assert abs(noise_share(results, "hybrid", "gini") / (noise / (signal + noise)) - 1.0) / spread < 4.0


def test_where_there_is_only_noise_its_share_is_nearly_all(results_of):
    rng = np.random.default_rng(1)
    results = results_of({"learning.initial_rapport": UNIT}, lambda x, replicate: rng.normal(), kind="sobol", points=1024, replicates=5)
    assert noise_share(results, "hybrid", "gini") > 0.8


def test_points_with_fewer_replicates_have_more_noise(results_of):
    """Points without any replicate do not count."""
    rng = np.random.default_rng(1)
    results = results_of({"learning.initial_rapport": UNIT}, lambda x, replicate: 3.0 * x[0] + rng.normal(), kind="sobol", points=64, replicates=8)
    whole = noise_share(results, "hybrid", "gini")
    results.measure("gini")[3] = math.nan
    assert noise_share(results, "hybrid", "gini") == pytest.approx(whole, rel=0.2)
    results.measure("gini")[::2, :, 4:] = math.nan
    assert noise_share(results, "hybrid", "gini") > 1.2 * whole


def test_the_noise_is_unknown_with_one_replicate_one_point_or_no_variation(results_of):
    for results in (
        results_of(THREE, linear, kind="sobol", points=8),
        results_of({"learning.initial_rapport": [0.5]}, lambda x, replicate: float(replicate), replicates=3),
        results_of(THREE, lambda x, replicate: 0.1 * replicate, kind="sobol", points=8, replicates=3),
        results_of(THREE, lambda x, replicate: math.nan, kind="sobol", points=8, replicates=3),
    ):
        assert math.isnan(noise_share(results, next(iter(responses_of(results, "gini"))), "gini"))
