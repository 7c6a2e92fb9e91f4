"""Store: a results folder that survives being killed. Finished runs are never lost and never run twice.
Knows the ledger, parts and designs; one process at a time holds it.

While an experiment runs, its folder holds ``parts/``: part files, each written whole, and the ledger that says which of
them count. A part that the ledger does not name is swept away; one whose content is not what the ledger says is run again.
"""

from __future__ import annotations

import shutil
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from learnsim.errors import ResultsError
from learnsim.experiments.design import Design
from learnsim.experiments.folder import LEDGER, PARTS, SETTINGS
from learnsim.experiments.ledger import Ledger, Part, Runs, digest_of, write_whole
from learnsim.experiments.outcome import Outcome
from learnsim.experiments.parts import decode, encode
from learnsim.experiments.work import Task
from learnsim.provenance import origin
from learnsim.settings.write import toml_of

LOCK = "lock"
RUNS_A_PART = 128
SECONDS_A_PART = 2.0  # finished work waits no longer for its part to be written
PARTS_HELD = 4  # decoded parts kept in memory while merging
RUNS_A_BLOCK = 512

Flags = npt.NDArray[np.bool_]


class Store:
    """The runs of one experiment that are finished.

    Attributes
    ----------
    folder : Path
    design : Design
    failed : set of (point, arm's number, replicate)
        Finished runs that raised.
    """

    def __init__(self, folder: Path, design: Design) -> None:
        self.folder, self.design = folder, design
        self.parts = folder / PARTS
        self.failed: set[tuple[int, int, int]] = set()
        self._number = {arm: number for number, arm in enumerate(design.arms)}
        self._done: dict[int, Flags] = {}
        self._buffer: list[Outcome] = []
        self._buffered: list[Runs] = []
        self._since = monotonic()
        self._held: OrderedDict[str, dict[tuple[int, int, int], Outcome]] = OrderedDict()
        self._ledger = Ledger(self.parts / LEDGER)

    def begin(self, *, retry_failed: bool) -> None:
        """Take up the work where it was left; with ``retry_failed``, runs that raised count as not yet run."""
        if not self._ledger.header:
            self._write_settings()
            self._ledger.begin(origin(self.design.settings))
        sound = [part for part in self._ledger.parts if self._is_sound(part)]
        damaged = len(self._ledger.parts) - len(sound)
        if damaged:
            sys.stderr.write(f"note: {damaged} part file(s) were damaged; their runs are run again\n")
            self._ledger.keep(sound)
        named = {part.name for part in sound} | {LEDGER, LOCK}
        for path in self.parts.iterdir():
            if path.name not in named:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for part in sound:
            for runs in part.runs:
                self._mark(runs)
        for key, outcome in ((k, o) for part in sound if part.failed for k, o in self._read(part).items()):
            (self.failed.add if outcome.failed else self.failed.discard)(key)
        if retry_failed:
            for point, arm, replicate in self.failed:
                self._done[point][arm, replicate] = False
            self.failed.clear()

    def finished(self, point: int) -> int:
        """Return how many runs of a point are finished."""
        return int(self._done[point].sum()) if point in self._done else 0

    def missing(self, point: int, replicates: int) -> list[tuple[tuple[str, ...], range]]:
        """Return the runs of a point, up to so many replicates, that are not finished: (arms, replicates) by replicate."""
        done = self._flags(point, replicates)[:, :replicates]
        changes = np.flatnonzero((done[:, 1:] != done[:, :-1]).any(axis=0)) + 1
        edges = [0, *changes.tolist(), replicates]
        found = []
        for first, end in zip(edges[:-1], edges[1:], strict=True):
            arms = tuple(arm for arm, ready in zip(self.design.arms, done[:, first], strict=True) if not ready)
            if arms:
                found.append((arms, range(first, end)))
        return found

    def add(self, task: Task, outcomes: list[Outcome]) -> None:
        """Keep what a task brought; it is safe once its part is written, within about two seconds."""
        arms = tuple(self._number[arm] for arm in task.arms)
        runs = (task.point.number, arms, task.replicates.start, task.replicates.stop)
        self._buffer += outcomes
        self._buffered.append(runs)
        if len(self._buffer) >= RUNS_A_PART or monotonic() - self._since > SECONDS_A_PART:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting as one part: the file first, then its line in the ledger."""
        self._since = monotonic()
        if not self._buffer:
            return
        content = encode(self._buffer)
        failed = {(o.point, self._number[o.arm], o.replicate) for o in self._buffer if o.failed}
        last = self._ledger.parts[-1].name if self._ledger.parts else "0"
        name = f"{int(last.split('.')[0]) + 1:08d}.parquet"
        try:
            write_whole(self.parts / name, content)
            self._ledger.add(Part(name, digest_of(content), tuple(self._buffered), len(failed)))
        except OSError as error:
            raise ResultsError(
                f"{self.folder}: could not be written ({error.strerror or error}); what was finished is kept: "
                "make room and give the same command again"
            ) from None
        for runs in self._buffered:
            self._mark(runs)
        self.failed |= failed
        self._buffer, self._buffered = [], []

    def in_order(self) -> Iterator[list[Outcome]]:
        """Yield all finished runs, failed ones too, by point, replicate and arm, some hundreds at a time."""
        wanted = defaultdict(list)
        for part in self._ledger.parts:
            for point, _, first, end in part.runs:
                wanted[point].append((first, end, part))
        waiting: list[Outcome] = []
        for point in sorted(wanted):
            pieces = wanted[point]
            firsts, ends = (np.array([piece[x] for piece in pieces]) for x in (0, 1))
            step = max(1, RUNS_A_BLOCK // len(self.design.arms))
            for low in range(0, int(ends.max()), step):
                block: dict[tuple[int, int], Outcome] = {}
                for place in np.flatnonzero((firsts < low + step) & (ends > low)).tolist():
                    first, end, part = pieces[place]
                    held = self._read(part)
                    for replicate in range(max(first, low), min(end, low + step)):
                        for arm in range(len(self.design.arms)):
                            outcome = held.get((point, arm, replicate))
                            if outcome is not None:  # a later part has the last word: a failed run was tried again
                                block[replicate, arm] = outcome
                waiting += [block[key] for key in sorted(block)]
                while len(waiting) >= RUNS_A_BLOCK:
                    yield waiting[:RUNS_A_BLOCK]
                    waiting = waiting[RUNS_A_BLOCK:]
        if waiting:
            yield waiting

    def first_values(self, point: int, column: int, arms: tuple[str, ...], replicates: int) -> npt.NDArray[np.float64]:
        """Return one run measure of some arms in the first replicates of a point, shape (arms, replicates)."""
        found = np.full((len(arms), replicates), np.nan)
        rows = {self._number[arm]: row for row, arm in enumerate(arms)}
        for part in self._ledger.parts:
            if any(runs[0] == point and runs[2] < replicates for runs in part.runs):
                for (at, arm, replicate), outcome in self._read(part).items():
                    if at == point and arm in rows and replicate < replicates:
                        found[rows[arm], replicate] = outcome.totals[column]
        return found

    def _flags(self, point: int, replicates: int) -> Flags:
        """Which runs of a point are finished, shape (arms, replicates or more)."""
        have = self._done.get(point, np.zeros((len(self.design.arms), 0), dtype=np.bool_))
        if have.shape[1] < replicates:
            have = np.pad(have, ((0, 0), (0, replicates - have.shape[1])))
            self._done[point] = have
        return have

    def _mark(self, runs: Runs) -> None:
        point, arms, first, end = runs
        self._flags(point, end)[list(arms), first:end] = True

    def _is_sound(self, part: Part) -> bool:
        try:
            return digest_of((self.parts / part.name).read_bytes()) == part.digest
        except OSError:
            return False

    def _read(self, part: Part) -> dict[tuple[int, int, int], Outcome]:
        if part.name in self._held:
            self._held.move_to_end(part.name)
        else:
            outcomes = decode((self.parts / part.name).read_bytes())
            self._held[part.name] = {(o.point, self._number[o.arm], o.replicate): o for o in outcomes}
            if len(self._held) > PARTS_HELD:
                self._held.popitem(last=False)
        return self._held[part.name]

    def _write_settings(self) -> None:
        """Write the resolved settings; a roster and policies of the user's own are copied beside them."""
        settings, changes = self.design.settings, {}
        for key, source, copy in (
            ("organisation.roster", settings.organisation.roster, "roster.csv"),
            ("experiment.policies", settings.experiment.policies, "policies.py"),
        ):
            if source:
                if Path(source).resolve() != (self.folder / copy).resolve():
                    shutil.copyfile(source, self.folder / copy)
                changes[key] = copy
        resolved = settings.changed(changes) if changes else settings
        write_whole(self.folder / SETTINGS, toml_of(resolved).encode())


@contextmanager
def open_store(folder: Path, design: Design, *, retry_failed: bool = False) -> Iterator[Store]:
    """Give the store of an experiment, held until the end: nobody else can run into the folder.

    Raises
    ------
    ResultsError
        If another process holds it, or the disk is full.
    """
    new = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
    store = None
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        with FileLock(folder / PARTS / LOCK, timeout=0):
            store = Store(folder, design)
            store.begin(retry_failed=retry_failed)
            new = []
            yield store
    except Timeout:
        raise ResultsError(f"{folder}: another run is writing to it; wait for it, or choose another with --out") from None
    except OSError as error:
        raise ResultsError(f"{folder}: could not be written ({error.strerror or error})") from None
    finally:
        if new:  # it could not even begin: leave nothing behind
            shutil.rmtree(folder, ignore_errors=True)
            for path in new[1:]:
                path.rmdir()
