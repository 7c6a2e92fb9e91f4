"""Answer: the sentences agree with numbers worked by hand."""

import math

import pytest
from written import written

from learnsim.analysis.answer import answer
from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Summary
from learnsim.analysis.words import digits_for, interval, listed, number, percent, plain, setting_label


def said(results):
    return " ".join(answer(Summary(results)))


def by_replicate(**arms):
    return lambda arm, replicate: arms[arm.replace("-", "_")][replicate]


def test_the_answer_names_the_highest_arm_its_lead_and_for_whom(tmp_path):
    # hybrid: mean .54, sd .04; differences .20 .22 .24: mean .22, sd .02; t with 2 degrees of freedom is 4.3027
    text = said(written(tmp_path / "r", by_replicate(flat_lecture=[0.30, 0.32, 0.34], hybrid=[0.50, 0.54, 0.58])))
    half = 4.302652729911275 * 0.02 / math.sqrt(3)
    assert text.startswith(
        "Highest mean mastery: hybrid, 0.540 [0.441, 0.639]; "
        f"+0.220 [{0.22 - half:.3f}, {0.22 + half:.3f}] against flat-lecture (d_z = 11.0, above it in 100 % of replicates)."
    )
    assert "For whom (hybrid against flat-lecture): slowest quarter +0.220 [0.170, 0.270]; fastest quarter +0.220" in text


def test_a_baseline_that_ends_highest_is_said_to(tmp_path):
    text = said(written(tmp_path / "r", by_replicate(flat_lecture=[0.50, 0.52], hybrid=[0.40, 0.43]), replicates=2))
    assert text.startswith("Highest mean mastery: flat-lecture, 0.510 [")
    # .10 and .09: mean .095, half-width 12.7062 * .005
    assert "Next: hybrid, 0.095 [0.031, 0.159] below." in text
    assert "slowest quarter -0.095" in text


def test_arms_that_nobody_can_tell_apart_are_said_to_be_undecided_and_equal_ones_equal(tmp_path):
    values = {
        "flat-lecture": [0.30, 0.31, 0.32],
        "hybrid": [0.50, 0.51, 0.53],
        "twin": [0.50, 0.51, 0.53],
        "copy": [0.30, 0.31, 0.32],
        "lower": [0.20, 0.21, 0.23],
        "wavering": [0.29, 0.32, 0.33],
    }
    text = said(written(tmp_path / "r", lambda arm, replicate: values[arm][replicate], arms=tuple(values)))
    assert "The same in every run: twin." in text
    assert "Against flat-lecture, higher: 2 of 5 other arms; lower: lower; equal: copy; undecided: wavering." in text


def test_one_replicate_says_nothing_about_chance(tmp_path):
    text = said(written(tmp_path / "r", by_replicate(flat_lecture=[0.3], hybrid=[0.5]), replicates=1))
    assert text.startswith("Highest mean mastery: hybrid, 0.500; +0.200 against flat-lecture.")
    assert "One replicate: how much of this is chance is not known." in text
    assert "[" not in text and "nan" not in text


def test_a_lone_arm_is_told_without_a_comparison(tmp_path):
    text = said(written(tmp_path / "r", by_replicate(hybrid=[0.5, 0.6]), arms=("hybrid",), replicates=2))
    assert text == "Highest mean mastery: hybrid, 0.550 [-0.085, 1.185]."


def test_over_a_sweep_it_is_said_where_an_arm_wins_and_loses_and_what_decides_it(tmp_path):
    # the lead is x - .25 whatever the other setting is: lower at x = 0, higher at .5 and 1; all variance is the first setting's
    results = written(
        tmp_path / "r",
        lambda arm, replicate, x, y: 0.3 + 0.01 * replicate + (x - 0.25 + 0.001 * replicate) * (arm == "hybrid"),
        sweep={"learning.r0": [0.0, 0.5, 1.0], "prior.by": ["item", "person"]},
    )
    text = said(results)
    assert "hybrid against flat-lecture, mean mastery: higher at 4 and lower at 2 of 6 points; " in text
    assert "from -0.249 [-0.251, -0.247] (learning.r0 = 0, prior.by = item) to +0.751" in text
    assert "hybrid is higher where learning.r0 is 0.5 to 1, lower where learning.r0 is 0." in text
    assert "What decides it (share of the variance between points): learning.r0 (100 %); the others nothing." in text


def test_over_a_sweep_of_three_arms_it_is_said_how_often_each_ends_highest(tmp_path):
    ends = {"flat-lecture": lambda x: 0.5, "hybrid": lambda x: 0.3 + x, "other": lambda x: 0.4}
    results = written(
        tmp_path / "r", lambda arm, replicate, x: ends[arm](x), arms=tuple(ends), sweep={"learning.r0": [0.0, 0.1, 0.2, 0.4]}
    )
    assert said(results).startswith("Highest mean mastery: flat-lecture at 2, flat-lecture = hybrid at 1 and hybrid at 1 of 4 points.")


def test_where_no_run_went_well_the_answer_says_only_that(tmp_path):
    results = written(tmp_path / "r", by_replicate(), fails=lambda arm, replicate: True, replicates=2)
    assert answer(Summary(results)) == ["No run went well: all 4 failed."]


def test_failed_runs_are_said_before_anything_else(tmp_path):
    results = written(
        tmp_path / "r",
        by_replicate(flat_lecture=[0.3, 0.31, 0.32], hybrid=[0.5, 0.5, 0.6]),
        fails=lambda arm, replicate: arm == "hybrid" and replicate == 1,
    )
    first, second = answer(Summary(results))[:2]
    assert first == "1 of 6 runs failed; what follows is about the others."
    assert second.startswith("Highest mean mastery: hybrid, 0.550")


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol", "saltelli", "morris"])
def test_drawn_points_are_told_by_the_setting_that_decides(kind, tmp_path):
    results = written(
        tmp_path / "r",
        lambda arm, replicate, a, b: 0.3 + 0.001 * replicate + (arm == "hybrid") * (0.4 * a - 0.1 + 0.01 * b + 0.001 * replicate * a),
        sweep={"learning.r0": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.0, "high": 1.0}},
        design={"kind": kind, "points": {"saltelli": 64, "morris": 8}.get(kind, 64)},
    )
    text = said(results)
    assert "hybrid is higher where learning.r0 is " in text
    assert "): learning.r0 (" in text.split("What decides it")[1]


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
    assert setting_label("training.cycle_length") == "training.cycle_length (sessions)"
    assert setting_label("people.helpfulness.mean") == "people.helpfulness.mean (share)"
    assert setting_label("arms.hybrid.fraction") == "arms.hybrid.fraction"
