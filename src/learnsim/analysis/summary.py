"""Summary: each arm's mean with its interval, and each arm against the baseline on the same replicates.
Knows outcomes and designs; scipy's special functions for the quantiles of t.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from learnsim.experiments.design import Design
from learnsim.experiments.runner import Outcome
from learnsim.training.measures import RUN_MEASURES, SESSION_MEASURES

MEASURES = (*SESSION_MEASURES, *RUN_MEASURES)
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over replicates with its interval.

    Attributes
    ----------
    mean, low, high : float
        NaN where missing; the interval is missing with fewer than two replicates.
    sd : float
        Standard deviation over replicates (ddof 1).
    count : int
        Replicates in which the measure is not missing.
    """

    mean: float
    low: float
    high: float
    sd: float
    count: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True)
class Row:
    """One arm at one point: every measure's estimate, and its paired difference from the baseline."""

    point: int
    values: dict[str, Any]
    arm: str
    estimates: dict[str, Estimate]
    differences: dict[str, Estimate]


def estimate(values: npt.NDArray[np.float64]) -> Estimate:
    """Return mean and 95 % t interval of the values that are not missing (NaN)."""
    present = values[~np.isnan(values)]
    count = len(present)
    if count == 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0)
    mean = float(present.mean())
    if count == 1:
        return Estimate(mean, np.nan, np.nan, np.nan, 1)
    sd = float(present.std(ddof=1))
    half = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2.0)) * sd / count**0.5
    return Estimate(mean, mean - half, mean + half, sd, count)


def summarize(design: Design, outcomes: list[Outcome]) -> list[Row]:
    """Return one row for each point and arm.

    Differences pair replicates: same people, same luck. The baseline's own are missing.
    """
    values: dict[tuple[int, str], list[list[float]]] = defaultdict(list)
    for outcome in outcomes:
        values[outcome.point, outcome.arm].append([outcome.totals[name] for name in MEASURES])
    rows = []
    for point in design.points:
        baseline = np.array(values[point.number, design.baseline])
        for arm in design.arms:
            mine = np.array(values[point.number, arm])
            estimates = {name: estimate(mine[:, x]) for x, name in enumerate(MEASURES)}
            apart = np.full_like(mine, np.nan) if arm == design.baseline else mine - baseline
            differences = {name: estimate(apart[:, x]) for x, name in enumerate(MEASURES)}
            rows.append(Row(point.number, point.values, arm, estimates, differences))
    return rows


def write_csv(path: Path, design: Design, rows: list[Row], *, contrasts: bool) -> None:
    """Write one line for each point, arm and measure: the arms' estimates, or their differences from the baseline."""
    columns = ["mean", "low", "high", "sd", "count"]
    keys = ["point", *design.swept] if design.swept else []
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        named = ["difference", *columns[1:]] if contrasts else columns
        writer.writerow([*keys, "arm", *(["baseline"] if contrasts else []), "measure", *named])
        for row in rows:
            if contrasts and row.arm == design.baseline:
                continue
            where = [row.point, *row.values.values()] if design.swept else []
            for measure, found in (row.differences if contrasts else row.estimates).items():
                numbers = [_number(getattr(found, column)) for column in columns]
                writer.writerow([*where, row.arm, *([design.baseline] if contrasts else []), measure, *numbers])


def _number(value: float) -> str:
    return "" if isinstance(value, float) and np.isnan(value) else f"{value:.10g}"
