"""Published: what Lazer and Friedman (2007) print, and what was computed from their rules, beside what is found here.
Knows comparisons only; it judges nothing but the distance in standard errors of both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from learnsim.search.comparison import Comparison

LANDSCAPES = 1000  # behind every published number
NETWORKS = ("line", "lattice", "full", "isolated")  # that the numbers are about


@dataclass(frozen=True)
class Finding:
    """One number, printed or computed elsewhere, and what is found here.

    Attributes
    ----------
    name : str
    told : str
        "published" or "computed".
    low, high : float
        The number, or the range it is told to lie in.
    found : float
    error : float
        Standard error of the difference, from the landscapes of both sides.
    """

    name: str
    told: str
    low: float
    high: float
    found: float
    error: float

    @property
    def z(self) -> float:
        """Distance from the number, or from the nearer end of its range, in standard errors."""
        nearest = min(max(self.found, self.low), self.high)
        return (self.found - nearest) / self.error if self.error > 0.0 else 0.0


def findings(comparison: Comparison) -> list[Finding]:
    """Return every target beside what this comparison of :data:`NETWORKS` gives.

    Wins are counted after the last period, on the same landscapes; landscapes on which both do equally well count for
    neither. The period at which the line passes the full network is told as their difference then.
    """
    rows = [
        _mean(comparison, "full network after 12 periods", "published", 0.565, 0.565, "full", 12),
        _mean(comparison, "line after 100 periods", "published", 0.83, 0.87, "line", 100),
        _mean(comparison, "isolated hill climbers after 200 periods", "computed", 0.454, 0.454, "isolated", 200),
    ]
    for first, second, published, computed in (
        ("line", "full", 0.845, 0.857),
        ("full", "line", 0.026, 0.028),
        ("lattice", "full", 0.762, 0.790),
    ):
        share, error = comparison.wins(first, second)
        for told, target in (("published", published), ("computed", computed)):
            both = (error**2 + target * (1.0 - target) / LANDSCAPES) ** 0.5
            rows.append(Finding(f"{first} beats {second}", told, target, target, share, both))
    gap, error = comparison.difference("line", "full", 18)
    both = error * (1.0 + len(comparison.scores["line"]) / LANDSCAPES) ** 0.5
    rows.append(Finding("line minus full network after 18 periods", "published", 0.0, 0.0, gap, both))
    return rows


def _mean(
    comparison: Comparison, name: str, told: str, low: float, high: float, network: str, period: int
) -> Finding:
    """Compare a mean score; the other side is taken to vary over landscapes as much as this one."""
    mean, error = comparison.mean(network, period)
    both = error * (1.0 + len(comparison.scores[network]) / LANDSCAPES) ** 0.5
    return Finding(name, told, low, high, mean, both)
