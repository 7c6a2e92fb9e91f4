"""Readable texts: with names of up to 60 letters in any script no text of any figure stands on another or leaves the picture."""

import warnings

import numpy as np
import pytest
from matplotlib import font_manager

from helpers.figure_checks import faults_in, run_of, texts_of
from helpers.written_results import write_results
from learnsim.analysis.summary import Summary
from learnsim.report.figures import text_width as letters
from learnsim.report.figures.gallery import _fitting, _letters_of
from learnsim.report.figures.style import style

pytestmark = pytest.mark.thorough

NAMES = {
    "latin": ("weekly peer coaching in mixed cells by site and department x", "W" * 60),
    "signs": (r"$x^2$_a\frac_{ü} % & <b> #", "_begins with an underscore and a $"),
    "accents": ("e\u0301\u0302\u0323" * 15, "ﬁ" * 29 + " " + "Å" * 30),
    "right to left": ("אבגדה " * 9 + "אבגדה", "مرحبا " * 9 + "مرحبا"),
    "wide": ("学" * 60, "한" * 30 + "日" * 30),
    "emoji": ("😀" * 60, "👩🏽" * 30),
}
R0, SHARE, JOINT = "learning.initial_rapport", "prior.share", "learning.joint_effect"
PRESETS = ["hybrid", "shuffled-cells", "linked-cells", "isolated-cells", "peer-instruction", "collective"]
TRAITS = [{"distribution": "beta", "mean": 0.2857, "sd": 0.16}, {"distribution": "lognormal", "mean": 0.3, "cv": 0.7}]


def lead(arm, replicate, *x):
    numbers = [value for value in x if isinstance(value, float)]
    own = (numbers[0] - 0.25 if numbers else 0.2) * (1.0 + 0.001 * replicate) + 0.1 * sum(numbers[1:2])
    return 0.3 + 0.01 * replicate + (0.3 * own if arm != "flat-lecture" else 0.0)


def designs(name):
    """Experiments that together have every figure but the one of targets, with the longest settings and values."""
    own = f"arms.{name}.fraction"
    drawn = {R0: {"low": 0.0, "high": 1.0}, SHARE: {"low": 0.01, "high": 0.9, "scale": "log"}, own: {"low": 0.1, "high": 1.0}}
    return {
        "plain": {},
        "presets": {"sweep": {f"arms.{name}.preset": PRESETS, R0: [0.1, 0.5]}},
        "three": {"sweep": {"people.learning_speed": TRAITS, own: [0.2, 0.4], JOINT: [0.1, 0.3]}},
        "zip": {"sweep": {R0: [0.0, 0.5], own: [0.1, 0.2], "training.throttle": ["slowest", "mean"]}, "design": {"kind": "zip"}},
        "saltelli": {"sweep": drawn, "design": {"kind": "saltelli", "points": 4}},
        "morris": {"sweep": drawn, "design": {"kind": "morris", "points": 4}},
    }


CASES = [*(("latin", case) for case in designs("x")), *((script, "plain") for script in NAMES if script != "latin")]


@pytest.mark.parametrize(("script", "case"), CASES)
def test_no_text_stands_on_another_or_leaves_the_figure(script, case, tmp_path):
    names = NAMES[script]
    fields = designs(names[0])[case]
    summary = Summary(write_results(tmp_path / "r", lead, arms=("flat-lecture", *names), replicates=2, **fields))
    with style(_letters_of(summary)):
        for drawing, draw in _fitting(summary):
            if drawing.name == "tree" and case != "plain":
                continue
            figure = draw(run_of(summary))
            assert faults_in(figure) == [], drawing.name
            assert figure.get_suptitle()


def test_every_swept_setting_is_named_beside_its_bar(tmp_path):
    names = NAMES["latin"]
    swept = {"learning.initial_rapport", "prior.share", f"arms.{names[0]}.fraction"}
    summary = Summary(write_results(tmp_path / "r", lead, arms=("flat-lecture", *names), replicates=2, **designs(names[0])["morris"]))
    with style():
        figure = {drawing.name: draw for drawing, draw in _fitting(summary)}["sensitivity"](run_of(summary))
        labels = [" ".join(text.split()) for text, _ in texts_of(figure)]
    assert all(sum(text.startswith(name) for text in labels) == 2 for name in swept)


def test_a_name_with_signs_is_drawn_letter_by_letter_in_legend_and_title(tmp_path):
    summary = Summary(write_results(tmp_path / "r", lead, arms=("flat-lecture", *NAMES["signs"]), sweep={R0: [0.0, 0.5]}))
    with style():
        figure = {drawing.name: draw for drawing, draw in _fitting(summary)}["response"](run_of(summary))
        labels = [" ".join(text.split()) for text, _ in texts_of(figure)]
    assert set(NAMES["signs"]) <= set(labels)


def test_a_letter_that_an_installed_font_has_is_drawn_with_it(tmp_path, monkeypatch):
    font = tmp_path / "made.ttf"
    made_font(font, "Made For This", "学日")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    font_manager.fontManager.addfont(font)
    letters._letters_of.cache_clear()
    if "Made For This" in letters.families_for("学"):  # else another installed font has it
        with style("日学"), warnings.catch_warnings():
            warnings.simplefilter("error")
            assert letters.width_of("学日", 9.0) > 0.0
    assert len(letters.families_for("学")) == 2
    assert letters.families_for("plain") == ["DejaVu Sans"]
    letters._letters_of.cache_clear()


def made_font(path, family, characters):
    """A font that has squares for some letters and nothing else."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for place in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(place)
    pen.closePath()
    square, builder = pen.glyph(), FontBuilder(1000)
    names = [".notdef", *(f"letter{number}" for number in range(len(characters)))]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name for letter, name in zip(characters, names[1:], strict=True)})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)


@pytest.mark.parametrize("content", [b"", b"no font", b"\0\1\0\0" + bytes(200)])
def test_a_font_file_that_is_broken_costs_no_figure(content, tmp_path, monkeypatch):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(content)
    entry = font_manager.FontEntry(fname=str(broken), name="Broken")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [entry, *font_manager.fontManager.ttflist])
    letters._letters_of.cache_clear()
    assert "Broken" not in letters.families_for("\U0001f9ff")
    letters._letters_of.cache_clear()


def test_lines_are_cut_between_words_and_accents_stay_with_their_letters():
    with style():
        lines = letters.wrapped("peer coaching in mixed cells", 1.0, 9.0).split("\n")
        assert " ".join(lines) == "peer coaching in mixed cells" and len(lines) > 1
        broken = letters.wrapped("e\u0301" * 40, 0.5, 9.0)
        assert broken.replace("\n", "") == "e\u0301" * 40 and "\n\u0301" not in broken
        assert all(letters.width_of(line, 9.0) <= 1.0 for line in lines)


@pytest.mark.parametrize(("size", "dpi"), [(8.0, 72), (9.0, 100), (10.5, 300)])
def test_a_text_is_as_wide_in_a_small_picture_as_in_a_large_one(size, dpi):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(9, 3), dpi=dpi)
        FigureCanvasAgg(figure)
        text = figure.text(0.0, 0.0, NAMES["latin"][0], fontsize=size)
        assert np.isclose(text.get_window_extent().width / dpi, letters.width_of(NAMES["latin"][0], size), atol=0.02)
