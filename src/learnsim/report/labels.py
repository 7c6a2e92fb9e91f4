"""Labels: how numbers, settings, measures and values are written for a person.
Figures, tables and sentences all write with these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from learnsim.models.registry import model_with
from learnsim.settings import ArmTable, Settings
from learnsim.settings.arms import PRESETS, PhaseTable
from learnsim.settings.edit import listed_table, path_of
from learnsim.settings.readers import models
from learnsim.settings.shocks import Shock

if TYPE_CHECKING:
    from learnsim.analysis.estimates import Estimate
    from learnsim.experiments.design.design import Design

MISSING = "-"
DIGITS, MOST_DIGITS = 3, 6
SHORT = 5  # letters of a setting's name that say too little without its table
OF_A_HUNDRED = ("mastery", "score", "share")  # units from 0 to 1, which sentences count in points of a hundred


def measure_title(name: str) -> str:
    """Return what a measure is called in a heading."""
    kind = model_with(name)
    title = kind.titles.get(name, "") if kind else ""
    return title or re.sub(r"_(\d)_(\d)", r" \1.\2", name).replace("_", " ")


def measure_label(name: str, *, difference: bool = False) -> str:
    """Return what stands at an axis of this measure: its title and unit."""
    kind = model_with(name)
    assert kind is not None
    unit = kind.measures[name][1]
    unit = "0 to 1" if unit in ("mastery", "score") else unit
    bracketed = f"({unit})" if unit else ""
    if difference:
        return f"difference in {measure_title(name)}\n{bracketed}".rstrip()
    return f"{'final ' if name in kind.session_measures else ''}{measure_title(name)} {bracketed}".rstrip()


def declaration_of(setting: str) -> FieldInfo | None:
    """Return the declaration of a dotted setting; of a trait for the parts of a trait."""
    table, *path = setting.split(".")
    if listed_table(setting):
        return (Shock if table == "shocks" else PhaseTable).model_fields.get(path[-1])
    if table == "arms":
        return ArmTable.model_fields.get(path[-1]) if path else None
    kind = Settings.model_fields[table].annotation if table in Settings.model_fields else None
    if path and isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields.get(path[0])
    return None


def setting_unit(setting: str) -> str:
    """Return the unit of a dotted setting; empty where it has none."""
    declared = declaration_of(setting)
    extra = declared.json_schema_extra if declared else None
    return str(extra["unit"]) if isinstance(extra, dict) and "unit" in extra else ""


def setting_label(setting: str) -> str:
    """Return what stands at an axis of this setting: its dotted name and unit."""
    unit = setting_unit(setting)
    return f"{setting} ({unit})" if unit else setting


def setting_words(setting: str) -> str:
    """Return what a dotted setting is called in a sentence: ``"cycle length"``, ``"council of hybrid"``."""
    table, *path = setting.split(".")
    if listed_table(setting):
        *owner, number, key = path_of(setting)[1:]
        words = f"{'start' if key == 'from' else key.replace('_', ' ')} of {'phase' if owner else 'shock'} {int(number) + 1}"
        return f"{words} of {owner[0]}" if owner else words
    if table == "arms":
        return f"{path[-1]} of {'.'.join(path[:-1])}"
    words = " ".join(path).replace("_", " ")
    return words if len(words) > SHORT else f"{table} {words}"


def the_larger(setting: str) -> str:
    """Return how a sentence begins that follows a setting upwards: ``"the more items"``."""
    words, declared = setting_words(setting), declaration_of(setting)
    counted = declared is not None and declared.annotation is int and words.endswith("s")
    return f"the more {words}" if counted else f"the larger the {words}"


def plain(value: Any) -> str:
    """Return a setting's value as briefly as possible."""
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        rest = " ".join(f"{key}={plain(part)}" for key, part in value.items() if key != "distribution")
        return f"{value['distribution']}({rest})" if "distribution" in value else rest
    if isinstance(value, (list, tuple)):
        return ", ".join(map(plain, value))
    return str(value)


def at_values(values: Mapping[str, Any], settings: Iterable[str] | None = None) -> str:
    """Return ``"a = 1, b = 2"`` of a point's values, or of some of them."""
    chosen = values if settings is None else {name: values[name] for name in settings}
    return ", ".join(f"{name} = {plain(value)}" for name, value in chosen.items())


def number(value: float, digits: int = DIGITS, *, sign: bool = False) -> str:
    """Return a number with so many digits after the point, or what stands for a missing one."""
    if math.isnan(value):
        return MISSING
    text = f"{value:{'+' if sign else ''}.{digits}f}"
    return text if abs(value) < 1e6 else f"{value:{'+' if sign else ''}.3g}"


def interval(estimate: Estimate, *, sign: bool = False) -> str:
    """Return a mean and its interval, with as many digits as the interval bears: ``+0.301 [0.293, 0.310]``."""
    return interval_text(estimate.mean, estimate.low, estimate.high, sign=sign)


