"""Workflow: one experiment from its settings to the results folder, the table, the figures and the report.
Knows experiments and analysis; the command line calls it, and so may a script.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from learnsim.analysis.drawing import reason_of
from learnsim.analysis.outputs import write_outputs
from learnsim.analysis.summary import Summary
from learnsim.analysis.words import listed
from learnsim.compiled import announce_compilation
from learnsim.errors import ResultsError
from learnsim.experiments.design import design_of
from learnsim.experiments.executors import Door, dask_door, default_workers, local_door
from learnsim.experiments.finish import finish, move_into, remove, sweep
from learnsim.experiments.folder import FIGURES, REPORT, check_folder, folder_for, is_finished
from learnsim.experiments.opening import open_store, renew_targets
from learnsim.experiments.progress import progress_shown
from learnsim.experiments.results import Results, open_results
from learnsim.experiments.runner import play
from learnsim.interruption import when_stopped
from learnsim.screen import give_up
from learnsim.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Finished:
    """Where an experiment's results are, and how many of its runs failed."""

    folder: Path
    failed: int = 0


def run_experiment(
    settings: Settings,
    place: str,
    out: Path | None = None,
    workers: int | None = None,
    *,
    scheduler: str = "",
    executor: Executor | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    quiet: bool = False,
) -> Finished:
    """Run what is missing of an experiment and write its results.

    Parameters
    ----------
    settings : Settings
    place : str
        The experiment file's name, for errors.
    out : Path, optional
        The results folder; ``results/<name>`` if left out.
    workers : int, optional
        Runs at a time; all processors if left out.
    scheduler : str
        Address of a Dask scheduler whose workers are to run it.
    executor : concurrent.futures.Executor, optional
        Somebody else to run it, for example ``mpi4py.futures.MPIPoolExecutor()``; give ``workers`` too.
    fresh : bool
        Take a new folder if the one meant exists.
    retry_failed : bool
        Run those again that raised.
    quiet : bool
        Print neither progress nor table.

    Raises
    ------
    LearnsimError
        In one sentence, if anything given cannot be used; nothing is written then.
    """
    workers = workers or default_workers()
    design = design_of(settings, place, workers)
    folder = folder_for(settings, out, fresh=fresh)
    check_place(folder, settings)
    for warning in () if quiet else design.warnings:
        sys.stderr.write(f"warning: {place}: {warning}\n")
    if is_finished(folder):
        sweep(folder)
        if renew_targets(folder, settings):
            analyse_again(open_results(folder))
        if not quiet:
            sys.stderr.write(f"{folder}: is finished already (--fresh runs it anew, into another folder)\n")
        _describe(open_results(folder), quiet=quiet, analysed=(folder / REPORT).is_file())
        return Finished(folder)
    if settings.experiment.engine == "compiled" and not scheduler and executor is None and not quiet:
        announce_compilation(settings.model.kind)
    start = time.monotonic()
    with (
        _door(settings, workers, scheduler, executor) as door,
        open_store(folder, design, retry_failed=retry_failed) as store,
    ):
        with progress_shown(quiet=quiet) as progress:
            play(design, store, door, progress)
        seconds = time.monotonic() - start
        tally = finish(store, seconds)
        if not quiet:
            sys.stderr.write(f"{tally.runs - tally.failed:,} runs in {seconds:.1f} s\n")
        _describe(Results(folder, design), quiet=quiet)
    if tally.clipped and not quiet:
        sys.stderr.write(f"note: {tally.clipped:,} lognormal trait values lay above 1 and were clipped to it\n")
    return Finished(folder, tally.failed)


def check_place(folder: Path, settings: Settings) -> None:
    """See that results may be written there, even if its name is one that no folder can have.

    Raises
    ------
    ResultsError
        If they may not.
    """
    try:
        str(folder).encode()
        check_folder(folder, settings)
    except (OSError, UnicodeEncodeError) as error:
        shown = str(folder).encode(errors="replace").decode()
        shown = shown if len(shown) < 80 else f"{shown[:80]}..."
        reason = error.strerror if isinstance(error, OSError) else "its name is not UTF-8 text"
        raise ResultsError(f"{shown}: cannot be used ({reason}); choose another place with --out") from None


def _door(settings: Settings, workers: int, scheduler: str, executor: Executor | None) -> AbstractContextManager[Door]:
    if executor is not None:
        return nullcontext(Door(executor, workers))
    return dask_door(scheduler) if scheduler else local_door(settings.experiment.engine, workers)


def _describe(results: Results, *, quiet: bool, analysed: bool = False) -> None:
    """Make of the tables, which are in their place, what can be made: first the table in the terminal, then the rest."""
    folder = results.folder
    if not len(results):  # every run failed: their causes are all there is to tell
        return
    with when_stopped(_tables_are_whole(folder)):
        try:
            summary = Summary(results)
            if not quiet:
                show(summary)
            if not analysed:
                _make_outputs(summary, quiet=quiet)
        except Exception as error:  # the tables are there, and what is made of them can be made later
            sys.stderr.write(f"warning: the results were not analysed ({reason_of(error)}); {_tables_are_whole(folder)}\n")


def _tables_are_whole(folder: Path) -> str:
    return f"the tables are whole, and learnsim analyse {shlex.quote(str(folder))} makes what is missing"


def analyse_again(results: Results) -> None:
    """Write what is made of the tables anew, and put it in the old one's place when it is whole."""
    with when_stopped(_tables_are_whole(results.folder)):
        _make_outputs(Summary(results))


def _make_outputs(summary: Summary, *, quiet: bool = False) -> None:
    """Make everything in a folder of its own beside the tables, and then put it in its place, the report last."""
    folder = summary.results.folder
    try:
        with tempfile.TemporaryDirectory(prefix=".analysis-", dir=folder) as scratch:
            analyse(summary, Path(scratch), quiet=quiet)
            remove(folder, (REPORT, FIGURES))
            move_into(Path(scratch), folder)
    except OSError as error:
        raise ResultsError(f"{folder}: could not be written ({error.strerror or error})") from None


def analyse(summary: Summary, folder: Path, *, quiet: bool = False) -> None:
    """Write summary, contrasts, effects or sensitivity, targets, figures and report of results into a folder.

    What cannot be made is left out, with one sentence on standard error for each reason.
    """
    out = write_outputs(summary, folder)
    for note in () if quiet else out.notes:
        sys.stderr.write(f"note: {note}\n")
    for reason, names in out.missing.items():
        sys.stderr.write(
            f"warning: {listed(names)} could not be made ({reason}); {_tables_are_whole(summary.results.folder)}\n"
        )


def show(summary: Summary) -> None:
    """Print the table and the answer."""
    from learnsim.analysis.terminal import print_summary

    on_screen(lambda console: print_summary(console, summary))


def on_screen(draw: Callable[[Console], None]) -> None:
    """Let something be printed; where the output is no terminal, wide enough for whole tables."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 200
    try:
        draw(Console(highlight=False, width=width))
        sys.stdout.flush()
    except (SystemExit, OSError, UnicodeError) as error:  # nobody can read the table; the results are still to be written
        give_up(error)
