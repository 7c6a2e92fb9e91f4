"""Figures: every kind of design gets its own, and each can be read: axes have names and units, signs have shapes."""

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import learnsim
from helpers.figure_checks import run_of
from helpers.written_results import write_results
from learnsim.analysis.summary import Summary
from learnsim.analysis.verdicts import verdicts_of
from learnsim.report.figures.axes import axis_of
from learnsim.report.figures.gallery import draw_figure, draw_figures, figure_titles
from learnsim.report.figures.heatmap import heatmap_figure
from learnsim.report.figures.importance import indices_figure, shares_figure
from learnsim.report.figures.interaction import interaction_figure
from learnsim.report.figures.learning_curves import learning_curves_figure
from learnsim.report.figures.map import map_figure
from learnsim.report.figures.panels import arms_shown
from learnsim.report.figures.profiles import bins_of, profiles_figure
from learnsim.report.figures.response import response_figure
from learnsim.report.figures.slow_and_fast import slow_and_fast_figure
from learnsim.report.figures.style import style

pytestmark = pytest.mark.thorough

R0, SHARE, JOINT = "learning.initial_rapport", "prior.share", "learning.joint_effect"
LISTED = {R0: [0.0, 0.5, 1.0], SHARE: [0.1, 0.2], JOINT: [0.1, 0.3]}
DRAWN = {R0: {"low": 0.0, "high": 1.0}, SHARE: {"low": 0.01, "high": 0.9, "scale": "log"}, "prior.by": ["item", "person"]}
PLAIN = {"learning_curves", "slow_and_fast", "distribution", "tree"}


def lead(arm, replicate, *x):
    """The hybrid leads by the first swept value less a quarter; the second adds a little, and draws moves both."""
    draws = 0.001 * replicate
    own = (x[0] - 0.25) * (1.0 + draws) + 0.1 * x[1] if len(x) > 1 else (x[0] - 0.25) * (1.0 + draws) if x else 0.2 + draws
    return 0.3 + 0.01 * replicate + (0.3 * own if arm != "flat-lecture" else 0.0)


def draw_all(folder, results):
    """Draw every figure that fits."""
    summary = Summary(results)
    return draw_figures(folder, summary, run_of(summary))


def swept(count):
    return dict(list(LISTED.items())[:count])


DESIGNS = {
    "no sweep": ({}, PLAIN),
    "one setting": ({"sweep": swept(1)}, {"response", "tree"}),
    "two settings": ({"sweep": swept(2)}, {"response", "heatmap", "interaction", "effects", "tree"}),
    "three settings": ({"sweep": swept(3)}, {"response", "effects", "tree"}),
    "zip": ({"sweep": {R0: [0.0, 0.5, 1.0], SHARE: [0.1, 0.2, 0.3]}, "design": {"kind": "zip"}}, {"response", "tree"}),
    "latin-hypercube": ({"sweep": DRAWN, "design": {"kind": "latin-hypercube", "points": 40}}, {"map", "profiles", "sensitivity", "peeling"}),
    "saltelli": ({"sweep": DRAWN, "design": {"kind": "saltelli", "points": 8}}, {"map", "profiles", "sensitivity", "peeling"}),
    "morris": ({"sweep": DRAWN, "design": {"kind": "morris", "points": 6}}, {"map", "profiles", "sensitivity", "peeling"}),
    "one range": ({"sweep": {R0: DRAWN[R0]}, "design": {"kind": "sobol", "points": 32}}, {"map", "profiles", "sensitivity", "peeling"}),
}


@pytest.mark.parametrize("case", DESIGNS)
def test_every_kind_of_design_gets_its_figures_as_png_and_svg(case, tmp_path):
    fields, names = DESIGNS[case]
    drawings = draw_all(tmp_path / "figures", write_results(tmp_path / "r", lead, **fields))
    assert {drawing.name for drawing in drawings} == names
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {f"{n}.{e}" for n in names for e in ("png", "svg")}
    assert all(drawing.title and drawing.shows and drawing.width > 3.0 for drawing in drawings)


@pytest.fixture(scope="module")
def summaries(tmp_path_factory):
    home = tmp_path_factory.mktemp("figures")
    return {case: Summary(write_results(home / case.replace(" ", "-"), lead, **fields)) for case, (fields, _) in DESIGNS.items()}


