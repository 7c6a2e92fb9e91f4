"""Estimate: the values of free settings at which simulated moments come nearest to the observed ones.

Method of simulated moments (McFadden 1989, Econometrica 57:995-1026; Gourieroux & Monfort 1996) on common random numbers:
the same replicates at every value, so that the distance is a smooth function of the settings. Moments are weighted by the
inverse of their covariance in the model itself at a first estimate; a bootstrap of trainees would take people who learn from
each other for independent ones. How each moment pulls each setting is the sensitivity of Andrews, Gentzkow & Shapiro (2017),
Quarterly Journal of Economics 132:1553-1592.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats
from scipy.stats import qmc

from learnsim.arrays import Floats
from learnsim.fitting.observed import NORMAL
from learnsim.fitting.outlook import Stage
from learnsim.fitting.world import World
from learnsim.settings.fit import Fit

STEP = 0.01  # of the range of a setting, for derivatives
FIRST = 10  # replicates of the search from wild starts
DATA_SETS = 200  # made up, for the covariance of the data
FRESH = 500_000  # the first of the replicates that no search has seen
TOLERANCE = 1e-4  # of places, where a search ends
MOST_STEPS = 40
PROFILED = 9  # values of a setting in its profile
BEFORE, START, ERRORS, PROFILES = "spread of the data", "start {} of {}", "standard errors", "profiles"  # stages
AGAIN = ("from the best start", "with better weights")
DATA_SET = "data set {} of {}"
STEPS = (6, 4, 1)  # that a search mostly takes: from a wild start, from the best of their ends, and once more
WORST_CONDITION = 10.0
WORST_ERROR = 0.5  # of an estimate


@dataclass(frozen=True)
class Start:
    """One search: where it began, where it ended, and the misfit there (of a first, rough simulation)."""

    values: tuple[float, ...]
    end: tuple[float, ...]
    misfit: float


@dataclass(frozen=True)
class Profile:
    """The misfit along one setting, with the others at their best: arrays of equal length."""

    name: str
    values: Floats
    misfit: Floats


@dataclass(frozen=True)
class Estimate:
    """The result of a fit.

    Attributes
    ----------
    names : tuple of str
        The free settings.
    place : array (settings,)
        The estimate in their ranges, from 0 to 1.
    values, standard_error, low, high : arrays (settings,)
        The estimate, its standard error, and a 95 % interval.
    correlation : array (settings, settings)
        Of the estimates.
    condition : float
        Condition number of the weighted derivatives, each of unit length: 1 if each setting has an effect of its own.
    weakest : tuple of str
        The settings that a change of all moments can least tell apart.
    observed, simulated, error : arrays (moments,)
        With the standard error of their difference, from data and simulation.
    pull : array (settings, moments)
        How much an estimate rises, in its standard errors, if a moment is higher by one of its own.
    misfit : float
        The J statistic: weighted squares of all differences.
    freedom : int
        Moments less settings.
    fresh_misfit : float
        The same with random numbers that the search has not seen.
    starts : tuple of Start
    """

    names: tuple[str, ...]
    place: Floats
    values: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    correlation: Floats
    condition: float
    weakest: tuple[str, ...]
    observed: Floats
    simulated: Floats
    error: Floats
    pull: Floats
    misfit: float
    freedom: int
    fresh_misfit: float
    starts: tuple[Start, ...]

    @property
    def p(self) -> float:
        """How often a misfit so large comes by chance if the model is right; NaN without degrees of freedom."""
        return float(stats.chi2.sf(self.misfit, self.freedom)) if self.freedom else float("nan")


def starts_of(world: World, seed: int) -> list[Floats]:
    """Return the places where searches start: a Latin hypercube over all ranges."""
    fit = world.settings.fit
    return list(qmc.LatinHypercube(len(fit.free), seed=seed).random(fit.starts))


def stages_of(fit: Fit, arms: int, data_sets: int) -> list[Stage]:
    """Return the stages of a fit, of so many data sets to recover, with the runs that each mostly takes."""
    replicates, steps = fit.replicates, 1 + len(fit.free)
    few = min(FIRST, replicates)
    wild = STEPS[0] * steps * few
    again = [replicates + DATA_SETS + more * steps * replicates for more in STEPS[1:]]
    errors = DATA_SETS + 2 * steps * replicates
    each = few + DATA_SETS + wild + sum(again) + errors
    stages = [
        Stage(BEFORE, BEFORE, few + DATA_SETS),
        *(Stage(START.format(number, fit.starts), START, wild) for number in range(1, fit.starts + 1)),
        *(Stage(words, words, runs) for words, runs in zip(AGAIN, again, strict=True)),
        Stage(ERRORS, ERRORS, errors),
        *(Stage(DATA_SET.format(number, data_sets), DATA_SET, each) for number in range(1, data_sets + 1)),
        Stage(PROFILES, PROFILES, PROFILED * len(fit.free) * replicates),
    ]
    return [stage._replace(runs=stage.runs * arms) for stage in stages]


def estimate(world: World, starts: Sequence[Floats]) -> Estimate:
    """Estimate the free settings.

    Parameters
    ----------
    world : World
    starts : sequence of array (settings,)
        Where searches start, as shares of the ranges.
    """
    replicates = world.settings.fit.replicates
    few = min(FIRST, replicates)
    middle = np.full(len(world.names), 0.5)
    world.outlook.begin(BEFORE)
    weights = _inverse_root(_covariance(world, middle, few))
    searches = []
    for number, start in enumerate(starts, 1):
        world.outlook.begin(START.format(number, len(starts)))
        searches.append(_search(world, start, few, weights))
    best = min(searches, key=lambda found: (found[1], tuple(found[0])))[0]
    for again in AGAIN:  # weights at the first estimate, and once more at that which they lead to
        world.outlook.begin(again)
        weights = _inverse_root(_covariance(world, best, replicates))
        best = _search(world, best, replicates, weights)[0]
    world.outlook.begin(ERRORS)
    begun = [world.values(start) for start in starts]
    ends = [Start(start, world.values(end), misfit) for start, (end, misfit) in zip(begun, searches, strict=True)]
    return _described(world, best, replicates, weights, tuple(ends))


def profiles(world: World, found: Estimate) -> list[Profile]:
    """Return the misfit along each setting, two standard errors and a half to either side."""
    replicates = world.settings.fit.replicates
    world.outlook.begin(PROFILES)
    weights = _inverse_root(_covariance(world, found.place, replicates))
    slopes = weights @ _derivatives(world, found.place, replicates)
    errors = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)))
    ways = [_profile_places(found.place, number, errors[number], slopes) for number in range(len(found.names))]
    simulated = world.at([place for way in ways for place in way], replicates)
    profiled, begin = [], 0
    for number, (name, way) in enumerate(zip(found.names, ways, strict=True)):
        misfits = [((weights @ (found.observed - one.mean)) ** 2).sum() for one in simulated[begin : begin + len(way)]]
        begin += len(way)
        values = np.array([world.values(place)[number] for place in way])
        profiled.append(Profile(name, values, np.array(misfits)))
    return profiled


def _profile_places(place: Floats, number: int, error: float, slopes: Floats) -> list[Floats]:
    """Return places along one setting; the others go where their own slopes make up best for it."""
    others = np.arange(len(place)) != number
    answer = np.zeros(len(place))
    if others.any():
        answer[others] = -np.linalg.lstsq(slopes[:, others], slopes[:, number], rcond=None)[0]
    answer[number] = 1.0
    steps = np.linspace(-2.5, 2.5, PROFILED) * error
    return [np.clip(place + step * answer, 0.0, 1.0) for step in steps if 0.0 <= place[number] + step <= 1.0]


def _covariance(world: World, place: Floats, replicates: int) -> Floats:
    """Return the covariance of observed less simulated moments: of the data, and of a mean over replicates."""
    simulated = world.one(place, replicates)
    return world.data_covariance(place, DATA_SETS) + simulated.covariance / replicates


def _inverse_root(covariance: Floats) -> Floats:
    """Return a matrix whose square is the inverse of a covariance; directions without any variance have no weight."""
    scale = np.sqrt(np.diag(covariance))
    scale = np.where(scale > 0.0, scale, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = values > 1e-10 * values.max(initial=0.0)
    return np.asarray((vectors[:, kept] / np.sqrt(values[kept])).T / scale)


def _search(world: World, start: Floats, replicates: int, weights: Floats) -> tuple[Floats, float]:
    """Return the best place from a start, and the misfit there."""

    def distances(place: Floats) -> Floats:
        return weights @ (world.observed.values - world.one(place, replicates).mean)

    def slopes(place: Floats) -> Floats:
        return -weights @ _derivatives(world, place, replicates, one_sided=True)

    inside = np.clip(start, 1e-6, 1.0 - 1e-6)
    found = optimize.least_squares(
        distances, inside, jac=slopes, bounds=(0.0, 1.0), xtol=TOLERANCE, ftol=1e-5, gtol=1e-8, max_nfev=MOST_STEPS
    )
    return found.x, float(2.0 * found.cost)


def _derivatives(world: World, place: Floats, replicates: int, *, one_sided: bool = False) -> Floats:
    """Return how the moments change with each setting's place, shape (moments, settings)."""
    ends = [(_moved(place, number, -STEP), _moved(place, number, STEP)) for number in range(len(place))]
    if one_sided:  # towards the inside
        ends = [(place, after if place[number] < 0.5 else before) for number, (before, after) in enumerate(ends)]
    flat = [place for pair in ends for place in pair]
    simulated = world.at(flat, replicates)
    columns = []
    for number, (before, after) in enumerate(ends):
        rise = simulated[2 * number + 1].mean - simulated[2 * number].mean
        columns.append(rise / (after[number] - before[number]))
    return np.column_stack(columns)


