"""The commands that read results: analyse, show, describe, cite, reproduce and verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from learnsim.commands.options import RESUMABLE, Folder, Workers, app
from learnsim.console import say
from learnsim.signals import when_stopped


@app.command()
def analyse(
    folder: Folder,
    csv: Annotated[bool, typer.Option("--csv", help="Write runs.csv too: every run with every digit, for Excel.")] = False,
) -> None:
    """Write the report of a results folder again.

    Also its summary, contrasts and figures.
    """
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    open(folder).analyse(csv=csv)
    say(f"results: {folder}\n")


@app.command()
def show(folder: Folder) -> None:
    """Print the table and answer of a folder.

    Of an experiment that is not finished, also while it runs: what is there so far.
    """
    from learnsim.experiments.storage.merge import sweep
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    results = open(folder, unfinished=True)
    if not results.so_far:
        sweep(folder)
    results.show()


@app.command()
def describe(folder: Folder) -> None:
    """Describe finished results for a paper.

    Prints, in Markdown, what they say under each item of the STRESS-ABS checklist, and what is left to write.
    """
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    say(open(folder).describe())


@app.command()
def cite(folder: Folder) -> None:
    """Print the sources of an experiment as BibTeX.

    Those behind the settings, policies, model, design and statistics of finished results, and learnsim itself.
    """
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    say(open(folder).cite())


@app.command()
def reproduce(folder: Folder, workers: Workers = None) -> None:
    """Run finished results again and compare.

    Runs the experiment of a results folder again, and compares every row of its tables.

    Exit code 1 if any row differs.
    """
    from learnsim.experiments.execution.executors import default_workers
    from learnsim.experiments.reproduce import reproduce
    from learnsim.progress import progress_shown
    from learnsim.report.sentences import comparison_lines

    with progress_shown(quiet=False) as progress:
        comparison = reproduce(folder, workers or default_workers(), progress)
    say("\n".join(comparison_lines(comparison)) + "\n")
    raise typer.Exit(1 if comparison.count else 0)


@app.command()
def verify(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Experiments with targets, or one file; by default experiments/papers."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Run ten times as many replicates.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Keep the results in OUT/NAME, and the comparison in OUT/verify.csv.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Compare experiments with published numbers.

    Runs the experiments of a folder that have targets, and compares their results with these numbers.

    Exit code 1 if any number is not as its targets file expects.
    """
    from learnsim.verify import papers_folder, verify

    with when_stopped("no results are kept without --out" if out is None else RESUMABLE):
        good = verify(folder or papers_folder(), out, workers, full=full)
    raise typer.Exit(0 if good else 1)
