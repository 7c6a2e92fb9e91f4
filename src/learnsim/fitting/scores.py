"""Scores: what real trainees got right before and after their training, read from a file."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats
from learnsim.errors import SettingsError, did_you_mean, listed, shown
from learnsim.files import named
from learnsim.people.cells import number_of
from learnsim.people.tables import Sheet, read_sheet
from learnsim.settings.fit import Fit

NEEDED = ("id", "arm", "pre", "post")
TESTS = ("pre", "post", "later")
COLUMNS = (*NEEDED, "later", "cell")
FILE = "file of scores"
FEWEST = 10  # people of an arm


@dataclass(frozen=True)
class Scores:
    """The scores of the people of one arm, as shares of the questions.

    Attributes
    ----------
    pre, post : arrays (people,)
    later : array (people,), or None
    """

    pre: Floats
    post: Floats
    later: Floats | None = None

    def __len__(self) -> int:
        return len(self.post)


def read_scores(fit: Fit, arms: Sequence[str]) -> tuple[dict[str, Scores], tuple[str, ...]]:
    """Read the file of a fit, a line a trainee: CSV as any program writes it, or the first sheet of an Excel workbook.

    Parameters
    ----------
    fit : Fit
    arms : sequence of str
        The arms of the experiment; each must have people.

    Returns
    -------
    dict of arm to Scores
    notes : tuple of str
        What was found out about the file that its reader may want to check.

    Raises
    ------
    SettingsError
        With line and column of the first cell that cannot be right, or with what the scores lack.
    """
    file = named(fit.data)
    try:
        sheet = read_sheet(fit.data, COLUMNS.__contains__, lambda name: name.lower() in COLUMNS, what=FILE, holds="trainees")
        place = _places(sheet, fit)
        sheet.check_quotes(lambda column, text: column not in TESTS or math.isfinite(_number(text, sheet)))
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None
    people: dict[str, list[list[float]]] = {arm: [] for arm in arms}
    lines: dict[str, int] = {}
    tests = [test for test in TESTS if test in place]
    for number, line in enumerate(sheet.lines):
        row = {name: sheet.columns[column][number] for name, column in place.items()}
        one, arm = row["id"], row["arm"]
        if one and one in lines:
            twice = f"{shown(one)} is on line {lines[one]} too; an id is one person's"
            raise SettingsError(f"{file}: line {line}, column id: {twice}")
        lines[one] = line
        if arm not in people:
            given = f"{shown(arm)} is" if arm else "empty is"
            raise SettingsError(
                f"{file}: line {line}, column arm: {given} not an arm of the experiment{did_you_mean(arm, people)}"
            )
        where = f"{file}: line {line}, column "
        people[arm].append([_score(where + test, row[test], sheet, fit.questions) for test in tests])
    scores = {arm: _scores(file, arm, np.array(rows) / fit.questions) for arm, rows in people.items()}
    return scores, tuple(sheet.notes)


def _number(text: str, sheet: Sheet) -> float:
    return number_of(text, decimal_comma=sheet.decimal_comma)


def _places(sheet: Sheet, fit: Fit) -> dict[str, int]:
    """Return where each column is."""
    place: dict[str, int] = {}
    for number, name in enumerate(sheet.header):
        column = name.lower()
        if column not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) if name else "; write a name above it, or empty it"
            raise SettingsError(f"line {sheet.top}, column {shown(name)} is not known{hint}")
        if column in place:
            raise SettingsError(f"line {sheet.top} names column {column} twice")
        place[column] = number
    for column in NEEDED:
        if column not in place:
            raise SettingsError(f"line {sheet.top} has no column {column}; a {FILE} has {listed(COLUMNS)}")
    if "later" in place and fit.later is None:
        raise SettingsError(
            "has a column later; say with [fit] later how many sessions after the end of the training it was"
        )
    if "later" not in place and fit.later is not None:
        raise SettingsError(f"has no column later, but [fit] later = {fit.later}; remove one or add the other")
    return place


def _score(where: str, text: str, sheet: Sheet, questions: int) -> float:
    """Return a number of right answers."""
    value = _number(text, sheet)
    if math.isnan(value):
        comma = "a point for the comma, " if re.fullmatch(r"[0-9]+,[0-9]+", text) else ""
        given = shown(text) if text else "empty"
        raise SettingsError(
            f"{where}: {given} is not a score; write {comma}the right answers, 0 to {questions}, or leave this trainee out"
        )
    if not 0 <= value <= questions:
        raise SettingsError(f"{where}: {text} is not from 0 to {questions}, the [fit] questions of the test")
    return value


def _scores(file: str, arm: str, rows: Floats) -> Scores:
    if len(rows) < FEWEST:
        count = f"has only {len(rows)} people" if len(rows) else "has nobody"
        raise SettingsError(
            f"{file}: arm {shown(arm)} {count}; at least {FEWEST} are needed in each arm of the experiment, so add people, "
            "or take the arm out"
        )
    for test, column in zip(TESTS, rows.T, strict=False):
        if np.ptp(column) == 0.0:
            same = f"everybody in arm {shown(arm)} has the same score; nothing can be estimated from that"
            raise SettingsError(f"{file}: column {test}: {same}")
    return Scores(*rows.T)
