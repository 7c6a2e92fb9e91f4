"""Tree: how the organisation's communities, cells and officers come about, and how they change.
Shared by both engines.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Array, Flags, Indices, Longs
from learnsim.chance import REGROUP, Chance
from learnsim.errors import ChanceError, PolicyError, stage
from learnsim.grouping import officers, shuffle  # this registers the policies that ship
from learnsim.grouping.cells import Layout, SeatPlan, cell_sizes, empty_plan, plan_of
from learnsim.grouping.communities import form_communities
from learnsim.grouping.group import Group
from learnsim.grouping.meetings import Meetings
from learnsim.grouping.officers import highest
from learnsim.grouping.policies import check_policies, officer_named, officer_properties, shuffle_named, shuffle_properties
from learnsim.people import People
from learnsim.settings import Arm
from learnsim.sorting import ranked


class _Block(NamedTuple):
    """Neighbouring cells that are one group: which cells, their members' seats, and how many seats each cell has."""

    cells: slice
    seats: slice
    layout: Layout


class Tree:
    """The organisation of one run: who is in which community and cell, who is officer, who has met whom.

    Attributes
    ----------
    community : array (trainees,)
    plan : SeatPlan
    meetings : Meetings
    """

    def __init__(
        self, arm: Arm, people: People, chance: Chance, cell_size: int, cycles: int, given: Sequence[str] = ()
    ) -> None:
        self.arm, self.people, self.chance = arm, people, chance
        check_policies(arm)
        self._shuffle, self._officer = shuffle_named(arm.shuffle), officer_named(arm.officer)
        self._properties = shuffle_properties(arm.shuffle)
        self._lucky = not officer_properties(arm.officer).deterministic
        self._never_shuffled = arm.shuffle == "none"
        self._shuffle_ours = self._shuffle.__module__ == shuffle.__name__
        self._officers_ours = self._officer.__module__ == officers.__name__
        with stage("forming groups"):
            self.community = form_communities(arm.formation, people.interest, chance, given)
            self.meetings = Meetings(len(people), max(1, cycles))
            self.plan = self._first_plan(cell_size)
            self.meetings.note(self.plan.cell, self.plan.order, self.plan.offsets)
            self.choose_officers(0, 0)

    def _first_plan(self, cell_size: int) -> SeatPlan:
        count = len(self.people)
        if self.arm.groups == "none":
            return empty_plan(count)
        everybody = np.arange(count, dtype=np.int32)
        if self.arm.groups == "organisation":
            branches = [everybody]
        else:
            by_community = np.argsort(self.community, kind="stable").astype(np.int32)
            ends = np.cumsum(np.bincount(self.community)).tolist()
            branches = [by_community[start:end] for start, end in pairwise([0, *ends])]
        seated = []
        for members in branches:
            whole = self.arm.groups != "cells"
            sizes = np.array([len(members)]) if whole else cell_sizes(len(members), cell_size)
            seated.append((self._first_seats(members, sizes), sizes))
        return plan_of(seated, count)

    def _first_seats(self, members: Indices, sizes: Longs) -> Indices:
        """Return a branch's members in their first seats: at random, or as the policy composes cells."""
        if not self._properties.composing:
            return members[ranked(self.chance.uniforms(REGROUP, 0, members))]
        nobody = np.full(len(sizes), -1, dtype=np.int32)
        return self._seated(Group(members, Layout(sizes), nobody, self.people, self.meetings, self.chance, 0, 0))

    def regroup(self, session: int, cycle: int, *, novices: bool = False) -> Flags:
        """Form the cells of a new cycle as the shuffle policy says; return whose cell changed, shape (trainees,).

        Parameters
        ----------
        session, cycle : int
            The cycle's first session, and the cycle, counted from 0.
        novices : bool
            Whether somebody was replaced since the cells were formed, who meets the others only now.
        """
        plan = self.plan
        if self._never_shuffled or not plan.cells:
            moved = np.zeros(len(self.people), dtype=np.bool_)
        else:
            order = np.empty_like(plan.order)
            with stage(f"regrouping at session {session}, cycle {cycle}"):
                for seats, group in self._groups(session, cycle):
                    order[seats] = self._seated(group)
            moved = plan.seat(order)
        if plan.cells and (novices or not self._never_shuffled):
            self.meetings.note(plan.cell, plan.order, plan.offsets, unchanged=not (novices or moved.any()))
        return moved

    def _seated(self, group: Group) -> Indices:
        """Return the group's members in the seats that the policy gives them; everybody must have got one."""
        if self._shuffle_ours:
            return self._shuffle(group)
        members = np.sort(group.members)  # before the policy, which may change its group
        order = _ask(self._shuffle, group, f"shuffle = {self.arm.shuffle!r}")
        if (
            order.shape != members.shape
            or order.dtype.kind not in "iu"
            or not np.array_equal(np.sort(order), members)
        ):
            raise PolicyError(
                f"shuffle = {self.arm.shuffle!r} must return its {len(members)} members, each once, "
                f"in their new seat order, not {_told(order)}"
            )
        return order.astype(np.int32, copy=False)

    def choose_officers(self, session: int, cycle: int) -> None:
        """Choose every cell's officer; under a policy that keeps them in office, only find them in their new cells."""
        plan = self.plan
        if not plan.cells:
            return
        with stage(f"choosing officers at session {session}, cycle {cycle}"):
            if cycle > 0 and self._properties.keeps_office:
                plan.officers = self._kept_in_office()
            else:
                plan.officers = self._chosen(self._group(self._everybody, session, cycle, lucky=self._lucky))

    def _kept_in_office(self) -> Indices:
        """Return each cell's officer among those who are in office already."""
        plan = self.plan
        kept = np.full(plan.cells, -1, dtype=np.int32)
        kept[plan.cell[plan.officers]] = plan.officers
        if (kept < 0).any():
            raise PolicyError(f"shuffle = {self.arm.shuffle!r} left a cell without an officer")
        return kept

    def _chosen(self, group: Group) -> Indices:
        """Return each cell's officer as the officer policy scores the members."""
        plan = self.plan
        if self._officers_ours:
            return highest(self._officer(group), plan.order, plan.offsets)
        score = _ask(self._officer, group, f"officer = {self.arm.officer!r}")
        if score.shape != plan.order.shape or score.dtype.kind not in "biuf" or np.isnan(score).any():
            raise PolicyError(
                f"officer = {self.arm.officer!r} must return one number for each of {len(plan.order)} members, "
                f"not {_told(score)}"
            )
        return highest(score.astype(np.float64, copy=False), plan.order, plan.offsets)

    def _groups(self, session: int, cycle: int) -> Iterator[tuple[slice, Group]]:
        """Each group inside which the policy shuffles, with the seats it has: the branches, or all as one."""
        for block in self._blocks:
            yield block.seats, self._group(block, session, cycle)

    @cached_property
    def _blocks(self) -> list[_Block]:
        """The cells of each group; they never change."""
        ends = self.plan.branches if self.arm.scope == "community" else self.plan.branches[[0, -1]]
        return [self._block(first, last) for first, last in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]

    @cached_property
    def _everybody(self) -> _Block:
        """All cells as one group."""
        return self._block(0, self.plan.cells)

    def _block(self, first: int, end: int) -> _Block:
        offsets = self.plan.offsets[first : end + 1]
        return _Block(slice(first, end), slice(int(offsets[0]), int(offsets[-1])), Layout(offsets[1:] - offsets[:-1]))

    def _group(self, block: _Block, session: int, cycle: int, *, lucky: bool = True) -> Group:
        """The cells of a block as a policy sees them."""
        plan = self.plan
        return Group(
            plan.order[block.seats],
            block.layout,
            plan.officers[block.cells],
            self.people,
            self.meetings,
            self.chance if lucky else None,
            session,
            cycle,
            self.arm.fraction,
        )


