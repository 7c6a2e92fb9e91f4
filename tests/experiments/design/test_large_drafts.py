"""Large drafts: a shuffle that compares all with all is warned of where it takes long, with what takes less."""

import pytest

from learnsim.experiments.design.checks import design_of
from learnsim.models.registry import info_of
from learnsim.settings import validate


def design(trainees, communities, shuffle="complementary", **fields):
    arms = {"a": {"preset": "hybrid", "shuffle": shuffle, **fields}}
    return design_of(validate({"organisation": {"trainees": trainees, "communities": communities}, "arms": arms}, "x"), "x")


@pytest.mark.parametrize(("trainees", "communities"), [(100_000, 1), (400_000, 16)])
def test_a_draft_among_very_many_is_warned_of_with_its_time_and_the_cure(trainees, communities):
    (warning,) = design(trainees, communities).warnings
    assert warning.startswith("[arms.a] shuffle = 'complementary' takes about 7 seconds each time")
    assert "more communities, or 'mixed-speed', take less" in warning


@pytest.mark.parametrize(("trainees", "communities", "shuffle"), [(80_000, 1, "complementary"), (100_000, 1, "least-met")])
def test_nothing_is_said_of_what_takes_seconds(trainees, communities, shuffle):
    assert design(trainees, communities, shuffle).warnings == ()


def test_everybody_in_one_group_is_one_draft_and_nobody_in_groups_is_none():
    (warning,) = design(100_000, 4, groups="organisation").warnings
    assert "takes about 7 seconds" in warning
    alone = {"groups": "none", "lecture": 1.0, "council": 0.0, "briefing": 0.0, "exchange": 0.0}
    assert not any("seconds each time" in warning for warning in design(100_000, 1, **alone).warnings)


def test_a_run_is_estimated_with_its_drafts():
    seconds = info_of(design(240, 4).settings).costs.seconds
    short, long = (seconds(design(100_000, 1, shuffle).settings, 100_000) for shuffle in ("random", "complementary"))
    assert long - short == pytest.approx(6 * 7.0, rel=0.01)
