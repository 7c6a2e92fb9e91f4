"""Unread: settings that can change nothing of what a page shows, and why."""

from __future__ import annotations

from learnsim.errors import LearnsimError
from learnsim.experiments.design.unused import idle_settings
from learnsim.people import load_roster
from learnsim.settings import Settings


def unread(settings: Settings) -> dict[str, str]:
    """Return the settings that cannot change anything on the page: dotted name to the reason.

    Parameters
    ----------
    settings : Settings
        With the arms that are played, and no others.

    Returns
    -------
    dict
        ``"organisation.cell_size"``; a whole trait as ``"people.helpfulness"``; an arm's field as ``"arms.hybrid.shuffle"``.
    """
    found = {"curriculum.equal_mean": "nothing on this page is taken at equal mean"}
    try:
        roster = load_roster(settings)
        found |= idle_settings(settings)
    except LearnsimError:  # the roster was changed after it was read: what is played stays as it is
        return found
    if roster is not None:
        found["organisation.trainees"] = "the roster says how many people there are"
        if roster.interest is not None or roster.community:
            found["organisation.communities"] = "the roster has columns for these communities"
    return found
