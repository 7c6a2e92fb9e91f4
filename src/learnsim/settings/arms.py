"""Arms: training models as time budgets, from the flat lecture to the hybrid.
``grouping.policies`` checks the names of policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field, create_model

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.declare import MOST, Table, setting
from learnsim.settings.experiment import Formation, Organisation

Groups = Literal["none", "cells", "community", "organisation"]
Scope = Literal["community", "organisation"]
Network = Literal["cells", "line", "lattice", "small-world", "random", "full", "isolated"]
Throttle = Literal["slowest", "median", "mean", "fastest", "calendar"]
Share = Annotated[float | None, Field(ge=0.0, le=1.0)]
FIXED = ("formation", "network", "rewiring", "density", "phases")  # fields of an arm that a phase does not change


class Phase(NamedTuple):
    """What an arm becomes from a session on.

    Attributes
    ----------
    start : int
        The first session.
    arm : Arm
        Complete, without phases of its own.
    cell_size, cycle_length, throttle
        From here on.
    """

    start: int
    arm: Arm
    cell_size: int
    cycle_length: int
    throttle: str | None


class Arm(NamedTuple):
    """One training model, complete: how a session's time is spent, in which groups, and how they are regrouped."""

    preset: str
    groups: Groups
    lecture: float
    council: float
    instructor: bool
    briefing: float
    exchange: float
    shuffle: str
    fraction: float = 1.0
    scope: Scope = "community"
    officer: str = "most-knowledgeable"
    formation: Formation = "interest"
    network: Network = "cells"
    rewiring: float = 0.0
    density: float = 0.0
    idle: float = 0.0
    phases: tuple[Phase, ...] = ()

    @property
    def officers_share(self) -> float:
        """Share f of briefing and exchange that an officer spends in the cell; 1 without a council.

        An officer's idle time goes to the council first.
        """
        together, taken = self.briefing + self.exchange, max(0.0, self.council - self.idle)
        return max(0.0, 1.0 - taken / together) if taken > 0.0 and together > 0.0 else 1.0

    @property
    def consultation(self) -> float:
        """Share of the session that an officer spends consulting another."""
        return self.council / 2.0 if self.instructor else self.council

    @property
    def instruction(self) -> float:
        """Share of the session that the instructor spends with a community's officers."""
        return self.council / 2.0 if self.instructor else 0.0


OVERRIDDEN = frozenset(Arm._fields) - {"preset", "phases"}
PRESETS: dict[str, tuple[str, Arm]] = {
    "flat-lecture": (
        "everybody listens to one lecture, and learns alone",
        Arm(
            preset="flat-lecture",
            groups="none",
            lecture=1.0,
            council=0.0,
            instructor=False,
            briefing=0.0,
            exchange=0.0,
            shuffle="none",
        ),
    ),
    "peer-instruction": (
        "half lecture, half exchange in fixed cells",
        Arm(
            preset="peer-instruction",
            groups="cells",
            lecture=0.5,
            council=0.0,
            instructor=False,
            briefing=0.0,
            exchange=0.5,
            shuffle="none",
        ),
    ),
    "collective": (
        "organizational learning: half lecture, half exchange in one large group per community",
        Arm(
            preset="collective",
            groups="community",
            lecture=0.5,
            council=0.0,
            instructor=False,
            briefing=0.0,
            exchange=0.5,
            shuffle="none",
        ),
    ),
    "isolated-cells": (
        "knowledge management: fixed cells with officers, no links between them",
        Arm(
            preset="isolated-cells",
            groups="cells",
            lecture=0.0,
            council=0.0,
            instructor=False,
            briefing=0.3,
            exchange=0.7,
            shuffle="none",
        ),
    ),
    "shuffled-cells": (
        "cells that are shuffled every cycle, their officers not linked",
        Arm(
            preset="shuffled-cells",
            groups="cells",
            lecture=0.0,
            council=0.0,
            instructor=False,
            briefing=0.3,
            exchange=0.7,
            shuffle="random",
        ),
    ),
    "linked-cells": (
        "fixed cells whose officers meet in a council with an instructor",
        Arm(
            preset="linked-cells",
            groups="cells",
            lecture=0.0,
            council=0.3,
            instructor=True,
            briefing=0.3,
            exchange=0.7,
            shuffle="none",
        ),
    ),
    "hybrid": (
        "the essay's tree: cells linked by officers, and shuffled every cycle",
        Arm(
            preset="hybrid",
            groups="cells",
            lecture=0.0,
            council=0.3,
            instructor=True,
            briefing=0.3,
            exchange=0.7,
            shuffle="random",
        ),
    ),
}


