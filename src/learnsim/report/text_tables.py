"""Text tables: results as tables of text; the terminal and the report show the same ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learnsim.analysis.contrasts import BCA_FROM
from learnsim.analysis.importance import RANKED_BY, is_rough
from learnsim.analysis.summary import Row, Summary
from learnsim.experiments.design.design import Design
from learnsim.models.info import Column
from learnsim.report.columns import columns_of
from learnsim.report.labels import (
    MISSING,
    give_or_take,
    interval,
    interval_text,
    listed,
    measure_title,
    number,
    p_text,
    percent,
    plain,
)
from learnsim.report.sentences import ROUGH

MOST_ROWS = 100  # of a table that a person reads
EXTREMES = 5  # points at either end that stand for a table that is too long
FEW_COLUMNS = 5  # of a small table


@dataclass(frozen=True)
class TextTable:
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
    whole: TextTable | None = None


def is_long(summary: Summary) -> bool:
    """Whether the arms at all points are more than a person reads in a table; points that were drawn always are."""
    design = summary.results.design
    return len(design.points) * len(design.arms) > MOST_ROWS or design.settings.design.kind not in ("grid", "zip")


def summary_table(summary: Summary, columns: Sequence[Column] = (), *, difference: bool = True) -> TextTable:
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
    return TextTable("Every arm", (*header, *(heading for _, heading, _ in columns)), rows, len(design.swept) + 1)


def _own(row: Row, column: Column) -> str:
    name, _, digits = column
    estimate, replicates = row.estimate(name), int(row.summary.results.replicates[row.point])
    if estimate.count == 0:
        failed = row.estimate(row.summary.results.design.kind.headline[0]).count == 0
        nothing = "to come" if row.summary.results.so_far and not row.summary.results.failures else "failed"
        return nothing if failed else "never" if _is_reached(name) else MISSING
    reached = f" ({estimate.count}/{replicates})" if _is_reached(name) and estimate.count < replicates else ""
    return give_or_take(estimate, digits) + reached


def _is_reached(measure: str) -> bool:
    """Whether a measure is a time at which something is reached, if it is."""
    return "_to_" in measure


def contrast_table(summary: Summary, measure: str) -> TextTable:
    """Return every arm's difference from the baseline in one measure, with all that it takes to judge it."""
    design, contrasts = summary.results.design, summary.contrasts[measure]
    bootstrapped = not np.isnan(contrasts.bca_low).all()
    in_sd = not np.isnan(contrasts.effect_in_sd).all()
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
        low, high = float(contrasts.bca_low[place]), float(contrasts.bca_high[place])
        bootstrap = MISSING if math.isnan(low) else f"[{number(low)}, {number(high)}]"
        rows.append(
            (
                *map(plain, row.values.values()),
                row.arm,
                interval(row.difference(measure), sign=True),
                *([number(float(contrasts.effect_in_sd[place]), 2, sign=True)] if in_sd else []),
                number(float(contrasts.effect[place]), 2, sign=True),
                percent(float(contrasts.superiority[place])),
                p_text(float(contrasts.holm[place])),
                number(float(contrasts.reduction[place]), 1),
                *([bootstrap] if bootstrapped else []),
            )
        )
    note = "" if bootstrapped else f"No bootstrap interval: BCa is shown from {BCA_FROM} replicates on."
    return TextTable(measure_title(measure), header, rows, len(design.swept) + 1, note)


def _interval_of(design: Design) -> str:
    """Which interval a table of differences shows."""
    return "95 % t interval" if design.precision is None else "interval: t, or the stopping rule's"


def extremes_table(summary: Summary, measure: str, most: int = EXTREMES) -> TextTable | None:
    """Return the points at which each arm differs most from the baseline, upwards and downwards, highest first."""
    design = summary.results.design
    alone = len(design.arms) == 1
    rows = []
    count = len(design.points)
    for number_of, arm in enumerate(design.arms):
        if arm == design.baseline and not alone:
            continue
        estimates = summary.estimates[measure] if alone else summary.contrasts[measure].difference
        for point in _ends(estimates.mean[:, number_of].tolist(), most):
            values = design.points.values(point)
            baseline = summary.estimates[measure].at(point, design.arms.index(design.baseline))
            own = summary.estimates[measure].at(point, number_of)
            cells = [] if alone else [interval(estimates.at(point, number_of), sign=True), number(baseline.mean)]
            rows.append((arm, *map(plain, values.values()), *cells, interval(own)))
    if not rows:
        return None
    differences = () if alone else (f"difference [{_interval_of(design)}]", design.baseline)
    title = measure_title(measure)
    return TextTable(
        f"Where {title} is highest and lowest" if alone else f"Where arms differ most in {title}",
        ("arm", *(name.replace(".", ".\n") for name in design.swept), *differences, title),
        rows,
        1 + len(design.swept),
        f"{_which_points(count, most)} {count:,} points; all of them are in "
        f"{'summary.csv' if alone else 'contrasts.csv'}.",
    )


