"""Declare: how a setting is declared. One line gives its default, range, unit, meaning and source.
The TOML reader, ``--set``, ``learnsim init`` and the documentation read these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from os import PathLike, fspath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

ASSUMED = "declared assumption"
MOST_VALUES = 1_000_000  # of a range that becomes a list

MOST = 1_000_000_000  # people, sessions or runs: the kernels' whole numbers hold no more


class Table(BaseModel):
    """A table of the experiment file: unknown keys are errors, types are not converted, and values never change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _plainly(cls, value: Any) -> Any:
        return plain(value)


def plain(value: Any) -> Any:
    """Return a value of Python, numpy, pandas or pathlib as the same value of a plain Python type, as TOML gives it.

    Every setting goes through here before it is checked, whether it comes from a file, a keyword or an array. A number
    becomes the nearest number of Python, so ``np.float32(0.1)`` is 0.10000000149011612. Values without an order, for
    example a set, are returned unchanged, and the check of the setting refuses them.
    """
    kind = type(value)
    if kind in (str, bool, int, float) or value is None:
        return value
    if kind is list:
        return [plain(part) for part in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(part) for key, part in value.items()}
    if isinstance(value, BaseModel):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value.as_tuple().exponent == 0:
        return int(value)
    if isinstance(value, (Decimal, Real)):
        return _float(value)
    if isinstance(value, PathLike):
        path = fspath(value)
        return path if isinstance(path, str) else value
    if isinstance(value, range):
        return list(value) if not value[MOST_VALUES:] else value
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [plain(part) for part in value]
    listed = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    if callable(listed) and not isinstance(value, type):
        there = listed()
        return value if there is None or type(there) is kind else plain(there)  # None: masked
    return value


def _float(value: Any) -> Any:
    try:
        return float(value)
    except (OverflowError, ValueError):  # a fraction of large numbers, or a decimal that is not a number
        return value


def setting(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    source: str = ASSUMED,
    example: str = "",
    usual: tuple[float, float] | None = None,
    **limits: Any,
) -> Any:
    """Declare one setting.

    Parameters
    ----------
    default
        Value if the file does not set one.
    meaning : str
        What it is in the world, in one line.
    unit : str
        Its unit; empty for a name or a text.
    source : str
        The publication the default comes from, or :data:`ASSUMED`.
    example : str
        How to write it in TOML, for a setting that has no value by default.
    usual : (float, float), optional
        The ends of a slider, where the limits are further apart.
    **limits
        ``ge``, ``gt``, ``le``, ``lt``, ``min_length``, ``max_length``, ``pattern`` as in pydantic.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source, "example": example}
    if usual is not None:
        extra["usual"] = usual
    if callable(default):
        return Field(default_factory=default, description=meaning, json_schema_extra=extra, **limits)
    return Field(default, description=meaning, json_schema_extra=extra, **limits)
