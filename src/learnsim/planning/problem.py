"""Problem: who is present in which cycle, how many seats the cells have, and what a plan of one community shall respect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Flags, Floats, Indices
from learnsim.errors import SettingsError

KINDS = ("apart", "together", "not_alone", "spread", "alike")
HALF_A_DEVIATION = 0.5  # the tolerance of a balance, in standard deviations, as in GroupEng


class Feature(NamedTuple):
    """A set of people, and how many of them may sit in one cell.

    Attributes
    ----------
    kind : str
        ``apart``: at most one of them per cell. ``together``: all of them in one cell. ``not_alone``: none or at least
        two of them in a cell. ``spread``: each cell has its fair share of those who are present, rounded down or up; a
        cell's fair share is in proportion to its seats. ``alike``: a cell has none of them, or nobody else.
    members : sequence of int
        Their numbers, from 0.
    price : float
        What one violation costs, in repeated meetings of one pair. The violations of a cell are: apart, the pairs that
        sit together; together, half the pairs that the cell separates; not_alone, 1; spread, the people above or below
        the fair share; alike, the smaller of the two sides. In the last two the first person counts 1, each further
        one a quarter: it is better to break a rule in one cell than in two.
    hard : bool
        The rule must hold: no price outweighs it.
    name : str
        The rule's name. Features of one name are one rule: a cell breaks it once.
    """

    kind: str
    members: Sequence[int]
    price: float = 5.0
    hard: bool = False
    name: str = ""

    @property
    def rule(self) -> str:
        """The name of the rule: that of its kind if it has none of its own."""
        return self.name or self.kind


class Balance(NamedTuple):
    """A number per person whose mean in each cell shall be near the mean of all.

    A cell counts as broken if its mean is as far from the mean of all as ``tolerance`` standard deviations, or farther:
    the measure of GroupEng (Dimiduk and Dimiduk 2011). Its cost is the square of that distance in tolerances, times a
    tenth of the price; a broken cell costs the price in addition.

    Attributes
    ----------
    numbers : array (people,)
        NaN: not known; such a person counts as the mean of all.
    price : float
        In repeated meetings of one pair.
    tolerance : float
        In standard deviations of the numbers that are known.
    name : str
    """

    numbers: Sequence[float] | Floats
    price: float = 5.0
    tolerance: float = HALF_A_DEVIATION
    name: str = "balance"


class Pin(NamedTuple):
    """A person who sits in a cell, in one cycle or, if the cycle is None, in every cycle in which the person is present."""

    person: int
    cell: int
    cycle: int | None = None


class PinnedSeat(NamedTuple):
    """A pin in one cycle."""

    cycle: int
    person: int
    cell: int


@dataclass(frozen=True)
class Problem:
    """A plan that is sought: who sits in which cell in every cycle, for the people of one community.

    People, cells and cycles are counted from 0.

    Attributes
    ----------
    sizes : sequence (cycles) of sequences (cells)
        Seats of each cell in each cycle; as many in all as people are present.
    present : array (cycles, people), optional
        Who is present; everybody if left out.
    met : array (people, people) of truths, or pairs of people
        Who has met before the course.
    features, balances : sequences
        The rules.
    mastery : array (people, items), optional
        0 to 1; what composition looks at.
    aim : float
        0 pays for distinct partners, 1 for composition, numbers between for both: a cell's shortfall from the best
        mastery of each item (0: it has the best there is, 1: it has the worst) counts as if so many of its pairs had
        met before.
    pinned : sequence of Pin
        Seats that never move.
    fixed : mapping of cycle to array (people,)
        Cycles that were held already: the cell of each person, -1 if absent. They count as meetings; no rule is asked
        of them.
    stay : array (cycles, people), optional
        Cells of an earlier plan, -1 where there is none.
    stay_price : float
        What each person costs who does not sit there, per cycle.
    even : float
        What it costs, per cycle, that a person has been in a smaller cell twice before everybody has been once.

    Examples
    --------
    >>> from learnsim.planning import Feature, Problem, search
    >>> problem = Problem(sizes=[[3, 3, 3]] * 3, features=[Feature("apart", [0, 1], hard=True)])
    >>> solution = search(problem, seed=1)
    >>> solution.cell.shape, solution.costs["meetings"], solution.broken
    ((3, 9), 0.0, [])
    """

    sizes: Sequence[Sequence[int]]
    present: Flags | None = None
    met: Any = ()
    features: Sequence[Feature] = ()
    balances: Sequence[Balance] = ()
    mastery: Floats | None = None
    aim: float = 0.0
    pinned: Sequence[Pin] = ()
    fixed: Mapping[int, Sequence[int] | Indices] = field(default_factory=dict)
    stay: Indices | None = None
    stay_price: float = 3.0
    even: float = 1.0

    def __post_init__(self) -> None:
        for what, array in (("present", self.present), ("stay", self.stay)):
            if array is not None and np.shape(array) != (self.cycles, self.people):
                raise SettingsError(
                    f"{what} has the shape {np.shape(array)}; it must have {self.cycles} cycles and {self.people} people"
                )
        for feature in self.features:
            if feature.kind not in KINDS:
                raise SettingsError(f"unknown kind of feature {feature.kind!r}; known are {', '.join(KINDS)}")
        if not 0.0 <= self.aim <= 1.0:
            raise SettingsError(f"aim is {self.aim}; it must be from 0 (meet) to 1 (learn)")
        if self.aim > 0.0 and self.mastery is None:
            raise SettingsError(f"aim is {self.aim}, but there is no mastery to compose cells by; give it, or set aim to 0")

    @property
    def cycles(self) -> int:
        """The number of cycles."""
        return len(self.sizes)

    @property
    def people(self) -> int:
        """The number of people, present or not."""
        if self.present is not None:
            return int(np.shape(self.present)[1])
        return int(sum(self.sizes[0])) if self.cycles else 0

    @property
    def attendance(self) -> Flags:
        """Who is present, shape (cycles, people); in cycles that were held, who was."""
        here = np.ones((self.cycles, self.people), dtype=bool)
        if self.present is not None:
            here &= np.asarray(self.present, dtype=bool)
        for cycle, cells in self.fixed.items():
            here[cycle] = np.asarray(cells) >= 0
        return here

    def seats(self, cycle: int) -> list[int]:
        """Return the seats of each cell in a cycle; in one that was held, the people who sat there."""
        if cycle not in self.fixed:
            return [int(size) for size in self.sizes[cycle]]
        cells = np.asarray(self.fixed[cycle])
        return [int(size) for size in np.bincount(cells[cells >= 0], minlength=len(self.sizes[cycle]))]

    def pins(self) -> Iterator[PinnedSeat]:
        """Each pin of one cycle, for cycles that are still to be planned."""
        here = self.attendance
        for pin in self.pinned:
            cycles = range(self.cycles) if pin.cycle is None else [pin.cycle]
            for cycle in cycles:
                if cycle not in self.fixed and (pin.cycle is not None or here[cycle, pin.person]):
                    yield PinnedSeat(cycle, pin.person, pin.cell)

    def met_before(self) -> Flags:
        """Return who has met before the course, shape (people, people)."""
        count = self.people
        before = np.zeros((count, count), dtype=bool)
        if np.ndim(self.met) == 2 and np.shape(self.met) == (count, count):
            before |= np.asarray(self.met, dtype=bool)
        else:
            for one, other in self.met:
                before[one, other] = True
        before |= before.T
        np.fill_diagonal(before, False)
        return before
