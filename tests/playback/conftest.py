"""Exported stories in a real browser, from a file and without a network. Nothing that a page does may fail quietly."""

from contextlib import ExitStack, contextmanager

import pytest

from helpers.page_records import until
from helpers.story_page import story_page
from learnsim.playback import story_file
from learnsim.playback.scripts import player_script

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

    def write(record, bands=None):
        path = tmp_path_factory.mktemp("story") / "story.html"
        assert MAKE in story_file.BEGIN
        with pytest.MonkeyPatch.context() as patched:  # before the page says which script it may run
            patched.setattr(story_file, "BEGIN", story_file.BEGIN.replace(MAKE, NAMED))
            path.write_text(story_file.story_html(record, bands), "utf-8")
        return path

    return write


@pytest.fixture
def open_story(chromium):
    """Return a function that opens an exported story as a page."""
    with ExitStack() as pages:
        yield lambda path, **how: pages.enter_context(playing(chromium, path, **how))


@pytest.fixture
def shown(open_story, export):
    """Return a function that opens the story of a record, with its repetitions, in a window of some size."""

    def show(record, bands=None, width=1366, height=768):
        page = open_story(export(record, bands), viewport={"width": width, "height": height})
        page.wait_for_selector("svg.learnsim-chart")
        return page

    return show


@pytest.fixture(scope="module")
def scripts(chromium):
    """An empty page that has the player's scripts."""
    page = chromium.new_page()
    page.add_script_tag(content=player_script())
    yield page
    page.close()


@pytest.fixture(scope="module")
def scenes_file(tmp_path_factory):
    """Where the story is, as a page without Python."""
    path = tmp_path_factory.mktemp("story") / "story.html"
    path.write_text(story_page(), encoding="utf-8")
    return path


@pytest.fixture
def story(chromium, scenes_file):
    """A page with the story, still closed; no script may fail."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce", offline=True)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(scenes_file.as_uri())
    yield page
    context.close()
    assert wrong == []
