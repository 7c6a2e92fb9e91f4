"""Quantiles: a trait's value for a uniform random number between 0 and 1.

Drawing by quantiles keeps common random numbers monotone: whoever is fast under one distribution is fast under
every other. scipy's inverse beta and gamma cost about a microsecond a value, more than everything else that a
trainee does in five sessions, so their middle is interpolated: cubic Hermite pieces through exact values with
exact slopes, used only where they agree with scipy to 1e-9, and the tails always exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from learnsim.arrays import Floats, Longs
from learnsim.compiled import kernel
from learnsim.settings.traits import Beta, Constant, Trait, Uniform

PIECES = 4096
TAIL = 64  # pieces at either end that stay exact
TOLERANCE = 1e-9


class Interpolant(NamedTuple):
    """A tabulated quantile function: an exact one, and its Hermite pieces (``None`` where they would not do)."""

    exact: Callable[[Floats], Floats]
    value: Floats | None
    slope: Floats | None

    def __call__(self, uniform: Floats) -> Floats:
        """Return the quantile of each number in [0, 1), any shape."""
        if self.value is None or self.slope is None:
            return self.exact(uniform)
        flat = uniform.ravel()
        out = np.empty(len(flat))
        tail = np.empty(len(flat), dtype=np.int64)
        outside = tail[: _interpolate(flat, self.value, self.slope, out, tail)]
        out[outside] = self.exact(flat[outside])
        return out.reshape(uniform.shape)


@kernel
def _interpolate(uniform: Floats, value: Floats, slope: Floats, out: Floats, tail: Longs) -> int:
    """Fill ``out`` from the Hermite pieces; fill ``tail`` with the places of those in a tail, and return how many."""
    count = 0
    for i in range(len(uniform)):
        place = uniform[i] * PIECES
        piece = int(place)
        if piece < TAIL or piece >= PIECES - TAIL:
            tail[count] = i
            count += 1
            continue
        x = place - piece
        y = 1.0 - x
        left = (1.0 + 2.0 * x) * value[piece] + x * slope[piece]
        right = (1.0 + 2.0 * y) * value[piece + 1] - y * slope[piece + 1]
        out[i] = y * y * left + x * x * right
    return count


def tabulate(exact: Callable[[Floats], Floats], density: Callable[[Floats], Floats]) -> Interpolant:
    """Return the interpolant of a quantile function, given the density that belongs to it."""
    value, slope = np.zeros(PIECES + 1), np.zeros(PIECES + 1)
    inner = np.arange(TAIL, PIECES - TAIL + 1)
    value[inner] = exact(inner / PIECES)
    table = Interpolant(exact, value, slope)
    probes = (np.arange(TAIL, PIECES - TAIL, 17) + 0.5) / PIECES
    with np.errstate(all="ignore"):
        slope[inner] = 1.0 / (density(value[inner]) * PIECES)
        good = np.isfinite(slope).all() and np.abs(table(probes) - exact(probes)).max() < TOLERANCE
    return table if good else Interpolant(exact, None, None)


@lru_cache(maxsize=64)
def beta_quantile(alpha: float, beta: float) -> Interpolant:
    """Return the quantile function of the beta distribution."""

    def exact(uniform: Floats) -> Floats:
        return special.betaincinv(alpha, beta, uniform)

    def density(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            log = (alpha - 1.0) * np.log(x) + (beta - 1.0) * np.log1p(-x) - special.betaln(alpha, beta)
            return np.exp(log)

    if min(alpha, beta) < 0.5:  # nearly all weight at 0 and 1: too steep a jump for pieces
        return Interpolant(exact, None, None)
    return tabulate(exact, density)


@lru_cache(maxsize=64)
def gamma_quantile(shape: float) -> Interpolant:
    """Return the quantile function of the gamma distribution with scale 1."""

    def exact(uniform: Floats) -> Floats:
        return np.asarray(special.gammaincinv(shape, uniform), dtype=np.float64)

    def density(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(np.exp((shape - 1.0) * np.log(x) - x - special.gammaln(shape)), dtype=np.float64)

    return tabulate(exact, density)


def trait_values(trait: Trait, uniform: Floats) -> tuple[Floats, int]:
    """Return the trait's value for each uniform random number, in [0, 1], and how many had to be clipped.

    Parameters
    ----------
    trait : Trait
        One of the declared distributions.
    uniform : array of shape (people,)
        Uniform numbers in [0, 1).
    """
    if isinstance(trait, Constant):
        return np.full(len(uniform), trait.value), 0
    if isinstance(trait, Uniform):
        return trait.low + (trait.high - trait.low) * uniform, 0
    if isinstance(trait, Beta):
        if trait.sd == 0.0:
            return np.full(len(uniform), trait.mean), 0
        return np.clip(beta_quantile(*trait.shape)(uniform), 0.0, 1.0), 0
    if trait.cv == 0.0:
        return np.full(len(uniform), trait.mean), 0
    variance = 2.0 * np.log(np.hypot(1.0, trait.cv))
    values = trait.mean * np.exp(np.sqrt(variance) * special.ndtri(uniform) - variance / 2.0)
    return np.minimum(values, 1.0), int((values > 1.0).sum())


def trait_rows(traits: Sequence[Trait], uniform: Floats) -> tuple[Floats, int]:
    """Return several traits' values as :func:`trait_values` does, each a row of ``uniform``.

    All values in the tails of beta distributions are worked out in one call, in which scipy lets go of the interpreter
    lock if there are many.
    """
    values, clipped = np.empty_like(uniform), 0
    rows, places, shapes = [], [], []
    for row, trait in enumerate(traits):
        table = beta_quantile(*trait.shape) if isinstance(trait, Beta) and trait.sd > 0.0 else None
        if isinstance(trait, Beta) and table is not None and table.value is not None and table.slope is not None:
            tail = np.empty(uniform.shape[1], dtype=np.int64)
            places.append(tail[: _interpolate(uniform[row], table.value, table.slope, values[row], tail)])
            rows.append(np.full(len(places[-1]), row))
            shapes.append(np.repeat([trait.shape], len(places[-1]), axis=0))
        else:
            values[row], more = trait_values(trait, uniform[row])
            clipped += more
    if places:
        where, (alpha, beta) = (np.concatenate(rows), np.concatenate(places)), np.concatenate(shapes).T
        values[where] = special.betaincinv(alpha, beta, uniform[where])
    return np.clip(values, 0.0, 1.0, out=values), clipped
