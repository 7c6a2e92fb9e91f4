"""Picker: which points of a design are meant by cells of text that give values of its swept settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from learnsim.arrays import Flags
from learnsim.errors import SettingsError
from learnsim.experiments.design.design import Design
from learnsim.settings.messages import shown
from learnsim.settings.write import toml_value

SAME = 1e-9  # how far apart two numbers may be that are one value of a swept setting
SHOWN = 12  # values named in an error


class Picker:
    """Picks points of a design; what it learns of the design it learns once."""

    def __init__(self, design: Design) -> None:
        points = [design.points.values(number) for number in range(len(design.points))]
        self._values = {name: [values[name] for values in points] for name in design.swept}
        self._count = len(points)
        self._found: dict[tuple[str, str], Flags] = {}

    def blank(self, cells: Mapping[str, str]) -> list[str]:
        """Return the swept settings that the cells give no value of."""
        return [name for name in self._values if not cells.get(name)]

    def points(self, cells: Mapping[str, str], error: Callable[[str, str], SettingsError]) -> list[int]:
        """Return the numbers of the points that have all the values given, at least one.

        Parameters
        ----------
        cells : mapping
            Column to text; a swept setting that is missing or blank may have any value.
        error : callable
            Makes an error of a column and what is wrong there.

        Raises
        ------
        SettingsError
            If there is no such point.
        """
        matching = np.ones(self._count, dtype=np.bool_)
        last = ""
        for name, values in self._values.items():
            given = cells.get(name, "")
            if given:
                key, last = (name, given), name
                if key not in self._found:
                    same = _same_as(given)
                    self._found[key] = np.array([same(value) for value in values])
                if not self._found[key].any():
                    there = list(dict.fromkeys(map(_written, values)))
                    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
                    raise error(name, f"{shown(given)} is not swept over; its values are {', '.join(there[:SHOWN])}{more}")
                matching &= self._found[key]
        if not matching.any():
            told = ", ".join(f"{name} = {shown(cells[name])}" for name in self._values if cells.get(name))
            raise error(last, f"{shown(cells[last])} makes a point that the design does not have: {told}")
        return [int(number) for number in np.flatnonzero(matching)]


def number_of(text: str) -> float:
    """Return the number that a text is, or NaN if it is none."""
    try:
        return float(text) if "_" not in text else math.nan  # Python takes 0_1 for 1
    except ValueError:
        return math.nan


def is_number(value: Any) -> bool:
    """Whether a setting's value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else toml_value(value)


def _same_as(given: str) -> Callable[[Any], bool]:
    """Return what tells whether a value is the one that a cell gives."""
    number = number_of(given)
    return lambda value: (
        math.isclose(value, number, rel_tol=SAME, abs_tol=SAME) if is_number(value) else _written(value) == given
    )
