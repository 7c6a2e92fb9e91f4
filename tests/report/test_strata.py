"""Strata in the report: sentences, table and figure for each label; in files and in the terminal."""

import csv
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from rich.console import Console

from helpers.written_results import write_results
from learnsim.analysis.contrasts import contrasts_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.results import StratumThere, open_results
from learnsim.models.registry import MODELS
from learnsim.report.outputs import write_outputs
from learnsim.report.strata_sentences import HONEST, strata_sentences, stratum_words
from learnsim.report.strata_table import people_tables, strata_sections, strata_table
from learnsim.report.terminal import print_summary

MEASURES = MODELS["training"].by_stratum
TEAMS = {"Pumps": 0.5, "Sales": 0.3, "7": 0.42}
SIZES = {"Pumps": 9, "Sales": 14, "7": 1}


def gain(team, replicate):
    """What the hybrid adds to a team's mean: nothing is known of the team called 7."""
    return {"Pumps": 0.25, "Sales": 0.1, "7": 0.0}[team] + (0.001 if team != "7" else 0.05) * (replicate - 1)


def write(folder, *, teams=TEAMS, replicates=3, arms=("flat-lecture", "hybrid"), sweep=None):
    """Written results of a label Team, with a stratum table of these teams."""
    results = write_results(folder, lambda arm, replicate, *x: 0.3 + 0.2 * (arm == "hybrid"), arms=arms, sweep=sweep, replicates=replicates)
    rows = []
    for point in range(len(results.design.points)):
        for replicate in range(replicates):
            for arm in arms:
                for team, level in teams.items():
                    mean = level + (gain(team, replicate) if arm == "hybrid" and team in SIZES else 0.01 * replicate)
                    key = {"point": point, **results.design.points.values(point)} if sweep else {}
                    run = {**key, "arm": arm, "replicate": replicate, "label": "Team", "value": team, "people": SIZES.get(team, 5)}
                    rows.append({**run, **dict.fromkeys(MEASURES, mean)})
                    if SIZES.get(team) == 1:
                        rows[-1] |= dict.fromkeys(("sd_mastery", "gini"))
    parquet.write_table(pa.Table.from_pylist(rows), folder / "strata.parquet")
    return Summary(open_results(folder))


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    """Three teams in two arms and three replicates."""
    return write(tmp_path_factory.mktemp("strata") / "teams")


def outputs_of(summary):
    """Write everything that is made of results; return the report."""
    out = write_outputs(summary, summary.results.folder, lambda arm: None)
    assert {name for names in out.missing.values() for name in names} <= {"figure tree"}
    return (summary.results.folder / "report.html").read_text(encoding="utf-8")


def test_who_ends_highest_and_lowest_comes_first_in_points_of_a_hundred(summary):
    assert strata_sentences(summary, "Team") == [
        "With hybrid, people of Pumps end highest, at 75 of a hundred points, 24 more than with flat-lecture; people of Sales "
        "end lowest, at 40 of a hundred points, 9 more.",
        "Of the 3 groups, 2 end higher than with flat-lecture and for 1 these replicates show no difference.",
    ]


def test_where_nothing_is_shown_the_sentences_say_so(tmp_path):
    there = write(tmp_path / "unsure", teams={"7": 0.4, "8": 0.3, "9": 0.2})
    sentences = strata_sentences(there, "Team")
    assert "at 40 of a hundred points, where these replicates show no difference from flat-lecture; " in sentences[0]
    assert sentences[1] == "Of the 3 groups, 2 end as with flat-lecture and for 1 these replicates show no difference."


def test_strata_are_called_so_that_a_sentence_can_be_read():
    words = [stratum_words(StratumThere(*one)) for one in (
        ("Team", "Pumps", 3), ("Team", "7", 3), ("Sex", "f", 1), ("Sex", "not known", 2), ("Sex", "not known", 1), ("Team", "X" * 99, 2),
    )]  # fmt: skip
    assert words[:5] == [
        "people of Pumps end",
        "people of Team 7 end",
        "the one person of Sex f ends",
        "people whose Sex is not known end",
        "the one person whose Sex is not known ends",
    ]
    assert len(words[5]) < 60


def test_where_all_values_have_one_verdict_the_sentence_says_all(tmp_path):
    few = write(tmp_path / "few", teams={"Pumps": 0.5, "Sales": 0.3, "Art": 0.1, "Tea": 0.2})
    assert strata_sentences(few, "Team")[1].startswith("Of the 4 groups, 2 end higher than with flat-lecture and 2 end as with flat")
    two = write(tmp_path / "two", teams={"Pumps": 0.5, "Sales": 0.3})
    assert len(strata_sentences(two, "Team")) == 1


def test_an_arm_alone_is_compared_with_nothing(tmp_path):
    alone = write(tmp_path / "alone", arms=("hybrid",))
    assert strata_sentences(alone, "Team") == [
        "With hybrid, people of Pumps end highest, at 75 of a hundred points; people of Sales end lowest, at 40 of a hundred points."
    ]
    assert "difference" not in strata_table(alone, "Team", honest=True).header


def test_the_table_has_a_row_for_each_value_and_arm(summary):
    table = strata_table(summary, "Team", honest=True)
    assert table.header[:5] == ("Team", "arm", "people", "difference", "d_z")
    assert [row[:3] for row in table.rows] == [
        ("Pumps", "flat-lecture*", "9"),
        ("", "hybrid", ""),
        ("Sales", "flat-lecture*", "14"),
        ("", "hybrid", ""),
        ("7", "flat-lecture*", "1"),
        ("", "hybrid", ""),
    ]
    assert table.rows[1][3].startswith("+0.240 ±") and table.rows[0][3] == "-"
    assert table.note.startswith(HONEST) and "7 is one person: nothing is said of a spread." in table.note
    assert len(table.whole.header) == 5 + len(MEASURES)


