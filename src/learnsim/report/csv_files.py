"""CSV files: the statistics as tables with named columns, and as CSV files that any program reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as parquet

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.sensitivity import KINDS, noise_share
from learnsim.analysis.strata import read_strata
from learnsim.analysis.summary import Row, Summary
from learnsim.csvfile import csv_writer, write_csv
from learnsim.errors import ResultsError
from learnsim.experiments.storage.folder import RUNS_CSV
from learnsim.experiments.storage.results import Results
from learnsim.report.comparison_table import target_columns, target_lines

ESTIMATE_COLUMNS = ("mean", "low", "high", "sd", "count")
FIRST_ORDER_ONLY = 'rough first-order indices only; [design] kind = "saltelli" gives reliable ones, and total indices too'
EXCEL_ROWS = 1_048_576  # of a sheet, with the line of column names
MOST_POINTS = 200  # above which only headline measures are written; the rest are in the tables
EFFECT_OF = ("arm", "measure", "setting", "with_setting")
DIFFERENCE_COLUMNS = ("difference", "difference_low", "difference_high", "effect")
CONTRAST_COLUMNS = ("effect", "effect_in_sd", "superiority", "p", "holm", "reduction", "bca_low", "bca_high")


class Statistics(NamedTuple):
    """A table of statistics: its columns, and its rows, in which measured numbers are written with ten digits."""

    columns: list[str]
    rows: Iterable[list[Any]]


def summary_statistics(summary: Summary) -> Statistics:
    """Return a row for each point, arm and measure: the arm's mean, its 95 % interval, sd and count over replicates."""

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name in _measures(summary):
                yield [*_where(row), row.arm, name, *_own(row.estimate(name))]

    return Statistics([*_keys(summary), "arm", "measure", *ESTIMATE_COLUMNS], lines())


def contrast_statistics(summary: Summary) -> Statistics:
    """Return a row for each point, arm but the baseline, and measure: see :class:`Contrasts` for the columns."""
    baseline = summary.results.design.baseline

    def lines() -> Iterator[list[Any]]:
        for row in summary.rows():
            for name in _measures(summary) if row.arm != baseline else ():
                contrasts = summary.contrasts[name]
                more = [_number(float(getattr(contrasts, column)[row.point, row.number])) for column in CONTRAST_COLUMNS]
                yield [*_where(row), row.arm, baseline, name, *_own(row.difference(name)), *more]

    header = [*_keys(summary), "arm", "baseline", "measure", "difference", *ESTIMATE_COLUMNS[1:], *CONTRAST_COLUMNS]
    return Statistics(header, lines())


def _measures(summary: Summary) -> Iterable[str]:
    return summary.results.design.headline if len(summary.results.design.points) > MOST_POINTS else summary.estimates


def effect_statistics(summary: Summary) -> Statistics | None:
    """Return the effects of settings on the headline measures, if the design is a grid: see :class:`Effects`."""
    rows = [
        [one.arm, one.measure, *_two(one.settings), *_two(one.levels), *_own(one.estimate)]
        for each in summary.effects.values()
        for one in each.effects
    ]
    return Statistics([*EFFECT_OF, "level", "with_level", "effect", *ESTIMATE_COLUMNS[1:]], rows) if rows else None


def share_statistics(summary: Summary) -> Statistics | None:
    """Return how settings and pairs of them share the variance over the grid, if the design is one: see :class:`Effects`."""
    if not any(one.effects for one in summary.effects.values()):
        return None
    rows = (
        [one.arm, one.measure, *_two(one.settings or ("rest",)), _number(one.share)]
        for each in summary.effects.values()
        for one in each.shares
    )
    return Statistics([*EFFECT_OF, "share"], rows)


def why_no_sensitivity(summary: Summary) -> str:
    """Return why points that were drawn have no sensitivity indices; empty if they have some, or were not drawn."""
    if summary.results.design.settings.design.kind not in KINDS or any(summary.indices.values()):
        return ""
    if find_spec("SALib"):
        return "since the installed libraries draw other points than those of these results"
    return 'since it needs SALib; pip install "learnsim[sensitivity]"'


def sensitivity_statistics(summary: Summary) -> Statistics | None:
    """Return the sensitivity indices of the headline measures, if the design draws points: see :class:`Index`.

    A row of kind "noise" is the share of the variance between points that more replicates would take away.
    """
    if summary.results.design.settings.design.kind not in KINDS or not any(summary.indices.values()):
        return None
    every = [index for indices in summary.indices.values() for index in indices]

    def lines() -> Iterator[list[str]]:
        for (arm, measure), some in groupby(every, key=lambda one: (one.arm, one.measure)):
            for one in some:
                yield [arm, measure, one.setting, one.kind, *map(_number, (one.value, one.low, one.high))]
            yield [arm, measure, "", "noise", _number(noise_share(summary.results, arm, measure)), "", ""]

    return Statistics(["arm", "measure", "setting", "kind", "value", "low", "high"], lines())


