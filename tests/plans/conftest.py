"""Courses of the tests of plans: a few people, planned with few steps."""

import pytest

from helpers.seating_plans import roster_text
from learnsim.plans import planner
from learnsim.plans.course import course_again, course_of


@pytest.fixture
def quick(monkeypatch):
    """Search for a moment only."""
    monkeypatch.setattr(planner, "SECONDS", 0.2)
    monkeypatch.setattr(planner, "LEAST_SECONDS", 0.05)


@pytest.fixture
def course(tmp_path, quick):
    """Write an experiment with a roster, and return its course."""

    def make(people=15, communities=("all",), *, cell_size=5, cycles=3, rules="", plan="", roster="", organisation="", **absent):
        (tmp_path / "people.csv").write_text(roster_text(people, communities, **absent))
        mapped = 'labels = ["Department", "Gender"]\n' + ('absent = "absent"\n' if absent else "") + roster
        (tmp_path / "course.toml").write_text(
            f'[organisation]\nroster = "people.csv"\ncell_size = {cell_size}\n{organisation}\n[roster]\n{mapped}\n'
            f"[plan]\ncycles = {cycles}\n{plan}\n[plan.rules]\n{rules}\n"
        )
        return course_of(tmp_path / "course.toml")

    return make


@pytest.fixture
def again():
    """Make the plan of a folder again."""

    def make(folder, *absent, course=None, start=None):
        return course_again(folder, course, absent, start)

    return make
