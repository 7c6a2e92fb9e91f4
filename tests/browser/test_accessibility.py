"""Accessibility: the page for different eyes, hands and machines: dark, still, by keyboard, by finger, on paper, read aloud."""

import re
from contextlib import ExitStack

import numpy as np
import pytest

from learnsim.playback.scripts import player_style

pytestmark = pytest.mark.thorough

BRIGHTNESS = """() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const lum = c => { const f = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
  const ground = e => { for (let n = e; n; n = n.parentElement) {
      const c = numbers(getComputedStyle(n).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
    return [255, 255, 255]; };
  const pale = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || !e.getClientRects().length || ["SCRIPT", "STYLE"].includes(e.tagName) || e.closest(":disabled")) continue;
    const style = getComputedStyle(e), a = lum(numbers(e instanceof SVGElement ? style.fill : style.color)), b = lum(ground(e));
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) pale.push(text);
  }
  return pale; }"""
CROSSED = """() => [...document.querySelectorAll(".learnsim-setting")].filter(e => {
  const label = e.querySelector("label"), field = e.querySelector("input, select");
  return label.getBoundingClientRect().bottom > field.getBoundingClientRect().top + 1; }).map(e => e.innerText)"""


def theme_of(selector):
    """The colours of the style sheet's rule: name to colour."""
    rule = re.search(rf"(?m)^[^/\n]*{re.escape(selector)} \{{([^}}]*)\}}", player_style()).group(1)
    return dict(re.findall(r"--learnsim-([a-z]+): (#[0-9a-f]{6})", rule))


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def shown(server, chromium, watched):
    """Return a function that opens the page in a context of its own."""
    address, _ = server
    with ExitStack() as opened:

        def show(query="", width=1366, height=768, **how):
            context = chromium.new_context(viewport={"width": width, "height": height}, **how)
            opened.callback(context.close)
            page = opened.enter_context(watched(context.new_page(), address))
            page.goto(address + query)
            page.wait_for_selector(".learnsim-side canvas >> nth=1")
            page.wait_for_function("location.search.includes('left=')")
            return page

        yield show


def press(page, name, session):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function(f"document.querySelector('.learnsim-clock').innerText.startsWith('session {session} of')")
    page.wait_for_timeout(150)


def unfold(page):
    """Show every control."""
    for more, last in (("more: the arms", "(right formation)"), ("more: everything else", "(turnover)")):
        page.get_by_role("button", name=more).click()
        page.wait_for_selector(f".learnsim-setting >> text={last}")


def tap_somebody(page, tap):
    box = page.locator("canvas").first.bounding_box()
    tap(box["x"] + box["width"] * 0.19, box["y"] + box["height"] * 0.045)
    page.wait_for_selector(".learnsim-trainee")


# --- colours ---


@pytest.mark.parametrize("selector", [".theme--light", ".theme--dark"])
def test_every_colour_contrasts_with_its_background(selector):
    theme = theme_of(selector)
    for name in ("ink", "soft", "left", "right", "third", "fourth", "wrong"):
        assert contrast(theme[name], theme["ground"]) >= 4.5, name
    assert contrast(theme["ink"], theme["alert"]) >= 4.5
    assert contrast("#ffffff", theme["button"]) >= 4.5
    for name in ("rim", "officer", "chosen", "hub"):
        assert contrast(theme[name], theme["cell"]) >= 3.0, name
    for name in ("edge", "focus", "officer", "hub", "chosen"):
        assert contrast(theme[name], theme["ground"]) >= 3.0, name


