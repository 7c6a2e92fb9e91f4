"""Damage: whatever has become of files that learnsim reads back, it is one sentence or it goes on; never a traceback."""

import json
import math
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from click.exceptions import ClickException
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.cli import app
from learnsim.errors import LearnsimError
from learnsim.experiments.storage import store as storing
from learnsim.experiments.storage.results import open_results
from learnsim.files import digest_of
from learnsim.settings import load
from learnsim.workflow import run_experiment

pytestmark = pytest.mark.thorough

DEEP = 100_000
TEXTS = {
    "empty": b"",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "nested lists": b"[" * DEEP + b"]" * DEEP,
    "nested tables": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a number of 5,000 digits": b'{"seconds": ' + b"9" * 5000 + b"}",
    "numbers without end": b'{"identity": "x", "seconds": 1e999, "clipped": NaN}',
    "other types": b'{"identity": 5, "versions": [1], "source_hash": {}, "warnings": "no", "engine": []}',
    "versions of numbers": b'{"identity": "x", "versions": {"numpy": 2}}',
    "half a letter": b'{"identity": "x", "source_hash": "\\ud800"}',
    "no UTF-8": b"\xff\xfe\x00x",
    "zeros": bytes(100),
    "a line of CSV": b"point,arm\n1,2,3\n",
    "a quote that never ends": b'point,arm\n"1,2\n' * 3,
    "some TOML": b"[experiment]\nname = 5\n",
}
READ_BACK = ["provenance.json", "settings.toml", "targets_given.csv", "failures.csv"]
TABLES = ["runs.parquet", "sessions.parquet", "distribution.parquet"]


def text_of(name, text):
    return lambda file: (file.unlink(missing_ok=True), file.write_bytes(text))


def folder_instead(file):
    file.unlink(missing_ok=True)
    file.mkdir()


def loop(file):
    file.unlink(missing_ok=True)
    file.symlink_to(file.name)


def shortened(file):
    file.write_bytes(file.read_bytes()[:-20] if file.exists() else b"")


HOW = {
    **{name: text_of(name, text) for name, text in TEXTS.items()},
    "gone": lambda file: file.unlink(missing_ok=True),
    "a folder": folder_instead,
    "a link to itself": loop,
    "cut off": shortened,
}


SOME = ["empty", "no UTF-8", "gone", "a folder", "a link to itself", "cut off"]
PLACES = [(name, how) for name in READ_BACK for how in (HOW if name == "provenance.json" else SOME)]
BEGUN = [("ledger.jsonl", how) for how in HOW] + [
    (name, how) for name in ("owner.json", "a part", "settings.toml", "targets_given.csv") for how in SOME
]


