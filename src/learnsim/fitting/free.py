"""Free: which settings can be estimated: numbers of which a little more does a little more."""

from __future__ import annotations

import types
import typing
from typing import Any

from pydantic import BaseModel

from learnsim.errors import SettingsError, did_you_mean, shown
from learnsim.settings import Settings
from learnsim.settings.edit import path_of
from learnsim.settings.readers import models
from learnsim.settings.sampling import Sampling
from learnsim.settings.sweep import check_sweep


def check_free(settings: Settings, source: str) -> None:
    """Check that each free setting is there, may have the ends of its range, and is a number that can change a little.

    Raises
    ------
    SettingsError
    """
    free = settings.fit.free
    if not free:
        example = '"learning.lecture_effect" = {low = 0.02, high = 1.0, scale = "log"}'
        raise SettingsError(f"{source}: [fit.free] names no setting to estimate; write for example {example}")
    for name in free:
        try:
            check_sweep({name: [free[name].low, free[name].high]}, Sampling(), settings.arms, settings.model.kind)
        except ValueError as error:
            raise SettingsError(f"{source}: {str(error).replace('[sweep]', '[fit.free]')}") from None
    for name, span in free.items():
        for value in (span.low, span.high):
            try:
                settings.changed({name: value})
            except SettingsError as error:
                if _kind_of(settings, name, source) is not float:
                    break
                reason = str(error).removeprefix("settings: ")
                raise SettingsError(f"{source}: [fit.free] {name} = {value:g}: {reason}") from None
        if _kind_of(settings, name, source) is not float:
            raise SettingsError(
                f"{source}: [fit.free] {name} jumps from value to value, and a fit needs a number that can change a little; "
                "sweep it, and compare the fits"
            )


def value_of(settings: Settings, name: str) -> float:
    """Return the value of a free setting as the settings have it."""
    value: Any = settings
    for part in path_of(name):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return float(value)


def _kind_of(settings: Settings, name: str, source: str) -> Any:
    """Return the type of a setting: float if it can change a little."""
    model = models()[settings.model.kind]
    if model.own_parameters or (model.of_class and name.startswith("parameters.")):
        return _kind_of_parameter(settings, path_of(name)[-1], source)
    value: Any = settings
    declared: Any = type(settings)
    for part in path_of(name):
        if isinstance(value, dict):
            value = value.get(part)
            declared = type(value)
            continue
        field = declared.model_fields.get(part) if isinstance(declared, type) and issubclass(declared, BaseModel) else None
        value = getattr(value, part, None)
        declared = type(value) if isinstance(value, BaseModel) else field.annotation if field else None
    return _plain_kind(declared)


def _plain_kind(annotation: Any) -> Any:
    """Return ``float`` of ``float | None`` too."""
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return parts[0] if union and len(parts) == 1 else annotation


def _kind_of_parameter(settings: Settings, name: str, source: str) -> Any:
    from learnsim.models.mesa.parameters import MISSING, declared_by
    from learnsim.models.mesa.source import class_of

    known = declared_by(class_of(settings.model.class_name)).parameters
    if name not in known:
        raise SettingsError(f"{source}: [fit.free] {shown(name)} is not a parameter{did_you_mean(name, known)}")
    hint = known[name].annotation
    hint = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
    return hint if isinstance(hint, type) and hint is not MISSING else type(known[name].default)
