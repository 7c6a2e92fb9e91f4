"""Plan: who sits with whom in every cycle of a course, and how good that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from learnsim.arrays import Flags, Indices, Longs
from learnsim.notebook import html_block, html_table, html_text
from learnsim.people import Roster
from learnsim.planning import Problem, Quality, quality, random_plan
from learnsim.plans.cells import cells_in
from learnsim.plans.plan_rows import COLUMNS, MEMBER, OFFICER, Row
from learnsim.settings import Settings
from learnsim.sorting import name_order

if TYPE_CHECKING:
    import pandas as pd


class BrokenRule(NamedTuple):
    """A rule that a cell breaks.

    Attributes
    ----------
    rule : str
        As the file has it: its kind, and whom it names.
    hard : bool
        Whether it must hold.
    cycle, cell : int
        Counted from 1.
    community : str
    people : tuple of int
        Numbers of the people whom the rule is about.
    """

    rule: str
    hard: bool
    cycle: int
    community: str
    cell: int
    people: tuple[int, ...]


class PlanQuality(NamedTuple):
    """How good a plan is.

    Attributes
    ----------
    partners : float
        Distinct people whom a person meets in a cell during the course, on average.
    fewest : int
        The fewest that anybody meets.
    ideal : float
        An average that no plan could exceed.
    random : float
        The average if cells were formed at random.
    repeats : int
        Meetings of pairs who had met before.
    broken : dict of rule to int
        How often each rule is broken, over all cycles and cells.
    """

    partners: float
    fewest: int
    ideal: float
    random: float
    repeats: int
    broken: dict[str, int]


@dataclass(frozen=True, repr=False)
class Plan:
    """A plan of a course: who is in which cell in every cycle. :func:`learnsim.plan` makes one.

    Attributes
    ----------
    settings : Settings
        With the table ``[plan]``.
    roster : Roster
        The people, by ascending id; person i below is its i-th.
    name : str
    communities : tuple of str
        What they are called.
    community : array (people,)
        The number of each person's community.
    cell : array (cycles, people)
        The cell within the community, counted from 0; -1 for who is absent.
    officer : array (cycles, people)
        Whether each is the officer of their cell.
    rooms : dict of (community, cell) to str
        Empty if the file names no rooms.
    problems : list of Problem
        What was planned in each community.
    broken : tuple of BrokenRule
    moved : int
        Of a plan that was made again: seats that are others than in the earlier one, over all cycles.
    first_coming : int
        The first cycle that was not held already, counted from 0.
    notes : tuple of str
        What should be known of how it was made.

    Examples
    --------
    >>> import learnsim
    >>> plan = learnsim.plan("course.toml")  # doctest: +SKIP
    >>> plan  # doctest: +SKIP
    <Plan course: 30 people in 6 cells, 6 cycles; 23.6 of 24.0 possible partners>
    """

    settings: Settings
    roster: Roster
    name: str
    communities: tuple[str, ...]
    community: Indices
    cell: Indices
    officer: Flags
    rooms: dict[tuple[int, int], str]
    problems: list[Problem]
    broken: tuple[BrokenRule, ...] = ()
    moved: int = 0
    first_coming: int = 0
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        quality = self.quality()
        return (
            f"<Plan {self.name}: {len(self.community)} people in {len(self.cells)} cells, {self.cycles} cycles; "
            f"{quality.partners:.1f} of {quality.ideal:.1f} possible partners>"
        )

    def _repr_html_(self) -> str:
        """Show how good it is, and who sits where in the first cycle."""
        quality = self.quality()
        facts = html_table(
            ("", "this plan", "at most", "at random"),
            [
                (
                    "partners of a person, on average",
                    f"{quality.partners:.1f}",
                    f"{quality.ideal:.1f}",
                    f"{quality.random:.1f}",
                )
            ],
        )
        rows = []
        for community, number in self.cells:
            members = self.members(0, community, number)
            leader = next((i for i in members if self.officer[0, i]), None)
            others = ", ".join(self.roster.names[i] for i in members if i != leader)
            place = f"{self.communities[community]} {number + 1}" if len(self.communities) > 1 else str(number + 1)
            rows.append((place, "" if leader is None else self.roster.names[leader], others))
        first = html_table(("cell", "officer", "members in cycle 1"), rows, words=3)
        return html_block(repr(self)[1:-1], facts, first, *(html_text(note) for note in self.notes))

    @property
    def cycles(self) -> int:
        """The number of cycles."""
        return len(self.cell)

    @property
    def dates(self) -> tuple[str, ...]:
        """The date of each cycle; empty texts if the file names none."""
        return tuple(self.settings.plan.dates) or ("",) * self.cycles

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Every cell that there ever is, as its community and its number there, counted from 0."""
        return tuple(
            (home, number)
            for home in range(len(self.communities))
            for number in range(cells_in(self.cell[:, self.community == home]))
        )

    def members(self, cycle: int, community: int, cell: int) -> list[int]:
        """Return the people of a cell in a cycle, the officer first, then by name."""
        there = np.flatnonzero((self.community == community) & (self.cell[cycle] == cell)).tolist()
        return sorted(there, key=lambda i: (not self.officer[cycle, i], name_order(self.roster.names[i]), i))

    def absent(self, cycle: int) -> list[int]:
        """Return who is absent from a cycle, ascending."""
        return np.flatnonzero(self.cell[cycle] < 0).tolist()

    def rows(self) -> Iterator[Row]:
        """Yield who sits where: a row per person and cycle, cell by cell, the officer first."""
        for cycle in range(self.cycles):
            for community, cell in self.cells:
                for i in self.members(cycle, community, cell):
                    yield Row(
                        cycle + 1,
                        self.dates[cycle],
                        self.communities[community],
                        cell + 1,
                        self.rooms.get((community, cell), ""),
                        self.roster.ids[i],
                        self.roster.names[i],
                        OFFICER if self.officer[cycle, i] else MEMBER,
                    )

    def to_frame(self) -> pd.DataFrame:
        """Return the plan as a pandas frame, a row per person and cycle, with the columns of ``plan.csv``."""
        import pandas as pd  # nothing heavy is imported before it is used

        return pd.DataFrame(list(self.rows()), columns=list(COLUMNS))

    @cached_property
    def meetings(self) -> Longs:
        """In how many cycles each pair shares a cell, shape (people, people); 0 on the diagonal."""
        times = np.zeros((len(self.community),) * 2, dtype=np.int64)
        for row in self.cell:
            same = (
                (row[:, None] == row[None, :]) & (row[:, None] >= 0) & (self.community[:, None] == self.community[None, :])
            )
            times += same
        np.fill_diagonal(times, 0)
        return times

    def quality(self) -> PlanQuality:
        """Return how good the plan is, beside the best possible and beside cells formed at random."""
        return self._quality

    @cached_property
    def _quality(self) -> PlanQuality:
        ours = [quality(problem, self._of(home)) for home, problem in enumerate(self.problems)]
        seeds = (random_plan(problem, seed=self.settings.plan.seed) for problem in self.problems)
        others = [quality(problem, cell) for problem, cell in zip(self.problems, seeds, strict=True)]
        broken: dict[str, int] = {}
        for one in ours:
            for rule, times in one.broken.items():
                broken[rule] = broken.get(rule, 0) + times
        return PlanQuality(
            self._mean(ours, "mean"),
            min((one.minimum for one in ours), default=0),
            self._mean(ours, "ideal"),
            self._mean(others, "mean"),
            sum(one.repeats for one in ours),
            broken,
        )

    def _of(self, home: int) -> Indices:
        return self.cell[:, self.community == home]

    def _mean(self, parts: list[Quality], what: str) -> float:
        """The mean over all people of what is a mean of each community."""
        sizes = np.bincount(self.community, minlength=len(parts)).tolist()
        total = sum(size * float(getattr(one, what)) for size, one in zip(sizes, parts, strict=True))
        return total / max(1, sum(sizes))
