"""The page in a real browser: what a trainer does with it, and what they then see."""

import re
import time
from base64 import b64decode
from io import BytesIO

import numpy as np
import psutil
import pytest
from PIL import Image

from helpers.shown_settings import PLAYER, settled
from learnsim.models.runs import run_arm
from learnsim.settings import Settings, load

CHOSEN = [230, 0, 122]  # the ring around somebody pointed at


def pixels(page, side):
    """Return what is drawn, decoded, shape (pixels, 3)."""
    picture = page.locator("canvas").nth(side).evaluate("canvas => canvas.toDataURL('image/png')")
    return np.asarray(Image.open(BytesIO(b64decode(picture.partition(",")[2]))).convert("RGB")).reshape(-1, 3)


def ringed(page, side):
    return int((pixels(page, side) == CHOSEN).all(axis=1).sum())


def clock(page):
    match = re.fullmatch(r"session (\d+) of (\d+), cycle (\d+) of (\d+)", page.inner_text(".learnsim-clock"))
    return tuple(map(int, match.groups()))


def drawn(page):
    """Return the charts without the numbers of their parts, which count up when they are made again."""
    return re.sub(r"(learnsim-(?:shown|coming))-\d+", r"\1", page.inner_html(".learnsim-charts"))


def press(page, name, session=None):
    """Press a button, and wait until the clock shows a session."""
    page.get_by_role("button", name=name, exact=True).click()
    if session is not None:
        wait_for(page, session)


def wait_for(page, session):
    page.wait_for_function(f"document.querySelector('.learnsim-clock').innerText.startsWith('session {session} of')")
    page.wait_for_timeout(250)  # the clock stands above the pictures and the curves


def words(page):
    return page.inner_text(".learnsim-words").replace("\N{MINUS SIGN}", "-")


def numbers(page):
    """Return who is ahead, by how much, the two means, and the four quarters' differences, as the words have them."""
    text = words(page)
    if match := re.search(r", (\S+) is less than a point ahead of .*: both are at ([\d.]+) of 100 on average", text):
        ahead, apart, high, low = match[1], "0", match[2], match[2]
    else:
        pattern = r", (\S+) is (\d+) points? ahead of .*: ([\d.]+) of 100 against ([\d.]+) on average"
        ahead, apart, high, low = re.search(pattern, text).groups()
    quarters = re.search(r"slowest (\S+), fastest (\S+), quietest (\S+), most outgoing (\S+)\.", text).groups()
    return ahead, int(apart), high, low, [int(one) for one in quarters]


def expected(settings, arms, session):
    left, right = (run_arm(settings, arm).measures for arm in arms)
    means = [float(one["mean_mastery"][session]) for one in (left, right)]
    ahead = arms[0] if means[0] > means[1] else arms[1]
    quarters = ("slow_mean", "fast_mean", "quiet_mean", "outgoing_mean")
    apart = [round(100 * float(left[name][session] - right[name][session])) for name in quarters]
    high, low = 100 * max(means), 100 * min(means)
    exact = round(high) - round(low) != round(high - low)  # a digit more, so that the difference is theirs
    ends = (f"{high:.1f}", f"{low:.1f}") if exact else (f"{high:.0f}", f"{low:.0f}")
    return ahead, round(high - low), *ends, apart


def address(page):
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")


def control(page, name):
    """The control of a setting, by its name in a file; those for experts are unfolded first."""
    field = page.locator(f"[id='learnsim-{name}']")
    for more in ("more: the arms", "more: everything else"):
        if not field.count():
            page.get_by_role("button", name=more).click()
            page.wait_for_timeout(500)
    return page.locator(".learnsim-setting", has=field)


def slide(page, name, key):
    """Move a slider by its keyboard."""
    thumb = control(page, name).get_by_role("slider")
    thumb.focus()
    thumb.press(key)


def choose(page, where, option):
    """Choose from a list."""
    where.locator("select").select_option(option)


def until_address(page, name, value):
    page.wait_for_function(f"new URLSearchParams(location.search).get({name!r}) === {value!r}")


def test_the_numbers_shown_are_those_of_a_run(tab):
    page = tab()
    assert clock(page) == (0, 60, 1, 6)
    for session in (10, 20, 30):
        press(page, "Cycle", session)
        assert numbers(page) == expected(Settings(), ("hybrid", "flat-lecture"), session)
    press(page, "Step", 31)
    assert numbers(page) == expected(Settings(), ("hybrid", "flat-lecture"), 31)


