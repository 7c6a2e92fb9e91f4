"""Console: standard output and standard error, which may be closed, full, no longer read, or limited to few characters."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> None:
    """Make both writable: a closed one discards its text, and a character that it lacks becomes ``?``."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", errors="replace"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Write to standard output; if that fails, report it on standard error and continue."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        give_up(error)


def give_up(error: BaseException) -> None:
    """Stop writing to standard output and report the reason, unless its reader has closed it."""
    if not isinstance(error, (BrokenPipeError, SystemExit)):
        reason = error.strerror if isinstance(error, OSError) else error
        sys.stderr.write(f"note: nothing more can be written to standard output ({reason})\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
