"""Save file: what the page shows as an experiment file, to be placed beside the file that was opened."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from typing import Any

from learnsim.browser.page_settings import PageSettings
from learnsim.settings import Settings
from learnsim.settings.write import toml_of

LONGEST = 80  # characters of a file's name without its suffix


def file_name(page_settings: PageSettings) -> str:
    """Return the name of the saved file: NAME-page.toml after the file that was opened, or else after the arms."""
    if page_settings.source != "page":
        return f"{_plain(PurePath(page_settings.source).stem)}-page.toml"
    return f"{_plain('-and-'.join(page_settings.names))}.toml"


def toml_text(page_settings: PageSettings, settings: Settings, replicates: int) -> str:
    """Return the text of the file; its paths are relative to its folder, and its results get a folder of their own.

    Parameters
    ----------
    page_settings : PageSettings
    settings : Settings
        Those that it plays.
    replicates : int
        How many repetitions it shows behind the curves, so that ``learnsim run`` gives its numbers; at least one is run.
    """
    opened = page_settings.source != "page"
    folder = Path(page_settings.source).resolve().parent if opened else Path.cwd()
    name = settings.experiment.name
    changes: dict[str, Any] = {
        "experiment.replicates": max(1, replicates),
        "experiment.name": f"{name[: LONGEST + 15]}-page" if opened else PurePath(file_name(page_settings)).stem
    }
    people = page_settings.class_list
    for key, path in (
        ("organisation.roster", "" if people else settings.organisation.roster),
        ("organisation.plan", settings.organisation.plan),
        ("experiment.policies", settings.experiment.policies),
        ("experiment.measures", settings.experiment.measures),
        ("experiment.targets", settings.experiment.targets),
    ):
        if path:
            changes[key] = _from(folder, path)
    where = f"of {_shown(PurePath(page_settings.source).name)}" if opened else "where the page was started"
    if people:  # the page knows its name only
        changes["organisation.roster"] = people.name
    files = ": its paths are relative to it" if len(changes) > 2 else ""
    tables = {table: getattr(settings, table) for table in ("organisation", "experiment")}
    for dotted, value in changes.items():
        table, _, key = dotted.partition(".")
        tables[table] = tables[table].model_copy(update={key: value})
    comment = f"# Saved from the page of learnsim. It belongs in the folder {where}{files}."
    if people:
        comment += f"\n# The class list {_shown(people.name)} must lie beside it."
    return f"{comment}\n\n{toml_of(settings.model_copy(update=tables))}"


def _from(folder: Path, path: str) -> str:
    """Return a path relative to a folder, with forward slashes; only its name if it is on another drive."""
    try:
        return PurePath(os.path.relpath(Path(path).resolve(), folder)).as_posix()
    except ValueError:
        return PurePath(path).name


def _plain(text: str) -> str:
    """Return a name that is valid on every file system and as an experiment's name."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("_.-")[:LONGEST].rstrip("_.-") or "experiment"


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)
