"""Verdict ranges: a range is stated only where every point in it has the verdict; the others are counted."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from learnsim.analysis.verdicts import NAMES
from learnsim.report.verdict_ranges import DECIDED, best_ranges, ranges_of, ranges_text

WORDS = {name: name for name in NAMES}


def takes_in(text, value):
    """Whether a range, as it is written, takes a number in."""
    match text.split():
        case ["up", "to", high]:
            return value <= float(high)
        case ["from", low, "on"]:
            return value >= float(low)
        case ["from", low, "to", high]:
            return float(low) <= value <= float(high)
        case [one]:
            return value == float(one)
    raise AssertionError(text)


numbers = st.one_of(
    st.integers(-20, 20),
    st.floats(-2.0, 2.0, allow_nan=False),
    st.sampled_from([0.1, 0.1 + 1e-12, 0.30000000000000004, 0.3, 1e-9, 1e12]),
)


@given(st.lists(st.tuples(numbers, st.sampled_from(NAMES)), min_size=1, max_size=40))
@example([(1, "higher"), (2, "undecided"), (3, "higher")])
@example([(0.26037, "higher"), (0.26039, "lower"), (0.2604, "lower")])
@settings(max_examples=400, deadline=None)
def test_every_point_inside_a_stated_range_has_its_verdict(points):
    values, verdicts = [value for value, _ in points], [verdict for _, verdict in points]
    ranges = ranges_of("learning.initial_rapport", values, verdicts)
    for one in ranges.ranges:
        inside = [place for place, value in enumerate(values) if takes_in(one.text, value)]
        assert {verdicts[place] for place in inside} == {one.verdict} and one.verdict in DECIDED
        assert tuple(inside) == one.places  # as many as it says
    assert len({one.verdict for one in ranges.ranges}) == len(ranges.ranges)


@given(st.lists(st.tuples(st.sampled_from(["item", "person", "x y", True, False]), st.sampled_from(NAMES)), min_size=1, max_size=30))
@settings(max_examples=200, deadline=None)
def test_values_without_an_order_are_named_only_where_all_agree(points):
    values, verdicts = [value for value, _ in points], [verdict for _, verdict in points]
    words = {True: "yes", False: "no"}
    for one in ranges_of("prior.by", values, verdicts).ranges:
        if not one.text.startswith("one of"):
            named = one.text.split(" or ")
            inside = tuple(n for n, value in enumerate(values) if words.get(value, value) in named)
            assert inside == one.places and {verdicts[n] for n in inside} == {one.verdict}


@given(st.lists(st.tuples(st.one_of(numbers, st.sampled_from(["a", "b"])), st.sampled_from(NAMES)), max_size=30))
@settings(max_examples=200, deadline=None)
def test_points_in_ranges_and_counts_of_the_others_add_up(points):
    verdicts = [verdict for _, verdict in points]
    ranges = ranges_of("x", [value for value, _ in points], verdicts)
    places = [place for one in ranges.ranges for place in one.places]
    assert len(places) == len(set(places))
    for name in NAMES:
        in_ranges = sum(len(one.places) for one in ranges.ranges if one.verdict == name)
        assert in_ranges + ranges.rest.get(name, 0) == verdicts.count(name)


def test_one_undecided_point_inside_ends_a_range():
    ranges = ranges_of("learning.initial_rapport", [0.1, 0.2, 0.3, 0.4, 0.5], ["lower", "undecided", "lower", "lower", "lower"])
    (one,) = ranges.ranges
    assert one.text == "from 0.3 on" and len(one.places) == 3
    assert ranges_text(ranges, WORDS) == "lower at all 3 points where the initial rapport is from 0.3 on; of the 2 others, lower at 1 and undecided at 1"


def test_one_other_verdict_at_the_same_value_keeps_the_value_out():
    ranges = ranges_of("prior.share", [1, 1, 2, 2, 3, 3], ["higher", "higher", "higher", "missing", "lower", "lower"])
    assert [(one.verdict, one.text) for one in ranges.ranges] == [("higher", "1"), ("lower", "3")]
    assert dict(ranges.rest) == {"higher": 1, "missing": 1}


def test_where_all_is_undecided_no_range_is_stated():
    assert best_ranges(["x"], [{"x": n} for n in range(5)], ["undecided"] * 5) is None


def test_the_setting_whose_ranges_cover_most_points_is_named():
    points = [{"a": a, "b": b} for a in (1, 2, 3) for b in ("u", "v")]
    ranges = best_ranges(["a", "b"], points, ["higher", "lower"] * 3)
    assert ranges.setting == "b" and {one.verdict: one.text for one in ranges.ranges} == {"higher": "u", "lower": "v"}


def test_a_range_of_few_points_among_many_is_counted_only():
    ranges = ranges_of("x", list(range(100)), ["higher"] * 2 + ["undecided"] * 98)
    assert ranges.ranges == () and ranges.rest["higher"] == 2


@pytest.mark.parametrize(("last", "after", "text"), [(0.26037, 0.31, "0.27"), (0.26037, 0.2604, "0.26037"), (0.2603712, 0.26040, "0.26038"), (0.117, 0.2, "0.117"), (12, 13, "12"), (1, 2, "1"), (0.1 + 0.2, math.nextafter(0.1 + 0.2, 1), "0.30000000000000004")])
def test_the_end_of_a_range_is_rounded_towards_points_it_does_not_take_in(last, after, text):
    ranges = ranges_of("x", [last / 2, last, after], ["higher", "higher", "lower"])
    assert next(one.text for one in ranges.ranges if one.verdict == "higher") == f"up to {text}"
