"""Store: the finished runs of an experiment, safe if the process is killed. No finished run is lost or run twice.
One process at a time owns it. A part that the ledger does not list is removed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from learnsim.errors import ResultsError
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.share import WHOLE, Share, header_of
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.execution.tasks import Task
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.folder import LEDGER, LOCK, OWNER
from learnsim.experiments.storage.ledger import Part, PartContent, Runs
from learnsim.experiments.storage.owner import Owner
from learnsim.experiments.storage.part_files import encode
from learnsim.files import digest_of, write_whole

RUNS_A_PART = 256
SECONDS_A_PART = 2.0  # finished runs are written after this time at the latest


class Store(FinishedRuns):
    """The finished runs of an experiment, for the process that owns its folder and adds more."""

    def __init__(self, folder: Path, design: Design, owner: Owner, share: Share = WHOLE) -> None:
        super().__init__(folder, design, share)
        self.owner = owner
        self._buffer: list[Outcome] = []
        self._buffered: list[Runs] = []
        self._since = monotonic()

    def begin(self, *, retry_failed: bool) -> None:
        """Resume the work; with ``retry_failed``, failed runs count as not yet run."""
        if not self._ledger.header:
            self._ledger.begin(header_of(self.design.settings, self.share))
        sound = self.sound
        damaged = len(self._ledger.parts) - len(sound) + self._ledger.damaged
        if damaged:
            sys.stderr.write(f"note: {damaged} part(s) or lines of the ledger were damaged; their runs are repeated\n")
        self._ledger.replace(sound)  # a new file: a former owner may still have the old one open
        named = {part.name for part in sound} | {LEDGER, LOCK, OWNER}
        for path in [*self.parts.iterdir(), *self.folder.glob(".*.tmp")]:
            if path.name not in named and not path.name.startswith(f".{OWNER}."):  # of a process that may become the owner
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._mark_all(sound)
        if retry_failed:
            for point, arm, replicate in self.failed:
                self._done[point][arm, replicate] = False
            self.failed.clear()

    def adopt(self, parts: Iterable[PartContent]) -> None:
        """Let these parts be all that is finished: until all of them are written, what was finished before still is."""
        adopted: list[Part] = []
        for content, runs, failed in parts:
            self.owner.check()
            part = Part(self._new_name(len(adopted)), digest_of(content), runs, failed)
            write_whole(self.parts / part.name, content)
            adopted.append(part)
        self.owner.check()
        self._ledger.header = header_of(self.design.settings, self.share)
        self._ledger.replace(adopted)
        self._forget()
        self._mark_all(adopted)

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
        part = Part(self._new_name(), digest_of(content), tuple(self._buffered), len(failed))
        try:
            write_whole(self.parts / part.name, content)
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

    def _drop(self, part: Part) -> None:
        """Remove a part that cannot be read: its runs are run again."""
        (self.parts / part.name).unlink(missing_ok=True)

    def _new_name(self, further: int = 0) -> str:
        """Return the name of the next part but so many; two owners never share a file."""
        last = self._ledger.parts[-1].name if self._ledger.parts else "0"
        return f"{int(last.split('.')[0]) + 1 + further:08d}.{self.owner.process.token}.parquet"

    def close(self) -> None:
        """Close the ledger's file."""
        self._ledger.close()
