"""Owner: which process writes to a results folder, whether it still runs, and how another one takes the folder over.

Where the file system can lock files (flock), the lock decides: the system releases it when a process ends. A record of the
owner lies beside it, and its modification time is renewed every few seconds. Without file locks, the record decides.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import psutil

from learnsim.errors import ResultsError
from learnsim.experiments.storage.folder import LOCK, OWNER

BEAT = 5.0  # seconds between an owner's heartbeats
STALE = 60.0  # seconds without a heartbeat, by the file system's clock, after which an owner on another machine is gone
SETTLE = 0.5  # seconds after which, of two processes that take over at once, the later one is the owner
NO_FLOCK = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL}
HOUR = 3600.0


class Process(NamedTuple):
    """A process, identified so that it cannot be confused with another one on any machine.

    Attributes
    ----------
    host : str
    machine : str
        Hash of the host's name, of its boot and of its process numbers' name space: containers on one machine have
        name spaces of their own, and often one host name.
    pid : int
    start : str
        When it was started, as the system counts; process numbers are used again.
    began : str
        When it opened the folder, in words.
    token : str
        Drawn at random.
    """

    host: str
    machine: str
    pid: int
    start: str
    began: str
    token: str

    def described(self) -> str:
        """Return a description of the process."""
        if not self.pid:
            return "an unknown process"
        return f"process {self.pid} on {self.host}, since {self.began}"

    @property
    def here(self) -> bool:
        """Whether it runs on this machine, where its number is valid."""
        return self.machine == machine()

    @property
    def lives(self) -> bool:
        """Whether it runs; only valid for a process of this machine."""
        start = start_of(self.pid)
        return start != "" and start in (self.start, "?")


UNKNOWN = Process("", "", 0, "", "", "")


def machine() -> str:
    """Return an identifier of this machine since its boot, and of this container."""
    named = [socket.gethostname()]
    for file in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        with suppress(OSError, ValueError):
            named.append(Path(file).read_text(encoding="ascii").strip())
    with suppress(OSError):
        named.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(named).encode(errors="replace")).hexdigest()[:16]


def start_of(pid: int) -> str:
    """Return when a process was started, as the system counts; "" if there is no such process, "?" if unknown."""
    try:
        if not psutil.pid_exists(pid):
            return ""
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if words[0] in "ZX" else words[19]  # ended, but not yet collected by its parent
    except (OSError, IndexError, OverflowError):
        pass
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return ""
    except psutil.Error:
        return "?"


def this_process() -> Process:
    """Return this process, with a new token."""
    began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Process(socket.gethostname(), machine(), os.getpid(), start_of(os.getpid()), began, secrets.token_hex(8))


class Owner:
    """A process's ownership of a folder, from :meth:`acquire` to :meth:`release`.

    Parameters
    ----------
    parts : Path
        The folder that holds parts, ledger and lock.
    """

    def __init__(self, parts: Path) -> None:
        self._parts, self._path, self._lock = parts, parts / OWNER, parts / LOCK
        self.process = this_process()
        self.acquired = False
        self._descriptor: int | None = None
        self._end = Event()

    def acquire(self, *, take_over: bool = False) -> None:
        """Become the owner.

        Raises
        ------
        ResultsError
            If another process is.
        """
        state = self._flock()
        if state == "busy" and take_over and (other := self._read()) and other.pid and not other.here:
            self._lock.unlink(missing_ok=True)  # the process with the old lock keeps it, and notices at its next part
            state = self._flock()
        if state == "busy":
            raise self._refusal(self._read(), take_over=take_over)
        try:
            self._record(locked=state == "locked", take_over=take_over)
        except BaseException:
            self._unlock()
            raise
        self.acquired = True
        Thread(target=self._live, daemon=True).start()

    def check(self) -> None:
        """Check that no other process has taken the folder over.

        Raises
        ------
        ResultsError
            If one has: nothing may be written any more.
        """
        other = self._read()
        if other is None or other.token != self.process.token:
            who = f" ({other.described()})" if other else ""
            raise ResultsError(
                f"{self._parts.parent}: another run took it over{who}; this run stops and writes nothing more"
            )

    def release(self) -> None:
        """Release the folder."""
        self._end.set()
        if self.acquired:
            with suppress(OSError):
                mine = self._read()
                if mine and mine.token == self.process.token:
                    self._path.unlink(missing_ok=True)
        self.acquired = False
        self._unlock()

    def _flock(self) -> str:
        """Lock the folder's lock file: "locked", "busy", or "none" where the file system cannot."""
        try:
            import fcntl
        except ImportError:  # no such thing on Windows
            return "none"
        while True:
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), os.stat(self._lock)):  # noqa: PTH116 - beside fstat
                    self._descriptor = descriptor
                    return "locked"
                os.close(descriptor)  # another file has replaced it
            except OSError as error:
                os.close(descriptor)
                if isinstance(error, FileNotFoundError):
                    continue
                if isinstance(error, (BlockingIOError, PermissionError)):
                    return "busy"
                if error.errno in NO_FLOCK:
                    return "none"
                raise

    def _unlock(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _record(self, *, locked: bool, take_over: bool) -> None:
        """Write the record of the owner, unless another owner still runs."""
        draft = self._parts / f".{OWNER}.{self.process.token}.tmp"
        try:
            draft.write_text(json.dumps(self.process._asdict()) + "\n", encoding="utf-8")
            other = self._read()
            if other is None and not locked and self._first(draft):
                return
            other = other or self._read()
            if other and not (other.here and locked) and self._may_live(other, draft, locked=locked, take_over=take_over):
                raise self._refusal(other, take_over=take_over)
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)
        if not locked:
            time.sleep(SETTLE)
            other = self._read()
            if other is None or other.token != self.process.token:
                raise self._refusal(other, take_over=take_over)

    def _first(self, draft: Path) -> bool:
        """Create the record if there is none; return whether there was none."""
        try:
            os.link(draft, self._path)
        except FileExistsError:
            return False
        except OSError:  # no links on this file system: create the file itself, which is slower
            try:
                with self._path.open("xb") as stream:
                    stream.write(draft.read_bytes())
            except FileExistsError:
                return False
        return True

    def _may_live(self, other: Process, probe: Path, *, locked: bool, take_over: bool) -> bool:
        if other.here:
            return other.lives
        if take_over or self._silence(probe) >= STALE:
            return False
        if not locked:
            return True
        before = self._path.stat().st_mtime_ns  # each node may have locks of its own: check whether the other one still runs
        time.sleep(BEAT + SETTLE)
        return self._path.exists() and self._path.stat().st_mtime_ns != before

    def _silence(self, probe: Path) -> float:
        """Return the seconds since the owner's last heartbeat, by the clock of the file system."""
        os.utime(probe)
        now = probe.stat().st_mtime
        try:
            return now - self._path.stat().st_mtime
        except FileNotFoundError:
            return STALE

    def _refusal(self, other: Process | None, *, take_over: bool) -> ResultsError:
        other = other or UNKNOWN
        message = f"{self._parts.parent}: another run is writing to it ({other.described()}); "
        if other.pid and not other.here:
            return ResultsError(
                f"{message}wait for it, or choose another folder with --out; if that process no longer runs, --take-over "
                f"continues its run at once, and {STALE:.0f} seconds after its last heartbeat the same command does so too"
            )
        stop = "stop that process first, since --take-over needs it to be gone, " if take_over else "wait for it, "
        return ResultsError(f"{message}{stop}or choose another folder with --out")

    def _read(self) -> Process | None:
        """Return the owner on record: None if there is none, :data:`UNKNOWN` if the record is damaged."""
        try:
            record = json.loads(self._path.read_bytes())
            kinds = {name: int if name == "pid" else str for name in Process._fields}
            return Process(**record) if all(type(record[name]) is kind for name, kind in kinds.items()) else UNKNOWN
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, LookupError, RecursionError):
            return UNKNOWN

    def _live(self) -> None:
        """Renew the heartbeat every few seconds, until the end, or until another process is the owner."""
        while not self._end.wait(BEAT):
            with suppress(OSError):
                now = self._read()
                if now is None or now.token != self.process.token:
                    return
                os.utime(self._path)


def scratch_prefix(kind: str) -> str:
    """Return the prefix of a temporary folder's name that identifies its process."""
    mine = this_process()
    return f".{kind}-{mine.machine}-{mine.pid}-{mine.start}-"


def is_abandoned(scratch: Path) -> bool:
    """Whether the process that made a temporary folder is gone; on another machine, whether nothing changed for an hour."""
    words = scratch.name.split("-")
    if len(words) < 5 or not words[-3].isdecimal():  # of an earlier version, whose names do not identify the process
        return True
    maker = UNKNOWN._replace(machine=words[-4], pid=int(words[-3]), start=words[-2])
    if maker.here:
        return not maker.lives
    with suppress(OSError):
        return time.time() - max(path.stat().st_mtime for path in (scratch, *scratch.rglob("*"))) > HOUR
    return False
