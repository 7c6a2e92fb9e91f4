"""Mesa's own page: ``solara run app.py`` in a real browser, and the parts it is built of."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from learnsim.browser.mesa_page import OFFERED, parameters
from learnsim.browser.model_holder import CheckedModel, ModelHolder
from learnsim.errors import LearnsimError
from learnsim.models.training.model import TrainingModel

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; kernels may have to be compiled first
SMALL = {"organisation.trainees": 24, "organisation.communities": 2, "training.sessions": 5}
PIXELS = """canvas => {
  const drawn = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let hash = 0, painted = 0;
  for (let k = 0; k < drawn.length; k++) { hash = (31 * hash + drawn[k]) | 0; painted += k % 4 === 3 && drawn[k] > 0; }
  return [painted, hash];
}"""


@pytest.fixture(scope="module")
def address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = ("--production", "--no-check-version", "--no-open", "--host", "127.0.0.1")
    command = [sys.executable, "-m", "solara", "run", "app.py", *how]
    with subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def wait_for(port, server):
    begun = time.monotonic()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
            return
        except OSError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() - begun < PATIENCE, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture
def page(chromium, watched, address):
    """The page, drawn."""
    with watched(chromium.new_page(viewport={"width": 1300, "height": 900}), address) as shown:
        shown.goto(address)
        shown.wait_for_selector("canvas")
        at(shown, "session 0 of 60")
        yield shown


def at(page, clock):
    expect(page.locator(".learnsim-clock")).to_contain_text(clock, timeout=60_000)


def until(true, seconds=60.0):
    """The picture, the curves and the clock are told one after another; wait for all of them."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds
        time.sleep(0.05)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def type_seed(page, seed):
    field = page.get_by_label("seed (a whole number)")
    field.fill(seed)
    field.press("Enter")


def slide(page, label, key):
    row = page.locator(".v-input__slider", has=page.get_by_text(label, exact=True))
    row.get_by_role("slider").press(key)


def picture(page):
    return page.locator("canvas").evaluate(PIXELS)


def curves(page):
    drawn = page.locator("svg.learnsim-chart").evaluate_all("all => all.map(one => one.outerHTML)")
    return [re.sub(r'(id="|url\(#)[^")]*', "", chart) for chart in drawn]  # ids are new with each drawing


def test_the_page_shows_the_organisation_and_five_charts(page):
    expect(page).to_have_title("learnsim: one organisation learning")
    until(lambda: picture(page)[0] > 1000)
    until(lambda: len(curves(page)) == 5)
    expect(page.locator(".v-toolbar__title")).to_have_text("learnsim: one organisation learning")


def test_a_step_is_counted_and_drawn_and_reset_begins_again(page):
    until(lambda: picture(page)[0] > 1000 and len(curves(page)) == 5)
    empty, start = picture(page), curves(page)
    press(page, "Step")
    at(page, "session 1 of 60")
    until(lambda: picture(page) != empty)
    until(lambda: all(now != then for now, then in zip(curves(page)[:4], start[:4], strict=True)))
    press(page, "Step")
    at(page, "session 2 of 60")
    press(page, "Reset")
    at(page, "session 0 of 60")
    until(lambda: picture(page) == empty)
    until(lambda: curves(page) == start)


def test_it_plays_and_pauses_in_its_own_tab_only(page, chromium, address):
    press(page, "▶")
    at(page, re.compile(r"session [1-9]\d* of 60"))
    press(page, "❚❚")
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_enabled(timeout=10_000)
    time.sleep(0.5)
    stopped = page.inner_text(".learnsim-clock")
    other = chromium.new_page()
    other.goto(address)
    at(other, "session 0 of 60")
    other.close()
    assert page.inner_text(".learnsim-clock") == stopped


def test_a_parameter_counts_from_the_next_reset_on(page):
    until(lambda: picture(page)[0] > 1000)
    before = picture(page)
    slide(page, "sessions (sessions)", "ArrowRight")
    slide(page, "cell size (people)", "ArrowRight")
    type_seed(page, "17")
    assert "of 60" in page.inner_text(".learnsim-clock")
    press(page, "Reset")
    at(page, "session 0 of 61")
    until(lambda: picture(page) != before)


def test_another_arm_is_another_organisation(page):
    page.locator(".v-select", has=page.get_by_label("arm", exact=True)).click()
    page.get_by_role("option", name="flat-lecture").click()
    press(page, "Reset")
    expect(page.locator(".learnsim-name")).to_have_text("flat-lecture")
    press(page, "Step")
    at(page, "session 1 of 60")


def test_a_bad_combination_shows_a_sentence_and_the_model_goes_on(page):
    press(page, "Step")
    at(page, "session 1 of 60")
    time.sleep(0.5)  # drawn by now
    drawn = picture(page)
    slide(page, "helpfulness sd (share)", "End")
    press(page, "Reset")
    expect(page.locator(".learnsim-error")).to_contain_text("helpfulness sd = 0.49 is too wide")
    at(page, "session 1 of 60")
    assert picture(page) == drawn
    press(page, "Step")
    at(page, "session 2 of 60")
    type_seed(page, "many")
    slide(page, "helpfulness sd (share)", "Home")
    press(page, "Reset")
    expect(page.locator(".learnsim-error")).to_contain_text("seed = 'many' should be an integer")
    type_seed(page, "3")
    press(page, "Reset")
    at(page, "session 0 of 60")
    expect(page.locator(".learnsim-error")).to_have_count(0)


def test_parameters_say_what_the_declarations_say():
    controls = parameters()
    assert list(controls)[:2] == ["arm", "seed"]
    assert set(OFFERED) <= set(controls)
    cells = controls["organisation.cell_size"]
    assert (cells.label, cells.value, cells.is_float_slider) == ("cell size (people)", 6, False)
    assert controls["training.throttle"]["values"][0] == "slowest"
    with pytest.raises(LearnsimError, match=re.escape("organisation.cel_size: is not a slider")):
        parameters(["organisation.cel_size"])


def test_a_model_takes_what_mesas_page_hands_over_at_a_reset():
    class Empty(dict):
        """As Mesa 3.5's Scenario: its own seed, and nothing else."""

    model = TrainingModel(arm="hybrid", seed="17", scenario=Empty(rng=None), **SMALL)
    assert model.seed == 17
    assert model.mastery().tolist() == TrainingModel("hybrid", seed=17, **SMALL).mastery().tolist()
    assert TrainingModel(scenario={"rng": 5, "organisation.trainees": 24}).seed == 5


def test_a_model_with_an_error_does_not_replace_the_current_one():
    first = CheckedModel(arm="hybrid", seed=1, **SMALL)
    holder = ModelHolder(first)
    holder.set(CheckedModel(arm="hybrd", seed=1, **SMALL))
    assert holder.peek() is first
    assert "hybrid" in holder.error.peek()
    second = CheckedModel(arm="flat-lecture", seed=1, **SMALL)
    holder.set(second)
    assert (holder.peek(), holder.error.peek()) == (second, "")
    holder.close()
