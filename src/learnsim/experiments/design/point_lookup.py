"""Point lookup: finds the points of a design from cells of a CSV file that give values of swept settings."""

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
SHOWN = 12  # values in an error message


class PointLookup:
    """Finds points of a design; the values of its points are read once."""

    def __init__(self, design: Design) -> None:
        points = [design.points.values(number) for number in range(len(design.points))]
        self._values = {name: [values[name] for values in points] for name in design.swept}
        self._count = len(points)
        self._matches: dict[tuple[str, str], Flags] = {}

    def blank(self, cells: Mapping[str, str]) -> list[str]:
        """Return the swept settings whose cells are blank."""
        return [name for name in self._values if not cells.get(name)]

    def points(self, cells: Mapping[str, str], error: Callable[[str, str], SettingsError]) -> list[int]:
        """Return the numbers of the points (at least one) that have all the values in the cells.

        Parameters
        ----------
        cells : mapping
            Column to text; a swept setting that is missing or blank may have any value.
        error : callable
            Makes an error from a column and the reason.

        Raises
        ------
        SettingsError
            If there is no such point.
        """
        matching = np.ones(self._count, dtype=np.bool_)
        last = ""
        for name, values in self._values.items():
            text = cells.get(name, "")
            if text:
                key, last = (name, text), name
                if key not in self._matches:
                    same = _same_as(text)
                    self._matches[key] = np.array([same(value) for value in values])
                if not self._matches[key].any():
                    there = list(dict.fromkeys(map(_written, values)))
                    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
                    values_text = ", ".join(there[:SHOWN]) + more
                    raise error(name, f"{shown(text)} is not a value of this sweep; its values are {values_text}")
                matching &= self._matches[key]
        if not matching.any():
            combination = ", ".join(f"{name} = {shown(cells[name])}" for name in self._values if cells.get(name))
            raise error(last, f"the design has no point with {combination}")
        return [int(number) for number in np.flatnonzero(matching)]


def number_of(text: str) -> float:
    """Return a text as a number, or NaN if it is none."""
    try:
        return float(text) if "_" not in text else math.nan  # Python takes 0_1 for 1
    except ValueError:
        return math.nan


def is_number(value: Any) -> bool:
    """Whether a setting's value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else toml_value(value)


def _same_as(text: str) -> Callable[[Any], bool]:
    """Return a function that checks whether a value equals that of a cell."""
    number = number_of(text)
    return lambda value: (
        math.isclose(value, number, rel_tol=SAME, abs_tol=SAME) if is_number(value) else _written(value) == text
    )
