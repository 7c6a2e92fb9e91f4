"""Largest group: the largest circle of people who see each other is known, and what cannot be counted is refused, before any run."""

import pytest

from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import check_memory, design_of
from learnsim.grouping.contacts import largest_group
from learnsim.grouping.preparation import prepare
from learnsim.settings import validate


def settings_with(kind="beliefs", trainees=100, communities=4, cell_size=6, **arm):
    world = {"trainees": trainees, "communities": communities, "cell_size": cell_size}
    return validate({"model": {"kind": kind}, "organisation": world, "arms": {"a": {"preset": "isolated-cells", **arm}}}, "test")


@pytest.mark.parametrize(
    ("arm", "circle"),
    [({}, 6), ({"groups": "community"}, 25), ({"groups": "organisation"}, 100), ({"kind": "search", "network": "full"}, 100)],
)
def test_the_largest_group_is_that_of_the_largest_group(arm, circle):
    assert largest_group(settings_with(**arm), 100) == circle


def test_a_cell_is_not_larger_than_its_community():
    assert largest_group(settings_with(cell_size=10**9), 100) == 25


def test_large_groups_whose_contacts_are_not_listed_do_not_count():
    assert largest_group(settings_with(groups="organisation"), 100, 64) == 0
    assert largest_group(settings_with(groups="organisation", rewiring=0.1), 100, 64) == 100
    assert largest_group(settings_with(), 100, 64) == 6


@pytest.mark.parametrize("arm", [{"groups": "organisation", "rewiring": 0.1}, {"kind": "search", "network": "full"}])
def test_more_ties_than_can_be_counted_are_refused_before_anything_runs(arm):
    with pytest.raises(SettingsError, match=r"test: \[arms.a\] 50,000 people who see 50,000 each have more ties than"):
        design_of(settings_with(trainees=50_000, communities=1, **arm), "test")


@pytest.mark.parametrize("arm", [{"groups": "organisation", "rewiring": 0.1}, {"kind": "search", "network": "full"}])
def test_ties_of_everybody_to_everybody_are_counted_as_memory(arm, monkeypatch):
    monkeypatch.setattr("learnsim.experiments.design.checks._available", lambda: 2**32)
    check_memory(prepare(settings_with(trainees=20_000, communities=1)))
    with pytest.raises(SettingsError, match="contacts = 20,000"):
        check_memory(prepare(settings_with(trainees=20_000, communities=1, **arm)))
