"""Own model: whether an experiment on a Mesa model of the user's own may run, and what is remarkable about the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from learnsim.errors import SettingsError, did_you_mean, listed
from learnsim.experiments.design.points import Point
from learnsim.models.mesa.parameters import as_toml, declared_by
from learnsim.models.mesa.probe import Probe, probe_of
from learnsim.models.mesa.source import class_of
from learnsim.models.own.declared import measures_of
from learnsim.models.own.model import OrganisationModel
from learnsim.models.own.run import own_class
from learnsim.settings import Settings
from learnsim.settings.arms import ParameterArm
from learnsim.settings.readers import models


def with_reporters(settings: Settings, source: str) -> Settings:
    """Return settings that name every measure: the model reporters that give numbers, if the file names none.

    Raises
    ------
    SettingsError
        If the class cannot be used, a parameter is unknown or has a wrong value, or no arm can be made.
    """
    try:
        model = _class_of(settings)
        declared = declared_by(model)
        declared.check(settings.parameters, "[parameters]")
        swept = [name.rpartition(".")[2] for name in settings.sweep]
        for name, arm in settings.arms.items():
            own = arm.parameters if isinstance(arm, ParameterArm) else {}
            declared.check(own, f"[arms.{name}]")
            declared.check_complete([*settings.parameters, *own, *swept], "[parameters]")
        own_parameters = models()[settings.model.kind].own_parameters
        for full in (name for name in settings.sweep if own_parameters or name.startswith("parameters.")):
            name = full.rpartition(".")[2]
            if name not in declared.parameters:
                hint = did_you_mean(name, declared.parameters)
                raise SettingsError(f"[sweep] {full}: {name} is not a parameter of {declared.name}{hint}")
        found = probe_of(settings)
        for name in (*settings.model.reporters, *settings.measures):
            if name not in found.reporters:
                why = f", since it gives {found.left_out[name]}" if name in found.left_out else ""
                hint = did_you_mean(name, found.reporters)
                raise SettingsError(f"{name!r} is not a model reporter of {declared.name} that gives numbers{why}{hint}")
    except SettingsError as error:
        raise SettingsError(f"{source}: {error}") from None
    defaults = {name: as_toml(one.default) for name, one in declared.parameters.items()}
    whole = {name: value for name, value in defaults.items() if value is not None} | settings.parameters
    changes: dict[str, object] = {f"parameters.{name}": value for name, value in whole.items()}
    changes |= {f"measures.{name}": words for name, words in _words_of(model, settings).items()}
    return settings.changed(changes | {"model.reporters": settings.model.reporters or list(found.reporters)})


def _class_of(settings: Settings) -> type[Any]:
    """Return the class that settings name, if it is one for their kind of model."""
    spec, model = settings.model.class_name, class_of(settings.model.class_name)
    if not models()[settings.model.kind].own_parameters:
        return own_class(spec)
    if issubclass(model, OrganisationModel):
        raise SettingsError(
            f"[model] kind = {settings.model.kind!r}: {model.__name__} is a model on our organisation, with cells "
            "and officers; write kind = 'organisation'"
        )
    return model


def _words_of(model: type[Any], settings: Settings) -> dict[str, dict[str, str]]:
    """Return what measures mean, where the class says so and the file does not."""
    if not issubclass(model, OrganisationModel):
        return {}
    return {name: one._asdict() for name, one in measures_of(model).items() if name not in settings.measures}


def remarks(settings: Settings, points: Iterable[Point]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Check the parameters at every point; return warnings, and notes on what was found.

    Raises
    ------
    SettingsError
        If a value is not allowed.
    """
    model = _class_of(settings)
    declared = declared_by(model)
    for point in points:
        where = f"[sweep] {', '.join(f'{name} = {value!r}' for name, value in point.values.items())}:"
        declared.check(point.settings.parameters, f"{where} [parameters]")
        for name, arm in point.settings.arms.items():
            declared.check(arm.parameters if isinstance(arm, ParameterArm) else {}, f"{where} [arms.{name}]")
            if issubclass(model, OrganisationModel):
                _check_arm(model, name, point.settings)
    found = probe_of(settings)
    own = issubclass(model, OrganisationModel)
    return tuple(_warnings(declared.name, found)), tuple(_notes(declared.name, found, own=own))


def _check_arm(model: type[OrganisationModel], name: str, settings: Settings) -> None:
    """See that a model on our organisation can run an arm."""
    try:
        model.check_arm(settings.arm(name))
    except SettingsError as error:
        raise SettingsError(f"[arms.{name}] {model.__name__} cannot run this arm: {error}") from None
    except Exception as error:
        what = f"check_arm raised {type(error).__name__}: {error}"
        raise SettingsError(f"[arms.{name}] {model.__name__}: {what}; let it raise learnsim.SettingsError") from None


def _warnings(name: str, found: Probe) -> Iterable[str]:
    if not found.seeded:
        yield (
            f"two runs of {name} with the same seed differ: it takes neither seed nor rng, or draws from a source of its "
            "own; the arms of a replicate have nothing in common, so that intervals are wider, and results cannot be "
            "reproduced; "
            "let its constructor take seed=None and hand it to super().__init__(seed=seed)"
        )
    if found.printed:
        yield f"{name} prints ({found.printed[:60]!r}); what it prints during the runs is not shown"


def _notes(name: str, found: Probe, *, own: bool) -> Iterable[str]:
    yield f"the measures {'' if own else 'are the model reporters '}of {name}: {listed(found.reporters)}"
    for reporter, kind in found.left_out.items():
        yield f"the model reporter {reporter!r} is left out, since it gives no number but {kind}"
    if found.global_numbers:
        yield (
            f"{name} draws from Python's or NumPy's global random numbers, which its seed does not decide; they are set "
            "before each run, so that results can be reproduced here; in other programs they cannot"
        )
