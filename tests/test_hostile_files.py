"""Hostile files: whatever a user's TOML, roster, targets or policies file holds, ``check`` says what is wrong in a sentence."""

import os

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.errors import LearnsimError, SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.provenance import identity
from learnsim.settings import Settings, load
from learnsim.settings.arms import PhaseTable
from learnsim.settings.shocks import Shock

WORLD = """
[experiment]
{experiment}
[organisation]
communities = 1
roster = "people.csv"
{organisation}
[{table}]
{setting}
[sweep]
{sweep}
[arms.flat-lecture]
[arms.hybrid]
{arm}
[[arms.hybrid.phases]]
from = 10
{phase}
[[shocks]]
{shock}
"""
ONCE = ("experiment", "organisation", "sweep", "arms", "shocks", "parameters", "measures")
TABLES = {name: field.annotation.model_fields for name, field in Settings.model_fields.items() if name not in ONCE}
NAMES = [f"{table}.{key}" for table, keys in TABLES.items() for key in keys]
NAMES += ["shocks", "shocks.0", *(f"shocks.0.{key}" for key in Shock.model_fields), "shocks.1.at", "shocks.x.at"]
NAMES += ["arms.hybrid.phases", *(f"arms.hybrid.phases.0.{key}" for key in PhaseTable.model_fields), "arms.hybrid.phases.7.from"]
DIGITS = st.sampled_from([20, 400, 5000]).map("9".__mul__)
VALUES = st.one_of(
    st.integers().map(str),
    st.floats().map(repr),
    DIGITS,
    DIGITS.map("0x{}".format),
    DIGITS.map("{{low = 1, high = {}}}".format),
    st.sampled_from(["-0.0", "1e400", "2024-01-05", "12:00:00", "2024-01-05T12:00:00Z", "true", '""', '"x"', "'a\\b'", "{}", "[]"]),
    st.sampled_from(["[1, 2]", "[0.1, nan]", "[1, 'a', true]", "[{a = 1}, {a = 1}]", "[2024-01-05]", '["a", "a"]', "[1, 1.0]"]),
    st.sampled_from(["{low = 1, high = 3}", "{low = -1e308, high = 1e308}", '{distribution = "beta", mean = 0.5, sd = 0.1}']),
    st.integers(1, 5000).map(lambda depth: "[" * depth + "]" * depth),
    st.integers(1, 300).map(lambda depth: "{a = " * depth + "1" + "}" * depth),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: f'"{text}"'),
)
CELLS = st.one_of(
    st.sampled_from(["", "0.5", "1", "Blue", "blue ", '"', '"x', 'y"', '"a\nb"', '"a,b"', "nan", "1e999", "٠.٥", "0,5", "\0", "\u200b", "=1"]),
    st.sampled_from(["9" * 5000, "id", "speed", "interest_" + "9" * 5000, "interest_٣", "interest_1", "sep=;", "exact", "hybrid", "peak"]),
    st.text(max_size=6),
)


def rows_of(header):
    """A CSV file that is nearly right."""
    row = st.lists(st.one_of(st.sampled_from(["0.5", "1", "Blue"]), CELLS), min_size=len(header), max_size=len(header))
    table = st.lists(row, max_size=4).map(lambda rows: [header, *([f"P{n}", *one[1:]] for n, one in enumerate(rows))])
    ends = st.sampled_from(["\n", "\r\n", "\r"])
    text = st.builds(lambda rows, end: end.join(",".join(cells) for cells in rows), table, ends)
    encoded = st.builds(lambda t, code: t.encode(code, "replace"), text, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    return st.one_of(encoded, encoded, st.binary(max_size=30))


def listed(table):
    """A line of a shock or a phase."""
    keys = st.sampled_from([key for key in table.model_fields if key != "from"])
    return st.builds("{} = {}".format, keys, VALUES)


ROSTERS = rows_of(["id", "community", "speed"]) | rows_of(["id", "interest_1"]) | rows_of(["id", "sociability", '"x'])
TARGETS = rows_of(["panel", "source", "arm", "low", "session"])
POLICIES = st.sampled_from([b"", b"1/0", b"\0", b"\xff", b"def f(:", b"import helper", b"from . import *", b"raise SystemExit", b"(" * 3000])
EXPERIMENT = st.sampled_from(["", "", 'targets = "targets.csv"', 'policies = "my.py"', 'targets = "targets.csv"\npolicies = "my.py"'])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


def check(folder, content, roster=b"id\nP1\nP2\n", targets=b"", policies=b""):
    """Do what ``learnsim check`` does with these files; what is wrong is an error of learnsim's, in not too many words."""
    for name, data in (("x.toml", content), ("people.csv", roster), ("targets.csv", targets), ("my.py", policies)):
        (folder / name).write_bytes(data)
    try:
        design = design_of(load(folder / "x.toml"), "x.toml")
        identity(design.settings)
    except LearnsimError as error:
        assert len(str(error)) < 1000


@hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_file_ends_in_anything_but_a_sentence(folder, data):
    table = data.draw(st.sampled_from(sorted(TABLES)))
    one, swept = data.draw(st.sampled_from(sorted(TABLES[table]))), data.draw(st.sampled_from(NAMES))
    text = WORLD.format(
        experiment=data.draw(EXPERIMENT),
        organisation=data.draw(st.sampled_from(["", 'formation = "given"'])),
        table=table,
        setting=data.draw(st.just("") | VALUES.map(f"{one} = {{}}".format)),
        sweep=data.draw(st.just("") | st.just("") | VALUES.map(f'"{swept}" = {{}}'.format)),
        arm=data.draw(st.just("") | st.just("") | VALUES.map("council = {}".format)),
        shock=data.draw(st.just("") | st.just("") | listed(Shock)),
        phase=data.draw(st.just("") | st.just("") | listed(PhaseTable)),
    )
    check(folder, text.encode(), data.draw(ROSTERS), data.draw(TARGETS), data.draw(POLICIES))


@hypothesis(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
@example("[training]\nsessions = 1\n".encode("utf-16"))
@example(b"[training]\rsessions = 1\r")
@example(b"a.a." * 5000 + b"a = 1")
@example(b'"\\u0000" = 1')
def test_no_bytes_end_in_anything_but_a_sentence(folder, content):
    check(folder, content)


GOOD = {"x.toml": WORLD.format(experiment='targets = "targets.csv"\npolicies = "my.py"', organisation="", table="training", setting="", sweep="", arm="", shock="", phase=""), "people.csv": "id\nP1\n", "targets.csv": "panel,source,arm,low\nP,exact,hybrid,1\n", "my.py": ""}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("what", ["pipe", "folder", "loop", "device", "missing"])
def test_what_is_no_file_is_a_sentence_and_never_waited_for(tmp_path, name, what):
    for file, text in GOOD.items():
        (tmp_path / file).write_text(text)
    place = tmp_path / name
    place.unlink()
    if what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    elif what == "loop":
        place.symlink_to(place)
    elif what == "device":
        place.symlink_to("/dev/zero")
    with pytest.raises(LearnsimError) as error:
        design_of(load(tmp_path / "x.toml"), "x.toml")
    assert {
        "pipe": "is a pipe or a device, not a file",
        "folder": "is a folder",
        "loop": "Too many levels of symbolic links",
        "device": "is a pipe or a device, not a file",
        "missing": "there is no such",
    }[what] in str(error.value)


def test_a_name_of_two_lines_is_shown_on_one(tmp_path):
    with pytest.raises(SettingsError) as error:
        load(tmp_path / "two\nlines.toml")
    assert "two\\nlines.toml': there is no such file" in str(error.value)