class _Fields(Table):
    """What an arm and each of its phases can override; ``None`` means the value from before."""

    preset: str | None = Field(None, description="the training model to start from; the arm's own name if left out")
    groups: Groups | None = Field(None, description="who works together: none, cells, community or organisation")
    lecture: Share = Field(None, description="share of a session spent on the lecture")
    council: Share = Field(None, description="share of the officers' session spent in council")
    instructor: bool | None = Field(None, description="whether an instructor works with the council for half of it")
    briefing: Share = Field(None, description="share of a session in which the officer explains to the cell")
    exchange: Share = Field(None, description="share of a session in which members approach each other")
    idle: Share = Field(None, description="share of a session in which nothing is taught")
    shuffle: str | None = Field(None, description="shuffle policy (learnsim list)")
    fraction: Share = Field(None, description="share of the members who change seats (shuffle = random)")
    scope: Scope | None = Field(None, description="whether a shuffle stays inside communities")
    officer: str | None = Field(None, description="officer policy (learnsim list)")

    def overrides(self) -> dict[str, Any]:
        """Return the fields of an arm that are given, but for preset and phases."""
        return {key: value for key, value in vars(self).items() if value is not None and key in OVERRIDDEN}


class PhaseFields(_Fields):
    """A phase: what changes in an arm from a session on; everything else stays as it was before."""

    preset: str | None = Field(None, description="the training model from here on; that of before if left out")
    cell_size: Annotated[int | None, Field(ge=1, le=MOST)] = Field(None, description="people per cell from here on")
    cycle_length: Annotated[int | None, Field(ge=1, le=MOST)] = Field(None, description="sessions per cycle from here on")
    throttle: Throttle | None = Field(None, description="whose mastery decides when a cell goes on, from here on")

    @property
    def start(self) -> int:
        """Its first session."""
        return int(getattr(self, "from"))


if TYPE_CHECKING:  # its first field has the name of a keyword of Python

    class PhaseTable(PhaseFields):
        """A phase of an arm."""

else:
    _FROM = setting(..., "the phase's first session, which begins a cycle", unit="session", ge=0, le=MOST)
    PhaseTable = create_model("PhaseTable", __base__=PhaseFields, **{"from": (int, _FROM)})


class ArmTable(_Fields):
    """An arm of the file: a preset with some fields overridden; ``None`` means the value of the preset."""

    formation: Formation | None = Field(None, description="how this arm's communities form")
    network: Network | None = Field(
        None, description="who is tied to whom: the cells and councils, or one of the classic networks (kind = search)"
    )
    rewiring: Share = Field(
        None,
        description="chance that a tie is replaced for good by one to a person elsewhere, in cells or in the small world",
    )
    density: Share = Field(None, description="chance that two people are tied (network = random)")
    phases: list[PhaseTable] | None = Field(
        None, description="what the arm becomes from a session on: tables with from, and fields that change"
    )

    def __hash__(self) -> int:
        return hash((*(getattr(self, key) for key in type(self).model_fields if key != "phases"), str(self.phases)))

    def resolve(self, name: str, world: Organisation) -> Arm:
        """Return the complete arm.

        Raises
        ------
        SettingsError
            If the preset is unknown, the time shares do not add up, fields contradict each other, or a phase does not
            begin with a cycle.
        """
        preset = self.preset if self.preset is not None else name
        if preset not in PRESETS:
            hint = did_you_mean(preset, PRESETS)
            if self.preset is None:
                raise SettingsError(f"[arms.{name}] preset is missing, and {name!r} is not a preset's name{hint}")
            raise SettingsError(f"[arms.{name}] preset = {preset!r} is not a preset{hint}")
        arm = self.complete(preset, world)
        _check(name, arm)
        if self.phases:
            _check_phases(name, self.phases, arm, world.cycle_length)
        return arm

    def complete(self, preset: str, world: Organisation) -> Arm:
        """Return the preset with the arm's own fields, without checking whether they fit together."""
        arm = PRESETS[preset][1]._replace(**{"formation": world.formation, **self.overrides()})
        if not self.phases:
            return arm
        phases: list[Phase] = []
        before = Phase(0, arm, world.cell_size, world.cycle_length, None)
        for table in self.phases:
            before = _phase_after(before, table)
            phases.append(before)
        return arm._replace(phases=tuple(phases))


