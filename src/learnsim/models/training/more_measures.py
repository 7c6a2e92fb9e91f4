"""More measures: those that a run has if misconceptions, losses or changing communities are asked for."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.models.training.course import Course
from learnsim.models.training.info import EVOLVING, MISLED, STAYING
from learnsim.models.training.measures import (
    MORE,
    OFFICERS_LOST,
    STAYERS_MEAN,
    Advice,
    Ever,
    describe_more,
    mean_of_some,
)
from learnsim.settings import Settings


class More:
    """The further measures of a run, session by session.

    Attributes
    ----------
    rows : array (sessions + 1, MORE)
        Of misconceptions and losses.
    """

    def __init__(self, settings: Settings, groups: Collection[str]) -> None:
        sessions = settings.training.sessions
        leaving = ("losses",) if settings.training.turnover > 0.0 else ()  # who stays is measured wherever people leave
        self.groups, self.rows = {*groups, *leaving}, np.full((sessions + 1, MORE), np.nan)
        self._living = np.full((sessions + 1, len(EVOLVING)), np.nan)
        self._sizes: list[Longs] = []

    def describe(self, row: int, course: Course, means: Floats) -> None:
        """Describe everybody after so many sessions; ``means`` is their mean mastery."""
        if course.general:
            tree, ever = course.tree, Ever(course.stayed, course.touched, course.reached)
            noticed = course.settings.misconceptions.noticed
            cells = tree.plan.cells
            describe_more(
                course.people.misconception, means, noticed, tree.plan.cell, cells, tree.community, ever, self.rows[row]
            )
        else:
            self.rows[row, STAYERS_MEAN] = mean_of_some(means, course.stayed)
        self.hold(row - 1, row, course)

    def hold(self, first: int, last: int, course: Course) -> None:
        """Note what did not change in sessions first .. last-1."""
        self.rows[first + 1 : last + 1, OFFICERS_LOST] = course.officers_lost
        if "communities" in self.groups:
            self._living[first + 1 : last + 1] = course.living()
            self._sizes[first + 1 :] = [course.sizes()] * (last - first)

    @property
    def community_sizes(self) -> Longs | None:
        """People in each community after each session, if that is asked for: shape (sessions + 1, communities)."""
        return np.array(self._sizes) if self._sizes else None

    def measures(self) -> dict[str, Floats]:
        """Return the measures that are asked for, arrays (sessions + 1,)."""
        named = dict(zip((*MISLED, *STAYING), self.rows.T.copy(), strict=True))
        named |= dict(zip(EVOLVING, self._living.T.copy(), strict=True))
        asked = {"misconceptions": MISLED, "losses": STAYING, "communities": EVOLVING}
        return {name: named[name] for group, names in asked.items() if group in self.groups for name in names}


def advice_measures(groups: Collection[str], advice: Advice) -> dict[str, float]:
    """Return how unequally people were asked and have helped over a whole run, if that is asked for."""
    if "advice" not in groups:
        return {}
    return {"asked_cv": _variation(advice.asked), "help_cv": _variation(advice.helped)}


def _variation(values: Floats | Longs) -> float:
    """The coefficient of variation: standard deviation (ddof 0) over mean; NaN where the mean is 0."""
    mean = float(np.mean(values))
    return float(np.std(values)) / mean if mean > 0.0 else float("nan")
