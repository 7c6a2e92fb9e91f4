"""Unused controls: settings that have no effect on what a page shows, and why."""

from __future__ import annotations

from learnsim.experiments.design.unused import unused_settings
from learnsim.grouping.preparation import Prepared
from learnsim.people.people import by_label


def unused_on_page(prepared: Prepared) -> dict[str, str]:
    """Return the settings that have no effect on the page: dotted name to the reason.

    Parameters
    ----------
    prepared : Prepared
        With only the arms that are shown.

    Returns
    -------
    dict
        ``"organisation.cell_size"``; a whole trait as ``"people.helpfulness"``; an arm's field as ``"arms.hybrid.shuffle"``.
    """
    reasons = unused_settings(prepared)
    roster = prepared.roster
    if roster is not None:
        reasons["organisation.trainees"] = "the roster determines the number of people"
        if roster.interest is not None or (roster.community and by_label(prepared.settings)):
            reasons["organisation.communities"] = "the roster has columns for these communities"
        if roster.planned is not None:
            reasons["organisation.communities"] = "the plan names these communities"
    return reasons
