"""Course: what happens to an organisation between sessions: phases, regrouping, turnover, shocks, evolving communities.
Both engines share it; what happens within a session is theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Flags, Floats, Longs
from learnsim.chance import TURNOVER, Chance
from learnsim.grouping import Tree
from learnsim.grouping.group import mean_rows
from learnsim.grouping.planned import plan_of
from learnsim.models.training.evolution import drift, fit, move
from learnsim.models.training.info import ONE_BY_ONE
from learnsim.models.training.measures import Advice, LivingCommunities, Time
from learnsim.models.training.parameters import Parameters
from learnsim.models.training.purposes import LEAVERS, MOBILITY, SHOCK, SHOCKED
from learnsim.models.training.schedule import Absence, absences, cycles_in, stretches_of
from learnsim.people import People, Roster, draw_novices
from learnsim.settings import Arm, Settings
from learnsim.settings.shocks import TEACHERS, Shock
from learnsim.sorting import argsort


class Changes(NamedTuple):
    """What happens to people before a session: whose cell is another, and who is a novice; arrays (trainees,) of bool."""

    moved: Flags
    arrived: Flags


class Course:
    """The organisation of one run, and what happens to it between sessions.

    Parameters
    ----------
    settings : Settings
    arm : Arm
    people : People
        As they are before session 0; they are changed in place.
    chance, common_chance : Chance
        The random numbers of the run, and those that all arms of a replicate have in common.
    roster : Roster or None
    groups : collection of str
        The groups of further measures that the run has.

    Attributes
    ----------
    general : bool
        Whether the general kernel plays it: something may be wrong, somebody absent or without a seat, or stayers
        or advice are measured.
    tree : Tree
    people : People
        Their state when something last happened between sessions.
    stretch : Stretch
        The part of the run that the next session belongs to.
    stayed, touched, reached : arrays (trainees,) of bool
        Who has never left; whose misconceptions were ever noticed, and who has ever had any.
    absent_until : array (trainees,)
        The session from which each is back.
    advice : Advice
        Who was asked how often so far, and how much others have learned from each, where that is counted.
    officers_lost, moves : int
        So far.
    times : list of Time
        How instructors' and helpers' time is counted, from which session on.
    """

    def __init__(
        self,
        settings: Settings,
        arm: Arm,
        people: People,
        chance: Chance,
        common_chance: Chance,
        roster: Roster | None,
        groups: Collection[str] = (),
    ) -> None:
        self.settings, self.people, self.chance, self._common = settings, people, chance, common_chance
        count = len(people)
        self.stretches = stretches_of(settings, arm)
        self.stretch = self.stretches[0]
        planned = plan_of(settings, arm, settings.training.sessions, roster)
        away = absences(settings, arm, roster)
        self._absences: dict[int, list[Absence]] = {}  # by their first session
        for absence in away:
            self._absences.setdefault(absence.first, []).append(absence)
        self._events = sorted({each for absence in away for each in (absence.first, absence.last + 1)})
        seatless = planned is not None and bool((planned.cell < 0).any())
        self.general = not ONE_BY_ONE.isdisjoint(groups) or bool(away) or seatless
        if self.general and not people.misconception.shape[1]:
            people.misconception = np.zeros_like(people.mastery)
        self._everybody, self._nobody = np.arange(count), np.zeros(count, dtype=np.bool_)
        self._seen = people.copy() if self.general else people  # as policies see them
        self._look()
        self.tree = Tree(
            self.stretch.arm,
            self._seen,
            chance,
            self.stretch.cell_size,
            cycles_in(self.stretches) if self._changing else 1,
            roster.community if roster else (),
            self.stretch.cycle_length,
            planned,
        )
        self.stayed = np.ones(count, dtype=np.bool_)
        self.touched, self.reached = np.zeros((2, count), dtype=np.bool_)
        self.absent_until = np.zeros(count, dtype=np.int64)
        self.advice = Advice(np.zeros(count, dtype=np.int64), np.zeros(count))
        self.officers_lost = self.moves = 0
        self.times: list[Time] = []
        self._note_time(0)

    @property
    def parameters(self) -> Parameters:
        """The parameters of the next session."""
        return self.stretch.parameters

    @property
    def _changing(self) -> bool:
        """Whether cells or people ever change, so that it is remembered who has met whom."""
        communities, training = self.settings.communities, self.settings.training
        shuffled = len(self.stretches) > 1 or self.stretch.arm.shuffle != "none"
        leaving = training.turnover > 0.0 or any(shock.kind == "leave" for shock in self.settings.shocks)
        return shuffled or leaving or communities.mobility > 0.0 or communities.minimum > 0

    def acts_before(self, session: int) -> bool:
        """Whether anything happens before a session: a cycle or a phase begins, or somebody is struck."""
        struck = session in self._absences or any(shock.at == session for shock in self.settings.shocks)
        return struck or (session > 0 and self._begins_cycle(session))

    def begin(self, session: int) -> Changes:
        """1. Begin a session: where a cycle or a phase begins, cells form anew; then shocks strike, and some stay away."""
        moved = self._regroup(session) if session > 0 and self._begins_cycle(session) else self._nobody
        gone = [self._struck(number, shock, session) for number, shock in self._shocks(session, "leave")]
        arrived = self._replace(np.unique(np.concatenate(gone)), session, SHOCKED) if gone else self._nobody
        for number, shock in self._shocks(session, "wrong"):
            if shock.who not in TEACHERS:
                self._mislead(self._struck(number, shock, session), shock)
        for number, shock in self._shocks(session, "absent"):
            who = self._struck(number, shock, session)
            self.absent_until[who] = np.maximum(self.absent_until[who], shock.at + shock.sessions)
        for person, _, last in self._absences.get(session, ()):
            if self.stayed[person]:  # the roster says nothing of a novice
                self.absent_until[person] = max(self.absent_until[person], last + 1)
        return Changes(moved, arrived)

    def end(self, session: int) -> Flags:
        """6. End the last session of a cycle: turnover, then communities evolve. Return who is a novice now."""
        arrived = self._replace(self._leavers(session), session + 1)
        self._evolve(session)
        return arrived

    def ends_cycle(self, session: int) -> bool:
        """Whether a cycle ends with a session."""
        return self.stretch.ends_cycle(session)

    def _begins_cycle(self, session: int) -> bool:
        """Whether a cycle begins with a session; the stretch is that of the session before."""
        return session == self.stretch.end or self.stretch.begins_cycle(session)

    def _regroup(self, session: int) -> Flags:
        self._look()
        if session < self.stretch.end:
            moved = self.tree.start_cycle(session)
            self._note_time(session)
            return moved
        self.stretch = now = self.stretches[self.stretches.index(self.stretch) + 1]
        moved = self.tree.begin_phase(now.arm, now.cell_size, now.cycle_length, session)
        self._note_time(session)
        return moved

    def next_event(self, session: int) -> int:
        """Return the session before which something happens next, or from which teachers teach otherwise."""
        now = self.stretch
        cycle_ends = session + now.cycle_length - (session - now.start) % now.cycle_length
        events = [min(now.end, cycle_ends)]
        for shock in self.settings.shocks:
            events += [each for each in (shock.at, shock.at + shock.sessions) if each > session]
        return min([*events, *self._events[bisect_right(self._events, session) :][:1]])

    def taught_wrong(self, who: str, session: int) -> Floats:
        """Return how wrong the lecturer or the instructor teaches each item in a session, shape (items,)."""
        wrong = np.zeros(self.settings.curriculum.items)
        for shock in self.settings.shocks:
            if shock.kind == "wrong" and shock.who == who and shock.at <= session < shock.at + shock.sessions:
                items = np.array(shock.items) - 1
                wrong[items] = np.maximum(wrong[items], shock.level)
        return wrong

    def living(self) -> LivingCommunities:
        """Return how communities are now."""
        sizes = self.sizes()
        mean, best = fit(self.people.interest, self.tree.community)
        return LivingCommunities(mean, best, float(self.moves), float((sizes > 0).sum()), float(np.max(sizes)))

    def sizes(self) -> Longs:
        """Return the number of people in each community, shape (communities,)."""
        return np.bincount(self.tree.community, minlength=self.people.interest.shape[1])

    def _look(self) -> None:
        """Let policies see people as they are now: nobody can tell right from wrong."""
        if not self.general:
            return
        self._seen.mastery[:] = self.people.mastery + self.people.misconception
        for name in ("learning_speed", "sociability", "helpfulness", "interest"):
            getattr(self._seen, name)[:] = getattr(self.people, name)

    def _note_time(self, session: int) -> None:
        branches = int((np.diff(self.tree.plan.branches) > 0).sum())
        if not self.times or (self.times[-1].parameters, self.times[-1].branches) != (self.parameters, branches):
            self.times.append(Time(session, self.parameters, branches))

    def _shocks(self, session: int, kind: str) -> list[tuple[int, Shock]]:
        """The shocks of a kind that happen before a session, with their numbers."""
        return [each for each in enumerate(self.settings.shocks) if each[1].at == session and each[1].kind == kind]

    def _struck(self, number: int, shock: Shock, session: int) -> Longs:
        """Return whom a shock strikes."""
        self._look()
        draws = self._common.uniforms(SHOCK, session, self.people.address, number)
        if shock.who == "officers":
            pool = np.sort(self.tree.plan.officers).astype(np.int64)
            order = pool[argsort(draws[pool])]
        elif shock.who == "trainees":
            order = argsort(draws)
        else:
            order = self._foremost(shock.who)
        return np.asarray(order[: shock.strikes(len(order))], dtype=np.int64)

    def _foremost(self, by: str) -> Any:
        """Return everybody by falling knowledge or helpfulness."""
        knows = by == "most-knowledgeable"
        return argsort(-(mean_rows(self._seen.mastery, self._everybody) if knows else self.people.helpfulness))

    def _leavers(self, session: int) -> Longs:
        """Return who is replaced at the end of a cycle, ascending."""
        training, count = self.settings.training, len(self.people)
        if training.turnover == 0.0:
            return np.empty(0, dtype=np.int64)
        if training.leavers == "each":
            return np.flatnonzero(self.chance.uniforms(TURNOVER, session, self.people.address) < training.turnover)
        self._look()
        if training.leavers in ("random", "officers"):
            order = argsort(self.chance.uniforms(LEAVERS, session, self.people.address))
            if training.leavers == "officers":
                first = np.isin(order, self.tree.plan.officers)
                order = np.concatenate([order[first], order[~first]])
        else:
            order = self._foremost(training.leavers)
        return np.sort(order[: int(training.turnover * count + 0.5)]).astype(np.int64)

    def _replace(self, who: Longs, session: int, address: int = 0) -> Flags:
        """Put novices, who first come to a session, in the seats of these people; return who is a novice now."""
        if not len(who):
            return self._nobody
        self.officers_lost += int(np.isin(who, self.tree.plan.officers).sum())
        draw_novices(self.people, who, session + address, self.settings, self.chance)
        self.tree.replace(who)
        self.stayed[who] = self.touched[who] = self.reached[who] = False
        self.absent_until[who] = 0
        arrived = self._nobody.copy()
        arrived[who] = True
        return arrived

    def _evolve(self, session: int) -> None:
        """Let interests drift, and communities change."""
        about, interest, community = self.settings.communities, self.people.interest, self.tree.community
        seen = self.people.mastery + self.people.misconception if self.general else self.people.mastery
        drift(interest, self.tree.plan, seen, about)
        if about.mobility == 0.0 and about.minimum == 0:
            return
        draws = np.ones(len(community))
        if about.mobility > 0.0:
            draws = self.chance.uniforms(MOBILITY, session, self.people.address)
        new, moves = move(interest, community, draws, about)
        if moves:
            self.moves += moves
            self.tree.resettle(new)
            self._note_time(session + 1)

    def _mislead(self, who: Longs, shock: Shock) -> None:
        """Let people hold items wrong; they know at most the rest of each."""
        for item in shock.items:
            wrong, right = self.people.misconception[:, item - 1], self.people.mastery[:, item - 1]
            wrong[who] = np.maximum(wrong[who], shock.level)
            right[who] = np.minimum(right[who], 1.0 - wrong[who])
