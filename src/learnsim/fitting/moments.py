"""Moments: the numbers that a simulation should reproduce, of scores, of simulated knowledge, and of targets.

A test of ``questions`` questions is answered rightly with probability ``guess + (1 - guess) * mastery``, each question by
itself, so that the variance of a score is that of the probabilities and that of so many draws.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats
from learnsim.fitting.scores import Scores
from learnsim.settings.fit import Fit

OF_ARM = ("mean score after", "standard deviation of scores after", "slope of the score after on that before")
LATER = "mean score later"


def names_of(fit: Fit) -> tuple[str, ...]:
    """Return the names of the moments of an arm."""
    return (*OF_ARM, *([LATER] if fit.later else []))


def right_answers(mastery: Floats, guess: float) -> Floats:
    """Return the probability of a right answer, for people with this share of mastery."""
    return guess + (1.0 - guess) * mastery


def score_moments(scores: Scores) -> Floats:
    """Return the moments of an arm's scores, in the order of :func:`names_of`."""
    pre, post = scores.pre, scores.post
    slope = np.cov(pre, post)[0, 1] / pre.var(ddof=1)
    later = () if scores.later is None else (scores.later.mean(),)
    return np.array([post.mean(), post.std(ddof=1), slope, *later])


def expected_moments(start: Floats, end: Floats, later: Floats | None, fit: Fit) -> Floats:
    """Return the same of simulated people without the chance of a test, which is added by its variance.

    Parameters
    ----------
    start, end : arrays (people,)
        Mastery before and after the training.
    later : array (people,), or None
        At the time of the later test.
    fit : Fit
    """
    before, after = right_answers(start, fit.guess), right_answers(end, fit.guess)
    noise = [(right * (1.0 - right)).mean() / fit.questions for right in (before, after)]
    spread = before.var(ddof=1) + noise[0]
    slope = np.cov(before, after)[0, 1] / spread if spread > 0.0 else 0.0
    more = () if later is None else (right_answers(later, fit.guess).mean(),)
    return np.array([after.mean(), np.sqrt(after.var(ddof=1) + noise[1]), slope, *more])


def drawn_scores(start: Floats, end: Floats, later: Floats | None, fit: Fit, chance: np.random.Generator) -> Scores:
    """Return scores that these people could have: each question is answered by chance."""
    tests = [start, end] if later is None else [start, end, later]
    drawn = [chance.binomial(fit.questions, right_answers(mastery, fit.guess)) / fit.questions for mastery in tests]
    return Scores(*drawn)