def test_somebody_who_knows_all_is_seen_against_the_cell(shown):
    page = shown("?prior.share=1&prior.known=[1.0, 1.0]&left=flat-lecture&organisation.trainees=20&organisation.communities=1")
    rim = page.evaluate("getComputedStyle(document.querySelector('.learnsim-organisation')).getPropertyValue('--learnsim-rim')")
    wanted = [int(rim.strip()[k : k + 2], 16) for k in (1, 3, 5)]
    drawn = page.locator("canvas").first.evaluate("c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
    near = np.abs(np.array(drawn).reshape(-1, 4)[:, :3] - wanted).max(axis=1) < 24
    assert near.sum() > 20 * 12  # a ring around each of twenty
    assert page.evaluate("getComputedStyle(document.querySelector('.learnsim-scale')).borderTopWidth") == "1px"


def test_who_prefers_dark_gets_a_dark_page_and_readable_texts(shown):
    for scheme, query in (("dark", ""), ("dark", "?training.sessions=5000"), ("light", "?training.sessions=5000")):
        page = shown(query, color_scheme=scheme)
        page.get_by_role("button", name="more: the arms").click()
        page.wait_for_selector("text=(left council)")
        assert page.evaluate(BRIGHTNESS) == []
        ground = page.evaluate("getComputedStyle(document.querySelector('#app')).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 60) == (scheme == "dark")


def test_a_dark_page_is_printed_on_white_paper_and_whole(shown):
    page = shown(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.wait_for_timeout(200)
    assert page.evaluate("getComputedStyle(document.querySelector('.learnsim-page')).backgroundColor") == "rgb(255, 255, 255)"
    hidden = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.scrollHeight > e.clientHeight + 2 && e.contains("
        "document.querySelector('.learnsim-page')) && getComputedStyle(e).overflowY !== 'visible').map(e => e.tagName)"
    )
    assert hidden == []


# --- motion ---


def test_who_wants_less_motion_sees_nobody_walk(shown):
    page = shown("?organisation.cycle_length=3", reduced_motion="reduce")
    press(page, "Cycle", 3)
    press(page, "Step", 4)  # shuffled, and half a second of walking for others
    frames = {page.evaluate("document.querySelector('canvas').toDataURL()") for _ in range(8)}
    assert len(frames) == 1


# --- keyboard, finger, reader ---


def test_the_keyboard_finds_people_follows_them_and_lets_go(shown):
    page = shown()
    page.keyboard.press("Tab")
    canvas = page.locator("canvas").first
    canvas.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    first = page.locator(".learnsim-organisation [role=status]").first.inner_text()
    assert re.fullmatch(r"person 1, community \d, cell \d+ of 10(, learning officer)?: \d+ of 100 points", first)
    page.keyboard.press("ArrowRight")
    second = page.locator(".learnsim-organisation [role=status]").first.inner_text()
    assert second != first
    page.keyboard.press("Enter")
    number = re.match(r"person (\d+)", second).group(1)
    page.wait_for_selector(f".learnsim-trainee h2 >> text=person {number}")
    page.keyboard.press("Escape")
    page.wait_for_selector(".learnsim-trainee", state="detached")


def test_everything_that_can_be_reached_by_tab_shows_that_it_has_the_focus(shown):
    page = shown()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        now = page.evaluate(
            "(e => e === document.body ? null : [e.id || e.innerText || e.tagName, getComputedStyle(e).outlineStyle, "
            "parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"
        )
        if now is None:
            break
        seen.append(now)
    assert len(seen) > 15
    assert [one for one in seen if one[1] == "none" or one[2] < 2] == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 600), (390, 844)])
def test_a_clicked_person_is_described_within_the_window(shown, width, height):
    touch = {"has_touch": True, "is_mobile": True} if width < 400 else {}
    page = shown(width=width, height=height, **touch)
    tap_somebody(page, page.touchscreen.tap if touch else page.mouse.click)
    card = page.locator(".learnsim-trainee").bounding_box()
    assert card["y"] >= 0 and card["y"] + 40 <= height  # beside the pictures, or at the lower edge; its heading is seen
    assert page.get_by_role("button", name="Close").bounding_box()["y"] < height


def test_the_page_says_aloud_who_is_ahead_only_when_it_rests(shown):
    """It says nothing while it plays."""
    page = shown("?training.sessions=30&organisation.cycle_length=5")
    aloud = page.locator(".learnsim-player > p.learnsim-unseen[role=status]")
    press(page, "Cycle", 5)
    before = aloud.inner_text()
    assert re.match(r"After 5 sessions, hybrid is .* ahead of flat-lecture", before)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("Number(document.querySelector('.learnsim-clock').innerText.split(' ')[1]) > 7")
    assert aloud.inner_text() == before
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('.learnsim-player > .learnsim-unseen').innerText.startsWith('After 5 ')")
    session = page.inner_text(".learnsim-clock").split()[1]
    assert aloud.inner_text() == page.locator(".learnsim-words").inner_text().split("\n")[0]
    assert aloud.inner_text().startswith(f"After {session} sessions, ")


