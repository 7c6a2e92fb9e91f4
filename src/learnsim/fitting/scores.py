"""Scores: what real trainees got right before and after their training, read from a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats
from learnsim.csvfile import Spreadsheet, read_spreadsheet
from learnsim.errors import SettingsError, did_you_mean, listed, shown
from learnsim.experiments.design.point_lookup import number_of
from learnsim.settings.fit import Fit

NEEDED = ("id", "arm", "pre", "post")
TESTS = ("pre", "post", "later")
COLUMNS = (*NEEDED, "later", "cell")
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


def read_scores(fit: Fit, arms: Sequence[str]) -> dict[str, Scores]:
    """Read the file of a fit: a line a trainee.

    Parameters
    ----------
    fit : Fit
    arms : sequence of str
        The arms of the experiment; each must have people.

    Returns
    -------
    dict of arm to Scores

    Raises
    ------
    SettingsError
        With line and column of the first cell that cannot be right, or with what the scores lack.
    """
    sheet = read_spreadsheet(fit.data, "file of scores", "trainees", NEEDED, _fits)
    _check_columns(sheet, fit)
    place = {name: number for number, name in enumerate(sheet.header)}
    people: dict[str, list[list[float]]] = {arm: [] for arm in arms}
    lines: dict[str, int] = {}
    for number, row in sheet.lines:
        one, arm = row[place["id"]], row[place["arm"]]
        if one and one in lines:
            twice = f"{shown(one)} is on line {lines[one]} too; an id is one person's"
            raise SettingsError(f"{sheet.file}: line {number}, column id: {twice}")
        lines[one] = number
        if arm not in people:
            hint = did_you_mean(arm, people)
            unknown = f"{shown(arm)} is not an arm of the experiment{hint}"
            raise SettingsError(f"{sheet.file}: line {number}, column arm: {unknown}")
        tests = [test for test in TESTS if test in place]
        people[arm].append([_score(sheet.file, number, test, row[place[test]], fit.questions) for test in tests])
    return {arm: _scores(sheet.file, arm, np.array(rows) / fit.questions) for arm, rows in people.items()}


def _fits(column: str, text: str) -> bool:
    return column not in TESTS or not text or not math.isnan(number_of(text))


def _check_columns(sheet: Spreadsheet, fit: Fit) -> None:
    for name in sheet.header:
        if name not in COLUMNS:
            raise SettingsError(f"{sheet.file}: line 1, column {shown(name)} is not known{did_you_mean(name, COLUMNS)}")
    for name in NEEDED:
        if name not in sheet.header:
            raise SettingsError(f"{sheet.file}: line 1 has no column {name}; a file of scores has {listed(COLUMNS)}")
    if "later" in sheet.header and fit.later is None:
        raise SettingsError(
            f"{sheet.file}: has a column later; say with [fit] later how many sessions after the end of the training it was"
        )
    if "later" not in sheet.header and fit.later is not None:
        raise SettingsError(f"{sheet.file}: has no column later, but [fit] later = {fit.later}; remove one or add the other")


def _score(file: str, line: int, column: str, text: str, questions: int) -> float:
    """Return a number of right answers."""
    value = number_of(text) if text else math.nan
    if math.isnan(value):
        given = shown(text) if text else "empty"
        raise SettingsError(
            f"{file}: line {line}, column {column}: {given} is not a score; write the right answers, 0 to {questions}, "
            "or leave this trainee out"
        )
    if not 0 <= value <= questions:
        raise SettingsError(
            f"{file}: line {line}, column {column}: {text} is not from 0 to {questions}, the [fit] questions of the test"
        )
    return value


def _scores(file: str, arm: str, rows: Floats) -> Scores:
    if len(rows) < FEWEST:
        count = f"has only {len(rows)} people" if len(rows) else "has nobody"
        raise SettingsError(f"{file}: arm {shown(arm)} {count}; at least {FEWEST} are needed in each arm")
    for test, column in zip(TESTS, rows.T, strict=False):
        if np.ptp(column) == 0.0:
            same = f"everybody in arm {shown(arm)} has the same score; nothing can be estimated from that"
            raise SettingsError(f"{file}: column {test}: {same}")
    return Scores(*rows.T)
