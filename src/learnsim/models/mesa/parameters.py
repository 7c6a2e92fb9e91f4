"""Parameters: what a Mesa model's constructor takes, from its signature and annotations, and values checked against it."""

from __future__ import annotations

import inspect
import json
import math
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.declare import plain
from learnsim.settings.messages import shown
from learnsim.settings.write import toml_value

SEEDS = ("rng", "seed")  # names under which Mesa's models take random numbers' seed
MISSING = inspect.Parameter.empty
SIMULATOR, SCENARIO = "simulator", "scenario"  # what is handed over beside parameters, and no file names


@dataclass(frozen=True)
class Parameter:
    """One keyword argument of a constructor.

    Attributes
    ----------
    name : str
    default : object
        :data:`MISSING` if there is none.
    annotation : object
        :data:`MISSING` if there is none, or one that means nothing to us.
    source : str
        Where it is declared: ``"constructor of Walk"``, or the class of a scenario.
    """

    name: str
    default: Any = MISSING
    annotation: Any = MISSING
    source: str = ""

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is MISSING

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values that it can have, if its annotation lists them."""
        plain = get_args(self.annotation)[0] if get_origin(self.annotation) is Annotated else self.annotation
        return get_args(plain) if get_origin(plain) is typing.Literal else (True, False) if plain is bool else ()

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the greatest value, as far as its annotation says."""
        low, high = -math.inf, math.inf
        for one in get_args(self.annotation)[1:] if get_origin(self.annotation) is Annotated else ():
            if isinstance(one, tuple) and len(one) == 2:
                low, high = one
            for part in getattr(one, "metadata", None) or [one]:
                lows = [getattr(part, name) for name in ("ge", "gt") if getattr(part, name, None) is not None]
                highs = [getattr(part, name) for name in ("le", "lt") if getattr(part, name, None) is not None]
                low, high = max([low, *lows]), min([high, *highs])
        return low, high

    @property
    def allowed(self) -> str:
        """What its annotation says that it can be, in words; empty if that is nothing."""
        low, high = self.limits
        if self.choices:
            return " or ".join(map(toml_value, self.choices))
        ends = ([f"at least {low:g}"] if math.isfinite(low) else []) + ([f"at most {high:g}"] if math.isfinite(high) else [])
        return ", ".join(ends)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any] | None:
        if self.annotation is MISSING:
            return None
        try:
            return TypeAdapter(self.annotation, config=ConfigDict(strict=True, allow_inf_nan=False))
        except (PydanticSchemaGenerationError, PydanticUserError, TypeError, NameError):
            return None  # a type that only its author knows

    def checked(self, value: Any) -> Any:
        """Return a value as the constructor takes it.

        Raises
        ------
        ValueError
            With what it should be.
        """
        low, high = self.limits
        if isinstance(value, (int, float)) and not low <= value <= high:
            raise ValueError(f"should be {_between(low, high)}")
        if self._adapter is not None:
            try:
                return self._adapter.validate_json(json.dumps(value), strict=True)
            except ValidationError as error:
                raise ValueError(_words_of(error)) from None
        kind = _kind(self.default)
        if kind and _kind(value) and kind != _kind(value):
            raise ValueError(f"should be {kind}, as its default {shown(self.default)}")
        return value


class Declared(NamedTuple):
    """What a constructor takes.

    Attributes
    ----------
    name : str
        The class.
    parameters : dict of name to Parameter
    seed : str
        The argument that takes the seed; empty if none does.
    scenario : type or None
        The class of the scenario that its parameters belong to (Mesa 3.5 and later).
    of_scenario : frozenset of str
        Which of the parameters do.
    simulated : bool
        Whether it takes a simulator that calls its steps.
    """

    name: str
    parameters: dict[str, Parameter]
    seed: str
    scenario: type[Any] | None
    of_scenario: frozenset[str]
    simulated: bool

    def arguments(self, values: Mapping[str, Any], seed: int) -> dict[str, Any]:
        """Return the keyword arguments with which a model is made."""
        checked = {name: self.parameters[name].checked(value) for name, value in values.items()}
        made = {name: value for name, value in checked.items() if name not in self.of_scenario}
        if self.scenario is not None:
            made[SCENARIO] = self.scenario(rng=seed, **{k: v for k, v in checked.items() if k in self.of_scenario})
        elif self.seed:
            made[self.seed] = seed
        if self.simulated:
            from mesa.experimental.devs import ABMSimulator

            made[SIMULATOR] = ABMSimulator()
        return made

    def check(self, values: Mapping[str, Any], where: str) -> None:
        """See that each value is one of a parameter.

        Raises
        ------
        SettingsError
            With the table, the parameter, its value and what it should be.
        """
        for name, value in values.items():
            if name in SEEDS:
                raise SettingsError(f"{where} {name} is not to be set: each replicate has its own; see [experiment] seed")
            if name not in self.parameters:
                raise SettingsError(f"{where} {name} is not a parameter of {self.name}{did_you_mean(name, self.parameters)}")
            try:
                self.parameters[name].checked(value)
            except ValueError as error:
                raise SettingsError(f"{where} {name} = {shown(value)} {error}") from None

    def check_complete(self, given: Iterable[str], where: str) -> None:
        """See that no parameter without a default is missing.

        Raises
        ------
        SettingsError
            With the first that is.
        """
        there = set(given)
        for name, parameter in self.parameters.items():
            if parameter.required and name not in there:
                raise SettingsError(f"{where} {name} is missing: {self.name} has no default for it; write {name} = ...")