def test_the_page_has_a_language_may_be_zoomed_and_names_everything_once(shown):
    page = shown("?left=hybrid&right=hybrid")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("meta[name=viewport]").get_attribute("content") == "width=device-width, initial-scale=1"
    unfold(page)
    controls = re.findall(r"- (button|slider|combobox|textbox|application) (\"[^\"]*\"|'[^']*')", page.locator("body").aria_snapshot())
    assert len(controls) > 60
    assert len(controls) == len({*controls})
    for canvas in page.locator("canvas").all():
        assert re.search(r"240 trainees in 40 cells of 4 communities, at \d+ of 100", canvas.get_attribute("aria-label"))


@pytest.mark.parametrize("width", [1920, 1440, 1024, 390])
def test_labels_stand_clear_of_their_controls_at_every_width(shown, width):
    page = shown("?left=flat-lecture", width=width)
    unfold(page)
    assert page.evaluate(CROSSED) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- controls ---


def test_a_control_that_can_change_nothing_cannot_be_moved_and_says_why(shown):
    page = shown("?left=flat-lecture")
    slider = page.get_by_role("slider", name="cell size")
    assert slider.is_disabled()
    page.wait_for_selector(".learnsim-setting:has-text('cell size') >> text=no effect: ")
    page.get_by_label("left arm", exact=True).select_option("hybrid")
    page.wait_for_function("document.getElementById('learnsim-organisation.cell_size')?.disabled === false")


def test_a_control_keeps_the_focus_when_others_come_and_go(shown):
    page = shown("?left=flat-lecture&training.turnover=0.1")
    slider = page.get_by_role("slider", name="cycle length")
    slider.focus()
    page.evaluate("document.activeElement.dataset.mine = 'yes'")
    page.locator("[id='learnsim-left']").evaluate("e => { e.value = 'hybrid'; e.dispatchEvent(new Event('change')); }")
    page.locator("[id='learnsim-left.shuffle']").wait_for()
    assert page.evaluate("[document.activeElement.id, document.activeElement.dataset.mine]") == [
        "learnsim-organisation.cycle_length", "yes",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["241", "0", "-1", "abc", "1e2", "³", "9" * 400])
def test_a_wrong_number_to_follow_gives_an_error_beside_its_field(shown, text):
    page = shown()
    field, wrong = page.get_by_label("follow:"), page.locator(".learnsim-follow .learnsim-wrong")
    field.fill(text)
    field.press("Enter")
    page.wait_for_selector(".learnsim-wrong >> text=is no person; they are numbered from 1 to 240.")
    assert field.get_attribute("aria-invalid") == "true" and page.locator(".learnsim-trainee").count() == 0
    field.fill("7")
    field.press("Enter")
    page.wait_for_selector(".learnsim-trainee h2 >> text=person 7")
    assert wrong.inner_text() == "" and field.get_attribute("aria-invalid") == "false"


def test_play_after_the_end_plays_from_the_beginning(shown):
    page = shown("?training.sessions=6&organisation.cycle_length=6")
    press(page, "Cycle", 6)
    page.get_by_role("slider", name="speed:").press("Home")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("Number(document.querySelector('.learnsim-clock').innerText.split(' ')[1]) < 3")
    page.get_by_role("button", name="Pause", exact=True).click()


def test_when_the_file_behind_the_page_is_gone_a_tab_says_so(tmp_path, chromium):
    from helpers.page_server import serving

    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{i}\n" for i in range(20)))
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\n')
    with serving(str(tmp_path / "x.toml")) as (address, _):
        (tmp_path / "people.csv").unlink()
        page = chromium.new_page()
        page.goto(address)
        page.wait_for_selector(".learnsim-alert", timeout=60_000)
        message = page.inner_text(".learnsim-alert")
        page.close()
    assert "people.csv" in message and str(tmp_path) not in message
