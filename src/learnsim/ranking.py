"""Ranking: values in ascending order, in linear time where they are well spread.

By counting: as many buckets as values, and what shares a bucket is put right by insertion. Small arrays are ranked
without letting go of the interpreter lock, as numpy would: threads that hand it to each other for microseconds of work
slow each other down.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.compiled import kernel

CROWDED = 64  # values in one bucket above which counting does not pay


@kernel
def ranked(values: Floats) -> Longs:
    """Return the places of the values in ascending order; equal values keep their order. No NaN."""
    count = len(values)
    order = np.empty(count, dtype=np.int64)
    if not _count_into_buckets(values, order):
        return np.argsort(values, kind="mergesort")
    for i in range(1, count):
        place, x = order[i], i
        while x > 0 and values[order[x - 1]] > values[place]:
            order[x] = order[x - 1]
            x -= 1
        order[x] = place
    return order


@kernel
def _count_into_buckets(values, order):  # type: ignore[no-untyped-def]
    """Fill ``order`` with the places of the values, bucket by bucket; False if they are too unevenly spread."""
    count = len(values)
    if count == 0:
        return True
    low, high = values[0], values[0]
    for i in range(count):
        low, high = min(low, values[i]), max(high, values[i])
    scale = (count - 1) / (high - low) if high > low else 0.0
    if scale > 1e300:
        return False
    start = np.zeros(count + 1, dtype=np.int32)
    fullest = 0
    for i in range(count):
        bucket = int((values[i] - low) * scale)
        start[bucket + 1] += 1
        fullest = max(fullest, start[bucket + 1])
    if fullest > CROWDED and scale > 0.0:
        return False
    for bucket in range(count):
        start[bucket + 1] += start[bucket]
    for i in range(count):
        bucket = int((values[i] - low) * scale)
        order[start[bucket]] = i
        start[bucket] += 1
    return True
