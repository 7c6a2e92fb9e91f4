"""Test scores: what a test before and after the training shows of everybody's mastery. Both engines share it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from learnsim.arrays import Floats
from learnsim.models.record import Setup
from learnsim.models.training.info import TESTED
from learnsim.models.training.purposes import TEST
from learnsim.models.training.record import TrainingRecord
from learnsim.people.people import draw_people
from learnsim.sorting import argsort


def examined(setup: Setup, record: TrainingRecord) -> TrainingRecord:
    """Return a run's record with the scores of its tests, if a test is asked for.

    Question q is about item q modulo the number of items, and is answered right with a chance that is the mastery of that
    item: there is no guessing. The random numbers are those of the people, the same in every arm. Who has left is not
    tested.
    """
    if "test" not in setup.groups:
        return record
    about = setup.settings.curriculum
    people = setup.shared or draw_people(setup.settings, setup.common_chance, setup.roster)
    uniforms = setup.common_chance.table(TEST, 0, people.address, 2 * about.questions)
    before = _scores(people.mastery, uniforms[:, : about.questions])[record.stayers]
    after = _scores(record.mastery, uniforms[:, about.questions :])[record.stayers]
    return replace(record, compared={**record.compared, **score_measures(before, after, about.pass_mark)})


def _scores(mastery: Floats, uniforms: Floats) -> Floats:
    """Everybody's share of right answers, shape (trainees,); NaN without a question."""
    questions = uniforms.shape[1]
    if not questions:
        return np.full(len(mastery), np.nan)
    items = np.arange(questions) % mastery.shape[1]
    return np.asarray((uniforms < mastery[:, items]).sum(axis=1) / questions, dtype=np.float64)


def score_measures(before: Floats, after: Floats, pass_mark: float) -> dict[str, float]:
    """Return the measures of a test before and after the training; NaN where they are undefined.

    Parameters
    ----------
    before, after : arrays (trainees,)
        Shares of right answers.
    pass_mark : float
        Who is below it after the training fails.
    """
    if not len(before) or np.isnan(before).any():
        return dict.fromkeys(TESTED, float("nan"))
    quarter = max(1, len(before) // 4)
    order = argsort(before)
    low, high = (float(after[some].mean()) for some in (order[:quarter], order[-quarter:]))
    return {
        "pretest": float(before.mean()),
        "posttest": float(after.mean()),
        "sd_posttest": float(after.std()),
        "failing": float((after < pass_mark).mean()),
        "low_posttest": low,
        "high_posttest": high,
        "score_gap": high - low,
        "gain_on_pretest": _correlation(before, after),
    }


def _correlation(before: Floats, after: Floats) -> float:
    """The correlation of everybody's normalised gain with the test before; NaN where one of them does not vary."""
    room = before < 1.0
    before, after = before[room], after[room]
    gain = (after - before) / (1.0 - before)
    if len(gain) < 2 or np.ptp(gain) == 0.0 or np.ptp(before) == 0.0:
        return float("nan")
    return float(np.mean((gain - gain.mean()) * (before - before.mean())) / (gain.std() * before.std()))