_KNOWN: WeakKeyDictionary[type[Any], Any] = WeakKeyDictionary()


def declared_by(model: type[Any]) -> Declared:
    """Return what the constructor of a model takes.

    Raises
    ------
    SettingsError
        If it takes arguments without names.
    """
    if model not in _KNOWN:
        _KNOWN[model] = _declared_by(model)
    return _KNOWN[model]


def _declared_by(model: type[Any]) -> Declared:
    """Look at a class once; one on our organisation says itself what it takes."""
    from mesa import Model

    if hasattr(model, "own_settings"):
        return typing.cast(Declared, model.own_settings())

    parameters: dict[str, Parameter] = {}
    hints: dict[str, Any] = {}
    open_ended = True
    for base in model.__mro__:
        if base is Model:
            break
        if "__init__" not in vars(base) or not open_ended:
            continue
        open_ended, constructor, source = False, vars(base)["__init__"], f"constructor of {base.__name__}"
        try:
            hints = typing.get_type_hints(constructor, include_extras=True)
        except Exception:  # names that only a type checker sees
            hints = {}
        for name, one in [*inspect.signature(constructor).parameters.items()][1:]:
            if one.kind is one.VAR_POSITIONAL or one.kind is one.POSITIONAL_ONLY:
                star = "*" if one.kind is one.VAR_POSITIONAL else ""
                raise SettingsError(
                    f"[model] class: {model.__name__} takes {star}{name}, to which no file can give a value by name; "
                    "write each of its parameters with a name"
                )
            if one.kind is one.VAR_KEYWORD:
                open_ended = True
            else:
                parameters.setdefault(name, Parameter(name, one.default, hints.get(name, MISSING), source))
    seed = next((name for name in SEEDS if name in parameters), "")
    if not seed and open_ended:
        seed = "rng" if "rng" in inspect.signature(Model.__init__).parameters else "seed"
    scenario, simulated = _scenario_of(model, parameters), SIMULATOR in parameters
    parameters = {name: one for name, one in parameters.items() if name not in (*SEEDS, SIMULATOR, SCENARIO)}
    of_scenario = _fields_of(scenario) if scenario else {}
    own = frozenset(of_scenario) - set(parameters)
    return Declared(model.__name__, {**of_scenario, **parameters}, seed, scenario, own, simulated)


def _scenario_of(model: type[Any], parameters: Mapping[str, Parameter]) -> type[Any] | None:
    """Return the class of a model's scenario: from the annotation, the default, or a model that is made to see it."""
    if SCENARIO not in parameters:
        return None
    from mesa.experimental.scenarios import Scenario

    there = parameters[SCENARIO]
    for one in (there.annotation, there.default, type(there.default), *get_args(there.annotation)):
        if isinstance(one, type) and issubclass(one, Scenario) and one is not Scenario:
            return one
    try:
        made = type(model().scenario)
    except Exception:  # it cannot be made without arguments
        return None
    return made if made is not Scenario else None


def _fields_of(scenario: type[Any]) -> dict[str, Parameter]:
    """Return the fields of a scenario that are declared with a type."""
    try:
        hints = typing.get_type_hints(scenario, include_extras=True)
    except Exception:
        hints = {}
    names = dict.fromkeys(
        name
        for base in reversed(scenario.__mro__)
        if base is not object and base.__module__ != "mesa.experimental.scenarios.scenario"
        for name in inspect.get_annotations(base)
        if not name.startswith("_") and name not in (*SEEDS, "model")
    )
    source = f"scenario {scenario.__name__}"
    return {name: Parameter(name, getattr(scenario, name, MISSING), hints.get(name, MISSING), source) for name in names}


def _kind(value: Any) -> str:
    """What a value is in words, where that is plain."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "a text" if isinstance(value, str) else ""


def _between(low: float, high: float) -> str:
    if low == -math.inf:
        return f"at most {high:g}"
    return f"at least {low:g}" if high == math.inf else f"between {low:g} and {high:g}"


def _words_of(error: ValidationError) -> str:
    """What pydantic says of a value, in the words of our other messages."""
    words = {
        "int_type": "should be a whole number",
        "int_from_float": "should be a whole number",
        "float_type": "should be a number",
        "bool_type": "should be true or false",
        "string_type": "should be a text",
    }
    first = error.errors()[0]
    if first["type"] == "literal_error":
        return f"should be {first['ctx']['expected']}"
    text = first["msg"].removeprefix("Input ")
    return words.get(first["type"], text[:1].lower() + text[1:])


def as_toml(value: Any) -> Any:
    """Return a default as a file can say it, so that results name all parameters; None for what none can."""
    value = plain(value)
    if isinstance(value, (bool, str)) or (isinstance(value, (int, float)) and math.isfinite(value)):
        return value
    if isinstance(value, list) and all(as_toml(part) is not None for part in value):
        return value
    return None
