"""Curves in a real browser: what they draw, say and answer are the numbers of the record and of its repetitions."""

import json
import re
from functools import cache

import numpy as np
import pytest

from helpers.our_models import OURS
from helpers.page_records import until
from learnsim.experiments.execution.outcome import histogram
from learnsim.grouping.preparation import prepare
from learnsim.models.registry import MODELS
from learnsim.models.runs import run_arm, setup_of
from learnsim.playback.live import present_of
from learnsim.playback.recording import recording_of
from learnsim.playback.repetitions import repetitions
from learnsim.playback.texts import all_texts
from learnsim.settings import validate

ARMS = ["hybrid", "flat-lecture", "isolated-cells", "collective"]
CHARTS = ["main", "difference", "distribution", "fast_slow", "outgoing_quiet", "partners"]  # in this order
SESSIONS = 20
CLOSE = 0.02  # pixels: coordinates have two digits
PLACES = """() => player.curves.charts.map(({ spec, area, svg }) => ({
    title: spec.title, area, last: spec.last, ticks: spec.ticks, names: spec.lines.map(({ name }) => name),
    lines: [...svg.querySelectorAll(".learnsim-shown .learnsim-curve")].map((path) => path.getAttribute("d")),
    bands: [...svg.querySelectorAll(".learnsim-shown .learnsim-band")].map((path) => [path.getAttribute("class"), path.getAttribute("d")]),
    before: [...svg.querySelectorAll(".learnsim-shown .learnsim-before")].map((path) => path.getAttribute("d")),
    steps: spec.steps ? [...svg.querySelectorAll("g > .learnsim-curve")].map((path) => path.getAttribute("d")) : [],
    shown: Number(svg.querySelector("clipPath rect")?.getAttribute("width")),
    label: svg.getAttribute("aria-label"), role: svg.getAttribute("role"),
}))"""
TEXTS = """() => [...document.querySelectorAll("svg.learnsim-chart")].flatMap((svg) => [...svg.querySelectorAll("text")].map((text) => {
    const box = text.getBoundingClientRect(), place = svg.getBoundingClientRect();
    return { words: text.textContent, size: parseFloat(getComputedStyle(text).fontSize), left: box.left - place.left,
        right: place.right - box.right, top: box.top - place.top, bottom: place.bottom - box.bottom };
}))"""


@cache
def there(kind="training", count=2, **organisation):
    table, _, key = MODELS[kind].periods.partition(".")
    tree = {
        "model": {"kind": kind},
        "organisation": {"trainees": 24, "communities": 2, "cell_size": 4, **organisation},
        table: {key: SESSIONS},
        "arms": {arm: {} for arm in ARMS[:count]},
    }
    return prepare(validate(tree, "test")), ARMS[:count]


@cache
def record_of(*asked, **organisation):
    return recording_of(*there(*asked, **organisation))


@cache
def bands_of(*asked):
    return repetitions(*there(*asked), 5)


def seek(page, row):
    page.evaluate("(row) => { player.clock.seek(row); player.draw(); }", row)


def values_in(path, chart):
    """The rows and values of a path, from its pixels."""
    area, ticks = chart["area"], chart["ticks"]
    places = np.array([[float(number) for number in pair.split()] for pair in re.findall(r"[ML]([^ML]+)", path.rstrip("Z"))])
    rows = (places[:, 0] - area["left"]) / (area["right"] - area["left"]) * chart["last"]
    scale = (ticks[-1] - ticks[0]) / (area["bottom"] - area["top"])
    return rows, ticks[0] + (area["bottom"] - places[:, 1]) * scale, CLOSE * scale


def assert_drawn(path, chart, expected):
    rows, values, close = values_in(path, chart)
    assert rows == pytest.approx(np.arange(len(expected)), abs=0.01)
    assert values == pytest.approx(np.array(expected, float), abs=close)


def test_curves_and_bands_are_the_numbers_of_the_record_and_of_the_repetitions(shown):
    record, bands = record_of(), bands_of()
    charts = dict(zip(CHARTS, shown(record, bands).evaluate(PLACES), strict=True))
    for group, chart in charts.items():
        measures = [m for m in record["measures"] if m["group"] == group and not m["key"].startswith("p")]
        measures += [m for m in record["measures"] if m["key"] == group]
        expected = [(a, m["key"], 100 if m["most"] == 1 else 1) for a in (0, 1) for m in measures]
        if group in ("difference", "distribution"):
            continue
        assert len(chart["lines"]) == len(expected) > 0
        repeated = [path for kind, path in chart["bands"] if "repetitions" in kind]
        assert len(repeated) == len(expected)
        for (arm, key, factor), line, band in zip(expected, chart["lines"], repeated, strict=True):
            assert_drawn(line, chart, factor * np.array(record["arms"][arm]["curves"][key]))
            _, values, close = values_in(band, chart)
            around = bands["arms"][arm][key]
            assert values == pytest.approx(factor * np.array([*around["high"], *around["low"][::-1]]), abs=close)
    people = [path for kind, path in charts["main"]["bands"] if "people" in kind]
    for path, arm in zip(people, record["arms"], strict=True):
        _, values, close = values_in(path, charts["main"])
        assert values == pytest.approx(100 * np.array([*arm["curves"]["p90"], *arm["curves"]["p10"][::-1]]), abs=close)
    first, second = (np.array(arm["curves"]["mean_mastery"]) for arm in record["arms"])
    assert_drawn(charts["difference"]["lines"][0], charts["difference"], 100 * (first - second))
    assert charts["difference"]["ticks"][0] <= 0 <= charts["difference"]["ticks"][-1]


