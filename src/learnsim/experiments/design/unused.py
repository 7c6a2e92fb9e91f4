"""Unused: settings and fields of arms that an experiment sets or sweeps, and that have no effect in its model.

Whether a setting has an effect is tested by changing it: it has none if the effective settings of every arm stay the same
with its other values. So no setting is forgotten, and no setting that is read is called unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from learnsim.errors import LONGEST_VALUE, listed, shortened
from learnsim.experiments.design.points import Point, with_value
from learnsim.grouping import OFFICERS
from learnsim.grouping.effective_settings import EffectiveSettings
from learnsim.grouping.policies import shuffle_names
from learnsim.grouping.preparation import Prepared
from learnsim.models.runs import effective_settings_of
from learnsim.people import Roster
from learnsim.settings import Settings
from learnsim.settings.arms import PRESETS, Arm, ArmTable
from learnsim.settings.edit import listed_table, path_of
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.sampling import Span
from learnsim.settings.sweep import tables
from learnsim.settings.traits import Constant, beta
from learnsim.settings.write import toml_value

SHARES = ("lecture", "briefing", "exchange")  # must add up to 1, so that a file sets them without a purpose of their own
FILES = ("organisation.roster", "organisation.plan")  # of which there is no other value
PLAIN = ("organisation", "network")  # what a file may set as a description, whether or not it has an effect
ARMS_NAMED = 3  # reasons in a warning, each with its arms
MOST_WARNINGS = 30
MOST_POINTS = 10_000  # points checked; of more points, about as many, spread over all
SPREAD = 2_654_435_761  # spreads numbers evenly (Knuth, The Art of Computer Programming 3, 6.4)


class UnusedSettings:
    """Collects, point by point, the settings that have no effect at any point, and makes warnings of them."""

    def __init__(self, settings: Settings, points: int = 1) -> None:
        self._settings = settings
        self._share = 2**32 if points <= MOST_POINTS else 2**32 * MOST_POINTS // points
        swept = settings.sweep.items()
        self._swept = [full for full, values in swept if isinstance(values, Span) or any(one != values[0] for one in values)]
        self._others: dict[str, Any] = dict(_explicit_settings(settings))  # the values that a setting is compared with
        self._reasons: dict[str, dict[str, str]] = {full: {} for full in (*self._others, *self._swept)}  # per arm
        self._remarks: dict[str, set[str]] | None = None

    def look(self, point: Point) -> None:
        """Check one more point."""
        if not self._others and self._remarks is not None and not any(self._remarks.values()):
            return
        if point.number * SPREAD % 2**32 >= self._share:
            return
        if self._remarks is None:  # a swept setting is compared with its value at the first point
            self._others |= {full: point.values[full] for full in self._swept}
        here = _EffectiveSettings(point.settings, point.roster)
        arms = (name for name, arm in self._settings.arms.items() if arm.model_fields_set - {"preset"})
        remarks = {name: set(here[name].remarks) for name in (arms if self._remarks is None else self._remarks)}
        before = self._remarks
        self._remarks = {name: each & before[name] if before else each for name, each in remarks.items()}
        for full in list(self._others):
            if _counts(full, [self._others[full]], here):
                del self._others[full], self._reasons[full]
            else:
                for name in here.concerned(full):
                    self._reasons[full].setdefault(name, _reason(here[name], full))

    @property
    def reasons(self) -> dict[str, str]:
        """The dotted name of each setting without an effect, and the reason."""
        return {full: _joined(why) for full, why in self._reasons.items()}

    @property
    def warnings(self) -> list[str]:
        """A warning for each setting without an effect."""
        remarks = (self._remarks or {}).items()
        warnings = [f"[arms.{name}] {remark}" for name, each in remarks for remark in sorted(each)]
        for full, why in self.reasons.items():
            if full in self._settings.sweep:
                if not self._balances(full):
                    warnings.append(f"[sweep] {full} has no effect: {why}")
            else:
                table, _, key = full.rpartition(".")
                value = shortened(toml_value(_value(self._settings, full)), LONGEST_VALUE)
                warnings.append(f"[{table}] {key} = {value} has no effect: {why}")
        more = len(warnings) - MOST_WARNINGS
        return warnings if more <= 0 else [*warnings[:MOST_WARNINGS], f"{more:,} more settings have no effect"]

    def _balances(self, full: str) -> bool:
        """Whether a swept share only balances a lecture that is swept too and has an effect."""
        arm, _, key = full.rpartition(".")
        return key in SHARES and f"{arm}.lecture" in self._settings.sweep and f"{arm}.lecture" not in self._reasons


class _EffectiveSettings(dict[str, EffectiveSettings]):
    """What each arm reads at a point, computed on first use."""

    def __init__(self, settings: Settings, roster: Roster | None) -> None:
        super().__init__()
        self.settings, self.roster = settings, roster

    def __missing__(self, name: str) -> EffectiveSettings:
        self[name] = effective_settings_of(self.settings, name, self.roster)
        return self[name]

    def concerned(self, full: str) -> list[str]:
        """The arms that a setting can affect."""
        arms = self.settings.arms
        return [path_of(full)[1]] if full.startswith("arms.") else [*arms]


def _counts(full: str, others: Iterable[Any], here: _EffectiveSettings) -> bool:
    """Whether any arm reads anything different when a setting has one of these other values."""
    for value in others:
        if value == _value(here.settings, full):
            continue
        there = with_value(here.settings, full, value)
        if any(effective_settings_of(there, name, here.roster).values != here[name].values for name in here.concerned(full)):
            return True
    return False


def unused_settings(prepared: Prepared) -> dict[str, dict[str, str]]:
    """Return the settings that have no effect in these arms, whatever their values, and the reasons.

    Parameters
    ----------
    prepared : Prepared
        Without a sweep.

    Returns
    -------
    dict of dotted name to the reason in each arm
        ``table.key``, or ``arms.NAME.key`` for a field of an arm; a trait is one setting.
    """
    settings = prepared.settings
    here, kind = _EffectiveSettings(settings, prepared.roster), settings.model.kind
    fields = [key for key in Arm._fields if key not in ("preset", *SHARES) and reads_of_arms(kind, key)]
    names = [f"{table}.{key}" for table, each in tables().items() for key in each.model_fields if reads(kind, table, key)]
    names += [f"arms.{name}.{key}" for name in settings.arms for key in (*SHARES, *fields)]
    return {
        full: {name: _reason(here[name], full) for name in here.concerned(full)}
        for full in names
        if full not in FILES and not _counts(full, alternatives(full, plan=bool(settings.organisation.plan)), here)
    }


def alternatives(full: str, *, plan: bool = False) -> list[Any]:
    """Return some valid values of a setting: all names of a list, or numbers far apart; ``plan`` is whether there is one."""
    table, _, rest = full.partition(".")
    key = rest.rpartition(".")[2] if table == "arms" else rest
    if table == "arms" and key in ("shuffle", "officer"):
        return shuffle_names(plan=plan) if key == "shuffle" else list(OFFICERS)
    if table == "arms" and key == "preset":
        return list(PRESETS)
    if table == "arms" and key == "phases":
        return []
    declared = (ArmTable if table == "arms" else tables()[table]).model_fields[key]
    usual = declared.get_default(call_default_factory=True)
    if isinstance(usual, BaseModel):
        return [Constant(distribution="constant", value=0.35), beta(0.4, 0.1), beta(0.6, 0.25)]
    if isinstance(usual, list):
        return [[0.1, 0.2], [0.3, 0.6], [0.7, 0.9]]
    names = named_values(declared.annotation)
    if names:
        return names
    if isinstance(usual, int):
        return [1, 2, 3, 5, 7, usual, 50, 1000]
    if not isinstance(usual, float) and table != "arms":
        return []
    extra: Any = declared.json_schema_extra or {}
    low, high = extra.get("usual", (0.0, 1.0))
    return [low + share * (high - low) for share in (0.25, 0.5, 0.75, 0.0, 1.0)]


def named_values(annotation: Any) -> list[Any]:
    """Return the values that a type lists: those of a literal, or true and false."""
    if annotation is bool:
        return [True, False]
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [value for part in get_args(annotation) for value in named_values(part)]


def _as_effective(full: str) -> str:
    """Return a setting's name in effective settings: ``arm.`` for a field of the arm, a whole trait for a part of it."""
    if full.startswith("arms."):
        return f"arm.{path_of(full)[2]}"
    if listed_table(full):
        return "shocks"
    return ".".join(full.split(".")[:2])


