"""Held: what was found beside the numbers that it is held against, as a table that a person reads and as a CSV file.
Knows findings and sheets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from learnsim.analysis.findings import NORMAL, Finding, findings_told
from learnsim.analysis.sheets import Sheet
from learnsim.analysis.summary import Summary
from learnsim.analysis.words import at_values, digits_for, interval, measure_title, number, plain
from learnsim.experiments.targets import Target

TITLE = "Held against published numbers"
HEADER = ("number", "told", "target", "ours [95 % interval]", "z", "verdict")


def held_sheet(findings: Sequence[Finding], *, title: str = TITLE) -> Sheet | None:
    """Return every finding beside its target, the panel that it belongs to where there are several, and what it comes to."""
    if not findings:
        return None
    several = len({one.target.panel for one in findings}) > 1
    rows, last = [], None
    for one in findings:
        panel = [one.target.panel if one.target.panel != last else ""] if several else []
        rows.append((*panel, *held_row(one)))
        last = one.target.panel
    header = ("panel", *HEADER) if several else HEADER
    return Sheet(title, header, rows, len(header) - 4, findings_told(findings))


def held_row(one: Finding) -> tuple[str, ...]:
    """Return a finding as cells of text, as :data:`HEADER` names them."""
    found = one.estimate
    ours = plain(found.mean) if one.target.statistic == "peak" and not math.isnan(found.mean) else interval(found)
    return label_of(one.target), one.target.told, target_told(one), ours, number(one.z, 2, sign=True), verdict_told(one)


def target_told(one: Finding) -> str:
    """Return a target's number and half of its 95 % interval, or the range it is told to lie in."""
    low, high = one.target.low, one.target.high
    error = "" if not one.told_error > 0.0 else f" ±{number(half := NORMAL * one.told_error, digits_for(half))}"
    if math.isinf(high):
        return f"at least {low:g}{error}"
    if math.isinf(low):
        return f"at most {high:g}{error}"
    return f"{low:.6g}{error}" if low == high else f"{low:g} to {high:g}{error}"


def verdict_told(one: Finding) -> str:
    """Return the verdict, and whether it was expected where that is not plain."""
    if one.verdict == "agrees" and one.as_expected:
        return "agrees"
    if one.verdict == "missing":
        return "missing"
    return f"{one.verdict}, {'as' if one.as_expected else 'not'} expected"


def label_of(target: Target, settings: Iterable[str] | None = None) -> str:
    """Return what a target is called: its name; if it has none, what it is of, and at which values.

    Parameters
    ----------
    target : Target
    settings : iterable of str, optional
        The swept settings that tell it from its neighbours; all if left out.
    """
    if target.name:
        return target.name
    parts = [_WORDS[target.statistic].format(arm=target.arm, over=target.over, along=target.along)]
    parts.append(measure_title(target.measure))
    names = target.values if settings is None else [name for name in settings if name in target.values]
    parts += [at_values(target.values, names)] if names else []
    parts += [] if target.session is None else [f"session {target.session}"]
    return ", ".join(parts)


_WORDS = {
    "mean": "{arm}",
    "difference": "{arm} minus {over}",
    "share_above": "share of {arm} above {over}",
    "peak": "{along} at which {arm} is highest",
    "least_step": "least step of {arm} along {along}",
}

IDENTITY = ("panel", "name", "told", "statistic", "arm", "over", "measure", "session")
NUMBERS = ("low", "high", "error", "runs", "found", "found_low", "found_high", "z", "verdict", "expect", "as_expected")


def held_header(swept: Iterable[str]) -> list[str]:
    """Return the columns of ``targets.csv``."""
    return [*IDENTITY, *swept, *NUMBERS]


def held_lines(summary: Summary) -> Iterable[list[Any]]:
    """Yield the lines of ``targets.csv``: a target each, in the file's order."""
    for one in summary.findings:
        target, found = one.target, one.estimate
        told = [getattr(target, column) for column in IDENTITY[:-1]]
        session = "" if target.session is None else target.session
        swept = [target.values.get(name, "") for name in summary.results.design.swept]
        numbers = [target.low, target.high, one.told_error, target.runs, found.mean, found.low, found.high, one.z]
        yield [*told, session, *swept, *map(_written, numbers), one.verdict, target.expect, one.as_expected]


def _written(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.10g}"
