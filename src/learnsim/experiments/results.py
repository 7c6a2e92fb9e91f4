"""Results: what a finished experiment left, read back from its folder a column at a time.
Knows designs and tables; everything that gives the numbers a meaning reads them through this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from learnsim.csv_files import read_csv
from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.design import Design, design_of
from learnsim.experiments.folder import FAILURES, PARTS, PROVENANCE, SETTINGS
from learnsim.experiments.tables import swept_columns
from learnsim.kinds import BINS
from learnsim.settings import load

ROWS_AT_A_TIME = 100_000

Floats = npt.NDArray[np.float64]


class Results:
    """The tables of one experiment.

    Attributes
    ----------
    folder : Path
    design : Design
    """

    def __init__(self, folder: Path, design: Design) -> None:
        self.folder, self.design = folder, design

    def __len__(self) -> int:
        """Return the number of runs that went well."""
        return int(parquet.read_metadata(self.folder / "runs.parquet").num_rows)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """The results' birth certificate."""
        return dict(json.loads((self.folder / PROVENANCE).read_text(encoding="utf-8")))

    @cached_property
    def failures(self) -> list[dict[str, str]]:
        """The rows of ``failures.csv``: a failed run each, with its point, arm, replicate, stage, cause and settings."""
        return _read_failures(self.folder)

    def measure(self, name: str) -> Floats:
        """Return a measure of every run, shape (points, arms, replicates); NaN where it is missing or the run failed."""
        out = np.full(self._shape, np.nan)
        column = self._column("runs", name).to_numpy(zero_copy_only=False)
        out.reshape(-1)[self._places] = column
        return out

    @cached_property
    def replicates(self) -> npt.NDArray[np.int64]:
        """The number of replicates at each point, shape (points,)."""
        _, places = self._shape, self._places
        points, at = places // (self._shape[1] * self._shape[2]), places % self._shape[2]
        found = np.zeros(self._shape[0], dtype=np.int64)
        np.maximum.at(found, points, at + 1)
        return found

    @property
    def replicates_told(self) -> str:
        """The number of replicates, or from how many to how many."""
        least, most = int(np.min(self.replicates)), int(np.max(self.replicates))
        return str(most) if least == most else f"{least} to {most}"

    def at_session(self, measure: str, session: int) -> Floats:
        """Return a measure of every run after so many sessions, shape (points, arms, replicates), as :meth:`measure` does.

        A run that ended earlier, since nothing could change any more, holds its last value.
        """
        out = np.full(self._shape, np.nan)
        flat, (_, arms, replicates) = out.reshape(-1), self._shape
        names = [*(["point"] if self.design.swept else []), "arm", "replicate", "session", measure]
        known = pa.array(self.design.arms)
        with parquet.ParquetFile(self.folder / "sessions.parquet", pre_buffer=False) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME, columns=names, use_threads=False):
                batch = batch.filter(compute.less_equal(batch["session"], session))
                point = batch["point"].to_numpy() if self.design.swept else 0
                arm = compute.index_in(batch["arm"], known).to_numpy(zero_copy_only=False)
                place = (np.int64(point) * arms + arm) * replicates + batch["replicate"].to_numpy()
                flat[place] = batch[measure].to_numpy(zero_copy_only=False)  # a run's rows are in order: the last one stays
        return out

    def mean_sessions(self, point: int = 0) -> dict[str, Floats]:
        """Return each arm's session measures at a point, averaged over replicates: (sessions + 1, measures).

        The last row of a run that ended early holds from then on; there are as many rows as the longest run has.
        """
        names, arms = list(self.design.kind.session_measures), len(self.design.arms)
        longest = 1 + compute.max(self._column("sessions", "session")).as_py()
        rows, ends = np.zeros((2, 2, arms, longest + 1, len(names)))  # of each: sums, and how many are known
        for table in self._row_groups("sessions", point, ["session", *names]):
            number = compute.index_in(table["arm"], pa.array(self.design.arms)).to_numpy()
            sessions = table["session"].to_numpy()
            last = np.append(sessions[1:] == 0, True)
            place = number.astype(np.int64) * (longest + 1) + sessions
            for measure, name in enumerate(names):
                values = table[name].to_numpy()
                for part, given in enumerate((np.nan_to_num(values), ~np.isnan(values))):
                    for into, at, some in ((rows, place, given), (ends, place[last] + 1, given[last])):
                        counted = np.bincount(at, weights=some, minlength=arms * (longest + 1))
                        into[part, :, :, measure] += counted.reshape(arms, longest + 1)
        total, count = (rows + ends.cumsum(axis=2))[:, :, :longest]
        with np.errstate(invalid="ignore"):
            means = total / count
        return {arm: mean for arm, mean, runs in zip(self.design.arms, means, count, strict=True) if runs.any()}

    def mean_distribution(self, point: int = 0) -> dict[str, Floats]:
        """Return each arm's final distribution at a point: the percentage of trainees in each of 20 bins."""
        found = np.zeros((len(self.design.arms), BINS))
        for table in self._row_groups("distribution", point, ["trainees"]):
            number = compute.index_in(table["arm"], pa.array(self.design.arms)).to_numpy()
            np.add.at(found, number[::BINS], table["trainees"].to_numpy().reshape(-1, BINS))
        return {
            arm: 100.0 * total / total.sum() for arm, total in zip(self.design.arms, found, strict=True) if total.any()
        }

    def _row_groups(self, name: str, point: int, columns: list[str]) -> Iterator[pa.Table]:
        """A table's rows at a point, some hundred runs at a time, with their arm and these columns."""
        file = parquet.ParquetFile(self.folder / f"{name}.parquet", pre_buffer=False)
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
    def _places(self) -> npt.NDArray[np.int64]:
        """Where each row of ``runs`` goes in a flat array of shape (points, arms, replicates)."""
        arms = compute.index_in(self._column("runs", "arm"), pa.array(self.design.arms)).to_numpy()
        replicate = self._column("runs", "replicate").to_numpy()
        point = self._column("runs", "point").to_numpy() if self.design.swept else np.zeros(len(arms), dtype=np.int32)
        _, arm_count, replicates = self._shape
        return (point.astype(np.int64) * arm_count + arms) * replicates + replicate

    def _column(self, table: str, name: str) -> pa.ChunkedArray:
        with parquet.ParquetFile(self.folder / f"{table}.parquet", pre_buffer=False) as file:
            return file.read(columns=[name], use_threads=False)[name]


