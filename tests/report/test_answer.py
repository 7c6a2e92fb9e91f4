"""Answer: the paragraph agrees with numbers worked by hand, and says what it does not know."""

import math
import re

import numpy as np
import pytest

from helpers.made_up_results import answer_text, summary_of, tree_of
from helpers.written_results import write_results
from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Summary
from learnsim.report.answer import answer
from learnsim.report.labels import (
    amount,
    arm_words,
    digits_for,
    interval,
    level,
    listed,
    number,
    percent,
    plain,
    setting_label,
    setting_words,
    the_larger,
)

TWO = {"flat-lecture": {}, "hybrid": {}}


def text_of(results):
    return " ".join(answer(Summary(results)))


def by_replicate(**arms):
    return lambda arm, replicate: arms[arm.replace("-", "_")][replicate]


def ends(**arms):
    """Runs that end at the same number for every measure, a little different in each replicate."""
    return lambda arm, replicate, measure, *x: arms[arm.replace("-", "_").replace(" ", "_")] + 0.001 * replicate


def wavering(lead, spread):
    """A lead of ``lead`` on average that goes up and down by ``spread`` from replicate to replicate."""
    return lambda arm, replicate, measure, *x: 0.3 + (lead + spread * (-1) ** replicate) * (arm != "flat-lecture")


def test_the_answer_says_whether_it_is_better_how_evenly_and_for_whom(tmp_path):
    # means .32 and .54; every quarter lies as far from the mean in both arms; the standard deviation is .2 in both
    text = text_of(write_results(tmp_path / "r", by_replicate(flat_lecture=[0.30, 0.32, 0.34], hybrid=[0.50, 0.54, 0.58])))
    assert text.startswith(
        "hybrid is better than flat-lecture: its mean mastery is 54 of a hundred points, 22 more. "
        "Trainees end exactly as evenly as with flat-lecture. "
        "Against flat-lecture, the slowest quarter gains 22 points, the fastest 22, the quietest quarter 22 and the most outgoing 22."
    )
    assert "With 3 replicates no interval can be trusted." in text
    assert "Assumed, not a finding: " in text.split("trusted. ")[1]


def test_a_baseline_that_ends_highest_is_named():
    text = answer_text(tree_of(TWO), ends(flat_lecture=0.5, hybrid=0.4))
    assert text.startswith("hybrid is worse than flat-lecture: its mean mastery is 40 of a hundred points, 10 less; flat-lecture is highest")


def test_a_difference_whose_interval_contains_zero_is_not_reported_as_one():
    text = answer_text(tree_of(TWO), wavering(0.01, 0.1), replicates=20)
    assert text.startswith("These replicates do not show whether hybrid is better than flat-lecture: its mean mastery is 31 of")
    assert "No difference is shown in how evenly trainees end." in text
    assert "No difference is shown for any group of learners, slow or fast, quiet or outgoing." in text


def test_arms_with_the_same_bits_are_called_exactly_alike():
    text = answer_text(tree_of(TWO), ends(flat_lecture=0.5, hybrid=0.5))
    assert text.startswith("hybrid and flat-lecture end exactly alike in every run: mean mastery is 50 of a hundred points.")
    assert "No group of learners gains or loses anything against flat-lecture." in text


def test_the_answer_is_about_the_arm_that_the_question_names():
    arms = {**TWO, "linked-cells": {}}
    values = ends(flat_lecture=0.3, hybrid=0.5, linked_cells=0.6)
    asked = answer_text(tree_of(arms, question="Is the hybrid any good?"), values)
    assert asked.startswith("hybrid is better than flat-lecture: its mean mastery is 50 of a hundred points, 20 more; linked-cells is highest, 10 points above hybrid")
    unasked = answer_text(tree_of(arms), values)
    assert unasked.startswith("linked-cells is better than flat-lecture: its mean mastery is 60 of a hundred points, 30 more; hybrid is better")


