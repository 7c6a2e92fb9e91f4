"""Results: the tables of a finished experiment, read from its folder one column at a time.
All analysis reads them through this module.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from learnsim.arrays import Floats, Longs
from learnsim.csvfile import read_csv
from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import describe
from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.folder import FAILURES, PARTS, PROVENANCE, SETTINGS, is_unfinished, read_provenance
from learnsim.experiments.storage.stored_points import combinations_there
from learnsim.experiments.storage.tables import swept_columns
from learnsim.models.runs import BINS
from learnsim.settings import Settings, load

ROWS_AT_A_TIME = 100_000

Returned = TypeVar("Returned")
UNREADABLE = (  # exceptions raised by damaged files
    *(OSError, ValueError, TypeError, LookupError, ArithmeticError),
    *(csv.Error, pa.ArrowException),
)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Raise a one-sentence error if a results folder cannot be read or is damaged."""
    try:
        yield
    except UNREADABLE as error:
        what = " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
        raise ResultsError(f"{folder}: its tables cannot be read ({type(error).__name__}: {what})") from None


def _read(method: Callable[..., Returned]) -> Callable[..., Returned]:
    """Mark a method of results that reads tables."""

    @wraps(method)
    def careful(results: Results, *arguments: Any, **named: Any) -> Returned:
        with reading(results.folder):
            return method(results, *arguments, **named)

    return careful


class StratumThere(NamedTuple):
    """A stratum that a table has: what its people have in common, and how many they are."""

    label: str
    value: str
    people: int


class SoFar(NamedTuple):
    """How far an experiment is that is not finished.

    Attributes
    ----------
    shown : int
        Runs of replicates that are finished in every arm: only these are in the tables.
    finished, wanted : int
        Runs that are finished, and that there will be.
    least : bool
        Whether there may be more, since a wanted precision decides.
    shard : str
        Which shard it is, for example "3/20"; empty if it is the whole experiment.
    """

    shown: int
    finished: int
    wanted: int
    least: bool
    shard: str

    @property
    def cure(self) -> str:
        """How the rest comes."""
        if self.shard and self.finished == self.wanted:
            return "learnsim merge joins it with the other shards"
        return "the same learnsim run command resumes it"

    def __str__(self) -> str:
        whose = f" of shard {self.shard}" if self.shard else ""
        rest = f", {self.shown:,} of them in replicates that are finished in every arm" if self.shown < self.finished else ""
        return f"{self.finished:,} of {'at least ' if self.least else ''}{self.wanted:,} runs{whose} are there{rest}"


