"""Many runs of one arm, and how far their mean is from a published number."""

from typing import NamedTuple

import numpy as np

from learnsim.models.runs import run_arm
from learnsim.settings import Settings


class Estimate(NamedTuple):
    """A mean over independent runs with its standard error."""

    mean: float
    error: float
    runs: int

    def z(self, source: float, runs: int) -> float:
        """Return how many standard errors this is from a mean of so many other runs, with the same spread between runs."""
        return (self.mean - source) / (self.error * (1 + self.runs / runs) ** 0.5)


def estimate_of(values) -> Estimate:
    """Return the mean of one value a run."""
    values = np.asarray(values)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / len(values) ** 0.5, len(values))


def believing(preset: str, people: int, arm=None, **changes) -> Settings:
    """Settings of the beliefs model, one community with an arm ``x``; the dots of dotted names are written ``__``."""
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    organisation = {"model.kind": "beliefs", "organisation.trainees": people, "organisation.communities": 1}
    return Settings().changed({**organisation, "arms.x": {"preset": preset, **(arm or {})}, **dotted})


def records_of(settings: Settings, runs: int):
    """Return the records of replicates 0 .. runs-1 of the arm ``x``."""
    return [run_arm(settings, "x", replicate) for replicate in range(runs)]