def test_the_answer_names_an_arm_that_is_not_significantly_different():
    arms = {**TWO, "next": {"preset": "hybrid", "shuffle": "rotate"}}
    near = {"flat-lecture": 0.3, "hybrid": 0.5}
    text = answer_text(tree_of(arms), lambda arm, r, m: near.get(arm, 0.499 + 0.05 * (-1) ** r) + 0.001 * r, replicates=20)
    assert '"next" is not significantly different from hybrid' in text


def test_arms_that_are_lower_equal_or_undecided_are_named():
    values = {
        "flat-lecture": lambda r: 0.30 + 0.01 * r,
        "hybrid": lambda r: 0.50 + 0.01 * r,
        "copy": lambda r: 0.30 + 0.01 * r,
        "lower": lambda r: 0.20 + 0.01 * r,
        "wavering": lambda r: 0.30 + 0.01 * r + 0.1 * (-1) ** r,
    }
    arms = {**TWO, **{name: {"preset": "hybrid", "officer": "random", "council": 0.1 * n} for n, name in enumerate(list(values)[2:])}}
    text = answer_text(tree_of(arms), lambda arm, r, m: values[arm](r), replicates=20)
    expected = 'of the others, "lower" is worse than flat-lecture, "copy" is exactly like flat-lecture and "wavering" is not significantly different from flat-lecture'
    assert expected in text


def test_one_replicate_says_nothing_about_chance():
    text = answer_text(tree_of(TWO), ends(flat_lecture=0.3, hybrid=0.5), replicates=1)
    assert "With one replicate nothing shows how much of a difference is chance." in text
    assert "[" not in text and "nan" not in text


def test_a_lone_arm_is_described_without_a_comparison():
    text = answer_text(tree_of({"hybrid": {}}), ends(hybrid=0.5))
    assert text.startswith("hybrid: mean mastery is 50 of a hundred points; there is no other arm to compare it with.")


def test_a_baseline_without_a_run_leaves_nothing_to_compare():
    text = answer_text(tree_of(TWO), lambda arm, r, m: math.nan if arm == "flat-lecture" else 0.5)
    assert "hybrid: mean mastery is 50 of a hundred points, and no run of flat-lecture can be compared with it." in text
    three = {**TWO, "linked-cells": {}}
    text = answer_text(tree_of(three), lambda arm, r, m: math.nan if arm == "flat-lecture" else 0.5)
    assert "nothing can be compared with flat-lecture, which has no run with that measure" in text


def test_a_measure_of_which_less_is_better_is_described_that_way():
    arms = {**TWO, "linked-cells": {}}
    values = ends(flat_lecture=30, hybrid=20, linked_cells=25)
    text = answer_text(tree_of(arms, measure="sessions_to_half"), values)
    assert text.startswith("hybrid is better than flat-lecture: its sessions to half is 20 sessions, 10 sessions less; linked-cells is better")


def test_a_measure_of_which_neither_end_is_good_is_only_higher_or_lower():
    text = answer_text(tree_of(TWO, measure="partners"), ends(flat_lecture=3, hybrid=2))
    assert text.startswith("hybrid is lower than flat-lecture: its partners is 2 people, 1 people less")


def test_an_arm_that_ends_evenly_is_described_as_even():
    spread = {"flat-lecture": 0.2, "hybrid": 0.165}
    values = ends(flat_lecture=0.3, hybrid=0.5)
    text = answer_text(tree_of(TWO), lambda arm, r, m: spread[arm] if m == "sd_mastery" else values(arm, r, m))
    assert "Trainees end more evenly than with flat-lecture: the spread of their mastery (standard deviation) is 3.5 points smaller" in text


