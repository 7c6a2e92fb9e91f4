"""Comparison table: results beside the numbers that they are compared with, as a table to read and as a CSV file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from learnsim.analysis.comparison import NORMAL, TargetComparison
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Target
from learnsim.report.labels import at_values, digits_for, interval, measure_title, number, plain
from learnsim.report.sentences import comparison_counts
from learnsim.report.text_tables import TextTable

MOST_COMPARED = 200  # numbers of a table that a person reads
TITLE = "Comparison with targets"
HEADER = ("number", "source", "target", "ours [95 % interval]", "z", "verdict")


def comparison_table(comparisons: Sequence[TargetComparison]) -> TextTable | None:
    """Return every result beside its target, and counts of verdicts; None if there is none.

    Where there are several panels, the first column says which a number belongs to.
    """
    if not comparisons:
        return None
    several = len({one.target.panel for one in comparisons}) > 1
    rows = comparison_rows(comparisons)
    header = ("panel", *HEADER) if several else HEADER
    cut = f" Shown are those not as expected, {MOST_COMPARED} at most; all are in targets.csv."
    note = comparison_counts(comparisons) + (cut if len(comparisons) > MOST_COMPARED else "")
    return TextTable(TITLE, header, rows if several else [row[1:] for row in rows], len(header) - 4, note)


def comparison_rows(comparisons: Sequence[TargetComparison]) -> list[tuple[str, ...]]:
    """Return comparisons as cells of text: the panel, where it is another one than above, and what :data:`HEADER` names.

    Of more than :data:`MOST_HELD`, only so many that are not as expected.
    """
    rows, last = [], None
    labelled = list(zip(comparisons, labels_of(comparisons), strict=True))
    if len(comparisons) > MOST_COMPARED:
        labelled = [(one, label) for one, label in labelled if not one.as_expected][:MOST_COMPARED]
    for one, label in labelled:
        panel = one.target.panel
        rows.append((panel if panel != last else "", label, *_cells(one)))
        last = panel
    return rows


def _cells(one: TargetComparison) -> tuple[str, ...]:
    """A comparison as cells of text, as the end of :data:`HEADER` names them."""
    estimate = one.estimate
    ours = plain(estimate.mean) if one.target.statistic == "peak" and not math.isnan(estimate.mean) else interval(estimate)
    return one.target.source, _target(one), ours, z_text(one.z), _verdict(one)


def z_text(z: float) -> str:
    """Return a z, its sign before it unless it is 0."""
    shown = round(z, 1)
    return number(abs(shown), 1) if shown == 0.0 else number(shown, 1, sign=True)


def _target(one: TargetComparison) -> str:
    """Return a target's number and half of its 95 % interval, or the range that it is said to lie in."""
    low, high = one.target.low, one.target.high
    error = "" if not one.target_error > 0.0 else f" ±{number(half := NORMAL * one.target_error, digits_for(half))}"
    if math.isinf(high):
        return f"at least {low:g}{error}"
    if math.isinf(low):
        return f"at most {high:g}{error}"
    return f"{low:.6g}{error}" if low == high else f"{low:g} to {high:g}{error}"


def _verdict(one: TargetComparison) -> str:
    """Return the verdict, and whether it was expected, where that is not obvious."""
    if one.verdict == "agrees" and one.as_expected:
        return "agrees"
    if one.verdict == "missing":
        return "missing"
    return f"{one.verdict}, {'as' if one.as_expected else 'not'} expected"


def labels_of(comparisons: Sequence[TargetComparison]) -> list[str]:
    """Return what each target is called: its name; if it has none, what it is of, and how it differs from the others."""
    targets = [one.target for one in comparisons]
    alone = len(targets) == 1
    names = {name for target in targets for name in target.values}
    there = {name: {repr(target.values[name]) for target in targets if name in target.values} for name in sorted(names)}
    varying = [name for name, values in there.items() if alone or len(values) > 1]
    measures = alone or len({target.measure for target in targets}) > 1
    return [target.name or _label(target, varying, measure=measures) for target in targets]


def _label(target: Target, settings: Sequence[str], *, measure: bool) -> str:
    parts = [_WORDS[target.statistic].format(arm=target.arm, over=target.over, along=target.along)]
    parts += [measure_title(target.measure)] if measure else []
    names = [name for name in settings if name in target.values]
    parts += [at_values(target.values, names)] if names else []
    parts += [] if target.session is None else [f"session {target.session}"]
    return ", ".join(parts)


_WORDS = {
    "mean": "{arm}",
    "sd": "sd of {arm} over replicates",
    "difference": "{arm} minus {over}",
    "effect": "{arm} minus {over} in sd of people",
    "share_above": "share of {arm} above {over}",
    "peak": "{along} at which {arm} is highest",
    "slope": "slope of {arm} along {along}",
    "least_step": "least step of {arm} along {along}",
}

IDENTITY = ("panel", "name", "source", "statistic", "arm", "over", "measure", "session")
NUMBERS = ("low", "high", "error", "runs", "found", "found_low", "found_high", "z", "verdict", "expect", "as_expected")


def target_columns(swept: Iterable[str]) -> list[str]:
    """Return the columns of ``targets.csv``."""
    return [*IDENTITY, *swept, *NUMBERS]


def target_lines(summary: Summary) -> Iterable[list[Any]]:
    """Yield the lines of ``targets.csv``: a target each, in the file's order."""
    for one in summary.comparisons:
        target, estimate = one.target, one.estimate
        identity = [getattr(target, column) for column in IDENTITY[:-1]]
        session = "" if target.session is None else target.session
        swept = [target.values.get(name, "") for name in summary.results.design.swept]
        numbers = [target.low, target.high, one.target_error, target.runs, estimate.mean, estimate.low, estimate.high, one.z]
        yield [*identity, session, *swept, *map(_written, numbers), one.verdict, target.expect, one.as_expected]


def _written(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.10g}"
