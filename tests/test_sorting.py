"""Sorting: counting into buckets gives what a stable sort gives, however the values are spread."""

import numpy as np
import pytest

from learnsim.sorting import FEW, MOVES, argsort, sort_in_place, sort_into

VALUES = {
    "none": [],
    "one": [0.5],
    "all equal": [0.25] * (2 * MOVES),
    "spread": np.random.default_rng(1).random(300),
    "with ties": np.random.default_rng(2).integers(0, 40, 300) / 40,
    "crowded in one bucket": [*np.random.default_rng(3).random(2 * MOVES) * 1e-9, 1.0],
    "closer than numbers count": [0.0, 5e-324, 0.0, 5e-324],
    "falling": np.linspace(1.0, 0.0, 200),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_are_ranked_and_sorted_as_by_a_stable_sort(name):
    values = np.array(VALUES[name], dtype=np.float64)
    ordered = np.empty(len(values))
    sort_into(values, ordered)
    assert argsort(values).tolist() == np.argsort(values, kind="stable").tolist()
    assert ordered.tobytes() == np.sort(values).tobytes()


@pytest.mark.parametrize("count", [0, 1, 2, 6, FEW, FEW + 1, 300])
def test_values_are_put_in_order_where_they_stand(count):
    for values in (np.random.default_rng(count).integers(0, 9, count) / 9, np.linspace(1.0, 0.0, count)):
        expected = np.sort(values)
        sort_in_place(values)
        assert values.tobytes() == expected.tobytes()


@pytest.mark.parametrize("count", [2 * MOVES, 2 * MOVES + 1, 1000])
def test_crowded_values_keep_the_order_of_equal_ones(count):
    values = np.append(np.random.default_rng(count).integers(0, 5, count) * 1e-9, 1.0)
    assert argsort(values).tolist() == np.argsort(values, kind="stable").tolist()