def test_learners_who_lose_are_named_beside_those_who_gain():
    moved = {"slow_mean": -0.05, "fast_mean": 0.10, "quiet_mean": 0.0, "outgoing_mean": 0.2}
    value = lambda arm, r, m: 0.3 + 0.001 * r + (arm == "hybrid") * moved.get(m, 0.1)  # noqa: E731
    text = answer_text(tree_of(TWO), value)
    assert "the slowest quarter loses 5 points, the fastest gains 10 points, the quietest quarter shows no difference and the most outgoing gains 20 points" in text


def test_groups_without_a_number_are_compared_in_words():
    arms = {name: {} for name in ("flat-lecture", "isolated-cells", "shuffled-cells", "linked-cells", "hybrid")}
    moved = {"slow_mean": 0.05, "fast_mean": 0.10, "quiet_mean": 0.02, "outgoing_mean": 0.2, "slow_fast_gap": 0.05, "sd_mastery": 0.01}
    lead = {"flat-lecture": 0.0, "isolated-cells": 0.9, "shuffled-cells": 0.8, "linked-cells": 1.1, "hybrid": 1.0}
    text = answer_text(
        tree_of(arms, question="And the hybrid?"),
        lambda arm, r, m: 0.3 + 0.001 * r + lead[arm] * (1.0 + 0.01 * (r % 3)) * moved.get(m, 0.1),
        replicates=20,
    )
    assert "the quietest quarter gains 2 points and the most outgoing 20; the slowest quarter gains less than the fastest." in text


def test_over_a_sweep_ranges_are_stated_only_where_every_point_agrees():
    # the lead is x - .25 whatever the other setting is: lower at x = 0, higher at .5 and 1
    tree = tree_of(TWO, {"learning.initial_rapport": [0.0, 0.5, 1.0], "prior.by": ["item", "person"]})
    text = answer_text(tree, lambda arm, r, m, x, y: 0.3 + 0.01 * r + (x - 0.25 + 0.001 * r) * (arm == "hybrid"))
    assert text.startswith("In mean mastery, hybrid is better than flat-lecture at ")
    assert "where the initial rapport is from 0.5 on" in text and "worse at" in text and "where it is 0" in text


def test_one_undecided_point_takes_its_value_out_of_the_range():
    def value(arm, r, m, x):
        return 0.3 + (arm == "hybrid") * (0.1 if x != 3 else 0.1 * (-1) ** r) + 0.001 * r * (arm == "hybrid")

    text = answer_text(tree_of(TWO, {"organisation.cycle_length": [1, 2, 3, 4, 5, 6]}), value, replicates=20)
    assert "better than flat-lecture at all 3 points where the cycle length is from 4 on" in text
    assert "of the 3 others, better at 2 and undecided at 1" in text


def test_over_a_sweep_of_equal_verdicts_the_size_is_stated():
    tree = tree_of(TWO, {"prior.by": ["item", "person"]})
    text = answer_text(tree, lambda arm, r, m, by: 0.3 + 0.001 * r + (arm == "hybrid") * (0.1 if by == "item" else 0.2))
    assert "hybrid is better than flat-lecture at all 2 points, by 10 to 20 points" in text


def test_over_a_sweep_of_three_arms_the_highest_is_named():
    arms = {**TWO, "linked-cells": {}}
    tree = tree_of(arms, {"learning.initial_rapport": [0.0, 0.1, 0.2, 0.4]}, question="And the hybrid?")
    value = {"flat-lecture": 0.5, "hybrid": 0.3, "linked-cells": 0.6}
    assert "; linked-cells is highest at every point." in answer_text(tree, lambda arm, r, m, x: value[arm] + 0.001 * r)


def test_where_no_run_went_well_the_answer_says_only_that(tmp_path):
    results = write_results(tmp_path / "r", by_replicate(), fails=lambda arm, replicate: True, replicates=2)
    assert answer(Summary(results)) == ["No run was successful: all 4 failed."]


