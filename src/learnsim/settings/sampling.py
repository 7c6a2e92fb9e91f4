"""Sampling: which points of the swept settings are run, and how many replicates are enough.
``experiments.design.points`` draws the points.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from learnsim.settings.declare import Table, setting

Kind = Literal["grid", "zip", "latin-hypercube", "sobol", "saltelli", "morris"]
FARTHEST = 1e300  # largest end of a range, so that values in between can be computed
LISTED = ("grid", "zip")  # designs of listed values; the others draw points from ranges
KINDS: dict[str, str] = {
    "grid": "every combination of the listed values",
    "zip": "the first values together, the second values together, and so on",
    "latin-hypercube": "points spread evenly along every setting (McKay, Beckman & Conover 1979)",
    "sobol": "points that fill the space evenly (Sobol' 1967)",
    "saltelli": "Sobol' points with one setting changed at a time, for Sobol' indices (Saltelli et al. 2010)",
    "morris": "trajectories that change one setting per step, to screen many settings (Morris 1991)",
}


class Span(Table):
    """A range of a swept setting; if both ends are whole numbers, so are its values."""

    low: int | float
    high: int | float
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        for name, end in (("low", self.low), ("high", self.high)):
            if abs(end) > FARTHEST:
                raise ValueError(f"{name} must be from {-FARTHEST:g} to {FARTHEST:g}")
        if self.low >= self.high:
            raise ValueError(f"low = {self.low} must be below high = {self.high}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low = {self.low} must be above 0 on a log scale")
        return self

    def at(self, share: float) -> int | float:
        """Return the value at a share in [0, 1] of the range."""
        low, high = self.low, self.high
        whole = isinstance(low, int) and isinstance(high, int)
        if whole:
            high = high + 1  # every whole number gets an equal part of the range
        value = low + (high - low) * share if self.scale == "linear" else low * (high / low) ** share
        return min(int(value), int(self.high)) if whole else value


def value_at(range_or_list: Span | list[Any], share: float) -> Any:
    """Return the value of a swept setting at a share in [0, 1]; listed values are equally likely."""
    if isinstance(range_or_list, Span):
        return range_or_list.at(share)
    return range_or_list[min(int(share * len(range_or_list)), len(range_or_list) - 1)]


class Sampling(Table):
    """Which combinations of the swept settings are run."""

    kind: Kind = setting("grid", "how points are drawn from the swept settings: " + ", ".join(KINDS))
    points: int = setting(
        128,
        "points drawn (latin-hypercube, sobol), base points (saltelli) or trajectories (morris)",
        unit="points",
        ge=1,
        le=1_000_000,
    )
    levels: int = setting(4, "levels of the grid that trajectories step on (morris)", unit="levels", ge=2, le=100)

    @model_validator(mode="after")
    def _possible(self) -> Sampling:
        if self.kind in ("sobol", "saltelli") and self.points & (self.points - 1):
            below = 1 << (self.points.bit_length() - 1)
            raise ValueError(f"points = {self.points} must be a power of two for {self.kind}; take {below} or {2 * below}")
        if self.kind == "morris" and self.levels % 2:
            raise ValueError(f"levels = {self.levels} must be even")
        if self.kind == "morris" and self.points < 2:
            raise ValueError(f"points = {self.points} trajectories are too few; take 2 or more")
        return self


class Precision(Table):
    """A wanted half-width of the confidence interval, reached by Stein's two stages."""

    measure: str = setting("", "the measure of the interval; if left out, the one that arms are compared by")
    contrast: str = Field(description='"arm - other arm", or one arm for its own mean', min_length=1)
    half_width: float = Field(description="half of the interval's width that is wanted", gt=0.0)
    confidence: float = setting(0.95, "chance that the interval covers the true value", unit="probability", ge=0.5, lt=1.0)
    min: int = setting(20, "replicates of the first stage", unit="runs", ge=3, le=1_000_000_000)
    max: int = setting(2000, "largest number of replicates, whatever the width", unit="runs", ge=3, le=1_000_000_000)

    @model_validator(mode="after")
    def _ordered(self) -> Precision:
        if self.min > self.max:
            raise ValueError(f"min = {self.min} must not exceed max = {self.max}")
        return self

    @property
    def arms(self) -> tuple[str, ...]:
        """The two arms of the contrast ``"a - b"``, or the only one."""
        return tuple(part.strip() for part in self.contrast.split(" - "))
