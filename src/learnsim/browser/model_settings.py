"""Model settings: what a page shows of an experiment on a Mesa model of the user's own: arms, parameters and the seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from learnsim.browser.controls import Control, control_of
from learnsim.browser.page_settings import FURTHER, SIDES, PageSettings, tables_of, value_of
from learnsim.browser.two_models import TwoModels
from learnsim.errors import SettingsError, did_you_mean
from learnsim.grouping.preparation import Prepared
from learnsim.models.mesa.parameters import Declared, as_toml, declared_by
from learnsim.models.mesa.probe import first_values
from learnsim.models.mesa.source import class_of
from learnsim.settings import Settings
from learnsim.settings.arms import ParameterArm
from learnsim.settings.messages import shown
from learnsim.settings.sampling import Sampling, Span
from learnsim.settings.write import toml_value

SEED = "experiment.seed"
TABLE = "parameters."
STEPS_OF_SLIDER = 100  # at least so many positions, where it is no whole number


@dataclass(frozen=True)
class ModelSettings(PageSettings):
    """Two arms of an experiment on a Mesa model of the user's own, and what was changed.

    Only parameters with numbers, switches and listed values can be changed, within what their controls show: a text may
    name a file of the server, and a number from a link may be a size that no machine can hold.
    """

    BOTH: ClassVar[str] = "Each control below changes both arms, which then start again with the same seed."

    @property
    def known_arms(self) -> tuple[str, ...]:
        """The arms of the file; the model as it is where there are none."""
        return tuple(first_values(self.base))

    @cached_property
    def declared(self) -> Declared:
        """What the constructor takes."""
        return declared_by(class_of(self.base.model.class_name))

    @cached_property
    def of_arms(self) -> dict[str, dict[str, Any]]:
        """The parameters of each arm as the file says them, defaults included; of a sweep the first point."""
        defaults = {name: as_toml(one.default) for name, one in self.declared.parameters.items()}
        usual = {name: value for name, value in defaults.items() if value is not None}
        return {name: usual | values for name, values in first_values(self.base).items()}

    @property
    def shown_values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The parameters of both sides now."""
        changed = {name.removeprefix(TABLE): value for name, value in self.changes.items() if name.startswith(TABLE)}
        left, right = (self.of_arms[arm] | changed for arm in self.arms)
        return left, right

    @property
    def differing(self) -> tuple[str, ...]:
        """The parameters that differ between the two arms: each arm keeps its own."""
        left, right = (self.of_arms[arm] for arm in self.arms)
        return tuple(name for name in dict.fromkeys([*left, *right]) if left.get(name) != right.get(name))

    @property
    def differing_sentence(self) -> str:
        """Which parameters each arm keeps, and which the controls change in both."""
        differing = self.differing
        if not differing:
            return f"The two arms do not differ. {self.BOTH}"
        left, right = self.shown_values
        pairs = [f"{name} ({words_of(left.get(name))} and {words_of(right.get(name))})" for name in differing]
        return f"Each arm keeps its own {', '.join(pairs)}. {self.BOTH}"

    def chips(self, side: int) -> dict[str, Any]:
        """Return the parameters of an arm: those that the file gives it, and those that differ from the other arm's."""
        values = self.shown_values[side]
        arm = self.base.arms.get(self.arms[side])
        names = dict.fromkeys([*getattr(arm, "parameters", {}), *self.differing])
        return {name: values[name] for name in names if name in values}

    def changed(self, name: str, value: Any) -> ModelSettings:
        """Return them with one more change; what the arms that are then shown keep to themselves is no change any more."""
        if name == FURTHER:
            raise SettingsError(f"{FURTHER}: the page of such a model shows two arms; choose left and right")
        made = super().changed(name, value)
        assert isinstance(made, ModelSettings)
        if name not in SIDES or not set(made.arms) <= set(made.of_arms):
            return made
        kept = {f"{TABLE}{own}" for own in made.differing}
        return replace(made, changes={key: one for key, one in made.changes.items() if key not in kept})

    def value_of(self, name: str, text: str) -> Any:
        """Return the value of a parameter, or the seed, from text.

        Raises
        ------
        SettingsError
            If the page has no control for it, or it is outside of what the control shows.
        """
        if name == SEED:
            return value_of(name, text, tables_of(self.base))
        control = next((one for one in self.controls if one.name == name), None)
        if control is None:
            raise SettingsError(f"{shown(name)}: cannot be changed in the browser; write it into the experiment file")
        if control.kind in ("choice", "switch"):
            every = control.values or (True, False)
            there = {toml_value(value): value for value in every}
            if text not in there:
                raise SettingsError(f"{name} = {shown(text)}: should be one of {', '.join(there)}")
            return there[text]
        try:
            number = int(text) if control.kind == "whole" else float(text)
        except ValueError:
            number = control.high + 1
        if not control.low <= number <= control.high:
            between = f"{control.low:g} and {control.high:g}"
            raise SettingsError(f"{name} = {shown(text)}: should be a number between {between}, as the page's slider")
        return number

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """The controls of all parameters that the two arms have in common, in the order of the constructor."""
        self._check_arms()
        left = self.shown_values[0]
        names = [name for name in self.declared.parameters if name in left and name not in self.differing]
        made = (self._control(name, left[name]) for name in names)
        return tuple(one for one in made if one is not None)

    @property
    def seed_control(self) -> Control:
        """The control of the seed."""
        return control_of(SEED, self.base).showing(self.changes)

    def _control(self, name: str, value: Any) -> Control | None:
        """Return the control of a parameter: its range and values from the declaration, or from the file and the default."""
        parameter, label = self.declared.parameters[name], name.replace("_", " ")
        values = self._values_of(name)
        if parameter.choices == (True, False) or all(isinstance(one, bool) for one in values):
            return Control(TABLE + name, label, "", "switch", bool(value))
        if parameter.choices or any(isinstance(one, (str, bool)) for one in values):
            every = parameter.choices or tuple(dict.fromkeys(values))
            options = tuple(map(str, every))
            known = len(every) > 1 and value in every
            return Control(TABLE + name, label, "", "choice", str(value), options=options, values=every) if known else None
        if not all(isinstance(one, (int, float)) for one in values):
            return None
        whole = parameter.annotation is int or all(isinstance(one, int) for one in values)
        low, high = range_of([float(one) for one in values], parameter.limits, whole=whole)
        if whole:
            return Control(TABLE + name, label, "", "whole", value, int(low), int(high), 1)
        return Control(TABLE + name, label, "", "share", value, low, high, step_of(low, high, values))

    def _values_of(self, name: str) -> list[Any]:
        """Return every value of a parameter that the file or the constructor names."""
        swept = [value for key, value in self.base.sweep.items() if key.rpartition(".")[2] == name]
        listed = [one for value in swept for one in ((value.low, value.high) if isinstance(value, Span) else value)]
        default = as_toml(self.declared.parameters[name].default)
        every = [*(values[name] for values in self.of_arms.values() if name in values), *listed]
        return every if default is None else [default, *every]

    def _check_arms(self) -> None:
        for name in self.arms:
            if name not in self.of_arms:
                raise SettingsError(f"{self.source}: {shown(name)} is not an arm{did_you_mean(name, self.of_arms)}")

    def prepared(self) -> Prepared:
        """Return the settings that the page plays: those of the file at the first point of a sweep, and just these two arms.

        Raises
        ------
        SettingsError
            If the class cannot be used, or a parameter is unknown, missing or has a wrong value.
        """
        self._check_arms()
        try:
            self.declared.check(self.base.parameters, "[parameters]")
            for name, values in zip(self.names, self.shown_values, strict=True):
                self.declared.check(values, f"[arms.{name}]")
                self.declared.check_complete(values, "[parameters]")
        except SettingsError as error:
            raise SettingsError(f"{self.source}: {error}") from None
        own = self.differing
        arms = {
            name: ParameterArm.model_construct(parameters={key: values[key] for key in own if key in values})
            for name, values in zip(self.names, self.shown_values, strict=True)
        }
        settings = self.base.changed({SEED: self.changes[SEED]}) if SEED in self.changes else self.base
        experiment = settings.experiment.model_copy(update={"baseline": self.names[1], "precision": None, "targets": ""})
        common = {key: value for key, value in self.shown_values[0].items() if key not in own}
        return Prepared(
            settings.model_copy(
                update={
                    "arms": arms, "parameters": common, "experiment": experiment, "sweep": {}, "design": Sampling(),
                }
            ),
            source=self.source,
        )

    def pair(self) -> TwoModels:
        """Return the models of the two arms, at their beginning.

        Raises
        ------
        SettingsError, RunError
            As :meth:`prepared` does, or if a model cannot be made.
        """
        return TwoModels(self.prepared(), self.names)


