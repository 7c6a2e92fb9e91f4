"""Declaring a setting: one line gives its default, range, unit, meaning and source.
Knows pydantic only. The TOML reader, ``--set``, ``learnsim init`` and the documentation read these declarations.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

ASSUMED = "declared assumption"


class Table(BaseModel):
    """A table of the experiment file: unknown keys are refused, types are not guessed, nothing changes later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _plainly(cls, given: Any) -> Any:
        return {key: plain(value) for key, value in given.items()} if isinstance(given, dict) else given


def plain(value: Any) -> Any:
    """Return numpy's numbers as Python's, and a tuple as a list: the same value, as TOML would give it."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, (int, float)) and type(value) in (bool, int, float):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


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
        Value when the file does not give one.
    meaning : str
        What it is in the world, in one line.
    unit : str
        What it is counted in; empty for a name or a text.
    source : str
        The publication the default comes from, or :data:`ASSUMED`.
    example : str
        How to write it in TOML, for a setting whose default is "not given".
    usual : (float, float), optional
        Between what a slider goes, where the limits lie further apart.
    **limits
        ``ge``, ``gt``, ``le``, ``lt``, ``min_length``, ``max_length``, ``pattern`` as in pydantic.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source, "example": example}
    if usual is not None:
        extra["usual"] = usual
    if callable(default):
        return Field(default_factory=default, description=meaning, json_schema_extra=extra, **limits)
    return Field(default, description=meaning, json_schema_extra=extra, **limits)
