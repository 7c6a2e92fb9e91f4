"""Comparison: the same problems and starting points searched on several networks, as Lazer and Friedman did.
Knows how one run is made; threads take the landscapes in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from learnsim.chance import Chance
from learnsim.search.landscape import draw_landscape
from learnsim.search.run import run_search
from learnsim.settings import Settings
from learnsim.settings.search import Search

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Mean scores by network.

    Attributes
    ----------
    scores : dict of network to array (landscapes, periods + 1)
        ``mean_score`` of each landscape after each period; row x is the same landscape on every network.
    """

    scores: dict[str, Floats]

    def mean(self, network: str, period: int = -1) -> tuple[float, float]:
        """Return the mean over landscapes after a period, and its standard error."""
        found = self.scores[network][:, period]
        return float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5)

    def difference(self, first: str, second: str, period: int = -1) -> tuple[float, float]:
        """Return the mean of first minus second on the same landscapes, and its standard error."""
        found = self.scores[first][:, period] - self.scores[second][:, period]
        return float(found.mean()), float(found.std(ddof=1) / len(found) ** 0.5)

    def wins(self, first: str, second: str, period: int = -1) -> tuple[float, float]:
        """Return the share of landscapes on which the first network does strictly better, and its standard error."""
        share = float((self.scores[first][:, period] > self.scores[second][:, period]).mean())
        return share, float((share * (1.0 - share) / len(self.scores[first])) ** 0.5)


def compare_networks(
    networks: Sequence[str] = ("line", "lattice", "full"),
    landscapes: int = 1000,
    settings: Settings | None = None,
    search: Search | None = None,
    threads: int = 1,
) -> Comparison:
    """Search the same landscapes, from the same starting points, on each of these networks.

    Parameters
    ----------
    networks : sequence of str
    landscapes : int
        Replicates 0 .. landscapes-1; the numbers do not depend on how many there are.
    settings : Settings, optional
        The defaults, with 100 people, if left out.
    search : Search, optional
    threads : int

    Notes
    -----
    The defaults are the published comparison: 1,000 landscapes with N = 20 and K = 5, 100 people (Lazer & Friedman
    2007); ``published.findings`` holds its numbers against the printed ones.
    """
    made = settings if settings is not None else Settings().changed({"organisation.trainees": 100})
    asked = [(search or Search()).model_copy(update={"network": network}) for network in networks]

    def one(replicate: int) -> list[Floats]:
        landscape = draw_landscape(asked[0], Chance(made.experiment.seed, replicate))
        return [run_search(made, each, "hybrid", replicate, landscape=landscape)["mean_score"] for each in asked]

    if threads == 1:
        found = [one(replicate) for replicate in range(landscapes)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(one, range(landscapes)))
    return Comparison({network: np.array([row[x] for row in found]) for x, network in enumerate(networks)})
