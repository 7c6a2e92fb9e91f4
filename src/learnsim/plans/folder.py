"""Folder of a plan: every file that a trainer prints, sends or imports, written completely or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from learnsim.csvfile import write_csv
from learnsim.errors import LearnsimError, ResultsError
from learnsim.plans.experiment import ROSTER, ROWS, experiment_of, roster_table
from learnsim.plans.exports import breakout_rooms, calendar, canvas, has_addresses, has_usernames, moodle
from learnsim.plans.forecast import Forecast, forecast_of
from learnsim.plans.page import plan_page
from learnsim.plans.plan import Plan
from learnsim.plans.plan_rows import COLUMNS
from learnsim.plans.workbook import workbook
from learnsim.provenance import installed
from learnsim.settings import load
from learnsim.settings.write import toml_of

PLANS, SETTINGS, PAGE = "plans", "plan.toml", "plan.html"
BY_CYCLE = "by_cycle"


class Saved(NamedTuple):
    """A plan's folder, what the model expects of it, and what should be known of its files."""

    folder: Path
    forecast: Forecast | None
    notes: tuple[str, ...]


def place_for(name: str, out: Path | None, *, fresh: bool) -> Path:
    """Return the folder that a plan is written into; with ``fresh``, the next free name if that one is taken.

    Raises
    ------
    ResultsError
        If it exists.
    """
    folder = out or Path(PLANS) / name
    try:
        taken = folder.exists()
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder!s:.80}: cannot be used ({getattr(error, 'strerror', None) or error})") from None
    if not taken:
        return folder
    if not fresh:
        raise ResultsError(f"{folder}: exists already; --fresh writes {_next_free(folder)}, --out another folder")
    return _next_free(folder)


def _next_free(folder: Path) -> Path:
    number = 2
    while folder.with_name(f"{folder.name}-{number}").exists():
        number += 1
    return folder.with_name(f"{folder.name}-{number}")


def write_plan(plan: Plan, folder: Path, *, initials: bool = False, forecast: bool = True) -> Saved:
    """Write all files of a plan into a new folder.

    Parameters
    ----------
    plan : Plan
    folder : Path
        It must not exist.
    initials : bool
        Whether the printed page has initials in place of names.
    forecast : bool
        Whether to simulate what the plan leads to.

    Raises
    ------
    ResultsError
        If the folder cannot be written; nothing is left of it then.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder}: cannot be written ({getattr(error, 'strerror', None) or error})") from None
    try:
        notes = _write_files(plan, draft)
        expected = _forecast(plan, draft) if forecast else None
        page = plan_page(plan, expected, initials=initials)
        (draft / PAGE).write_text(page, encoding="utf-8")
        draft.chmod(0o755)
        draft.rename(folder)
    except OSError as error:
        raise ResultsError(f"{folder}: cannot be written ({error.strerror or error})") from None
    except LearnsimError as error:  # nobody knows the draft
        raise type(error)(str(error).replace(str(draft), str(folder)).replace(draft.name, folder.name)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Saved(folder, expected, notes)


def _write_files(plan: Plan, folder: Path) -> tuple[str, ...]:
    """Write all files but the page; return what should be known of them."""
    notes = list(plan.notes)
    write_csv(folder / ROWS, COLUMNS, plan.rows())
    write_csv(folder / ROSTER, *roster_table(plan))
    _write(folder / SETTINGS, f"{_versions()}{toml_of(experiment_of(plan))}")
    _write(folder / "moodle.csv", moodle(plan))
    (folder / BY_CYCLE).mkdir()
    for cycle in range(plan.cycles):
        _write(folder / BY_CYCLE / f"canvas-{cycle + 1}.csv", canvas(plan, cycle))
        _write(folder / BY_CYCLE / f"breakout_rooms-{cycle + 1}.csv", breakout_rooms(plan, cycle))
    first = min(plan.first_coming, plan.cycles - 1)
    _write(folder / "canvas.csv", canvas(plan, first))
    _write(folder / "breakout_rooms.csv", breakout_rooms(plan, first))
    if not has_addresses(plan):
        notes.append("breakout_rooms.csv has ids: no column has everybody's e-mail address ([roster] id, or labels)")
    if not has_usernames(plan):
        notes.append("moodle.csv has the ids as usernames, by which Moodle finds people: see [roster] id, or labels")
    dates = calendar(plan)
    if dates:
        _write(folder / "plan.ics", dates)
    else:
        notes.append('there is no plan.ics without dates ([plan] dates = ["2027-01-11", ...])')
    book = workbook(plan)
    if book is None:
        notes.append('there is no plan.xlsx: it needs openpyxl (pip install "learnsim[excel]")')
    else:
        (folder / "plan.xlsx").write_bytes(book)
    return tuple(notes)


def _forecast(plan: Plan, folder: Path) -> Forecast:
    """Return what the model expects of the plan as its files have it."""
    labels = dict(plan.roster.labels)
    if len(plan.communities) > 1:
        labels = {"community": tuple(plan.communities[number] for number in plan.community), **labels}
    return forecast_of(load(folder / SETTINGS), labels)


def _versions() -> str:
    """Return the versions that made a plan, as comments of its settings."""
    return "".join(f"# {name} {version}\n" for name, version in installed().items()) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