def _may_hold(file: parquet.ParquetFile, group: int, point: int) -> bool:
    statistics = file.metadata.row_group(group).column(0).statistics
    return statistics is None or not statistics.has_min_max or statistics.min <= point <= statistics.max


def open_results(folder: Path) -> Results:
    """Open a finished results folder.

    Raises
    ------
    ResultsError
        If it is none, is not finished, or cannot be read.
    """
    check_finished(folder)
    try:
        design = design_of(load(folder / SETTINGS), str(folder / SETTINGS))
        results = Results(folder, design)
        told = swept_columns(design)
        _ = results._places, results.provenance
        for name, column in told.items():
            there = results._column("runs", name)
            if not there.equals(pa.chunked_array([column.take(results._column("runs", "point").combine_chunks())])):
                raise ResultsError(
                    f"{folder}: its points have other values of {name} than settings.toml gives here; "
                    "open it with the versions in its provenance.json"
                )
    except LearnsimError:
        raise
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise ResultsError(f"{folder}: cannot be read ({type(error).__name__}: {error})") from None
    return results


def failures_of(folder: Path) -> int:
    """Return how many runs failed."""
    return len(_read_failures(folder))


def _read_failures(folder: Path) -> list[dict[str, str]]:
    path = folder / FAILURES
    return read_csv(path) if path.is_file() else []


def check_finished(folder: Path) -> None:
    """See that a folder holds finished results.

    Raises
    ------
    ResultsError
        If it does not.
    """
    if not folder.is_dir():
        raise ResultsError(f"{folder}: there is no such results folder")
    if not (folder / PROVENANCE).is_file():
        begun = (folder / PARTS).is_dir()
        raise ResultsError(
            f"{folder}: is not finished; give its learnsim run command again to go on"
            if begun
            else f"{folder}: holds no results of learnsim (there is no {PROVENANCE})"
        )
