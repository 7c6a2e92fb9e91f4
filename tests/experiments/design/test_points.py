"""Points: what a design draws is even, repeatable, inside its ranges, and in the order that its indices need."""

import itertools
import math
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.our_models import OURS
from learnsim.errors import SettingsError
from learnsim.experiments.design.points import Points, combinations_of, shares_of
from learnsim.experiments.design.unused import alternatives
from learnsim.progress import counted
from learnsim.settings import validate
from learnsim.settings.arms import ArmTable
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.sampling import Sampling, Span, value_at
from learnsim.settings.sweep import tables

UNIT = {"low": 0.0, "high": 1.0}
MIXED = {
    "learning.initial_rapport": UNIT,
    "organisation.cell_size": {"low": 2, "high": 9},
    "learning.forgetting": {"low": 0.0001, "high": 0.1, "scale": "log"},
    "prior.by": ["item", "person"],
}
DRAWN = {"latin-hypercube": 64, "sobol": 64, "saltelli": 16, "morris": 12}


def experiment(kind, sweep=MIXED, points=None, seed=1, **design):
    design_table = {"kind": kind, "points": points or DRAWN.get(kind, 1), **design}
    return validate({"experiment": {"seed": seed}, "design": design_table, "sweep": sweep, "arms": {"hybrid": {}}}, "test")


def combinations(*arguments, **more):
    return combinations_of(experiment(*arguments, **more), "test")


@pytest.mark.exact
def test_a_grid_tries_every_combination_the_last_setting_changing_fastest():
    sweep = {"learning.initial_rapport": [0.1, 0.9], "organisation.cell_size": [3, 6, 12], "prior.by": ["item", "person"]}
    points = combinations("grid", sweep)
    assert points == list(itertools.product(*sweep.values()))
    assert points[:3] == [(0.1, 3, "item"), (0.1, 3, "person"), (0.1, 6, "item")]


@pytest.mark.exact
def test_a_zip_takes_first_values_together_and_second_values_together():
    sweep = {"learning.initial_rapport": [0.1, 0.9], "organisation.cell_size": [3, 6]}
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
    points = [combinations(kind, seed=seed) for seed in (0, 1, 2)]
    assert len({len(each) for each in points}) == 1
    assert points[0] != points[1] != points[2] != points[0]


def test_a_seed_changes_no_listed_value():
    sweep = {"learning.initial_rapport": [0.1, 0.9], "organisation.cell_size": [3, 6]}
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
def test_sobol_points_have_one_point_in_every_box_of_two_settings():
    """Boxes of equal size of the first two settings."""
    shares = shares_of(experiment("sobol", points=64), "test")
    for column in shares.T:
        assert sorted((column * 64).astype(int)) == list(range(64))
    for power in range(7):  # 64 x 1, 32 x 2, ..., 1 x 64 boxes
        boxes = Counter(zip((shares[:, 0] * 2**power).astype(int), (shares[:, 1] * 2 ** (6 - power)).astype(int), strict=True))
        assert set(boxes.values()) == {1}


@pytest.mark.exact
@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_listed_names_and_whole_numbers_are_drawn_equally_often(kind):
    points = combinations(kind, points=64)
    assert Counter(names for *_, names in points) == {"item": 32, "person": 32}
    assert Counter(size for _, size, *_ in points) == dict.fromkeys(range(2, 10), 8)
    assert all(type(size) is int for _, size, *_ in points)


@pytest.mark.exact
def test_equal_factors_of_a_log_scale_are_drawn_equally_often():
    points = combinations("latin-hypercube", points=60)
    decades = Counter(math.floor(math.log10(value)) for _, _, value, _ in points)
    assert decades == {-4: 20, -3: 20, -2: 20}


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0.0, 1.0), st.sampled_from(["linear", "log"]))
def test_a_whole_number_stays_in_its_range(low, width, share, scale):
    low += scale == "log"
    value = Span(low=low, high=low + width, scale=scale).at(share)
    assert type(value) is int and low <= value <= low + width


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["linear", "log"]))
def test_every_whole_number_of_a_range_is_reached_and_in_order(low, width, scale):
    span = Span(low=low, high=low + width, scale=scale)
    numbers = [span.at(share) for share in np.linspace(0.0, 1.0, 20_001)]
    assert set(numbers) == set(range(low, low + width + 1))
    assert numbers == sorted(numbers)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(0.0, 1.0))
def test_a_log_range_goes_by_equal_factors(low, width, share):
    span = Span(low=low, high=low + width, scale="log")
    assert span.at(share) == pytest.approx(low * ((low + width) / low) ** share, rel=1e-12)
    assert span.at(0.5) == pytest.approx(math.sqrt(low * (low + width)), rel=1e-12)


@pytest.mark.exact
def test_the_ends_of_a_list_are_reached():
    assert [value_at(["a", "b", "c"], share) for share in (0.0, 0.33, 0.34, 0.99, 1.0)] == ["a", "a", "b", "c", "c"]


@pytest.mark.exact
def test_saltellis_blocks_change_one_setting_at_a_time():
    """From one point to the values of another."""
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
        assert point.values["learning.initial_rapport"] == shares[number, 0] == point.settings.learning.initial_rapport
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