def _moved(place: Floats, number: int, step: float) -> Floats:
    moved = place.copy()
    moved[number] = min(1.0, max(0.0, place[number] + step))
    return moved


def _described(world: World, place: Floats, replicates: int, weights: Floats, starts: tuple[Start, ...]) -> Estimate:
    """Return everything that a place says of the data."""
    fit, simulated = world.settings.fit, world.one(place, replicates)
    covariance = world.data_covariance(place, DATA_SETS) + simulated.covariance / replicates
    slopes = weights @ _derivatives(world, place, replicates)
    lengths = np.linalg.norm(slopes, axis=0)
    singular, directions = _shape_of(slopes / np.where(lengths > 0.0, lengths, 1.0))
    condition = float(singular[0] / singular[-1]) if singular[-1] > 1e-12 and (lengths > 0.0).all() else np.inf
    share = np.abs(directions[-1])
    weakest = [world.names[number] for number in np.argsort(-share)[:2] if share[number] > 0.3]
    inverse = np.linalg.pinv(slopes.T @ slopes)
    errors = np.sqrt(np.diag(inverse))
    pull = inverse @ slopes.T @ weights * np.sqrt(np.diag(covariance))
    fresh = world.one(place, replicates, first=FRESH)
    values = np.array(world.values(place))
    low, high = (np.array(world.values(np.clip(place + sign * NORMAL * errors, 0.0, 1.0))) for sign in (-1.0, 1.0))
    per_place = [one.slope(value) for value, one in zip(values, fit.free.values(), strict=True)]

    def misfit(mean: Floats) -> float:
        return float(((weights @ (world.observed.values - mean)) ** 2).sum())

    return Estimate(
        world.names, place, values, errors * per_place, low, high,
        inverse / np.where(np.outer(errors, errors) > 0.0, np.outer(errors, errors), 1.0),
        condition, tuple(weakest), world.observed.values, simulated.mean, np.sqrt(np.diag(covariance)),
        pull / np.where(errors > 0.0, errors, 1.0)[:, None], misfit(simulated.mean), max(0, len(weights) - len(place)),
        misfit(fresh.mean), starts,
    )  # fmt: skip


def _shape_of(slopes: Floats) -> tuple[Floats, Floats]:
    _, singular, directions = np.linalg.svd(slopes, full_matrices=False)
    return singular, directions
