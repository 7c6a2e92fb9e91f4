"""Purposes: what random numbers the beliefs model draws beside those in ``chance.py``; never renumbered."""

from __future__ import annotations

REALITY = 14  # index: dimension
BELIEF = 15  # index: dimension
ACTION = 16  # index: dimension on which a person has no belief
FROM_CODE = 17  # index: dimension
FROM_CONTACTS = 18  # index: dimension
CODE_LEARNING = 19  # index: dimension; the organization is agent 0
TURBULENCE = 20  # index: dimension; reality is agent 0
LEARNER = 21  # which of two rates of learning a person has
