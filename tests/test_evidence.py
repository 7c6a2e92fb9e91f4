"""Evidence: the page says what the experiments say, misses first, and the experiments expect what is known."""

import csv
import re

import pytest

from evidence import FOLDER, PAGE, REFERENCE, ROWS, numbers, table
from learnsim.settings import load
from learnsim.verify import verify

TEXT = PAGE.read_text(encoding="utf-8")


def targets():
    """The lines of every targets file, by the name of the target."""
    lines = {}
    for file in sorted(FOLDER.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as stream:
            lines |= {line["name"]: line for line in csv.DictReader(stream)}
    return lines


def test_the_table_on_the_page_has_the_numbers_of_the_results():
    assert table() in TEXT


def test_misses_come_first():
    verdicts = [line.split(" | ")[3] for line in table().splitlines()[2:]]
    assert verdicts == sorted(verdicts, key=["**misses**", "agrees"].index) and verdicts.count("**misses**") > 5


def test_the_page_counts_what_agrees_and_what_misses():
    verdicts = [line["verdict"] for line in numbers().values()]
    agree, miss = verdicts.count("agrees"), verdicts.count("differs")
    assert f"{agree} of the {len(verdicts)} numbers agree, {miss} miss" in " ".join(TEXT.split())


def test_every_number_of_the_experiments_is_in_one_row_of_the_table():
    named = [name for row in ROWS for name in row.names]
    assert sorted(named) == sorted(targets()) == sorted(numbers())


def test_the_results_are_compared_with_the_numbers_of_the_files():
    for name, line in numbers().items():
        there = targets()[name]
        low, high = there["low"] or "-inf", there["high"] or there["low"]
        assert (float(line["low"]), float(line["high"])) == (float(low), float(high)), name
        assert line["verdict"] == line["expect"] == there["expect"], name


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_an_experiment_says_its_question_what_was_expected_and_its_source(file):
    settings, text = load(file), file.read_text(encoding="utf-8")
    assert settings.experiment.name == file.stem
    assert text.startswith("# Question: ") and "\n# Expected: " in text
    assert re.search(r"\(\d{4}\)\.\s", text)


@pytest.mark.thorough
def test_a_small_run_of_every_kind_of_number_is_as_expected(tmp_path, monkeypatch):
    """Four of the experiments, with as few replicates as show it."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name in ("active_learning", "courses", "discussion", "retention"):
        for file in FOLDER.glob(f"{name}.*"):
            text = file.read_text(encoding="utf-8")
            (folder / file.name).write_text(re.sub(r"replicates = \d+", "replicates = 12", text), encoding="utf-8")
    assert verify(folder, workers=1)


def test_the_page_says_what_could_not_be_checked_or_tested():
    assert "Feld & Zölitz 2017" in TEXT and "**3** quoted from memory" in TEXT
    assert {number for row in ROWS for number in re.findall(r", (\d)[);]", row.finding)} == {"1", "2", "3"}


def test_the_readme_says_where_the_misses_are():
    readme = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    assert "docs/EVIDENCE.md" in readme and (REFERENCE / "verify.csv").is_file()
