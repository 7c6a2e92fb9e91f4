"""Terminal: the summary as a table that a person reads at once, and the answer in a few sentences."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from learnsim.analysis.summary import Summary
from learnsim.report.answer import answer
from learnsim.report.columns import columns_of
from learnsim.report.comparison_table import held_sheet
from learnsim.report.labels import in_common, measure_title
from learnsim.report.sentences import replicate_range
from learnsim.report.text_tables import (
    Sheet,
    extremes_sheet,
    is_long,
    sensitivity_sheet,
    shares_sheet,
    summary_sheet,
)

WIDE = 120
PARAGRAPH = 100  # letters of a line of running text
FOLDED = 16  # letters of a column of words that may be folded


def print_summary(console: Console, summary: Summary) -> None:
    """Print the table (more of them when the terminal is narrow), and the answer below it.

    Where it would be too long, the points at which arms differ most, and what decides, stand in its place.
    """
    design = summary.results.design
    if not len(summary.results):
        _say(console, answer(summary))
        return
    if is_long(summary):
        found = [extremes_sheet(summary, design.measure), shares_sheet(summary), sensitivity_sheet(summary, design.measure)]
        sheets = [sheet for sheet in found if sheet]
    elif console.width >= WIDE or not console.is_terminal:
        sheets = [summary_sheet(summary)]
    else:
        columns = columns_of(design)
        sheets = [summary_sheet(summary, columns[:2])]
        sheets += [summary_sheet(summary, some, difference=False) for some in (columns[2:7], columns[7:]) if some]
    for sheet in sheets:
        print_sheet(console, sheet, titled=is_long(summary))
    intervals = "± is a 95 % t interval over replicates" if summary.repeated else "no intervals"
    times = f"{replicate_range(summary.results)} replicate{'s' if summary.repeated else ''}"
    compared = f"; difference: {measure_title(design.measure)} against {design.baseline} on {in_common(design.settings)}"
    console.print(f"{times}; {intervals}{compared if len(design.arms) > 1 else ''}", style="dim", markup=False)
    held = held_sheet(summary.findings)
    if held:
        print_sheet(console, held)
    _say(console, answer(summary))


def print_sheet(console: Console, sheet: Sheet, *, titled: bool = True) -> None:
    """Print a table between its title and its note; in parts below each other where its numbers do not fit side by side."""
    if titled:
        console.print(sheet.title, style="bold", markup=False)
    for part in _parts(sheet, console.width):
        console.print(_table(part))
    if sheet.note:
        console.print(sheet.note, style="dim", markup=False)


def _say(console: Console, sentences: list[str]) -> None:
    console.print(" ".join(sentences), markup=False, width=min(console.width, PARAGRAPH))


def _parts(sheet: Sheet, width: int) -> list[Sheet]:
    """The table cut into as many as it takes for no number to be cut short; each has the words."""
    cells = list(zip(sheet.header, *sheet.rows, strict=True))
    widths = [1 + max(len(line) for cell in column for line in cell.split("\n")) for column in cells]
    named = zip(sheet.header, widths[: sheet.words], strict=False)
    room = width - sum(wide if heading == "arm" else min(wide, FOLDED) for heading, wide in named)
    parts: list[list[int]] = [[]]
    for number in range(sheet.words, len(cells)):
        if parts[-1] and sum(widths[n] for n in (*parts[-1], number)) > room + 1:  # nothing pads the last
            parts.append([])
        parts[-1].append(number)
    if len(parts) == 1:
        return [sheet]
    chosen = [[*range(sheet.words), *some] for some in parts]
    return [
        replace(sheet, header=tuple(sheet.header[n] for n in some), rows=[tuple(row[n] for n in some) for row in sheet.rows])
        for some in chosen
    ]


def _table(sheet: Sheet) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for number, heading in enumerate(sheet.header):
        words = number < sheet.words
        table.add_column(
            escape(heading),
            justify="left" if words else "right",
            no_wrap=not words or heading == "arm",
            overflow="fold" if words and heading != "arm" else "ellipsis",
        )
    for row in sheet.rows:
        table.add_row(*map(escape, row))
    return table