DRAWINGS = [
    ("no sweep", learning_curves_figure),
    ("no sweep", slow_and_fast_figure),
    ("one setting", response_figure),
    ("zip", response_figure),
    ("two settings", response_figure),
    ("two settings", heatmap_figure),
    ("two settings", interaction_figure),
    ("three settings", shares_figure),
    ("latin-hypercube", map_figure),
    ("one range", map_figure),
    ("saltelli", profiles_figure),
    ("saltelli", indices_figure),
    ("morris", indices_figure),
]


@pytest.mark.parametrize(("case", "draw"), DRAWINGS, ids=lambda fields: fields if isinstance(fields, str) else fields.__name__)
def test_axes_say_what_they_show_in_which_unit(case, draw, summaries):
    with style():
        figure = draw(summaries[case])
    panels = [panel for panel in figure.axes if panel.get_visible()]
    across = {figure.get_supxlabel(), *(panel.get_xlabel() for panel in panels)} - {""}
    upwards = {figure.get_supylabel(), *(panel.get_ylabel() for panel in panels)} - {""}
    named = [label.get_text() for panel in panels for label in panel.get_yticklabels()]  # arms or settings
    assert across and (upwards or "hybrid" in named or any(R0 in name for name in named))
    units = ("(0 to 1)", "(ratio)", "(probability)", "(%)", "share of the variance between points", "mastery", "session", "prior.by")
    assert all(any(unit in text for unit in units) for text in across | upwards)
    assert figure.get_suptitle()


def test_numbers_over_decades_lie_on_a_log_axis_and_names_side_by_side(tmp_path):
    sweep = {"organisation.cycle_length": [1, 3, 60], "training.sessions": [10, 20], "prior.by": ["item", "person"]}
    design = write_results(tmp_path / "r", lambda *x: 0.5, sweep=sweep, replicates=1).design
    assert [axis_of(design, name).kind for name in sweep] == ["log", "number", "names"]
    assert axis_of(design, "prior.by").places(["person", "item"]).tolist() == [1.0, 0.0]
    assert axis_of(design, "organisation.cycle_length").places([60, 1]).tolist() == [60.0, 1.0]


@pytest.mark.parametrize(("arms", "colours"), [(("flat-lecture",), "brighter"), (("flat-lecture", "hybrid"), "red")])
def test_the_caption_of_a_heat_map_names_the_colours_that_are_drawn(arms, colours, tmp_path):
    results = write_results(tmp_path / "r", lead, sweep=swept(2), arms=arms)
    captions = {drawing.name: drawing.shows for drawing in draw_all(tmp_path / "figures", results)}
    assert colours in captions["heatmap"]