def answer(*words):
    """Give a command; return its error's sentence, or nothing if it went well. Any other error is the test's."""
    try:
        app([*map(str, words)], standalone_mode=False)
    except (LearnsimError, ClickException) as error:
        return str(error)
    except OSError as error:  # as ``main`` says it
        return f"{error.filename or 'the disk'}: {error.strerror or error}"
    except typer.Exit as done:
        assert done.exit_code in (0, 1)
    return ""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished experiment with targets and a failed run, and its file."""
    place = tmp_path_factory.mktemp("finished")
    (place / "printed.csv").write_text("panel,source,arm,low,organisation.cell_size\nP,exact,hybrid,0.25,3\n")
    (place / "small.toml").write_text(
        '[experiment]\nname = "small"\nreplicates = 3\ntargets = "printed.csv"\nquestion = "What?"\n'
        "[organisation]\ntrainees = 12\ncommunities = 2\n[training]\nsessions = 3\n"
        '[sweep]\n"organisation.cell_size" = [2, 3]\n[arms.flat-lecture]\n[arms.hybrid]\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
        run_experiment(load(place / "small.toml"), "small.toml", place / "results", quiet=True)
    (place / "results" / "failures.csv").write_text(
        "point,organisation.cell_size,arm,replicate,stage,cause,settings\n0,2,hybrid,3,playing,ValueError: no,{}\n"
    )
    return place


@pytest.fixture(autouse=True)
def _no_figures(monkeypatch):
    monkeypatch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
    monkeypatch.setattr("learnsim.experiments.storage.owner.BEAT", 0.01)
    monkeypatch.setattr("learnsim.experiments.storage.owner.SETTLE", 0.01)


def everything_read(folder):
    """Read all that figures read."""
    try:
        results = open_results(folder)
        for point in range(2):
            results.mean_sessions(point)
            results.mean_distribution(point)
        results.at_session("mean_mastery", 2)
    except LearnsimError as error:
        return str(error)
    return ""


def all_commands(place, folder):
    """Give every command that reads a finished folder; return what they answer."""
    messages = [everything_read(folder)]
    messages += [answer(command, folder) for command in ("show", "analyse", "reproduce")]
    messages.append(answer("run", place / "small.toml", "--out", folder, "-q", "--workers", "1"))
    for one in messages:
        assert one.count("\n") == 0 and len(one) < 1000
    return messages


@pytest.mark.parametrize(("name", "how"), PLACES)
def test_damaged_texts_of_results_are_one_sentence(finished, tmp_path, name, how):
    folder = tmp_path / "results"
    shutil.copytree(finished / "results", folder)
    HOW[how](folder / name)
    all_commands(finished, folder)
    assert not list(folder.glob(".analysis-*"))


@pytest.mark.parametrize("how", SOME)
@pytest.mark.parametrize("name", TABLES)
def test_damaged_tables_are_one_sentence(finished, tmp_path, name, how):
    folder = tmp_path / "results"
    shutil.copytree(finished / "results", folder)
    HOW[how](folder / name)
    messages = all_commands(finished, folder)
    assert messages[0]


VALUES = [None, math.nan, math.inf, -math.inf, 1e308, -1.0, 0.0, 2**31 - 1, -(2**31), "x", b"\xff", True, [1], {"a": 1}]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_tables_of_other_values_are_one_sentence_or_shown(finished, data):
    """One column of a table is another one: of other values, of another type, of another name."""
    with TemporaryDirectory() as home:
        folder = Path(home) / "results"
        shutil.copytree(finished / "results", folder)
        file = folder / data.draw(st.sampled_from(TABLES))
        table = pq.read_table(file)
        place = data.draw(st.integers(0, table.num_columns - 1))
        value = data.draw(st.sampled_from(VALUES))
        name = table.column_names[place]
        kind = data.draw(st.sampled_from(["one value", "all values", "the type", "the name", "no rows", "rows twice"]))
        if kind in ("one value", "all values"):
            column = table.column(place).to_pylist()
            row = data.draw(st.integers(0, len(column) - 1))
            column = [value] * len(column) if kind == "all values" else [*column[:row], value, *column[row + 1 :]]
            try:
                table = table.set_column(place, name, pa.array(column, table.schema.field(place).type))
            except (pa.ArrowException, OverflowError, TypeError):
                table = table.set_column(place, name, pa.array([value] * table.num_rows))
        elif kind == "the type":
            table = table.set_column(place, name, pa.array([value] * table.num_rows))
        elif kind == "the name":
            table = table.rename_columns([*table.column_names[:place], "x", *table.column_names[place + 1 :]])
        else:
            table = table.slice(0, 0) if kind == "no rows" else pa.concat_tables([table, table])
        pq.write_table(table, file)
        with np.errstate(all="ignore"):
            all_commands(finished, folder)


def line_of(**fields):
    return json.dumps({**fields, "check": digest_of(json.dumps(fields).encode())}).encode() + b"\n"


LINES = {
    "nested lists": b"[" * DEEP + b"]" * DEEP + b"\n",
    "nested tables": b'{"runs":' * DEEP + b"1" + b"}" * DEEP + b"\n",
    "a list": b"[]\n",
    "nothing": b"\n",
    "a number of 5,000 digits": b"9" * 5000 + b"\n",
    "no UTF-8": b"\xff\xfe\n",
    "a header of nothing": line_of(),
    "a header of other types": line_of(identity=1, source_hash=[], versions=5),
    "runs of nothing": line_of(runs=[]),
    "runs of other types": line_of(name="00000001.parquet", digest="", runs=[[0, "x", 0, 5]], failed=0),
    "a part of another folder": line_of(name="../../x.parquet", digest="", runs=[[0, [0], 0, 5]], failed=0),
    "a point that is none": line_of(name="00000001.parquet", digest="", runs=[[99, [0], 0, 3]], failed=0),
    "an arm that is none": line_of(name="00000001.parquet", digest="", runs=[[0, [7], 0, 3]], failed=0),
    "runs of no arm": line_of(name="00000001.parquet", digest="", runs=[[0, [], 0, 3]], failed=0),
    "runs without end": line_of(name="00000001.parquet", digest="", runs=[[0, [0], 0, 10**18]], failed=0),
    "failures without number": line_of(name="00000001.parquet", digest="", runs=[[0, [0], 0, 3]], failed=None),
}


@pytest.fixture
def begun(finished, run_into, monkeypatch, tmp_path):
    """The same experiment, begun and interrupted."""
    monkeypatch.setattr(storing, "RUNS_A_PART", 2)
    run_into(load(finished / "small.toml"), tmp_path / "results", seconds=0.0001, last_task=2)
    return tmp_path / "results"


def goes_on(finished, folder, tables_in):
    """The same command ends with the same tables."""
    assert answer("run", finished / "small.toml", "--out", folder, "-q", "--workers", "1") == ""
    assert tables_in(folder) == tables_in(finished / "results")
    assert not (folder / "parts").exists() and not list(folder.glob(".*"))


@pytest.mark.parametrize("line", LINES)
def test_a_ledger_with_a_line_of_anything_blocks_nothing(finished, begun, tables_in, line):
    ledger = begun / "parts" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    assert len(lines) > 2
    ledger.write_bytes(b"".join([*lines[:2], LINES[line], *lines[2:], LINES[line]]))
    before = sorted(begun.rglob("*"))
    assert answer("show", begun) == ""
    assert sorted(begun.rglob("*")) == before
    for command in ("analyse", "reproduce"):
        assert "is not finished; run the same learnsim run command again" in answer(command, begun)
    goes_on(finished, begun, tables_in)


@pytest.mark.parametrize(("name", "how"), BEGUN)
def test_damaged_files_of_a_begun_run_block_nothing(finished, begun, tables_in, name, how):
    inside = begun if name in READ_BACK else begun / "parts"
    file = next(inside.glob("*.parquet")) if name == "a part" else inside / name
    HOW[how](file)
    before = sorted(begun.rglob("*"))
    shown = answer("show", begun)
    assert "\n" not in shown and sorted(begun.rglob("*")) == before
    message = answer("run", finished / "small.toml", "--out", begun, "-q", "--workers", "1")
    assert message == "" or "--fresh" in message or "again" in message
    if not message:
        assert tables_in(begun) == tables_in(finished / "results")
    else:
        assert answer("run", finished / "small.toml", "--out", begun, "-q", "--fresh", "--workers", "1") == ""


def test_a_part_that_the_ledger_names_and_that_is_none_is_run_again(finished, begun, tables_in):
    part, ledger = next(begun.glob("parts/*.parquet")), begun / "parts" / "ledger.jsonl"
    fields = next(json.loads(line) for line in ledger.read_bytes().splitlines() if part.name.encode() in line)
    part.write_bytes(b"no Parquet file")
    del fields["check"]
    fields["digest"] = digest_of(b"no Parquet file")
    lines = [line for line in ledger.read_bytes().splitlines(keepends=True) if part.name.encode() not in line]
    ledger.write_bytes(b"".join(lines) + line_of(**fields))
    assert "was not written by learnsim; run the same command again" in answer(
        "run", finished / "small.toml", "--out", begun, "-q", "--workers", "1"
    )
    goes_on(finished, begun, tables_in)


@pytest.mark.parametrize("name", ["parts", "parts/lock", "parts/draft", "settings.toml", "figures", "report.html"])
def test_a_file_for_a_folder_and_a_folder_for_a_file_are_one_sentence(finished, begun, tables_in, name):
    path = begun / name
    if path.is_dir():
        shutil.rmtree(path)
        path.write_bytes(b"x")
    elif name in ("parts/draft", "figures"):
        path.write_bytes(b"x")
    else:
        path.unlink(missing_ok=True)
        (path / "inside").mkdir(parents=True)
    message = answer("run", finished / "small.toml", "--out", begun, "-q", "--workers", "1")
    assert message == "" or "--fresh" in message or "again" in message or "--out" in message


def test_every_command_sweeps_what_a_killed_analysis_left(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.__stdout__)
    folder = tmp_path / "results"
    shutil.copytree(finished / "results", folder)
    for words in (("show", folder), ("analyse", folder), ("run", finished / "small.toml", "--out", folder, "-q")):
        (folder / ".analysis-x" / "figures").mkdir(parents=True)
        (folder / ".parts-gone").mkdir()
        assert answer(*words) == ""
        assert not list(folder.glob(".*"))
