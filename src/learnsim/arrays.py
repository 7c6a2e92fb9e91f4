"""Arrays: the types of numpy arrays, by what is in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int8]
Indices = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Addresses = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.integer]  # of whatever width
