"""Settings read: the settings and the fields of arms on which the numbers of an experiment depend."""

from __future__ import annotations

from typing import Any, NamedTuple

from learnsim.errors import LearnsimError
from learnsim.experiments.design.design import Design
from learnsim.models.runs import effective_settings_of

MOST_POINTS = 64  # of a sweep that are looked at, spread evenly
IN_PHASES = ("shuffle", "officer")  # fields of a phase that name a policy


class SettingsRead(NamedTuple):
    """What the numbers of some arm depend on at some point.

    Attributes
    ----------
    settings : tuple of str
        Dotted names.
    fields : tuple of (str, value)
        Fields of arms with their values.
    """

    settings: tuple[str, ...]
    fields: tuple[tuple[str, Any], ...]


def settings_read(design: Design) -> SettingsRead:
    """Return the settings that the numbers of an experiment depend on; those that are swept always count."""
    settings: dict[str, None] = {}
    fields: dict[tuple[str, Any], None] = {}
    for number in range(0, len(design.points), -(-len(design.points) // MOST_POINTS)):
        point = design.points[number]
        for name in design.arms:
            try:
                effective = effective_settings_of(point.settings, name, point.roster)
            except LearnsimError:  # a policy that is no longer there
                continue
            names = [one.removeprefix("of ") for one in effective.values]
            settings.update(dict.fromkeys(one for one in names if "." in one and not one.startswith("arm.")))
            keys = [one.removeprefix("arm.") for one in names if one.startswith("arm.")]
            arm = effective.arm
            fields.update({(key, getattr(arm, key)): None for key in keys if isinstance(getattr(arm, key), str)})
            fields.update({(key, getattr(phase.arm, key)): None for phase in arm.phases for key in IN_PHASES})
    settings.update(dict.fromkeys(design.swept))
    return SettingsRead(tuple(settings), tuple(fields))
