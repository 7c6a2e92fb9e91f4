"""The connection: while the server has stopped, what the page shows is played on; a notice says so, and when it is there again."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

STOPPED = {
    "en": "learnsim has stopped. What is shown can still be played, but settings cannot be changed.",
    "de": "learnsim läuft nicht mehr. Was zu sehen ist, kann weiter abgespielt werden, aber Einstellungen lassen sich nicht ändern.",
}
PATIENCE = 60_000
NOTICE = ".learnsim-notice"


def started(port):
    """A server at this port, which answers."""
    command = [sys.executable, "-m", "learnsim", "viz", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "NO_PROXY": "*"}
    )
    assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
    return process


def stopped(process):
    process.kill()
    process.communicate(timeout=30)


@contextmanager
def opened(chromium, query=""):
    """A page, and a function that stops its server, and one that starts it again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = [started(port)]
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(PATIENCE)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error.stack)))
    try:
        page.goto(f"http://127.0.0.1:{port}/{query}")
        page.wait_for_selector(".learnsim-side canvas >> nth=1")
        page.wait_for_selector(".learnsim-setting")
        yield page, lambda: stopped(servers[-1]), lambda: servers.append(started(port))
        assert wrong == []
    finally:
        page.close()
        for server in servers:
            stopped(server)


def clock(page):
    return page.inner_text(".learnsim-clock")


@pytest.mark.parametrize("language", ["en", pytest.param("de", marks=pytest.mark.thorough)])
def test_what_is_shown_is_played_on_when_the_server_has_stopped(chromium, language):
    with opened(chromium, f"?lang={language}") as (page, stop, _):
        assert page.inner_text(NOTICE) == ""
        stop()
        page.wait_for_selector(f"{NOTICE} >> text={STOPPED[language]}")
        assert page.locator(".v-overlay--active, .v-dialog--active, .v-alert").count() == 0
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('.learnsim-clock').innerText.match(/^(session|Sitzung) [1-9]/)")
        page.keyboard.press("End")
        page.wait_for_function("document.querySelector('.learnsim-clock').innerText.match(/ 60 (of|von) 60/)")
        page.locator(".learnsim-two canvas").first.click()  # nothing lies over the pictures
        page.fill(".learnsim-follow input", "3")
        page.keyboard.press("Enter")
        page.wait_for_selector(".learnsim-trainee")
        assert page.locator(".learnsim-settings > *:not([inert])").count() <= 1  # what keeps the URL in step is not seen
        page.locator(".learnsim-take > button").click()
        with page.expect_download() as download:
            page.locator(".learnsim-take-panel button").nth(2).click()
        assert download.value.suggested_filename.endswith(".csv")
        assert page.inner_text(NOTICE) == STOPPED[language]


@pytest.mark.thorough
def test_a_scene_that_has_to_be_computed_says_why_it_does_not_come(chromium):
    with opened(chromium) as (page, stop, _):
        page.click("text=Guess first")
        page.wait_for_selector(".learnsim-scene h2 >> text=/lecture/i")
        stop()
        page.wait_for_selector(f"{NOTICE} >> text={STOPPED['en']}")
        page.click(".learnsim-scene >> text=Next")  # which shows two arms, and not one, of the same record
        page.wait_for_selector(".learnsim-scene h2 >> text=/cells/i")
        page.click(".learnsim-scene >> text=Next")
        page.wait_for_selector(f"{NOTICE} >> text=learnsim has stopped, and has to compute what was asked for.")
        assert page.locator(".learnsim-scene").count() == 0
        page.click("text=Guess first")  # which was shown before
        page.wait_for_selector(".learnsim-scene h2 >> text=/lecture/i")
        page.wait_for_selector(".learnsim-scene >> text=Play")


@pytest.mark.thorough
def test_a_server_that_is_there_again_is_announced_and_the_page_can_be_loaded(chromium):
    with opened(chromium, "?training.sessions=20") as (page, stop, start):
        stop()
        page.wait_for_selector(f"{NOTICE} >> text={STOPPED['en']}")
        start()
        page.wait_for_selector(f"{NOTICE} >> text=learnsim is running again.")
        page.keyboard.press("End")
        assert clock(page).startswith("session 20 of 20") or page.wait_for_selector("text=session 20 of 20")
        page.click(f"{NOTICE} button")
        page.wait_for_selector(".learnsim-setting")
        page.wait_for_function(f"document.querySelector('{NOTICE}').innerText === ''")
        assert clock(page).startswith("session 0 of 20")
        page.get_by_role("slider", name="people per cell").fill("4")
        page.wait_for_function("location.search.includes('organisation.cell_size=4')")


@pytest.mark.thorough
def test_a_connection_that_comes_back_at_once_is_not_spoken_of(chromium):
    with opened(chromium) as (page, _, _start):
        page.evaluate(f"window.news = []; new MutationObserver(() => news.push(1)).observe(document.querySelector('{NOTICE}'), {{ childList: true }})")
        assert page.evaluate("solara.debug.dropConnection()")
        page.wait_for_function("solara.debug.reconnectCount === 1")
        page.wait_for_timeout(2500)
        assert page.evaluate("news.length") == 0
        page.get_by_role("slider", name="people per cell").fill("4")
        page.wait_for_function("location.search.includes('organisation.cell_size=4')")
