"""Idle: settings and fields of arms that an experiment gives or sweeps, and that can change nothing in its model.
Knows settings and arithmetic; training reads everything that it is given.
"""

from __future__ import annotations

from learnsim.experiments.points import Point
from learnsim.grouping.cells import cell_sizes
from learnsim.settings import Arm, Settings
from learnsim.settings.arms import PRESETS
from learnsim.settings.write import toml_value

SHARES = ("lecture", "briefing", "exchange")  # have to add up, so that they are given without being meant
COUNTED = ("lecture", "council")  # only whether they are above 0
SEATED = ("council", "shuffle", "fraction", "scope", "officer", "formation", "rewiring")  # what goes with groups
NO_CODE = "no arm has a lecture, which stands for the code"
NO_GROUPS = "no arm has groups to look at"
NO_CHANGE = "no arm's cells are shuffled or have a council"


class Idle:
    """Collects, point by point, what is idle at all of them; kept for a design, and told as warnings."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._kind = settings, settings.model.kind
        self._reasons: dict[str, str] | None = None
        self._above = {f"arms.{name}.{key}" for name in settings.arms for key in COUNTED} & set(settings.sweep)

    def look(self, point: Point, people: int) -> None:
        """Take one more point into account."""
        if self._kind == "training" or self._reasons == {}:
            return
        arms = {name: point.settings.arm(name) for name in self._settings.arms}
        found = _idle_settings(point.settings, list(arms.values()))
        for name, arm in arms.items():
            found |= {f"arms.{name}.{key}": why for key, why in _idle_fields(point.settings, arm, people).items()}
            for key in COUNTED:
                if not getattr(arm, key) > 0.0:
                    self._above.discard(f"arms.{name}.{key}")
        for full in self._above:
            found.setdefault(full, "it only counts whether it is above 0, which it always is")
        before = self._reasons
        self._reasons = found if before is None else {full: why for full, why in before.items() if full in found}

    @property
    def warnings(self) -> list[str]:
        """What was found, a sentence each."""
        reasons, said = self._reasons or {}, []
        for name in self._settings.arms:
            network = f"arms.{name}.network"
            if network in reasons:
                said.append(f"[arms.{name}] {reasons.pop(network)}")
        for full, why in reasons.items():
            if full in self._settings.sweep:
                if not self._balances(full):
                    said.append(f"[sweep] {full} changes nothing: {why}")
            elif (value := self._given(full)) is not None:
                table, _, key = full.rpartition(".")
                said.append(f"[{table}] {key} = {toml_value(value)} changes nothing: {why}")
        return said

    def _balances(self, full: str) -> bool:
        """Whether a swept share only makes room for a lecture that is swept too, and counts."""
        arm, _, key = full.rpartition(".")
        return key in SHARES and f"{arm}.lecture" in self._settings.sweep and f"{arm}.lecture" not in (self._reasons or {})

    def _given(self, full: str) -> object:
        """The value of a setting that is given, and not at its default or its preset's; else None."""
        table, _, key = full.rpartition(".")
        if table.startswith("arms."):
            name = table.removeprefix("arms.")
            given = self._settings.arms[name]
            preset = PRESETS[given.preset or name][1]._replace(formation=self._settings.organisation.formation)
            value = getattr(given, key)
            return None if key in SHARES or value == getattr(preset, key) else value
        if table in ("organisation", "training"):  # how cells are made: there may be none
            return None
        there = getattr(self._settings, table)
        value = getattr(there, key)
        asked = key in there.model_fields_set and value != type(there).model_fields[key].default
        return value if asked else None


def _idle_settings(settings: Settings, arms: list[Arm]) -> dict[str, str]:
    """Settings that no arm of a point reads, and why."""
    found: dict[str, str] = {}
    seated = [arm for arm in arms if arm.network == "cells" and arm.groups != "none"]
    if settings.model.kind == "beliefs":
        if not any(arm.lecture > 0.0 for arm in arms):
            found |= dict.fromkeys(("beliefs.learning_from_code", "beliefs.code_learning"), NO_CODE)
            found |= dict.fromkeys(("beliefs.fast_learning", "beliefs.fast_share"), NO_CODE)
        elif settings.beliefs.fast_share == 0.0:
            found["beliefs.fast_learning"] = "fast_share = 0, so that nobody is a fast learner"
        if not seated:
            found["beliefs.adoption"] = NO_GROUPS
    if not any(arm.groups == "cells" for arm in seated):
        found["organisation.cell_size"] = "no arm has cells"
    if not any(arm.shuffle != "none" or arm.council > 0.0 for arm in seated):
        found["training.cycle_length"] = NO_CHANGE
    return found


def _idle_fields(settings: Settings, arm: Arm, people: int) -> dict[str, str]:
    """Fields of an arm that change nothing where the others are as they are, and why."""
    kind, world = settings.model.kind, settings.organisation
    unread = ("instructor", "briefing", "exchange", *(("lecture",) if kind == "search" else ()))
    found = dict.fromkeys(unread, f"kind = {kind!r} does not read it")
    if arm.network != "cells":
        why = f"network = {arm.network!r} stands in place of cells"
        if arm.groups != "none":
            found["network"] = f"{why}: groups = {arm.groups!r} and what goes with it change nothing"
        return found | dict.fromkeys([key for key in SEATED if key != "rewiring"], why)
    if arm.groups == "none":
        return found | dict.fromkeys(SEATED, "groups = 'none' is nobody to look at")
    whole = arm.groups != "cells" or len(cell_sizes(-(-people // world.communities), world.cell_size)) == 1
    if whole and (arm.groups == "organisation" or world.communities == 1):
        found["rewiring"] = "there is only one cell, and so nobody elsewhere"
    if arm.groups != "cells":
        found["council"] = f"with groups = {arm.groups!r} there is no other officer to meet"
    if arm.shuffle == "none":
        found |= dict.fromkeys(("fraction", "scope"), "shuffle = 'none'")
        if not arm.council > 0.0:
            found["officer"] = "officers count in a council, and for some shuffles"
    return found