def test_the_distribution_is_pythons_histogram_of_the_row_that_is_shown(shown):
    page = shown(record_of())
    for row in (0, 9, SESSIONS):
        seek(page, row)
        chart = page.evaluate(PLACES)[CHARTS.index("distribution")]
        for arm, path in zip(ARMS, chart["steps"], strict=False):
            run = run_arm(there()[0], arm, 0, engine="compiled", trace=True)
            shares = histogram(run.trace.mastery[row].mean(axis=1)) / 24
            _, values, close = values_in(path, chart)
            assert values == pytest.approx(100 * np.repeat(shares, 2), abs=close)


def test_what_is_to_come_is_apart_from_what_has_been(shown):
    page = shown(record_of())
    for row in (0, 7, SESSIONS):
        seek(page, row)
        for chart in (one for one in page.evaluate(PLACES) if one["lines"]):
            wide = chart["area"]["right"] - chart["area"]["left"]
            assert chart["shown"] == pytest.approx(wide * row / SESSIONS, abs=CLOSE)


def test_every_charts_text_says_the_numbers_that_it_draws(shown):
    page, record, bands = shown(record_of(), bands_of()), record_of(), bands_of()
    seek(page, 7)
    charts = dict(zip(CHARTS, page.evaluate(PLACES), strict=True))
    assert {chart["role"] for chart in charts.values()} == {"img"}
    for a, arm in enumerate(record["arms"]):
        first, now = (round(100 * arm["curves"]["mean_mastery"][row]) for row in (0, 7))
        assert f"{arm['label']} {now} of 100, from {first} at the start" in charts["main"]["label"]
        low, high = (round(100 * bands["arms"][a]["mean_mastery"][end][-1]) for end in ("low", "high"))
        assert f"{arm['label']} {low} to {high}" in charts["main"]["label"]
    assert charts["main"]["label"].startswith("Mean mastery, points of 100; after 7 sessions: hybrid ")
    assert all(re.search(r": .*\d", chart["label"]) for chart in charts.values())
    notes = page.locator("svg.learnsim-chart").first.text_content()
    assert "middle 80 % of people in this run" in notes and "middle 80 % of 5 repetitions" in notes


def test_the_pointer_shows_both_values_and_the_difference_in_all_charts_and_a_click_goes_there(shown):
    page, record = shown(record_of()), record_of()
    over = page.locator(".learnsim-over").first
    box = over.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 12 / SESSIONS, box["y"] + 30)
    first, second = (round(100 * arm["curves"]["mean_mastery"][12]) for arm in record["arms"])
    values = page.locator(".learnsim-values:visible")
    assert values.all_inner_texts() == [f"session 12\nhybrid\n{first}\nflat-lecture\n{second}\ndifference\n+{first - second}"]
    lines = page.evaluate("() => player.curves.charts.map(({ pointer, spec }) => spec.steps || pointer.getAttribute('display'))")
    assert [line for line in lines if isinstance(line, str)] == ["inline"] * 5
    page.mouse.down()
    page.mouse.up()
    until(page, "player.clock.row === 12")
    page.mouse.move(0, 0)
    assert values.count() == 0


def test_curves_are_walked_by_keyboard(shown):
    page, record = shown(record_of()), record_of()
    seek(page, 3)
    over = page.locator(".learnsim-over").first
    page.locator(".learnsim-bar input").last.focus()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.className") != "learnsim-over":
        page.keyboard.press("Tab")
    for key, row in (("ArrowRight", 4), ("ArrowLeft", 3), ("End", SESSIONS), ("Home", 0), ("PageUp", 2)):
        page.keyboard.press(key)
        numbers = [round(100 * arm["curves"]["mean_mastery"][row]) for arm in record["arms"]]
        assert over.get_attribute("aria-valuetext").startswith(f"session {row}, hybrid {numbers[0]}, flat-lecture {numbers[1]}, ")
    assert page.evaluate("player.clock.row") == 3
    page.keyboard.press("Escape")
    assert page.locator(".learnsim-values:visible").count() == 0
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    until(page, "player.clock.row === 2")


