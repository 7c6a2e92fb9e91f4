"""Sheets: what was found, as tables of text that a person reads; the terminal and the report draw the same ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learnsim.analysis.cautions import ROUGH, is_rough
from learnsim.analysis.columns import columns_of
from learnsim.analysis.contrasts import BCA_FROM
from learnsim.analysis.deciders import RANKED_BY
from learnsim.analysis.summary import Row, Summary
from learnsim.analysis.words import (
    MISSING,
    chance,
    give_or_take,
    interval,
    interval_told,
    listed,
    measure_title,
    number,
    percent,
    plain,
)
from learnsim.experiments.design import Design
from learnsim.modelinfo import Column

MOST_ROWS = 100  # of a table that a person reads
EXTREMES = 5  # points at either end that stand for a table that is too long


@dataclass(frozen=True)
class Sheet:
    """A table of text.

    Attributes
    ----------
    title : str
    header : tuple of str
    rows : sequence of tuple of str
    words : int
        How many of the first columns hold words; the rest hold numbers.
    note : str
        What stands below it.
    whole : Sheet, optional
        The same table with what this one leaves out, which a reader may ask for.
    """

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = ()
    words: int = 1
    note: str = ""
    whole: Sheet | None = None


def is_long(summary: Summary) -> bool:
    """Whether the arms at all points are more than a person reads in a table; points that were drawn always are."""
    design = summary.results.design
    return len(design.points) * len(design.arms) > MOST_ROWS or design.settings.design.kind not in ("grid", "zip")


def summary_sheet(summary: Summary, columns: Sequence[Column] = (), *, difference: bool = True) -> Sheet:
    """Return every arm at every point: its difference from the baseline, and its own means in all columns or these."""
    design = summary.results.design
    columns = columns or columns_of(design)
    difference = difference and len(design.arms) > 1
    header = [*(name.replace(".", ".\n") for name in design.swept), "arm", *(["difference"] if difference else [])]
    rows = []
    for row in summary.rows():
        first = row.arm == design.arms[0]
        cells = [plain(value) if first else "" for value in row.values.values()]
        cells.append(f"{row.arm}*" if row.arm == design.baseline and len(design.arms) > 1 else row.arm)
        if difference:
            cells.append(MISSING if row.arm == design.baseline else give_or_take(row.difference(summary.measure), sign=True))
        rows.append((*cells, *(_own(row, column) for column in columns)))
    return Sheet("Every arm", (*header, *(heading for _, heading, _ in columns)), rows, len(design.swept) + 1)


def _own(row: Row, column: Column) -> str:
    name, _, digits = column
    found, replicates = row.estimate(name), int(row.summary.results.replicates[row.point])
    if found.count == 0:
        failed = row.estimate(row.summary.results.design.kind.headline[0]).count == 0
        return "failed" if failed else "never" if _is_reached(name) else MISSING
    reached = f" ({found.count}/{replicates})" if _is_reached(name) and found.count < replicates else ""
    return give_or_take(found, digits) + reached


def _is_reached(measure: str) -> bool:
    """Whether a measure is a time at which something is reached, if it is."""
    return "_to_" in measure


def contrast_sheet(summary: Summary, measure: str) -> Sheet:
    """Return every arm's difference from the baseline in one measure, with all that it takes to judge it."""
    design, found = summary.results.design, summary.contrasts[measure]
    bootstrapped = not np.isnan(found.bca_low).all()
    in_sd = not np.isnan(found.effect_in_sd).all()
    header = (
        *design.swept,
        "arm",
        f"difference [{_interval_of(design)}]",
        *(["in sd of people"] if in_sd else []),
        "d_z",
        "above",
        "p (Holm)",
        "variance / paired",
        *(["bootstrap interval (95 % BCa)"] if bootstrapped else []),
    )
    rows = []
    for row in summary.rows():
        if row.arm == design.baseline:
            continue
        place = row.point, row.number
        low, high = float(found.bca_low[place]), float(found.bca_high[place])
        bootstrap = MISSING if math.isnan(low) else f"[{number(low)}, {number(high)}]"
        rows.append(
            (
                *map(plain, row.values.values()),
                row.arm,
                interval(row.difference(measure), sign=True),
                *([number(float(found.effect_in_sd[place]), 2, sign=True)] if in_sd else []),
                number(float(found.effect[place]), 2, sign=True),
                percent(float(found.superiority[place])),
                chance(float(found.holm[place])),
                number(float(found.reduction[place]), 1),
                *([bootstrap] if bootstrapped else []),
            )
        )
    note = "" if bootstrapped else f"No bootstrap interval: BCa is shown from {BCA_FROM} replicates on."
    return Sheet(measure_title(measure), header, rows, len(design.swept) + 1, note)


def _interval_of(design: Design) -> str:
    """Which interval a table of differences shows."""
    return "95 % t interval" if design.precision is None else "interval: t, or the stopping rule's"


