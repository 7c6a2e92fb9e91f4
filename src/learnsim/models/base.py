"""Base of the Mesa models: what they have in common, with Mesa 3.3 and 3.5 alike.

What is a period to a model is called a session here, as in the tables of results.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import mesa

from learnsim.arrays import Floats
from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.grouping import SeatPlan
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.models.record import Setup, checked_replicate, own_stream
from learnsim.settings import Arm, Settings
from learnsim.settings.declare import plain
from learnsim.settings.messages import shown

_RANDOMNESS = "rng" if "scenario" in inspect.signature(mesa.Model.__init__).parameters else "seed"


class AgentsModel(mesa.Model):
    """One run of one arm, by Mesa agents. Works with Mesa's DataCollector, ``batch_run`` and SolaraViz.

    The DataCollector's row t is after t sessions; row 0 is before the first. ``batch_run`` of Mesa 3.3 takes the
    first row for the first step, so its last row is the one before the last session; Mesa 3.5 reports the last.

    Parameters
    ----------
    arm : str or Arm
        An arm of the settings, or a preset.
    settings : Settings or Prepared, optional
        The defaults of this model if left out. Prepared for several models, its roster is read once for all of them.
    replicate : int
        With the same seed and replicate, every arm has the same people and problem, and common random numbers.
    seed, rng : int, optional
        The random seed (either word; Mesa uses both). If left out, that of the settings; if they name none,
        a fresh one. It is ``model.seed`` afterwards.
    shared : object, optional
        What all arms of a replicate have in common, if it has been drawn already.
    collect_agents : bool
        Whether the DataCollector also collects what ``OF_AGENTS`` names of each person.
    measured : tuple of str
        Groups of further measures that are wanted beside those that the settings ask for.
    scenario : mapping, optional
        Mesa 3.5's page passes an empty one at each reset. Its ``rng`` is a seed, its other entries are settings.
    **kwargs
        Settings by dotted name, for example ``**{"organisation.cell_size": 3}``, as ``batch_run`` and Mesa's page pass them.

    Attributes
    ----------
    session : int
        The session (or period) that comes next, counted from 0.
    periods_to_settle : int
        The first session at which nothing could change any more; -1 until that is seen.
    common_chance : Chance
        The random numbers of people, problem and start, which all arms of a replicate have in common.
    chance : Chance
        All others; the same object unless [experiment] common says that each arm has its own.
    """

    KIND: ClassVar[str]
    OF_AGENTS: ClassVar[dict[str, Any]] = {}

    def __init__(
        self,
        arm: str | Arm = "hybrid",
        settings: Settings | Prepared | None = None,
        replicate: int = 0,
        seed: int | str | None = None,
        rng: int | str | None = None,
        shared: Any = None,
        collect_agents: bool = False,
        measured: tuple[str, ...] = (),
        scenario: Any = None,
        **kwargs: Any,  # Mesa 3.3's page knows no other name for them
    ) -> None:
        arm, replicate = arm if isinstance(arm, Arm) else plain(arm), plain(replicate)
        entries = dict(scenario or ())
        seeds = (seed, rng, entries.pop("rng", None))
        changes = {**entries, **kwargs}
        prepared = settings if isinstance(settings, Prepared) and not changes else None
        settings = settings.settings if isinstance(settings, Prepared) else settings
        settings = settings or self.usual_settings()
        if not isinstance(settings, Settings):
            raise SettingsError(f"settings = {shown(settings)} should be Settings, as learnsim.load makes them")
        self.settings = settings.changed(changes) if changes else settings
        if self.settings.model.kind != self.KIND:
            kinds = f"{self.KIND!r}, and the settings have {self.settings.model.kind!r}"
            raise SettingsError(f"{type(self).__name__} needs [model] kind = {kinds}")
        if collect_agents and not self.OF_AGENTS:
            raise SettingsError(f"collect_agents = True: {type(self).__name__} names nothing to collect of each person")
        self.seed = _seed_of(self.settings, next((value for value in seeds if value is not None), None))
        self.replicate = checked_replicate(replicate)
        super().__init__(**{_RANDOMNESS: self.mesa_seed(arm.preset if isinstance(arm, Arm) else arm)})
        self.prepared = prepare(prepared or self.settings)
        self.settings = self.prepared.settings
        self.arm = arm if isinstance(arm, Arm) else self.settings.arm(arm)
        self.common_chance = self.chance = Chance(self.seed, self.replicate, audit=True)
        if own := own_stream(self.settings, arm.preset if isinstance(arm, Arm) else arm):
            self.chance = Chance(self.seed, self.replicate, own, audit=True)
        self.shared, self.measured = shared, measured
        self.session, self.periods_to_settle = 0, -1
        self.organise()
        reporters = {name: partial(_report, name) for name in self.measures()}
        of_agents = self.OF_AGENTS if collect_agents else {}
        self.datacollector = mesa.DataCollector(model_reporters=reporters, agent_reporters=of_agents)
        self.datacollector.collect(self)
        self.running = self.sessions > 0

    @classmethod
    def of(cls, setup: Setup) -> Any:
        """Return the model of a run, with the settings' own seed."""
        seed = setup.settings.experiment.seed
        return cls(setup.name, setup.prepared, setup.replicate, seed=seed, shared=setup.shared, measured=setup.measured)

    @classmethod
    def usual_settings(cls) -> Settings:
        """Return the settings of a model to which none are passed."""
        return Settings().changed({"model.kind": cls.KIND})

    def mesa_seed(self, arm: str) -> int:
        """Return the seed of Mesa's own random numbers, on which nothing depends in a model that ships."""
        return self.seed

    @property
    def cycle_length(self) -> int:
        """Sessions from shuffle to shuffle."""
        return self.settings.organisation.cycle_length

    @property
    def sessions(self) -> int:
        """Sessions at most."""
        raise NotImplementedError

    @property
    def settled(self) -> bool:
        """Whether nothing can change any more."""
        return self.periods_to_settle >= 0

    def organise(self) -> None:
        """Create everything that there is before session 0."""
        self.begin()

    def begin(self) -> None:
        """Create people and their organisation, as they are before session 0."""
        raise NotImplementedError

    def measures(self) -> dict[str, Floats]:
        """Return every session measure so far, arrays (session + 1,)."""
        raise NotImplementedError

    def measure(self, name: str) -> float:
        """Return a measure as of the latest recorded session; see ``learnsim list``."""
        return float(self.measures()[name][-1])


def take_seats(plan: SeatPlan, cells: Sequence[Any], people: Sequence[Any]) -> None:
    """Put everybody where the plan says: cells get their ``members`` and ``officer``, and people ``join`` their cell."""
    for person in people:
        person.cell = None
    for cell in cells:
        cell.members = [people[i] for i in plan.members(cell.number).tolist()]
        cell.officer = people[int(plan.officers[cell.number])]
        for seat, person in enumerate(cell.members):
            person.join(cell, seat)


def _report(name: str, model: AgentsModel) -> float:
    return model.measure(name)


def _seed_of(settings: Settings, seed: int | str | None) -> int:
    if isinstance(seed, str) and seed.strip().isdecimal():
        seed = int(seed) if len(seed) < 1000 else seed  # typed into a field of Mesa's page
    if seed is not None:
        return settings.changed({"experiment.seed": seed}).experiment.seed
    asked = "seed" in settings.experiment.model_fields_set
    return settings.experiment.seed if asked else secrets.randbits(32)


def release(model: mesa.Model) -> None:
    """Free a model that is no longer needed: Mesa 3.3 would keep every model for ever."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
