"""Column meanings: type, unit and meaning of every column of every table in a results folder.

Measures, settings and labels of people are declared elsewhere; what is not is declared here.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.people_table import SQUARES, columns_of_labels
from learnsim.experiments.storage.tables import swept_columns
from learnsim.report.labels import declaration_of, setting_unit

TEXT, NUMBER, WHOLE, YES_NO, ANY = "string", "number", "integer", "boolean", "any"
SAME = "as the measure"  # the unit of a statistic
FAILURES = "failures.csv"


class Column(NamedTuple):
    """A column: the type of its values as Table Schema names it, its unit, and what it means."""

    type: str
    unit: str
    meaning: str


KEYS = {
    "point": Column(WHOLE, "", "number of the point, that is of a combination of the swept settings, from 0 on"),
    "arm": Column(TEXT, "", "name of the arm"),
    "replicate": Column(WHOLE, "", "number of the replicate, from 0 on; a replicate has the same seed in every arm"),
}
MEASURE = {"measure": Column(TEXT, "", "name of the measure")}
BASELINE = {"baseline": Column(TEXT, "", "name of the arm that the others are compared with")}
SETTING = {"setting": Column(TEXT, "", "dotted name of the setting")}
SETTINGS = {**SETTING, "with_setting": Column(TEXT, "", "dotted name of the second setting, if two act together")}
STRATUM = {
    "label": Column(TEXT, "", "what the people of the row have in common: a column of the roster, or the community"),
    "value": Column(TEXT, "", "their value of it"),
    "people": Column(WHOLE, "people", "how many people they are"),
}
ESTIMATES = {
    "mean": Column(NUMBER, SAME, "mean over replicates"),
    "low": Column(NUMBER, SAME, "lower end of the 95 % t interval over replicates"),
    "high": Column(NUMBER, SAME, "upper end of the 95 % t interval over replicates"),
    "sd": Column(NUMBER, SAME, "standard deviation over replicates"),
    "count": Column(WHOLE, "replicates", "number of replicates that have a value"),
}
D_Z = Column(NUMBER, "", "mean paired difference over the standard deviation of the differences (d_z)")
TABLES: dict[str, tuple[str, dict[str, Column]]] = {  # what a row is, and the columns that are only of this table
    "sessions.parquet": ("one row per run and session, period or step", {}),
    "runs.parquet": ("one row per run: the last session's measures, and those of the run as a whole", {}),
    "runs.csv": ("runs.parquet as a table that a spreadsheet opens", {}),
    "distribution.parquet": (
        "twenty rows per run: how many people end between two levels",
        {
            "bin_low": Column(NUMBER, "level", "lower end of the level at which people end, from 0 to 1"),
            "bin_high": Column(NUMBER, "level", "upper end of the level; it belongs to it only where it is 1"),
            "trainees": Column(WHOLE, "people", "how many people end there"),
        },
    ),
    "people.parquet": (
        "one row per arm and person of the roster: means over replicates",
        {
            "person": Column(TEXT, "", "id of the person in the roster"),
            "name": Column(TEXT, "", "name that is shown; the id where there is none"),
            "community": Column(TEXT, "", "community of the person; missing where it may be another one in another run"),
            "start": Column(NUMBER, "level", "mastery, payoff or score before the first session"),
            "end": Column(NUMBER, "level", "mastery, payoff or score after the last session"),
            "gain": Column(NUMBER, "level", "end minus start"),
            "partners": Column(NUMBER, "people", "distinct people with whom a cell was shared"),
            "times_officer": Column(NUMBER, "cycles", "in how many cycles the person was officer"),
            "sd_end": Column(NUMBER, "level", "standard deviation of the end over replicates"),
            "replicates": Column(WHOLE, "replicates", "number of replicates"),
        },
    ),
    "people_sums.parquet": (
        "one row per arm and person of the roster: what more replicates need",
        {
            "person": Column(TEXT, "", "id of the person in the roster"),
            SQUARES: Column(NUMBER, "", "sum of the squared deviations of the end from its mean over replicates"),
        },
    ),
    "strata.parquet": ("one row per run and people who have something in common", STRATUM),
    "strata.csv": (
        "one row per arm, people who have something in common, and measure",
        {
            **STRATUM,
            **MEASURE,
            **ESTIMATES,
            "difference": Column(NUMBER, SAME, "mean paired difference from the baseline"),
            "difference_low": Column(NUMBER, SAME, "lower end of its 95 % t interval"),
            "difference_high": Column(NUMBER, SAME, "upper end of its 95 % t interval"),
            "effect": D_Z,
        },
    ),
    "summary.csv": ("one row per point, arm and measure: the arm's mean", {**MEASURE, **ESTIMATES}),
    "contrasts.csv": (
        "one row per point, arm but the baseline, and measure: the paired difference from the baseline",
        {
            **BASELINE,
            **MEASURE,
            **ESTIMATES,
            "difference": Column(NUMBER, SAME, "mean paired difference from the baseline"),
            "sd": Column(NUMBER, SAME, "standard deviation of the differences"),
            "effect": D_Z,
            "effect_in_sd": Column(NUMBER, "", "mean difference in standard deviations of people within the two arms"),
            "superiority": Column(NUMBER, "share", "share of replicates above the baseline; ties count half"),
            "p": Column(NUMBER, "probability", "two-sided p of the paired t test"),
            "holm": Column(NUMBER, "probability", "the same, corrected for all contrasts of the measure (Holm)"),
            "reduction": Column(NUMBER, "ratio", "how many times larger the variance of the difference would be unpaired"),
            "bca_low": Column(NUMBER, SAME, "lower end of the 95 % bootstrap interval (BCa)"),
            "bca_high": Column(NUMBER, SAME, "upper end of the 95 % bootstrap interval (BCa)"),
        },
    ),
    "effects.csv": (
        "one row per effect of a setting, or of two together, on an arm's difference from the baseline",
        {
            **MEASURE,
            **SETTINGS,
            **ESTIMATES,
            "level": Column(ANY, "", "value of the setting"),
            "with_level": Column(ANY, "", "value of the second setting"),
            "effect": Column(NUMBER, SAME, "what the value adds to the mean over the grid"),
        },
    ),
    "shares.csv": (
        "one row per share of the variance over the grid",
        {
            **MEASURE,
            **SETTINGS,
            "setting": Column(TEXT, "", 'dotted name of the setting, or "rest" for what no setting or pair explains'),
            "share": Column(NUMBER, "share", "share of the variance over the grid"),
        },
    ),
    "sensitivity.csv": (
        "one row per sensitivity index of a setting",
        {
            **MEASURE,
            **SETTING,
            "kind": Column(TEXT, "", "which index: first-order, total, mu, mu_star, sigma, or noise for that of replicates"),
            "value": Column(NUMBER, "", "the index: a share of the variance, or of mu, mu_star and sigma as the measure"),
            "low": Column(NUMBER, "", "lower end of its 95 % interval over the points"),
            "high": Column(NUMBER, "", "upper end of its 95 % interval over the points"),
        },
    ),
    "boxes.csv": (
        "one row per limit of the box of settings in which an arm is better than the baseline",
        {
            **MEASURE,
            **SETTING,
            "limit": Column(TEXT, "", "whether the setting is at least (from), at most (to) or without the value"),
            "value": Column(ANY, "", "the limit, in the unit of the setting"),
            "returns": Column(NUMBER, "share", "share of resamples of the points in which the limit returns"),
            "stated": Column(TEXT, "", "whether the limit is stated: yes or no"),
            "coverage": Column(NUMBER, "share", "share of the points at which the arm is better that lie in the box"),
            "density": Column(NUMBER, "share", "share of the points in the box at which the arm is better"),
            "mass": Column(NUMBER, "share", "share of all points that lie in the box"),
        },
    ),
    "targets.csv": (
        "one row per number that the results are compared with",
        {
            **MEASURE,
            "panel": Column(TEXT, "", "figure or table of the source"),
            "name": Column(TEXT, "", "name of the number"),
            "source": Column(TEXT, "", "where the number is printed"),
            "statistic": Column(TEXT, "", "what is compared: mean, difference, share_above, peak or least_step"),
            "over": Column(TEXT, "", "the arm that a difference is from"),
            "session": Column(WHOLE, "", "after how many sessions; the last if missing"),
            "low": Column(NUMBER, SAME, "the number, or the lower end of its range"),
            "high": Column(NUMBER, SAME, "the number, or the upper end of its range"),
            "error": Column(NUMBER, SAME, "standard error of the number, if the source gives it"),
            "runs": Column(WHOLE, "runs", "independent runs behind the number, if the source gives them"),
            "found": Column(NUMBER, SAME, "the result here"),
            "found_low": Column(NUMBER, SAME, "lower end of its 95 % interval"),
            "found_high": Column(NUMBER, SAME, "upper end of its 95 % interval"),
            "z": Column(NUMBER, "standard errors", "distance of the result from the number"),
            "verdict": Column(TEXT, "", "agrees, differs or missing"),
            "expect": Column(TEXT, "", "the verdict that was expected"),
            "as_expected": Column(YES_NO, "", "whether the verdict is the expected one"),
        },
    ),
    FAILURES: (
        "one row per run that raised an error",
        {
            "stage": Column(TEXT, "", "during what it was raised"),
            "cause": Column(TEXT, "", "the error"),
            "settings": Column(TEXT, "", "all settings of the run, as JSON"),
        },
    ),
}
TYPES = {pa.int32(): WHOLE, pa.int64(): WHOLE, pa.float64(): NUMBER, pa.string(): TEXT, pa.bool_(): YES_NO}


def columns_of(table: str, names: list[str], design: Design) -> dict[str, Column]:
    """Return what the columns of a table mean, by their names.

    Parameters
    ----------
    table : str
        The file's name, for example ``"runs.parquet"``.
    names : list of str
    design : Design

    Raises
    ------
    KeyError
        If nobody says what one of them means.
    """
    own = TABLES[table][1]
    clock = {"session": Column(WHOLE, f"{design.kind.clock}s", f"number of the {design.kind.clock}; 0 is the start")}
    measures = {name: Column(NUMBER, unit, meaning) for name, (meaning, unit) in design.kind.measures.items()}
    swept = {name: _of_setting(name, column.type) for name, column in swept_columns(design).items()}
    labels = {}
    if table == "people.parquet":
        columns = columns_of_labels(tuple(design.settings.roster.labels), design.swept)
        labels = {name: Column(TEXT, "", f"the column {label} of the roster") for label, name in columns.items()}
    known = {**measures, **KEYS, **clock, **labels, **swept, **own}
    return {name: known[name] for name in names}


def _of_setting(name: str, kind: pa.DataType) -> Column:
    """What a swept setting means; a parameter of a Mesa model of the user's own is only known by its name."""
    declared = declaration_of(name)
    table, _, key = name.rpartition(".")
    owner = f"of arm {table.partition('.')[2]}" if table.startswith("arms.") else "of the model's class"
    words = (declared.description if declared else "") or f"parameter {key} {owner}"
    return Column(TYPES[kind], setting_unit(name), f"swept setting: {words}")