def test_play_draws_until_pause_and_reset_gives_the_same_again(tab):
    """It goes on by itself; after a reset it gives the same numbers again."""
    page = tab("?training.sessions=12&organisation.cycle_length=4&replicates=0")
    before, curves = pixels(page, 0), drawn(page)
    press(page, "Play")
    page.wait_for_function("!document.querySelector('.learnsim-clock').innerText.startsWith('session 0 of')")
    press(page, "Pause")
    page.wait_for_timeout(600)
    paused = clock(page)
    page.wait_for_timeout(700)
    assert clock(page) == paused
    assert 0 < paused[0] < 12
    assert (pixels(page, 0) != before).any()
    assert drawn(page) != curves
    first = numbers(page)
    press(page, "Play")
    wait_for(page, 12)
    last = numbers(page)
    press(page, "Reset", 0)
    assert drawn(page) == curves
    page.wait_for_timeout(700)  # people walk back to where they began
    assert (pixels(page, 0) == before).all()
    for session in range(1, 13):
        press(page, "Step", session)
        if session == paused[0]:
            assert numbers(page) == first
    assert numbers(page) == last


@pytest.mark.thorough
def test_only_a_session_with_a_shuffle_moves_people_to_other_cells(tab):
    page = tab("?organisation.cycle_length=5")

    def somebody():
        page.wait_for_timeout(700)
        box = page.locator("canvas").first.bounding_box()
        page.mouse.move(box["x"] + 2, box["y"] + 2)
        names = []
        for across in np.linspace(0.05, 0.95, 30):  # along a line through the upper communities
            page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.12)
            tip = page.locator(".learnsim-tip").first
            names.append(re.match(r"person \d+", tip.inner_text()).group() if tip.is_visible() else "")
        return names

    press(page, "Cycle", 5)
    seated = somebody()
    assert len(set(seated)) > 5
    press(page, "Step", 6)
    after = somebody()
    assert sum(one != other for one, other in zip(seated, after, strict=True)) > len(set(seated)) / 2
    press(page, "Step", 7)
    assert somebody() == after


def test_who_is_pointed_at_or_chosen_is_marked_in_both_pictures(tab):
    page = tab()
    assert ringed(page, 0) == ringed(page, 1) == 0
    box = page.locator("canvas").first.bounding_box()
    for across in np.linspace(0.05, 0.95, 60):
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.12)
        if page.locator(".learnsim-tip").first.is_visible():
            break
    trainee = re.match(r"person (\d+)", page.inner_text(".learnsim-tip")).group(1)
    page.wait_for_timeout(100)
    assert min(ringed(page, 0), ringed(page, 1)) > 5
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.12)
    page.wait_for_selector(f".learnsim-trainee h2 >> text=person {trainee}")
    page.mouse.move(5, 5)
    page.wait_for_timeout(200)
    assert min(ringed(page, 0), ringed(page, 1)) > 5
    press(page, "Cycle", 10)
    text = page.inner_text(".learnsim-trainee")
    met = re.search(r"Has been in a cell with (\d+) people so far: ([person\d, ]+)\.", text)
    assert len(met.group(2).split(",")) == int(met.group(1)) == 5
    until_address(page, "person", trainee)
    press(page, "Close")
    page.wait_for_selector(".learnsim-trainee", state="detached")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("ArrowLeft", "organisation.cycle_length", "9"),
        ("ArrowRight", "organisation.cell_size", "7"),
        ("ArrowLeft", "people.learning_speed.sd", "0.19"),
        ("ArrowRight", "people.helpfulness.mean", "0.71"),
        ("ArrowLeft", "curriculum.prerequisite", "0.69"),
        ("ArrowRight", "prior.share", "0.16"),
    ],
)
def test_a_slider_changes_its_setting_and_shows_the_same_session_of_other_runs(tab, key, name, value):
    page = tab()
    press(page, "Cycle", 10)
    slide(page, name, key)
    until_address(page, name, value)
    settled(page)
    assert clock(page)[0] == 10
    settings = Settings().changed({name: float(value) if "." in value else int(value)})
    assert numbers(page) == expected(settings, ("hybrid", "flat-lecture"), 10)


