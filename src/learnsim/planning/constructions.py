"""Constructions: schedules in which no two people meet twice, from finite fields, differences and cyclic groups.

A design is for full cells: place ``row * cells + x`` has one of ``size`` rows; those of the first row never meet each
other in transversal designs. References: the transversal and the affine plane designs in Colbourn and Dinitz (2007),
"Handbook of Combinatorial Designs"; Kirkman (1850); starters that a cyclic group develops: Bose (1939).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.chance import PLANNING, Chance
from learnsim.planning.fields import field, powers_of_generator, prime_power
from learnsim.planning.kernels.development import develop

STARTER = 1 << 30  # address of the random numbers of a starter
MOST_PEOPLE = 130  # for whom a starter is sought
STARTER_STEPS = 8_000_000  # at most
TRIES = 20  # of differences, each with other random numbers


def design_for(sizes: tuple[int, ...], cycles: int, steps: int = STARTER_STEPS) -> Indices | None:
    """Return a design in which few or no pairs meet twice, or None: array (cycles, cells * largest size) of cells.

    Parameters
    ----------
    sizes : tuple of int
        People in each cell, the same in every cycle.
    cycles : int
    steps : int
        Of each annealing that seeks a starter.

    Examples
    --------
    >>> from learnsim.planning.constructions import design_for
    >>> design_for((2, 2, 2), cycles=3).tolist()
    [[0, 1, 2, 0, 1, 2], [0, 1, 2, 1, 2, 0], [0, 1, 2, 2, 0, 1]]
    """
    cells, size = len(sizes), max(sizes, default=0)
    if cells < 2 or size < 2:
        return None
    design = transversal(cells, size, cycles)
    if design is None and size == 4:
        design = cells_of_four(cells, cycles)
    if design is None:
        design = differences(cells, size, cycles)
    if design is None:
        design = developed(sizes, cycles, steps)
    return truncated(cells, size, cycles) if design is None else design


def transversal(cells: int, size: int, cycles: int) -> Indices | None:
    """Return a transversal design: seat r of a cell moves a r cells on in cycle a, in the arithmetic of a field.

    It is without repeats for a number of cells that is a prime power not below their size, and as many cycles as cells.
    Then those who are left, the rows, have not met: a further cycle, if they are as large as the cells (an affine plane),
    or a design of each row, if cells can be made of it.
    """
    if prime_power(cells) is None or size > cells:
        return None
    arithmetic, x = field(cells), np.arange(cells)
    rounds = [
        np.concatenate([arithmetic.add[x, arithmetic.multiply[a, row]] for row in range(size)])
        for a in range(min(cycles, cells))
    ]
    if cycles > cells:
        if cells % size:
            return None
        within = cells // size
        rest = design_for((size,) * within, cycles - cells) if within > 1 else np.zeros((1, cells), dtype=np.int32)
        if rest is None or len(rest) < cycles - cells:
            return None
        rounds += [np.concatenate([row * within + one for row in range(size)]) for one in rest]
    return np.array(rounds, dtype=np.int32)


@lru_cache(maxsize=8)
def cells_of_four(cells: int, cycles: int) -> Indices | None:
    """Return cells of four in which everybody meets everybody once, for 3 t + 1 cells if 4 t + 1 is a prime power.

    Bose's construction: three copies of the field of 4 t + 1 elements and one person more. A first cycle is made of powers
    of a generator x, even ones in one copy and odd ones, a on, in the next, where (x**a + 1) / (x**a - 1) is an odd power;
    each further cycle adds an element of the field to everybody's.
    """
    third, rest = divmod(cells - 1, 3)
    order = 4 * third + 1
    if rest or cycles > order or prime_power(order) is None:
        return None
    arithmetic = field(order)
    power = powers_of_generator(order)
    logarithm = {element: exponent for exponent, element in enumerate(power)}
    minus_one = int(np.flatnonzero(arithmetic.add[1] == 0)[0])

    def is_odd(on: int) -> bool:
        above, below = (logarithm[int(arithmetic.add[power[on], one])] for one in (1, minus_one))
        return (above - below) % 2 == 1

    on = next(on for on in range(1, order - 1, 2) if power[on] != minus_one and is_odd(on))
    first = np.zeros((3, order), dtype=np.int32)  # 0 of each copy are in cell 0, with the one person more
    for cell in range(third):
        for copy in range(3):
            for there, exponent in ((copy, 0), ((copy + 1) % 3, on)):
                for half in (0, 2 * third):
                    first[there, power[(exponent + 2 * cell + half) % (order - 1)]] = 1 + 3 * cell + copy
    moved = np.empty((order, 3, order), dtype=np.int32)
    for element in range(order):
        moved[element][:, arithmetic.add[element]] = first
    return np.concatenate([moved.reshape(order, -1), np.zeros((order, 1), dtype=np.int32)], axis=1)[:cycles]


def truncated(cells: int, size: int, cycles: int) -> Indices | None:
    """Return the design of the next larger field without the people who are too many: more cells, not all of them full."""
    order = next(q for q in range(max(cells, size), 2 * max(cells, size, 2) + 1) if prime_power(q))
    design = transversal(order, size, cycles) if cycles <= order else None
    if design is None:
        return None
    return design.reshape(cycles, size, order)[:, :, :cells].reshape(cycles, -1)


@lru_cache(maxsize=32)
def differences(cells: int, size: int, cycles: int) -> Indices | None:
    """Return a transversal design for any number of cells, if there are few cycles for it: seat r moves d[cycle, r] on.

    No two rows may have the same difference in two cycles. Found row by row, each number at random among those that are
    free.
    """
    if size > cells or cycles > cells:
        return None
    for trial in range(TRIES):
        draws = Chance(trial, 0).table(PLANNING, STARTER, np.arange(cycles), size * cells).reshape(cycles, size, cells)
        moves = np.zeros((cycles, size), dtype=np.int64)
        used = np.zeros((size, size, cells), dtype=bool)
        for a in range(cycles):
            for row in range(1, size):
                free = np.ones(cells, dtype=bool)
                for other in range(row):
                    free &= ~np.roll(used[row, other], moves[a, other])
                if not free.any():
                    break
                moves[a, row] = np.flatnonzero(free)[np.argmax(draws[a, row, free])]
            else:
                for row in range(size):
                    for other in range(row):
                        used[row, other, (moves[a, row] - moves[a, other]) % cells] = True
                continue
            break
        else:
            return ((np.arange(cells) + moves[:, :, None]) % cells).reshape(cycles, -1).astype(np.int32)
    return None


@lru_cache(maxsize=64)
def developed(sizes: tuple[int, ...], cycles: int, steps: int = STARTER_STEPS) -> Indices | None:
    """Return the cycles that a cyclic group makes of one or two first ones that annealing finds, or None without any.

    Everybody but a few has a number modulo the order of the group, which is one higher in each further cycle. Pairs of
    which one is the other moved on are one orbit; no orbit should stand twice in the first cycles.

    Parameters
    ----------
    sizes : tuple of int
        People in each cell.
    cycles : int
    steps : int
        Of the annealing.
    """
    people, fewest, best = sum(sizes), -1, None
    if people > MOST_PEOPLE or cycles < 3 or (min(sizes) - 1) * cycles > people - 1:
        return None
    for many in (1, 2):
        order = -(-cycles // many)
        if fewest != 0 and order > 2 and people % order <= len(sizes):
            repeats, design = starter(sizes, order, many, steps)
            if fewest < 0 or repeats < fewest:
                fewest, best = repeats, design[:cycles]
    return best


def starter(sizes: tuple[int, ...], order: int, first_cycles: int, steps: int) -> tuple[int, Indices]:
    """Return about how many repeats a design of ``order * first_cycles`` cycles has, and the design."""
    people = sum(sizes)
    orbit, counts = orbits(people, order)
    chance = Chance(1, 0)
    draws = chance.table(PLANNING, STARTER, np.arange(people), first_cycles)
    seats = np.argsort(draws.T, axis=1, kind="stable").astype(np.int64)
    flat, cell_of_seat = seats.reshape(-1).copy(), np.repeat(np.arange(len(sizes)), sizes)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    shift = people * np.arange(first_cycles)[:, None]
    first, last = (ends[cell_of_seat] + shift).reshape(-1), (ends[cell_of_seat + 1] + shift).reshape(-1)
    best = flat.copy()
    many = int(develop(flat, first, last, people, orbit, counts, steps, chance.key, best))
    moving = people - people % order
    place = np.arange(moving)
    plan = np.empty((first_cycles, order, people), dtype=np.int32)
    for base, row in enumerate(best.reshape(first_cycles, people)):
        cell = np.empty(people, dtype=np.int32)
        cell[row] = cell_of_seat
        for a in range(order):
            plan[base, a] = cell
            plan[base, a, place // order * order + (place % order + a) % order] = cell[:moving]
    return many * order, plan.reshape(-1, people)


def orbits(people: int, cycles: int) -> tuple[Longs, Longs]:
    """Return the orbit of each pair, shape (people, people), and 1 for each orbit that must not be used at all.

    Such are those of two people who stay, and those that come back after half the cycles.
    """
    moving = people - people % cycles
    place = np.arange(people)
    part = np.where(place < moving, place // cycles, moving // cycles + place - moving)
    number = np.where(place < moving, place % cycles, 0)
    low, high = np.minimum(place[:, None], place), np.maximum(place[:, None], place)
    apart = (number[high] - number[low]) % cycles
    same = part[low] == part[high]
    apart = np.where(same, np.minimum(apart, (cycles - apart) % cycles), apart)
    stays = (low >= moving) & (high >= moving)
    apart = np.where(high >= moving, 0, apart)
    parts = int(part.max()) + 1
    orbit = (part[low] * parts + part[high]) * cycles + apart
    never = np.zeros(parts * parts * cycles, dtype=np.int64)
    never[orbit[stays | (same & (2 * apart == cycles))]] = 1
    return orbit.astype(np.int64), never
