"""Charts: well-formed pictures of the numbers, inside their frame, with names as they are written."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.browser import charts as curves
from learnsim.browser.single_run import SingleRun
from learnsim.models.training.model import TrainingModel
from learnsim.settings import PRESETS, validate

ODD = "<b>&"
SMALL = {
    "organisation": {"trainees": 20, "communities": 2, "cell_size": 4, "cycle_length": 2},
    "training": {"sessions": 6},
}
LETTERS_WIDE = 6.0  # a letter of the legend takes about so much


class Named(SingleRun):
    """A run that is called as a test wants it."""

    name = ODD

    @property
    def arm(self):
        return self.name


def run_of(name=ODD, sessions=6, played=6, preset="hybrid"):
    run = Named(TrainingModel(preset, validate({**SMALL, "training": {"sessions": sessions}}, "x"), seed=1))
    object.__setattr__(run, "name", name)
    for _ in range(played):
        run.model.step()
    return run


def charts(run):
    return {
        "mastery": curves.mastery_chart(run),
        "speed": curves.quarters_chart(run, "fast", "slow"),
        "sociability": curves.quarters_chart(run, "outgoing", "quiet"),
        "distribution": curves.distribution_chart(run),
        "partners": curves.partners_chart(run),
    }


def numbers(text):
    return [float(number) for number in re.split("[ ,]+", text.strip())]


def lines_of(svg):
    """Each curve's points."""
    points = [numbers(line.get("points")) for line in ElementTree.fromstring(svg).iter("polyline")]
    return [list(zip(line[::2], line[1::2], strict=True)) for line in points]


def places_of(svg):
    """Every place in a picture, ends of texts and bars included."""
    for part in ElementTree.fromstring(svg).iter():
        attributes = {key: part.get(key) for key in part.keys()}  # noqa: SIM118 - an element is no dictionary
        if part.tag in ("polyline", "polygon"):
            flat = numbers(attributes["points"])
            yield from zip(flat[::2], flat[1::2], strict=True)
        elif part.tag == "line":
            yield float(attributes["x1"]), float(attributes["y1"])
            yield float(attributes["x2"]), float(attributes["y2"])
        elif part.tag == "rect":
            yield float(attributes["x"]), float(attributes["y"])
            yield float(attributes["x"]) + float(attributes["width"]), float(attributes["y"]) + float(attributes["height"])
        elif part.tag == "circle":
            yield float(attributes["cx"]), float(attributes["cy"])
        elif part.tag == "text":
            yield float(attributes["x"]), float(attributes["y"])


def legend_of(svg):
    """Names and places in the legend: the texts below the axes."""
    return [
        (text.text, float(text.get("x")), float(text.get("y")))
        for text in ElementTree.fromstring(svg).iter("text")
        if float(text.get("y")) > curves.BOTTOM + 20
    ]


def assert_inside(svg):
    left, top, width, height = numbers(ElementTree.fromstring(svg).get("viewBox"))
    for x, y in places_of(svg):
        assert left <= x <= left + width and top <= y <= top + height, (x, y)
    for name, x, _ in legend_of(svg):
        assert x + LETTERS_WIDE * len(name) <= width, name


@pytest.mark.parametrize("played", [0, 1, 4, 6])
def test_every_picture_is_well_formed_and_inside_its_frame(played):
    for svg in charts(run_of(played=played)).values():
        assert ElementTree.fromstring(svg).tag == "svg"
        assert_inside(svg)


def test_names_are_shown_as_they_are_written_whatever_signs_they_have():
    for name, svg in charts(run_of()).items():
        texts = [text.text for text in ElementTree.fromstring(svg).iter("text")]
        assert "<b>" not in svg
        assert any(text == ODD or text.startswith(f"{ODD}, ") for text in texts), name


@pytest.mark.parametrize("played", [0, 1, 4, 6])
def test_a_curve_has_a_point_for_every_session_and_one_for_the_beginning(played):
    pictures = charts(run_of(played=played))
    for name, lines in (("mastery", 1), ("speed", 2), ("sociability", 2), ("partners", 1)):
        assert [len(line) for line in lines_of(pictures[name])] == [played + 1] * lines, name


def test_a_whole_run_reaches_from_the_left_axis_to_the_right_edge():
    for line in lines_of(curves.mastery_chart(run_of())):
        across = [x for x, _ in line]
        assert (across[0], across[-1]) == (curves.LEFT, curves.RIGHT)
        assert across == sorted(across)


def test_a_curve_shows_the_numbers_of_the_measures():
    run = run_of()
    (line,) = lines_of(curves.mastery_chart(run))
    for (_, y), value in zip(line, run.measures()["mean_mastery"], strict=True):
        share = (curves.BOTTOM - y) / (curves.BOTTOM - curves.TOP)
        assert share == pytest.approx(value, abs=0.0005)
    slow = lines_of(curves.quarters_chart(run, "fast", "slow"))[1]
    share = (curves.BOTTOM - slow[-1][1]) / (curves.BOTTOM - curves.TOP)
    assert share == pytest.approx(run.measures()["slow_mean"][-1], abs=0.0005)


def test_every_pictures_text_tells_the_numbers_that_it_draws():
    run = run_of("hybrid")
    descriptions = {name: ElementTree.fromstring(svg).get("aria-label") for name, svg in charts(run).items()}
    first, *_, last = (int(100 * value + 0.5) for value in run.measures()["mean_mastery"])
    assert f"hybrid {last} of 100, from {first} at the start" in descriptions["mastery"]
    assert descriptions["mastery"].startswith("Mean mastery, and from the 10th to the 90th percentile; after 6 sessions: hybrid ")
    assert all(re.search(r"[;:] .*\d", text) for text in descriptions.values())


def test_the_distribution_is_a_step_line_of_twenty_bins():
    assert [len(line) for line in lines_of(curves.distribution_chart(run_of()))] == [40]


def test_training_of_no_sessions_has_pictures_too():
    for svg in charts(run_of(sessions=0, played=0)).values():
        assert_inside(svg)


def test_the_lower_quarter_is_dashed_and_the_upper_is_not():
    svg = curves.quarters_chart(run_of(), "fast", "slow")
    dashed = [line.get("stroke-dasharray") for line in ElementTree.fromstring(svg).iter("polyline")]
    assert dashed == [None, curves.DASHED]


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_legends_of_all_presets_lie_inside_the_picture(preset):
    for svg in charts(run_of(preset, played=2, preset=preset)).values():
        assert_inside(svg)


@hypothesis(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_names_of_any_letters_and_length_fit_into_the_legend(name):
    for which, svg in charts(run_of(name, played=1)).items():
        assert_inside(svg)
        if which == "mastery" and len(name) <= 40:
            assert legend_of(svg)[0][0] == name
        if which == "speed":
            assert [label.rsplit(", ")[-1] for label, _, _ in legend_of(svg)] == ["fast", "slow"]


@given(st.floats(0.1, 1e6))
def test_an_axis_ends_a_little_above_what_it_shows(most):
    end = curves._round_up(most)
    assert most <= end <= 2.5 * most
    assert float(f"{end / 4:.3g}") == pytest.approx(end / 4, rel=1e-12)