@pytest.mark.thorough
def test_arms_and_policies_are_chosen_from_lists(tab):
    page = tab()
    choose(page, control(page, "right"), "linked-cells")
    until_address(page, "right", "linked-cells")
    choose(page, control(page, "left.shuffle"), "complementary")
    until_address(page, "left.shuffle", '"complementary"')
    choose(page, control(page, "right.officer"), "fastest")
    until_address(page, "right.officer", '"fastest"')
    choose(page, control(page, "training.throttle"), "slowest")
    until_address(page, "training.throttle", '"slowest"')
    settled(page)
    press(page, "Cycle", 10)
    press(page, "Cycle", 20)
    settings = Settings(
        arms={"hybrid": {"shuffle": "complementary"}, "linked-cells": {"officer": "fastest"}},
        training={"throttle": "slowest"},
    )
    assert numbers(page) == expected(settings, ("hybrid", "linked-cells"), 20)


def test_a_refused_choice_shows_a_sentence_and_the_page_goes_on(tab):
    page = tab("?organisation.trainees=3")
    sentence = "trainees = 3 cannot fill communities = 4; every community needs at least one"
    assert sentence in page.inner_text(".learnsim-error")
    press(page, "Cycle", 10)
    field = control(page, "prior.known").locator("input")
    field.fill("[0.9, 0.1]")
    field.press("Enter")
    page.wait_for_selector(".learnsim-error >> text=prior known = [0.9, 0.1] must be written [low, high]")
    field.fill("[0.6, 0.9]")
    field.press("Enter")
    until_address(page, "prior.known", "[0.6, 0.9]")
    page.wait_for_selector(".learnsim-error", state="detached")
    settled(page)
    press(page, "Step", 11)  # the session that was shown stays


def test_a_refused_value_stays_in_its_control_until_it_fits_or_is_undone(tab):
    page = tab()
    slide(page, "left.briefing", "ArrowRight")
    page.wait_for_selector(".learnsim-error >> text=a session's shares must add up to 1")
    page.wait_for_selector(".learnsim-setting >> text=(left briefing): 0.31")
    slide(page, "left.exchange", "ArrowLeft")
    page.wait_for_selector(".learnsim-error", state="detached")
    until_address(page, "left.exchange", "0.69")
    slide(page, "left.exchange", "ArrowLeft")
    page.wait_for_selector(".learnsim-error")
    press(page, "Undo")
    page.wait_for_selector(".learnsim-error", state="detached")
    page.wait_for_selector(".learnsim-setting >> text=(left exchange): 0.69")
    settled(page)
    press(page, "Cycle", 10)
    settings = Settings(arms={"hybrid": {"briefing": 0.31, "exchange": 0.69}, "flat-lecture": {}})
    assert numbers(page) == expected(settings, ("hybrid", "flat-lecture"), 10)


def test_the_saved_file_is_the_experiment_that_was_watched(tab, tmp_path):
    page = tab("?left=isolated-cells&left.fraction=0.5&left.shuffle=random&people.sociability.mean=0.4&experiment.seed=77")
    press(page, "Cycle", 10)
    press(page, "Cycle", 20)
    shown = numbers(page)
    with page.expect_download() as saving:
        press(page, "Save as TOML")
    saving.value.save_as(tmp_path / "saved.toml")
    settings = load(tmp_path / "saved.toml")
    assert (settings.experiment.seed, settings.people.sociability.mean) == (77, 0.4)
    assert shown == expected(settings, tuple(settings.arms), 20)


def test_an_address_gives_the_same_page_again(tab):
    page = tab()
    slide(page, "organisation.cell_size", "ArrowRight")
    until_address(page, "organisation.cell_size", "7")
    settled(page)
    press(page, "Cycle", 10)
    other = tab(page.evaluate("location.search"))
    press(other, "Cycle", 10)
    page.wait_for_selector("text=30 of 30")
    other.wait_for_selector("text=30 of 30")
    assert words(other) == words(page)
    assert address(other) == address(page)


def test_clock_and_sentences_tell_the_same_session_at_every_moment(tab):
    page = tab("?training.sessions=40")
    page.get_by_role("slider", name="speed:").press("End")
    press(page, "Play")
    both = """new Promise(done => { const seen = [], look = () => {
      const at = selector => document.querySelector(selector).innerText.split(" ")[1];
      seen.push([at(".learnsim-clock"), at(".learnsim-words").replace("the", "0")]);
      if (seen[seen.length - 1][0] === "40") done(seen); else setTimeout(look, 3); }; look(); })"""
    seen = page.evaluate(both)
    assert len({now for now, _ in seen}) > 5
    assert [pair for pair in seen if pair[0] != pair[1]] == []