def test_the_run_before_stays_in_grey_where_it_can_be_compared(shown):
    page, other = shown(record_of()), record_of(cell_size=8)
    assert all(not chart["before"] for chart in page.evaluate(PLACES))
    page.evaluate("(record) => player.setRecord(record)", other)
    charts = page.evaluate(PLACES)
    before = [arm["curves"]["mean_mastery"] for arm in record_of()["arms"]]
    for path, curve in zip(charts[0]["before"], before, strict=True):
        assert_drawn(path, charts[0], 100 * np.array(curve))
    assert_drawn(charts[1]["before"][0], charts[1], 100 * (np.array(before[0]) - np.array(before[1])))
    assert "before the change" in page.locator("svg.learnsim-chart").first.text_content()
    shorter = json.loads(json.dumps(record_of()))
    shorter["sessions"] = 10
    page.evaluate("(record) => player.setRecord(record)", shorter)
    assert all(not chart["before"] for chart in page.evaluate(PLACES))


def test_rows_that_come_later_are_drawn(shown):
    record = json.loads(json.dumps(record_of()))
    page = shown(record)
    page.evaluate(
        """([record, curves]) => {
            player.setRecord(record);
            player.record.arms.forEach((arm, a) => { arm.curves = curves[a]; arm.rows = 11; });
            player.draw();
            player.record.arms.forEach((arm) => { for (const values of Object.values(arm.curves)) values.push(values.at(-1)); arm.rows = 12; });
            player.draw();
        }""",
        [record, [{key: values[:11] for key, values in arm["curves"].items()} for arm in record["arms"]]],
    )
    chart = page.evaluate(PLACES)[0]
    curve = record["arms"][0]["curves"]["mean_mastery"]
    assert_drawn(chart["lines"][0], chart, 100 * np.array([*curve[:11], curve[10]]))


@pytest.mark.parametrize("width", [320, 390, 700, 1366, 1920])
def test_text_is_never_smaller_than_twelve_pixels_nor_outside(shown, width):
    page = shown(record_of("training", 3), bands_of("training", 3), width=width)
    for text in page.evaluate(TEXTS):
        assert text["size"] >= 12
        assert min(text["left"], text["right"], text["top"], text["bottom"]) > -2, text


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("count", [1, 4])
def test_every_model_has_its_curves_for_one_and_for_four_arms(shown, kind, count):
    page, record = shown(record_of(kind, count), bands_of(kind, count)), record_of(kind, count)
    page.evaluate("player.setLanguage('de')")
    charts = page.evaluate(PLACES)
    groups = {measure["group"] for measure in record["measures"]} - {"more"}
    assert len(charts) == len(groups) + 1 + (count > 1)
    for chart in charts:
        assert chart["lines"] or chart["steps"]
        assert not re.search(r"NaN|undefined|[{}]", chart["label"])
    dashes = page.evaluate("() => player.curves.charts[0].paths.map((path) => path.getAttribute('stroke-dasharray'))")
    assert len(set(dashes)) == count


@pytest.mark.parametrize("kind", OURS)
def test_the_curves_and_picture_of_a_model_as_it_is_now(scripts, kind):
    """As Mesa's own page draws them: of a record that begins with the present row."""
    world = {"organisation": {"trainees": 12, "communities": 2, "cell_size": 3}}
    model = OURS[kind].playable.model(setup_of(prepare(validate({"model": {"kind": kind}, **world}, "x")), "hybrid"))
    for _ in range(3):
        model.step()
    drawn = scripts.evaluate(
        """([json, texts]) => {
          const say = learnsim.texts(texts), record = learnsim.openRecord(json), row = record.rows - 1;
          const [one, other] = [learnsim.make("div"), learnsim.make("div")];
          document.body.append(one, other);
          const curves = new learnsim.Curves(one, { say }), picture = new learnsim.Picture(other, { say });
          for (let again = 0; again < 2; again++) {
            curves.show(record);
            curves.draw(row);
            picture.show(record, 0);
            picture.draw({ row, share: 0, phase: null }, { chosen: 2 });
          }
          const key = learnsim.legendOf(record, say, true).textContent;
          const answer = [row, one.querySelectorAll("svg.learnsim-chart").length, picture.x.length, key];
          curves.destroy();
          picture.destroy();
          return answer;
        }""",
        [present_of(model), all_texts()["en"]],
    )
    groups = {group for group in OURS[kind].playable.CURVES.values() if group not in ("more", "wrong")}
    assert drawn[:3] == [3, len(groups) + 1, 12]
    texts = all_texts()["en"]
    assert not any(texts[f"legend.{phase}"] in drawn[3] for phase in ("council", "briefing", "lecture"))
