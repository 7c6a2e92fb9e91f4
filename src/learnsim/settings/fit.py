"""Fit: the table of settings that are estimated from data."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import field_validator, model_validator

from learnsim.settings.declare import Table, setting
from learnsim.settings.messages import needs_quotes
from learnsim.settings.sampling import FARTHEST


class Free(Table):
    """The range in which a setting is sought."""

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _ordered(self) -> Free:
        if max(abs(self.low), abs(self.high)) > FARTHEST:
            raise ValueError(f"low and high must be from {-FARTHEST:g} to {FARTHEST:g}")
        if self.low >= self.high:
            turned = f"; write low = {self.high:g}, high = {self.low:g}" if self.low > self.high else ""
            raise ValueError(f"low = {self.low:g} must be below high = {self.high:g}{turned}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low = {self.low:g} must be above 0 on a log scale; raise it, or write scale = \"linear\"")
        return self

    def value(self, place: float) -> float:
        """Return the value at a place from 0 (low) to 1 (high)."""
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** place)
        return float(self.low + (self.high - self.low) * place)

    def place(self, value: float) -> float:
        """Return the place of a value."""
        if self.scale == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def slope(self, value: float) -> float:
        """Return how fast the value changes with its place."""
        return value * math.log(self.high / self.low) if self.scale == "log" else self.high - self.low


class Fit(Table):
    """Which settings are estimated, and from what."""

    data: str = setting(
        "",
        "scores of real trainees, a CSV file: id, arm, pre, post, and perhaps later and cell; the experiment's targets if "
        "left out",
        example='data = "scores.csv"',
    )
    questions: int = setting(30, "questions of the test: the highest score", unit="questions", ge=2, le=10_000)
    guess: float = setting(
        0.0, "chance of a right answer by somebody who knows nothing", unit="probability", ge=0.0, le=0.9
    )
    later: int | None = setting(
        None, "sessions from the end of the training to the score called later", unit="sessions", ge=1, le=100_000
    )
    starts: int = setting(3, "places from which the search starts", unit="places", ge=1, le=100)
    replicates: int = setting(40, "runs of each arm behind every simulated number", unit="replicates", ge=4, le=10_000)
    free: dict[str, Free] = setting(
        dict, "settings that are estimated, each with the range in which it is sought: dotted name = {low, high, scale}"
    )

    @field_validator("free", mode="before")
    @classmethod
    def _quoted(cls, free: Any) -> Any:
        for name, value in free.items() if isinstance(free, dict) else ():
            if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
                raise needs_quotes(name, value)
        return free