class Results:
    """The tables of one experiment.

    Attributes
    ----------
    folder : Path
    design : Design
    tables : Path
        Where the tables are: in the folder, but for an experiment that is not finished.
    so_far : SoFar or None
        How far it is, if it is not finished.
    """

    def __init__(self, folder: Path, design: Design, tables: Path | None = None, so_far: SoFar | None = None) -> None:
        self.folder, self.design, self.tables, self.so_far = folder, design, tables or folder, so_far

    @_read
    def __len__(self) -> int:
        """Return the number of successful runs."""
        return int(parquet.read_metadata(self.tables / "runs.parquet").num_rows)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """How the results were made: versions, seed, settings' identity, time."""
        return read_provenance(self.folder)

    @cached_property
    def failures(self) -> list[dict[str, str]]:
        """The rows of ``failures.csv``: one per failed run, with its point, arm, replicate, stage, cause and settings."""
        return _read_failures(self.tables, ("point", *self.design.swept, "arm", "replicate", "stage", "cause", "settings"))

    @_read
    def measure(self, name: str) -> Floats:
        """Return a measure of every run, shape (points, arms, replicates); NaN where it is missing or the run failed."""
        if name in self.design.kind.relative:
            return self._relative(self.design.kind.relative[name][0])
        out = np.full(self._shape, np.nan)
        column = self._column("runs", name).to_numpy(zero_copy_only=False)
        if np.isinf(column).any():
            raise ValueError(f"runs.parquet: {name} is not finite")
        out.reshape(-1)[self._places] = column
        return out

    def _relative(self, measure: str) -> Floats:
        """Return how far each run's measure is below the baseline's in the same replicate, as a share of that."""
        values = self.measure(measure)
        base = self.design.arms.index(self.design.baseline)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = values / values[:, base : base + 1]
        return np.where(np.isfinite(ratio), 1.0 - ratio, np.nan)

    def has(self, table: str) -> bool:
        """Whether there is a table of this name; only experiments with a roster have ``people`` and ``strata``."""
        return (self.tables / f"{table}.parquet").is_file()

    @cached_property
    @_read
    def strata(self) -> tuple[StratumThere, ...]:
        """The strata of the people, label by label, in the table's order; empty if there is no such table."""
        if not self.has("strata"):
            return ()
        columns = [self._column("strata", name).to_pylist() for name in StratumThere._fields]
        there = {(label, value): int(people) for label, value, people in zip(*columns, strict=True)}
        return tuple(StratumThere(label, value, people) for (label, value), people in there.items())

    @_read
    def of_strata(self, measure: str) -> Floats:
        """Return a measure of each stratum in every run, as :meth:`measure` does: (strata, points, arms, replicates)."""
        out = np.full((len(self.strata), *self._shape), np.nan)
        column = self._column("strata", measure).to_numpy(zero_copy_only=False)
        if np.isinf(column).any():
            raise ValueError(f"strata.parquet: {measure} is not finite")
        out.reshape(-1)[self._places_of_strata] = column
        return out

    @cached_property
    def _places_of_strata(self) -> Longs:
        """Where each row of ``strata`` goes in a flat array of shape (strata, points, arms, replicates)."""
        names = (self._column("strata", name).to_pylist() for name in ("label", "value"))
        number = {(one.label, one.value): place for place, one in enumerate(self.strata)}
        strata = np.array([number[key] for key in zip(*names, strict=True)], dtype=np.int64)
        places = strata * int(np.prod(self._shape)) + self._places_in("strata")
        if len(np.unique(places)) < len(places):
            raise ValueError("strata.parquet: a stratum of a run occurs twice")
        return places

    @cached_property
    @_read
    def replicates(self) -> Longs:
        """The number of replicates at each point, shape (points,)."""
        _, places = self._shape, self._places
        points, at = places // (self._shape[1] * self._shape[2]), places % self._shape[2]
        counts = np.zeros(self._shape[0], dtype=np.int64)
        np.maximum.at(counts, points, at + 1)
        return counts

    @_read
    def at_session(self, measure: str, session: int) -> Floats:
        """Return a measure of every run after so many sessions, shape (points, arms, replicates), as :meth:`measure` does.

        A run that ended earlier, since nothing could change any more, keeps its last value.
        """
        out = np.full(self._shape, np.nan)
        flat, (_, arms, replicates) = out.reshape(-1), self._shape
        names = [*(["point"] if self.design.swept else []), "arm", "replicate", "session", measure]
        known = pa.array(self.design.arms)
        with parquet.ParquetFile(self.tables / "sessions.parquet", pre_buffer=False) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME, columns=names, use_threads=False):
                batch = batch.filter(compute.less_equal(batch["session"], session))
                point = batch["point"].to_numpy() if self.design.swept else 0
                arm = compute.index_in(batch["arm"], known).to_numpy(zero_copy_only=False)
                place = (np.int64(point) * arms + arm) * replicates + batch["replicate"].to_numpy()
                flat[place] = batch[measure].to_numpy(zero_copy_only=False)  # a run's rows are in order: the last one stays
        return out

    @_read
    def mean_sessions(self, point: int = 0) -> dict[str, Floats]:
        """Return each arm's session measures at a point, averaged over replicates: (sessions + 1, measures).

        The last row of a run that ended early applies from then on; there are as many rows as the longest run has.
        """
        names, arms = list(self.design.kind.session_measures), len(self.design.arms)
        ends_at = compute.min_max(self._column("sessions", "session")).as_py()
        if ends_at["min"] < 0 or ends_at["max"] > self.design.kind.most_sessions(self.design.settings):
            raise ValueError(f"sessions.parquet: session is {ends_at['min']} to {ends_at['max']}")
        longest = 1 + ends_at["max"]
        rows, ends = np.zeros((2, 2, arms, longest + 1, len(names)))  # for both: sums, and the number of values
        for table in self._row_groups("sessions", point, ["session", *names]):
            number = compute.index_in(table["arm"], pa.array(self.design.arms)).to_numpy()
            sessions = table["session"].to_numpy()
            last = np.append(sessions[1:] == 0, True)
            place = number.astype(np.int64) * (longest + 1) + sessions
            for measure, name in enumerate(names):
                values = table[name].to_numpy()
                for part, present in enumerate((np.nan_to_num(values), ~np.isnan(values))):
                    for into, at, some in ((rows, place, present), (ends, place[last] + 1, present[last])):
                        counted = np.bincount(at, weights=some, minlength=arms * (longest + 1))
                        into[part, :, :, measure] += counted.reshape(arms, longest + 1)
        total, count = (rows + ends.cumsum(axis=2))[:, :, :longest]
        with np.errstate(invalid="ignore"):
            means = total / count
        return {arm: mean for arm, mean, runs in zip(self.design.arms, means, count, strict=True) if runs.any()}

    @_read
    def mean_distribution(self, point: int = 0) -> dict[str, Floats]:
        """Return each arm's final distribution at a point: the percentage of trainees in each of 20 bins."""
        counts = np.zeros((len(self.design.arms), BINS))
        for table in self._row_groups("distribution", point, ["trainees"]):
            number = compute.index_in(table["arm"], pa.array(self.design.arms)).to_numpy()
            np.add.at(counts, number[::BINS], table["trainees"].to_numpy().reshape(-1, BINS))
        return {
            arm: 100.0 * total / total.sum() for arm, total in zip(self.design.arms, counts, strict=True) if total.any()
        }

    def _row_groups(self, name: str, point: int, columns: list[str]) -> Iterator[pa.Table]:
        """A table's rows at a point, about a hundred runs at a time, with their arm and these columns."""
        file = parquet.ParquetFile(self.tables / f"{name}.parquet", pre_buffer=False)
        swept = ["point"] if self.design.swept else []
        for group in range(file.num_row_groups):
            if swept and not _may_hold(file, group, point):
                continue
            table = file.read_row_group(group, columns=[*swept, "arm", *columns], use_threads=False)
            if swept:
                table = table.filter(compute.equal(table["point"], point))
            if table.num_rows:
                yield table

    @cached_property
    def _shape(self) -> tuple[int, int, int]:
        most = compute.max(self._column("runs", "replicate")).as_py()
        return len(self.design.points), len(self.design.arms), 1 + (-1 if most is None else int(most))

    @cached_property
    def _places(self) -> Longs:
        """Where each row of ``runs`` goes in a flat array of shape (points, arms, replicates)."""
        places = self._places_in("runs")
        if len(np.unique(places)) < len(places):
            raise ValueError("runs.parquet: a run occurs twice")
        return places

    def _places_in(self, table: str) -> Longs:
        """Where the run of each row of a table goes in a flat array of shape (points, arms, replicates)."""
        settings, shape = self.design.settings, self._shape
        most = settings.precision.max if settings.precision else settings.experiment.replicates
        arms = compute.index_in(self._column(table, "arm"), pa.array(self.design.arms))
        replicate = self._column(table, "replicate")
        point = self._column(table, "point") if self.design.swept else pa.chunked_array([np.zeros(len(arms), np.int32)])
        places = np.zeros(len(arms), dtype=np.int64)
        for name, column, beyond in (("point", point, shape[0]), ("arm", arms, shape[1]), ("replicate", replicate, most)):
            numbers = column.to_numpy(zero_copy_only=False)
            if column.null_count or (len(numbers) and not 0 <= numbers.min() <= numbers.max() < beyond):
                raise ValueError(f"{table}.parquet: {name} has values that are not in settings.toml")
            places = places * (shape[2] if name == "replicate" else beyond) + numbers
        return places

    def _column(self, table: str, name: str) -> pa.ChunkedArray:
        with parquet.ParquetFile(self.tables / f"{table}.parquet", pre_buffer=False) as file:
            return file.read(columns=[name], use_threads=False)[name]


