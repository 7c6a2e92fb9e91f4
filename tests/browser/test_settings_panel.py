"""Settings panel: in plain words and in the page's language; explanations by button; out of the way of a story."""

import re
from pathlib import Path

import pytest

from helpers.shown_settings import settled
from learnsim.browser.controls import Control, foremost
from learnsim.browser.panel_words import panel_words, setting_words
from learnsim.playback.plain_settings import plain_setting
from learnsim.playback.texts import all_texts
from learnsim.settings import Settings
from learnsim.settings.arms import PRESETS

CELLS = "learnsim-organisation.cell_size"
ARMS = {"left": "hybrid", "right": "flat-lecture"}
FIRST = foremost(Settings())


def info(page, name):
    return page.locator(f"[aria-controls='learnsim-{name}-meaning']")


def meaning(page, name):
    return page.locator(f"[id='learnsim-{name}-meaning']")


@pytest.mark.parametrize("language", all_texts())
@pytest.mark.parametrize("control", FIRST, ids=lambda control: control.name)
def test_a_control_is_explained_by_its_declaration(control, language):
    plain, words, say = plain_setting(control.name, language), setting_words(control, ARMS, language), panel_words(language)
    assert words.label == plain.plain
    assert words.explained[0].lower() == f"{plain.meaning}.".lower()
    assert words.explained[1:] == (
        say("unit", unit=plain.unit), say("source", source=plain.source), say("file", name=control.name),
    )  # fmt: skip


def test_a_field_of_an_arm_says_its_side_and_its_name_in_a_file():
    words = setting_words(Control("right.shuffle", "", "", "choice", "none", options=("none", "random")), ARMS, "de")
    assert (words.label, words.called, words.options) == ("wie neu gemischt wird, rechts", "right shuffle", ("gar nicht", "zufällig"))
    assert words.explained[-1] == "In einer Datei: arms.flat-lecture.shuffle."


@pytest.mark.parametrize("arm", PRESETS)
def test_each_preset_is_explained_in_each_language(arm):
    said = {language: setting_words(Control("left", "", "", "choice", arm), ARMS, language).explained for language in all_texts()}
    assert said["en"][1] == f"{arm}: {PRESETS[arm][0]}."
    assert said["de"][1] not in said["en"]
    own = setting_words(Control("left", "", "", "choice", "mine"), ARMS, "en").explained
    assert own == said["en"][:1]


def test_the_panel_follows_the_language_of_the_player(tab):
    page = tab("?lang=de&replicates=0")
    panel = page.locator(".learnsim-settings")
    assert panel.get_attribute("lang") == "de"
    for text in ("Einstellungen", "Personen je Zelle", "oder eine Liste einfügen", "mehr: die Varianten", "wie neu gemischt wird, links"):
        assert panel.get_by_text(text).first.is_visible(), text
    assert page.locator(f"[id='{CELLS}']").get_attribute("aria-valuetext") == "6"
    assert page.locator("[id='learnsim-prior.share']").get_attribute("aria-valuetext") == "0,15"
    page.get_by_role("button", name="mehr: alles andere").click()
    page.wait_for_selector("text=ohne Wirkung: der Anteil ist 0, sodass am Anfang niemand eine Fehlvorstellung hat")
    assert page.locator(".learnsim-why [lang=en]").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('.learnsim-settings label')].map(e => e.innerText).filter((e, i, all) => all.indexOf(e) < i)"
    ) == []
    english = set(re.findall(r"[a-z]{4,}", " ".join(panel_words("en")(key) for key in ("settings", "list.privacy", "list.hint", "save"))))
    german = page.evaluate("""() => { const copy = document.querySelector('.learnsim-settings').cloneNode(true);
      copy.querySelectorAll('[lang=en], .learnsim-called, .learnsim-meaning, option').forEach(e => e.remove());
      return copy.textContent; }""")
    assert english & set(re.findall(r"[a-z]{4,}", german)) <= {"learnsim"}
    page.select_option(".learnsim-language", "en")
    page.wait_for_selector(".learnsim-settings[lang=en] >> text=people per cell")
    assert page.get_by_role("slider", name="people per cell (cell size)").count() == 1
    page.wait_for_function("!document.querySelector('.learnsim-settings').innerText.includes('Personen')")


def test_an_explanation_is_opened_and_closed_by_button_and_keyboard(tab):
    page = tab("?replicates=0")
    button, text = info(page, "organisation.cell_size"), meaning(page, "organisation.cell_size")
    assert button.get_attribute("aria-label") == "about: people per cell"
    assert (button.get_attribute("aria-expanded"), text.is_visible()) == ("false", False)
    page.locator(f"[id='{CELLS}']").hover()
    assert not text.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    text.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    for part in ("Unit: people.", "Source: declared assumption.", "In a file: organisation.cell_size."):
        assert part in text.inner_text()
    slider = page.locator(f"[id='{CELLS}']")
    assert text.bounding_box()["y"] >= slider.bounding_box()["y"] + slider.bounding_box()["height"]
    slider.press("ArrowRight")  # the explanation stays while the setting changes
    page.wait_for_function("location.search.includes('cell_size=7')")
    assert text.is_visible()
    slider.press("Escape")
    text.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.ariaLabel") == "about: people per cell"
    button.click()
    text.wait_for()
    button.click()
    text.wait_for(state="hidden")
    assert slider.get_attribute("aria-describedby") == f"{CELLS}-meaning"  # read out with the slider all the same


