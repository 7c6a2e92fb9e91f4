"""Model: the training model in Mesa. The step is a table of contents; the agents do the work.
Knows agents, the organisation's tree and the measures. Works with Mesa's DataCollector, batch_run and SolaraViz.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

import mesa
import numpy as np

from learnsim.chance import TURNOVER, Chance
from learnsim.grouping import Tree, load_policies
from learnsim.models import seeded
from learnsim.people import People, Roster, draw_novices, draw_people, load_roster
from learnsim.settings import Arm, Settings
from learnsim.training.agents import Cell, Community, Trainee
from learnsim.training.measures import SESSION_MEASURES, describe, quarters_of, session_measures
from learnsim.training.rules import lecture_item
from learnsim.training.terms import checked_replicate, terms_of


def _report(name: str, model: TrainingModel) -> float:
    return model.measure(name)


def _seed_of(settings: Settings, given: int | str | None) -> int:
    if isinstance(given, str) and given.strip().isdecimal():
        given = int(given)  # typed into a field of Mesa's page
    if given is not None:
        return settings.changed({"experiment.seed": given}).experiment.seed
    asked = "seed" in settings.experiment.model_fields_set
    return settings.experiment.seed if asked else secrets.randbits(32)


class TrainingModel(mesa.Model):
    """One run of one arm, told by Mesa agents.

    The DataCollector's row t is after t sessions; row 0 is before the first. ``batch_run`` of Mesa 3.3 takes the
    first row for the first step, so its last row is the one before the last session; Mesa 3.5 reports the last.

    Parameters
    ----------
    arm : str or Arm
        An arm of the settings, or a preset.
    settings : Settings, optional
        The defaults if left out.
    replicate : int
        Number of the replicate: same seed and replicate, same people and same luck in every arm.
    seed, rng : int, optional
        Seed of all chance (either word; Mesa uses both). If left out, the one that the settings give; if they give none,
        a fresh one. It is kept as ``model.seed``.
    people : People, optional
        Already drawn people, to spare drawing them again for each arm.
    collect_agents : bool
        Whether the DataCollector also keeps each trainee's mastery, cell, tenure and office.
    scenario : mapping, optional
        Mesa 3.5's page hands over an empty one at each Reset. Its ``rng`` is a seed, its other entries are settings.
    **kwargs
        Settings by dotted name, for example ``**{"organisation.cell_size": 3}``, as ``batch_run`` and Mesa's page pass them.

    Attributes
    ----------
    session : int
        The session being played, counted from 0.
    trainees : list of Trainee, by number
    communities : list of Community
    cells : list of Cell
    """

    def __init__(
        self,
        arm: str | Arm = "hybrid",
        settings: Settings | None = None,
        replicate: int = 0,
        seed: int | str | None = None,
        rng: int | str | None = None,
        people: People | None = None,
        roster: Roster | None = None,
        collect_agents: bool = False,
        scenario: Any = None,
        **kwargs: Any,  # Mesa 3.3's page knows no other name for them
    ) -> None:
        settings, entries = settings or Settings(), dict(scenario or ())
        seeds = (seed, rng, entries.pop("rng", None))
        changes = {**entries, **kwargs}
        self.settings = settings.changed(changes) if changes else settings
        self.seed = _seed_of(self.settings, next((given for given in seeds if given is not None), None))
        super().__init__(**seeded(self.seed))
        if self.settings.experiment.policies:
            load_policies(self.settings.experiment.policies)
        self.arm = arm if isinstance(arm, Arm) else self.settings.arm(arm)
        self.chance = Chance(self.seed, checked_replicate(replicate), audit=True)
        self.terms = terms_of(self.settings, self.arm, self.chance)
        roster = roster if roster is not None else load_roster(self.settings)
        self.people = (people or draw_people(self.settings, self.chance, roster)).copy()
        self.items = self.settings.curriculum.items
        self.session = 0
        self.lectured = 0
        self._novices = False
        self._measured: dict[str, Any] | None = None
        training = self.settings.training
        self.cycles = -(-training.sessions // training.cycle_length)
        columns = 1 if self.arm.shuffle == "none" and training.turnover == 0.0 else self.cycles
        self.tree = Tree(
            self.arm,
            self.people,
            self.chance,
            self.settings.organisation.cell_size,
            columns,
            roster.community if roster else (),
        )
        self.trainees = [Trainee(self, i, int(home)) for i, home in enumerate(self.tree.community)]
        for trainee in self.trainees:
            self._arrive(trainee)
        self._found_organisation()
        self._start_record(training.sessions)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_report, name) for name in SESSION_MEASURES},
            agent_reporters={
                "mastery": "mean_mastery",
                "cell": lambda trainee: trainee.cell.number if trainee.cell else -1,
                "tenure": "tenure",
                "officer": "is_officer",
            }
            if collect_agents
            else {},
        )
        self.datacollector.collect(self)
        self.running = training.sessions > 0

    def step(self) -> None:
        """One session; after the last one, nothing."""
        training = self.settings.training
        if self.session >= training.sessions:
            return
        if self.session % training.cycle_length == 0 and self.session > 0:
            self.regroup()  # 1
        self.lectured = lecture_item(self.session, self.terms.sessions_per_item, self.items)
        for cell in self.cells:
            cell.begin_session(self)
        self.agents.shuffle_do("step")  # 2-5: lecture, council, briefing, exchange
        self._count_hours()
        self.agents.do("advance")  # 6
        if (self.session + 1) % training.cycle_length == 0:
            self.turn_over()
        self.session += 1
        self.record()  # 7
        self.running = self.session < training.sessions

    def regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew."""
        self._tell_tree()
        cycle = self.session // self.settings.training.cycle_length
        self.tree.regroup(self.session, cycle, novices=self._novices)
        self.tree.choose_officers(self.session, cycle)
        self._novices = False
        self._take_seats()

    def turn_over(self) -> None:
        """6. Each trainee may be replaced by a novice, who takes seat, community and office."""
        turnover = self.settings.training.turnover
        if turnover == 0.0:
            return
        gone = [t for t in self.trainees if self.chance.uniform(TURNOVER, self.session, t.index) < turnover]
        if gone:
            who = np.array([trainee.index for trainee in gone])
            draw_novices(self.people, who, self.session + 1, self.settings, self.chance)
            self.tree.meetings.forget(who)
            for trainee in gone:
                self._arrive(trainee)
            self._quarters = quarters_of(self.people.learning_speed, self.people.sociability)
            self._novices = True

    def record(self) -> None:
        """7. Write down what everybody masters now."""
        self._write_row()
        self.datacollector.collect(self)

    def measure(self, name: str) -> float:
        """Return a measure as of the latest recorded session; see ``learnsim list``."""
        return float(self.measures()[name][self.session])

    def measures(self) -> dict[str, Any]:
        """Return every measure so far, arrays (session + 1,)."""
        if self._measured is None:
            rows = slice(0, self.session + 1)
            branches = len(self.communities)
            self._measured = session_measures(
                self._rows[rows], self._counts[rows], self._partners[rows], self.terms, branches
            )
        return self._measured

    def mastery(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return everybody's mastery now, shape (trainees, items)."""
        return np.array([trainee.mastery for trainee in self.trainees])

    def _arrive(self, trainee: Trainee) -> None:
        people, i = self.people, trainee.index
        trainee.arrive(
            float(people.learning_speed[i]),
            float(people.sociability[i]),
            float(people.helpfulness[i]),
            people.interest[i].tolist(),
            people.mastery[i].tolist(),
        )

    def _found_organisation(self) -> None:
        plan = self.tree.plan
        self.communities = [Community(number) for number in range(len(plan.branches) - 1)]
        self.cells: list[Cell] = []
        for community in self.communities:
            for number in range(plan.branches[community.number], plan.branches[community.number + 1]):
                cell = Cell(number, community)
                community.cells.append(cell)
                self.cells.append(cell)
        self._take_seats()

    def _take_seats(self) -> None:
        """Everybody goes where the plan says; the cells know their members and officer."""
        for cell in self.cells:
            cell.members = []
            for seat, i in enumerate(self.tree.plan.members(cell.number).tolist()):
                self.trainees[i].join(cell, seat)
            cell.officer = self.trainees[int(self.tree.plan.officers[cell.number])]

    def _tell_tree(self) -> None:
        """Let the grouping policies see what everybody masters now."""
        self.people.mastery[:] = self.mastery()

    def _start_record(self, sessions: int) -> None:
        self._rows = np.zeros((sessions + 1, 10))
        self._counts = np.zeros((sessions + 1, 4), dtype=np.int64)
        self._partners = np.zeros(sessions + 1)
        self._quarters = quarters_of(self.people.learning_speed, self.people.sociability)
        self._write_row()

    def _count_hours(self) -> None:
        now = self._counts[self.session]
        self._counts[self.session + 1] = (
            now[0] + sum(trainee.consulted for trainee in self.trainees),
            now[1] + sum(trainee.briefed for trainee in self.trainees),
            now[2] + sum(trainee.exchanged for trainee in self.trainees),
            now[3] + sum(trainee.exchanged_with_officer for trainee in self.trainees),
        )

    def _write_row(self) -> None:
        room = np.empty((2, len(self.trainees)))
        row = self._rows[self.session]
        describe(self.mastery(), self.terms.mastery_threshold, self._quarters, room[0], room[1], row)
        self._partners[self.session] = int(self.tree.meetings.partners.sum()) / len(self.trainees)
        self._measured = None
