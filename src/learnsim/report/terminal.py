"""Terminal: the summary as a table, and the answer in a few sentences."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from learnsim.analysis.summary import Summary
from learnsim.report.answer import answer
from learnsim.report.box_table import box_table
from learnsim.report.columns import columns_of
from learnsim.report.comparison_table import comparison_table
from learnsim.report.labels import in_common, measure_title
from learnsim.report.pairing import pairing_sentence
from learnsim.report.sentences import replicate_range
from learnsim.report.strata_table import people_tables
from learnsim.report.text_tables import (
    TextTable,
    extremes_table,
    is_long,
    sensitivity_table,
    shares_table,
    summary_table,
)

WIDE = 120
PARAGRAPH = 100  # letters of a line of running text
FOLDED = 16  # letters of a column of words that may be folded


def print_summary(console: Console, summary: Summary) -> None:
    """Print the table (more of them when the terminal is narrow), and the answer below it.

    Where it would be too long, the points at which arms differ most, and what decides, stand in its place.
    """
    design, so_far = summary.results.design, summary.results.so_far
    if so_far:
        console.print(f"UNFINISHED: {so_far}", style="bold", markup=False)
    if not len(summary.results):
        print_sentences(console, answer(summary))
        return
    if is_long(summary):
        measure = design.measure
        possible = [extremes_table(summary, measure), shares_table(summary), sensitivity_table(summary, measure)]
        tables = [table for table in possible if table]
    elif console.width >= WIDE or not console.is_terminal:
        tables = [summary_table(summary)]
    else:
        columns = columns_of(design)
        tables = [summary_table(summary, columns[:2])]
        tables += [summary_table(summary, some, difference=False) for some in (columns[2:7], columns[7:]) if some]
    for table in tables:
        print_table(console, table, titled=is_long(summary))
    intervals = "± is a 95 % t interval over replicates" if summary.repeated else "no intervals"
    times = f"{replicate_range(summary.results)} replicate{'s' if summary.repeated else ''}"
    compared = f"; difference: {measure_title(design.measure)} against {design.baseline} on {in_common(design.settings)}"
    console.print(f"{times}; {intervals}{compared if len(design.arms) > 1 else ''}", style="dim", markup=False)
    if boxes := box_table(summary):
        print_table(console, boxes)
    comparison = comparison_table(summary.comparisons)
    if comparison:
        print_table(console, comparison)
    print_sentences(console, answer(summary))
    if saved := pairing_sentence(summary):
        console.print(saved, style="dim", markup=False)
    if places := people_tables(summary):
        console.print(places, style="dim", markup=False)
    if so_far:
        console.print(f"UNFINISHED: {so_far}; {so_far.cure}", style="bold", markup=False)


def print_table(console: Console, table: TextTable, *, titled: bool = True) -> None:
    """Print a table between its title and its note; in parts below each other where its numbers do not fit side by side."""
    if titled:
        console.print(table.title, style="bold", markup=False)
    for part in _parts(table, console.width):
        console.print(_rich_table(part))
    if table.note:
        console.print(table.note, style="dim", markup=False)


def print_sentences(console: Console, sentences: list[str]) -> None:
    """Print sentences as running text."""
    console.print(" ".join(sentences), markup=False, width=min(console.width, PARAGRAPH))


def _parts(table: TextTable, width: int) -> list[TextTable]:
    """The table cut into as many as it takes for no number to be cut short; each has the words."""
    cells = list(zip(table.header, *table.rows, strict=True))
    widths = [1 + max(len(line) for cell in column for line in cell.split("\n")) for column in cells]
    named = zip(table.header, widths[: table.words], strict=False)
    space = width - sum(wide if heading == "arm" else min(wide, FOLDED) for heading, wide in named)
    parts: list[list[int]] = [[]]
    for number in range(table.words, len(cells)):
        if parts[-1] and sum(widths[n] for n in (*parts[-1], number)) > space + 1:  # nothing pads the last
            parts.append([])
        parts[-1].append(number)
    if len(parts) == 1:
        return [table]
    chosen = [[*range(table.words), *some] for some in parts]
    return [
        replace(table, header=tuple(table.header[n] for n in some), rows=[tuple(row[n] for n in some) for row in table.rows])
        for some in chosen
    ]


def _rich_table(table: TextTable) -> Table:
    rich_table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for number, heading in enumerate(table.header):
        words = number < table.words
        rich_table.add_column(
            escape(heading),
            justify="left" if words else "right",
            no_wrap=not words or heading == "arm",
            overflow="fold" if words and heading != "arm" else "ellipsis",
        )
    for row in table.rows:
        rich_table.add_row(*map(escape, row))
    return rich_table
