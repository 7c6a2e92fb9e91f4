"""Controls: the settings that the page offers, each built from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from learnsim.browser.page_settings import LOCKED, PREFIXED, SIDES, tables_of
from learnsim.grouping.policies import OFFICERS, shuffle_names
from learnsim.models.registry import info_of
from learnsim.playback.plain_settings import FIRST
from learnsim.settings import ArmTable, Settings
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.traits import Trait
from learnsim.settings.write import toml_value

FOREMOST = tuple(name for name in FIRST if not name.startswith("arm."))
OF_ARM = tuple(name.removeprefix("arm.") for name in FIRST if name.startswith("arm."))
# of measures that the page does not show
UNSEEN = ("curriculum.questions", "curriculum.pass_mark", "curriculum.equal_mean", "training.advice")
EXAMPLE = '[{at = 0, who = "trainees"}]'


@dataclass(frozen=True)
class Control:
    """One setting on the page.

    Attributes
    ----------
    name : str
        Its dotted name; of an arm's field ``"left.shuffle"``.
    label, meaning : str
        With the unit; as declared.
    kind : str
        ``"whole"`` and ``"share"`` are sliders, ``"choice"`` a list, ``"switch"`` is on or off, ``"text"`` a field in which
        TOML is written.
    value : number, str or bool
        The current one.
    low, high, step : float
        The slider's limits, wide enough for the value, and its step.
    options : tuple of str
        The values of a list.
    values : tuple
        What the options stand for, where that is not their text.
    """

    name: str
    label: str
    meaning: str
    kind: Literal["whole", "share", "choice", "switch", "text"]
    value: Any
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    options: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()

    def showing(self, changes: Mapping[str, Any]) -> Control:
        """Return the control with the value that was tried, where that is invalid and not shown yet."""
        value = changes.get(self.name, self.value)
        if self.kind == "text":
            return replace(self, value=toml_value(value)) if self.name in changes else self
        if self.kind == "switch":
            return replace(self, value=value)
        if self.kind == "choice" and self.values:
            return replace(self, value=self.options[self.values.index(value)]) if value in self.values else self
        if self.kind == "choice":
            option = str(value).lower() if isinstance(value, bool) else value
            return replace(self, value=option) if option in self.options else self
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self
        return replace(self, value=value, low=min(self.low, value), high=max(self.high, value))


def foremost(settings: Settings) -> list[Control]:
    """Return the controls of the most important settings: those of the model's own tables where nobody has chosen any."""
    tables = tables_of(settings)
    kind = settings.model.kind
    chosen = [name for name in FOREMOST if name.split(".")[0] in tables and reads(kind, *name.split(".")[:2])]
    if len(chosen) < len(FOREMOST):
        own = [f"{table}.{key}" for table in info_of(settings).tables for key in type(getattr(settings, table)).model_fields]
        controls = [control_of(name, settings) for name in [*chosen, *own]]
        return [control for control in controls if control.kind != "text"][: len(FOREMOST)]
    return [control_of(name, settings) for name in chosen]


def others(settings: Settings) -> list[Control]:
    """Return the controls of all other settings, table by table."""
    names = ["experiment.seed"]
    for table in tables_of(settings):
        for key in type(getattr(settings, table)).model_fields:
            if not reads(settings.model.kind, table, key):
                continue
            trait = getattr(getattr(settings, table), key)
            parts = [part for part in type(trait).model_fields if part != "distribution"] if _is_trait(trait) else []
            names += [f"{table}.{key}.{part}" for part in parts] or [f"{table}.{key}"]
    shown = {control.name for control in foremost(settings)} | {*LOCKED, *UNSEEN}
    controls = [control_of(name, settings) for name in names if name not in shown and name.rpartition(".")[0] not in shown]
    if not reads(settings.model.kind, "shocks"):
        return controls
    shocks, about = [_as_written(shock) for shock in settings.shocks], str(Settings.model_fields["shocks"].description)
    return [*controls, Control("shocks", "shocks", f"{about}: {EXAMPLE}", "text", toml_value(shocks))]


