"""Machine: the number of processors and the memory that this process may use, and what they are.

A container or a batch system gives a process less than the machine has. The limit is set in a control group (cgroup,
version 1 or 2) or in the process's own limits (``ulimit``); neither ``os.cpu_count`` nor psutil looks there.
"""

from __future__ import annotations

import errno
import math
import os
import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from learnsim.errors import WorkError

PROC, CPUINFO = Path("/proc/self"), Path("/proc/cpuinfo")
START_BYTES = 2**30  # address space that the libraries and the compiler need
THREAD_BYTES = 72 * 2**20  # per thread: its stack and its arena
NO_MEMORY = re.compile(r"failed to map segment|cannot allocate memory|unable to allocate|memory allocation", re.IGNORECASE)


class Group(NamedTuple):
    """A control group of this process: its folder, and whether it is of version 2."""

    folder: Path
    unified: bool


def processors(proc: Path = PROC) -> int:
    """Return the number of processors this process may use, by its affinity and its control groups' quota."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    shares = [share for group in _groups("cpu", proc) if (share := _share(group)) is not None]
    return max(1, min([count, *map(math.ceil, shares)]))


def free_memory(proc: Path = PROC) -> int:
    """Return the bytes of memory this process can still use, by the machine, its control groups and its own limits."""
    import psutil

    free = [left for group in _groups("memory", proc) if (left := _left(group)) is not None]
    space = address_space()
    free += [] if space is None else [max(0, space - START_BYTES)]
    try:
        free.append(int(psutil.virtual_memory().available))
    except OSError:  # no /proc: unknown
        free.append(2**63)
    return min(free)


def address_space() -> int | None:
    """Return the bytes that this process may address (``ulimit -v`` or ``-d``), or None without a limit."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    return min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=None)


def check_start() -> None:
    """Check that the libraries can be loaded; where address space is limited, make them use less of it.

    With too little of it, libraries fail in ways that Python cannot handle: they abort, or wait for ever.

    Raises
    ------
    WorkError
        If the limits of the process are too low.
    """
    space = address_space()
    if space is None:
        return
    if space < START_BYTES:
        raise WorkError(
            f"this process may address {space / 2**30:.2f} GiB of memory (ulimit -v, ulimit -d); learnsim needs "
            f"{START_BYTES / 2**30:.0f} GiB to start; allow more, for example with ulimit -v unlimited"
        )
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def check_threads(count: int) -> None:
    """Check that there is address space for so many threads.

    Raises
    ------
    WorkError
        With the number of threads that fit.
    """
    most = threads_that_fit()
    if most is not None and count > most:
        raise WorkError(
            f"--workers {count}: this process may address {(address_space() or 0) / 2**30:.2f} GiB of memory (ulimit -v, "
            f"ulimit -d), which is enough for {most} workers; use --workers {most}, or allow more memory"
        )


def threads_that_fit() -> int | None:
    """Return the number of threads that fit into the address space, or None without a limit."""
    space = address_space()
    return None if space is None else max(1, (space - START_BYTES) // THREAD_BYTES)


def shortage(error: BaseException | None) -> str:
    """Return in one sentence what was in short supply, if an error means that; empty otherwise."""
    while error is not None:
        message = str(error)
        number = getattr(error, "errno", None)
        if isinstance(error, MemoryError) or number == errno.ENOMEM or NO_MEMORY.search(message):
            return "not enough memory; use fewer [organisation] trainees, or fewer --workers"
        if "can't start new thread" in message or number == errno.EAGAIN:
            return "no more threads or processes can be started (ulimit -u, or a container's limit); use fewer --workers"
        error = error.__cause__ or error.__context__
    return ""


def hardware(cpuinfo: Path = CPUINFO) -> dict[str, str | int]:
    """Return the processor's name, how many this process may use, and the machine's memory in bytes; what is not known, not.

    Examples
    --------
    >>> hardware()["processors"] >= 1
    True
    """
    import psutil

    there: dict[str, str | int] = {"processors": processors()}
    name = re.search(r"^model name\s*:\s*(.+)$", _read(cpuinfo), re.MULTILINE)
    if model := name[1].strip() if name else platform.processor():
        there["processor"] = model
    with suppress(OSError):  # no /proc
        there["memory"] = int(psutil.virtual_memory().total)
    return there


def _groups(controller: str, proc: Path) -> Iterator[Group]:
    """The control groups of this process for a controller, and all visible groups above them."""
    try:
        mounts = (proc / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        mine = (proc / "cgroup").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:  # another system, or no /proc
        return
    entries = [line.split(":", 2) for line in mine if line.count(":") > 1]
    paths = {name: path for _, names, path in entries for name in names.split(",")}
    for line in mounts:
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        if len(fields) < 5 or len(kind) < 3:
            continue
        unified = kind[0] == "cgroup2"
        path = paths.get("" if unified else controller)
        if path is None or not (unified or (kind[0] == "cgroup" and controller in kind[2].split(","))):
            continue
        root, top = (_plain(text) for text in fields[3:5])
        inside = path == root or path.startswith(root.rstrip("/") + "/")
        below = Path(top, os.path.relpath(path, root)) if inside and ".." not in path else Path(top)
        while True:
            yield Group(below, unified)
            if below in (Path(top), below.parent):
                break
            below = below.parent


def _plain(text: str) -> str:
    r"""The plain form of a path in mountinfo, where a blank is ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _share(group: Group) -> float | None:
    """The number of processors that a group may use at a time, or None without a limit."""
    if group.unified:
        quota, _, period = _read(group.folder / "cpu.max").partition(" ")
    else:
        quota, period = (_read(group.folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(quota) and int(period) else None


def _left(group: Group) -> int | None:
    """The bytes that a group can still use, or None without a limit; cached files do not count."""
    limit, used, prefix = ("max", "current", "") if group.unified else ("limit_in_bytes", "usage_in_bytes", "total_")
    most, taken = _read(group.folder / f"memory.{limit}"), _read(group.folder / f"memory.{used}")
    if not most.isdigit() or int(most) >= 2**62 or not taken.isdigit():
        return None
    lines = (line.split() for line in _read(group.folder / "memory.stat").splitlines())
    files = [f"{prefix}{kind}_file" for kind in ("inactive", "active")]
    return max(0, int(most) - int(taken) + sum(int(words[1]) for words in lines if words and words[0] in files))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
