"""Points: what a design draws is even, repeatable, inside its ranges, and in the order that its indices need."""

import itertools
import math
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnsim.errors import SettingsError
from learnsim.experiments.points import Points, combinations_of, shares_of
from learnsim.settings import validate
from learnsim.settings.sampling import Span, value_at

UNIT = {"low": 0.0, "high": 1.0}
MIXED = {
    "learning.r0": UNIT,
    "organisation.cell_size": {"low": 2, "high": 9},
    "learning.forgetting": {"low": 0.0001, "high": 0.1, "scale": "log"},
    "prior.by": ["item", "person"],
}
DRAWN = {"latin-hypercube": 64, "sobol": 64, "saltelli": 16, "morris": 12}


def experiment(kind, sweep=MIXED, points=None, seed=1, **design):
    given = {"kind": kind, "points": points or DRAWN.get(kind, 1), **design}
    return validate({"experiment": {"seed": seed}, "design": given, "sweep": sweep, "arms": {"hybrid": {}}}, "test")


def combinations(*given, **more):
    return combinations_of(experiment(*given, **more), "test")


@pytest.mark.exact
def test_a_grid_tries_every_combination_the_last_setting_changing_fastest():
    sweep = {"learning.r0": [0.1, 0.9], "organisation.cell_size": [3, 6, 12], "prior.by": ["item", "person"]}
    found = combinations("grid", sweep)
    assert found == list(itertools.product(*sweep.values()))
    assert found[:3] == [(0.1, 3, "item"), (0.1, 3, "person"), (0.1, 6, "item")]


@pytest.mark.exact
def test_a_zip_takes_first_values_together_and_second_values_together():
    sweep = {"learning.r0": [0.1, 0.9], "organisation.cell_size": [3, 6]}
    assert combinations("zip", sweep) == [(0.1, 3), (0.9, 6)]


def test_nothing_swept_is_one_point_as_the_file_says():
    points = Points(experiment("grid", {}), "test")
    assert [point.values for point in points] == [{}]
    assert points[0].settings is points[0].settings and points[0].settings.arms


@pytest.mark.exact
@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 - 1])
def test_the_same_settings_give_the_same_points(kind, seed):
    assert combinations(kind, seed=seed) == combinations(kind, seed=seed)


@pytest.mark.parametrize("kind", DRAWN)
def test_another_seed_gives_other_points_and_the_same_number(kind):
    found = [combinations(kind, seed=seed) for seed in (0, 1, 2)]
    assert len({len(each) for each in found}) == 1
    assert found[0] != found[1] != found[2] != found[0]


def test_a_seed_changes_no_listed_value():
    sweep = {"learning.r0": [0.1, 0.9], "organisation.cell_size": [3, 6]}
    for kind in ("grid", "zip"):
        assert combinations(kind, sweep, seed=1) == combinations(kind, sweep, seed=2)


@pytest.mark.exact
@pytest.mark.parametrize("count", [1, 7, 64])
def test_a_latin_hypercube_has_one_point_in_every_stratum_of_every_setting(count):
    shares = shares_of(experiment("latin-hypercube", points=count), "test")
    assert shares.shape == (count, 4)
    for column in shares.T:
        assert sorted((column * count).astype(int)) == list(range(count))


@pytest.mark.exact
def test_sobol_points_have_one_point_in_every_box_of_equal_size_of_the_first_two_settings():
    shares = shares_of(experiment("sobol", points=64), "test")
    for column in shares.T:
        assert sorted((column * 64).astype(int)) == list(range(64))
    for power in range(7):  # 64 x 1, 32 x 2, ..., 1 x 64 boxes
        boxes = Counter(zip((shares[:, 0] * 2**power).astype(int), (shares[:, 1] * 2 ** (6 - power)).astype(int), strict=True))
        assert set(boxes.values()) == {1}


@pytest.mark.exact
@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_listed_names_and_whole_numbers_are_drawn_equally_often(kind):
    found = combinations(kind, points=64)
    assert Counter(names for *_, names in found) == {"item": 32, "person": 32}
    assert Counter(size for _, size, *_ in found) == dict.fromkeys(range(2, 10), 8)
    assert all(type(size) is int for _, size, *_ in found)