def _reason(effective: EffectiveSettings, full: str) -> str:
    return effective.reasons.get(_as_effective(full), "every value gives the same results")


def _joined(why: dict[str, str]) -> str:
    """Join the reasons of several arms: each with its arms, unless there is only one."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in why.items():
        by_reason.setdefault(reason, []).append(name)
    if len(by_reason) == 1:
        return next(iter(by_reason))
    reasons = [
        f"{reason} ({'arms' if len(names) > 1 else 'arm'} {listed(names, most=2)})" for reason, names in by_reason.items()
    ]
    return listed(reasons, most=ARMS_NAMED, between="; ")


def _value(settings: Settings, full: str) -> Any:
    """Return the value that a setting has, as the file gives it for an arm's field."""
    table, _, rest = full.partition(".")
    if listed_table(full):
        path = path_of(full)
        listed_there: Any = settings.shocks if table == "shocks" else settings.arms[path[1]].phases
        return getattr(listed_there[int(path[-2])], path[-1])
    if table == "arms":
        name, _, key = rest.rpartition(".")
        return getattr(settings.arms[name], key)
    value: Any = getattr(settings, table)
    for part in rest.split("."):
        value = getattr(value, part, None)
    return value


def _explicit_settings(settings: Settings) -> Iterator[tuple[str, Any]]:
    """Yield each setting that the file sets to another value than its default, with that default."""
    swept, kind = settings.sweep, settings.model.kind
    for table, fields in tables().items():
        there = getattr(settings, table)
        for key in there.model_fields_set if table not in PLAIN else ():
            usual, full = fields.model_fields[key].get_default(call_default_factory=True), f"{table}.{key}"
            met = any(name == full or name.startswith(f"{full}.") for name in swept)
            if reads(kind, table, key) and getattr(there, key) != usual and not met:
                yield full, usual
    for name, arm in settings.arms.items():
        preset = PRESETS[arm.preset or name][1]._replace(formation=settings.organisation.formation)
        for key in arm.model_fields_set - {"preset", *SHARES, *PLAIN}:
            value, full = getattr(arm, key), f"arms.{name}.{key}"
            if value is not None and value != getattr(preset, key) and full not in swept and reads_of_arms(kind, key):
                yield full, getattr(preset, key)