def _ask(policy: Callable[[Group], Any], group: Group, name: str) -> Array:
    """Return what a policy says as an array; an error inside it is told with its place."""
    try:
        said = policy(group)
    except ChanceError as error:
        raise PolicyError(f"{name}: {error}") from error
    except (Exception, SystemExit, GeneratorExit) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        if last.filename == __file__ and isinstance(policy, FunctionType):  # not even entered: it takes other arguments
            place = f"{policy.__code__.co_filename}:{policy.__code__.co_firstlineno}"
        raise PolicyError(f"{name} raised {type(error).__name__}: {error} ({place})") from error
    try:
        return np.asarray(said)
    except ValueError:  # lists of different lengths
        return np.empty(0, dtype=object)


def _told(said: Array) -> str:
    """Say what a policy returned in place of what it must."""
    if said.ndim == 0:
        return f"{said.item()!r:.60}"
    if said.dtype.kind == "f" and np.isnan(said).any():
        return "NaN"
    if said.dtype.kind in "iu" and said.ndim == 1:
        values, counts = np.unique(said, return_counts=True)
        twice = f", {values[counts > 1][0]} more than once" if (counts > 1).any() else ""
        return f"{len(said)} numbers from {said.min()} to {said.max()}{twice}" if len(said) else "nothing"
    return f"an array of {said.dtype} and shape {said.shape}"
