"""Declared: the settings and measures that a class of the user's own declares, and what it lacks."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic.fields import FieldInfo

from learnsim.errors import SettingsError, listed
from learnsim.models.mesa.parameters import MISSING, SEEDS, Declared, Parameter
from learnsim.settings.messages import shown

ENDS = ("", "more", "less")


class OwnMeasure(NamedTuple):
    """What a measure says.

    Attributes
    ----------
    meaning, unit : str
    better : "", "more" or "less"
        Which end is good, if one is.
    """

    meaning: str
    unit: str = ""
    better: str = ""


def settings_of(model: type[Any], base: type[Any]) -> dict[str, Parameter]:
    """Return the settings that a class declares, by name; those of the classes that it inherits from come first.

    Parameters
    ----------
    model : type
    base : type
        The class of learnsim, whose names are taken.

    Raises
    ------
    SettingsError
        If one has the name of something that every model has.
    """
    made: dict[str, Parameter] = {}
    for name, one, hint in _fields(model, base):
        if hasattr(base, name) or name in SEEDS or name.startswith("_"):
            why = "begins with _" if name.startswith("_") else "has the name of something that every model has"
            raise SettingsError(f"{model.__name__}: the setting {name!r} {why}; call it by another name")
        default = MISSING if one.is_required() else one.get_default(call_default_factory=True)
        kind = hint if hint is not None else Any if one.is_required() else type(default)
        hint = Annotated[(kind, *one.metadata)] if one.metadata else kind
        made[name] = Parameter(name, default, hint, f"class {model.__name__}")
    return made


def fields_of(model: type[Any], base: type[Any]) -> dict[str, FieldInfo]:
    """Return how each setting is declared: its meaning and unit."""
    return {name: one for name, one, _ in _fields(model, base)}


def _fields(model: type[Any], base: type[Any]) -> Iterator[tuple[str, FieldInfo, Any]]:
    for one in reversed(model.__mro__):
        if not issubclass(one, base) or one is base:
            continue
        hints = _hints(one)
        for name, value in vars(one).items():
            if isinstance(value, FieldInfo):
                yield name, value, hints.get(name)


def _hints(model: type[Any]) -> dict[str, Any]:
    try:
        return inspect.get_annotations(model, eval_str=True)
    except Exception:  # names that only a type checker sees
        return {}


def measures_of(model: type[Any]) -> dict[str, OwnMeasure]:
    """Return the measures that a class declares.

    Raises
    ------
    SettingsError
        If there are none, or one is not declared by a meaning and a unit.
    """
    name, there = model.__name__, model.MEASURES
    example = 'MEASURES = {"heard": ("share of people who have heard it", "share")}'
    if not isinstance(there, Mapping) or not there:
        raise SettingsError(f"{name} declares no measures; write in the class {example}")
    made = {}
    for key, words in there.items():
        texts = (words,) if isinstance(words, str) else words
        right = isinstance(texts, tuple) and 1 <= len(texts) <= 3 and all(isinstance(one, str) for one in texts)
        if not isinstance(key, str) or not key.isidentifier() or not right:
            raise SettingsError(
                f"{name}: MEASURES has {shown(key)}: {shown(words)}; write name, meaning and unit: {example}"
            )
        made[key] = OwnMeasure(*texts)
        if made[key].better not in ENDS:
            raise SettingsError(
                f"{name}: MEASURES: the third word of {key!r} is {shown(made[key].better)}; it says which end is good: "
                "'more' or 'less'"
            )
    return made


def check_class(model: type[Any], base: type[Any]) -> None:
    """See that a class has what it must define, and replaces nothing that the base does.

    Raises
    ------
    SettingsError
        With what it lacks.
    """
    about = {
        "begin": "begin(self), which says how everybody starts",
        "period": "period(self), which plays one period",
        "measure_now": "measure_now(self), which returns the value of each measure now",
    }
    missing = [words for name, words in about.items() if getattr(model, name) is getattr(base, name)]
    if missing:
        raise SettingsError(f"{model.__name__} must define {listed(missing)}")
    if "step" in vars(model):
        raise SettingsError(
            f"{model.__name__} defines step(), in which learnsim shuffles cells and collects the measures; what happens in "
            "a period belongs into period()"
        )
    measures_of(model)


def own_declared(model: type[Any], base: type[Any]) -> Declared:
    """Return the settings of a class in the form of a constructor's parameters."""
    check_class(model, base)
    return Declared(model.__name__, settings_of(model, base), "seed", None, frozenset(), simulated=False)
