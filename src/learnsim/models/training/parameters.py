"""Parameters: the numbers that one run goes by, read once from settings and arm.
Both engines use the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.models.training.rules import THROTTLES
from learnsim.settings import Arm, Settings


class Parameters(NamedTuple):
    """Time shares of an arm (in sessions), and effects and thresholds of the settings."""

    lecture: float
    instruction: float
    consultation: float
    briefing: float
    exchange: float
    officers_share: float
    lecture_effect: float
    council_effect: float
    help_effect: float
    joint_effect: float
    forgetting: float
    initial_rapport: float
    rapport_sessions: float
    prerequisite: float
    interest_weight: float
    mastery_threshold: float
    sessions_per_item: int
    throttle: int
    span: int


def parameters_of(settings: Settings, arm: Arm, throttle: str | None = None) -> Parameters:
    """Return the parameters of one run, or of a phase of it that may have another throttle."""
    learning, curriculum = settings.learning, settings.curriculum
    return Parameters(
        lecture=arm.lecture,
        instruction=arm.instruction,
        consultation=arm.consultation,
        briefing=arm.briefing,
        exchange=arm.exchange,
        officers_share=arm.officers_share,
        lecture_effect=learning.lecture_effect,
        council_effect=learning.council_effect,
        help_effect=learning.help_effect,
        joint_effect=learning.joint_effect,
        forgetting=learning.forgetting,
        initial_rapport=learning.initial_rapport,
        rapport_sessions=learning.rapport_sessions,
        prerequisite=curriculum.prerequisite,
        interest_weight=settings.people.interest_weight,
        mastery_threshold=curriculum.mastery_threshold,
        sessions_per_item=curriculum.sessions_per_item,
        throttle=THROTTLES[throttle or settings.training.throttle],
        span=settings.organisation.span,
    )


class Wrong(NamedTuple):
    """Parameters of a run in which people may have misconceptions, or be absent."""

    persistence: float
    joint_wrong: float
    noticed: float
    absence: float
    officers_only: bool


def wrong_of(settings: Settings) -> Wrong:
    """Return these parameters of one run."""
    about, training = settings.misconceptions, settings.training
    return Wrong(
        persistence=about.persistence,
        joint_wrong=about.joint_wrong,
        noticed=about.noticed,
        absence=training.absence,
        officers_only=training.absent == "officers",
    )
