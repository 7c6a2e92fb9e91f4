"""Exported stories in a real browser, from a file and without a network. Nothing that a page does may fail quietly."""

from contextlib import ExitStack, contextmanager

import pytest

from helpers.page_records import until
from learnsim.playback.scripts import player_script
from learnsim.playback.story_file import story_html

PATIENCE = 60_000  # milliseconds: machines may be busy
MAKE, NAMED = "new window.learnsim.Player(", "window.player = new window.learnsim.Player("  # so that a test can look inside


@contextmanager
def playing(chromium, path, **how):
    """Open an exported story; at the end nothing may have gone wrong, and nothing been asked of anybody."""
    context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, **how})
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else wrong.append(asked.url))
    page.set_default_timeout(PATIENCE)
    page.goto(path.as_uri())
    until(page, "!!window.player && window.player.pictures.every(picture => picture.layout)")
    yield page
    context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Return a function that writes a record as a story, and returns where it is."""

    def write(record):
        path = tmp_path_factory.mktemp("story") / "story.html"
        html = story_html(record, None)
        assert html.count(MAKE) == 1
        path.write_text(html.replace(MAKE, NAMED), "utf-8")
        return path

    return write


@pytest.fixture
def open_story(chromium):
    """Return a function that opens an exported story as a page."""
    with ExitStack() as pages:
        yield lambda path, **how: pages.enter_context(playing(chromium, path, **how))


@pytest.fixture
def shown(chromium, tmp_path):
    """Return a function that opens the story file of a record, whose player is the script's ``player``."""
    with ExitStack() as after:

        def show(record, bands=None, width=1366, height=768, **options):
            context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
            after.callback(context.close)
            page, wrong = context.new_page(), []
            after.callback(lambda: _assert_nothing(wrong))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
            path = tmp_path / "story.html"
            path.write_text(story_html(record, bands).replace(MAKE, NAMED), encoding="utf-8")
            page.goto(path.as_uri())
            page.wait_for_selector("svg.learnsim-chart")
            return page

        yield show


@pytest.fixture(scope="module")
def scripts(chromium):
    """An empty page that has the player's scripts."""
    page = chromium.new_page()
    page.add_script_tag(content=player_script())
    yield page
    page.close()


def _assert_nothing(wrong):
    assert wrong == []
