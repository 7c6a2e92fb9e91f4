"""Command line: what a user types, what they get, and what bad input gets."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest

import learnsim
from learnsim.models.runs import run_arm
from learnsim.models.training.info import RUN_MEASURES, SESSION_MEASURES

HOME = Path(__file__).parents[1]
SMALL = """
[experiment]
name = "small"
replicates = 3
[organisation]
trainees = 24
communities = 2
cycle_length = 3
[training]
sessions = 8
[arms.flat-lecture]
[arms.hybrid]
"""


def learnsim_command(*words, cwd):
    return subprocess.run([sys.executable, "-m", "learnsim", *words], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def test_a_run_writes_tables_settings_provenance_and_figures(small):
    """It says where."""
    done = learnsim_command("run", "small.toml", cwd=small)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("results: results/small")
    assert "hybrid" in done.stdout and "against flat-lecture" in done.stdout
    folder = small / "results" / "small"
    assert {path.name for path in folder.iterdir()} == {
        "sessions.parquet",
        "runs.parquet",
        "distribution.parquet",
        "summary.csv",
        "contrasts.csv",
        "settings.toml",
        "provenance.json",
        "datapackage.json",
        "report.html",
        "figures",
    }
    sessions = parquet.read_table(folder / "sessions.parquet")
    assert sessions.column_names == ["arm", "replicate", "session", *SESSION_MEASURES]
    assert sessions.num_rows == 2 * 3 * 9
    runs = parquet.read_table(folder / "runs.parquet")
    assert runs.column_names == ["arm", "replicate", *SESSION_MEASURES, *RUN_MEASURES]
    assert runs["sessions_to_0_8"].null_count == 6
    distribution = parquet.read_table(folder / "distribution.parquet").to_pandas()
    assert (distribution.groupby(["arm", "replicate"]).trainees.sum() == 24).all()
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".png", ".svg"}
    assert json.loads((folder / "provenance.json").read_text())["versions"]["numpy"] == np.__version__


@pytest.mark.thorough
def test_results_are_written_even_if_nobody_reads_the_table(small):
    words = [sys.executable, "-m", "learnsim", "run", "small.toml"]
    process = subprocess.Popen(words, cwd=small, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read().count("Traceback") == 0
    process.stderr.close()
    assert process.wait() == 0
    assert (small / "results" / "small" / "runs.parquet").is_file()


def test_the_written_settings_give_the_same_numbers_again(small):
    learnsim_command("run", "small.toml", "-q", cwd=small)
    again = learnsim_command("run", "results/small/settings.toml", "--out", "again", "-q", "--workers", "1", cwd=small)
    assert again.returncode == 0, again.stderr
    for name in ("sessions", "runs", "distribution"):
        first, second = small / "results/small" / f"{name}.parquet", small / "again" / f"{name}.parquet"
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.thorough
def test_the_same_experiment_may_run_again_and_another_may_not(small):
    assert learnsim_command("run", "small.toml", "-q", cwd=small).returncode == 0
    assert learnsim_command("run", "small.toml", "-q", "--engine", "agents", cwd=small).returncode == 0
    before = (small / "results/small/runs.parquet").read_bytes()
    other = learnsim_command("run", "small.toml", "-q", "--seed", "5", cwd=small)
    assert other.returncode == 2
    assert "experiment.seed = 1 there, 5 here" in other.stderr
    assert (small / "results/small/runs.parquet").read_bytes() == before


BAD = {
    "missing file": (None, "there is no such file"),
    "broken TOML": ("[experiment", "not valid TOML"),
    "unknown key": ("[organisation]\ncel_size = 3", "cel_size is not a setting; did you mean cell_size?"),
    "wrong type": ('[organisation]\ntrainees = "many"', "trainees = 'many' should be an integer"),
    "share sum": ("[arms.hybrid]\nlecture = 0.5", "a session's shares must add up to 1"),
    "no arms": ("[training]\nsessions = 3", "has no arms"),
    "unsafe name": ('[experiment]\nname = "../x"\n[arms.hybrid]', "name = '../x'"),
    "too large": ("[organisation]\ntrainees = 900000000\n[arms.hybrid]", "GiB are free"),
    "no trainees": ("[organisation]\ntrainees = 0\n[arms.hybrid]", "trainees = 0 must be from 1 to 1000000000"),
    "unknown policy": ('[arms.hybrid]\nshuffle = "randm"', "shuffle = 'randm' is not a policy; did you mean random?"),
    "unknown sweep": ('[sweep]\n"training.cycle" = [1]\n[arms.hybrid]', "known are absence, absent, advice, leavers, sessions"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence_and_exit_code_2_and_writes_nothing(case, tmp_path):
    text, sentence = BAD[case]
    if text is not None:
        (tmp_path / "bad.toml").write_text(text)
    done = learnsim_command("run", "bad.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: bad.toml: ") and sentence in done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_a_folder_that_holds_something_else_is_left_alone(small):
    (small / "mine").mkdir()
    (small / "mine" / "thesis.txt").write_text("years of work")
    done = learnsim_command("run", "small.toml", "--out", "mine", cwd=small)
    assert done.returncode == 2 and "contains no learnsim results" in done.stderr
    assert [path.name for path in (small / "mine").iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_reported_before_anything_runs(small):
    (small / "file").write_text("")
    done = learnsim_command("run", "small.toml", "--out", "file/results", cwd=small)
    assert done.returncode == 2 and "choose another" in done.stderr


def test_nan_in_a_roster_names_line_and_column(small):
    (small / "people.csv").write_text("id,speed\na,0.5\nb,nan\n")
    done = learnsim_command("check", "small.toml", "--set", f"organisation.roster={small}/people.csv", cwd=small)
    assert done.returncode == 2
    (small / "r.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 1\n[arms.hybrid]\n')
    done = learnsim_command("run", "r.toml", cwd=small)
    assert done.returncode == 2 and "line 3, column speed: 'nan'" in done.stderr


def test_cells_larger_than_their_community_are_one_cell_with_a_warning(small):
    done = learnsim_command("check", "small.toml", "--set", "organisation.cell_size=50", cwd=small)
    assert done.returncode == 0 and "each community is one cell" in done.stderr


def test_the_starter_file_runs_as_it_is_and_is_never_written_over(tmp_path):
    assert learnsim_command("init", "my.toml", cwd=tmp_path).returncode == 0
    assert learnsim_command("check", "my.toml", cwd=tmp_path).returncode == 0
    assert learnsim_command("init", "my.toml", cwd=tmp_path).returncode == 2


def test_list_names_every_preset_policy_and_measure(tmp_path):
    out = learnsim_command("list", cwd=tmp_path).stdout
    for name in ("linked-cells", "officers-rotate", "most-helpful", "evenness_speed", "sessions_to_0_8"):
        assert re.search(rf"^  {name} +\S", out, re.MULTILINE)


SHIPPED = {name: learnsim.load(HOME / "experiments" / f"{name}.toml") for name in ("hybrid_vs_lecture", "shuffle_policies", "cycle_length")}
POINTS = [(name, {}) for name, shipped in SHIPPED.items() if not shipped.sweep]
POINTS += [
    ("cycle_length", {"organisation.cycle_length": length, "prior.by": by})
    for length in SHIPPED["cycle_length"].sweep["organisation.cycle_length"]
    for by in SHIPPED["cycle_length"].sweep["prior.by"]
]


@pytest.mark.parametrize(("name", "values"), POINTS, ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())))
@pytest.mark.thorough
def test_both_engines_agree_on_every_arm_of_shipped_experiments(name, values):
    at = SHIPPED[name].changed(values) if values else SHIPPED[name]
    for replicate, arm in enumerate(at.arms):
        agents = run_arm(at, arm, replicate, engine="agents", trace=True)
        assert agents.same_bits(run_arm(at, arm, replicate, engine="compiled", trace=True)) == []


def test_the_documented_policy_gives_the_same_bits_in_both_engines(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (HOME / "docs" / "EXPERIMENTS.md").read_text(encoding="utf-8"), re.DOTALL)
    (policy,) = (block for block in blocks if "@learnsim.shuffle_policy" in block)
    (tmp_path / "my.py").write_text(policy, encoding="utf-8")
    (tmp_path / "use.toml").write_text(
        '[experiment]\npolicies = "my.py"\nreplicates = 2\n[arms.own]\npreset = "hybrid"\nshuffle = "fast-with-slow"\n'
    )
    settings = learnsim.load(tmp_path / "use.toml")
    compiled = learnsim.run(settings, 3, trace=True)
    assert compiled.same_bits(learnsim.run(settings, 3, engine="agents", trace=True)) == []


def test_the_readmes_commands_name_files_that_exist():
    commands = re.findall(r"python -m learnsim run (\S+)", (HOME / "README.md").read_text(encoding="utf-8"))
    assert commands and all((HOME / command).is_file() for command in commands)
