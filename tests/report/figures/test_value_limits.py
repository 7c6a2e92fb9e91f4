"""Value limits: no axis shows a value that what it shows cannot have, and nothing of what it shows lies beyond its end."""

import numpy as np
import pytest

from helpers.figure_checks import run_of, values_shown
from helpers.our_models import OURS
from helpers.written_results import write_results
from learnsim.analysis.summary import Summary
from learnsim.report.figures.gallery import _fitting
from learnsim.report.figures.style import style
from learnsim.report.figures.text_fitting import settle
from learnsim.report.figures.value_limits import limits_of, limits_of_setting

R0, SHARE = "learning.initial_rapport", "prior.share"
RANGES = {R0: {"low": 0.0, "high": 1.0}, "organisation.cell_size": {"low": 1, "high": 4}}
DESIGNS = {
    "plain": {},
    "one": {"sweep": {R0: [0.0, 1.0]}},
    "two": {"sweep": {R0: [0.0, 1.0], "training.turnover": [0.0, 0.5, 1.0]}},
    "sobol": {"sweep": RANGES, "design": {"kind": "sobol", "points": 16}},
    "saltelli": {"sweep": RANGES, "design": {"kind": "saltelli", "points": 4}},
    "morris": {"sweep": RANGES, "design": {"kind": "morris", "points": 4}},
}
OF_LABELS = {
    "(0 to 1)": (0.0, 1.0),
    "(%)": (0.0, 100.0),
    "mu*": (0.0, np.inf),
    "sigma": (0.0, np.inf),
    "session": (0.0, np.inf),
    R0: (0.0, 1.0),
    "training.turnover": (0.0, 1.0),
    "cell_size": (1.0, np.inf),
    "difference": (-1.0, 1.0),
}


def extreme(arm, replicate, *x):
    """Replicates differ so much that intervals reach far beyond 0 and 1."""
    return [0.0, 1.0, 0.97][replicate] if arm == "hybrid" else [1.0, 0.0, 0.05][replicate]


@pytest.mark.thorough
@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("case", DESIGNS)
def test_an_axis_ends_where_its_quantity_ends(case, alone, tmp_path):
    arms = ("hybrid",) if alone else ("flat-lecture", "hybrid", "other")
    summary = Summary(write_results(tmp_path / "r", extreme, arms=arms, **DESIGNS[case]))
    seen = 0
    with style():
        for drawing, draw in _fitting(summary):
            figure = draw(run_of(summary))
            settle(figure)
            over = {"x": figure.get_supxlabel(), "y": figure.get_supylabel()}
            for panel in figure.axes:
                if not panel.get_visible() or not panel.axison or panel.images or panel.get_label() == "<colorbar>":
                    continue
                for (low, high), label in zip(
                    values_shown(panel), (panel.get_xlabel() or over["x"], panel.get_ylabel() or over["y"]), strict=True
                ):
                    named = next((limits for words, limits in reversed(OF_LABELS.items()) if words in label), None)
                    if named:
                        seen += 1
                        assert low >= named[0] - 1e-9 and high <= named[1] + 1e-9, (drawing.name, label)
    assert seen


def test_all_that_is_drawn_lies_between_an_axis_ends(tmp_path):
    sweep = {R0: [0.0, 1.0], SHARE: [0.1, 0.9]}
    value = lambda arm, replicate, r0, share: 0.3 + 0.01 * replicate + (0.6 * r0 * share if arm == "hybrid" else 0.0)  # noqa: E731
    summary = Summary(write_results(tmp_path / "r", value, sweep=sweep))
    with style():
        for name, draw in ((drawing.name, draw) for drawing, draw in _fitting(summary)):
            if name not in ("response", "interaction"):
                continue
            for panel in draw(run_of(summary)).axes:
                low, high = panel.get_ylim()
                points = [y for line in panel.lines for y in np.atleast_1d(line.get_ydata())]
                assert points and low <= min(points) and max(points) <= high


def test_counts_have_whole_ticks(tmp_path):
    summary = Summary(write_results(tmp_path / "r", lambda *ignored: 0.3, **DESIGNS["sobol"]))
    with style():
        for _, draw in _fitting(summary):
            for panel in draw(run_of(summary)).axes:
                if "cell_size" in panel.get_xlabel():
                    assert all(place == round(place) for place in panel.get_xticks())
    plain = Summary(write_results(tmp_path / "plain", lambda *ignored: 0.3))
    with style():
        curves = {drawing.name: draw for drawing, draw in _fitting(plain)}["learning_curves"](run_of(plain))
    assert all(place == round(place) for panel in curves.axes for place in panel.get_xticks())


@pytest.mark.parametrize("kind", OURS)
def test_every_measure_has_limits_that_its_unit_allows(kind):
    for measure, (_, unit) in OURS[kind].measures.items():
        low, high = limits_of(measure)
        assert low < high and (unit not in ("sessions", "periods", "people", "solutions") or (low, high) == (0.0, np.inf))
        assert limits_of(measure, difference=True) == (low - high, high - low)


def test_a_settings_limits_are_those_of_its_declaration():
    assert limits_of_setting("learning.initial_rapport") == (0.0, 1.0)
    assert limits_of_setting("organisation.cell_size")[0] == 1.0
    assert limits_of_setting("arms.hybrid.exchange") in ((0.0, 1.0), (-np.inf, np.inf))