def _which_points(count: int, most: int) -> str:
    return f"The {most} highest and the {most} lowest of" if count > 2 * most else "All"


def _ends(means: list[float], most: int) -> list[int]:
    """Places of the highest and of the lowest numbers, from high to low."""
    ranked = sorted((place for place, mean in enumerate(means) if not math.isnan(mean)), key=lambda place: -means[place])
    return ranked if len(ranked) <= 2 * most else ranked[:most] + ranked[-most:]


def shares_table(summary: Summary) -> TextTable | None:
    """Return how swept settings and pairs of them share the variance over a grid, in the first two headline measures."""
    measures = summary.results.design.headline[:2]
    shares_of: dict[tuple[str, tuple[str, ...]], dict[str, float]] = {}
    for measure in measures:
        for one in summary.effects[measure].shares:
            shares_of.setdefault((one.arm, one.settings), {})[measure] = one.share
    rows = [
        (arm, " with ".join(settings) or "the rest", *(percent(shares.get(measure, math.nan)) for measure in measures))
        for (arm, settings), shares in shares_of.items()
    ]
    if all(math.isnan(share) for shares in shares_of.values() for share in shares.values()):
        return None
    return TextTable("What decides", ("arm", "setting", *map(measure_title, measures)), rows, 2, SHARES)


SHARES = (
    "Share of the variance over the grid of the difference from the baseline (a lone arm's own mean): what each setting "
    "does alone, what two do together beyond that, and the rest. Effects of every value are in effects.csv."
)


def effects_table(summary: Summary, measure: str) -> TextTable | None:
    """Return what each value of a swept setting adds to an arm's mean over the grid, one setting at a time."""
    rows = [
        (one.arm, one.settings[0], one.levels[0], interval(one.estimate, sign=True))
        for one in summary.effects[measure].effects
        if len(one.settings) == 1
    ]
    if not rows or len(rows) > MOST_ROWS:
        return None
    header = ("arm", "setting", "value", "adds [95 % t interval]")
    title = f"What each value adds to {measure_title(measure)}"
    return TextTable(title, header, rows, 3, "Pairs of values are in effects.csv.")


def sensitivity_table(summary: Summary, measure: str) -> TextTable | None:
    """Return every setting's sensitivity indices, each arm's most decisive setting first."""
    from learnsim.analysis.sensitivity import noise_share

    indices = summary.indices[measure]
    kinds = list(dict.fromkeys(one.kind for one in indices))
    if all(math.isnan(one.value) for one in indices):
        return None
    by = {(one.arm, one.setting, one.kind): one for one in indices}
    rank = next(kind for kind in RANKED_BY if kind in kinds)
    rows = []
    for arm in dict.fromkeys(one.arm for one in indices):
        settings = dict.fromkeys(one.setting for one in indices if one.arm == arm)
        for setting in sorted(settings, key=lambda name: -_ranked(by[arm, name, rank].value)):
            mine = [by[arm, setting, kind] for kind in kinds]
            cells = [interval_text(one.value, one.low, one.high, digits=3) for one in mine]
            rows.append((arm, setting, *cells))
    rough = f"{ROUGH} " if is_rough(summary.results.design) else ""
    header = ("arm", "setting", *(f"{rough}{kind} [95 % interval over points]" for kind in kinds))
    noise = [(arm, noise_share(summary.results, arm, measure)) for arm in dict.fromkeys(one.arm for one in indices)]
    of_noise = listed(f"{percent(share)} ({arm})" for arm, share in noise if not math.isnan(share))
    note = INDICES[rank] + (f" Share of that variance that is noise of the replicates: {of_noise}." if of_noise else "")
    title = f"What decides {measure_title(measure)}{', a rough estimate' if rough else ''}"
    return TextTable(title, header, rows, 2, note)


def _ranked(value: float) -> float:
    return -math.inf if math.isnan(value) else value


INDICES = {
    "total": "Sobol' indices of the difference from the baseline: the share of the variance between points that a setting "
    "explains alone (first-order), and with all its interactions (total).",
    "mu_star": "Elementary effects (Morris 1991): the mean absolute change of the difference over a setting's range "
    "(mu_star), the mean change (mu), and how much the change depends on the other settings (sigma).",
    "first-order": "A rough estimate (RBD-FAST) of the share of the variance between points that a setting explains alone: "
    "a setting without any effect may get a large share. A saltelli design gives reliable ones, with interactions.",
}


def small_table(summary: Summary) -> TextTable | None:
    """Return the arms' own means with few columns, for the space below a cell of a notebook."""
    if is_long(summary):
        return extremes_table(summary, summary.measure)
    return summary_table(summary, columns_of(summary.results.design)[:FEW_COLUMNS])
