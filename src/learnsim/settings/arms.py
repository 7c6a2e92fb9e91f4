"""Arms: training models as time budgets, from the flat lecture to the hybrid.
``grouping.policies`` checks the names of policies.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.declare import Table
from learnsim.settings.experiment import Formation

Groups = Literal["none", "cells", "community", "organisation"]
Scope = Literal["community", "organisation"]
Network = Literal["cells", "line", "lattice", "small-world", "random", "full", "isolated"]
Share = Annotated[float | None, Field(ge=0.0, le=1.0)]


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

    @property
    def officers_share(self) -> float:
        """Share f of briefing and exchange that an officer spends in the cell; 1 without a council."""
        together = self.briefing + self.exchange
        return max(0.0, 1.0 - self.council / together) if self.council > 0.0 and together > 0.0 else 1.0

    @property
    def consultation(self) -> float:
        """Share of the session that an officer spends consulting another."""
        return self.council / 2.0 if self.instructor else self.council

    @property
    def instruction(self) -> float:
        """Share of the session that the instructor spends with a community's officers."""
        return self.council / 2.0 if self.instructor else 0.0


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


class ArmTable(Table):
    """An arm of the file: a preset with some fields overridden; ``None`` means the value of the preset."""

    preset: str | None = Field(None, description="the training model to start from; the arm's own name if left out")
    groups: Groups | None = Field(None, description="who works together: none, cells, community or organisation")
    lecture: Share = Field(None, description="share of a session spent on the lecture")
    council: Share = Field(None, description="share of the officers' session spent in council")
    instructor: bool | None = Field(None, description="whether an instructor works with the council for half of it")
    briefing: Share = Field(None, description="share of a session in which the officer explains to the cell")
    exchange: Share = Field(None, description="share of a session in which members approach each other")
    shuffle: str | None = Field(None, description="shuffle policy (learnsim list)")
    fraction: Share = Field(None, description="share of the members who change seats (shuffle = random)")
    scope: Scope | None = Field(None, description="whether a shuffle stays inside communities")
    officer: str | None = Field(None, description="officer policy (learnsim list)")
    formation: Formation | None = Field(None, description="how this arm's communities form")
    network: Network | None = Field(
        None, description="who is tied to whom: the cells and councils, or one of the classic networks (kind = search)"
    )
    rewiring: Share = Field(
        None,
        description="chance that a tie is replaced for good by one to a person elsewhere, in cells or in the small world",
    )
    density: Share = Field(None, description="chance that two people are tied (network = random)")

    def resolve(self, name: str, formation: Formation) -> Arm:
        """Return the complete arm.

        Raises
        ------
        SettingsError
            If the preset is unknown, the time shares do not add up, or fields contradict each other.
        """
        preset = self.preset if self.preset is not None else name
        if preset not in PRESETS:
            hint = did_you_mean(preset, PRESETS)
            if self.preset is None:
                raise SettingsError(f"[arms.{name}] preset is missing, and {name!r} is not a preset's name{hint}")
            raise SettingsError(f"[arms.{name}] preset = {preset!r} is not a preset{hint}")
        arm = self.complete(preset, formation)
        _check(name, arm)
        return arm

    def complete(self, preset: str, formation: Formation) -> Arm:
        """Return the preset with the arm's own fields, without checking whether they fit together."""
        overrides = {key: value for key, value in vars(self).items() if value is not None and key != "preset"}
        return PRESETS[preset][1]._replace(**{"formation": formation, **overrides})


def _check(name: str, arm: Arm) -> None:
    total = arm.lecture + arm.briefing + arm.exchange
    if abs(total - 1.0) > 1e-9:
        raise SettingsError(
            f"[arms.{name}] lecture + briefing + exchange = {arm.lecture:g} + {arm.briefing:g} + {arm.exchange:g} "
            f"= {total:.10g}; a session's shares must add up to 1"
        )
    if arm.council > arm.briefing + arm.exchange + 1e-9:
        raise SettingsError(
            f"[arms.{name}] council = {arm.council:g} exceeds briefing + exchange = {arm.briefing + arm.exchange:g}; "
            "officers take the council's time from their cell"
        )
    if arm.groups == "none" and arm.briefing + arm.exchange > 0.0:
        raise SettingsError(
            f"[arms.{name}] groups = 'none' leaves nobody for briefing and exchange; "
            f"set lecture = 1, or groups to one of {', '.join(get_args(Groups)[1:])}"
        )
    if (arm.network == "small-world") != (arm.rewiring > 0.0) and arm.network != "cells":
        raise SettingsError(
            f"[arms.{name}] network = {arm.network!r} with rewiring = {arm.rewiring:g}: the ties of a small world are "
            "rewired with a chance above 0, those of the other networks are not"
        )
    if (arm.network == "random") != (arm.density > 0.0):
        raise SettingsError(
            f"[arms.{name}] network = {arm.network!r} with density = {arm.density:g}: the pairs of a random network are "
            "tied with a chance above 0, which no other network has"
        )
