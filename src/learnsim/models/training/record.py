"""Record: the result of one run of the training model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np

from learnsim.arrays import Flags, Floats, Indices, Longs
from learnsim.models.labelled import Label
from learnsim.models.record import Record
from learnsim.models.training.measures import run_measures, stratum_measures


class Trace(NamedTuple):
    """Everybody's state after every session; row 0 is before session 0. For tests, films and doubts.

    Attributes
    ----------
    mastery : array (sessions + 1, trainees, items)
    cell, tenure : arrays (sessions + 1, trainees)
    officers : array (sessions + 1, cells)
        -1 where a session has fewer cells than another.
    misconception : array (sessions + 1, trainees, items), or (sessions + 1, trainees, 0) where nobody can have any
    community : array (sessions + 1, trainees)
    learning_speed, sociability, helpfulness : arrays (sessions + 1, trainees)
        Those of whoever sits there: a novice has others.
    stayed : array (sessions + 1, trainees) of bool
        Who has never left.
    asked : array (sessions + 1, trainees)
        Whom each person approached in the exchange of the session that the row ends with; -1 for nobody, as in row 0. As
        ``asked_cv`` counts it: only somebody who is present asks, whether or not anything is learned.
    consulted : array (sessions + 1, trainees)
        Which officer each officer consulted in that session, in the same way; -1 for nobody.
    absent : array (sessions + 1, trainees) of bool
        Who was absent from that session.
    played_cell, played_community : arrays (sessions + 1, trainees)
        Where each person spent that session. Afterwards ``cell`` and ``community`` may be others, where communities evolve.
    played_officers : array (sessions + 1, cells)
    played_branches : array (sessions + 1, branches + 1)
        See :class:`~learnsim.grouping.cells.SeatPlan`.
    """

    mastery: Floats
    cell: Indices
    tenure: Indices
    officers: Indices
    misconception: Floats
    community: Indices
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    stayed: Flags
    asked: Indices
    consulted: Indices
    absent: Flags
    played_cell: Indices
    played_community: Indices
    played_officers: Indices
    played_branches: Indices


def mean_mastery(mastery: Floats) -> Floats:
    """Return each trainee's mean over the items, summed from left to right as everywhere: shape (trainees,)."""
    total = np.zeros(len(mastery))
    for column in mastery.T:
        total += column
    return total / mastery.shape[1]


@dataclass(frozen=True, kw_only=True, repr=False)
class TrainingRecord(Record):
    """The result of one run of the training model.

    Attributes
    ----------
    mastery : array (trainees, items)
        Final mastery.
    learning_speed, sociability, helpfulness : arrays (trainees,)
    tenure : array (trainees,)
        Sessions in the cell.
    misconception : array (trainees, items), or (trainees, 0) where nobody can hold anything wrong
    interest : array (trainees, communities)
        Final interest in each community's topic.
    stayed : array (trainees,) of bool, or None
        Who has never left, where that is noted.
    community_sizes : array (sessions + 1, communities), or None
        People in each community, where that may change.
    compared : dict of str to float
        Measures of the run that cannot be computed from ``measures``: what shocks and losses cost, against the same run
        without them; test scores; who was asked.
    """

    mastery: Floats
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    tenure: Indices
    misconception: Floats
    interest: Floats
    stayed: Flags | None = None
    community_sizes: Longs | None = None
    compared: Mapping[str, float] = field(default_factory=dict)

    STATE: ClassVar[tuple[str, ...]] = ("mastery", "misconception", "interest", "tenure", *Record.STATE)
    LABELS: ClassVar[dict[str, Label]] = {
        **Record.LABELS,
        "mastery": Label(("person", "item"), "how well each person masters each item", "0 to 1"),
        "misconception": Label(("person", "item"), "how firmly each person believes something wrong of each item", "0 to 1"),
        "tenure": Label(("person",), "how long each person has been in the cell", "sessions"),
        "learning_speed": Label(("person",), "how fast each person learns", "0 to 1"),
        "sociability": Label(("person",), "each person's chance of approaching a cellmate in a session", "0 to 1"),
        "helpfulness": Label(("person",), "how well each person explains", "0 to 1"),
        "stayed": Label(("person",), "whether each person has been there from the beginning"),
        "asked": Label(("person",), "whom each person approached in the session; -1: nobody"),
        "consulted": Label(("person",), "the officer whom each officer consulted in the session; -1: nobody"),
        "absent": Label(("person",), "whether each person was absent from the session"),
        "played_cell": Label(("person",), "the cell in which each person spent the session; -1 where there are none"),
        "played_community": Label(("person",), "the community in which each person spent the session"),
        "played_officers": Label(("cell_number",), "the officer of each cell in the session; -1 where there are fewer"),
        "played_branches": Label(("branch",), "the first cell of each community's council in the session, and the end"),
    }

    def run_measures(self) -> dict[str, float]:
        """Return the final session's measures, and those of the run as a whole; NaN where missing."""
        return {**run_measures(self.measures, self.settings.curriculum.equal_mean), **self.compared}

    @property
    def stayers(self) -> Flags:
        """Who has never left, shape (trainees,); everybody where nobody could."""
        return np.ones(len(self.mastery), dtype=np.bool_) if self.stayed is None else self.stayed

    def standing(self) -> Floats:
        """Return each trainee's final mean mastery: shape (trainees,)."""
        return mean_mastery(self.mastery)

    def of_stratum(self, members: Longs) -> dict[str, float]:
        """Return the final measures of some trainees alone."""
        people = self.by_person
        if people is None:
            return {}
        traits = self.learning_speed[members], self.sociability[members]
        threshold = self.settings.curriculum.mastery_threshold
        return stratum_measures(people.start[members], people.end[members], people.partners[members], *traits, threshold)

    @property
    def speed(self) -> Floats:
        """Everybody's learning speed, shape (trainees,)."""
        return self.learning_speed
