"""API: one run from Python, with one call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from learnsim.errors import SettingsError, listed
from learnsim.experiments.design.checks import check_memory
from learnsim.grouping.preparation import prepare
from learnsim.models.record import Record, checked_replicate
from learnsim.models.runs import run_arm
from learnsim.settings import Settings, load, validate
from learnsim.settings.declare import plain
from learnsim.settings.experiment import Engine
from learnsim.settings.messages import shown


def run(
    settings: Settings | Mapping[str, Any] | str | Path | None = None,
    seed: int | None = None,
    *,
    arm: str | None = None,
    replicate: int = 0,
    engine: Engine | None = None,
    trace: bool = False,
) -> Record:
    """Run one arm once, in the model that ``[model] kind`` names, and return its record.

    Parameters
    ----------
    settings : Settings, dict of tables, path of a TOML file, or None
        None means the defaults.
    seed : int, optional
        In place of the settings' seed.
    arm : str, optional
        An arm of the settings, or a preset. If left out, the only arm of the settings, or ``hybrid`` if they have none.
    replicate : int
        The same seed and replicate give the same people and common random numbers in every arm.
    engine : "compiled" or "agents", optional
        In place of the settings' engine; the numbers are the same in every bit.
    trace : bool
        Whether to record everybody's state after every session, as ``record.trace``.

    Raises
    ------
    LearnsimError
        If an argument is invalid; the message is one sentence.

    Examples
    --------
    >>> import learnsim
    >>> record = learnsim.run({"training": {"sessions": 20}}, seed=7, arm="hybrid")
    >>> len(record["mean_mastery"])
    21
    """
    source = "settings"
    if settings is None:
        settings = Settings()
    elif isinstance(settings, Mapping):
        settings = validate(settings, source)
    elif not isinstance(settings, Settings):
        settings, source = load(settings), str(settings)
    if seed is not None:
        settings = settings.changed({"experiment.seed": seed})
    arm, engine, replicate = plain(arm), plain(engine), plain(replicate)
    if arm is None:
        if len(settings.arms) > 1:
            raise SettingsError(f"arm: choose one of {listed(settings.arms)}")
        arm = next(iter(settings.arms), "hybrid")
    if engine not in (None, "compiled", "agents"):
        raise SettingsError(f"engine = {shown(engine)} must be compiled or agents")
    prepared = prepare(settings, source)
    check_memory(prepared)
    return run_arm(prepared, arm, checked_replicate(replicate), engine=engine, trace=trace)
