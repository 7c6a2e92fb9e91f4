"""Runs: one run of any model, by either of its engines; each engine is imported only when a run is made."""

from __future__ import annotations

from typing import Any

from learnsim.grouping.effective_settings import EffectiveSettings
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.models.record import Record, Setup
from learnsim.models.registry import info_of
from learnsim.people import Roster
from learnsim.settings import Settings

BINS = 20  # of a distribution over people


def effective_settings_of(settings: Settings, name: str, roster: Roster | None = None) -> EffectiveSettings:
    """Return the settings that the numbers of an arm depend on."""
    effective = EffectiveSettings(settings, name, roster)
    if not settings.measures:  # of measures of the user's own nobody knows what they depend on
        info_of(settings).remove_unused(effective)
    return effective


def headline_of(settings: Settings) -> tuple[str, ...]:
    """Return the headline measures: first the one that arms are compared by."""
    usual = info_of(settings).headline
    return (settings.measure, *(name for name in usual if name != settings.measure))[: len(usual)]


def engine_of(settings: Settings) -> str:
    """Return which engine runs: that of the settings, but a Mesa model of the user's own has only its agents."""
    return "agents" if info_of(settings).of_class else settings.experiment.engine


def setup_of(
    settings: Settings | Prepared, name: str, replicate: int = 0, *, shared: Any = None, trace: bool = False
) -> Setup:
    """Return what one run of an arm of the settings, or of a preset, is made of; see :func:`run_arm`."""
    prepared = settings if isinstance(settings, Prepared) else prepare(settings)
    return Setup(prepared, name, prepared.settings.arm(name), replicate, shared, trace)


def run_arm(
    settings: Settings | Prepared,
    name: str,
    replicate: int = 0,
    *,
    engine: str | None = None,
    shared: Any = None,
    trace: bool = False,
    measured: tuple[str, ...] = (),
) -> Record:
    """Run one arm once.

    Parameters
    ----------
    settings : Settings or Prepared
        Prepared for several runs, its roster and its policies are read once for all of them.
    name : str
        An arm of the settings, or a preset.
    replicate : int
        The same replicate has the same people and problem in every arm, and common random numbers.
    engine : "compiled" or "agents", optional
        The setting's if left out; both give the same bits.
    shared : object, optional
        What all arms of this replicate have in common, already drawn; it is not changed.
    trace : bool
        Whether the record has everybody's state after every session.
    measured : tuple of str
        Groups of further measures that are wanted beside those that the settings ask for.

    Raises
    ------
    SettingsError, PolicyError
        If the arm, the roster or a policy cannot be used.
    """
    setup = setup_of(settings, name, replicate, shared=shared, trace=trace)._replace(measured=measured)
    runs, agents = info_of(setup.settings).runs, (engine or setup.settings.experiment.engine) == "agents"
    return (runs.simulate_agents if agents else runs.simulate_compiled)(setup)
