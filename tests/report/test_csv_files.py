"""CSV files: what each kind of design leaves in its folder, from the command line, and what is made of it again."""

import csv
import re
import sys

import pytest
from typer.testing import CliRunner

from learnsim.cli import app
from learnsim.models.registry import MODELS

pytestmark = pytest.mark.thorough

EXPERIMENT = """
[experiment]
name = "tiny"
replicates = 3
[organisation]
trainees = 24
communities = 2
cycle_length = 2
[training]
sessions = 4
[design]
kind = "{kind}"
points = {points}
[sweep]
"learning.initial_rapport" = {first}
"organisation.cell_size" = {second}
[arms.flat-lecture]
[arms.hybrid]
"""
LISTS = {"first": "[0.2, 0.9]", "second": "[3, 12]"}
RANGES = {"first": "{low = 0.1, high = 0.9}", "second": "{low = 2, high = 12}"}
SWEEPS = {"grid": LISTS, "zip": LISTS, "saltelli": RANGES, "morris": RANGES, "latin-hypercube": RANGES, "sobol": RANGES}
POINTS = {"saltelli": 4, "morris": 3, "latin-hypercube": 16, "sobol": 16}
RUNS = {"grid": 4, "zip": 2, "saltelli": 4 * 4, "morris": 3 * 3, "latin-hypercube": 16, "sobol": 16}
MADE = ("effects.csv", "shares.csv", "sensitivity.csv")


def learnsim(*words):
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 0, (done.output, done.exception)
    return done


def rows(path):
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory):
    """Run a design of a kind, once."""
    folders = {}

    def run(kind):
        if kind not in folders:
            home = tmp_path_factory.mktemp(kind)
            file = home / "tiny.toml"
            file.write_text(EXPERIMENT.format(kind=kind, points=POINTS.get(kind, 128), **SWEEPS[kind]))
            learnsim("run", file, "--out", home / "out", "--workers", 1, "-q")
            folders[kind] = home / "out"
        return folders[kind]

    return run


@pytest.mark.parametrize("kind", SWEEPS)
def test_every_kind_of_design_runs_and_leaves_the_statistics_that_fit_it(folder_of, kind):
    folder = folder_of(kind)
    left = {name for name in MADE if (folder / name).is_file()}
    assert left == {"grid": {"effects.csv", "shares.csv"}, "zip": set()}.get(kind, {"sensitivity.csv"})
    summary = rows(folder / "summary.csv")
    assert len({row["point"] for row in summary}) == RUNS[kind]
    assert {row["count"] for row in summary if row["measure"] == "mean_mastery"} == {"3"}


def test_a_grids_files_hold_every_level_and_pair_with_its_interval(folder_of):
    effects, shares = rows(folder_of("grid") / "effects.csv"), rows(folder_of("grid") / "shares.csv")
    assert len(effects) == len(MODELS["training"].headline) * (2 + 2 + 4)
    first = effects[0]
    assert (first["arm"], first["measure"], first["setting"], first["level"]) == ("hybrid", "mean_mastery", "learning.initial_rapport", "0.2")
    assert (first["with_setting"], first["with_level"], first["count"]) == ("", "", "3")
    assert float(first["low"]) < float(first["effect"]) < float(first["high"])
    assert (effects[7]["with_setting"], effects[7]["with_level"]) == ("organisation.cell_size", "12")
    mine = [row for row in shares if row["measure"] == "sd_mastery"]
    assert [(row["setting"], row["with_setting"]) for row in mine][2:] == [("learning.initial_rapport", "organisation.cell_size"), ("rest", "")]
    assert sum(float(row["share"]) for row in mine) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("saltelli", ["first-order", "first-order", "total", "total", "noise"]),
        ("morris", ["mu_star", "mu_star", "mu", "mu", "sigma", "sigma", "noise"]),
        ("latin-hypercube", ["first-order", "first-order", "noise"]),
        ("sobol", ["first-order", "first-order", "noise"]),
    ],
)
def test_a_drawn_designs_file_holds_its_indices_and_the_noise_in_them(folder_of, kind, note):
    lines = rows(folder_of(kind) / "sensitivity.csv")
    assert [(row["measure"], row["kind"]) for row in lines] == [(measure, kind) for measure in MODELS["training"].headline for kind in note]
    assert all(row["value"] and (row["low"] != "") == (row["kind"] in ("first-order", "total", "mu_star")) for row in lines)
    assert all(0.0 <= float(row["value"]) <= 1.0 and row["setting"] == "" for row in lines if row["kind"] == "noise")


def test_where_there_are_no_total_indices_a_sentence_says_how_to_get_them(folder_of):
    for kind in SWEEPS:
        note = 'note: sensitivity.csv: rough first-order indices only; [design] kind = "saltelli" gives reliable ones, and total indices too\n'
        assert learnsim("analyse", folder_of(kind)).stderr == (note if kind in ("latin-hypercube", "sobol") else "")


@pytest.mark.parametrize("kind", ["grid", "saltelli"])
def test_what_is_made_of_old_results_is_made_again_in_every_byte(folder_of, kind):
    folder = folder_of(kind)
    before = {name: (folder / name).read_bytes() for name in (*MADE, "summary.csv", "contrasts.csv") if (folder / name).is_file()}
    for name in before:
        (folder / name).unlink()  # as an older version left it
    if kind == "grid":
        settings = (folder / "settings.toml").read_text(encoding="utf-8")
        older = re.sub(r"\[design\].*?\n\n", "", settings, flags=re.DOTALL)
        assert "[design]" in settings and "[design]" not in older
        (folder / "settings.toml").write_text(older, encoding="utf-8")
    learnsim("analyse", folder)
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_without_salib_one_sentence_says_what_is_not_written(folder_of, monkeypatch):
    folder = folder_of("sobol")
    (folder / "sensitivity.csv").unlink()
    for name in [name for name in sys.modules if name.split(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    done = learnsim("analyse", folder)
    assert done.stderr == 'note: sensitivity.csv is not written, since it needs SALib; pip install "learnsim[sensitivity]"\n'
    assert not (folder / "sensitivity.csv").exists()
