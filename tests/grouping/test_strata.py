"""Strata: who of a roster belongs together, by labels and by community."""

import numpy as np
import pytest

from learnsim.grouping import strata
from learnsim.grouping.strata import Stratum, communities_by_name, label_columns, labels_of, strata_of
from learnsim.people import Roster
from learnsim.settings import Settings, validate

INTEREST = np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 0.9], [0.1, 1.0]])


def listed(there: tuple[Stratum, ...]):
    return [(one.label, one.value, one.members.tolist()) for one in there]


@pytest.fixture
def by_label(monkeypatch):
    """Let the settings keep these columns of the roster."""
    return lambda *names: monkeypatch.setattr(strata, "label_columns", lambda settings: names)


def test_settings_that_name_no_column_keep_none():
    assert label_columns(Settings()) == ()


def test_values_stand_in_order_numbers_by_value_and_the_unknown_last(by_label):
    by_label("Grade")
    roster = Roster(("a", "b", "c", "d", "e"), labels={"Grade": ("10", "", "9", "x", "10")})
    assert listed(strata_of(Settings(), roster)) == [
        ("Grade", "9", [2]),
        ("Grade", "10", [0, 4]),
        ("Grade", "x", [3]),
        ("Grade", "not known", [1]),
    ]


def test_each_label_has_all_people_in_the_order_of_the_settings(by_label):
    by_label("Sex", "Team", "missing")
    roster = Roster(("a", "b"), labels={"Team": ("1", "1"), "Sex": ("f", "m"), "Hat": ("x", "y")})
    assert listed(strata_of(Settings(), roster)) == [("Sex", "f", [0]), ("Sex", "m", [1]), ("Team", "1", [0, 1])]
    assert list(labels_of(Settings(), roster)) == ["Sex", "Team"]


def test_a_community_that_is_a_label_too_counts_once(by_label):
    by_label("Department")
    roster = Roster(("a", "b"), community=("Pumps", "Sales"), labels={"Department": ("Pumps", "Sales")})
    assert {one.label for one in strata_of(Settings(), roster)} == {"Department"}
    other = Roster(("a", "b"), community=("Pumps", "Sales"), labels={"Department": ("Pumps", "Pumps")})
    assert {one.label for one in strata_of(Settings(), other)} == {"Department", "community"}


def test_communities_of_a_roster_are_called_as_it_names_them():
    assert communities_by_name(Settings(), Roster(("a", "b"), community=("Pumps", "7"))) == ("Pumps", "7")


def test_communities_by_interests_of_a_roster_are_numbered_from_one():
    roster = Roster(("a", "b", "c", "d"), interest=INTEREST)
    assert communities_by_name(Settings(), roster) == ("1", "2", "1", "2")


@pytest.mark.parametrize(
    ("roster", "settings"),
    [
        (Roster(("a", "b")), {}),
        (Roster(("a", "b", "c", "d"), interest=INTEREST), {"organisation.formation": "random"}),
        (Roster(("a", "b", "c", "d"), interest=INTEREST), {"arms.x.formation": "random"}),
        (Roster(("a", "b", "c", "d"), interest=INTEREST), {"sweep": {"organisation.formation": ["interest", "random"]}}),
        (Roster(("a", "b"), interest=np.array([[1.0, 0.5], [np.nan, np.nan]])), {}),
    ],
)
def test_communities_that_are_others_in_another_run_have_no_names(roster, settings):
    """They are drawn, at random, by interests that are drawn, or not formed in the same way in all arms."""
    there = Settings().changed({"arms.x.preset": "hybrid", **{k: v for k, v in settings.items() if k != "sweep"}})
    there = validate({"arms": {"hybrid": {}}, **settings}, "test") if "sweep" in settings else there
    assert communities_by_name(there, roster) == ()
    assert strata_of(there, roster) == ()
