"""Drawing: a figure as a report knows it, whether it could be drawn, and matplotlib as nobody has set it."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from learnsim.errors import LearnsimError

LONGEST = 200  # letters of a reason


@dataclass(frozen=True)
class Drawing:
    """A figure, as ``name.png`` and ``name.svg``, what it shows, and its width in inches.

    Attributes
    ----------
    name, title, shows : str
    width : float
    seen : str
        What it shows, in one sentence, which stands above it.
    missing : str
        Why it could not be drawn; empty if it was.
    """

    name: str
    title: str
    shows: str
    width: float = 0.0
    headline: str = ""
    missing: str = ""


def reason_of(error: BaseException) -> str:
    """Return why something could not be done, in a few words on one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, LearnsimError):
        return str(error)
    text = " ".join(str(error).split())
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def import_matplotlib() -> None:
    """Import matplotlib, whatever the user's settings of it are.

    They change no figure of ours, but a backend that matplotlib does not know or a file that is no text keeps it from
    being imported at all. Where it starts with them, they hold for the user's own figures as ever.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    if "matplotlib" in sys.modules:
        return
    with _quiet():
        try:
            import_module("matplotlib")
        except (ValueError, OSError):  # UnicodeDecodeError is one
            with _without_settings():
                import_module("matplotlib")
        import_module("matplotlib.font_manager")  # it complains of a cache folder that it cannot write to


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep matplotlib from warning of the user's settings."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _without_settings() -> Iterator[None]:
    """Hide the user's settings of matplotlib: those in the environment, the home folder and the current one."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[name]  # of the attempt that failed
    hidden = {name: os.environ.pop(name) for name in ("MPLBACKEND", "MATPLOTLIBRC") if name in os.environ}
    with tempfile.TemporaryDirectory() as empty:
        settings = Path(empty) / "matplotlibrc"
        settings.touch()
        os.environ["MATPLOTLIBRC"] = str(settings)
        try:
            with suppress(FileNotFoundError), chdir(empty):
                yield
        finally:
            os.environ.pop("MATPLOTLIBRC")
            os.environ.update(hidden)