class ParameterArm(ArmTable):
    """An arm of a model of the user's own: some of its parameters with other values than under ``[parameters]``."""

    parameters: dict[str, Any]

    def __hash__(self) -> int:
        return hash(repr(sorted(self.parameters.items())))

    def resolve(self, name: str, world: Organisation) -> Arm:
        """Return an arm with nothing in it: its parameters are all that counts."""
        return PRESETS["flat-lecture"][1]._replace(preset=name)


def _phase_after(before: Phase, table: PhaseFields) -> Phase:
    """Return what comes after a phase."""
    arm = before.arm
    if table.preset in PRESETS:
        fixed = {key: getattr(arm, key) for key in FIXED}
        arm = PRESETS[table.preset][1]._replace(**fixed)
    return Phase(
        table.start,
        arm._replace(**table.overrides()),
        table.cell_size or before.cell_size,
        table.cycle_length or before.cycle_length,
        table.throttle or before.throttle,
    )


def _check_phases(name: str, tables: list[PhaseTable], arm: Arm, cycle_length: int) -> None:
    """Check that phases follow each other, each at the beginning of a cycle, and that their fields fit together."""
    start, length = 0, cycle_length
    for number, (table, phase) in enumerate(zip(tables, arm.phases, strict=True)):
        where = f"[[arms.{name}.phases]] number {number + 1}:"
        if table.preset is not None and table.preset not in PRESETS:
            raise SettingsError(f"{where} preset = {table.preset!r} is not a preset{did_you_mean(table.preset, PRESETS)}")
        if number and phase.start <= start:
            raise SettingsError(f"{where} from = {phase.start} must be after the phase before it, which is from = {start}")
        beyond = (phase.start - start) % length
        if beyond:
            low = phase.start - beyond
            nearest = low if beyond * 2 <= length and low > (start if number else -1) else low + length
            raise SettingsError(
                f"{where} from = {phase.start} is within a cycle of {length} sessions, and a phase begins with a cycle; "
                f"the nearest is from = {nearest}"
            )
        _check(name, phase.arm, f"{where}")
        start, length = phase.start, phase.cycle_length


def _check(name: str, arm: Arm, where: str = "") -> None:
    where = where or f"[arms.{name}]"
    total = arm.lecture + arm.briefing + arm.exchange + arm.idle
    if abs(total - 1.0) > 1e-9:
        shares = ("lecture", "briefing", "exchange", *(["idle"] if arm.idle else []))
        raise SettingsError(
            f"{where} {' + '.join(shares)} = {' + '.join(f'{getattr(arm, share):g}' for share in shares)} "
            f"= {total:.10g}; a session's shares must add up to 1"
        )
    free = arm.briefing + arm.exchange + arm.idle
    if arm.council > free + 1e-9:
        raise SettingsError(
            f"{where} council = {arm.council:g} exceeds briefing + exchange{' + idle' * (arm.idle > 0.0)} = {free:g}; "
            "officers take the council's time from their cell"
        )
    if arm.groups == "none" and arm.briefing + arm.exchange > 0.0:
        raise SettingsError(
            f"{where} groups = 'none' leaves nobody for briefing and exchange; "
            f"set lecture = 1, or groups to one of {', '.join(get_args(Groups)[1:])}"
        )
    if (arm.network == "small-world") != (arm.rewiring > 0.0) and arm.network != "cells":
        raise SettingsError(
            f"{where} network = {arm.network!r} with rewiring = {arm.rewiring:g}: the ties of a small world are "
            "rewired with a chance above 0, those of the other networks are not"
        )
    if (arm.network == "random") != (arm.density > 0.0):
        raise SettingsError(
            f"{where} network = {arm.network!r} with density = {arm.density:g}: the pairs of a random network are "
            "tied with a chance above 0, which no other network has"
        )
