"""Export: the summary as CSV files that any program reads.
Knows summaries.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Row, Summary

OWN = ("mean", "low", "high", "sd", "count")
APART = ("effect", "superiority", "p", "holm", "reduction", "bca_low", "bca_high")


def write_summary(path: Path, summary: Summary) -> None:
    """Write a line for each point, arm and measure: the arm's mean, its 95 % interval, sd and count over replicates."""

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name in summary.estimates:
                yield [*_where(row), row.arm, name, *_own(row.estimate(name))]

    _write(path, [*_keys(summary), "arm", "measure", *OWN], lines())


def write_contrasts(path: Path, summary: Summary) -> None:
    """Write a line for each point, arm but the baseline, and measure: see :class:`Contrasts` for the columns."""
    baseline = summary.results.design.baseline

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name, found in summary.contrasts.items() if row.arm != baseline else ():
                more = [_number(float(getattr(found, column)[row.point, row.number])) for column in APART]
                yield [*_where(row), row.arm, baseline, name, *_own(row.difference(name)), *more]

    _write(path, [*_keys(summary), "arm", "baseline", "measure", "difference", *OWN[1:], *APART], lines())


def _own(found: Estimate) -> list[str]:
    return [_number(getattr(found, column)) for column in OWN]


def _keys(summary: Summary) -> list[str]:
    swept = summary.results.design.swept
    return ["point", *swept] if swept else []


def _where(row: Row) -> list[Any]:
    return [row.point, *row.values.values()] if row.values else []


def _write(path: Path, header: list[str], lines: Iterable[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def _number(value: float) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else f"{value:.10g}"
