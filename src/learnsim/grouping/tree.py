"""Tree: how the organisation's communities, cells and officers are formed, and how they change.
Both engines of all models share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Flags, Indices, Longs
from learnsim.chance import REGROUP, Chance
from learnsim.errors import PolicyError, stage
from learnsim.grouping import officers, shuffle  # this registers the policies that ship
from learnsim.grouping.cells import Layout, SeatPlan, cell_of_seats, ends_of, unseated
from learnsim.grouping.communities import form_communities
from learnsim.grouping.group import Group
from learnsim.grouping.kernels.officers import highest
from learnsim.grouping.meetings import Meetings
from learnsim.grouping.own_policies import scores_by, seats_by
from learnsim.grouping.planned import NO_PLAN, plan_of, seats_of
from learnsim.grouping.policies import check_policies, officer_named, officer_properties, shuffle_named, shuffle_properties
from learnsim.people import People, PlannedCells, Roster
from learnsim.settings import Arm, Settings
from learnsim.sorting import argsort


class _Block(NamedTuple):
    """Neighbouring cells that are one group: which cells, their members' seats, and how many seats each cell has."""

    cells: slice
    seats: slice
    layout: Layout


class Tree:
    """The organisation of one run: who is in which community and cell, who is officer, who has met whom.

    Parameters
    ----------
    arm : Arm
    people : People
        As policies see them; whoever owns the tree keeps them up to date.
    chance : Chance
    cell_size : int
    cycles : int
        How many cycles of cells are remembered.
    labels : sequence of str, optional
        Each person's community, where a roster names it.
    cycle_length : int
        Sessions from shuffle to shuffle.
    planned : PlannedCells, optional
        The plan that the arm plays, from the beginning or in a phase; it says who is in which community.

    Attributes
    ----------
    community : array (trainees,)
    plan : SeatPlan
    meetings : Meetings
    times_officer : array (trainees,)
        In how many cycles each has been officer.
    """

    def __init__(
        self,
        arm: Arm,
        people: People,
        chance: Chance,
        cell_size: int,
        cycles: int,
        labels: Sequence[str] = (),
        cycle_length: int = 1,
        planned: PlannedCells | None = None,
    ) -> None:
        self.people, self.chance, self.cell_size, self.cycle_length = people, chance, cell_size, cycle_length
        self._since = self._cycles_before = 0  # session and cycle in which the phase began
        self._cell_before: Indices | None = None
        self._cycles, self._planned = max(1, cycles), planned
        self._played: int | None = None  # the cycle of the plan in whose cells people sit
        self._use(arm)
        self.times_officer = np.zeros(len(people), dtype=np.int32)
        with stage("forming groups"):
            if planned is None:
                self.community = form_communities(arm.formation, people.interest, chance, labels, people.address)
            else:
                self.community = planned.community.copy()
            self.meetings = Meetings(len(people), self._cycles)
            self.plan = self._first_plan(0, 0)
            self.meetings.note(self.plan.cell, self.plan.order, self.plan.offsets)
            self.choose_officers(0, 0)

    def _use(self, arm: Arm) -> None:
        """Form groups from now on as an arm says."""
        check_policies(arm)
        if shuffle_properties(arm.shuffle).planned and self._planned is None:
            raise PolicyError(NO_PLAN)
        self.arm = arm
        self._shuffle, self._officer = shuffle_named(arm.shuffle), officer_named(arm.officer)
        self._properties = shuffle_properties(arm.shuffle)
        self._random_officers = not officer_properties(arm.officer).deterministic
        self._never_shuffled = arm.shuffle == "none"
        self._shuffle_ours = self._shuffle.__module__ == shuffle.__name__
        self._officers_ours = self._officer.__module__ == officers.__name__
        self._forget_blocks()

    @classmethod
    def of_run(
        cls,
        settings: Settings,
        arm: Arm,
        people: People,
        chance: Chance,
        sessions: int,
        *,
        roster: Roster | None = None,
        turnover: float = 0.0,
    ) -> Tree:
        """Return the organisation before the first of so many sessions (or periods); both engines of every model call this.

        Parameters
        ----------
        turnover : float
            The chance that a person is replaced; cells that never change need no history.
        """
        organisation = settings.organisation
        cycles = cycles_remembered(settings, arm, sessions, turnover)
        labels = roster.community if roster else ()
        planned = plan_of(settings, arm, sessions, roster)
        return cls(arm, people, chance, organisation.cell_size, cycles, labels, organisation.cycle_length, planned)

    def start_cycle(self, session: int) -> Flags:
        """Form the cells of the cycle that starts now and choose their officers; return whose cell changed."""
        cycle = self._cycles_before + (session - self._since) // self.cycle_length
        moved = self.regroup(session, cycle)
        self.choose_officers(session, cycle)
        return moved

    def begin_phase(self, arm: Arm, cell_size: int, cycle_length: int, session: int) -> Flags:
        """Form groups from now on as another arm says; return whose cell changed.

        Where groups or the cell size are others, cells form anew, as before session 0. Communities stay.
        """
        cycle = self._cycles_before + -(-(session - self._since) // self.cycle_length)
        groups, sized = self.arm.groups, arm.groups == "cells" and not shuffle_properties(arm.shuffle).planned
        same = arm.groups == groups and (cell_size == self.cell_size or not sized)
        self._use(arm)
        if self._played is not None and not self._properties.planned and same:
            self._seat_everybody()
        self.cell_size, self.cycle_length, self._since, self._cycles_before = cell_size, cycle_length, session, cycle
        if same:
            return self.start_cycle(session)
        with stage(f"forming groups at session {session}"):
            self._cell_before = None
            self._seat_in(self._first_plan(session, cycle))
            self.meetings.note(self.plan.cell, self.plan.order, self.plan.offsets)
            self._choose_anew(session, cycle)
        return np.ones(len(self.people), dtype=np.bool_)

    def resettle(self, community: Indices) -> None:
        """Put people into other communities, at the end of a cycle; the next one begins with a shuffle as always.

        Communities have as many cells as suits their new sizes. Whoever stays in a community keeps the cell, while it
        exists and has room; all others take free seats by ascending number, in their own community if there are any. A
        cell that has lost its officer takes its first member.
        """
        before, home = self.plan, self.community
        self.community = community
        if self.arm.groups not in ("cells", "community"):
            return
        plan = self._unseated()
        branch = np.searchsorted(before.branches, np.arange(before.cells), side="right") - 1  # of each cell
        place = np.arange(before.cells) - before.branches[branch]
        exists = place < np.diff(plan.branches)[branch]
        renumbered = np.where(exists, plan.branches[branch] + place, -1)
        leaves = (community != home) & (branch[before.cell] == home)  # whoever sits in the community that they leave
        there = np.where(leaves, -1, renumbered[before.cell]).astype(np.int32)  # everybody's cell of before
        members: list[list[int]] = [[] for _ in range(plan.cells)]
        sizes, left = np.diff(plan.offsets), []
        for i in before.order.tolist():
            if there[i] >= 0 and len(members[there[i]]) < sizes[there[i]]:
                members[there[i]].append(i)
            else:
                left.append(i)
        free = [*plan.branches[:-1].tolist(), 0]  # where to look for a seat in each community, and anywhere
        ends = [*plan.branches[1:].tolist(), plan.cells]
        for i in sorted(left):
            for g in (int(community[i]), -1):
                while free[g] < ends[g] and len(members[free[g]]) == sizes[free[g]]:
                    free[g] += 1
                if free[g] < ends[g]:
                    members[free[g]].append(i)
                    break
        plan.order = np.array([i for cell in members for i in cell], dtype=np.int32)
        plan.cell = cell_of_seats(plan.order, plan.offsets, len(community))
        plan.officers[:] = plan.order[plan.offsets[:-1]]
        for i in before.officers.tolist():
            if there[i] >= 0 and plan.cell[i] == there[i]:
                plan.officers[there[i]] = i
        self._cell_before = there
        self._seat_in(plan)

    def _seat_everybody(self) -> None:
        """After a plan: whoever has no seat takes one in the smallest cell of their community, the first of several.

        In a community without any cell they form one.
        """
        before = self.plan
        cells = [before.members(c).tolist() for c in range(before.cells)]
        communities = [cells[first:end] for first, end in pairwise(before.branches.tolist())]
        lone = np.flatnonzero(before.cell < 0)
        for i in lone.tolist():
            if not communities[self.community[i]]:
                communities[self.community[i]].append([])
            min(communities[self.community[i]], key=len).append(i)
        cells = [members for each in communities for members in each]
        order = np.array([i for members in cells for i in members], dtype=np.int32)
        offsets = ends_of(np.array([len(members) for members in cells]))
        officers = order[offsets[:-1]].copy()
        plan = SeatPlan(
            order,
            offsets,
            ends_of(np.array([len(each) for each in communities])),
            officers,
            cell_of_seats(order, offsets, len(self.people)),
        )
        officers[plan.cell[before.officers]] = before.officers
        self._cell_before = plan.cell.copy()
        self._cell_before[lone] = -1
        self._played = None
        self._seat_in(plan)

    def _seat_in(self, plan: SeatPlan) -> None:
        """Take another plan in place of the one there was."""
        self.plan = plan
        self._forget_blocks()

    def _forget_blocks(self) -> None:
        for name in ("_blocks", "_everybody"):
            self.__dict__.pop(name, None)

    def replace(self, who: Longs) -> None:
        """Note that novices have taken these people's seats, who have met nobody yet."""
        self.meetings.forget(who)

    def _unseated(self) -> SeatPlan:
        """Return the plan of the cells that the communities have now, with nobody in them."""
        there = self.people.interest.shape[1]
        return unseated(self.arm.groups, np.bincount(self.community, minlength=there), self.cell_size)

    def _first_plan(self, session: int, cycle: int) -> SeatPlan:
        """Return a plan in which everybody sits at random in their community, or as the policy says of the first cells."""
        self._played = cycle if self._properties.planned else None
        if self._planned is not None and self._properties.planned:
            return seats_of(self._planned, cycle)
        plan = self._unseated()
        everybody = np.arange(len(self.people)) if len(plan.branches) == 2 else np.argsort(self.community, kind="stable")
        for first, end in pairwise(plan.branches.tolist()):
            offsets = plan.offsets[first : end + 1]
            seats = slice(int(offsets[0]), int(offsets[-1]))
            if first < end:
                members = everybody[seats].astype(np.int32)
                plan.order[seats] = self._first_seats(members, np.diff(offsets), session, cycle)
        plan.cell = cell_of_seats(plan.order, plan.offsets, len(self.people))
        return plan

    def _first_seats(self, members: Indices, sizes: Indices, session: int, cycle: int) -> Indices:
        """Return a branch's members in their first seats: at random, or as the policy composes cells."""
        if not self._properties.composing:
            return members[argsort(self.chance.uniforms(REGROUP, session, self.people.address[members]))]
        nobody = np.full(len(sizes), -1, dtype=np.int32)
        return self._seated(
            Group(
                members,
                Layout(sizes),
                nobody,
                self.people,
                self.meetings,
                self.chance,
                session,
                cycle,
                cycles=self._cycles,
            )
        )

    def regroup(self, session: int, cycle: int) -> Flags:
        """Form the cells of a new cycle as the shuffle policy says; return whose cell changed, shape (trainees,).

        Parameters
        ----------
        session, cycle : int
            The cycle's first session, and the cycle, counted from 0.
        """
        plan, before = self.plan, self.plan.cell if self._cell_before is None else self._cell_before
        if self._planned is not None and self._properties.planned:
            moved = self._play(self._planned, cycle, before)
        elif self._never_shuffled or not plan.cells:
            moved = plan.cell != before
        else:
            order = np.empty_like(plan.order)
            with stage(f"regrouping at session {session}, cycle {cycle}"):
                for seats, group in self._groups(session, cycle):
                    order[seats] = self._seated(group)
            plan.seat(order)
            moved = plan.cell != before
        resettled, self._cell_before = self._cell_before is not None, None
        if plan.cells and (self.meetings.novices or not self._never_shuffled or resettled):
            self.meetings.note(plan.cell, plan.order, plan.offsets, moved=bool(moved.any()))
        return moved

    def _play(self, planned: PlannedCells, cycle: int, before: Indices) -> Flags:
        """Seat everybody as the plan says of a cycle; whoever led a cell and stays in it is in office. Return who moved."""
        new = seats_of(planned, cycle)
        was, now = (before, new.cell) if self._played is None else (planned.label[self._played], planned.label[cycle])
        for i in self.plan.officers.tolist():
            if was[i] == now[i] and now[i] >= 0:
                new.officers[new.cell[i]] = i
        self._played = cycle
        self.plan.become(new)
        self._forget_blocks()
        return was != now

    def _seated(self, group: Group) -> Indices:
        """Return the group's members in the seats that the policy gives them."""
        if self._shuffle_ours:
            return self._shuffle(group)
        return seats_by(self._shuffle, group, f"shuffle = {self.arm.shuffle!r}")

    def choose_officers(self, session: int, cycle: int) -> None:
        """Choose every cell's officer; under a policy that keeps them in office, only find them in their new cells."""
        plan = self.plan
        if not plan.cells:
            return
        with stage(f"choosing officers at session {session}, cycle {cycle}"):
            if cycle > 0 and self._properties.keeps_office:
                plan.officers = self._in_office()
                self.times_officer[plan.officers] += 1
            else:
                self._choose_anew(session, cycle)

    def _choose_anew(self, session: int, cycle: int) -> None:
        """Choose every cell's officer: whom the plan that is played names, or else as the officer policy says."""
        named = None if self._planned is None or self._played is None else self._planned.officers[self._played]
        if named is not None and (named >= 0).all():
            self.plan.officers = named.copy()
        elif self.plan.cells:
            everybody = self._group(self._everybody, session, cycle, random_numbers=self._random_officers)
            chosen = self._chosen(everybody)
            self.plan.officers = chosen if named is None else np.where(named >= 0, named, chosen)
        if self.plan.cells:
            self.times_officer[self.plan.officers] += 1

    def _in_office(self) -> Indices:
        """Return each cell's officer among those who are in office already."""
        plan = self.plan
        officers = np.full(plan.cells, -1, dtype=np.int32)
        officers[plan.cell[plan.officers]] = plan.officers
        if (officers < 0).any():
            raise PolicyError(f"shuffle = {self.arm.shuffle!r} left a cell without an officer")
        return officers

    def _chosen(self, group: Group) -> Indices:
        """Return each cell's officer as the officer policy scores the members."""
        plan = self.plan
        if self._officers_ours:
            return highest(self._officer(group), plan.order, plan.offsets)
        score = scores_by(self._officer, group, f"officer = {self.arm.officer!r}", len(plan.order))
        return highest(score, plan.order, plan.offsets)

    def _groups(self, session: int, cycle: int) -> Iterator[tuple[slice, Group]]:
        """Each group inside which the policy shuffles, with the seats it has: the branches, or all as one."""
        for block in self._blocks:
            yield block.seats, self._group(block, session, cycle)

    @cached_property
    def _blocks(self) -> list[_Block]:
        """The cells of each group."""
        ends = self.plan.branches if self.arm.scope == "community" else self.plan.branches[[0, -1]]
        return [self._block(first, last) for first, last in pairwise(ends.tolist()) if first < last]

    @cached_property
    def _everybody(self) -> _Block:
        """All cells as one group."""
        return self._block(0, self.plan.cells)

    def _block(self, first: int, end: int) -> _Block:
        offsets = self.plan.offsets[first : end + 1]
        return _Block(slice(first, end), slice(int(offsets[0]), int(offsets[-1])), Layout(offsets[1:] - offsets[:-1]))

    def _group(self, block: _Block, session: int, cycle: int, *, random_numbers: bool = True) -> Group:
        """The cells of a block as a policy sees them."""
        plan = self.plan
        return Group(
            plan.order[block.seats],
            block.layout,
            plan.officers[block.cells],
            self.people,
            self.meetings,
            self.chance if random_numbers else None,
            session,
            cycle,
            self.arm.fraction,
            self._cycles,
        )


def cycles_remembered(settings: Settings, arm: Arm, sessions: int, turnover: float) -> int:
    """Return how many cycles of cells a run must remember: one where neither cells nor people ever change."""
    changes = arm.shuffle != "none" or turnover > 0.0
    return max(1, -(-sessions // settings.organisation.cycle_length)) if changes else 1
