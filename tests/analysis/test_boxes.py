"""Boxes: PRIM finds a box that is known exactly, finds none in noise, and gives the same numbers each time."""

import numpy as np
import pytest

from learnsim.analysis.boxes import LEAST, _Axis, box_of


def numeric(x):
    axes = [_Axis(f"s{n}", side) for n in range(x.shape[1]) for side in ("from", "to")]
    return axes, np.array([column for one in x.T for column in (one, -one)]).T


def found(axes, columns, wins):
    return box_of("hybrid", "mastery", axes, columns, wins, np.arange(len(wins)), seed=1)


def lattice():
    """All 20 x 10 x 5 combinations of three settings, each once."""
    return np.array(np.meshgrid(np.arange(20), np.arange(10), np.arange(5), indexing="ij"), dtype=float).reshape(3, -1).T


def test_a_known_box_of_whole_numbers_is_found_exactly():
    x = lattice()
    wins = (x[:, 0] >= 12) & (x[:, 1] >= 2) & (x[:, 1] <= 6)
    box = found(*numeric(x), wins)
    limits = {(one.setting, one.side): one.value for one in box.limits if one.stated}
    assert limits == {("s0", "from"): 12.0, ("s1", "from"): 2.0, ("s1", "to"): 6.0}
    assert box.stated == box.peels[box.chosen] == (1.0, 1.0, 8 * 5 / 200)


def test_a_category_in_which_the_arm_never_wins_is_peeled_off():
    x = lattice()
    axes = [_Axis("kind", "without", value) for value in "abcde"]
    columns = np.array([x[:, 2] != n for n in range(5)], dtype=float).T
    box = found(axes, columns, ~np.isin(x[:, 2], (1, 3)))
    assert [(one.setting, one.side, one.value) for one in box.limits] == [("kind", "without", "b"), ("kind", "without", "d")]
    assert box.stated == (1.0, 1.0, 0.6)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(6))
def test_noise_has_no_box(seed):
    rng = np.random.default_rng(seed)
    box = found(*numeric(rng.random((400, 4))), rng.random(400) < 0.4)
    assert not any(one.stated for one in box.limits)
    assert box.stated.mass == 1.0


@pytest.mark.parametrize("every", [True, False])
def test_everywhere_and_nowhere_have_no_limits(every):
    box = found(*numeric(lattice()), np.full(1000, every))
    assert (box.limits, box.peels) == ((), (box.stated,))
    assert box.stated == (float(every), float(every), 1.0)


def test_a_trajectory_shrinks_and_keeps_its_least_mass():
    rng = np.random.default_rng(3)
    x = rng.random((500, 3))
    box = found(*numeric(x), rng.random(500) < x[:, 0])
    masses, coverages = [one.mass for one in box.peels], [one.coverage for one in box.peels]
    assert masses == sorted(set(masses), reverse=True)
    assert coverages == sorted(coverages, reverse=True)
    assert masses[-1] >= LEAST


def test_the_same_points_give_the_same_box():
    rng = np.random.default_rng(4)
    x, chance = rng.random((300, 3)), rng.random(300)
    assert found(*numeric(x), chance < x[:, 1]) == found(*numeric(x), chance < x[:, 1])
