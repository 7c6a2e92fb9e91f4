"""Unused controls: settings that have no effect on what a page shows, and why."""

from __future__ import annotations

from learnsim.errors import LearnsimError
from learnsim.experiments.design.unused import unused_settings
from learnsim.people import load_roster
from learnsim.settings import Settings


def unused_on_page(settings: Settings) -> dict[str, str]:
    """Return the settings that have no effect on the page: dotted name to the reason.

    Parameters
    ----------
    settings : Settings
        With only the arms that are shown.

    Returns
    -------
    dict
        ``"organisation.cell_size"``; a whole trait as ``"people.helpfulness"``; an arm's field as ``"arms.hybrid.shuffle"``.
    """
    reasons = {"curriculum.equal_mean": "no measure at equal mean is shown on this page"}
    try:
        roster = load_roster(settings)
        reasons |= unused_settings(settings)
    except LearnsimError:  # the roster was changed after it was read: the current runs stay
        return reasons
    if roster is not None:
        reasons["organisation.trainees"] = "the roster determines the number of people"
        if roster.interest is not None or roster.community:
            reasons["organisation.communities"] = "the roster has columns for these communities"
    return reasons
