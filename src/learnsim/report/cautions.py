"""Cautions: what a design is too small to show; the answer and the figures use the same sentences."""

from __future__ import annotations

import numpy as np

from learnsim.analysis.summary import Summary
from learnsim.settings.sampling import LISTED

FEW_REPLICATES = 5  # below which a 95 % interval is too unsteady to be trusted
FEW_POINTS = 10  # points drawn for each swept setting: Loeppky, Sacks & Welch (2009)
FEW_TRAJECTORIES = 10  # Campolongo, Cariboni & Saltelli (2007)
WIDEST = 0.3  # of a Sobol' index's interval


def cautions(summary: Summary) -> list[str]:
    """Return what the design is too small to show, a sentence each, the most serious first; empty if it is large enough.

    Parameters
    ----------
    summary : Summary
        Any, also of results in which every run failed.
    """
    if not len(summary.results):
        return []
    return [*_of_replicates(summary), *_of_points(summary), *_of_indices(summary)]


def few_replicates(summary: Summary) -> bool:
    """Whether there are so few replicates, at some point, that no interval can be trusted."""
    return len(summary.results) > 0 and _fewest(summary) < FEW_REPLICATES


def _fewest(summary: Summary) -> int:
    counts = summary.results.replicates
    return int(np.min(counts[counts > 0], initial=np.iinfo(np.int64).max))


def _of_replicates(summary: Summary) -> list[str]:
    fewest = _fewest(summary)
    if fewest >= FEW_REPLICATES:
        return []
    if fewest == 1:
        return ["With one replicate nothing shows how much of a difference is chance."]
    return [f"With {fewest} replicates no interval can be trusted."]


def _of_points(summary: Summary) -> list[str]:
    design = summary.results.design
    kind, drawn, settings = design.settings.design.kind, design.settings.design.points, len(design.swept)
    if kind == "morris" and drawn < FEW_TRAJECTORIES:
        return [f"{_counted(drawn, 'trajectory', 'trajectories')} are too few to rank settings."]
    if kind in ("latin-hypercube", "sobol") and drawn < FEW_POINTS * settings:
        are = "is" if drawn == 1 else "are"
        return [f"{_counted(drawn, 'point')} {are} too few for {_counted(settings, 'swept setting')}."]
    return []


def _of_indices(summary: Summary) -> list[str]:
    """Intervals of Sobol' indices that are too wide, or that have none."""
    if summary.results.design.settings.design.kind in (*LISTED, "morris"):
        return []
    indices = [one for one in summary.indices[summary.measure] if not np.isnan(one.value)]
    wide = sum(not one.high - one.low <= WIDEST for one in indices)
    if not wide:
        return []
    of = f"{wide} of {_counted(len(indices), 'sensitivity index', 'sensitivity indices')}"
    return [f"{of} {'has' if wide == 1 else 'have'} an interval wider than {WIDEST:g}: too few points to rank settings."]


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
