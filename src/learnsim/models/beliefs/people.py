"""People of the beliefs model as grouping policies see them."""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Signs
from learnsim.chance import INTEREST, Chance
from learnsim.people import People, Roster


def people_of(
    beliefs: Signs,
    reality: Signs,
    rates: Floats,
    communities: int,
    chance: Chance,
    roster: Roster | None,
) -> People:
    """Return people as grouping policies see them: speed is p1, mastery is being right.

    Sociability, helpfulness and interests are the roster's; where it does not say, all are alike, and interests are drawn.
    """
    count = len(rates)
    known = roster.traits if roster else {}
    alike = np.ones(count)
    interest = roster.interest if roster else None
    if interest is None:
        interest = chance.table(INTEREST, 0, np.arange(count), communities)
    mastery = (beliefs == reality).astype(np.float64)
    return People(rates, known.get("sociability", alike), known.get("helpfulness", alike), interest, mastery)