@pytest.mark.exact
def test_equal_factors_of_a_log_scale_are_drawn_equally_often():
    found = combinations("latin-hypercube", points=60)
    decades = Counter(math.floor(math.log10(value)) for _, _, value, _ in found)
    assert decades == {-4: 20, -3: 20, -2: 20}


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0.0, 1.0), st.sampled_from(["linear", "log"]))
def test_a_whole_number_stays_in_its_range(low, width, share, scale):
    low += scale == "log"
    value = Span(low=low, high=low + width, scale=scale).at(share)
    assert type(value) is int and low <= value <= low + width


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["linear", "log"]))
def test_every_whole_number_of_a_range_is_reached_and_in_order(low, width, scale):
    span = Span(low=low, high=low + width, scale=scale)
    found = [span.at(share) for share in np.linspace(0.0, 1.0, 20_001)]
    assert set(found) == set(range(low, low + width + 1))
    assert found == sorted(found)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(0.0, 1.0))
def test_a_log_range_goes_by_equal_factors(low, width, share):
    span = Span(low=low, high=low + width, scale="log")
    assert span.at(share) == pytest.approx(low * ((low + width) / low) ** share, rel=1e-12)
    assert span.at(0.5) == pytest.approx(math.sqrt(low * (low + width)), rel=1e-12)


@pytest.mark.exact
def test_the_ends_of_a_list_are_reached():
    assert [value_at(["a", "b", "c"], share) for share in (0.0, 0.33, 0.34, 0.99, 1.0)] == ["a", "a", "b", "c", "c"]


@pytest.mark.exact
def test_saltellis_blocks_change_one_setting_at_a_time_from_one_point_to_the_values_of_another():
    shares = shares_of(experiment("saltelli", points=16), "test")
    assert shares.shape == (16 * (4 + 2), 4)
    for one, *mixed, other in shares.reshape(16, 6, 4):
        for setting, point in enumerate(mixed):
            expected = one.copy()
            expected[setting] = other[setting]
            assert np.array_equal(point, expected)


@pytest.mark.exact
@pytest.mark.parametrize("levels", [4, 6])
def test_a_trajectory_changes_every_setting_once_by_the_same_step(levels):
    shares = shares_of(experiment("morris", points=12, levels=levels), "test")
    assert shares.shape == (12 * (4 + 1), 4)
    assert np.allclose(shares * (levels - 1), np.round(shares * (levels - 1)), atol=1e-12)  # on the grid of levels
    step = levels / (2.0 * (levels - 1))  # Morris (1991)
    for trajectory in shares.reshape(12, 5, 4):
        moves = np.diff(trajectory, axis=0)
        assert ((moves != 0.0).sum(axis=0) == 1).all() and ((moves != 0.0).sum(axis=1) == 1).all()
        assert np.allclose(np.abs(moves[moves != 0.0]), step, atol=1e-12)


@pytest.mark.parametrize("kind", DRAWN)
def test_a_point_has_the_values_that_its_design_drew(kind):
    settings = experiment(kind)
    points, shares = Points(settings, "test"), shares_of(settings, "test")
    assert len(points) == len(shares)
    for number in (0, len(points) // 2, len(points) - 1):
        point = points[number]
        assert point.number == number
        assert point.values["learning.r0"] == shares[number, 0] == point.settings.learning.r0
        assert point.settings.organisation.cell_size == point.values["organisation.cell_size"]
        assert point.settings.prior.by == ("person" if shares[number, 3] >= 0.5 else "item")


def test_a_point_that_cannot_be_says_which_it_is():
    points = Points(experiment("grid", {"organisation.trainees": [24, 2]}), "my.toml")
    assert points[0].settings.organisation.trainees == 24
    with pytest.raises(SettingsError, match=r"my\.toml: \[sweep\] organisation\.trainees = 2: .*cannot fill communities"):
        points[1]


@pytest.mark.parametrize("kind", ["saltelli", "morris"])
def test_without_salib_one_sentence_says_what_to_install(kind, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(SettingsError, match=rf"test: \[design\] kind = '{kind}' needs SALib; pip install"):
        combinations(kind)