def of_arm(side: str, arm: str, settings: Settings, *, foremost: bool) -> list[Control]:
    """Return the controls of one side's arm: its two policies, or all its other fields."""
    resolved = settings.arm(arm)
    controls = []
    for key, declared in ArmTable.model_fields.items():
        if key == "preset" or (key in OF_ARM) is not foremost or not reads_of_arms(settings.model.kind, key):
            continue
        value = getattr(resolved, key)
        if key == "phases":
            value = [_as_written(phase) for phase in settings.arms[arm].phases or []] if arm in settings.arms else []
        named = {"shuffle": shuffle_names(plan=bool(settings.organisation.plan)), "officer": list(OFFICERS)}
        options = tuple(named.get(key, ()))
        controls.append(_of(f"{side}.{key}", key, declared, value, options))
    return controls


def _as_written(table: BaseModel) -> dict[str, Any]:
    """Return a shock or a phase as a file writes it: what is set of it."""
    return table.model_dump(exclude_unset=True)


def control_of(name: str, settings: Settings) -> Control:
    """Return the control of one setting, by its dotted name."""
    table, key, *part = name.split(".")
    holder, value = getattr(settings, table), getattr(getattr(settings, table), key)
    declared, label = type(holder).model_fields[key], key
    if part and _is_trait(value) and part[0] not in type(value).model_fields:  # another distribution than the default's
        return Control(f"{table}.{key}", label_of(key, declared), str(declared.description), "text", toml_value(value))
    if part:
        meaning, label = declared, f"{key} {part[0]}"
        inner = type(value).model_fields[part[0]]
        return _of(name, label, inner, getattr(value, part[0]), (), about=meaning)
    return _of(name, label, declared, value, ())


def _of(
    name: str, key: str, declared: FieldInfo, value: Any, options: tuple[str, ...], about: FieldInfo | None = None
) -> Control:
    about = about or declared
    label, meaning = label_of(key, about), str(about.description or "").removesuffix(" (learnsim list)")
    label = called(name, label)
    literal = _literals(declared.annotation)
    if options or literal:
        return Control(name, label, meaning, "choice", value, options=options or literal)
    if isinstance(value, bool):
        return Control(name, label, meaning, "choice", "true" if value else "false", options=("true", "false"))
    usual = _extra(declared).get("usual")
    low, high = usual or _bounds(declared)
    if not isinstance(value, (int, float)) or low is None or high is None or high > 1e6:
        return Control(name, label, meaning, "text", toml_value(value))
    low, high = min(low, value), max(high, value)
    if isinstance(value, int):
        return Control(name, label, meaning, "whole", value, low, high, 1)
    fine = high <= 0.1 or round(value, 2) != value
    return Control(name, label, meaning, "share", value, low, high, 0.001 if fine else 0.01)


def _bounds(declared: FieldInfo) -> tuple[float | None, float | None]:
    low = high = None
    for limit in [*declared.metadata, *_nested(declared.annotation)]:
        low = getattr(limit, "ge", getattr(limit, "gt", low)) if low is None else low
        high = getattr(limit, "le", None) if high is None else high
        if high is None and getattr(limit, "lt", None) is not None:
            high = limit.lt - 0.01
    return low, high


def _nested(annotation: Any) -> list[Any]:
    """The limits inside ``Annotated[...] | None``."""
    limits: list[Any] = []
    for part in get_args(annotation):
        metadata = getattr(part, "__metadata__", ())
        limits += [limit for each in metadata for limit in getattr(each, "metadata", [each])]
        limits += _nested(part)
    return limits


def _literals(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    for part in get_args(annotation):
        if values := _literals(part):
            return values
    return ()


def called(name: str, label: str) -> str:
    """Return what a setting is called in error messages: no two controls have the same name.

    Examples
    --------
    >>> called("prior.share", "share"), called("left.shuffle", "shuffle"), called("organisation.cell_size", "cell size")
    ('prior share', 'left shuffle', 'cell size')
    """
    table = name.partition(".")[0]
    return f"{table} {label}" if table in (*PREFIXED, *SIDES) else label


def label_of(key: str, declared: FieldInfo) -> str:
    """Return what a setting is called on the page, with its unit."""
    unit = _extra(declared).get("unit")
    return key.replace("_", " ") + (f" ({unit})" if unit else "")


def _extra(declared: FieldInfo) -> dict[str, Any]:
    extra = declared.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def _is_trait(value: Any) -> bool:
    return isinstance(value, BaseModel) and isinstance(value, get_args(get_args(Trait)[0]))