def test_failed_runs_are_mentioned_before_anything_else(tmp_path):
    results = write_results(
        tmp_path / "r",
        by_replicate(flat_lecture=[0.3, 0.31, 0.32], hybrid=[0.5, 0.5, 0.6]),
        fails=lambda arm, replicate: arm == "hybrid" and replicate == 1,
    )
    first, second = answer(Summary(results))[:2]
    assert first == "1 of 6 runs failed and is left out."
    assert second.startswith("These replicates do not show whether hybrid is better than flat-lecture: its mean mastery is 55 of")


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol", "saltelli", "morris"])
def test_only_designs_made_for_it_say_how_much_a_setting_decides(kind):
    tree = tree_of(
        TWO,
        {"learning.help_effect": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.0, "high": 1.0}},
        {"kind": kind, "points": {"morris": 16}.get(kind, 64)},
    )
    value = lambda arm, r, m, a, b: 0.3 + 0.001 * r + (arm == "hybrid") * (0.4 * a - 0.1 + 0.01 * b + 0.001 * r * a)  # noqa: E731
    text = answer_text(tree, value)
    assert "where the help effect is from 0." in text
    if kind in ("latin-hypercube", "sobol"):
        assert "which setting decides is known only roughly from these points" in text.lower()
        assert "%" not in text
    else:
        expected = {"saltelli": "the help effect decides more than 99 % and the other less than 1 %", "morris": "moves by 40 points with the help effect"}
        assert expected[kind] in text


def test_the_rest_of_the_settings_is_never_less_than_something_or_less():
    tree = tree_of(TWO, {"learning.initial_rapport": [0.0, 1.0], "prior.share": [0.1, 0.2], "prior.by": ["item", "person"]})
    text = answer_text(tree, lambda arm, r, m, a, b, c: 0.3 + (arm == "hybrid") * (a + 0.001 * b + 0.0001 * (c == "item")) + 0.001 * r)
    assert "each of the others less than 1 %" in text and "or less" not in text


def test_what_was_put_in_and_not_tested_ends_the_answer():
    text = answer_text(tree_of(TWO), ends(flat_lecture=0.3, hybrid=0.5))
    last = re.split(r"(?<=\.) ", text)[-1]
    assert last.startswith("Assumed, not a finding: the effect of a lecture and the effect of working something out together are calibrated")
    assert "the effect of the instructor's work with the officers" in last and last.endswith("assumed without a source and not varied here.")


def test_what_is_swept_is_not_listed_as_assumed():
    tree = tree_of(TWO, {"learning.lecture_effect": [0.1, 0.2], "learning.council_effect": [0.1, 0.2]})
    last = answer_text(tree, lambda arm, r, m, a, b: 0.3 + 0.1 * (arm == "hybrid")).split("Assumed, not a finding: ")[1]
    assert "effect of a lecture" not in last and "instructor's work" not in last
    assert "the effect of working something out together is calibrated" in last


def test_a_calibrated_effect_that_was_set_anew_is_no_longer_calibrated():
    tree = {**tree_of(TWO), "learning": {"lecture_effect": 0.3}}
    last = answer_text(tree, ends(flat_lecture=0.3, hybrid=0.5)).split("Assumed, not a finding: ")[1]
    assert "the effect of working something out together is calibrated" in last


def test_no_sentence_has_a_test_statistic_or_an_interval():
    rng = np.random.default_rng(1)
    values = rng.normal(0.4, 0.1, 1000)
    text = answer_text(tree_of({**TWO, "linked-cells": {}}), lambda arm, r, m: values[hash((arm, r, len(m))) % 1000], replicates=20)
    assert not re.search(r"d_z|BCa|\bp\b|\[|\]|±|standard error", text)


@pytest.mark.parametrize(
    ("half", "digits"), [(0.01, 3), (0.002, 3), (0.0019, 4), (0.0003, 4), (0.00001, 6), (1e-12, 6), (0.0, 3), (math.nan, 3)]
)
def test_an_interval_is_written_with_as_many_digits_as_it_bears(half, digits):
    assert digits_for(half) == digits


