"""Assumptions: what the results rest on but do not test: calibrated effects, and settings without a source."""

from __future__ import annotations

from learnsim.experiments.design.design import Design
from learnsim.report.labels import declaration_of, listed
from learnsim.settings import Settings
from learnsim.settings.declare import ASSUMED

CALIBRATED = "calibrated"
UNITS = ("ratio", "share", "probability", "mastery", "share a session", "sessions a cellmate")  # those of effects
MOST_NAMES = 2


def assumptions_sentence(design: Design) -> str:
    """Say, without a full stop, what was assumed rather than tested; empty if nothing was."""
    calibrated, own, assumed = [], [], []
    for table in design.kind.effects:
        for key, declared in type(getattr(Settings(), table)).model_fields.items():
            name = f"{table}.{key}"
            if any(f"{one}.".startswith(f"{name}.") for one in design.swept):
                continue
            extra = declared.json_schema_extra
            source = str(extra.get("source", "")) if isinstance(extra, dict) else ""
            default = getattr(getattr(Settings(), table), key)
            if source.startswith(CALIBRATED) and getattr(getattr(design.settings, table), key) == default:
                calibrated.append(name)
            elif source.startswith(CALIBRATED):
                own.append(name)
            elif source.startswith(ASSUMED) and declaration_of(name) and _unit(declared) in UNITS:
                assumed.append(name)
    parts = []
    if calibrated:
        are = "are" if len(calibrated) > 1 else "is"
        parts.append(f"{listed(map(_what, calibrated))} {are} calibrated to published results")
    if own:
        parts.append(f"{listed(map(_what, own))} {'have values' if len(own) > 1 else 'has a value'} of the file's own")
    if assumed:
        more = " and others" if len(assumed) > MOST_NAMES else ""
        named = [_what(name) for name in _telling(assumed)]
        text = ", ".join(named) + more if more else listed(named)
        are = "are" if more or len(named) > 1 else "is"
        parts.append(f"{text} {are} assumed without a source and not varied here")
    return f"assumed, not a finding: {'; '.join(parts)}" if parts else ""


def _telling(names: list[str]) -> list[str]:
    """The first few that are an effect or a share of what is learned, before those that say how people differ."""
    plainly = [name for name in names if not any(letter.isdigit() for letter in _what(name))]
    ratio = [name for name in plainly if (declared := declaration_of(name)) and _unit(declared) in ("ratio", "share")]
    return list(dict.fromkeys([*ratio, *plainly]))[:MOST_NAMES]


def _unit(declared: object) -> str:
    extra = getattr(declared, "json_schema_extra", None)
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _what(name: str) -> str:
    """What a setting is, in the words of its declaration up to the first comma."""
    declared = declaration_of(name)
    text = (declared.description or name) if declared else name
    text = text.split(",")[0].split(":")[0].split(";")[0]
    return f"the {text}" if not text.startswith(("the ", "how ")) else text
