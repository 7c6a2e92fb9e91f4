"""Every control of the settings panel, by mouse and by keyboard: the address says what was changed, and it is shown."""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as NotInTime
from playwright.sync_api import expect

from helpers.shown_settings import settled
from learnsim.browser.controls import foremost, of_arm, others
from learnsim.browser.page_settings import PageSettings
from learnsim.settings import Settings

SMALL = "replicates=0&organisation.trainees=24&organisation.communities=2&training.sessions=6"
PAGES = {  # so that between them every control has an effect
    "usual": SMALL,
    "others": f"left=hybrid&right=shuffled-cells&{SMALL}&organisation.formation=interest&misconceptions.share=0.2"
    "&training.absence=0.2&training.leavers=random&communities.mobility=0.2&communities.drift=0.1&organisation.cycle_length=2",
}
TYPED = {
    "experiment.seed": "7",
    "prior.known": "[0.6, 1.0]",
    "prior.unknown": "[0.0, 0.1]",
    "misconceptions.held": "[0.4, 1.0]",
    "shocks": '[{who = "trainees"}]',
    "left.phases": "[{from = 0, span = 2}]",
    "right.phases": "[{from = 0, shuffle = \"none\"}]",
}  # fmt: skip
TRIES = 5
FIELDS = ".learnsim-setting input, .learnsim-setting select"
STATE = """id => { const e = document.getElementById(id), kind = e.type === "checkbox" ? "switch" : e.type;
  return { kind, value: kind === "switch" ? e.checked : e.value, least: +e.min, most: +e.max,
    options: e.options ? [...e.options].map((one) => one.value) : [] }; }"""


def controls_of(query):
    """The names of all controls of a page's settings."""
    page = PageSettings(Settings()).from_query("&".join(one for one in query.split("&") if not one.startswith("replicates")))
    settings = page.prepared().settings
    arms = [of_arm(side, arm, settings, foremost=first) for side, arm in zip(("left", "right"), page.names, strict=True) for first in (1, 0)]
    return {control.name for control in [*foremost(settings), *others(settings), *(one for some in arms for one in some)]}


def opened(tab, query):
    page = tab(f"?{query}")
    for more in ("more: the arms", "more: everything else"):
        page.get_by_role("button", name=more).click()
        page.get_by_role("button", name=more, expanded=True).wait_for()
    page.wait_for_selector("[id='learnsim-shocks']")
    return page


def by_keyboard(page, field, now):
    field.focus()
    if now["kind"] == "range":
        page.keyboard.press("ArrowLeft" if float(now["value"]) >= now["most"] else "ArrowRight")
    elif now["kind"] == "select-one":
        page.keyboard.press("ArrowUp" if now["value"] == now["options"][-1] else "ArrowDown")
    elif now["kind"] == "switch":
        page.keyboard.press("Space")


def by_mouse(page, field, now):
    field.scroll_into_view_if_needed()
    if now["kind"] == "range":
        box, share = field.bounding_box(), (float(now["value"]) - now["least"]) / (now["most"] - now["least"])
        page.mouse.click(box["x"] + box["width"] * (0.75 if share < 0.5 else 0.25), box["y"] + box["height"] / 2)
    elif now["kind"] == "select-one":  # its list is the system's, outside the page
        field.click()
        page.keyboard.press("ArrowUp" if now["value"] == now["options"][-1] else "ArrowDown")
        page.keyboard.press("Enter")
    elif now["kind"] == "switch":
        field.click()


def typed(page, field, name, text):
    field.fill(text)
    field.press("Enter" if name != "shocks" else "Tab")


def use(page, means, field, name, here):
    """Use a control until the address says so; return what it was like before."""
    for _ in range(TRIES):  # the control before may leave it without effect for a moment
        expect(field).to_be_enabled()
        now, before = page.evaluate(STATE, f"learnsim-{name}"), page.evaluate(here)
        typed(page, field, name, TYPED[name]) if now["kind"] == "text" else means(page, field, now)
        with suppress(NotInTime):
            page.wait_for_function(f"{here} !== {before!r}".replace("None", "null"), timeout=5000)
            return now
    raise AssertionError(f"{name} changes nothing")


@pytest.mark.thorough
@pytest.mark.parametrize("means", [by_keyboard, by_mouse])
def test_every_control_can_be_used(tab, means):
    used, wanted = set(), set()
    for query in PAGES.values():
        page = opened(tab, query)
        names = [identifier.removeprefix("learnsim-") for identifier in page.evaluate(
            f"[...document.querySelectorAll('{FIELDS}')].filter((e) => !e.disabled).map((e) => e.id)")]
        wanted |= controls_of(query)
        for name in names:
            if name in used or name not in wanted:
                continue
            field, here = page.locator(f"[id='learnsim-{name}']"), f"new URLSearchParams(location.search).get({name!r})"
            now = use(page, means, field, name, here)
            settled(page)
            errors = page.locator(".learnsim-error").all_inner_texts()
            if errors:  # one value excludes another: a sentence says so, and it can be undone
                assert len(errors[0]) > 20
                page.locator(".learnsim-error button").click()
                page.wait_for_selector(".learnsim-error", state="detached")
            else:
                page.evaluate("""([id, value]) => { const e = document.getElementById(id);
                  if (e.type === "checkbox") { if (e.checked !== value) e.click(); return; }
                  e.value = value; e.dispatchEvent(new Event("change", { bubbles: true })); }""", [f"learnsim-{name}", now["value"]])
            settled(page)
            assert page.locator(".learnsim-side canvas").count() == 2 and page.locator(".learnsim-error").count() == 0, name
            used.add(name)
    assert wanted - used == set()