def box_statistics(summary: Summary) -> Statistics | None:
    """Return each limit of the box in which an arm is better, if the design draws points: see :class:`Box`.

    An arm without a limit has one row, in which setting and limit are empty. Coverage, density and mass are those of the
    box that has the stated limits only.
    """

    def lines() -> Iterator[list[Any]]:
        for box in summary.boxes:
            of_box = [_number(value) for value in box.stated]
            for one in box.limits:
                yield [box.arm, box.measure, one.setting, one.side, _value(one.value), _number(one.returns),
                       "yes" if one.stated else "no", *of_box]  # fmt: skip
            if not box.limits:
                yield [box.arm, box.measure, "", "", "", "", "", *of_box]

    columns = ["arm", "measure", "setting", "limit", "value", "returns", "stated", "coverage", "density", "mass"]
    return Statistics(columns, lines()) if summary.boxes else None


def _value(value: Any) -> Any:
    return _number(value) if isinstance(value, float) else value


def target_statistics(summary: Summary) -> Statistics | None:
    """Return a row for each number that the experiment is compared with, and our own; None if there is none."""
    if not summary.comparisons:
        return None
    return Statistics(target_columns(summary.results.design.swept), target_lines(summary))


def strata_statistics(summary: Summary) -> Statistics | None:
    """Return a row for each point, arm, stratum and measure: mean and interval, and the paired difference from the baseline.

    None without a roster. What a stratum of so few people has not, such as a spread of one person, is empty.

    Raises
    ------
    ResultsError
        If the table of strata cannot be read.
    """
    strata, design = summary.strata or read_strata(summary.results), summary.results.design
    if not strata:
        return None
    large = len(design.points) > MOST_POINTS
    measures = [name for name in strata.measures if not large or name in (strata.measure, *design.headline)]

    def lines() -> Iterator[list[Any]]:
        for row in strata.rows():
            values = design.points.values(row.point).values()
            for name in measures:
                difference = strata.difference(name, row)
                yield [
                    *([row.point, *values] if design.swept else []),
                    *(design.arms[row.arm], row.stratum.label, row.stratum.value, row.stratum.people, name),
                    *_own(strata.estimate(name, row)),
                    *map(_number, (difference.mean, difference.low, difference.high, strata.effect(name, row))),
                ]

    header = [*_keys(summary), "arm", "label", "value", "people", "measure", *ESTIMATE_COLUMNS, *DIFFERENCE_COLUMNS]
    return Statistics(header, lines())


def write_strata(path: Path, summary: Summary) -> None:
    """Write ``strata.csv``, if the experiment has a roster."""
    table = strata_statistics(summary)
    if table:
        write_csv(path, *table)


def write_summary(path: Path, summary: Summary) -> None:
    """Write ``summary.csv``."""
    write_csv(path, *summary_statistics(summary))


def write_contrasts(path: Path, summary: Summary) -> None:
    """Write ``contrasts.csv``."""
    write_csv(path, *contrast_statistics(summary))


def write_effects(folder: Path, summary: Summary) -> None:
    """Write ``effects.csv`` and ``shares.csv``, if the design is a grid."""
    for name, table in (("effects", effect_statistics(summary)), ("shares", share_statistics(summary))):
        if table:
            write_csv(folder / f"{name}.csv", *table)


def write_sensitivity(folder: Path, summary: Summary) -> list[str]:
    """Write ``sensitivity.csv``, if the design draws points; return notes on the file, if any."""
    table, why = sensitivity_statistics(summary), why_no_sensitivity(summary)
    if not table:
        return [f"sensitivity.csv is not written, {why}"] if why else []
    write_csv(folder / "sensitivity.csv", *table)
    kinds = {index.kind for indices in summary.indices.values() for index in indices}
    return [f"sensitivity.csv: {FIRST_ORDER_ONLY}"] if kinds == {"first-order"} else []


def write_boxes(path: Path, summary: Summary) -> None:
    """Write ``boxes.csv``, if the design draws points and has a baseline."""
    table = box_statistics(summary)
    if table:
        write_csv(path, *table)


def write_targets(path: Path, summary: Summary) -> None:
    """Write ``targets.csv``, if the experiment is compared with any numbers."""
    table = target_statistics(summary)
    if table:
        write_csv(path, *table)


def write_runs(path: Path, results: Results) -> None:
    """Write ``runs.csv``: the rows of ``runs.parquet`` in their order, with every digit of their numbers.

    Raises
    ------
    ResultsError
        If they are more rows than a sheet of Excel has.
    """
    check_rows(results)
    with parquet.ParquetFile(results.tables / "runs.parquet", pre_buffer=False) as file, csv_writer(path) as writer:
        writer.writerow(file.schema_arrow.names)
        for batch in file.iter_batches(use_threads=False):
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def check_rows(results: Results) -> None:
    """See that the runs fit into a sheet of Excel, whose rows are one more than these."""
    if len(results) >= EXCEL_ROWS:
        raise ResultsError(
            f"{results.folder}: its {len(results):,} runs do not fit into {RUNS_CSV}, since Excel opens {EXCEL_ROWS:,} rows "
            "at most; runs.parquet has them all"
        )


def _two(names: tuple[str, ...]) -> list[str]:
    return [*names, ""][:2]


def _own(estimate: Estimate) -> list[str]:
    return [_number(getattr(estimate, column)) for column in ESTIMATE_COLUMNS]


def _keys(summary: Summary) -> list[str]:
    swept = summary.results.design.swept
    return ["point", *swept] if swept else []


def _where(row: Row) -> list[Any]:
    return [row.point, *row.values.values()] if row.values else []


def _number(value: float) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else f"{value:.10g}"
