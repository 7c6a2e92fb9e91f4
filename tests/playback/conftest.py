"""The player in a real browser, from an exported file: no script may fail, and nobody is asked for anything."""

from contextlib import ExitStack

import pytest

from learnsim.playback.scripts import player_script
from learnsim.playback.story_file import story_html

HANDLE = "window.player = new window.learnsim.Player("


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
            path.write_text(story_html(record, bands).replace("new window.learnsim.Player(", HANDLE), encoding="utf-8")
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
