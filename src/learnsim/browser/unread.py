"""Unread: settings that can change nothing of what a page plays, and why.
Knows settings, arms and rosters; plays nothing. Doubtful ones are not named: their controls stay.
"""

from __future__ import annotations

from learnsim.errors import LearnsimError
from learnsim.people import Roster, load_roster
from learnsim.settings import Arm, Settings

PLAIN_SHUFFLES = ("none", "random")  # which do not look at who is officer


def unread(settings: Settings) -> dict[str, str]:
    """Return the settings that no run of these arms reads: dotted name to the reason.

    Parameters
    ----------
    settings : Settings
        With all arms that are played.

    Returns
    -------
    dict
        ``"organisation.cell_size"``; a whole trait as ``"people.helpfulness"``; an arm's field as ``"arms.hybrid.shuffle"``.
    """
    arms = {name: settings.arm(name) for name in settings.arms}
    found = _by_roster(settings) | _by_world(settings) | _by_arms(settings, [*arms.values()])
    if all(settings.arms[name].formation is not None for name in arms):
        found.setdefault("organisation.formation", "both arms say how their communities form")
    for name, arm in arms.items():
        found |= {f"arms.{name}.{key}": why for key, why in _of_arm(settings, arm).items()}
    return found


def _by_roster(settings: Settings) -> dict[str, str]:
    """What the roster says of people in place of the settings; newcomers are drawn from the settings all the same."""
    try:
        roster: Roster | None = load_roster(settings)
    except LearnsimError:  # it was changed after it was read: what is played stays as it is
        return {}
    if roster is None:
        return {}
    found = {"organisation.trainees": "the roster says how many people there are"}
    if roster.interest is not None or roster.community:
        found["organisation.communities"] = "the roster has columns for these communities"
    if settings.training.turnover == 0.0:
        found |= {f"people.{trait}": "the roster says it of everybody" for trait in roster.traits}
        if roster.interest is not None:
            found["people.interest_concentration"] = "the roster says everybody's interests"
    return found


def _by_world(settings: Settings) -> dict[str, str]:
    found: dict[str, str] = {}
    prior = settings.prior
    if prior.share == 0.0:
        found |= dict.fromkeys(("prior.known", "prior.by"), "nothing is known before")
    if prior.share == 1.0:
        found |= dict.fromkeys(("prior.unknown", "prior.by"), "everything is known before")
    if settings.curriculum.items == 1:
        why = "there is only one item"
        steps = ("curriculum.prerequisite", "curriculum.sessions_per_item", "training.throttle")
        found |= dict.fromkeys((*steps, "prior.by"), why)
    if settings.organisation.communities == 1:
        why = "there is only one community"
        found |= dict.fromkeys(
            ("organisation.formation", "people.interest_weight", "people.interest_concentration"), why
        )
    return found


def _by_arms(settings: Settings, arms: list[Arm]) -> dict[str, str]:
    found: dict[str, str] = {}
    seated = [arm for arm in arms if arm.groups != "none"]
    helping = [arm for arm in seated if arm.briefing + arm.exchange > 0.0]
    guided = [arm for arm in helping if arm.briefing > 0.0 or arm.instruction > 0.0]
    if not any(arm.groups == "cells" for arm in arms):
        found["organisation.cell_size"] = "no arm has cells"
    if not helping:
        why = "nobody spends time in a group" if seated else "no arm has groups"
        effects = ("council_effect", "help_effect", "joint_effect", "r0", "rapport_sessions")
        found |= dict.fromkeys([f"learning.{key}" for key in effects], why)
        found |= dict.fromkeys(("people.helpfulness", "training.throttle"), why)
    else:
        if not any(arm.instruction > 0.0 for arm in helping):
            found["learning.council_effect"] = "no instructor works with a council"
        if not any(arm.exchange > 0.0 for arm in helping):
            found["learning.joint_effect"] = "no arm has an exchange"
        if not guided:
            found["training.throttle"] = "no arm has a briefing or an instructor"
    if not any(arm.lecture > 0.0 for arm in arms):
        found["learning.lecture_effect"] = "no arm has a lecture"
        if not (guided and settings.training.throttle == "calendar"):
            found["curriculum.sessions_per_item"] = "no arm has a lecture"
    if settings.training.turnover == 0.0 and all(arm.shuffle == "none" and _no_officers(arm) for arm in seated):
        found["training.cycle_length"] = "nothing changes at a cycle's end" if seated else "no arm has groups"
    return found


def _of_arm(settings: Settings, arm: Arm) -> dict[str, str]:
    found: dict[str, str] = {}
    if settings.organisation.communities == 1:
        found["formation"] = "there is only one community"
    if not arm.council > 0.0:
        found["instructor"] = "there is no council"
    if arm.groups == "none":
        return found | dict.fromkeys(("shuffle", "fraction", "scope", "officer"), "the arm has no groups")
    if arm.shuffle == "none":
        found |= dict.fromkeys(("fraction", "scope"), "the arm's groups are not shuffled")
    elif settings.organisation.communities == 1 or arm.groups == "organisation":
        found["scope"] = "there is nowhere else to go"
    if _no_officers(arm):
        found["officer"] = "officers have no time for their cells"
    return found


def _no_officers(arm: Arm) -> bool:
    """Whether nothing depends on who is officer."""
    return arm.briefing == 0.0 and arm.council == 0.0 and arm.shuffle in PLAIN_SHUFFLES
