"""The command that estimates settings from data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from learnsim.commands.options import Assignments, File, Seed, Workers, app, settings_of
from learnsim.console import say
from learnsim.signals import when_stopped


@app.command()
def fit(
    file: File,
    seed: Seed = None,
    assignments: Assignments = None,
    out: Annotated[Path | None, typer.Option(help="A folder for fit.html, fit.csv and fitted.toml.")] = None,
    recover: Annotated[
        int, typer.Option(metavar="N", help="Also fit N made-up data sets: are the true values found?", min=0, max=100_000)
    ] = 0,
    workers: Workers = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print the estimates, and the recovery.")] = False,
) -> None:
    """Estimate settings from data.

    Finds the values of the settings under [fit.free] at which the model comes nearest to the scores of real trainees, or to
    the targets of the experiment, and says how sure they are and what the model misses.

    With --out, the same command resumes a fit that was interrupted.
    """
    from learnsim.fit_command import fit_settings
    from learnsim.report.fit_words import fit_answer, fit_tables, recovery_table
    from learnsim.report.terminal import print_sentences, print_table
    from learnsim.workflow import on_screen

    settings = settings_of(file, None, None, seed, assignments)
    with when_stopped("nothing was written" if out is None else "the same command resumes the fit"):
        fitted = fit_settings(settings, str(file), out, recover=recover, workers=workers, progress=not quiet)
    tables = fit_tables(fitted)
    if quiet:
        for word, texts in (("warning", fitted.warnings), ("note", fitted.notes)):
            sys.stderr.write("".join(f"{word}: {file}: {text}\n" for text in texts))
        tables = [tables[0], *([recovery_table(fitted.recovered)] if fitted.recovered else [])]
    for table in tables:
        on_screen(lambda console, table=table: print_table(console, table))  # type: ignore[misc]
    if not quiet:
        on_screen(lambda console: print_sentences(console, fit_answer(fitted)))
    if out is not None:
        say(f"fit: {out / 'fit.html'}\n")