def test_a_heat_map_writes_the_differences_and_hatches_what_is_undecided(tmp_path):
    # the lead is .2, .1, 0 and 0; at the third it changes sign from replicate to replicate, at the fourth there is none
    leads = {(0.0, 0.1): [0.2] * 3, (0.0, 0.2): [0.1] * 3, (1.0, 0.1): [0.01, 0.0, -0.01], (1.0, 0.2): [0.0] * 3}
    results = write_results(
        tmp_path / "r",
        lambda arm, replicate, *x: 0.3 + (leads[x][replicate] if arm == "hybrid" else 0.0),
        sweep={R0: [0.0, 1.0], SHARE: [0.1, 0.2]},
    )
    with style():
        panel = heatmap_figure(Summary(results)).axes[0]
    texts = {(round(text.get_position()[0]), round(text.get_position()[1])): text.get_text() for text in panel.texts}
    hatched = [patch.get_xy() for patch in panel.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    # two settings of two values: the second lies across, the first goes up
    assert (panel.figure.get_supxlabel(), panel.figure.get_supylabel()) == ("prior.share (probability)", "learning.initial_rapport (ratio)")
    assert texts == {(0, 0): "+.200", (1, 0): "+.100", (0, 1): "+.000", (1, 1): "+.000"}
    assert hatched == [(-0.5, 0.5)]
    norm = panel.images[0].norm
    assert norm.vcenter == 0.0 and norm.vmax == -norm.vmin == pytest.approx(0.2)


def test_the_map_shows_every_point_once_and_the_shape_says_who_wins(summaries):
    summary = summaries["latin-hypercube"]
    with style():
        panel = map_figure(summary).axes[0]
    verdicts = verdicts_of(summary, "hybrid", "mean_mastery")
    drawn = [len(dots.get_offsets()) for dots in panel.collections if isinstance(dots, PathCollection)]
    assert sorted(drawn) == sorted(n for n in map(verdicts.count, ("higher", "lower", "undecided", "equal")) if n)
    assert sum(drawn) == 40 and len(drawn) > 1
    shapes = {dots.get_paths()[0].vertices.tobytes() for dots in panel.collections if isinstance(dots, PathCollection)}
    assert len(shapes) == len(drawn)
    assert panel.get_xlabel() == "learning.initial_rapport (ratio)"  # what decides most lies across


def test_bins_hold_equally_many_points_and_their_mean(summaries):
    places = np.arange(80.0)
    bins = bins_of(places, np.where(places < 40.0, 1.0, 3.0))
    assert [one.estimate.count for one in bins] == [10] * 8
    assert [one.estimate.mean for one in bins] == [1.0] * 4 + [3.0] * 4
    few = bins_of(np.array([0.0, 1.0, 1.0, 0.0]), np.array([1.0, 5.0, 7.0, np.nan]))
    assert [(one.place, one.estimate.mean, one.estimate.count) for one in few] == [(0.0, 1.0, 1), (1.0, 6.0, 2)]


def test_points_on_few_values_are_moved_apart_always_in_the_same_way(summaries):
    axis = axis_of(summaries["morris"].results.design, "prior.by")
    fields = ["item", "person"] * 20
    once, again = axis.scattered(fields, 0), axis.scattered(fields, 0)
    assert (once == again).all() and len(np.unique(once)) == 40
    assert (np.abs(once - axis.places(fields)) <= 0.3).all()


def test_of_thirty_arms_the_curves_show_the_highest_and_the_lowest(tmp_path):
    arms = ("flat-lecture", *(f"arm-{number:02d}" for number in range(29)))
    results = write_results(tmp_path / "r", lambda arm, replicate: 0.3 + 0.01 * int(arm[-2:]) if arm[-1].isdigit() else 0.2, arms=arms)
    with style():
        figure = learning_curves_figure(Summary(results))
    shown = [panel.get_title(loc="left") for panel in figure.axes if panel.get_visible()]
    assert shown == ["arm-28", "arm-27", "arm-26", "arm-25", "arm-24", "arm-23", "arm-01", "arm-00"]
    assert any("8 of 29 arms" in " ".join(text.get_text().split()) for text in figure.findobj(Text))


@pytest.mark.parametrize("case", ["no sweep", "two settings", "morris"])
def test_an_arm_without_a_finished_run_is_left_out(case, tmp_path):
    fields, names = DESIGNS[case]
    arms = ("flat-lecture", "hybrid", "other")
    results = write_results(tmp_path / "r", lead, arms=arms, fails=lambda arm, replicate: arm == "hybrid", **fields)
    drawings = draw_all(tmp_path / "figures", results)
    assert {drawing.name for drawing in drawings} == names
    assert arms_shown(Summary(results)) == (["other"], "")


@pytest.mark.parametrize(("case", "left"), [("no sweep", PLAIN), ("two settings", {"tree"}), ("morris", set())])
def test_without_the_baselines_runs_nothing_is_compared(case, left, tmp_path):
    results = write_results(tmp_path / "r", lead, fails=lambda arm, replicate: arm == "flat-lecture", **DESIGNS[case][0])
    assert {drawing.name for drawing in draw_all(tmp_path / "figures", results)} == left


def test_where_no_run_went_well_there_are_no_figures(tmp_path):
    results = write_results(tmp_path / "r", lead, fails=lambda arm, replicate: True)
    assert draw_all(tmp_path / "figures", results) == []
    assert not (tmp_path / "figures").exists()


def test_drawing_leaves_matplotlib_as_it_was(tmp_path):
    before = dict(matplotlib.rcParams)
    draw_all(tmp_path / "figures", write_results(tmp_path / "r", lead))
    assert dict(matplotlib.rcParams) == before


def test_the_organisation_is_drawn_of_the_run_that_is_handed_in(tmp_path):
    summary = Summary(write_results(tmp_path / "r", lead))
    three = {"organisation": {"trainees": 30, "communities": 3}, "training": {"sessions": 4}}
    asked, record = [], learnsim.run(three, arm="hybrid")
    figure = draw_figure(summary, "tree", lambda arm: asked.append(arm) or record)
    assert asked == ["hybrid"] and "3 communities" in figure.get_suptitle().replace("\n", " ")


def test_naming_the_figures_and_drawing_the_others_runs_nothing(tmp_path):
    summary = Summary(write_results(tmp_path / "r", lead))
    never = lambda arm: pytest.fail("a model is run")  # noqa: E731
    assert set(figure_titles(summary)) == PLAIN
    draw_figure(summary, "learning_curves", never)
