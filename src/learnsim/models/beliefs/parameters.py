"""Parameters: the numbers that one run of the beliefs model goes by, read once from settings and arm.
Both engines use the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.grouping.policies import officer_properties
from learnsim.settings import Arm, Settings

LARGE = 64  # people in a cell from which on their contacts are not listed one by one
WHEN_ALL_PAY_ALIKE, AT_A_CYCLES_START, AT_ANY_TIME = range(3)


class Parameters(NamedTuple):
    """Which learning there is, with what chances, and when a run is settled that stands still."""

    has_code: bool
    code_asks: bool
    has_contacts: bool
    council: bool
    figures: bool
    slow: float
    fast: float
    fast_share: float
    code_learning: float
    adoption: float
    turnover: float
    turbulence: float
    interdependence: int
    cycle_length: int
    settles: int

    @property
    def never_settles(self) -> bool:
        """Whether something can always change, since people leave or reality does."""
        return self.turnover > 0.0 or self.turbulence > 0.0


def parameters_of(settings: Settings, arm: Arm) -> Parameters:
    """Return the parameters of one run.

    An arm's lecture stands for the organizational code, its groups for contacts, its council for officers who see
    the other officers of their community; how much time each takes does not matter here.
    """
    beliefs = settings.beliefs
    has_code, grouped = arm.lecture > 0.0, arm.groups != "none"
    council = grouped and arm.council > 0.0
    if arm.shuffle != "none" and grouped:
        settles = WHEN_ALL_PAY_ALIKE
    elif council:
        settles = AT_A_CYCLES_START if officer_properties(arm.officer).deterministic else WHEN_ALL_PAY_ALIKE
    else:
        settles = AT_ANY_TIME
    return Parameters(
        has_code=has_code,
        code_asks=has_code and beliefs.code_learning > 0.0,
        has_contacts=grouped and beliefs.adoption > 0.0,
        council=council,
        figures=beliefs.reading == "figures",
        slow=beliefs.learning_from_code if has_code else 0.0,
        fast=beliefs.fast_learning if has_code else 0.0,
        fast_share=beliefs.fast_share,
        code_learning=beliefs.code_learning,
        adoption=beliefs.adoption,
        turnover=beliefs.turnover,
        turbulence=beliefs.turbulence,
        interdependence=beliefs.interdependence,
        cycle_length=settings.organisation.cycle_length,
        settles=settles,
    )
