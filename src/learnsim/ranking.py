"""Ranking: who comes first. A stable order by value, the same on every machine.
Knows numpy and compiled code only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from learnsim.compiled import kernel

FEW = 4096


def ranked(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the places of the values in ascending order; equal values keep their order.

    A few values are ranked without letting go of the interpreter lock, as numpy would: two threads that hand it to
    each other for microseconds of work slow each other down.
    """
    if len(values) <= FEW:
        return _rank_few(values)  # type: ignore[no-any-return]
    return np.argsort(values, kind="stable")


@kernel
def _rank_few(values):  # type: ignore[no-untyped-def]
    return np.argsort(values, kind="mergesort")
