"""Cache folder: where machine code is kept between runs, so that nobody else can put theirs there.

What is loaded from the cache is run. So its folder and all those above it must belong to this user or to root, and
nobody else may write there.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A folder for machine code, or None where there is none; and what is to be said of it, or nothing."""

    folder: Path | None
    note: str


def find_place(name: str) -> Place:
    """Return the first folder of this name that may be trusted and written to, made if need be.

    ``LEARNSIM_CACHE`` comes first, then the user's cache folder, then one of the user's own among temporary files, which
    is there for the next run too.
    """
    first = ""
    for parent in _candidates():
        folder = parent / name
        trouble = _trouble(folder)
        if trouble:
            first = first or f"{parent} ({trouble})"
            continue
        if not first and parent != _temporary():
            return Place(folder, "")
        where = f"in {first}" if first else "without a home folder"
        note = f"compiled kernels cannot be kept {where}; they are in {parent}; LEARNSIM_CACHE names another folder"
        return Place(folder, note)
    where = f"in {first}" if first else "anywhere"
    note = f"compiled kernels cannot be kept {where}, so they are compiled in every run (10 to 25 seconds)"
    return Place(None, f"{note}; set LEARNSIM_CACHE to a folder of your own")


def lend_home() -> None:
    """Give libraries that insist on a home folder one for a while, where there is none or nothing may be written there."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.expanduser raises where there is no home
    if Path(home).is_absolute():
        with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=home):
            return
    lent = tempfile.mkdtemp(prefix="learnsim-home-")
    atexit.register(shutil.rmtree, lent, ignore_errors=True)
    os.environ["HOME"] = lent


def _candidates() -> Iterator[Path]:
    """The folders that may hold caches, the one that is meant first."""
    wanted = os.environ.get("LEARNSIM_CACHE", "")
    if wanted:
        yield Path(os.path.expanduser(wanted)).absolute()  # noqa: PTH111 - Path.expanduser raises where there is no home
    shared = os.environ.get("XDG_CACHE_HOME", "")
    home = os.path.expanduser("~")  # noqa: PTH111 - as above
    if Path(shared).is_absolute():  # the standard says that another is to be ignored
        yield Path(shared) / "learnsim"
    elif Path(home).is_absolute():
        yield Path(home) / ".cache" / "learnsim"
    temporary = _temporary()
    if temporary is not None:
        yield temporary


def _temporary() -> Path | None:
    """A folder of this user's among temporary files: the same in every run."""
    try:
        return Path(tempfile.gettempdir()).absolute() / f"learnsim-{_user()}"
    except OSError:  # there is no folder for temporary files
        return None


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _trouble(folder: Path) -> str:
    """Why machine code may not be kept in a folder, or nothing; what is missing of it is made, for this user alone."""
    try:
        told = _unsafe(folder)
        if told:
            return told
        for each in (*reversed(folder.parents), folder):
            each.mkdir(mode=0o700, exist_ok=True)
        told = _unsafe(folder)
        if not told:
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, ValueError, RuntimeError) as error:  # or its name is none that a folder can have, or a circle of links
        return getattr(error, "strerror", None) or str(error)
    return told


def _unsafe(folder: Path) -> str:
    """Who else may put files into a folder, or into its place, as far as it exists; or nothing."""
    if not hasattr(os, "getuid"):  # Windows: a user's folders are the user's
        return ""
    real = Path(os.path.realpath(folder))
    for each in (real, *real.parents):
        try:
            found = each.stat()
        except FileNotFoundError:
            continue
        if found.st_uid not in _trusted(last=each == real):
            return "it belongs to another user" if each == real else f"{each} belongs to another user"
        mode = found.st_mode
        by_group = mode & stat.S_IWGRP and found.st_gid not in (0, found.st_uid)  # a user's own group has no one else
        if (mode & stat.S_IWOTH or by_group) and (each == real or not mode & stat.S_ISVTX):
            return f"others may write to {each}"
    return ""


def _trusted(*, last: bool) -> set[int]:
    """The users to whom a folder may belong: the last one to this user alone, since it is to be written to."""
    return {_user()} if last else {_user(), 0, _nobody()}


def _nobody() -> int:
    """The user as whom a container without all users shows the others: whose a folder is cannot be seen there."""
    try:
        return int(Path("/proc/sys/kernel/overflowuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
