"""The command that plans a course."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from learnsim.commands.options import Assignments, app
from learnsim.console import say
from learnsim.signals import when_stopped


@app.command()
def plan(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="An experiment with a roster, or a roster alone (.csv, .tsv, .txt, .xlsx)."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The plan's folder, in place of plans/NAME.")] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed, in place of [plan] seed.")] = None,
    assignments: Assignments = None,
    again: Annotated[
        Path | None, typer.Option("--again", metavar="FOLDER", help="Change an earlier plan: few people move.")
    ] = None,
    absent: Annotated[
        list[str] | None, typer.Option("--absent", metavar="ID:CYCLES", help="Who is absent: P04:4 or P04:4-6.")
    ] = None,
    start: Annotated[int | None, typer.Option("--from", help="The first cycle that may change.", min=1)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Use a new folder (NAME-2) if NAME exists already.")] = False,
    initials: Annotated[bool, typer.Option("--initials", help="Print initials in place of names.")] = False,
    forecast: Annotated[bool, typer.Option("--forecast/--no-forecast", help="Whether to simulate the plan.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print the plan's folder.")] = False,
) -> None:
    """Plan a course for real people, and print it.

    Forms communities and cells, chooses officers, and plans who sits with whom in every cycle, by the rules of [plan].
    Writes a page to print (plan.html), tables for Excel, Moodle and Canvas, and a calendar.

    Exit code 1 if a rule that must hold cannot be kept.
    """
    from learnsim.plan_command import lines_of, notes_of, plan_course

    with when_stopped("nothing was written"):
        made = plan_course(
            file, out, assignments, seed, again=again, absent=absent, start=start, fresh=fresh, initials=initials,
            forecast=forecast,
        )  # fmt: skip
    if not quiet:
        for note in notes_of(made):
            sys.stderr.write(f"note: {note}\n")
        say("\n".join(lines_of(made)) + "\n")
    for sentence in made.hard:
        sys.stderr.write(f"error: {sentence}\n")
    if made.saved:
        say(f"{'the best plan without it' if made.hard else 'plan'}: {made.saved.folder / 'plan.html'}\n")
    raise typer.Exit(1 if made.hard else 0)
