"""Cache folder: where compiled machine code is stored between runs, protected from other users.

Code loaded from the cache is executed. So its folder and all folders above it must belong to this user or to root, and
no one else may write there.
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
    """A folder for machine code, or None if there is none, and a note for the user, which may be empty."""

    folder: Path | None
    note: str


def find_place(name: str) -> Place:
    """Return the first folder of this name that is safe and writable; create it if necessary.

    ``LEARNSIM_CACHE`` comes first, then the user's cache folder, then a folder of the user among temporary files, the same
    one in every run.
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
        note = f"compiled kernels cannot be stored {where}; they are in {parent}; LEARNSIM_CACHE chooses another folder"
        return Place(folder, note)
    where = f"in {first}" if first else "anywhere"
    note = f"compiled kernels cannot be stored {where}, so they are compiled in every run (10 to 30 seconds)"
    return Place(None, f"{note}; set LEARNSIM_CACHE to a folder of your own")


def ensure_home() -> None:
    """Set HOME to a temporary folder if there is no writable home folder, since some libraries need one."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.expanduser raises where there is no home
    if Path(home).is_absolute():
        with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=home):
            return
    home = tempfile.mkdtemp(prefix="learnsim-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["HOME"] = home


def _candidates() -> Iterator[Path]:
    """The possible cache folders, the preferred one first."""
    wanted = os.environ.get("LEARNSIM_CACHE", "")
    if wanted:
        yield Path(os.path.expanduser(wanted)).absolute()  # noqa: PTH111 - Path.expanduser raises where there is no home
    shared = os.environ.get("XDG_CACHE_HOME", "")
    home = os.path.expanduser("~")  # noqa: PTH111 - as above
    if Path(shared).is_absolute():  # the standard says that a relative path is ignored
        yield Path(shared) / "learnsim"
    elif Path(home).is_absolute():
        yield Path(home) / ".cache" / "learnsim"
    temporary = _temporary()
    if temporary is not None:
        yield temporary


def _temporary() -> Path | None:
    """A folder of this user among temporary files, the same in every run."""
    try:
        return Path(tempfile.gettempdir()).absolute() / f"learnsim-{_user()}"
    except OSError:  # there is no folder for temporary files
        return None


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _trouble(folder: Path) -> str:
    """Return why machine code cannot be stored in a folder, or an empty text; missing folders are created."""
    try:
        danger = _unsafe(folder)
        if danger:
            return danger
        for each in (*reversed(folder.parents), folder):
            each.mkdir(mode=0o700, exist_ok=True)
        danger = _unsafe(folder)
        if not danger:
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, ValueError, RuntimeError) as error:  # also an invalid name, or a circle of links
        return getattr(error, "strerror", None) or str(error)
    return danger


def _unsafe(folder: Path) -> str:
    """Return who else could write to a folder or replace it, as far as it exists; or an empty text."""
    if not hasattr(os, "getuid"):  # Windows: a user's folders belong to the user
        return ""
    real = Path(os.path.realpath(folder))
    for each in (real, *real.parents):
        try:
            status = each.stat()
        except FileNotFoundError:
            continue
        if status.st_uid not in _trusted(last=each == real):
            return "it belongs to another user" if each == real else f"{each} belongs to another user"
        mode = status.st_mode
        by_group = mode & stat.S_IWGRP and status.st_gid not in (0, status.st_uid)  # a user's own group has no other members
        if (mode & stat.S_IWOTH or by_group) and (each == real or not mode & stat.S_ISVTX):
            return f"others may write to {each}"
    return ""


def _trusted(*, last: bool) -> set[int]:
    """The users to whom a folder may belong; the last folder must belong to this user, who writes there."""
    return {_user()} if last else {_user(), 0, _nobody()}


def _nobody() -> int:
    """The user that stands for all unknown users in a container, where the true owner of a folder is hidden."""
    try:
        return int(Path("/proc/sys/kernel/overflowuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
