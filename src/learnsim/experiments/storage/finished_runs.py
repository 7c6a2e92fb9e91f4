"""Finished runs: what the parts of an unfinished experiment hold, read without changing anything.

While an experiment runs, its folder contains ``parts/``: part files, each written completely, and the ledger that lists the
valid ones. The runs of a part with another digest count as not run.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from learnsim.arrays import Flags
from learnsim.errors import ResultsError
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.share import WHOLE, Share
from learnsim.experiments.design.stopping import replicates_needed
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.storage.folder import LEDGER, PARTS
from learnsim.experiments.storage.ledger import Ledger, Part, PartContent
from learnsim.experiments.storage.part_files import decode
from learnsim.files import digest_of

PARTS_IN_MEMORY = 4  # parts whose outcomes are kept in memory
RUNS_A_BLOCK = 128
AGAIN = "run the same command again"

Key = tuple[int, int, int]  # point, arm's number, replicate


class FinishedRuns:
    """The runs of one experiment, or of one shard of it, that are finished.

    Attributes
    ----------
    folder : Path
    design : Design
    share : Share
        Which runs of the design are to be run here: all, but in the folder of a shard.
    failed : set of (point, arm's number, replicate)
        Finished runs that raised an error. Arms are numbered in the order of their names, whatever their order in the file.
    """

    def __init__(self, folder: Path, design: Design, share: Share = WHOLE) -> None:
        self.folder, self.design, self.share = folder, design, share
        self.parts = folder / PARTS
        self._arms = sorted(design.arms)
        self._number = {arm: number for number, arm in enumerate(self._arms)}
        self._in_memory: OrderedDict[str, dict[Key, Outcome]] = OrderedDict()
        self._ledger = Ledger(self.parts / LEDGER)
        self._forget()

    def look(self) -> None:
        """Read which runs are finished."""
        self._mark_all(self.sound)

    @property
    def sound(self) -> list[Part]:
        """The parts that belong to the design and are not damaged, in the order in which they were written."""
        return [part for part in self._ledger.parts if self._fits(part) and self._content(part)]

    def contents(self) -> Iterator[PartContent]:
        """Yield every part as it is."""
        for part in self.sound:
            yield PartContent(self._content(part), part.runs, part.failed)

    def by_part(self) -> Iterator[tuple[Part, list[Outcome]]]:
        """Yield every part with the runs in it, in the order in which they were written."""
        for part in self.sound:
            yield part, list(self._read(part).values())

    @property
    def runs(self) -> int:
        """Runs to be run here in all, or in the first stage."""
        if self.share == WHOLE:
            return self.design.runs
        points = range(len(self.design.points))
        return len(self._arms) * sum(len(self.share.of(point, self.design.replicates)) for point in points)

    def progress(self) -> tuple[int, int, bool]:
        """Return how many runs are finished, of how many, and whether these are only the least there will be.

        With a precision asked for, that is known once the first stage of every point is finished.
        """
        points = range(len(self.design.points))
        finished = sum(map(self.finished, points))
        if self.design.precision is None:
            return finished, self.runs, False
        if any(self.missing(point, self.design.replicates) for point in points):
            return finished, max(self.runs, finished), True
        return finished, sum(map(self.wanted, points)) * len(self._arms), False

    def finished(self, point: int) -> int:
        """Return the number of finished runs of a point."""
        return int(self._done[point].sum()) if point in self._done else 0

    def missing(self, point: int, replicates: int) -> list[tuple[tuple[str, ...], range]]:
        """Return the runs of a point, up to so many replicates, that are not finished: (arms, replicates) by replicate."""
        here = self.share.of(point, replicates)
        if not here:
            return []
        done = self._flags(point, replicates)[:, here.start : here.stop]
        changes = np.flatnonzero((done[:, 1:] != done[:, :-1]).any(axis=0)) + 1
        edges = [0, *changes.tolist(), len(here)]
        missing = []
        for first, end in pairwise(edges):
            arms = tuple(arm for arm, ready in zip(self._arms, done[:, first], strict=True) if not ready)
            if arms:
                missing.append((arms, here[first:end]))
        return missing

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

    def in_order(self, *, paired: bool = False) -> Iterator[list[Outcome]]:
        """Yield all finished runs, failed ones too, by point, replicate and arm, some hundreds at a time.

        With ``paired``, only replicates that are finished in every arm, of an experiment that need not be finished.
        """
        arms = [self._number[arm] for arm in self.design.arms]
        step = max(1, RUNS_A_BLOCK // len(arms))
        waiting: list[Outcome] = []
        for point in sorted(self._where):
            pieces = self._where[point]
            firsts, ends = (np.array([piece[x] for piece in pieces]) for x in (0, 1))
            there = self._done[point].all(axis=0) if paired else None
            replicates = self.wanted(point) if there is None else len(there)
            for low in range(0, replicates, step):
                high = min(low + step, replicates)
                block: dict[tuple[int, int], Outcome] = {}
                for place in np.flatnonzero((firsts < high) & (ends > low)).tolist():
                    first, end, part = pieces[place]
                    outcomes_of_part = self._read(part)
                    for replicate in range(max(first, low), min(end, high)):
                        if there is not None and not there[replicate]:
                            continue
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

    def _forget(self) -> None:
        """Know of no finished run."""
        self.failed: set[Key] = set()
        self._done: dict[int, Flags] = {}
        self._where: defaultdict[int, list[tuple[int, int, Part]]] = defaultdict(list)

    def _mark_all(self, parts: list[Part]) -> None:
        """Mark the runs of parts as finished; a later part replaces an earlier one."""
        for part in parts:
            self._mark(part)
            tried_again = {key for key in self.failed if _contains(part, key)}
            self.failed -= tried_again
            if part.failed:
                self.failed |= {key for key, outcome in self._read(part).items() if outcome.failed}

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
                self._drop(part)
                raise ResultsError(f"{self.parts / part.name}: was not written by learnsim; {AGAIN}") from None
        return self._in_memory[part.name]

    def _drop(self, part: Part) -> None:
        """What is done with a part that cannot be read: nothing, where others only look."""

    def _remember(self, part: Part, outcomes: list[Outcome]) -> None:
        """Keep the outcomes of a part in memory, and drop those that were not used for the longest time."""
        self._in_memory[part.name] = {(o.point, self._number[o.arm], o.replicate): o for o in outcomes}
        if len(self._in_memory) > PARTS_IN_MEMORY:
            self._in_memory.popitem(last=False)


def _contains(part: Part, key: Key) -> bool:
    point, arm, replicate = key
    return any(p == point and arm in arms and first <= replicate < end for p, arms, first, end in part.runs)