def test_the_settings_give_way_to_a_scene_and_come_back(tab):
    page = tab("?replicates=0", width=1366, height=768)
    panel, wide = page.locator(".learnsim-settings"), "document.querySelector('.learnsim-player').clientWidth > 1300"
    page.get_by_role("button", name="Guess first").click()
    panel.wait_for(state="hidden")
    page.wait_for_function(wide)
    for scene in range(2, 7):
        page.get_by_role("button", name="Next", exact=True).last.click()
        page.wait_for_selector(f".learnsim-scene >> text=Scene {scene} of 6")
        assert panel.is_visible() is (scene == 6)  # the last one is about a class list
    page.get_by_role("button", name="Back", exact=True).click()
    panel.wait_for(state="hidden")
    page.get_by_role("button", name="Leave the story").click()
    panel.wait_for()
    page.wait_for_function(f"!({wide})")


def test_an_error_shows_what_its_message_calls_the_settings(tab):
    page = tab("?replicates=0")
    called = page.locator(f"label[for='{CELLS}'] .learnsim-called")
    assert called.bounding_box()["width"] <= 1
    page = tab("?replicates=0&organisation.cell_size=0")
    assert "cell size" in page.inner_text(".learnsim-error")
    assert page.locator(f"label[for='{CELLS}'] .learnsim-called").bounding_box()["width"] > 20


def test_what_is_shown_is_saved_from_take_away_too(tab):
    page = tab("?replicates=0&organisation.cell_size=5")
    page.locator(f"[id='{CELLS}']").press("ArrowRight")
    page.locator(f"[id='{CELLS}']").press("ArrowRight")
    page.wait_for_function("location.search.includes('cell_size=7')")
    settled(page)
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as saving:
        page.locator(".learnsim-take-panel").get_by_role("button", name="Save as TOML").click()
    assert saving.value.suggested_filename == "hybrid-and-flat-lecture.toml"
    assert "cell_size = 7" in Path(saving.value.path()).read_text("utf-8")


def test_no_font_of_icons_is_fetched_and_all_has_one_font(tab):
    page = tab("?replicates=0")
    page.wait_for_timeout(500)
    assert page.locator("i.v-icon, .mdi").count() == 0
    fonts = page.evaluate("""['.learnsim-settings', '.learnsim-player', '.learnsim-player button'].map(
      name => getComputedStyle(document.querySelector(name)).fontFamily)""")
    assert len(set(fonts)) == 1
    assert page.get_by_role("button", name="Play", exact=True).inner_text() == "PLAY"


def test_what_is_wrong_stands_at_its_field_and_the_pictures_stay_in_sight(tab):
    page = tab("?replicates=0", width=1366, height=768)
    page.get_by_role("button", name="more: everything else").click()
    field = page.locator("[id='learnsim-people.helpfulness.sd']")
    field.scroll_into_view_if_needed()
    field.fill("0.49")
    field.dispatch_event("change")
    wrong = page.locator("[id='learnsim-people.helpfulness.sd-wrong']")
    wrong.wait_for()
    assert wrong.inner_text().startswith("helpfulness sd = 0.49 is too wide: with mean = 0.7 it must be below 0.4583")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby").split()[0] == "learnsim-people.helpfulness.sd-wrong"
    assert wrong.get_attribute("role") is None and page.locator(".learnsim-error[role=alert]").count() == 1  # read out once
    page.wait_for_function("e => e.getBoundingClientRect().bottom <= innerHeight", arg=wrong.element_handle())
    for seen in (".learnsim-two canvas >> nth=0", ".learnsim-error"):
        box = page.locator(seen).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768
    page.get_by_role("button", name="Undo").click()
    wrong.wait_for(state="detached")
    assert field.get_attribute("aria-invalid") is None


def test_what_is_wrong_is_scrolled_into_sight_on_a_phone(tab):
    page = tab("?replicates=0", width=390, height=844)
    page.get_by_role("button", name="more: everything else").click()
    field = page.locator("[id='learnsim-people.helpfulness.sd']")
    field.fill("0.49")
    field.dispatch_event("change")
    wrong = page.locator("[id='learnsim-people.helpfulness.sd-wrong']")
    wrong.wait_for()
    page.wait_for_function("e => { const { top, bottom } = e.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }", arg=wrong.element_handle())


@pytest.mark.thorough
@pytest.mark.parametrize(("locale", "words"), [("de-AT", "Einstellungen"), ("en-GB", "Settings"), ("fr-FR", "Settings")])
def test_a_page_opens_in_the_language_of_the_browser(server, chromium, watched, locale, words):
    address, _ = server
    page = chromium.new_context(locale=locale).new_page()
    with watched(page, address):
        page.goto(address)
        page.wait_for_selector(f".learnsim-heading >> text={words}")
        page.wait_for_function("location.search.includes('left=')")
        assert "lang=" not in page.url
        page.wait_for_function(f"document.documentElement.lang === '{'de' if locale == 'de-AT' else 'en'}'")
        other = "en" if locale == "de-AT" else "de"
        page.select_option(".learnsim-language", other)
        page.wait_for_function(f"location.search.includes('lang={other}')")
        again = page.context.new_page()
        again.goto(page.url)
        again.wait_for_selector(f".learnsim-heading >> text={'Settings' if other == 'en' else 'Einstellungen'}")
    page.context.close()
