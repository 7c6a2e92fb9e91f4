"""Preparation: whoever runs, checks or shows an experiment reads its roster once, and errors name where it comes from."""

import pytest

import learnsim
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.shown_record import shown_of
from learnsim.errors import PolicyError, SettingsError
from learnsim.grouping import preparation
from learnsim.grouping.preparation import prepare
from learnsim.settings import load

FILE = """
[experiment]
replicates = 2
[organisation]
roster = "people.csv"
communities = 2
[training]
sessions = 3
[arms.flat-lecture]
[arms.hybrid]
"""


@pytest.fixture
def file(tmp_path):
    """An experiment with a roster of twelve people."""
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"P{number}\n" for number in range(12)))
    (tmp_path / "my.toml").write_text(FILE)
    return tmp_path / "my.toml"


@pytest.mark.parametrize("use", ["check", "experiment", "one run", "page"])
def test_a_roster_is_read_once_whoever_needs_it(file, tmp_path, monkeypatch, use):
    read, original = [], preparation.load_roster
    monkeypatch.setattr(preparation, "load_roster", lambda *what: read.append(what) or original(*what))
    if use == "check":
        learnsim.experiment(file).check()
    elif use == "experiment":
        learnsim.experiment(file).run(tmp_path / "results")
    elif use == "one run":
        learnsim.run(file, arm="hybrid")
    else:
        shown_of(PageSettings(load(file)), 1)
    assert len(read) == 1


def test_what_is_prepared_is_not_read_again(file):
    prepared = prepare(load(file), "my.toml")
    (file.parent / "people.csv").unlink()
    assert prepare(prepared) is prepared and prepared.trainees == 12 and prepared.source == "my.toml"


def test_an_error_names_the_source(file):
    (file.parent / "people.csv").unlink()
    with pytest.raises(SettingsError, match=r"^my\.toml: .*people\.csv: "):
        prepare(load(file), "my.toml")
    with pytest.raises(PolicyError, match=r"^settings: \[experiment\] policies = 'none\.py': "):
        prepare(learnsim.Settings().changed({"experiment.policies": "none.py"}))
