"""Workflow: one experiment from its settings to the results folder, the table, the figures and the report.
Knows experiments and analysis; the command line calls it, and so may a script.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from learnsim.analysis.summary import Summary
from learnsim.compiled import announce_compilation
from learnsim.errors import ResultsError
from learnsim.experiments.design import Design, design_of
from learnsim.experiments.executors import Door, dask_door, default_workers, local_door
from learnsim.experiments.finish import finish, move_into, sweep
from learnsim.experiments.folder import FOUND, check_folder, folder_for, is_finished
from learnsim.experiments.opening import open_store, renew_targets
from learnsim.experiments.progress import progress_shown
from learnsim.experiments.results import Results, open_results
from learnsim.experiments.runner import play
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
    design = design_of(settings, place, workers, quiet=quiet)
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
            show(Summary(open_results(folder)))
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
        tally = finish(store, seconds, _describer(design, seconds, quiet=quiet))
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


def _describer(design: Design, seconds: float, *, quiet: bool) -> Callable[[Path], None]:
    """What to make of the tables, once they are there: first the table in the terminal, then the rest."""

    def describe(folder: Path) -> None:
        results = Results(folder, design)
        if not len(results):  # every run failed: their causes are all there is to tell
            return
        summary = Summary(results)
        if not quiet:
            sys.stderr.write(f"{len(results):,} runs in {seconds:.1f} s\n")
            show(summary)
        analyse(summary, folder, quiet=quiet)

    return describe


def analyse_again(results: Results) -> None:
    """Write what is made of the tables anew, and put it in the old one's place when it is whole."""
    try:
        with tempfile.TemporaryDirectory(prefix=".analysis-", dir=results.folder) as scratch:
            analyse(Summary(results), Path(scratch))
            move_into(Path(scratch), results.folder)
    except OSError as error:
        raise ResultsError(f"{results.folder}: could not be written ({error.strerror or error})") from None


def analyse(summary: Summary, folder: Path, *, quiet: bool = False) -> None:
    """Write summary, contrasts, effects or sensitivity, findings, figures and report of results into a folder."""
    from learnsim.analysis.export import write_contrasts, write_effects, write_sensitivity, write_summary, write_targets
    from learnsim.analysis.figures import draw_figures  # matplotlib takes longer than a small experiment
    from learnsim.analysis.report import write_report

    write_summary(folder / "summary.csv", summary)
    write_contrasts(folder / "contrasts.csv", summary)
    write_effects(folder, summary)
    write_targets(folder / FOUND, summary)
    note = write_sensitivity(folder, summary)
    if note and not quiet:
        sys.stderr.write(f"note: {note}\n")
    write_report(folder, summary, draw_figures(folder / "figures", summary))


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
