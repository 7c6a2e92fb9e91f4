"""Crowd: how many others anybody can look at, by arithmetic alone, before a run is made."""

from __future__ import annotations

from learnsim.errors import SettingsError
from learnsim.settings import Arm, Settings

MOST_TIES = 2**31 - 1  # places of a person's contacts are 32-bit numbers


def largest_circle(settings: Settings, people: int) -> int:
    """Return how many people see each other in the largest group of any arm, were communities equally large.

    Raises
    ------
    SettingsError
        If all their ties are more than can be counted.
    """
    sizes = {name: _circle(settings.arm(name), settings, people) for name in settings.arms}
    name, largest = max(sizes.items(), key=lambda item: item[1], default=("", min(people, settings.organisation.cell_size)))
    if people * largest > MOST_TIES:
        raise SettingsError(
            f"[arms.{name}] {people:,} people who see {largest:,} each have more ties than the {MOST_TIES:,} that there "
            "can be; take fewer [organisation] trainees, or smaller groups"
        )
    return largest


def _circle(arm: Arm, settings: Settings, people: int) -> int:
    world = settings.organisation
    if arm.network == "random":
        return max(1, round(arm.density * people))
    if arm.network != "cells":
        return people if arm.network == "full" else 1
    community = -(-people // world.communities)
    sizes = {"none": 1, "cells": min(community, world.cell_size), "community": community, "organisation": people}
    return sizes[arm.groups]
