"""Labelled arrays: results as an xarray dataset, in which each array has named axes, a meaning and a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from learnsim.arrays import Array
from learnsim.errors import LearnsimError

if TYPE_CHECKING:
    import xarray as xr


class Label(NamedTuple):
    """What an array of a record is.

    Attributes
    ----------
    axes : tuple of str
        The names of its axes, but for that of time.
    meaning, unit : str
    """

    axes: tuple[str, ...]
    meaning: str
    unit: str = ""


class Labelled(NamedTuple):
    """An array with its name, its label, and whether its first axis is time."""

    name: str
    array: Array
    label: Label
    over_time: bool


def dataset(arrays: Iterable[Labelled], clock: str, about: Mapping[str, Any]) -> xr.Dataset:
    """Return arrays as one dataset, which can be written as netCDF.

    Parameters
    ----------
    arrays : iterable of Labelled
        Empty ones are left out.
    clock : str
        What time is counted in, which names its axis: ``"session"``, ``"period"`` or ``"step"``.
    about : dict of str to str or int
        The attributes of the whole.

    Raises
    ------
    LearnsimError
        If xarray is not installed.
    """
    try:
        import xarray as xr  # an extra that not everybody installs
    except ImportError:
        raise LearnsimError('to_xarray() needs xarray; pip install "learnsim[xarray]"') from None
    there = [one for one in arrays if one.array.size]
    axes = {clock, *(axis for one in there for axis in one.label.axes)}
    variables = {}
    for name, array, label, over_time in there:
        words = {"long_name": label.meaning, "units": label.unit}
        own = f"measure {name}" if name in axes else name  # an axis has its own numbers under its name
        variables[own] = ((clock, *label.axes) if over_time else label.axes, array, {k: v for k, v in words.items() if v})
    made = xr.Dataset(variables, attrs=dict(about))
    return made.assign_coords({axis: np.arange(made.sizes[axis]) for axis in made.sizes})
