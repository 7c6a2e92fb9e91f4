"""Terminal: the summary as a table that a person reads at once, and the answer in a few sentences.
Knows summaries; rich draws the table.
"""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Row, Summary
from learnsim.experiments.design import Design

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("mean_mastery", "mean\nmastery", 3),
    ("gain", "gain", 3),
    ("sd_mastery", "sd", 3),
    ("gini", "Gini", 3),
    ("p10", "p10", 3),
    ("slow_fast_gap", "fast -\nslow", 3),
    ("quiet_outgoing_gap", "outgoing\n- quiet", 3),
    ("sessions_to_0_8", "sessions\nto 0.8", 1),
    ("instructor_hours", "instructor\nsessions", 1),
    ("helper_hours", "helper\nsessions", 0),
)
WIDE = 120
MOST_ROWS = 100


def print_summary(console: Console, summary: Summary) -> None:
    """Print the table (two when the terminal is narrow), and the answer below it."""
    design, rows = summary.results.design, list(summary.rows())
    halves = [COLUMNS] if console.width >= WIDE or not console.is_terminal else [COLUMNS[:2], COLUMNS[2:7], COLUMNS[7:]]
    for half in halves if len(rows) <= MOST_ROWS else ():
        console.print(_table(design, rows, half, difference=half[0][0] == "mean_mastery"))
    if len(rows) > MOST_ROWS:
        console.print(f"{len(design.points):,} points x {len(design.arms)} arms: too many for a table; see summary.csv")
    most = int(summary.results.replicates.max())
    intervals = "± is a 95 % interval over replicates" if most > 1 else "one replicate: no intervals"
    times = f"{summary.results.replicates_told} replicate{'s' if most > 1 else ''}"
    console.print(
        f"{times}; {intervals}; "
        f"difference: mean mastery against {design.baseline} on the same people and luck",
        style="dim",
    )
    for sentence in answer(design, rows):
        console.print(sentence)


def _table(design: Design, rows: list[Row], columns: tuple[tuple[str, str, int], ...], *, difference: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in design.swept:
        table.add_column(name.replace(".", ".\n"), overflow="fold")
    table.add_column("arm", no_wrap=True)
    if difference:
        table.add_column("difference", justify="right", no_wrap=True)
    for _, title, _ in columns:
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        first = row.arm == design.arms[0]
        cells = [str(value) if first else "" for value in row.values.values()]
        cells.append(f"{row.arm}*" if row.arm == design.baseline else row.arm)
        if difference:
            found = row.difference("mean_mastery")
            cells.append("-" if math.isnan(found.mean) else _cell(found, 3, sign=True))
        cells += [
            _cell(row.estimate(name), digits, of=int(row.summary.results.replicates[row.point]) if name.startswith("sessions_to") else None)
            for name, _, digits in columns
        ]
        table.add_row(*cells)
    return table


def _cell(found: Estimate, digits: int, *, sign: bool = False, of: int | None = None) -> str:
    if found.count == 0:
        return "never"
    text = f"{found.mean:{'+' if sign else ''}.{digits}f}"
    if not math.isnan(found.low) and found.sd > 0.0:
        text += f" ±{found.half_width:.{digits}f}"
    if of is not None and found.count < of:
        text += f" ({found.count}/{of})"
    return text


def answer(design: Design, rows: list[Row]) -> list[str]:
    """Say which arm ends highest, by how much, for whom, and how sure that is; over a sweep, how often."""
    if len(design.arms) < 2:
        return []
    if len(design.points) > 1:
        return [_over_points(design, rows, arm) for arm in design.arms if arm != design.baseline]
    ranked = sorted(rows, key=lambda row: -row.estimate("mean_mastery").mean)
    best = ranked[0]
    said = [f"Highest mean mastery: {best.arm}, {_interval(best.estimate('mean_mastery'))}."]
    if best.arm == design.baseline:
        second = ranked[1]
        said.append(f"Next: {second.arm}, {_interval(second.difference('mean_mastery'), sign=True)} against it.")
        return said
    said[0] = said[0][:-1] + f"; {_interval(best.difference('mean_mastery'), sign=True)} against {design.baseline}."
    parts = [
        f"{title} {_interval(best.difference(name), sign=True)}"
        for name, title in (
            ("slow_mean", "slowest quarter"),
            ("fast_mean", "fastest quarter"),
            ("quiet_mean", "least sociable"),
            ("outgoing_mean", "most sociable"),
        )
    ]
    said.append(f"For whom ({best.arm} against {design.baseline}): {'; '.join(parts)}.")
    return said


def _over_points(design: Design, rows: list[Row], arm: str) -> str:
    found = [row.difference("mean_mastery") for row in rows if row.arm == arm]
    above = sum(one.low > 0.0 for one in found)
    below = sum(one.high < 0.0 for one in found)
    return (
        f"{arm} against {design.baseline}, mean mastery: higher at {above}, lower at {below}, "
        f"undecided at {len(found) - above - below} of {len(found)} points."
    )


def _interval(found: Estimate, *, sign: bool = False) -> str:
    text = f"{found.mean:{'+' if sign else ''}.3f}"
    return text if math.isnan(found.low) else f"{text} [{found.low:.3f}, {found.high:.3f}]"
