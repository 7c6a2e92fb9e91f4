"""Fields: addition and multiplication in the finite field of q elements, for a prime power q."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Longs


class Field(NamedTuple):
    """A finite field, whose elements are 0 to q - 1: 0 and 1 are those of the field.

    Attributes
    ----------
    add, multiply : arrays (q, q)
    """

    add: Longs
    multiply: Longs


def prime_power(number: int) -> tuple[int, int] | None:
    """Return the prime and the exponent of a prime power, or None.

    Examples
    --------
    >>> from learnsim.planning.fields import prime_power
    >>> prime_power(8), prime_power(7), prime_power(6)
    ((2, 3), (7, 1), None)
    """
    prime = next((p for p in range(2, int(max(number, 1) ** 0.5) + 1) if number % p == 0), number)
    exponent = 0
    while prime > 1 and number % prime == 0:
        number //= prime
        exponent += 1
    return (prime, exponent) if number == 1 and exponent else None


@lru_cache(maxsize=8)
def field(order: int) -> Field:
    """Return the field of so many elements, a prime power. An element's digits to the base of the prime are a polynomial."""
    prime, exponent = prime_power(order) or (order, 1)
    numbers = np.arange(order, dtype=np.int64)
    if exponent == 1:
        return Field((numbers[:, None] + numbers) % prime, numbers[:, None] * numbers % prime)
    places = prime ** np.arange(exponent)
    digits = numbers[:, None] // places % prime
    add = ((digits[:, None, :] + digits) % prime) @ places
    powers = next(found for tail in range(1, order) if len(found := _powers_of_x(tail, prime, exponent)) == order - 1)
    logarithm = np.zeros(order, dtype=np.int64)
    logarithm[powers] = numbers[: order - 1]
    multiply = np.array(powers)[(logarithm[:, None] + logarithm) % (order - 1)]
    multiply[0, :] = multiply[:, 0] = 0
    return Field(add, multiply)


def powers_of_generator(order: int) -> list[int]:
    """Return 1, g, g², ... up to the power before 1 comes again, of the least element g whose powers are all but 0.

    Examples
    --------
    >>> from learnsim.planning.fields import powers_of_generator
    >>> powers_of_generator(5)
    [1, 2, 4, 3]
    """
    multiply = field(order).multiply
    for generator in range(1, order):
        powers = [1]
        while (following := int(multiply[powers[-1], generator])) != 1:
            powers.append(following)
        if len(powers) == order - 1:
            return powers
    raise ValueError(f"{order} is no order of a field")


def _powers_of_x(tail: int, prime: int, exponent: int) -> list[int]:
    """The powers 1, x, x², ... until 1 comes again (or 0), where x to the exponent is minus the polynomial ``tail``."""
    top = prime ** (exponent - 1)
    less = [-(tail // prime**k) % prime for k in range(exponent)]
    powers, now = [1], prime
    while now not in (0, 1) and len(powers) < top * prime:
        powers.append(now)
        leading, shifted = now // top, now % top * prime
        now = sum((shifted // prime**k + leading * less[k]) % prime * prime**k for k in range(exponent))
    return powers
