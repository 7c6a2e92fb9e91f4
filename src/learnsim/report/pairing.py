"""Pairing: how much it really helped that the arms of a replicate of a user's own Mesa model have the same seed."""

from __future__ import annotations

import numpy as np

from learnsim.analysis.summary import Summary
from learnsim.report.labels import arm_words, measure_title, percent

AS_WELL = 0.05  # a share of the variance that is not worth a word


def pairing_sentence(summary: Summary) -> str:
    """Say what the common seeds saved; empty for models that ship, whose random numbers are common by construction.

    The variance of a difference is compared with the sum of the variances of the two arms, which it would be with seeds of
    their own; over points the median counts.
    """
    design = summary.results.design
    if not design.kind.own_parameters or len(design.arms) < 2 or not len(summary.results):
        return ""
    reduction = summary.contrasts[summary.measure].reduction
    known = [column[np.isfinite(column) & (column > 0.0)] for column in reduction.T]
    shares = {arm: 1.0 - 1.0 / float(np.median(one)) for arm, one in zip(design.arms, known, strict=True) if len(one)}
    if not shares:
        return ""
    parts = [f"{_saved(share)} for {arm_words(arm)}" for arm, share in shares.items()]
    about = f"the variance of the difference in {measure_title(summary.measure)}, against seeds of their own"
    return f"Arms of a replicate have the same seed. Of {about}, that saved {', '.join(parts)}."


def _saved(share: float) -> str:
    if abs(share) < AS_WELL:
        return "next to nothing"
    return percent(share) if share > 0.0 else f"nothing (it is {percent(-share)} larger)"