# --- points are made fast, and as if every table were checked anew ---

ROSTER = "id,community\n" + "".join(f"P{number},{'ab'[number % 2]}\n" for number in range(6))
WRONG = {  # what a value, or values together, must not be
    "curriculum.items": [0, "six"],
    "organisation.trainees": [2, 2.5],
    "people.learning_speed.sd": [0.6, -0.1],
    "prior.known": [[0.9, 0.2]],
    "beliefs.interdependence": [7],
    "search.interactions": [19],
    "arms.a.council": [0.9, 1.5],
    "arms.a.shuffle": [5],
    "arms.a.formation": ["given"],
    "organisation.formation": ["given", "by chance"],
    "training.turnover": [float("nan"), True],
    "arms.a.phases": [[{"from": 10, "shuffle": "none"}], [{"from": 20, "cell_size": 3}, {"from": 40}], [{"from": 13}], [{"to": 10}]],
    "communities.minimum": [1_000],
}


def alike(one, other):
    """Whether two tables have the same values, of the same types, given or not."""
    return one == other and one.model_fields_set == other.model_fields_set and repr(one) == repr(other)


def swept(kind, sweep, design="zip"):
    tree = {"model": {"kind": kind}, "arms": {"a": {"preset": "hybrid"}, "flat-lecture": {}}, "sweep": sweep}
    return validate({**tree, "design": {"kind": design}}, "test")


def made_slowly(settings, values):
    """The settings of a point, every table checked anew."""
    return settings.model_copy(update={"sweep": {}, "design": Sampling()}).changed(values)


@pytest.mark.parametrize("kind", OURS)
def test_a_point_of_any_setting_is_as_if_all_were_checked_anew(kind):
    """Every declared setting, with values that are allowed and values that are not: the same settings, or the same error."""
    names = [f"{table}.{key}" for table, each in tables().items() for key in each.model_fields if reads(kind, table, key)]
    names += [f"arms.a.{key}" for key in ArmTable.model_fields if reads_of_arms(kind, key)]
    names.remove("organisation.roster")
    names.remove("organisation.plan")
    tried = {"good": 0, "bad": 0}
    for full in names:
        values = [*alternatives(full), *WRONG.get(full, [])]
        points = Points(swept(kind, {full: values}), "test")
        for number, value in enumerate(values):
            try:
                wanted = made_slowly(points._settings, {full: value})
            except SettingsError as error:
                with pytest.raises(SettingsError) as refused:
                    points[number]
                assert str(refused.value).endswith(str(error).removeprefix("settings: "))
                tried["bad"] += 1
            else:
                assert alike(points[number].settings, wanted), full
                tried["good"] += 1
    assert tried["good"] > 100 and tried["bad"] > 5


def test_settings_swept_together_are_checked_together():
    sweep = {
        "people.learning_speed.mean": [0.5, 0.05, 0.4],
        "people.learning_speed.sd": [0.1, 0.4, 0.2],
        "arms.a.lecture": [0, 0, 0.5],
        "arms.a.exchange": [0.7, 0.7, 0.2],
        "training.turnover": [0, 1, 0.5],
        "organisation.trainees": [24, 24, 3],
    }
    points = Points(swept("training", sweep), "test")
    assert alike(points[0].settings, made_slowly(points._settings, points.values(0)))
    assert type(points[0].settings.training.turnover) is float and points[0].settings.arm("a").lecture == 0.0
    for number, message in ((1, "sd = 0.4 is too wide"), (2, "trainees = 3 cannot fill communities = 4")):
        with pytest.raises(SettingsError, match=rf"test: \[sweep\] people\.learning_speed\.mean = .*{message}"):
            points[number]


@pytest.mark.parametrize("kind", DRAWN)
def test_points_of_a_drawn_design_are_as_if_all_were_checked_anew(kind):
    points = Points(experiment(kind), "test")
    for number in range(0, len(points), 7):
        assert alike(points[number].settings, made_slowly(points._settings, points.values(number)))


def test_a_sweep_over_formations_reads_the_roster_as_each_needs_it(tmp_path):
    (tmp_path / "people.csv").write_text(ROSTER)
    sweep = {"organisation.communities": [2, 3], "arms.a.formation": ["given", "random"]}
    tree = {"organisation": {"roster": str(tmp_path / "people.csv")}, "arms": {"a": {"preset": "hybrid"}}, "sweep": sweep}
    points = Points(validate(tree, "test"), "test")
    assert points[0].roster.ids == points[1].roster.ids
    with pytest.raises(SettingsError, match=r"names 2 communities, \[organisation\] communities = 3"):
        points[2]
    assert points[3].settings.arm("a").formation == "random"


def test_checking_many_points_says_how_far_it_is(monkeypatch, capsys):
    clock = itertools.count(0.0, 10.0)
    monkeypatch.setattr("learnsim.progress.time.monotonic", lambda: next(clock))
    assert list(counted(range(2001), "points checked")) == list(range(2001))
    assert capsys.readouterr().err.splitlines()[0] == "points checked: 1 of 2,001, 20,000 s left"
    assert list(counted(range(2001), "points checked", quiet=True)) and not capsys.readouterr().err
