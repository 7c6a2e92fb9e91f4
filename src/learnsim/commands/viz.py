"""The command that opens the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from learnsim.commands.options import Assignments, Seed, app, settings_of
from learnsim.signals import Stopped


@app.command()
def viz(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="An experiment; if left out, all defaults.")] = None,
    seed: Seed = None,
    assignments: Assignments = None,
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any free port.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Address of the page; 0.0.0.0 makes it public.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Whether to open the page in the browser.")] = True,
    explorer: Annotated[bool, typer.Option("--explorer", help="Show one model on Mesa's own page instead.")] = False,
    export: Annotated[Path | None, typer.Option(metavar="HTML", help="Write the page into one file.")] = None,
) -> None:
    """Watch two arms side by side in the browser."""
    from learnsim.browser.model_settings import ModelSettings, model_settings
    from learnsim.browser.organisation_settings import organisation_settings
    from learnsim.browser.page_settings import PageSettings, opened
    from learnsim.browser.story_export import write_story
    from learnsim.cachefolder import ensure_home
    from learnsim.errors import SettingsError
    from learnsim.files import named
    from learnsim.models.own.model import OrganisationModel
    from learnsim.settings.readers import models
    from learnsim.settings.shipped import experiment_file

    if explorer and (file or assignments or seed is not None):
        raise SettingsError(
            "--explorer starts with the default settings; leave out FILE, --set and --seed, and change them on the page"
        )
    if export and explorer:
        raise SettingsError("--explorer and --export: Mesa's own page cannot be exported; leave out one of them")
    settings = settings_of(file, None, None, seed, assignments)
    source = str((experiment_file(file) if file and file.is_dir() else file) or "page")
    if models()[settings.model.kind].own_parameters:
        page_settings: PageSettings = model_settings(settings, source)
    elif settings.model.kind == OrganisationModel.KIND:
        page_settings = organisation_settings(settings, source)
    else:
        page_settings = opened(settings, source)
    roster = page_settings.prepared().roster
    if export:
        if isinstance(page_settings, ModelSettings):
            raise SettingsError(
                f"--export: the page steps such a model live ([model] kind = {settings.model.kind!r}); it cannot be exported"
            )
        write_story(export, page_settings)
        typer.echo(export)
        if roster is not None:
            who = f"{len(roster.ids):,} people's names and values are in it; send it only to those who may see them"
            sys.stderr.write(f"note: {named(export)}: {who}\n")
        return
    from learnsim.browser.server import serve

    ensure_home()  # IPython and Jupyter, which the page's server imports, raise an error without one
    try:
        serve(page_settings, host, port, browser=browser, shown="explorer" if explorer else "page")
    except Stopped:
        raise typer.Exit from None
