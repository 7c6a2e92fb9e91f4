"""CLI: the entry point of ``learnsim``, and what each kind of failure prints."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys

from learnsim.commands import app
from learnsim.console import prepare
from learnsim.machine import check_start, shortage
from learnsim.signals import Stopped, listen


def main() -> None:
    """Run the command line; a mistake of the user is one sentence on standard error, with exit code 2."""
    from learnsim.errors import LearnsimError

    prepare()
    gc.set_threshold(50_000, 20, 100)  # objects of imported libraries are not garbage: searching them takes half a second
    atexit.register(gc.freeze)
    os.environ.pop("MPLBACKEND", None)  # figures go to files, and matplotlib refuses to start with one it does not know
    listen()
    try:
        check_start()
        app(prog_name="learnsim")
    except LearnsimError as error:
        notes = "".join(f"{note}\n" for note in getattr(error, "__notes__", ()))  # such as the lines in which files differ
        sys.stderr.write(f"error: {' '.join(str(error).splitlines())}\n{notes}")
        sys.exit(2)
    except Stopped as stop:
        _end_now(f"interrupted{'; ' * bool(stop.message)}{stop.message}", 128 + stop.number)
    except Exception as error:
        short = shortage(error)
        if short:
            _end_now(f"error: {short}", 2)
        if isinstance(error, OSError):
            sys.stderr.write(f"error: {error.filename or 'the disk'}: {error.strerror or error}\n")
            sys.exit(2)
        if isinstance(error, ImportError) and not (error.name or "learnsim").startswith("learnsim"):
            message = " ".join(str(error).split())
            sys.stderr.write(f"error: {error.name} cannot be imported ({message[:300]}); install learnsim again\n")
            sys.exit(2)
        raise


def _end_now(sentence: str, code: int) -> None:
    """Print a sentence and exit without waiting for threads, which may wait for ever."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
    os._exit(code)