def interval_text(value: float, low: float, high: float, *, digits: int | None = None, sign: bool = False) -> str:
    """Return a value and its interval, if it has one; with as many digits as the interval bears, or ``digits``."""
    if math.isnan(low) or math.isnan(value) or low == high:
        return number(value, DIGITS if digits is None else digits, sign=sign)
    shown = digits_for((high - low) / 2.0) if digits is None else digits
    if digits is None and any(0.0 < abs(bound) < 0.5 * 10.0**-shown for bound in (low, high)):
        shown += 1  # -0.000 would hide on which side of 0 the interval ends
    return f"{number(value, shown, sign=sign)} [{number(low, shown)}, {number(high, shown)}]"


def amount(measure: str, value: float, *, unit: bool = True) -> str:
    """Return how much of a measure this is, without its sign: ``"28 points"`` of a hundred, or in the measure's unit."""
    size, named = abs(value), _unit_of(measure)
    if named in OF_A_HUNDRED:
        text = _rounded(100.0 * size, 1)
        return f"{text} point{'' if text == '1' else 's'}" if unit else text
    if named in ("ratio", ""):
        return _rounded(size, 2 if named else 3)
    return f"{_rounded(size, 1)} {named}" if unit else _rounded(size, 1)


def more_or_less(measure: str, value: float) -> str:
    """Return a difference behind a level that has the unit already: ``"28 more"``."""
    return f"{amount(measure, value, unit=_unit_of(measure) not in OF_A_HUNDRED)} {'more' if value > 0.0 else 'less'}"


def level(measure: str, value: float) -> str:
    """Return what a measure stands at: ``"62 of a hundred points"``, or with the measure's own unit."""
    if _unit_of(measure) in OF_A_HUNDRED:
        return f"{'-' if value <= -0.0005 else ''}{amount(measure, value, unit=False)} of a hundred points"
    return f"{'-' if value < 0.0 else ''}{amount(measure, value)}"


def _unit_of(measure: str) -> str:
    kind = model_with(measure)
    return kind.measures[measure][1] if kind else ""


def _rounded(size: float, digits: int) -> str:
    """A number without its sign: whole from 10 on; what is not nothing is not written as nothing."""
    smallest = 10.0**-digits
    if 0.0 < size < smallest / 2.0:
        return f"less than {smallest:g}"
    if round(size, digits) >= 10.0:
        return f"{size:,.0f}" if size < 1e9 else f"{size:.3g}"
    return f"{size:.{digits}f}".rstrip("0").rstrip(".")


def give_or_take(estimate: Estimate, digits: int = DIGITS, *, sign: bool = False) -> str:
    """Return a mean and half the width of its interval: ``0.338 ±0.004``."""
    text = number(estimate.mean, digits, sign=sign)
    if math.isnan(estimate.low) or estimate.sd == 0.0:
        return text
    return f"{text} ±{number(estimate.half_width, digits)}"


def digits_for(half_width: float) -> int:
    """Return how many digits after the point show an interval of this half-width: three, or more for a narrow one."""
    if not 0.0 < half_width < 1.0:
        return DIGITS
    return min(MOST_DIGITS, max(DIGITS, math.ceil(0.3 - math.log10(half_width))))


def p_text(p: float) -> str:
    """Return a p value."""
    if math.isnan(p):
        return MISSING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def percent(share: float) -> str:
    """Return a share in percent; small ones are not shown as none."""
    if math.isnan(share):
        return MISSING
    if 0.0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1.0:
        return "> 99 %"
    return f"{100.0 * share:.0f} %"


def arm_words(arm: str) -> str:
    """Return an arm's name as it stands in a sentence: between quotes where it could be read as a word of the sentence."""
    return arm if arm in PRESETS or re.fullmatch(r"\w+(-\w+)+", arm) else f'"{arm}"'


def in_common(settings: Settings) -> str:
    """Return what the arms of a replicate have in common."""
    if models()[settings.model.kind].own_parameters:
        return "the same seeds" if settings.experiment.common == "everything" else "seeds of their own"
    return "the same people" if settings.experiment.common == "people" else "the same people and random numbers"


def listed(names: Iterable[str]) -> str:
    """Return ``"a, b and c"``."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def design_size(design: Design) -> str:
    """Return arms x points x replicates = runs."""
    precise = design.precision
    arms, points = _counted(len(design.arms), "arm"), _counted(len(design.points), "point")
    times = f"{precise.min} to {precise.max} replicates" if precise else _counted(design.replicates, "replicate")
    most = len(design.points) * len(design.arms) * precise.max if precise else 0
    runs = f"{design.runs:,} to {most:,} runs" if precise else _counted(design.runs, "run")
    return f"{arms} x {points} x {times} = {runs}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