def test_two_tabs_do_not_disturb_each_other(tab):
    one, other = tab("?organisation.cycle_length=5"), tab("?left=collective")
    press(one, "Play")
    press(other, "Step", 1)
    wait_for(one, 8)
    assert clock(other) == (1, 60, 1, 6)
    assert clock(one)[3] == 12
    press(other, "Step", 2)
    assert numbers(other) == expected(Settings(), ("collective", "flat-lecture"), 2)
    press(one, "Pause")


def busy(process, seconds):
    """Return how much of a processor the server has used."""
    worked = psutil.Process(process.pid)
    before = worked.cpu_times()
    time.sleep(seconds)
    now = worked.cpu_times()
    return (now.user + now.system - before.user - before.system) / seconds


@pytest.mark.thorough
def test_a_page_that_is_looked_at_or_plays_costs_the_server_nothing(tab, server):
    _, process = server
    page = tab("?training.sessions=400&replicates=0")
    page.wait_for_timeout(2000)
    assert busy(process, 3) < 0.03
    press(page, "Play")
    assert busy(process, 3) < 0.03
    press(page, "Pause")


@pytest.mark.thorough
def test_closing_a_tab_ends_its_live_models(tab, server):
    _, process = server
    page = tab("?organisation.trainees=1200&training.sessions=1000&live=true&replicates=0")
    press(page, "Play")
    wait_for(page, 3)
    assert busy(process, 2) > 0.1
    page.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if busy(process, 1) < 0.05:
            return
    pytest.fail("the models of a closed page are still being played")


def test_live_models_show_what_the_record_shows(tab):
    """Every sentence and every curve, in several sessions."""
    query = "?training.sessions=12&organisation.cycle_length=4&replicates=0"
    recorded, live = tab(query), tab(f"{query}&live=true")
    for session in (4, 8, 12):
        press(recorded, "Cycle", session)
        press(live, "Cycle", session)
        assert words(live) == words(recorded)
        live.wait_for_timeout(1000)  # people walk to their places
        assert (pixels(live, 0) == pixels(recorded, 0)).all()
    texts = "charts => charts.map(chart => chart.getAttribute('aria-label') || chart.textContent)"
    told, seen = (page.locator(".learnsim-charts svg").evaluate_all(texts) for page in (recorded, live))
    assert told == seen and len(told) > 3
    assert control(live, "live").locator("input").is_checked()


def test_back_in_the_browser_shows_what_was_shown_before_a_question(tab):
    page = tab("?replicates=0")
    page.get_by_role("button", name="Questions to try").click()
    page.get_by_role("button", name="A small firm?").click()
    until_address(page, "organisation.trainees", "24")
    settled(page)
    page.go_back()
    page.wait_for_function("!location.search.includes('trainees')")
    settled(page)
    assert len(page.evaluate(f"{PLAYER}.record.arms[0].levels(0)")) == 240


def test_four_arms_stand_side_by_side_and_are_chosen_on_the_page(tab):
    page = tab("?arms=collective")
    assert page.locator("canvas").count() == 3
    choose(page, control(page, "further-1"), "isolated-cells")
    until_address(page, "arms", "collective,isolated-cells")
    settled(page)
    assert [name.inner_text() for name in page.locator("h2.learnsim-name").all()] == [
        "hybrid", "flat-lecture", "collective", "isolated-cells",
    ]  # fmt: skip
    choose(page, control(page, "further-0"), "(none)")
    until_address(page, "arms", "isolated-cells")


def test_many_people_are_shown_as_cells_and_a_phone_shows_both_pictures_above_the_curves(tab):
    page = tab("?organisation.trainees=2400")
    assert "cell" in page.inner_text(".learnsim-legend")
    press(page, "Cycle", 10)
    page.close()
    page = tab(width=420, height=1000)
    left, right = (page.locator("canvas").nth(side).bounding_box() for side in (0, 1))
    curves, settings = (page.locator(part).first.bounding_box() for part in (".learnsim-charts svg", ".learnsim-settings"))
    assert left["x"] >= 0 and left["x"] + left["width"] <= right["x"] and right["x"] + right["width"] <= 420
    assert left["y"] + left["height"] < curves["y"] < settings["y"]
    press(page, "Step", 1)


def test_no_font_of_icons_is_fetched(tab):
    page = tab()
    page.wait_for_selector(".learnsim-fold")
    page.evaluate("document.fonts.ready.then(() => 0)")
    families = page.evaluate("[...document.fonts].filter((font) => font.status !== 'unloaded').map((font) => font.family)")
    assert not [family for family in families if "Icons" in family or "Material" in family]
