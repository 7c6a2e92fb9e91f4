"""Strata table: a row for each value of a label in each arm, and the section of the report that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from learnsim.analysis.strata import StratumRow
from learnsim.analysis.summary import Summary
from learnsim.errors import shortened
from learnsim.experiments.storage.results import StratumThere
from learnsim.models.info import Column
from learnsim.report.labels import MISSING, give_or_take, listed, measure_title, number
from learnsim.report.strata_sentences import HONEST, LONGEST, strata_sentences
from learnsim.report.text_tables import MOST_ROWS, TextTable

MOST_VALUES = 12  # of a label that a report shows
OF_HUNDREDTHS = ("mastery", "share", "score", "ratio")  # units of numbers that need three digits


class StrataSection(NamedTuple):
    """What a report says of one label.

    Attributes
    ----------
    label : str
    figure : str
        The name of its figure.
    sentences : list of str
    table : TextTable
    """

    label: str
    figure: str
    sentences: list[str]
    table: TextTable

    @property
    def title(self) -> str:
        """The heading of the section."""
        return strata_title(self.label)


def strata_title(label: str) -> str:
    """Return what a heading says of a label."""
    return f"By {label}"


def strata_figures(summary: Summary) -> dict[str, str]:
    """Return the name of each label's figure, and the label; none where something is swept, or without a roster."""
    if len(summary.results.design.points) > 1:
        return {}
    return {f"strata_{place}": label for place, label in enumerate(summary.strata.labels, 1)}


def strata_sections(summary: Summary) -> list[StrataSection]:
    """Return what a report says of each label, where nothing is swept."""
    sections: list[StrataSection] = []
    for figure, label in strata_figures(summary).items():
        table = strata_table(summary, label, honest=not sections)
        sections.append(StrataSection(label, figure, strata_sentences(summary, label), table))
    return sections


def people_tables(summary: Summary) -> str:
    """Say in which files the results of each person and each label are; empty without a roster."""
    labels = listed(summary.strata.labels)
    parts = ["each person: people.parquet"] if summary.results.has("people") else []
    return "; ".join([*parts, *([f"by {labels}: strata.csv and the report"] if labels else [])])


def values_shown(summary: Summary, label: str) -> list[StratumThere]:
    """Return the values of a label that a report shows: the first dozen, or fewer where there are many arms."""
    most = max(1, min(MOST_VALUES, MOST_ROWS // len(summary.results.design.arms)))
    return [one for one in summary.strata.strata if one.label == label][:most]


def strata_table(summary: Summary, label: str, *, honest: bool) -> TextTable:
    """Return a row for each value of a label in each arm at the first point.

    Parameters
    ----------
    summary : Summary
    label : str
    honest : bool
        Whether the note says what the intervals are about.
    """
    strata, kind = summary.strata, summary.results.design.kind
    values = values_shown(summary, label)
    rows = [row for row in strata.rows(label) if row.point == 0 and row.stratum in values]
    usual = {name: column for column in kind.columns if (name := column[0]) in strata.measures}
    every = [usual.get(name) or _column(summary, name) for name in strata.measures]
    notes = [HONEST if honest else "", _lonely(values), _more(summary, label, len(values))]
    whole = _table(summary, f"All measures by {label}", label, rows, every)
    table = _table(summary, f"Every arm by {label}", label, rows, list(usual.values()))
    return TextTable(table.title, table.header, table.rows, table.words, " ".join(filter(None, notes)), whole)


def _table(summary: Summary, title: str, label: str, rows: Sequence[StratumRow], columns: Sequence[Column]) -> TextTable:
    strata, design = summary.strata, summary.results.design
    alone = len(design.arms) == 1
    header = (label, "arm", "people", *(() if alone else ("difference", "d_z")), *(heading for _, heading, _ in columns))
    lines = []
    for row in rows:
        first, is_baseline = row.arm == 0, design.arms[row.arm] == design.baseline
        cells = [shortened(row.stratum.value, LONGEST) if first else ""]
        cells.append(f"{design.arms[row.arm]}*" if is_baseline and not alone else design.arms[row.arm])
        cells.append(f"{row.stratum.people:,}" if first else "")
        if not alone:
            difference = strata.difference(strata.measure, row)
            cells.append(MISSING if is_baseline else give_or_take(difference, sign=True))
            cells.append(MISSING if is_baseline else number(strata.effect(strata.measure, row), 2, sign=True))
        cells += [give_or_take(strata.estimate(name, row), digits) for name, _, digits in columns]
        lines.append(tuple(cells))
    return TextTable(title, header, lines, 2)


def _column(summary: Summary, measure: str) -> Column:
    unit = summary.results.design.kind.measures[measure][1]
    return measure, measure_title(measure).replace(" ", "\n", 1), 3 if unit in OF_HUNDREDTHS else 1


def _lonely(values: Sequence[StratumThere]) -> str:
    """Say who is alone, and has no spread therefore."""
    alone = [shortened(one.value, LONGEST) for one in values if one.people < 2]
    if not alone:
        return ""
    are = "is one person" if len(alone) == 1 else "are one person each"
    return f"{listed(alone)} {are}: nothing is said of a spread."


def _more(summary: Summary, label: str, shown: int) -> str:
    """Say where the values are that are not shown."""
    count = sum(one.label == label for one in summary.strata.strata)
    more = f"The first {shown} of {count:,} values are shown; all" if count > shown else "All measures and differences"
    return f"{more} are in strata.csv, each run in strata.parquet."
