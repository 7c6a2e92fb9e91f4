"""Search: the plan of one community with the least cost that a number of steps gets, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.chance import PLANNING, Chance
from learnsim.errors import SettingsError
from learnsim.planning.broken import Broken, broken_rules
from learnsim.planning.constructions import MOST_PEOPLE, STARTER_STEPS, design_for
from learnsim.planning.contradictions import impossible
from learnsim.planning.kernels.annealing import BATCH, LEVELS, MOST_SWAPS, Schedule, anneal
from learnsim.planning.kernels.terms import seated
from learnsim.planning.problem import Problem
from learnsim.planning.seating import designed_people, named_cells, seat_people
from learnsim.planning.terms import UNIT, Terms, hard_price, only_hard_rules, term_costs, terms_of

START = 1 << 31  # added to the number of an annealing: the address of the random numbers of its first plan
HOT, WARM, COLD = 1.0, 0.4, 0.12  # temperatures: from a random plan, from a designed one, and the last
RULES_HOT, RULES_COLD = 0.6, 0.12  # of the highest price, where nobody can meet twice
STAY_HOT = 0.6  # temperature, of the price of somebody who moves, where a plan is made again
CHAINS = (0.5, 0.5)  # annealings from random plans, and their shares of the steps
LARGE = 20_000  # people times cycles, from which a designed plan is the only start
SECONDS = 3.5  # that a search takes if nobody says so


@dataclass(frozen=True)
class Solution:
    """A plan, what it costs, and which rules it breaks where.

    Attributes
    ----------
    cell : array (cycles, people)
        The cell of each person, counted from 0; -1 if absent.
    costs : dict of str to float
        By term, in repeated meetings of one pair.
    broken : list of Broken
        Hard rules first, then by cycle and cell.
    steps : int
        Swaps that were tried.
    """

    cell: Indices
    costs: dict[str, float]
    broken: list[Broken]
    steps: int

    @property
    def keeps_hard_rules(self) -> bool:
        """Whether no hard rule is broken."""
        return not any(one.hard for one in self.broken)

    def __repr__(self) -> str:
        cycles, people = self.cell.shape
        return f"Solution({people} people, {cycles} cycles, cost {sum(self.costs.values()):.2f}, {len(self.broken)} broken)"


def search(problem: Problem, *, seed: int = 1, seconds: float | None = None, steps: int | None = None) -> Solution:
    """Return the best plan that a number of steps gets: the same plan for the same problem, seed and steps.

    Parameters
    ----------
    problem : Problem
        Without contradictions (see :func:`contradictions`), or hard rules will be broken.
    seed : int
    seconds : float, optional
        How long the search may take on a usual machine: the number of steps follows from this and the size of the
        problem, never from a clock. 3.5 if left out.
    steps : int, optional
        Swaps that are tried; instead of ``seconds``.

    Raises
    ------
    SettingsError
        If there is no plan at all: people, cells or cycles that do not exist, more people than seats, pins that
        contradict each other.

    Examples
    --------
    >>> from learnsim.planning import Pin, Problem, quality, search
    >>> officers = [Pin(person=c, cell=c) for c in range(5)]
    >>> problem = Problem(sizes=[[5, 5, 5, 5, 5]] * 5, pinned=officers)
    >>> quality(problem, search(problem).cell).mean
    20.0
    """
    reasons = impossible(problem)
    if reasons:
        raise SettingsError(reasons[0])
    terms = terms_of(problem)
    budget = int(steps if steps is not None else steps_in(problem, terms, SECONDS if seconds is None else seconds))
    chains = _Chains(problem, terms, seed)
    chains.run(budget)
    return solution_of(problem, chains.best, terms, chains.spent)


def solution_of(problem: Problem, cell: Indices, terms: Terms | None = None, steps: int = 0) -> Solution:
    """Return a plan with its costs and the rules that it breaks."""
    costs = term_costs(problem, terms_of(problem) if terms is None else terms, cell)
    return Solution(cell, {name: cost / UNIT for name, cost in costs.items()}, broken_rules(problem, cell), steps)


def steps_in(problem: Problem, terms: Terms, seconds: float) -> int:
    """Return about how many steps take so many seconds, from the size of the problem alone."""
    seats = problem.people / max(1, terms.offsets.shape[1] - 1)
    features = len(terms.own) / max(1, problem.people)
    rules = 8.0 * features + 15.0 * terms.values.shape[1] + 6.0 * terms.levels.shape[1]
    nanoseconds = 60.0 + 0.2 * problem.people + 10.0 * seats + rules
    return max(20_000, int(seconds * 1e9 / nanoseconds))


@cache
def logarithms() -> Floats:
    """Return -ln of the middles of 4096 equal parts of 0 to 1, the same in every bit on every machine."""
    context = Context(prec=18)
    return np.array([float(-(Decimal(2 * x + 1) / 8192).ln(context)) for x in range(4096)])


class _Chain(NamedTuple):
    """One annealing: where it begins, its share of the steps, and its temperatures, in repeated meetings."""

    start: Indices
    steps: int
    hot: float
    cold: float


class _Chains:
    """Annealings of one problem, one after the other; the best plan counts."""

    def __init__(self, problem: Problem, terms: Terms, seed: int) -> None:
        self.problem, self.terms, self.seed = problem, terms, seed
        self.hard_problem = only_hard_rules(problem)
        self.hard = terms_of(self.hard_problem)._replace(weight=0)
        self.chance = Chance(seed, 0)
        self.number = self.spent = 0
        self.least = least_cost(problem, terms)
        self.cost: int | None = None
        self.best = np.empty((problem.cycles, problem.people), dtype=np.int32)

    def run(self, budget: int) -> None:
        """Spend the steps."""
        problem = self.problem
        price = max([1.0, *(f.price for f in problem.features if not f.hard), *(b.price for b in problem.balances)])
        hot, cold = HOT * price**0.5, COLD
        if self.nobody_can_meet_twice():  # then prices alone count
            hot, cold = RULES_HOT * price, RULES_COLD * price
        if problem.stay is not None:
            self.again(seat_people(problem, self.draws(), problem.stay), budget)
            return
        seeking = min(STARTER_STEPS, budget // 6)
        start = None if self.nobody_can_meet_twice() else self.designed(seeking)
        if start is not None:
            if sum(term_costs(problem, self.terms, start).values()) > self.least and problem.people <= MOST_PEOPLE:
                budget -= 2 * seeking  # that took as much time
            first = budget // 2 if problem.people * problem.cycles < LARGE else budget
            self.anneal(_Chain(start, first, WARM, COLD))
            budget -= first
        for share in CHAINS:
            if budget > 0 and (self.cost is None or self.cost > self.least):
                self.anneal(_Chain(seat_people(problem, self.draws()), int(share * budget), hot, cold))

    def again(self, start: Indices, budget: int) -> None:
        """Anneal from an earlier plan: with few moves, then with more; from anywhere only if a hard rule is broken still."""
        hot, part = STAY_HOT * self.problem.stay_price, budget // 4
        self.anneal(_Chain(start, part, WARM, COLD), prepared=False)
        self.anneal(_Chain(start, 2 * part, max(WARM, hot), COLD), prepared=False)
        if sum(term_costs(self.hard_problem, self.hard, self.best).values()) > 0:
            self.anneal(_Chain(start, budget - 3 * part, max(WARM, hot), COLD))

    def nobody_can_meet_twice(self) -> bool:
        """Whether meetings cost nothing, whatever the plan: a single cycle, and nobody met before."""
        return self.problem.cycles == 1 and not self.problem.met_before().any()

    def designed(self, steps: int) -> Indices | None:
        """The plan of a design in which few or no pairs meet twice, or None if there is none."""
        problem = self.problem
        seats = [[m for m in problem.seats(t) if m > 0] for t in range(problem.cycles) if t not in problem.fixed]
        if not seats:
            return None
        cells, size = max((len(one) for one in seats), default=0), max((max(one, default=0) for one in seats), default=0)
        full = tuple(seats[0]) if seats == seats[:1] * len(seats) else (size,) * cells
        design = design_for(full, problem.cycles, steps)
        if design is None:
            return None
        people = designed_people(problem, cells, size)
        wish = np.full((problem.cycles, problem.people), -1, dtype=np.int32)
        for place, person in enumerate(people[: design.shape[1]]):
            if person >= 0:
                wish[:, person] = design[:, place]
        return seat_people(problem, self.draws(), named_cells(problem, wish))

    def draws(self) -> Floats:
        """Uniform numbers for the order in which people are seated, shape (cycles, people)."""
        people = np.arange(self.problem.people)
        first = START + self.number * self.problem.cycles
        rows = [self.chance.uniforms(PLANNING, first + t, people, 0) for t in range(self.problem.cycles)]
        return np.array(rows).reshape(self.problem.cycles, self.problem.people)

    def anneal(self, chain: _Chain, *, prepared: bool = True) -> None:
        """Anneal once: first, if any hard rule is broken and the start may be prepared, on the hard rules alone."""
        start, steps = chain.start, chain.steps
        broken = sum(term_costs(self.hard_problem, self.hard, start).values())
        if broken > 0 and prepared:
            dear = hard_price(self.hard_problem)
            start = self._anneal(self.hard, start, max(1, steps // 4), 0.4 * dear, 0.1 * dear, -broken)[0]
        cost = sum(term_costs(self.problem, self.terms, start).values())
        cell, lowest = self._anneal(self.terms, start, steps, chain.hot, chain.cold, self.least - cost)
        if self.cost is None or cost + lowest < self.cost:
            self.cost, self.best = cost + lowest, cell

    def _anneal(
        self, terms: Terms, start: Indices, steps: int, hot: float, cold: float, enough: int
    ) -> tuple[Indices, int]:
        seating = seated(terms, start, self.problem.met_before().astype(np.int16))
        cooling = (cold / hot) ** (1.0 / LEVELS)
        relabel = 64 if len(terms.own) + terms.values.shape[1] and len(terms.open_cycles) > 1 else 0
        schedule = Schedule(steps, hot * UNIT, cooling, enough, relabel, self.chance.key, self.number)
        cell, buffers = np.empty_like(start), (np.zeros((MOST_SWAPS, 3), np.int64), np.empty((4, BATCH), np.int64))
        lowest = int(anneal(terms, seating, schedule, logarithms(), cell, *buffers))
        self.number += 1
        self.spent += steps
        return cell, lowest


def least_cost(problem: Problem, terms: Terms) -> int:
    """Return a cost below which no plan can be: the meetings that must be repeated."""
    pairs = problem.people * (problem.people - 1) // 2
    before = int(problem.met_before().sum()) // 2
    seats = np.diff(terms.offsets, axis=1).astype(np.int64)
    return terms.weight * max(0, int((seats * (seats - 1) // 2).sum()) + before - pairs)
