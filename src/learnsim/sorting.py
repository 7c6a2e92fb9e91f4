"""Sorting: values in ascending order, in linear time where they are well spread.

By counting: as many buckets as values, and what shares a bucket is put right by insertion. Where values are crowded, by
merging (numba's own sorts would take two seconds to compile). The interpreter lock is kept, unlike in numpy: threads that
hand it to each other for microseconds of work slow each other down.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from learnsim.arrays import Floats, Indices, Longs
from learnsim.compiled import kernel

MOVES = 16  # moves of each value above which insertion does not pay
FEW = 32  # values up to which insertion alone is fastest
STROKES = str.maketrans("ĐđĦħŁłØøŦŧ", "DdHhLlOoTt")  # letters that have no accent to be taken off
DIGITS = 18  # of a text that is sorted by its value


def label_order(text: str) -> tuple[bool, int, str]:
    """Return what texts are sorted by: numbers first, by their value.

    Examples
    --------
    >>> from learnsim.sorting import label_order
    >>> sorted(["b", "10", "9", "a"], key=label_order)
    ['9', '10', 'a', 'b']
    """
    number = text.isdecimal() and len(text) <= DIGITS
    return (not number, int(text) if number else 0, text)


def name_order(text: str) -> tuple[list[tuple[int, str]], str]:
    """Return what names of people are sorted by: without accents, strokes and case, and numbers within them by value.

    Examples
    --------
    >>> from learnsim.sorting import name_order
    >>> sorted(["Person 10", "Zoe", "Üma", "person 2", "Łukasz", "Lea"], key=name_order)
    ['Lea', 'Łukasz', 'person 2', 'Person 10', 'Üma', 'Zoe']
    """
    signs = unicodedata.normalize("NFKD", text.translate(STROKES))
    plain = "".join(sign for sign in signs if not unicodedata.combining(sign))
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+", plain.casefold())
    return [(int(part), "") if part.isdigit() and part.isascii() else (-1, part) for part in parts], text


@kernel
def argsort(values: Floats) -> Longs:
    """Return the places of the values in ascending order, as ``np.argsort(values, kind="stable")`` does. No NaN."""
    count = len(values)
    order, start = np.zeros(count, dtype=np.int64), np.zeros(count + 1, dtype=np.int32)
    low, scale = _count_into_buckets(values, start)
    if scale < 0.0:
        return _by_merging(values)
    for i in range(count):
        bucket = int((values[i] - low) * scale)
        order[start[bucket]] = i
        start[bucket] += 1
    moves = MOVES * count
    for i in range(1, count):  # neighbours in one bucket may still stand the wrong way round
        place, x = order[i], i
        while x > 0 and values[order[x - 1]] > values[place]:
            order[x] = order[x - 1]
            x -= 1
        order[x] = place
        moves -= i - x
        if moves < 0:
            return _by_merging(values)
    return order


@kernel
def sort_into(values: Floats, ordered: Floats) -> None:
    """Fill ``ordered`` with the values, ascending. No NaN."""
    count = len(values)
    start = np.zeros(count + 1, dtype=np.int32)
    low, scale = _count_into_buckets(values, start)
    moves = MOVES * count if scale >= 0.0 else -1
    if moves >= 0:
        for i in range(count):
            bucket = int((values[i] - low) * scale)
            ordered[start[bucket]] = values[i]
            start[bucket] += 1
    for i in range(1, count):
        if moves < 0:
            break
        value, x = ordered[i], i
        while x > 0 and ordered[x - 1] > value:
            ordered[x] = ordered[x - 1]
            x -= 1
        ordered[x] = value
        moves -= i - x
    if moves < 0:
        order = _by_merging(values)
        for i in range(count):
            ordered[i] = values[order[i]]


@kernel
def _count_into_buckets(values: Floats, start: Indices) -> tuple[float, float]:
    """Fill ``start`` with where each bucket begins; return the least value and the buckets per unit above it.

    The buckets per unit are negative if the values are so near to each other that they cannot be counted.
    """
    count = len(values)
    if count == 0:
        return 0.0, 0.0
    low, high = values[0], values[0]
    for i in range(count):
        low, high = min(low, values[i]), max(high, values[i])
    scale = (count - 1) / (high - low) if high > low else 0.0
    if scale > 1e300:
        return low, -1.0
    for i in range(count):
        start[int((values[i] - low) * scale) + 1] += 1
    for bucket in range(count):
        start[bucket + 1] += start[bucket]
    return low, scale


@kernel
def _by_merging(values: Floats) -> Longs:
    """The places of the values in ascending order, equal ones as they stand: runs of 1, 2, 4, ... are merged."""
    count = len(values)
    order, merged = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for i in range(count):
        order[i] = i
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            left, middle, end = start, min(start + width, count), min(start + 2 * width, count)
            right = middle
            for x in range(start, end):
                if right >= end or (left < middle and values[order[left]] <= values[order[right]]):
                    merged[x] = order[left]
                    left += 1
                else:
                    merged[x] = order[right]
                    right += 1
        order, merged = merged, order
        width *= 2
    return order


@kernel
def sort_in_place(values: Floats) -> None:
    """Put the values in ascending order. No NaN."""
    if len(values) > FEW:
        ordered = np.empty(len(values))
        sort_into(values, ordered)
        for i in range(len(values)):
            values[i] = ordered[i]
        return
    for i in range(1, len(values)):
        value, x = values[i], i
        while x > 0 and values[x - 1] > value:
            values[x] = values[x - 1]
            x -= 1
        values[x] = value