def test_a_report_says_once_what_the_intervals_are_about(summary):
    assert [HONEST in one.table.note for one in strata_sections(summary)] == [True]
    assert HONEST not in strata_table(summary, "Team", honest=False).note


def test_a_report_shows_the_first_dozen_values_and_the_file_all(tmp_path):
    many = write(tmp_path / "many", teams={f"team {n}": 0.3 + n / 100 for n in range(15)})
    table = strata_table(many, "Team", honest=True)
    assert len(table.rows) == 24 and "The first 12 of 15 values are shown; all are in strata.csv" in table.note
    outputs_of(many)
    with (tmp_path / "many" / "strata.csv").open(encoding="utf-8-sig") as stream:
        assert len({row["value"] for row in csv.DictReader(stream)}) == 15


def test_the_file_has_means_intervals_and_paired_differences(summary):
    outputs_of(summary)
    with (summary.results.folder / "strata.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 3 * 2 * len(MEASURES)
    one = next(row for row in rows if (row["arm"], row["value"], row["measure"]) == ("hybrid", "Pumps", "mean_mastery"))
    values = np.array([[[0.5, 0.51, 0.52], [0.749, 0.75, 0.751]]])
    there = contrasts_of(values, 0, 1, bootstrap=False)
    assert (float(one["mean"]), float(one["sd"]), one["count"], one["people"]) == (0.75, pytest.approx(0.001), "3", "9")
    pairs = {"difference": there.difference.mean, "difference_low": there.difference.low, "difference_high": there.difference.high}
    for name, expected in {**pairs, "effect": there.effect}.items():
        assert float(one[name]) == pytest.approx(float(expected[0, 1]), rel=1e-8)
    lonely = next(row for row in rows if (row["value"], row["measure"]) == ("7", "sd_mastery"))
    assert (lonely["mean"], lonely["count"]) == ("", "0")
    baseline = next(row for row in rows if row["arm"] == "flat-lecture")
    assert baseline["difference"] == baseline["effect"] == ""


def test_the_report_has_a_section_with_its_figure_for_each_label(summary):
    text = outputs_of(summary)
    assert '<h2 id="by-label-1">By Team</h2>' in text and '<a href="#by-label-1">By Team</a>' in text
    assert text.index("By Team</h2>") < text.index('<figure id="strata_1">') < text.index('id="tables"')
    assert text.count('<figure id="strata_1">') == 1 and strata_sentences(summary, "Team")[1] in text
    assert (summary.results.folder / "figures" / "strata_1.svg").is_file()


def test_over_a_sweep_the_report_names_the_file_and_shows_no_section(tmp_path):
    swept = write(tmp_path / "swept", sweep={"organisation.cell_size": [3, 6]})
    text = outputs_of(swept)
    assert "What the people of each Team reach at every point is in <code>strata.csv</code>" in text
    assert "by-label" not in text and not (tmp_path / "swept" / "figures" / "strata_1.svg").exists()
    with (tmp_path / "swept" / "strata.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["point"], row["organisation.cell_size"]) for row in rows} == {("0", "3"), ("1", "6")}


def test_the_terminal_says_in_one_line_where_the_tables_are(summary, capsys):
    assert people_tables(summary) == "by Team: strata.csv and the report"
    (summary.results.folder / "people.parquet").touch()
    assert people_tables(summary) == "each person: people.parquet; by Team: strata.csv and the report"
    console = Console(width=200, highlight=False)
    print_summary(console, summary)
    assert capsys.readouterr().out.endswith("each person: people.parquet; by Team: strata.csv and the report\n")


def test_without_a_roster_nothing_is_said_of_strata(tmp_path):
    plain = Summary(write_results(tmp_path / "plain", lambda arm, replicate: 0.5))
    text = outputs_of(plain)
    assert people_tables(plain) == "" and strata_sections(plain) == []
    assert "strata" not in text and "by-label" not in text and not (tmp_path / "plain" / "strata.csv").exists()


def test_a_hostile_value_is_shown_and_not_run(tmp_path):
    text = outputs_of(write(tmp_path / "hostile", teams={"<script>alert(1)</script>": 0.3, "$x_{$": 0.4}))
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize("damage", ["a number", "half of it"])
def test_a_table_that_cannot_be_read_costs_only_what_is_made_of_it(tmp_path, damage):
    write(tmp_path / "broken")
    file = tmp_path / "broken" / "strata.parquet"
    if damage == "a number":
        frame = parquet.read_table(file).to_pandas()
        frame.loc[0, "gini"] = math.inf
        frame.to_parquet(file, index=False)
    else:
        file.write_bytes(file.read_bytes()[:500])
    broken = Summary(open_results(tmp_path / "broken"))
    out = write_outputs(broken, broken.results.folder, lambda arm: None)
    missing = {name: reason for reason, names in out.missing.items() for name in names if name != "figure tree"}
    made = ["strata.csv"] if damage == "a number" else ["strata.csv", "datapackage.json"]  # which names the table's columns
    assert list(missing) == made and all("its tables cannot be read" in reason for reason in missing.values())
    assert people_tables(broken) == "" and "by-label" not in (tmp_path / "broken" / "report.html").read_text(encoding="utf-8")
