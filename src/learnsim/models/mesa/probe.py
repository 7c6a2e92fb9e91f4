"""Probe: a short run that tells what a Mesa model measures, how long it takes, and whether a seed decides everything."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from learnsim.errors import RunError, SettingsError, listed
from learnsim.models.mesa.parameters import Declared, as_toml, declared_by
from learnsim.models.mesa.run import Run, number_of
from learnsim.models.mesa.source import class_of, digest_of_class
from learnsim.models.own.model import OrganisationModel
from learnsim.settings import Settings, validate
from learnsim.settings.arms import PRESETS, ParameterArm
from learnsim.settings.messages import shown
from learnsim.settings.readers import models
from learnsim.settings.sampling import Sampling, Span, value_at

STEPS = 3  # of a probe; the first may differ from the others
PATIENCE = 60.0  # seconds for which a probe may last
SEED = 20_011  # of a probe


class Probe(NamedTuple):
    """What a short run has shown.

    Attributes
    ----------
    reporters : tuple of str
        The model reporters that give numbers, in their order.
    left_out : dict of str to str
        The others, and what they give.
    seconds, seconds_each : float
        To make the model, and for one step.
    seeded : bool
        Whether the same seed gives the same numbers again.
    global_numbers : bool
        Whether they depend on Python's or NumPy's global random numbers.
    printed : str
        The first line that it printed.
    """

    reporters: tuple[str, ...]
    left_out: dict[str, str]
    seconds: float
    seconds_each: float
    seeded: bool
    global_numbers: bool
    printed: str


def first_values(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return each arm's parameters at the first point of a sweep; of a model on our organisation, arm and settings."""
    if not models()[settings.model.kind].own_parameters:
        here = at_first_point(settings)
        tree = here.model_dump(mode="json", exclude_unset=True)
        return {name: {"arm": name, "settings": tree} for name in here.arms or PRESETS}
    swept = _swept(settings)
    common = {**settings.parameters, **_of(swept, "parameters.")}
    arms = settings.arms or {"": ParameterArm.model_construct(parameters={})}
    return {
        name: {**common, **(arm.parameters if isinstance(arm, ParameterArm) else {}), **_of(swept, f"arms.{name}.")}
        for name, arm in arms.items()
    }


def at_first_point(settings: Settings) -> Settings:
    """Return the settings of a model on our organisation at the first point of their sweep."""
    return settings.model_copy(update={"sweep": {}, "design": Sampling()}).changed(_swept(settings))


def _swept(settings: Settings) -> dict[str, Any]:
    return {name: value_at(v, 0.5) if isinstance(v, Span) else v[0] for name, v in settings.sweep.items()}


def _of(swept: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in swept.items() if name.startswith(prefix)}


def probe_of(settings: Settings) -> Probe:
    """Return what short runs of all arms show, played once for the same code and parameters.

    Raises
    ------
    SettingsError
        If the class cannot be used, or no arm can be played.
    """
    spec = settings.model.class_name
    arms = [json.dumps(values, sort_keys=True, default=str) for values in first_values(settings).values()]
    return _probe(spec, digest_of_class(spec), tuple(dict.fromkeys(arms)))


class Defaults(NamedTuple):
    """What is known of a class by itself.

    Attributes
    ----------
    declared : Declared
        What its constructor takes.
    values : dict of name to default
        The defaults that a file can say.
    missing : tuple of str
        Parameters without a default.
    probe : Probe or None
        What a short run with the defaults shows; None if some are missing.
    kind : str
        The [model] kind of its experiments: "organisation" for a model on our organisation, or "mesa".
    """

    declared: Declared
    values: dict[str, Any]
    missing: tuple[str, ...]
    probe: Probe | None
    kind: str


def with_defaults(spec: str) -> Defaults:
    """Return what a class takes, and what it measures with its defaults.

    Raises
    ------
    SettingsError
        If the class cannot be used.
    """
    model = class_of(spec)
    declared, own = declared_by(model), issubclass(model, OrganisationModel)
    kind, arm = ("organisation", "hybrid") if own else ("mesa", "usual")
    values = {key: value for key, one in declared.parameters.items() if (value := as_toml(one.default)) is not None}
    missing = tuple(key for key, one in declared.parameters.items() if one.required)
    tree = {"model": {"kind": kind, "class": spec}, "parameters": values, "arms": {arm: {}}}
    return Defaults(declared, values, missing, None if missing else probe_of(validate(tree, spec)), kind)


@lru_cache(maxsize=64)
def _probe(spec: str, digest: str, arms: tuple[str, ...]) -> Probe:
    model = class_of(spec)
    declared = declared_by(model)
    found: dict[str, list[Any]] = {}
    begun = time.perf_counter()
    runs, failed = [], None
    for text in arms:
        run = Run(model, declared, json.loads(text), SEED, PATIENCE)
        try:
            run.play(STEPS)
        except RunError as error:
            failed = failed or error
            continue
        runs.append((text, run))
        for name, values in run.reporters.items():
            found.setdefault(name, []).extend(values)
        if time.perf_counter() - begun > PATIENCE:
            break
    if not runs:
        assert failed is not None
        raise SettingsError(f"[model] class = {shown(spec)}: {failed.stage}: {failed}")
    seconds = time.perf_counter() - begun
    numbers = {name: [number_of(value) for value in values] for name, values in found.items()}
    good = tuple(name for name, values in numbers.items() if None not in values)
    left_out = {
        name: type(found[name][values.index(None)]).__name__ for name, values in numbers.items() if None in values
    }
    if not good:
        what = f"; {listed(f'{name!r} gives {kind}' for name, kind in left_out.items())}" if left_out else ""
        raise SettingsError(
            f"[model] class = {shown(spec)}: its DataCollector has no model reporter that gives a number{what}; add one, "
            'for example model_reporters={"happy": lambda model: model.happy}'
        )
    text, first = runs[0]
    again, other = (_replayed(model, json.loads(text), state) for state in (SEED, SEED + 1))
    mine = {name: list(map(repr, first.reporters.get(name, ()))) for name in good}
    steps = max(1, sum(run.steps for _, run in runs))
    printed = next((line for _, run in runs for line in run.printed.splitlines() if line.strip()), "")
    return Probe(good, left_out, seconds / len(runs), seconds / steps, again == mine, again == mine != other, printed)


def _replayed(model: type[Any], values: Mapping[str, Any], state: int) -> dict[str, list[str]]:
    """Play the same again, with global random numbers in this state."""
    run = Run(model, declared_by(model), values, SEED, PATIENCE, state)
    try:
        run.play(STEPS)
    except RunError:
        return {}
    return {name: list(map(repr, got)) for name, got in run.reporters.items() if None not in map(number_of, got)}
