"""Store: the finished runs of an experiment, safe if the process is killed. No finished run is lost or run twice.
One process at a time owns it.

While an experiment runs, its folder contains ``parts/``: part files, each written completely, and the ledger that lists the
valid ones. A part that the ledger does not list is removed; the runs of a part with another digest are run again.
"""

from __future__ import annotations

import shutil
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic

import numpy as np
import pyarrow as pa

from learnsim.arrays import Flags
from learnsim.errors import ResultsError
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.stopping import replicates_needed
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.execution.tasks import Task
from learnsim.experiments.storage.folder import LEDGER, LOCK, OWNER, PARTS
from learnsim.experiments.storage.ledger import Ledger, Part, Runs
from learnsim.experiments.storage.owner import Owner
from learnsim.experiments.storage.part_files import decode, encode
from learnsim.files import digest_of, write_whole
from learnsim.provenance import origin

RUNS_A_PART = 256
SECONDS_A_PART = 2.0  # finished runs are written after this time at the latest
PARTS_IN_MEMORY = 4  # parts whose outcomes are kept in memory
RUNS_A_BLOCK = 128
AGAIN = "run the same command again"

Key = tuple[int, int, int]  # point, arm's number, replicate


class Store:
    """The runs of one experiment that are finished.

    Attributes
    ----------
    folder : Path
    design : Design
    failed : set of (point, arm's number, replicate)
        Finished runs that raised an error. Arms are numbered in the order of their names, whatever their order in the file.
    """

    def __init__(self, folder: Path, design: Design, owner: Owner) -> None:
        self.folder, self.design, self.owner = folder, design, owner
        self.parts = folder / PARTS
        self.failed: set[Key] = set()
        self._arms = sorted(design.arms)
        self._number = {arm: number for number, arm in enumerate(self._arms)}
        self._done: dict[int, Flags] = {}
        self._where: defaultdict[int, list[tuple[int, int, Part]]] = defaultdict(list)
        self._buffer: list[Outcome] = []
        self._buffered: list[Runs] = []
        self._since = monotonic()
        self._in_memory: OrderedDict[str, dict[Key, Outcome]] = OrderedDict()
        self._ledger = Ledger(self.parts / LEDGER)

    def begin(self, *, retry_failed: bool) -> None:
        """Resume the work; with ``retry_failed``, failed runs count as not yet run."""
        if not self._ledger.header:
            self._ledger.begin(origin(self.design.settings))
        sound = [part for part in self._ledger.parts if self._fits(part) and self._content(part)]
        damaged = len(self._ledger.parts) - len(sound) + self._ledger.damaged
        if damaged:
            sys.stderr.write(f"note: {damaged} part(s) or lines of the ledger were damaged; their runs are repeated\n")
        self._ledger.replace(sound)  # a new file: a former owner may still have the old one open
        named = {part.name for part in sound} | {LEDGER, LOCK, OWNER}
        for path in [*self.parts.iterdir(), *self.folder.glob(".*.tmp")]:
            if path.name not in named and not path.name.startswith(f".{OWNER}."):  # of a process that may become the owner
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for part in sound:
            self._mark(part)
            tried_again = {key for key in self.failed if _contains(part, key)}
            self.failed -= tried_again
            if part.failed:
                self.failed |= {key for key, outcome in self._read(part).items() if outcome.failed}
        if retry_failed:
            for point, arm, replicate in self.failed:
                self._done[point][arm, replicate] = False
            self.failed.clear()

    def finished(self, point: int) -> int:
        """Return the number of finished runs of a point."""
        return int(self._done[point].sum()) if point in self._done else 0

    def missing(self, point: int, replicates: int) -> list[tuple[tuple[str, ...], range]]:
        """Return the runs of a point, up to so many replicates, that are not finished: (arms, replicates) by replicate."""
        done = self._flags(point, replicates)[:, :replicates]
        changes = np.flatnonzero((done[:, 1:] != done[:, :-1]).any(axis=0)) + 1
        edges = [0, *changes.tolist(), replicates]
        missing = []
        for first, end in pairwise(edges):
            arms = tuple(arm for arm, ready in zip(self._arms, done[:, first], strict=True) if not ready)
            if arms:
                missing.append((arms, range(first, end)))
        return missing

    def add(self, task: Task, outcomes: list[Outcome]) -> None:
        """Add the outcomes of a task; they are safe once their part is written, within about two seconds."""
        arms = tuple(self._number[arm] for arm in task.arms)
        runs = (task.point.number, arms, task.replicates.start, task.replicates.stop)
        self._buffer += outcomes
        self._buffered.append(runs)
        if len(self._buffer) >= RUNS_A_PART or monotonic() - self._since > SECONDS_A_PART:
            self.flush()

    def flush(self) -> None:
        """Write the buffered outcomes as one part: the file first, then its line in the ledger."""
        self._since = monotonic()
        if not self._buffer:
            return
        self.owner.check()
        content = encode(self._buffer)
        failed = {(o.point, self._number[o.arm], o.replicate) for o in self._buffer if o.failed}
        last = self._ledger.parts[-1].name if self._ledger.parts else "0"
        name = f"{int(last.split('.')[0]) + 1:08d}.{self.owner.process.token}.parquet"  # two owners never share a file
        part = Part(name, digest_of(content), tuple(self._buffered), len(failed))
        try:
            write_whole(self.parts / name, content)
            self.owner.check()
            self._ledger.add(part)
        except OSError as error:
            raise ResultsError(
                f"{self.folder}: could not be written ({error.strerror or error}); finished runs are kept: "
                "free some space and run the same command again"
            ) from None
        self._mark(part)
        self._remember(part, self._buffer)
        self.failed |= failed
        self._buffer, self._buffered = [], []

    def close(self) -> None:
        """Close the ledger's file."""
        self._ledger.close()

    def wanted(self, point: int) -> int:
        """Return how many replicates a point takes in all; with a precision asked for, once its first stage is finished."""
        precision = self.design.precision
        if precision is None:
            return self.design.replicates
        arms = [self._number[arm] for arm in precision.arms]
        values = np.full((len(arms), precision.min), np.nan)
        column = self.design.kind.names.index(precision.measure)
        for first, _, part in self._where[point]:
            if first < precision.min:
                for (at, arm, replicate), outcome in self._read(part).items():
                    if at == point and arm in arms and replicate < precision.min:
                        values[arms.index(arm), replicate] = outcome.totals[column]
        return replicates_needed(values[0] - values[1] if len(values) > 1 else values[0], precision)

    def in_order(self) -> Iterator[list[Outcome]]:
        """Yield all finished runs, failed ones too, by point, replicate and arm, some hundreds at a time."""
        arms = [self._number[arm] for arm in self.design.arms]
        step = max(1, RUNS_A_BLOCK // len(arms))
        waiting: list[Outcome] = []
        for point in sorted(self._where):
            pieces = self._where[point]
            firsts, ends = (np.array([piece[x] for piece in pieces]) for x in (0, 1))
            replicates = self.wanted(point)
            for low in range(0, replicates, step):
                high = min(low + step, replicates)
                block: dict[tuple[int, int], Outcome] = {}
                for place in np.flatnonzero((firsts < high) & (ends > low)).tolist():
                    first, end, part = pieces[place]
                    outcomes_of_part = self._read(part)
                    for replicate in range(max(first, low), min(end, high)):
                        for column, arm in enumerate(arms):
                            outcome = outcomes_of_part.get((point, arm, replicate))
                            if outcome is not None:  # a later part replaces an earlier one: a failed run was repeated
                                block[replicate, column] = outcome
                waiting += [block[key] for key in sorted(block)]
                while len(waiting) >= RUNS_A_BLOCK:
                    yield waiting[:RUNS_A_BLOCK]
                    waiting = waiting[RUNS_A_BLOCK:]
        if waiting:
            yield waiting

    def _flags(self, point: int, replicates: int) -> Flags:
        """Which runs of a point are finished, shape (arms, replicates or more)."""
        have = self._done.get(point, np.zeros((len(self.design.arms), 0), dtype=np.bool_))
        if have.shape[1] < replicates:
            have = np.pad(have, ((0, 0), (0, replicates - have.shape[1])))
            self._done[point] = have
        return have

    def _mark(self, part: Part) -> None:
        """Mark the runs of a part as finished, and note where they are."""
        for point, arms, first, end in part.runs:
            self._flags(point, end)[list(arms), first:end] = True
            self._where[point].append((first, end, part))

    def _fits(self, part: Part) -> bool:
        """Whether all runs of a part belong to the design."""
        points, arms, precision = len(self.design.points), len(self._arms), self.design.precision
        most = precision.max if precision else self.design.replicates
        return all(
            point < points and all(arm < arms for arm in those) and first < end <= most
            for point, those, first, end in part.runs
        )

    def _content(self, part: Part) -> bytes:
        """Return the bytes of a part; empty if their digest is not that of the ledger."""
        try:
            content = (self.parts / part.name).read_bytes()
        except OSError:
            return b""
        return content if digest_of(content) == part.digest else b""

    def _read(self, part: Part) -> dict[Key, Outcome]:
        if part.name in self._in_memory:
            self._in_memory.move_to_end(part.name)
        else:
            content = self._content(part)
            if not content:
                raise ResultsError(f"{self.parts / part.name}: was damaged during the run; {AGAIN}")
            try:
                self._remember(part, decode(content))
            except (ValueError, TypeError, LookupError, pa.ArrowException):  # no part file, though its digest is right
                (self.parts / part.name).unlink(missing_ok=True)
                raise ResultsError(f"{self.parts / part.name}: was not written by learnsim; {AGAIN}") from None
        return self._in_memory[part.name]

    def _remember(self, part: Part, outcomes: list[Outcome]) -> None:
        """Keep the outcomes of a part in memory, and drop those that were not used for the longest time."""
        self._in_memory[part.name] = {(o.point, self._number[o.arm], o.replicate): o for o in outcomes}
        if len(self._in_memory) > PARTS_IN_MEMORY:
            self._in_memory.popitem(last=False)


def _contains(part: Part, key: Key) -> bool:
    point, arm, replicate = key
    return any(p == point and arm in arms and first <= replicate < end for p, arms, first, end in part.runs)