def test_numbers_and_names_are_written_as_a_person_would():
    assert interval(Estimate(0.5, math.nan, math.nan, math.nan, 1), sign=True) == "+0.500"
    assert interval(Estimate(0.5, 0.4, 0.6, 0.1, 9)) == "0.500 [0.400, 0.600]"
    assert interval(Estimate(0.0023, -0.0002, 0.0048, 0.1, 9)) == "0.0023 [-0.0002, 0.0048]"
    assert (number(math.nan), percent(0.001), percent(0.999), percent(1.0)) == ("-", "< 1 %", "> 99 %", "100 %")
    assert listed(["a", "b", "c"]) == "a, b and c" and listed([]) == ""
    assert plain({"distribution": "beta", "mean": 0.5, "sd": 0.1}) == "beta(mean=0.5 sd=0.1)"
    assert setting_label("organisation.cycle_length") == "organisation.cycle_length (sessions)"
    assert setting_label("people.helpfulness.mean") == "people.helpfulness.mean (share)"
    assert setting_label("arms.hybrid.fraction") == "arms.hybrid.fraction"


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        ("mean_mastery", 0.284, "28 points"),
        ("mean_mastery", -0.0124, "1.2 points"),
        ("mean_mastery", 0.0101, "1 point"),
        ("mean_mastery", 0.0996, "10 points"),
        ("mean_mastery", 0.0002, "less than 0.1 points"),
        ("mean_mastery", 0.0, "0 points"),
        ("sessions_to_half", -12.34, "12 sessions"),
        ("gini", 0.1434, "0.14"),
        ("gini", 0.001, "less than 0.01"),
        ("distinct_solutions", 3.25, "3.2 solutions"),
        ("helper_time", 6754.2, "6,754 sessions"),
    ],
)
def test_amounts_are_whole_points_of_a_hundred_or_one_decimal(measure, value, text):
    assert amount(measure, value) == text


def test_levels_settings_and_arms_have_words():
    assert level("mean_mastery", 0.616) == "62 of a hundred points" and level("slow_fast_gap", -0.05) == "-5 of a hundred points"
    assert setting_words("organisation.cycle_length") == "cycle length" and setting_words("prior.share") == "prior share"
    assert setting_words("arms.a.b.council") == "council of a.b" and setting_words("people.helpfulness.mean") == "helpfulness mean"
    assert the_larger("organisation.communities") == "the more communities"
    assert the_larger("organisation.cycle_length") == "the larger the cycle length"
    assert [arm_words(name) for name in ("hybrid", "none", "hybrid-fixed", "two words")] == ["hybrid", '"none"', "hybrid-fixed", '"two words"']


def test_the_summary_of_no_run_has_no_cautions_and_an_answer():
    summary = summary_of(tree_of(TWO), lambda *_: math.nan)
    assert answer(summary) == ["No run was successful: all 0 failed."]


def test_a_sweep_in_which_everybody_loses_does_not_say_that_anybody_gains():
    def value(arm, replicate, measure, at):
        gap = {"slow_fast_gap": 0.1, "quiet_outgoing_gap": 0.2 * at - 0.1}.get(measure, -0.2)
        return 0.5 + gap * (arm == "hybrid") + 0.001 * replicate

    tree = tree_of({"flat-lecture": {}, "hybrid": {}}, {"learning.help_effect": [0.0, 1.0]}, baseline="flat-lecture")
    text = answer_text(tree, value)
    assert "fast learners end further ahead of slow ones at every point" in text
    assert "how far outgoing learners end ahead of quiet ones differs from point to point" in text
    assert "gain" not in text
    text = answer_text(tree, lambda arm, replicate, measure, at: 0.5 - 0.2 * (arm == "hybrid") + 0.001 * replicate)
    assert "fast learners end less far ahead of slow ones at every point" in text
