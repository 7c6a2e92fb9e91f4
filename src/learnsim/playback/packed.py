"""Packed: arrays as text in JSON, which the player's scripts open again as typed arrays."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np

from learnsim.arrays import Array


def packed(array: Array, kind: str) -> dict[str, Any]:
    """Return an array as plain data.

    Parameters
    ----------
    array : array
        Of whole numbers, or of real ones for ``"float32"``.
    kind : str
        The numbers' type in the browser: ``"uint16"``, ``"int32"``, ``"float32"``, ...

    Examples
    --------
    >>> packed(np.array([[1, 2]]), "uint16")
    {'type': 'uint16', 'shape': [1, 2], 'data': 'AQACAA=='}
    """
    there = np.ascontiguousarray(array, dtype=np.dtype(kind).newbyteorder("<"))
    return {"type": kind, "shape": list(there.shape), "data": b64encode(there.tobytes()).decode("ascii")}
