"""Page records for tests: what the player shows, of small settings."""

from learnsim.grouping.preparation import prepare
from learnsim.playback.recording import recording_of
from learnsim.settings import Settings


def record_of(changes, arms=("hybrid", "flat-lecture")):
    """Return the page record of some settings that differ from the defaults."""
    return recording_of(prepare(Settings().changed(changes)), list(arms))
