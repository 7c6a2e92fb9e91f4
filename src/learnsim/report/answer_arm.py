"""Answer arm: the arm that an answer is about: the one that the question names, or else the best."""

from __future__ import annotations

import re

import numpy as np

from learnsim.analysis.summary import Summary
from learnsim.report.columns import less_is_better


def answer_arm(summary: Summary) -> str | None:
    """Return the arm that the answer is about, never the baseline; None if no arm can be compared with it.

    An arm that the question names comes first (of several, the longest name), then the one that ends best on average.
    """
    design, measure = summary.results.design, summary.measure
    means = summary.contrasts[measure].difference.mean
    known = {arm: means[:, n] for n, arm in enumerate(design.arms) if not np.isnan(means[:, n]).all()}
    if not known:
        return None
    question = f" {_words(design.settings.experiment.question)} "
    named = [arm for arm in known if _words(arm) and f" {_words(arm)} " in question]
    if named:
        return max(named, key=len)
    sign = -1.0 if less_is_better(measure) else 1.0
    return max(known, key=lambda arm: float(np.nanmean(sign * known[arm])))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("_", " ")))
