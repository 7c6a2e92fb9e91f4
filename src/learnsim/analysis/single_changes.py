"""Single changes: arms that differ from each other in one field only, and what that field adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from learnsim.analysis.estimates import Estimate, beyond_rounding, estimates_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.models.info import ModelInfo
from learnsim.settings import Arm
from learnsim.settings.readers import reads_of_arms

SWITCHED_BY = {"instructor": "council", "fraction": "shuffle", "scope": "shuffle"}  # without it a field changes nothing
TIME = ("lecture", "briefing", "exchange")  # shares of a session: they add up to 1, so that no one of them changes alone
OFF: dict[str, Any] = {"groups": "none", "council": 0.0, "shuffle": "none", "rewiring": 0.0, "instructor": False}
MOST_POINTS = 200  # above which arms whose own fields are swept are not resolved at every point


@dataclass(frozen=True)
class SingleChange:
    """What one field of an arm adds: an arm that has it against an arm that is the same but for it.

    Attributes
    ----------
    field : str
        As it stands in the file; ``"time"`` where a share of the session moves from one use to another.
    before, after : object
        The field's value in either arm.
    without, arm : str
        The two arms.
    estimate : Estimate
        The paired difference, arm minus without, averaged over points.
    """

    field: str
    before: Any
    after: Any
    without: str
    arm: str
    estimate: Estimate

    @property
    def verdict(self) -> str:
        """Return ``adds``, ``costs``, ``nothing`` (the same in every run) or ``undecided``."""
        one = self.estimate
        if one.mean == 0.0 and one.sd == 0.0:
            return "nothing"
        if one.count < 2 or one.low <= 0.0 <= one.high:
            return "undecided"
        return "adds" if one.mean > 0.0 else "costs"


def single_changes_of(summary: Summary, measure: str) -> list[SingleChange]:
    """Return what each field adds to a measure, wherever arms differ in it alone.

    Of arms that are alike but for one field, each is compared with the one in which it is off, or else with the baseline,
    or else with the first.
    """
    design = summary.results.design
    resolved = _resolved(design)
    values = summary.results.measure(measure)
    changes = []
    for field, family in _families(design, resolved):
        reference = _reference(design, field, family, resolved)
        for arm in family:
            pair = (arm, reference)
            if arm == reference or _changed(design, resolved, *pair) != field or _varies(resolved, pair, field):
                continue
            of = {name: _value(resolved[name][0], field) for name in pair}
            differences = values[:, design.arms.index(arm)] - values[:, design.arms.index(reference)]
            change = SingleChange(field, of[reference], of[arm], reference, arm, _over_points(differences))
            if change.estimate.count:
                changes.append(change)
    return changes


def _resolved(design: Design) -> dict[str, list[Arm]]:
    """Each arm, complete, at every point at which it may be another one than at the first; empty if that is too much."""
    own = [name for name in design.swept if name.startswith("arms.") or name == "organisation.formation"]
    if own and len(design.points) > MOST_POINTS:
        return {}
    if not own:
        return {name: [design.settings.arm(name)] for name in design.arms}
    points = [point.settings for point in design.points]
    return {name: [settings.arm(name) for settings in points] for name in design.arms}


def _changed(design: Design, resolved: dict[str, list[Arm]], arm: str, other: str) -> str:
    """Return the only field in which two arms differ, the same at every point; empty if there is no such field."""
    fields = {_only_field(design.kind, *two) for two in zip(resolved[arm], resolved[other], strict=True)}
    return fields.pop() if len(fields) == 1 else ""


def _only_field(kind: ModelInfo, arm: Arm, other: Arm) -> str:
    differing = [
        name
        for name in Arm._fields
        if name != "preset"
        and getattr(arm, name) != getattr(other, name)
        and not any(_changes_nothing(kind, one, name) for one in (arm, other))
    ]
    if len(differing) == 2 and set(differing) <= set(TIME):
        return "time"
    return differing[0] if len(differing) == 1 else ""


def _changes_nothing(kind: ModelInfo, arm: Arm, field: str) -> bool:
    """Whether an arm's other fields, or its model, leave nothing for this one to change."""
    if not reads_of_arms(kind.name, field) or field in kind.without_effect:
        return True
    if arm.groups == "none" and field not in ("groups", "network", *TIME):
        return True
    switch = SWITCHED_BY.get(field)
    return switch is not None and getattr(arm, switch) == OFF[switch]


def _families(design: Design, resolved: dict[str, list[Arm]]) -> Iterator[tuple[str, list[str]]]:
    """Yield arms that differ from each other in one field, and that field."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for arm, other in combinations(design.arms if resolved else (), 2):
        field = _changed(design, resolved, arm, other)
        if field:
            pairs.setdefault(field, []).append((arm, other))
    for field, some in pairs.items():
        families: list[set[str]] = []
        for pair in some:
            touched = [family for family in families if family & set(pair)]
            families = [family for family in families if family not in touched] + [set(pair).union(*touched)]
        for family in families:
            yield field, [arm for arm in design.arms if arm in family]


def _reference(design: Design, field: str, family: Sequence[str], resolved: dict[str, list[Arm]]) -> str:
    """The arm of a family that the others are compared with."""
    off = [arm for arm in family if field in OFF and _value(resolved[arm][0], field) == OFF[field]]
    if off:
        return off[0]
    if design.baseline in family:
        return design.baseline
    first = _value(resolved[family[0]][0], field)
    if isinstance(first, float):
        return min(family, key=lambda arm: float(_value(resolved[arm][0], field)))
    return family[0]


def _value(arm: Arm, field: str) -> Any:
    return tuple(getattr(arm, name) for name in TIME) if field == "time" else getattr(arm, field)


def _varies(resolved: dict[str, list[Arm]], arms: Sequence[str], field: str) -> bool:
    """Whether the field itself is another one from point to point: then its trend is reported, not what it adds."""
    return any(_value(one, field) != _value(resolved[arm][0], field) for arm in arms for one in resolved[arm])


def _over_points(differences: Any) -> Estimate:
    """The mean over points of a paired difference, from the replicates that have all points which any replicate has."""
    there = differences[~np.isnan(differences).all(axis=1)]
    if not len(there):
        return estimates_of(np.empty((1, 0))).at(0)
    whole = there[:, ~np.isnan(there).any(axis=0)]
    return estimates_of(beyond_rounding(whole.mean(axis=0))[None]).at(0)
