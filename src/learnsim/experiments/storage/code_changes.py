"""Code changes: how the code that made results differs from the code here; of a user's own model, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import listed, shortened
from learnsim.models.info import ModelInfo
from learnsim.models.registry import info_of
from learnsim.provenance import changed_since, versions_of
from learnsim.settings import Settings

COPY = "model"  # the folder of a model's own files within a results folder
MOST_LINES = 10  # of a difference that are shown
LONGEST_LINE = 120


class CodeChanges(NamedTuple):
    """What has changed since results were made.

    Attributes
    ----------
    texts : list of str
        What has, in words: the model's own code first, then the source of learnsim and each library with its versions.
    lines : list of str
        How a user's own model differs from the copy of its files in the folder: the first lines of a unified diff.
    """

    texts: list[str]
    lines: list[str]

    @property
    def note(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def code_changes(folder: Path, begun: dict[str, Any], settings: Settings) -> CodeChanges:
    """Return how the code here differs from the code that results were made with.

    Parameters
    ----------
    folder : Path
        The results, which keep a copy of the files of a user's own model.
    begun : dict
        Their provenance, or the header of their ledger.
    settings : Settings
        The experiment here.
    """
    here = versions_of(settings)
    changed = changed_since(begun, here)
    there, now = begun.get("model_hash"), here.get("model_hash")
    if there == now:
        return CodeChanges(changed, [])
    info = info_of(settings)
    differences = _differences(folder, info)
    lines = [line for some in differences.values() for line in some]
    if differences:
        text = f"the model's own code: {listed(differences)}"
    elif info.own_files and all(file.is_relative_to(folder.resolve()) for file, _, _ in info.own_files):
        text = f"the copy of the model's code in {folder.name}/{COPY} was edited"
    elif info.own_package and there and now:
        old, new = begun.get("versions", {}).get(info.own_package), here["versions"].get(info.own_package)
        same = f" was edited, which is still version {new}" if old == new else f": version {old} there, {new} here"
        text = f"the model's package {info.own_package}{same}"
    else:
        text = f"the model's own code {there} there, {now} here"
    more = [f"and {len(lines) - MOST_LINES:,} more lines"] if len(lines) > MOST_LINES else []
    return CodeChanges([text, *changed], [*lines[:MOST_LINES], *more])


def _differences(folder: Path, info: ModelInfo) -> dict[str, list[str]]:
    """Return each file that differs from its copy in a folder, and the lines in which it does; none without a copy."""
    home = folder / COPY
    if not home.is_dir():
        return {}
    now = {name: content for _, name, content in info.own_files}
    then = {f"{COPY}/{file.relative_to(home).as_posix()}": file.read_bytes() for file in sorted(home.rglob("*.py"))}
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return {name.removeprefix(f"{COPY}/"): [*_difference(name, then.get(name, b""), now.get(name, b""))] for name in names}


def _difference(name: str, then: bytes, now: bytes) -> Iterator[str]:
    """Yield a unified diff of one file, without the lines around."""
    old, new = (content.decode("utf-8", "replace").splitlines() for content in (then, now))
    for line in unified_diff(old, new, f"{name} in the results", name.removeprefix(f"{COPY}/"), lineterm="", n=0):
        yield shortened("".join(one if one.isprintable() else " " for one in line.expandtabs(4)), LONGEST_LINE)
