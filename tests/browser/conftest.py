"""A real server and a real browser. Nothing that a page does may fail quietly: errors in its console, requests that
fail, and requests to anywhere else end the test.
"""

from contextlib import ExitStack, contextmanager

import pytest

from helpers.page_server import serving

PATIENCE = 60_000  # milliseconds: machines may be busy
LEFT = "net::ERR_ABORTED"  # by a page that is loaded again while its icon is still on its way


@pytest.fixture(scope="session")
def server():
    with serving() as (address, process):
        yield address, process


@contextmanager
def watching(page, address):
    """Let a page do what it wants; at the end nothing may have gone wrong, and nothing been asked of anybody else."""
    wrong = []
    ours = (address, address.replace("http", "ws", 1), "data:", "blob:")
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("requestfailed", lambda asked: None if asked.failure == LEFT else wrong.append(f"failed: {asked.url}"))
    page.on("response", lambda got: wrong.append(f"{got.status}: {got.url}") if got.status >= 400 else None)
    page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(f"elsewhere: {asked.url}"))
    page.on("websocket", lambda opened: None if opened.url.startswith(ours) else wrong.append(f"elsewhere: {opened.url}"))
    page.set_default_timeout(PATIENCE)
    yield page
    so_far = list(wrong)
    if not page.is_closed():
        page.close()
    assert so_far == []


@pytest.fixture(scope="session")
def watched():
    """Return :func:`watching`."""
    return watching


@pytest.fixture
def tab(server, chromium):
    """Return a function that opens a page at an address line, and hands it over once it is drawn."""
    address, _ = server
    with ExitStack() as pages:

        def open_page(query="", width=1400, height=1300):
            page = pages.enter_context(watching(chromium.new_page(viewport={"width": width, "height": height}), address))
            page.goto(address + query)
            page.wait_for_selector(".learnsim-side canvas >> nth=1")
            page.wait_for_function("location.search.includes('left=')")
            page.wait_for_selector(".learnsim-setting, .learnsim-scene")  # they come after the pictures
            page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
            return page

        yield open_page
