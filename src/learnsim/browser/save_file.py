"""Saving: what the page shows as an experiment file that can be run, beside the file that the page was opened with."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

from learnsim.browser.page_settings import Choices
from learnsim.settings import Settings
from learnsim.settings.write import toml_of

LONGEST = 80  # letters of a file's name without its ending


def file_name(choices: Choices) -> str:
    """Return what the saved file is called: after the file that was opened, but not as it; or else after the arms."""
    if choices.place != "page":
        return f"{_plain(PurePath(choices.place).stem)}-page.toml"
    return f"{_plain('-and-'.join(choices.names))}.toml"


def saved(choices: Choices, settings: Settings) -> str:
    """Return the file's text: paths are told from its own folder, and its results have a folder of their own."""
    opened = choices.place != "page"
    folder = Path(choices.place).resolve().parent if opened else Path.cwd()
    name = settings.experiment.name
    changes: dict[str, str] = {
        "experiment.name": f"{name[: LONGEST + 15]}-page" if opened else PurePath(file_name(choices)).stem
    }
    for key, path in (
        ("organisation.roster", settings.organisation.roster),
        ("experiment.policies", settings.experiment.policies),
        ("experiment.targets", settings.experiment.targets),
    ):
        if path:
            changes[key] = _from(folder, path)
    where = f"Belongs beside {_shown(PurePath(choices.place).name)}" if opened else "Belongs where the page was started"
    files = ": its paths are taken from there" if len(changes) > 1 else ""
    tables = {table: getattr(settings, table) for table in ("organisation", "experiment")}
    for dotted, value in changes.items():
        table, _, key = dotted.partition(".")
        tables[table] = tables[table].model_copy(update={key: value})
    return f"# Saved from the page of learnsim. {where}{files}.\n\n{toml_of(settings.model_copy(update=tables))}"


def _from(folder: Path, path: str) -> str:
    """Return a path as it is told from a folder, with forward slashes; its name alone where there is no way (drives)."""
    try:
        return PurePath(os.path.relpath(Path(path).resolve(), folder)).as_posix()
    except ValueError:
        return PurePath(path).name


def _plain(text: str) -> str:
    """Return a name that every file system takes, and that may name an experiment."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("_.-")[:LONGEST].rstrip("_.-") or "experiment"


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)
