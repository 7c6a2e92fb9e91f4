"""Purposes: what random numbers the training model draws beside those in ``chance.py``; never renumbered."""

from __future__ import annotations

CONSULT = 10
EXCHANGE = 11  # index 0: whether to approach; index 1: whom
SHOCK = 25  # index: the shock's number; who is struck
ABSENCE = 26
LEAVERS = 27  # who leaves first, where a share of all leaves
MOBILITY = 28
TEST = 29  # index: the question, of the test before; then those of the test after

SHOCKED = 1 << 30  # added to the session of novices who come after a shock: others may come to the same session by turnover