def model_settings(settings: Settings, source: str) -> ModelSettings:
    """Return what is shown first: the file's last arm, and the baseline."""
    names = list(first_values(settings))
    right = settings.baseline() if settings.arms else names[0]
    others = [name for name in names if name != right] or [right]
    return ModelSettings(settings, source, (others[-1], right))


def words_of(value: Any) -> str:
    """Return a value as the page shows it."""
    return "its default" if value is None else value if isinstance(value, str) else toml_value(value)


def range_of(values: list[float], limits: tuple[float, float], *, whole: bool) -> tuple[float, float]:
    """Return the ends of a slider: the declared limits, or else what is usual around the values that are known.

    Examples
    --------
    >>> range_of([0.3, 0.7], (-float("inf"), float("inf")), whole=False)
    (0.0, 1.0)
    >>> range_of([20], (-float("inf"), float("inf")), whole=True)
    (1, 40)
    """
    least, most = min(values), max(values)
    low = 2 * least if least < 0 else 1 if whole and least >= 1 else 0.0
    high = 1.0 if not whole and least >= 0 and most <= 1 else 2 * most if most > 0 else 1.0
    if whole and high < 10:
        high = 10
    low = limits[0] if limits[0] > -float("inf") else min(low, limits[1])
    high = limits[1] if limits[1] < float("inf") else max(high, low + 1)
    return min(low, least), max(high, most)


def step_of(low: float, high: float, values: list[Any]) -> float:
    """Return a slider's step: a round number on which the known values lie."""
    step = 10.0 ** -max(0, _digits((high - low) / STEPS_OF_SLIDER))
    for _ in range(3):
        if all(abs((value - low) / step - round((value - low) / step)) < 1e-6 for value in values):
            break
        step /= 10
    return round(step, 12)


def _digits(size: float) -> int:
    """How many digits after the point a step of about this size has."""
    digits = 0
    while size < 1 and digits < 12:
        size, digits = size * 10, digits + 1
    return digits
