"""A page with the story, of few people, to be quick; it is a file and needs no Python."""

import json
from functools import cache

from learnsim.browser.page_settings import PageSettings
from learnsim.playback.recording import recording_of
from learnsim.playback.scenes import scenes_for_player
from learnsim.playback.scripts import player_script, player_style
from learnsim.playback.texts import all_texts
from learnsim.settings import Settings

FIRST = "left=hybrid&right=flat-lecture"
SCENE, PRIMARY = ".learnsim-scene", ".learnsim-story button.primary"
PEOPLE = {"organisation.trainees": 60, "organisation.communities": 2, "training.sessions": 20}  # fewer, to be quick
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A story</title><style>%s</style><body class="learnsim-alone"><div id="learnsim"></div><script>%s
window.begin = (options) => { if (window.player) window.player.destroy();
  window.player = new window.learnsim.Player(document.getElementById("learnsim"), options); };
window.begin(%s)</script>"""


def there(address):
    page = PageSettings(Settings()).from_query(address)
    for name, value in PEOPLE.items():
        page = page if name in page.changes else page.changed(name, value)
    return page


@cache
def record_of(address):
    return recording_of(there(address).prepared_arms(), there(address).names)


def end(address, arm, measure="mean_mastery"):
    """Points of 100 at the end."""
    return 100 * record_of(address)["arms"][arm]["curves"][measure][-1]


def story_page(language="en"):
    """Return the page as HTML."""
    scenes = scenes_for_player(record_of, lambda address: None)
    options = {"record": record_of(FIRST), "texts": all_texts(), "language": language, "scenes": scenes}
    return PAGE % (player_style(), player_script(), json.dumps(options).replace("<", "\\u003c"))


def begin(page):
    page.locator(PRIMARY).click()
    page.wait_for_selector(SCENE)


def answers(page):
    page.wait_for_selector(".learnsim-result p")
    return page.locator(".learnsim-result p").all_inner_texts()