def extremes_sheet(summary: Summary, measure: str, most: int = EXTREMES) -> Sheet | None:
    """Return the points at which each arm differs most from the baseline, upwards and downwards, highest first."""
    design = summary.results.design
    alone = len(design.arms) == 1
    rows = []
    count = len(design.points)
    for number_of, arm in enumerate(design.arms):
        if arm == design.baseline and not alone:
            continue
        found = summary.estimates[measure] if alone else summary.contrasts[measure].difference
        for point in _ends(found.mean[:, number_of].tolist(), most):
            values = design.points.values(point)
            baseline = summary.estimates[measure].at(point, design.arms.index(design.baseline))
            own = summary.estimates[measure].at(point, number_of)
            cells = [] if alone else [interval(found.at(point, number_of), sign=True), number(baseline.mean)]
            rows.append((arm, *map(plain, values.values()), *cells, interval(own)))
    if not rows:
        return None
    differences = () if alone else (f"difference [{_interval_of(design)}]", design.baseline)
    told = measure_title(measure)
    return Sheet(
        f"Where {told} is highest and lowest" if alone else f"Where arms differ most in {told}",
        ("arm", *(name.replace(".", ".\n") for name in design.swept), *differences, told),
        rows,
        1 + len(design.swept),
        f"{_said_of(count, most)} {count:,} points; all of them are in "
        f"{'summary.csv' if alone else 'contrasts.csv'}.",
    )


def _said_of(count: int, most: int) -> str:
    return f"The {most} highest and the {most} lowest of" if count > 2 * most else "All"


def _ends(means: list[float], most: int) -> list[int]:
    """Places of the highest and of the lowest numbers, from high to low."""
    ranked = sorted((place for place, mean in enumerate(means) if not math.isnan(mean)), key=lambda place: -means[place])
    return ranked if len(ranked) <= 2 * most else ranked[:most] + ranked[-most:]


def shares_sheet(summary: Summary) -> Sheet | None:
    """Return how swept settings and pairs of them share the variance over a grid, in the first two headline measures."""
    measures = summary.results.design.headline[:2]
    found: dict[tuple[str, tuple[str, ...]], dict[str, float]] = {}
    for measure in measures:
        for one in summary.effects[measure].shares:
            found.setdefault((one.arm, one.settings), {})[measure] = one.share
    rows = [
        (arm, " with ".join(settings) or "the rest", *(percent(shares.get(measure, math.nan)) for measure in measures))
        for (arm, settings), shares in found.items()
    ]
    if all(math.isnan(share) for shares in found.values() for share in shares.values()):
        return None
    return Sheet("What decides", ("arm", "setting", *map(measure_title, measures)), rows, 2, SHARES)


SHARES = (
    "Share of the variance over the grid of the difference from the baseline (a lone arm's own mean): what each setting "
    "does alone, what two do together beyond that, and the rest. Effects of every value are in effects.csv."
)


def effects_sheet(summary: Summary, measure: str) -> Sheet | None:
    """Return what each value of a swept setting adds to an arm's mean over the grid, one setting at a time."""
    rows = [
        (one.arm, one.settings[0], one.levels[0], interval(one.estimate, sign=True))
        for one in summary.effects[measure].effects
        if len(one.settings) == 1
    ]
    if not rows or len(rows) > MOST_ROWS:
        return None
    header = ("arm", "setting", "value", "adds [95 % t interval]")
    return Sheet(f"What each value adds to {measure_title(measure)}", header, rows, 3, "Pairs of values are in effects.csv.")


def sensitivity_sheet(summary: Summary, measure: str) -> Sheet | None:
    """Return every setting's sensitivity indices, each arm's most decisive setting first."""
    from learnsim.analysis.sensitivity import noise_share

    found = summary.indices[measure]
    kinds = list(dict.fromkeys(one.kind for one in found))
    if all(math.isnan(one.value) for one in found):
        return None
    by = {(one.arm, one.setting, one.kind): one for one in found}
    rank = next(kind for kind in RANKED_BY if kind in kinds)
    rows = []
    for arm in dict.fromkeys(one.arm for one in found):
        settings = dict.fromkeys(one.setting for one in found if one.arm == arm)
        for setting in sorted(settings, key=lambda name: -_ranked(by[arm, name, rank].value)):
            mine = [by[arm, setting, kind] for kind in kinds]
            told = [interval_told(one.value, one.low, one.high, digits=3) for one in mine]
            rows.append((arm, setting, *told))
    rough = f"{ROUGH} " if is_rough(summary.results.design) else ""
    header = ("arm", "setting", *(f"{rough}{kind} [95 % interval over points]" for kind in kinds))
    noise = [(arm, noise_share(summary.results, arm, measure)) for arm in dict.fromkeys(one.arm for one in found)]
    of_noise = listed(f"{percent(share)} ({arm})" for arm, share in noise if not math.isnan(share))
    note = INDICES[rank] + (f" Share of that variance that is noise of the replicates: {of_noise}." if of_noise else "")
    title = f"What decides {measure_title(measure)}{', a rough estimate' if rough else ''}"
    return Sheet(title, header, rows, 2, note)


def _ranked(value: float) -> float:
    return -math.inf if math.isnan(value) else value


INDICES = {
    "total": "Sobol' indices of the difference from the baseline: the share of the variance between points that a setting "
    "explains alone (first-order), and with all its interactions (total).",
    "mu_star": "Elementary effects (Morris 1991): the mean absolute change of the difference over a setting's range "
    "(mu_star), the mean change (mu), and how much the change depends on the other settings (sigma).",
    "first-order": "A rough estimate (RBD-FAST) of the share of the variance between points that a setting explains alone: "
    "a setting that cannot matter may be given a large share. A saltelli design gives reliable ones, with interactions.",
}