def _may_hold(file: parquet.ParquetFile, group: int, point: int) -> bool:
    statistics = file.metadata.row_group(group).column(0).statistics
    return statistics is None or not statistics.has_min_max or statistics.min <= point <= statistics.max


def open_results(folder: Path) -> Results:
    """Open a finished results folder; this machine is not checked, and nothing is written.

    Raises
    ------
    ResultsError
        If it is not a results folder, is not finished, or cannot be read.
    """
    check_finished(folder)
    return results_of(folder, load(folder / SETTINGS), str(folder / SETTINGS))


def results_of(folder: Path, settings: Settings, source: str) -> Results:
    """Return the results of a finished folder, with these settings in place of its own (they give the same numbers).

    Raises
    ------
    LearnsimError
        If the tables cannot be read, or do not belong to these settings.
    """
    with reading(folder):
        warnings = tuple(read_provenance(folder).get("warnings", ()))
        design = replace(describe(settings, source, combinations_there(folder, settings)), warnings=warnings)
        results = Results(folder, design)
        _ = results._places
        for name, column in swept_columns(design).items():
            there = results._column("runs", name)
            if not there.equals(pa.chunked_array([column.take(results._column("runs", "point").combine_chunks())])):
                raise ResultsError(f"{folder}: its points have other values of {name} than its settings.toml")
    return results


def failures_of(folder: Path) -> int:
    """Return how many runs failed."""
    return len(_read_failures(folder, ()))


def _read_failures(folder: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    path = folder / FAILURES
    if not path.exists():
        return []
    with reading(path):
        header, rows = read_csv(path)
        missing = [name for name in needed if name not in header]
        if missing:
            raise ValueError(f"line 1 has no column {missing[0]}")
        return rows


def check_finished(folder: Path) -> None:
    """Check that a folder contains finished results.

    Raises
    ------
    ResultsError
        If it does not.
    """
    if not folder.is_dir():
        raise ResultsError(f"{folder}: there is no such results folder")
    growing = is_unfinished(folder)
    if growing or not (folder / PROVENANCE).is_file():
        begun = growing or (folder / PARTS).is_dir()
        raise ResultsError(
            f"{folder}: is not finished; run the same learnsim run command again to resume it, or learnsim show to see what "
            "is there so far"
            if begun
            else f"{folder}: contains no learnsim results (there is no {PROVENANCE}){_shards_inside(folder)}"
        )


def _shards_inside(folder: Path) -> str:
    """What to do with a folder of shards; empty if it is none."""
    shards = sorted(path.parent for path in folder.glob(f"*-of-*/{PARTS}"))
    return f", but shards; learnsim merge joins them, and learnsim show {shards[0]} shows one" if shards else ""
