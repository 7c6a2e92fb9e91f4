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

    Sociability, helpfulness and interests are the roster's; of whom it does not say, all are alike, and interests are drawn.
    """
    address = roster.address if roster else np.arange(len(rates), dtype=np.uint32)
    known = roster.traits if roster else {}
    alike = np.ones(len(rates))
    sociability, helpfulness = (np.nan_to_num(known.get(name, alike), nan=1.0) for name in ("sociability", "helpfulness"))
    interest = roster.interest if roster else None
    if interest is None or np.isnan(interest).any():
        drawn = chance.table(INTEREST, 0, address, communities)
        interest = drawn if interest is None else np.where(np.isnan(interest), drawn, interest)
    mastery = (beliefs == reality).astype(np.float64)
    return People(rates, sociability, helpfulness, interest, mastery, address=address)
