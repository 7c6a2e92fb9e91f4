"""Shipped experiments: the experiments that come with learnsim, by name, from any folder.
In an installation they are inside the package, in a checkout in its top folder.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from learnsim.errors import SettingsError, did_you_mean
from learnsim.files import named

PACKAGE = Path(__file__).parents[1]
MESA = "mesa"  # the folder of the experiments on Mesa's own examples
OWN = "own"  # the folder of the experiments on models in a file, with their files
PAPERS = "papers"  # the folder of the experiments that are compared with published numbers
FOLDERS = ("fit", MESA, OWN, PAPERS, "evidence", "lazega")  # experiments that come with learnsim too; plans are not run
PLAN = "plan.toml"  # the experiment in the folder of a plan, which stands for the folder


@cache
def shipped_folder() -> Path:
    """Return the folder of the experiments that come with learnsim."""
    inside = PACKAGE / "shipped_experiments"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "experiments"


@cache
def shipped() -> dict[str, Path]:
    """Return the file of each experiment that comes with learnsim, by name: our own, then those of its folders."""
    home = shipped_folder()
    folders = (home, *(home / name for name in FOLDERS))
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}


def experiment_file(path: str | Path) -> Path:
    """Return the experiment file at this path, or else the experiment of this name that comes with learnsim.

    The folder of a plan stands for the experiment in it.

    Raises
    ------
    SettingsError
        If there is neither, with the nearest name.
    """
    file, name = Path(path), str(path)
    if os.path.lexists(file) and not (file.is_dir() and name in shipped()):
        return file / PLAN if (file / PLAN).is_file() else file
    if name in shipped():
        return shipped()[name]
    brief = named(file)
    if file.name == name and not file.suffix:
        message = f"{brief}: there is no such file, and no experiment of this name comes with learnsim"
        raise SettingsError(message + did_you_mean(name, shipped()))
    hint = f"; learnsim run {file.stem} runs the one that comes with learnsim" if file.stem in shipped() else ""
    raise SettingsError(f"{brief}: there is no such file{hint or '; learnsim init writes one to start from'}")
