"""Results without learnsim: the lines of docs/EXPERIMENTS.md read a results folder without learnsim."""

import re
from pathlib import Path

import pandas
import pytest

HOME = Path(__file__).parents[1]
LINES = dict(re.findall(r"^\| (pandas|Polars|R|DuckDB) \| `(.+)` \|$", (HOME / "docs" / "EXPERIMENTS.md").read_text(encoding="utf-8"), re.MULTILINE))
RUNS = HOME / "results" / "reference" / "hybrid_vs_lecture" / "runs.parquet"


@pytest.fixture
def means(monkeypatch):
    monkeypatch.chdir(HOME)
    runs = pandas.read_parquet(RUNS)
    return {arm: float(some["mean_mastery"].mean()) for arm, some in runs.groupby("arm")}


def test_the_pandas_line_gives_each_arms_mean(means):
    result = eval(LINES["pandas"], {"pandas": pandas})
    assert result.to_dict() == pytest.approx(means) and len(means) == 8


def test_the_polars_line_gives_each_arms_mean(means):
    polars = pytest.importorskip("polars")
    result = eval(LINES["Polars"], {"polars": polars})
    assert dict(result.iter_rows()) == pytest.approx(means)


def test_the_duckdb_line_gives_each_arms_mean(means):
    duckdb = pytest.importorskip("duckdb")
    assert dict(duckdb.sql(LINES["DuckDB"]).fetchall()) == pytest.approx(means)


def test_the_line_for_r_names_the_same_file():
    assert f'"{RUNS.relative_to(HOME).as_posix()}"' in LINES["R"]
