"""Purposes: what random numbers the training model draws beside those in ``chance.py``; never renumbered."""

from __future__ import annotations

CONSULT = 10
EXCHANGE = 11  # index 0: whether to approach; index 1: whom
