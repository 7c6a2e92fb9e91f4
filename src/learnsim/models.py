"""Models: what the package's Mesa models have in common, whichever Mesa is there.
Knows Mesa only.
"""

from __future__ import annotations

import inspect

import mesa

_RANDOMNESS = "rng" if "scenario" in inspect.signature(mesa.Model.__init__).parameters else "seed"


def seeded(seed: int) -> dict[str, int]:
    """Return the seed under the word by which this Mesa takes it."""
    return {_RANDOMNESS: seed}


def release(model: mesa.Model) -> None:
    """Let go of a model that is no longer needed: Mesa 3.3 would keep every model for ever."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
