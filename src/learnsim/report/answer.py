"""Answer: one paragraph that answers the question; the terminal and the report say the same one.

At most six sentences with at most ten numbers, in points of a hundred; the tables show intervals and tests.
"""

from __future__ import annotations

import numpy as np

from learnsim.analysis.comparison import count_verdicts
from learnsim.analysis.summary import Summary
from learnsim.report.answer_length import Sentence, fitted
from learnsim.report.answer_one_point import sentences_at_one_point
from learnsim.report.answer_sweep import sentences_over_points
from learnsim.report.assumptions import assumptions_sentence
from learnsim.report.cautions import cautions
from learnsim.report.labels import arm_words, listed, measure_title

MOST_NAMES = 3


def answer(summary: Summary) -> list[str]:
    """Say whether the arm in question is better, whether more evenly, for whom, by which parts, and what is not known.

    Returns
    -------
    list of str
        Six sentences at most, ten numbers at most.
    """
    results = summary.results
    if not len(results):
        return fitted([Sentence((f"no run was successful: all {len(results.failures):,} failed",))])
    if np.isnan(summary.estimates[summary.measure].mean).all():
        text = f"{measure_title(summary.measure)} is missing in every run: arms cannot be compared by it"
        return fitted([*_lost(summary), Sentence((text,))], results.design.arms)
    sentences = sentences_at_one_point(summary) if len(results.design.points) == 1 else sentences_over_points(summary)
    assumptions = assumptions_sentence(results.design)
    closing = [*_unsure(summary), *([Sentence((assumptions,))] if assumptions else [])]
    sentences = [*_so_far(summary), *_lost(summary), *_targets(summary), *sentences, *closing]
    return fitted(sentences, (*results.design.arms, *results.design.swept))


def _so_far(summary: Summary) -> list[Sentence]:
    """That the experiment is not finished, if it is not."""
    so_far = summary.results.so_far
    if not so_far:
        return []
    wanted = f"{'at least ' if so_far.least else ''}{so_far.wanted:,}"
    text = "this is not the answer yet"
    return [Sentence((f"{text}, but what {so_far.shown:,} of {wanted} runs say so far", text), weight=4.0)]


def _lost(summary: Summary) -> list[Sentence]:
    """How many runs failed, and in which the measure is missing though they were successful."""
    good, failed = len(summary.results), len(summary.results.failures)
    parts = [f"{failed:,} of {good + failed:,} runs failed and {'is' if failed == 1 else 'are'} left out"] if failed else []
    plainly = ["runs that failed are left out"] if failed else []
    finished = summary.estimates[summary.results.design.kind.headline[0]].count.sum(axis=0)
    known = summary.estimates[summary.measure].count.sum(axis=0)
    lacking = [
        (arm_words(arm), int(runs - there), int(runs))
        for arm, runs, there in zip(summary.results.design.arms, finished, known, strict=True)
        if there < runs
    ]
    if lacking and known.any():
        title = measure_title(summary.measure)
        arms = [arm for arm, _, _ in lacking]
        named = listed(arms) if len(arms) <= MOST_NAMES else f"{len(arms)} arms"
        missing, runs = sum(one[1] for one in lacking), sum(one[2] for one in lacking)
        parts.append(f"{title} is missing in {missing:,} of {runs:,} runs of {named}")
        plainly.append(f"{title} is missing in some runs of {listed(arms) if len(arms) <= MOST_NAMES else 'several arms'}")
    if not parts:
        return []
    return [Sentence((" and ".join(parts), " and ".join(plainly)))]


def _targets(summary: Summary) -> list[Sentence]:
    """How many of the numbers that the experiment is compared with it agrees with."""
    comparisons = summary.comparisons
    if not comparisons:
        return []
    counts = count_verdicts(comparisons)
    agree = counts["agrees", True] + counts["agrees", False]
    text = f"{agree} of {len(comparisons)} target{'' if len(comparisons) == 1 else 's'} {'is' if agree == 1 else 'are'} met"
    for count, words in (
        (counts["agrees", False], "of them unexpectedly"),
        (counts["differs", True], f"{_differ(counts['differs', True])} as expected"),
        (counts["differs", False], f"{_differ(counts['differs', False])} unexpectedly"),
        (counts["missing", True] + counts["missing", False], "could not be compared"),
    ):
        text += f", {count} {words}" if count else ""
    return [Sentence((text,))]


def _differ(count: int) -> str:
    """Return the verb for so many numbers."""
    return "differs" if count == 1 else "differ"


def _unsure(summary: Summary) -> list[Sentence]:
    """What the replicates or points are too few to show."""
    texts = cautions(summary)
    if not texts:
        return []
    text = "; ".join(one.rstrip(".")[:1].lower() + one.rstrip(".")[1:] for one in texts)
    return [Sentence((text, "replicates or points are too few to trust intervals or ranks"), weight=0.7)]
