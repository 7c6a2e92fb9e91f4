"""Workflow: one experiment from its settings to the results folder, the table and the figures.
Knows experiments and analysis; the command line calls it, and so may a script.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from learnsim.analysis.summary import summarize, write_csv
from learnsim.compiled import announce_compilation
from learnsim.experiments.design import Design, design_of
from learnsim.experiments.progress import progress_of
from learnsim.experiments.runner import default_workers, play
from learnsim.experiments.store import check_folder, folder_for, new_folder, write_results
from learnsim.provenance import provenance_of
from learnsim.settings import Settings


def run_experiment(
    settings: Settings, place: str, out: Path | None = None, workers: int | None = None, *, quiet: bool = False
) -> Path:
    """Run an experiment and write its results; return the folder.

    Parameters
    ----------
    settings : Settings
    place : str
        The experiment file's name, for errors.
    out : Path, optional
        The results folder; ``results/<name>`` if left out.
    workers : int, optional
        Runs at a time; all processors if left out.
    quiet : bool
        Print neither progress nor table.

    Raises
    ------
    LearnsimError
        In one sentence, if anything given cannot be used; nothing is written then.
    """
    workers = workers or default_workers()
    design = design_of(settings, place, workers)
    folder = folder_for(settings, out)
    check_folder(folder, settings)
    for warning in () if quiet else design.warnings:
        sys.stderr.write(f"warning: {place}: {warning}\n")
    if settings.experiment.engine == "compiled" and not quiet:
        announce_compilation()
    start = time.monotonic()
    with progress_of(design.runs, quiet=quiet) as progress:
        outcomes = play(design, workers, progress)
    seconds = time.monotonic() - start
    rows = summarize(design, outcomes)
    clipped = sum(outcome.clipped for outcome in outcomes)
    if not quiet:
        _print(design, rows, seconds, clipped)

    from learnsim.analysis.figures import draw_figures  # matplotlib takes longer than a small experiment
    from learnsim.experiments.tables import tables_of

    with new_folder(folder) as scratch:
        write_results(scratch, settings, tables_of(design, outcomes), provenance_of(settings, seconds, clipped))
        write_csv(scratch / "summary.csv", design, rows, contrasts=False)
        write_csv(scratch / "contrasts.csv", design, rows, contrasts=True)
        draw_figures(scratch / "figures", design, outcomes, rows)
    return folder


def _print(design: Design, rows: list, seconds: float, clipped: int) -> None:  # type: ignore[type-arg]
    from rich.console import Console

    from learnsim.analysis.terminal import print_summary

    if clipped:
        sys.stderr.write(f"note: {clipped:,} lognormal trait values lay above 1 and were clipped to it\n")
    sys.stderr.write(f"{design.runs:,} runs in {seconds:.1f} s\n")
    width = None if sys.stdout.isatty() else 200
    try:
        print_summary(Console(highlight=False, width=width), design, rows)
        sys.stdout.flush()
    except (SystemExit, BrokenPipeError):  # whoever read the table has left; the results are still to be written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
