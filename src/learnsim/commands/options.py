"""Options that several commands take, and the settings they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnsim.console import say

if TYPE_CHECKING:
    from learnsim.settings import Settings
    from learnsim.study import Experiment


app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A TOML file, or the name of an experiment that comes with learnsim."),
]
Folder = Annotated[Path, typer.Argument(metavar="RESULTS", help="A results folder of learnsim run.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Change one setting; can be repeated.")
]
Replicates = Annotated[int | None, typer.Option(help="Number of replicates, in place of [experiment] replicates.")]
Seed = Annotated[int | None, typer.Option(help="Random seed, in place of [experiment] seed.")]
Engine = Annotated[str | None, typer.Option(help="compiled (fast) or agents (Mesa); both give the same numbers.")]
RESUMABLE = "finished runs are kept, and the same command resumes the experiment"
Workers = Annotated[int | None, typer.Option(help="Number of runs at a time; by default all processors.", min=1)]


def _print_version(wanted: bool) -> None:
    if wanted:
        from learnsim import __version__

        say(f"learnsim {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Simulate and compare ways of training: which one spreads knowledge best, and for whom?"""


def experiment_of(
    file: Path, engine: str | None, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Experiment:
    """Read the file, changed by the options of the command line, as an experiment."""
    from learnsim.study import Experiment

    return Experiment(settings_of(file, engine, replicates, seed, assignments), str(file))


def settings_of(
    file: Path | None, engine: str | None, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Settings:
    """Read the file, changed by the options of the command line, or the defaults if there is none."""
    from learnsim.settings import defaults, load

    every = {"experiment.engine": engine, "experiment.replicates": replicates, "experiment.seed": seed}
    options = {name: value for name, value in every.items() if value is not None}
    return load(file, assignments or (), options) if file else defaults(assignments or (), options)
