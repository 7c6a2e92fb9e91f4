"""Networks: who sees whose solution on the classic networks, from a line to everybody.
Ties go both ways, and nobody is tied to themselves.

Networks that need no random numbers are cached, since every replicate needs the same ones: nobody may write into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from learnsim.arrays import Indices, Integers
from learnsim.chance import Chance, one_of
from learnsim.errors import SettingsError
from learnsim.grouping.contacts import MOST_TIES
from learnsim.models.search.purposes import RANDOM_TIE, REWIRE
from learnsim.settings import Arm

NETWORKS: dict[str, str] = {
    "line": "everybody is tied to the one before and the one after; the ends are not tied (Lazer & Friedman 2007)",
    "lattice": "a ring on which everybody is tied to the two nearest on each side (Watts & Strogatz 1998)",
    "small-world": "the lattice with some ties rewired to anybody (Watts & Strogatz 1998)",
    "random": "each pair of people is tied with the chance density (Erdős & Rényi 1959)",
    "full": "everybody is tied to everybody (Lazer & Friedman 2007)",
    "isolated": "nobody is tied to anybody: hill climbers",
    "cells": "members of a cell are tied; with a council, so are the officers of a community; shuffles change the ties",
}


@dataclass(frozen=True)
class Ties:
    """Everybody's neighbours: those of person i are ``neighbours[offsets[i]]`` to ``neighbours[offsets[i + 1] - 1]``.

    Attributes
    ----------
    offsets : array (people + 1,)
    neighbours : array (ties,)
        Ascending for each person; each tie stands twice, once for either end.
    """

    offsets: Indices
    neighbours: Indices

    def of(self, person: int) -> Indices:
        """Return a person's neighbours, ascending."""
        return self.neighbours[self.offsets[person] : self.offsets[person + 1]]


def ties_of(pairs: Integers, people: int) -> Ties:
    """Return the ties that these pairs of people make, shape (pairs, 2); repetitions count once."""
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int64)
    both = both[both[:, 0] != both[:, 1]]
    flat = np.unique(both[:, 0] * people + both[:, 1])
    offsets = np.searchsorted(flat, np.arange(people + 1) * people).astype(np.int32)
    return Ties(offsets, (flat % people).astype(np.int32))


@lru_cache(maxsize=4)
def line(people: int) -> Ties:
    """Return a line with two ends."""
    here = np.arange(people - 1)
    return ties_of(np.stack([here, here + 1], axis=1), people)


@lru_cache(maxsize=4)
def lattice(people: int) -> Ties:
    """Return a ring on which everybody has four neighbours."""
    return ties_of(_ring(people), people)


@lru_cache(maxsize=4)
def full(people: int) -> Ties:
    """Return everybody tied to everybody."""
    if people * (people - 1) > MOST_TIES:
        raise SettingsError(f"{people:,} people cannot all be tied to each other: there can be {MOST_TIES:,} ties at most")
    others = ~np.eye(people, dtype=np.bool_)
    everybody = np.broadcast_to(np.arange(people, dtype=np.int32), others.shape)
    return Ties((np.arange(people + 1) * (people - 1)).astype(np.int32), everybody[others])


@lru_cache(maxsize=4)
def isolated(people: int) -> Ties:
    """Return nobody tied to anybody."""
    return ties_of(np.empty((0, 2), dtype=np.int64), people)


def small_world(people: int, rewiring: float, chance: Chance) -> Ties:
    """Return the lattice with each tie rewired with a chance: its right end goes to somebody not yet tied to the left.

    Source: Watts & Strogatz (1998), Nature 393:440-442; who is tied to everybody already keeps the tie.
    """
    near: list[set[int]] = [set() for _ in range(people)]
    pairs = _ring(people).tolist()
    for a, b in pairs:
        if a != b:  # a ring of two
            near[a].add(b)
            near[b].add(a)
    draws = chance.table(REWIRE, 0, np.arange(people), 4).tolist()
    for x, (a, b) in enumerate(pairs):
        step = x // people
        if draws[a][2 * step] >= rewiring or b not in near[a]:
            continue
        strangers = [c for c in range(people) if c != a and c not in near[a]]
        if strangers:
            c = strangers[one_of(len(strangers), draws[a][2 * step + 1])]
            near[a].remove(b)
            near[b].remove(a)
            near[a].add(c)
            near[c].add(a)
    tied = [(a, b) for a in range(people) for b in near[a]]
    return ties_of(np.array(tied, dtype=np.int64).reshape(-1, 2), people)


def random_network(people: int, density: float, chance: Chance) -> Ties:
    """Return a network in which each pair of people is tied with the chance ``density``.

    Source: Erdős & Rényi (1959), Publicationes Mathematicae 6:290-297, in Gilbert's form: pairs are independent.
    """
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for a in range(people - 1):
        tied = a + 1 + np.flatnonzero(chance.table(RANDOM_TIE, 0, np.array([a]), people - 1 - a, a + 1)[0] < density)
        pairs.append(np.stack([np.full(len(tied), a), tied], axis=1))
    return ties_of(np.concatenate(pairs), people)


def network_of(arm: Arm, people: int, chance: Chance) -> Ties:
    """Return the ties of an arm whose network is not made of cells."""
    if arm.network == "small-world":
        return small_world(people, arm.rewiring, chance)
    if arm.network == "random":
        return random_network(people, arm.density, chance)
    return {"line": line, "lattice": lattice, "full": full, "isolated": isolated}[arm.network](people)


def _ring(people: int) -> Integers:
    """Everybody with the next, then everybody with the next but one."""
    here = np.arange(people)
    return np.concatenate([np.stack([here, (here + step) % people], axis=1) for step in (1, 2)])
