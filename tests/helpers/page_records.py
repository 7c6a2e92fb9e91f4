"""Page records for tests, and the player that shows them: what it shows, of small settings, and what it does in time."""

import time

from learnsim.grouping.preparation import prepare
from learnsim.playback.recording import recording_of
from learnsim.settings import Settings


def record_of(changes, arms=("hybrid", "flat-lecture")):
    """Return the page record of some settings that differ from the defaults."""
    return recording_of(prepare(Settings().changed(changes)), list(arms))


def until(page, expression, argument=None, patience=30.0):
    """Wait until an expression of a page is true; the page's own rules do not let it wait by itself."""
    end = time.monotonic() + patience
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, f"this never became true: {expression}"
        page.wait_for_timeout(20)
