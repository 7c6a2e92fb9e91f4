"""Shards: an experiment divided among jobs and merged gives the bytes of a single run; what does not fit is refused."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import learnsim
from helpers.storage import bytes_in, count_runs, tables_of, text_of
from learnsim import workflow
from learnsim.errors import LearnsimError, ResultsError, SettingsError
from learnsim.experiments.design.share import Share, share_from
from learnsim.experiments.storage.folder import is_finished
from learnsim.experiments.storage.store import Store
from learnsim.settings import load
from learnsim.sharding import merge_shards, run_shard

HOME = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workflow, "analyse", lambda *arguments, **named: None)


@pytest.fixture
def small(tmp_path):
    """An experiment of 2 points, 2 arms and 5 replicates, its file beside it."""
    (tmp_path / "small.toml").write_text(text_of(5, [3, 6]))
    return learnsim.experiment("small.toml")


def run_all(experiment, count, **options):
    for number in range(1, count + 1):
        experiment.run_shard(f"{number}/{count}", workers=1, **options)


@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 50))
def test_every_replicate_is_in_exactly_one_share_and_shares_are_equal(count, points, replicates):
    shares = [Share(number, count) for number in range(1, count + 1)]
    for point in range(points):
        assert sorted(n for share in shares for n in share.of(point, replicates)) == list(range(replicates))
    sizes = [sum(len(share.of(point, replicates)) for point in range(points)) for share in shares]
    assert max(sizes) - min(sizes) <= min(points, count)
    if points % count == 0 or replicates % count == 0:
        assert len(set(sizes)) == 1


@pytest.mark.parametrize("count", [1, 3, 10])
def test_merged_shards_have_the_bytes_of_a_single_run(small, count, monkeypatch):
    added = count_runs(monkeypatch)
    run_all(small, count)
    assert sum(added) == 20
    folders = sorted(Path("results").glob("small*/*of*"))
    assert [path.name for path in folders] == [f"{n:0{len(str(count))}d}-of-{count}" for n in range(1, count + 1)]
    merged = learnsim.merge("results/small-shards")
    assert sum(added) == 20 and merged.folder == Path("results/small") and is_finished(merged.folder)
    small.run("scratch", workers=1)
    assert tables_of("results/small") == tables_of("scratch")
    assert Path("results/small/settings.toml").read_bytes() == Path("scratch/settings.toml").read_bytes()
    assert len(list(Path("results/small-shards").iterdir())) == count  # they stay
    provenance = json.loads(Path("results/small/provenance.json").read_text())
    assert provenance["seconds"] == pytest.approx(sum(json.loads((f / "shard.json").read_text())["seconds"] for f in folders), abs=0.1)


def test_one_shard_of_one_is_the_whole_in_a_folder_of_shards(small):
    done = small.run_shard("1/1", workers=1)
    assert (done.folder, done.runs, done.share) == (Path("results/small-shards/1-of-1"), 20, "1/1")


def test_shards_with_people_drawn_points_and_own_policies_merge(tmp_path):
    """Their files go along: nothing outside the folders of the shards is needed to merge them."""
    (tmp_path / "people.csv").write_text("id,team\n" + "".join(f"P{i:02d},{'AB'[i % 2]}\n" for i in range(12)))
    (tmp_path / "own.py").write_text(
        "import learnsim\n\n\n@learnsim.shuffle_policy('backwards-in-shards')\ndef f(group):\n    return group.members[::-1]\n"
    )
    (tmp_path / "own.toml").write_text(
        '[experiment]\nname = "own"\nreplicates = 3\npolicies = "own.py"\n'
        '[organisation]\nroster = "people.csv"\ncommunities = 2\ncycle_length = 2\n[roster]\nlabels = ["team"]\n'
        '[training]\nsessions = 4\n[design]\nkind = "sobol"\npoints = 4\n'
        '[sweep]\n"learning.initial_rapport" = {low = 0.1, high = 0.9}\n"organisation.cell_size" = {low = 2, high = 5}\n'
        '[arms.flat-lecture]\n[arms.own]\npreset = "hybrid"\nshuffle = "backwards-in-shards"\n'
    )
    experiment = learnsim.experiment("own.toml")
    experiment.run("scratch", workers=1)
    run_all(experiment, 5, out="elsewhere/own")
    for name in ("people.csv", "own.py", "own.toml"):
        (tmp_path / name).unlink()
    shutil.move("elsewhere", "moved")
    merged = learnsim.merge(*sorted(Path("moved/own-shards").iterdir()))
    assert merged.folder.resolve() == tmp_path / "moved" / "own"
    assert tables_of(merged.folder) == tables_of("scratch") and "people_sums.parquet" in tables_of("scratch")


def test_merged_shards_grow_like_any_results(small, monkeypatch):
    run_all(small, 2)
    learnsim.merge("results/small-shards")
    added = count_runs(monkeypatch)
    small.changed({"experiment.replicates": 7}).run(workers=1)
    assert sum(added) == 2 * 2 * 2
    small.changed({"experiment.replicates": 7}).run("scratch", workers=1)
    assert tables_of("results/small") == tables_of("scratch")


def test_a_finished_shard_is_not_run_again_and_an_interrupted_one_goes_on(small, monkeypatch):
    flush, calls = Store.flush, []

    def interrupted(store):
        flush(store)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("learnsim.experiments.storage.store.RUNS_A_PART", 2)
        patch.setattr(Store, "flush", interrupted)
        small.run_shard("2/2", workers=1)
    added = count_runs(monkeypatch)
    small.run_shard("2/2", workers=1)
    assert 0 < sum(added) < 12
    calls.append(sum(added))
    small.run_shard("2/2", workers=1)
    assert sum(added) == calls[0]


def test_merging_again_finds_the_results_finished(small, capsys):
    run_all(small, 2)
    learnsim.merge("results/small-shards")
    before = bytes_in("results/small")
    learnsim.merge("results/small-shards", progress=True)
    assert "results/small: is finished already" in capsys.readouterr().err
    assert bytes_in("results/small") == before


def test_failed_runs_of_a_shard_are_those_of_the_merged_results(small, monkeypatch):
    from learnsim.experiments.execution import tasks

    play = tasks.run_arm

    def some_fail(prepared, arm, replicate, **named):
        if replicate == 4 and arm == "hybrid":
            raise ArithmeticError("no number")
        return play(prepared, arm, replicate, **named)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "run_arm", some_fail)
        assert [small.run_shard(f"{n}/2", workers=1).failed for n in (1, 2)] == [1, 1]
    merged = learnsim.merge("results/small-shards")
    assert merged.failed == 2 and set(merged.failures["cause"]) == {"ArithmeticError: no number"}
    small.run(workers=1, retry_failed=True)
    small.run("scratch", workers=1)
    assert tables_of("results/small") == tables_of("scratch")


def break_shards(how, small):
    """Do something to the three shards of an experiment; return what is to be merged."""
    one, two, three = (Path(f"results/small-shards/{n}-of-3") for n in (1, 2, 3))
    if how == "missing":
        shutil.rmtree(two)
    elif how == "several missing":
        small.run_shard("2/9", "results/more", workers=1)
        small.run_shard("5/9", "results/more", workers=1)
        return ["results/more-shards"]
    elif how == "unfinished":
        part = sorted((two / "parts").glob("*.parquet"))[-1]
        part.write_bytes(part.read_bytes()[:-1])
    elif how == "twice":
        return ["results/small-shards", str(three)]
    elif how == "another seed":
        shutil.rmtree(two)
        small.changed({"experiment.seed": 9}).run_shard("2/3", workers=1)
    elif how == "other replicates":
        shutil.rmtree(two)
        small.changed({"experiment.replicates": 6}).run_shard("2/3", workers=1)
    elif how == "another division":
        small.run_shard("1/2", workers=1)
    elif how == "another version":
        ledger = two / "parts" / "ledger.jsonl"
        text = ledger.read_text()
        from learnsim.experiments.storage.ledger import Ledger

        there = Ledger(ledger)
        there.header["versions"] = {**there.header["versions"], "numpy": "0.1"}
        there.replace(there.parts)
        assert ledger.read_text() != text
    elif how == "edited":
        file = two / "settings.toml"
        file.write_text(file.read_text().replace("seed = 1", "seed = 2"))
    elif how == "results":
        small.run("results/single", workers=1)
        return ["results/single"]
    elif how == "nothing":
        Path("empty").mkdir()
        return ["empty"]
    elif how == "nowhere":
        return ["results/smal-shards"]
    return [str(one.parent)]


BROKEN = {
    "missing": "results/small-shards: shard 2 of 3 is missing; learnsim run FILE --shard 2/3 runs it",
    "several missing": "shards 1, 3-4, 6-9 of 9 are missing; learnsim run FILE --shard 1/9 runs the first of them",
    "unfinished": r"a shard is not finished: results/small-shards/2-of-3 \(0 of 8 runs\); the same learnsim run command resumes it",
    "twice": "3-of-3: is shard 3/3, and so is results/small-shards/3-of-3; merge takes each shard once",
    "another seed": r"are shards of different experiments \(experiment.seed = 1 there, 9 here, where here is the second\)",
    "other replicates": r"are shards of different experiments \(6 replicates in place of 5, where here is the second\)",
    "another division": "is shard 1/2, but .* is shard 1/3; merge shards of one division, as others overlap|is shard 1/3, but",
    "another version": r"2-of-3: was run with other versions \(numpy 0.1 there, ",
    "edited": "2-of-3: its settings.toml, roster, plan, policies or measures were edited; run the shard again",
    "results": "results/single: contains finished results, and not a shard of them; merge takes the folders of all shards",
    "nothing": "empty: neither is a shard of learnsim run FILE --shard nor contains one; merge takes",
    "nowhere": "results/smal-shards: there is no such folder; learnsim run FILE --shard 1/20 makes folders of shards",
}


@pytest.mark.parametrize("how", BROKEN)
def test_shards_that_do_not_belong_together_are_one_sentence_and_nothing_is_written(small, how):
    run_all(small, 3)
    folders = break_shards(how, small)
    before = bytes_in("results")
    with pytest.raises(ResultsError, match=BROKEN[how]) as caught:
        learnsim.merge(*folders)
    assert "\n" not in str(caught.value)
    assert bytes_in("results") == before


WRONG = {
    "3": "--shard '3' must be a number and how many there are, for example 3/20",
    "0/4": "--shard 0/4: shards are numbered from 1 to 4, so write 1/4 to 4/4",
    "5/4": "--shard 5/4: shards are numbered from 1 to 4",
    "1/0": "--shard 1/0: there must be from 1 to 1,000,000 shards",
    "3/11": r"--shard 3/11: small.toml has only 10 replicates to divide, at all points together; use at most 10 shards",
}


@pytest.mark.parametrize("shard", WRONG)
def test_a_shard_that_cannot_be_is_one_sentence(small, shard):
    with pytest.raises(SettingsError, match=WRONG[shard]):
        small.run_shard(shard)
    assert not Path("results").exists()


def test_a_precision_cannot_be_divided(tmp_path):
    text = text_of(5, [3, 6]).replace("replicates = 5", 'precision = {contrast = "hybrid - flat-lecture", half_width = 0.01}')
    (tmp_path / "small.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"precision decides after the first 20 replicates .* leave precision out and set"):
        learnsim.experiment("small.toml").run_shard("1/2")
    assert not Path("results").exists()


def test_a_folder_of_one_shard_takes_no_other_and_does_not_grow(small):
    small.run_shard("1/2", workers=1)
    Path("results/small-shards/1-of-2").rename("results/small-shards/2-of-2")
    with pytest.raises(ResultsError, match="2-of-2: contains results of shard 1/2, not of shard 2/2; choose another folder"):
        small.run_shard("2/2", workers=1)
    with pytest.raises(ResultsError, match="contains results of shard 1/2, not of the whole experiment"):
        small.run("results/small-shards/2-of-2", workers=1)
    Path("results/small-shards/2-of-2").rename("results/small-shards/1-of-2")
    with pytest.raises(ResultsError, match="7 replicates in place of 5; a shard cannot grow, but what learnsim merge makes") as caught:
        small.changed({"experiment.replicates": 7}).run_shard("1/2", workers=1)
    assert "--fresh" not in str(caught.value)


def test_results_of_another_experiment_are_not_merged_into(small):
    run_all(small, 2)
    small.changed({"experiment.seed": 4}).run(workers=1)
    before = bytes_in("results/small")
    with pytest.raises(ResultsError, match="results/small: contains results of another experiment"):
        learnsim.merge("results/small-shards")
    assert bytes_in("results/small") == before


@pytest.mark.parametrize("moment", ["adopt", "begin", "finish"])
def test_a_merge_that_stops_goes_on(small, monkeypatch, moment):
    run_all(small, 3)
    small.run("scratch", workers=1)

    def stopped(*arguments, **named):
        raise KeyboardInterrupt

    place = "learnsim.workflow.finish" if moment == "finish" else f"learnsim.experiments.storage.store.Store.{moment}"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(place, stopped)
        merge_shards([Path("results/small-shards")], quiet=True)
    learnsim.merge("results/small-shards")
    assert tables_of("results/small") == tables_of("scratch") and not Path("results/small/parts").exists()


@pytest.mark.thorough
def test_jobs_at_once_that_are_killed_and_repeated_merge_to_the_same_bytes(start, tmp_path):
    """Several processes on one folder, some of them killed with SIGKILL; then the same commands again."""
    (tmp_path / "small.toml").write_text(text_of(24, [3, 6]))
    rng = random.Random(3)

    def job(number):
        process = start("run", "small.toml", "--shard", f"{number}/3", "--quiet", "--workers", "1", pause=0.05)
        ledger = tmp_path / f"results/small-shards/{number}-of-3/parts/ledger.jsonl"
        until = time.monotonic() + 60
        while number != 2 and not ledger.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        if number != 2:
            time.sleep(rng.uniform(0.0, 0.5))
            process.kill()
        process.communicate(timeout=120)
        return process.returncode

    with ThreadPoolExecutor(3) as jobs:
        codes = list(jobs.map(job, (1, 2, 3)))
    assert codes[1] == 0 and codes[0] != 0 != codes[2]
    merging = start("merge", "results/small-shards", "--quiet")
    _, errors = merging.communicate(timeout=60)
    assert merging.returncode == 2
    assert re.search(r"error: (2 shards are|a shard is) not finished: results/small-shards/1-of-3 \(\d+ of 32 runs\)", errors)
    for number in (1, 3):
        assert start("run", "small.toml", "--shard", f"{number}/3", "--quiet").wait(120) == 0
    last = start("merge", "results/small-shards", "--quiet")
    assert last.communicate(timeout=60) == ("results: results/small\n", "")
    learnsim.experiment("small.toml").run("scratch", workers=1)
    assert tables_of("results/small") == tables_of("scratch")


@pytest.mark.thorough
def test_the_command_says_where_a_shard_is_and_how_to_merge(start, tmp_path):
    (tmp_path / "small.toml").write_text(text_of(2, [3]))
    process = start("run", "small.toml", "--shard", "1/2")
    out, errors = process.communicate(timeout=60)
    assert out == "shard: results/small-shards/1-of-2\n"
    assert errors.endswith("when all shards are finished, merge them: learnsim merge results/small-shards\n")
    process = start("run", "small.toml", "--shard", "1/2", "--fresh")
    assert "error: --fresh --shard: each job would choose a folder of its own" in process.communicate(timeout=60)[1]
    process = start("run", "small.toml", "--shard", "1/2", "--dry-run")
    assert "= 4 runs, 2 of them in shard 1/2\n" in process.communicate(timeout=60)[0]


def job_script():
    """The job script of docs/SCALING.md, and the command that submits it and merges."""
    text = (HOME / "docs" / "SCALING.md").read_text(encoding="utf-8")
    return re.findall(r"```(?:bash|)\n(#!/bin/bash\n.*?)```", text, re.DOTALL)


@pytest.mark.thorough
def test_the_job_script_of_the_page_runs_an_array_as_slurm_would(tmp_path, environment):
    """Run by bash with the variables that SLURM sets, once per number of its array; then the command that merges."""
    (script,) = job_script()
    (tmp_path / "job.sh").write_text(script)
    (tmp_path / "my.toml").write_text(text_of(10, [3, 6]).replace('"small"', '"my"'))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "learnsim").write_text(f'#!/bin/bash\nexec {sys.executable} -m learnsim "$@"\n')
    (tmp_path / "bin" / "learnsim").chmod(0o755)
    first, last = map(int, re.search(r"#SBATCH --array=(\d+)-(\d+)", script).groups())
    cores = re.search(r"#SBATCH --cpus-per-task=(\d+)", script)[1]
    assert (first, last) == (1, int(re.search(r"TASK_ID/(\d+)", script)[1]))
    for number in range(first, last + 1):
        slurm = {"SLURM_ARRAY_TASK_ID": number, "SLURM_CPUS_PER_TASK": cores}
        env = {**environment, **{k: str(v) for k, v in slurm.items()}, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(["bash", "job.sh"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    text = (HOME / "docs" / "SCALING.md").read_text(encoding="utf-8")
    command = re.search(r"```\n(learnsim merge .*)\n```", text)[1]
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "results: results/my"), done.stderr
    assert len(learnsim.open("results/my").runs) == 40


def test_shares_are_read_in_any_usual_way_of_writing():
    assert share_from(" 3 / 20 ") == Share(3, 20) == share_from("03/20")
    for text in ("", "3/20/4", "-1/3", "1.5/3", None, 3):
        with pytest.raises(LearnsimError):
            share_from(text)


def test_the_folder_of_all_shards_is_not_taken_for_results(small):
    small.run_shard("1/2", workers=1)
    with pytest.raises(ResultsError, match="but shards; learnsim merge joins them, and learnsim show results/small-shards/1-of-2"):
        learnsim.open("results/small-shards")
    shard = learnsim.open("results/small-shards/1-of-2", unfinished=True)
    assert shard.so_far == "10 of 10 runs of shard 1/2 are there" and len(shard.runs) == 10


def test_settings_of_a_shard_are_read_once_more_from_its_folder(small):
    """As for any folder: they are a file to run."""
    small.run_shard("1/2", workers=1)
    run_shard(load("results/small-shards/1-of-2/settings.toml"), "again", Share(2, 2), workers=1, quiet=True)
    assert len(learnsim.merge("results/small-shards").runs) == 20
