"""Export: the statistics as CSV files that any program reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.held import held_header, held_lines
from learnsim.analysis.sensitivity import FIRST_ORDER_ONLY, KINDS, noise_share
from learnsim.analysis.summary import Row, Summary
from learnsim.csv_files import write_csv

OWN = ("mean", "low", "high", "sd", "count")
MOST_POINTS = 200  # above which only headline measures are written; the rest are in the tables
APART = ("effect", "effect_in_sd", "superiority", "p", "holm", "reduction", "bca_low", "bca_high")


def write_summary(path: Path, summary: Summary) -> None:
    """Write a line for each point, arm and measure: the arm's mean, its 95 % interval, sd and count over replicates."""

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name in _measures(summary):
                yield [*_where(row), row.arm, name, *_own(row.estimate(name))]

    write_csv(path, [*_keys(summary), "arm", "measure", *OWN], lines())


def write_contrasts(path: Path, summary: Summary) -> None:
    """Write a line for each point, arm but the baseline, and measure: see :class:`Contrasts` for the columns."""
    baseline = summary.results.design.baseline

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name in _measures(summary) if row.arm != baseline else ():
                found = summary.contrasts[name]
                more = [_number(float(getattr(found, column)[row.point, row.number])) for column in APART]
                yield [*_where(row), row.arm, baseline, name, *_own(row.difference(name)), *more]

    write_csv(path, [*_keys(summary), "arm", "baseline", "measure", "difference", *OWN[1:], *APART], lines())


def _measures(summary: Summary) -> Iterable[str]:
    return summary.results.design.headline if len(summary.results.design.points) > MOST_POINTS else summary.estimates


def write_effects(folder: Path, summary: Summary) -> None:
    """Write ``effects.csv`` and ``shares.csv`` of the headline measures, if the design is a grid: see :class:`Effects`."""
    found = list(summary.effects.values())
    if not any(one.effects for one in found):
        return
    effects = (
        [one.arm, one.measure, *_two(one.settings), *_two(one.levels), *_own(one.estimate)]
        for each in found
        for one in each.effects
    )
    shares = (
        [one.arm, one.measure, *_two(one.settings or ("rest",)), _number(one.share)]
        for each in found
        for one in each.shares
    )
    keys = ["arm", "measure", "setting", "with_setting"]
    write_csv(folder / "effects.csv", [*keys, "level", "with_level", "effect", *OWN[1:]], effects)
    write_csv(folder / "shares.csv", [*keys, "share"], shares)


def write_sensitivity(folder: Path, summary: Summary) -> list[str]:
    """Write ``sensitivity.csv`` of the headline measures, if the design draws points: see :class:`Index`.

    A line of kind "noise" is the share of the variance between points that more replicates would take away. Returns what
    is to be said of the file, if anything.
    """
    if summary.results.design.settings.design.kind not in KINDS:
        return []
    found = [index for indices in summary.indices.values() for index in indices]
    if not found:
        if find_spec("SALib"):
            return ["sensitivity.csv is not written, since the libraries here draw other points than those that drew these"]
        return ['sensitivity.csv is not written, since it needs SALib; pip install "learnsim[sensitivity]"']

    def lines() -> Iterator[list[str]]:
        for (arm, measure), some in groupby(found, key=lambda one: (one.arm, one.measure)):
            for one in some:
                yield [arm, measure, one.setting, one.kind, *map(_number, (one.value, one.low, one.high))]
            yield [arm, measure, "", "noise", _number(noise_share(summary.results, arm, measure)), "", ""]

    write_csv(folder / "sensitivity.csv", ["arm", "measure", "setting", "kind", "value", "low", "high"], lines())
    return [] if any(one.kind != "first-order" for one in found) else [f"sensitivity.csv: {FIRST_ORDER_ONLY}"]


def write_targets(path: Path, summary: Summary) -> None:
    """Write a line for each number that the experiment is held against, and what was found; nothing if there is none."""
    if summary.findings:
        write_csv(path, held_header(summary.results.design.swept), held_lines(summary))


def _two(names: tuple[str, ...]) -> list[str]:
    return [*names, ""][:2]


def _own(found: Estimate) -> list[str]:
    return [_number(getattr(found, column)) for column in OWN]


def _keys(summary: Summary) -> list[str]:
    swept = summary.results.design.swept
    return ["point", *swept] if swept else []


def _where(row: Row) -> list[Any]:
    return [row.point, *row.values.values()] if row.values else []


def _number(value: float) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else f"{value:.10g}"
