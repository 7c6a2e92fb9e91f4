"""Runs: one run of any model, by either of its engines; each engine is imported only when a run is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learnsim.grouping.settings_used import Reading
from learnsim.models.record import Record, Setup
from learnsim.models.registry import info_of
from learnsim.people import Roster, load_roster
from learnsim.settings import Settings

BINS = 20  # of a distribution over people


def reading_of(settings: Settings, name: str, roster: Roster | None = None) -> Reading:
    """Return what a run of an arm reads of the settings."""
    reading = Reading(settings, name, roster)
    info_of(settings).read(reading)
    return reading


def headline_of(settings: Settings) -> tuple[str, ...]:
    """Return the headline measures: first the one that arms are compared by."""
    usual = info_of(settings).headline
    return (settings.measure, *(name for name in usual if name != settings.measure))[: len(usual)]


def setup_of(
    settings: Settings,
    name: str,
    replicate: int = 0,
    *,
    roster: Roster | None = None,
    shared: Any = None,
    trace: bool = False,
) -> Setup:
    """Return what one run of an arm of the settings, or of a preset, is made of."""
    roster = roster if roster is not None else load_roster(settings)
    return Setup(settings, name, settings.arm(name), replicate, roster, shared, trace)


def run_arm(
    settings: Settings,
    name: str,
    replicate: int = 0,
    *,
    engine: str | None = None,
    roster: Roster | None = None,
    shared: Any = None,
    trace: bool = False,
) -> Record:
    """Run one arm once.

    Parameters
    ----------
    settings : Settings
    name : str
        An arm of the settings, or a preset.
    replicate : int
        The same replicate has the same people and problem in every arm, and common random numbers.
    engine : "compiled" or "agents", optional
        The setting's if left out; both give the same bits.
    roster : Roster, optional
        Already read.
    shared : object, optional
        What all arms of this replicate have in common, already drawn; it is not changed.
    trace : bool
        Whether the record has everybody's state after every session.

    Raises
    ------
    SettingsError, PolicyError
        If the arm, the roster or a policy cannot be used.
    """
    runs = info_of(settings).runs
    simulate = runs.simulate_agents if (engine or settings.experiment.engine) == "agents" else runs.simulate_compiled
    return simulate(setup_of(settings, name, replicate, roster=roster, shared=shared, trace=trace))


def run_batch(setups: Sequence[Setup]) -> list[Record]:
    """Return the records of exactly :data:`~learnsim.models.info.BATCH` compiled runs of one model."""
    return info_of(setups[0].settings).runs.simulate_batch(setups)
