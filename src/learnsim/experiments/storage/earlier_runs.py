"""Earlier runs: the finished runs of a folder taken over into a larger experiment, before the first new one is run.

They come from the tables of finished results, or from the parts of unfinished ones, and become parts of the larger
experiment. The ledger counts them all at once: until then, what was there before counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from learnsim.arrays import Floats
from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import describe
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.folder import LEDGER, PARTS, PROVENANCE, SETTINGS, read_provenance
from learnsim.experiments.storage.growth import growth_of
from learnsim.experiments.storage.ledger import Ledger, PartContent, Runs
from learnsim.experiments.storage.part_files import encode
from learnsim.experiments.storage.people_table import SUMS, earlier_people
from learnsim.experiments.storage.results import reading, results_of
from learnsim.experiments.storage.tables import Tables
from learnsim.models.runs import BINS
from learnsim.provenance import identity
from learnsim.settings import load


def earlier_parts(folder: Path, design: Design) -> Iterator[PartContent] | None:
    """Return the runs of a smaller experiment in a folder as parts of this one; None if there is no smaller one.

    Raises
    ------
    ResultsError
        If what is there is not a smaller experiment, or has other columns.
    """
    header = Ledger(folder / PARTS / LEDGER).header
    finished = not header and (folder / PROVENANCE).is_file()
    begun = read_provenance(folder) if finished else header
    if not begun or begun.get("identity") == identity(design.settings):
        return None
    there = load(folder / SETTINGS)
    growth = growth_of(there, design.settings)
    if growth.differences or not growth.gains or identity(there) != begun.get("identity"):
        raise ResultsError(f"{folder}: another run has just changed it; repeat the command to see how")
    before = describe(there, str(folder / SETTINGS))
    check_columns(folder, before, design)
    if finished:
        return _parts_of(_from_tables(folder, before), growth.points, design)
    return _from_parts(FinishedRuns(folder, before), growth.points, design)


def check_columns(folder: Path, before: Design, design: Design) -> None:
    """Check that the runs of before have the columns of those to come: a new arm may bring measures of its own.

    Raises
    ------
    ResultsError
        If they lack some.
    """
    old, new = (dict.fromkeys([*one.kind.session_measures, *one.kind.names]) for one in (before, design))
    if list(old) != list(new):
        more = ", ".join(name for name in new if name not in old) or "other columns"
        raise ResultsError(
            f"{folder}: cannot grow, since its runs were not asked for {more}, which the new arms or points bring; "
            "--fresh runs all of them in a new folder"
        )
    first, second = (one.points.by_person for one in (before, design))
    labels = [[(one.label, one.value, one.members.tolist()) for one in each.strata] for each in (first, second)]
    if (second.strata and labels[0] != labels[1]) or (second.people and not first.people):
        raise ResultsError(
            f"{folder}: cannot grow, since its runs have other results of people or labels; --fresh runs all in a new folder"
        )


def _from_parts(there: FinishedRuns, points: tuple[int, ...], design: Design) -> Iterator[PartContent]:
    """The parts of an unfinished experiment, with the numbers that points and arms have in the larger one."""
    names, number = sorted(there.design.arms), {arm: number for number, arm in enumerate(sorted(design.arms))}
    for part, outcomes in there.by_part():
        renumbered = [replace(outcome, point=points[outcome.point]) for outcome in outcomes]
        runs = tuple((points[p], tuple(number[names[arm]] for arm in arms), first, end) for p, arms, first, end in part.runs)
        yield PartContent(encode(renumbered), runs, part.failed)


def _parts_of(blocks: Iterable[list[Outcome]], points: tuple[int, ...], design: Design) -> Iterator[PartContent]:
    number = {arm: number for number, arm in enumerate(sorted(design.arms))}
    for outcomes in blocks:
        renumbered = [replace(outcome, point=points[outcome.point]) for outcome in outcomes]
        yield PartContent(encode(renumbered), tuple(_rectangles(renumbered, number)), failed=0)


def _rectangles(outcomes: list[Outcome], number: dict[str, int]) -> Iterator[Runs]:
    """The runs of outcomes in order: neighbouring replicates of the same arms as one entry."""
    arms: dict[tuple[int, int], list[int]] = {}
    for outcome in outcomes:
        arms.setdefault((outcome.point, outcome.replicate), []).append(number[outcome.arm])
    last: Runs | None = None
    for (point, replicate), those in arms.items():
        if last and last[:2] == (point, tuple(those)) and last[3] == replicate:
            last = (*last[:3], replicate + 1)
        else:
            if last:
                yield last
            last = (point, tuple(those), replicate, replicate + 1)
    if last:
        yield last


def _from_tables(folder: Path, design: Design) -> Iterator[list[Outcome]]:
    """The runs of finished results, some hundred at a time, as they were before the tables were written.

    The clipped values, which only the provenance counts, are all noted at the first run.
    """
    results = results_of(folder, design.settings, str(folder / SETTINGS))
    clipped = int(results.provenance.get("clipped", 0))
    people = earlier_people(folder, design) if design.points.by_person.people else {}
    names = [name for name in Tables(design).schemas if name not in ("people", SUMS)]
    with reading(folder):
        files = {name: parquet.ParquetFile(folder / f"{name}.parquet", pre_buffer=False) for name in names}
        if len({file.num_row_groups for file in files.values()}) > 1:
            raise ValueError("the tables were not written together")
        for group in range(files["runs"].num_row_groups):
            outcomes = _group(files, group, design)
            if group == 0:
                outcomes[0] = replace(outcomes[0], clipped=clipped)
            counts = results.replicates
            yield [
                replace(outcome, people=people[outcome.point, outcome.arm])
                if people and outcome.replicate == counts[outcome.point] - 1
                else outcome
                for outcome in outcomes
            ]


def _group(files: dict[str, parquet.ParquetFile], group: int, design: Design) -> list[Outcome]:
    """The runs whose rows are in one row group of every table."""
    tables = {name: file.read_row_group(group, use_threads=False) for name, file in files.items()}
    runs = tables["runs"]
    count, kind = runs.num_rows, design.kind
    keys = [runs[name].to_pylist() for name in ("arm", "replicate")]
    points = runs["point"].to_pylist() if design.swept else [0] * count

    def numbers(table: str, names: tuple[str, ...]) -> Floats:
        columns = [tables[table][name].to_numpy(zero_copy_only=False) for name in names]
        return np.column_stack(columns).astype(np.float64)

    session = tables["sessions"]["session"].to_numpy()
    firsts = np.flatnonzero(session == 0)
    distribution = tables["distribution"]["trainees"].to_numpy().astype(np.int64).reshape(-1, BINS)
    totals, sessions = numbers("runs", tuple(kind.names)), numbers("sessions", tuple(kind.session_measures))
    at_first = [tables["sessions"][name].take(firsts).to_pylist() for name in ("arm", "replicate")]
    at_bins = [tables["distribution"][name].to_pylist()[::BINS] for name in ("arm", "replicate")]
    if not keys == at_first == at_bins:
        raise ValueError("the tables do not have the same runs in the same order")
    curves = np.split(sessions, firsts[1:])
    strata = np.empty((count, 0))
    if "strata" in tables:
        strata = numbers("strata", tuple(kind.by_stratum)).reshape(count, -1)
    return [
        Outcome(point, arm, replicate, curve.copy(), total.copy(), bins.copy(), strata=stratum.copy())
        for point, arm, replicate, curve, total, bins, stratum in zip(
            points, *keys, curves, totals, distribution, strata, strict=True
        )
    ]
