"""Fit words: what a fit says, in sentences and tables; the terminal and the page show the same ones."""

from __future__ import annotations

import math

import numpy as np

from learnsim.fitting.estimate import WORST_CONDITION, Estimate
from learnsim.fitting.fitted import Fitted
from learnsim.fitting.observed import Moment
from learnsim.fitting.recovery import Recovered
from learnsim.report.labels import interval_text, listed, number, p_text, plain, setting_unit, setting_words
from learnsim.report.text_tables import TextTable
from learnsim.settings import Settings

FAR = 2.0  # standard errors from which a difference is named
AT_END = 0.005  # of a range
TOGETHER = 1.0  # standard errors: searches that end so close have ended at the same values
SURPRISING = 0.05


def fit_answer(fitted: Fitted) -> list[str]:
    """Return the answer of a fit in sentences: what speaks against it, the estimates, and whether the data are met."""
    found, moments = fitted.estimate, fitted.observed.moments
    met, misfit = _misfit(found, moments)
    lines = [f"{warning}." for warning in fitted.warnings] + ([] if met else [misfit])
    lines += [
        f"{setting_words(name).capitalize()} ({name}): {interval_text(value, low, high)}, the 95 % interval."
        for name, value, low, high in zip(found.names, found.values, found.low, found.high, strict=True)
    ]
    at_end = [name for name, place in zip(found.names, found.place, strict=True) if min(place, 1.0 - place) < AT_END]
    if at_end:
        lines.append(f"{listed(at_end)} went to the end of the range that was allowed: widen it, or doubt the model.")
    lines += [misfit] if met else []
    ends = np.array([start.end for start in found.starts])
    if len(ends) > 1:
        apart = np.ptp(ends, axis=0) > TOGETHER * found.standard_error
        where = "within a standard error of each other, as they should"
        if apart.any():
            where = "at different values: the best is taken, and more [fit] starts are advised"
        lines.append(f"{len(ends)} searches from far-off starts ended {where}.")
    if len(found.names) > 1:
        lines.append(
            f"The settings can be told apart by these data: condition number {found.condition:.1f}, where 1 is best and "
            f"more than {WORST_CONDITION:g} is refused."
        )
    return lines


def _misfit(found: Estimate, moments: tuple[Moment, ...]) -> tuple[bool, str]:
    """Return whether nothing speaks against the model, and the sentence about it."""
    fresh = f"with random numbers that the search has not seen, {number(found.fresh_misfit, 2)}"
    if not found.freedom:
        return True, (
            "There are as many numbers as settings, so that they can be met whatever they are: this tests nothing "
            f"(misfit {number(found.misfit, 2)}; {fresh})."
        )
    test = (
        f"misfit {number(found.misfit, 2)} with {found.freedom} degree{'s' if found.freedom > 1 else ''} of freedom, "
        f"p {'' if found.p < 0.001 else '= '}{p_text(found.p)}; {fresh}"
    )
    if found.p >= SURPRISING:
        return True, f"The model can have made these data (J test: {test})."
    distance = (found.observed - found.simulated) / found.error
    worst = int(np.argmax(np.abs(distance)))
    side = "above" if distance[worst] > 0.0 else "below"
    return False, (
        "The model does not reproduce these data, so do not lean on the intervals: people may begin or differ otherwise, "
        f"or the course have been longer or shorter (J test: {test}). Farthest off is {moments[worst]}, "
        f"{number(found.observed[worst], 3)}: {abs(distance[worst]):.1f} standard errors {side} the "
        f"{number(found.simulated[worst], 3)} of the model."
    )


def fit_tables(fitted: Fitted) -> list[TextTable]:
    """Return the estimates, what they were fitted to, which number pulls which setting, the searches, a recovery."""
    found, moments = fitted.estimate, fitted.observed.moments
    tables = [_estimates(found, fitted.before), _moments(found, moments), _pull(found, moments)]
    if len(found.names) > 1:
        signed = [[number(float(value), 2, sign=True) for value in row] for row in found.correlation]
        rows: list[tuple[str, ...]] = [(name, *row) for name, row in zip(found.names, signed, strict=True)]
        note = "Near 1 or -1: the data say little of one without the other."
        tables.append(TextTable("correlation of the estimates", ("setting", *map(_short, found.names)), rows, 1, note))
    rows = [
        (str(place), _shortly(start.values), _shortly(start.end), number(start.misfit, 2))
        for place, start in enumerate(found.starts, 1)
    ]
    note = "Settings in the order above. With few replicates; from the best of them the search goes on with all."
    tables.append(TextTable("searches", ("start", "from", "to", "misfit"), rows, 3, note))
    return [*tables, *([recovery_table(fitted.recovered)] if fitted.recovered else [])]


def _shortly(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


def recovery_table(recovered: Recovered) -> TextTable:
    """Return how well made-up data give back the values they were made with."""
    sets = len(recovered.values)
    error = math.sqrt(0.95 * 0.05 / sets)
    spread = recovered.values.std(axis=0, ddof=1) if sets > 1 else np.full(len(recovered.names), np.nan)
    columns = (recovered.names, recovered.truth, recovered.values.T, recovered.bias, spread, recovered.coverage)
    rows = []
    for name, truth, values, bias, wide, covered in zip(*columns, strict=True):
        shares = f"{100.0 * bias:+.0f} %", f"{100.0 * wide / truth:.0f} %"
        rows.append((name, f"{truth:.4g}", f"{np.median(values):.4g}", *shares, f"{covered:.2f}"))
    header = ("setting", "true value", "middle estimate", "bias", "spread of\nestimates", "covered")
    note = (
        f"{sets} data sets made with the true values and fitted again; covered: the share of 95 % intervals that have the "
        f"true value in them, .95 give or take {1.96 * error:.2f} by chance."
    )
    return TextTable("recovery", header, rows, 1, note)


def _estimates(found: Estimate, settings: Settings) -> TextTable:
    tree = settings.model_dump()
    rows = [
        (name, f"{value:.4g}", f"{error:.2g}", f"{low:.4g}", f"{high:.4g}", _now(tree, name), setting_unit(name))
        for name, value, error, low, high in zip(
            found.names, found.values, found.standard_error, found.low, found.high, strict=True
        )
    ]
    header = ("setting", "estimate", "standard\nerror", "low", "high", "before\nthe fit", "unit")
    return TextTable("estimates", header, rows, 1, "low and high: a 95 % interval.")


def _moments(found: Estimate, moments: tuple[Moment, ...]) -> TextTable:
    distance = (found.observed - found.simulated) / np.where(found.error > 0.0, found.error, np.nan)
    rows = [
        (one.arm, one.name, number(there), number(here), number(error), number(far, 1, sign=True))
        for one, there, here, error, far in zip(
            moments, found.observed, found.simulated, found.error, distance, strict=True
        )
    ]
    header = ("arm", "number", "observed", "simulated", "standard\nerror", "difference in\nstandard errors")
    return TextTable("observed and simulated", header, rows, 2)


def _pull(found: Estimate, moments: tuple[Moment, ...]) -> TextTable:
    rows = [
        (one.arm, one.name, *(number(float(value), 2, sign=True) for value in column))
        for one, column in zip(moments, found.pull.T, strict=True)
    ]
    note = "How many of its standard errors an estimate rises if the number is higher by one of its own."
    return TextTable("which number pulls which setting", ("arm", "number", *map(_short, found.names)), rows, 2, note)


def _short(name: str) -> str:
    return name.replace(".", ".\n")


def _now(tree: dict[str, object], name: str) -> str:
    value: object = tree
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else plain(value)
