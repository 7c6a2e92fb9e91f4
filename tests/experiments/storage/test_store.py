"""Store: whatever interrupts or damages it, nothing is lost, nothing is double, and the tables are the same bytes."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.executors import local_pool
from learnsim.experiments.execution.tasks import Task, perform
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage import finished_runs
from learnsim.experiments.storage import store as storing
from learnsim.experiments.storage.ledger import Ledger
from learnsim.experiments.storage.lock import open_store
from learnsim.progress import Progress

SWEEP = {"organisation.cell_size": [3, 6, 24]}
PRECISE = {"contrast": "hybrid - flat-lecture", "half_width": 0.004, "min": 5, "max": 40}
KINDS = {
    "plain": {"experiment": {"replicates": 14}},
    "sweep": {"experiment": {"replicates": 5}, "sweep": SWEEP},
    "precise": {"experiment": {"precision": PRECISE}},
    "precise sweep": {"experiment": {"precision": PRECISE}, "sweep": SWEEP},
    "agents": {"experiment": {"replicates": 3, "engine": "agents"}},
}


@pytest.fixture(autouse=True)
def _many_parts(monkeypatch):
    """A part for every few runs, so that few runs are many parts."""
    monkeypatch.setattr(storing, "RUNS_A_PART", 4)
    monkeypatch.setattr(finished_runs, "RUNS_A_BLOCK", 7)


@pytest.fixture(scope="module")
def uninterrupted(small_settings, run_into, tables_in):
    """The tables of a kind of experiment, of one run without an interruption."""

    @cache
    def tables(kind: str, arms: tuple[str, ...]) -> dict[str, bytes]:
        with TemporaryDirectory() as folder:
            run_into(small_settings(**KINDS[kind], arms={arm: {} for arm in arms}), Path(folder))
            return tables_in(Path(folder) / "tables")

    return tables


ARMS = st.permutations(["flat-lecture", "isolated-cells", "hybrid"]).map(tuple)
ONE_GO = st.tuples(st.integers(1, 5), st.sampled_from([0.0004, 0.003, 0.01, 0.1]), st.integers(1, 12))


@settings(max_examples=40, deadline=None)
@given(kind=st.sampled_from(list(KINDS)), arms=ARMS, goes=st.lists(ONE_GO, max_size=4), last=ONE_GO)
def test_an_interrupted_experiment_gives_the_same_bytes_without_repeats(
    small_settings, run_into, tables_in, uninterrupted, kind, arms, goes, last
):
    changed = small_settings(**KINDS[kind], arms={arm: {} for arm in arms})
    reordered = small_settings(**KINDS[kind])
    with TemporaryDirectory() as name:
        folder = Path(name) / "results"
        finished = 0
        for number, (workers, seconds, last_task) in enumerate(goes):
            workers = 1 if kind == "agents" else workers  # its processes start slowly; test_faults.py has them
            watch = run_into(changed if number % 2 else reordered, folder, workers=workers, seconds=seconds, last_task=last_task)
            assert watch.finished_before >= finished
            finished = watch.finished_before + watch.runs
        watch = run_into(changed, folder, workers=1 if kind == "agents" else last[0], seconds=last[1])
        assert watch.finished_before >= finished
        assert tables_in(folder / "tables") == uninterrupted(kind, arms)


def damage(folder: Path, how: str, where: float) -> None:
    """Do something to a store that a crash, a disk or a person can do."""
    parts, ledger = sorted(folder.glob("parts/*.parquet")), folder / "parts" / "ledger.jsonl"
    part = parts[int(where * len(parts))]
    lines = ledger.read_bytes().splitlines(keepends=True)
    line = int(where * len(lines))
    if how == "a part cut off":
        part.write_bytes(part.read_bytes()[: int(where * part.stat().st_size)])
    elif how == "a byte of a part":
        flip(part, where)
    elif how == "a part gone":
        part.unlink()
    elif how == "parts exchanged":
        part.write_bytes(parts[0].read_bytes() + b"")
    elif how == "the last line torn":
        ledger.write_bytes(b"".join(lines)[: -1 - int(where * (len(lines[-1]) - 1))])
    elif how == "a line of garbage":
        lines[line] = bytes(range(256)) + b"\n"
        ledger.write_bytes(b"".join(lines))
    elif how == "a line more":
        ledger.write_bytes(b"".join([*lines[:line], b'{"name": "none.parquet", "runs": [[0, [0], 0, 5]]}\n', *lines[line:]]))
    elif how == "a byte of the ledger":
        flip(ledger, where)
    elif how == "the ledger empty":
        ledger.write_bytes(b"")
    elif how == "orphans":
        (folder / "parts" / "00000999.parquet").write_bytes(part.read_bytes())
        (folder / "parts" / ".00000998.parquet.tmp").write_bytes(b"half")
        (folder / ".settings.toml.tmp").write_bytes(b"half")
        (folder / "parts" / "draft" / "figures").mkdir(parents=True)
        (folder / "settings.toml").unlink()


def flip(file: Path, where: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(where * len(content))] ^= 1 + int(where * 254)
    file.write_bytes(bytes(content))


DAMAGES = [
    "a part cut off",
    "a byte of a part",
    "a part gone",
    "parts exchanged",
    "the last line torn",
    "a line of garbage",
    "a line more",
    "a byte of the ledger",
    "the ledger empty",
    "orphans",
]


@pytest.mark.parametrize("how", DAMAGES)
@settings(max_examples=8, deadline=None)
@given(where=st.floats(0.0, 1.0, exclude_max=True), last_task=st.integers(3, 13))
def test_a_damaged_store_is_mended_by_the_same_command(small_settings, run_into, tables_in, uninterrupted, how, where, last_task):
    arms = ("flat-lecture", "isolated-cells", "hybrid")
    with TemporaryDirectory() as name:
        folder = Path(name) / "results"
        run_into(small_settings(**KINDS["sweep"]), folder, seconds=0.001, last_task=last_task)
        damage(folder, how, where)
        watch = run_into(small_settings(**KINDS["sweep"]), folder)
        assert watch.finished_before + watch.runs == 45
        assert tables_in(folder / "tables") == uninterrupted("sweep", arms)
        assert (folder / "settings.toml").is_file() and not list(folder.glob(".*"))
        named = {part.name for part in Ledger(folder / "parts" / "ledger.jsonl").parts}
        assert {path.name for path in folder.glob("parts/*")} == {*named, "ledger.jsonl", "lock"}


def test_one_damaged_line_or_part_costs_only_its_own_runs(small_settings, run_into, tmp_path):
    finished = run_into(small_settings(**KINDS["sweep"]), tmp_path, seconds=0.001, last_task=13).runs
    for how in ("a byte of a part", "a line of garbage", "the last line torn"):
        damage(tmp_path, how, 0.7)
        watch = run_into(small_settings(**KINDS["sweep"]), tmp_path, seconds=0.001, last_task=1)
        assert watch.finished_before >= finished - 6  # a part holds two tasks of three runs
        finished = watch.finished_before + watch.runs


def test_the_first_line_of_a_ledger_is_there_twice(small_settings, run_into, tmp_path):
    run_into(small_settings(**KINDS["sweep"]), tmp_path, seconds=0.001, last_task=9)
    damage(tmp_path, "a line of garbage", 0.0)
    assert run_into(small_settings(**KINDS["sweep"]), tmp_path, last_task=1).finished_before == 27


def test_damage_during_a_run_is_detected_before_it_gets_into_a_table(small_settings, tmp_path):
    design = design_of(small_settings(**KINDS["plain"]), "test")
    with local_pool("compiled", 1) as pool, open_store(tmp_path, design) as store:
        run_missing(design, store, pool._replace(seconds=0.001), Progress())
        damage(tmp_path, "a byte of a part", 0.5)
        with pytest.raises(ResultsError, match="was damaged during the run; run the same command again"):
            list(store.in_order())


def test_two_interrupted_stages_take_the_same_replicates_at_every_point(small_settings, run_into, tmp_path):
    precise = small_settings(**KINDS["precise sweep"])
    run_into(precise, tmp_path / "whole")
    for last_task in range(1, 12):
        run_into(precise, tmp_path / "often", seconds=0.003, last_task=last_task)
    run_into(precise, tmp_path / "often")

    def replicates(folder: Path) -> list[int]:
        with open_store(folder, design_of(precise, "test")) as store:
            return [store.wanted(point) for point in range(3)]

    counts = replicates(tmp_path / "often")
    assert counts == replicates(tmp_path / "whole")
    assert max(counts) > PRECISE["min"]


def test_a_part_counts_only_when_its_line_is_written(small_settings, tmp_path, monkeypatch):
    design = design_of(small_settings(**KINDS["plain"]), "test")

    def no_line(self, part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_store(tmp_path, design) as store:
        monkeypatch.setattr(Ledger, "add", no_line)
        task = Task(design.points[0], design.arms, range(4))
        store.add(task, perform(task))
    monkeypatch.undo()
    assert len(list(tmp_path.glob("parts/*.parquet"))) == 1
    with open_store(tmp_path, design) as store:
        assert store.finished(0) == 0
    assert not list(tmp_path.glob("parts/*.parquet"))


def test_every_line_of_a_ledger_can_be_read_by_a_person(small_settings, run_into, tmp_path):
    run_into(small_settings(**KINDS["plain"]), tmp_path)
    header, again, *lines = map(json.loads, (tmp_path / "parts" / "ledger.jsonl").read_text().splitlines())
    assert header == again and set(header) == {"identity", "source_hash", "versions", "check"}
    assert lines and all(set(line) == {"name", "digest", "runs", "failed", "check"} for line in lines)


def test_every_run_is_one_row_in_its_place_in_however_many_blocks(small_settings, run_into, tmp_path):
    """More runs than a block and a part hold: the last, shorter block too, and nothing twice."""
    replicates = 2 * finished_runs.RUNS_A_BLOCK // 3 + 1
    run_into(small_settings(experiment={"replicates": replicates}), tmp_path)
    runs = pq.read_table(tmp_path / "tables" / "runs.parquet", columns=["replicate", "arm"]).to_pylist()
    arms = ("flat-lecture", "isolated-cells", "hybrid")
    assert [tuple(run.values()) for run in runs] == [(n, arm) for n in range(replicates) for arm in arms]
    sessions = pq.read_table(tmp_path / "tables" / "sessions.parquet", columns=["replicate", "session"])
    assert sessions["session"].to_pylist() == list(range(7)) * len(runs)
    people = pq.read_table(tmp_path / "tables" / "distribution.parquet", columns=["trainees"])["trainees"].to_pylist()
    assert len(people) == 20 * len(runs) and sum(people) == 24 * len(runs)
