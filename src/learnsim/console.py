"""Screen: standard output and standard error, which may be closed, full, left by their reader, or short of letters."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> None:
    """See that both can be written to: a closed one leads nowhere, and a letter it does not have becomes ``?``."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", errors="replace"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Write to standard output; if that cannot be, say so on standard error and go on."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        give_up(error)


def give_up(error: BaseException) -> None:
    """Write no more to standard output, and say why, unless its reader has only read enough."""
    if not isinstance(error, (BrokenPipeError, SystemExit)):
        told = error.strerror if isinstance(error, OSError) else error
        sys.stderr.write(f"note: nothing more can be written to standard output ({told})\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
