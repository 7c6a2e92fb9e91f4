"""Shipped experiments: by name from any folder, copied with what they read, and never in the way of a user's own files."""

import tomllib

import pytest

import learnsim
from learnsim.catalogue import catalogue
from learnsim.errors import SettingsError
from learnsim.settings import read_tree, shipped
from learnsim.settings.shipped import experiment_file, shipped_folder
from learnsim.settings.starter import copy_of, write_new
from learnsim.verify import papers_folder

NAMES = list(shipped.shipped())


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_experiment_of_the_folder_ships_under_a_name_of_its_own():
    files = [file for file in shipped_folder().rglob("*.toml") if file.parent.name != "plans"]  # those are planned, not run
    assert sorted(NAMES) == sorted(file.stem for file in files) and len(set(NAMES)) == len(files) > 10
    assert [learnsim.load(file).experiment.name for file in shipped.shipped().values()] == NAMES


def test_experiments_lie_inside_an_installed_package_or_beside_a_checkout(tmp_path, monkeypatch):
    """Where they are looked for."""
    package = tmp_path / "top/src/learnsim"
    package.mkdir(parents=True)
    monkeypatch.setattr(shipped, "PACKAGE", package)
    assert shipped_folder.__wrapped__() == tmp_path / "top/experiments"
    (package / "shipped_experiments").mkdir()
    assert shipped_folder.__wrapped__() == package / "shipped_experiments"


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_experiment_is_loaded_by_name_from_any_folder(elsewhere, name):
    assert learnsim.load(name) == learnsim.load(shipped.shipped()[name])


def test_one_run_of_a_shipped_experiment_is_one_call(elsewhere):
    record = learnsim.run(learnsim.load("hybrid_vs_lecture", ["training.sessions=2", "organisation.trainees=12"]), arm="hybrid")
    assert len(record["mean_mastery"]) == 3


def test_a_file_of_a_shipped_name_wins_and_a_folder_does_not(elsewhere):
    (elsewhere / "cycle_length").write_text("[experiment]\nseed = 77\n[arms.hybrid]\n")
    assert learnsim.load("cycle_length").experiment.seed == 77
    (elsewhere / "hybrid_vs_lecture").mkdir()
    assert learnsim.load("hybrid_vs_lecture").experiment.replicates == 100


def test_the_folder_of_a_plan_stands_for_its_plan_toml(elsewhere):
    (elsewhere / "plans" / "course").mkdir(parents=True)
    with pytest.raises(SettingsError, match="plans/course: is a folder; an experiment is a TOML file"):
        learnsim.load("plans/course")
    (elsewhere / "plans" / "course" / "plan.toml").write_text('[experiment]\nseed = 77\n[organisation]\nroster = "roster.csv"\n')
    settings = learnsim.load("plans/course")
    assert settings == learnsim.load("plans/course/plan.toml")
    assert settings.organisation.roster == str(elsewhere.resolve() / "plans" / "course" / "roster.csv")
    with pytest.raises(SettingsError, match="plans: is a folder; an experiment is a TOML file"):
        learnsim.load("plans")


WRONG = {
    "hybrid_vs_lectur": "no experiment of this name comes with learnsim; did you mean hybrid_vs_lecture?",
    "experiments/march1991.toml": "there is no such file; learnsim run march1991 runs the one that comes with learnsim",
    "mine.toml": "there is no such file; learnsim init writes one to start from",
    "papers/march1991": "there is no such file; learnsim run march1991 runs",
    "x" * 4000: f"...{'x' * 20}",  # both ends of it
}


@pytest.mark.parametrize("name", WRONG, ids=lambda name: name[:20])
def test_a_name_that_is_neither_file_nor_shipped_gets_the_nearest(elsewhere, name):
    with pytest.raises(SettingsError) as error:
        read_tree(name)
    assert WRONG[name] in str(error.value)


def test_the_list_names_every_shipped_experiment_with_its_question():
    listed = next(iter(catalogue().values()))
    assert list(listed) == NAMES and all(question.endswith("?") for question in listed.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_differs_from_the_shipped_experiment_in_its_name_only(elsewhere, name):
    files = copy_of(name, elsewhere / "my copy.toml")
    write_new(files)
    copied, original = learnsim.load("my copy.toml"), learnsim.load(name)
    assert copied.experiment.name == "my-copy"
    trees = [tomllib.loads(file.read_text(encoding="utf-8")) for file in (elsewhere / "my copy.toml", experiment_file(name))]
    assert trees[0].pop("experiment") | {"name": 0} == trees[1].pop("experiment") | {"name": 0}
    assert trees[0] == trees[1]
    for key in ("targets", "policies"):
        there, here = (getattr(each.experiment, key) for each in (original, copied))
        assert bool(there) == bool(here) and (not here or str(elsewhere) in here)
        assert not here or experiment_file(here).read_bytes() == experiment_file(there).read_bytes()


def test_a_copy_writes_over_nothing_and_leaves_nothing_half_done(elsewhere):
    (elsewhere / "march1991.csv").write_text("mine")
    with pytest.raises(SettingsError, match=r"march1991\.csv: exists already"):
        write_new(copy_of("march1991", elsewhere / "my.toml"))
    assert [file.name for file in elsewhere.iterdir()] == ["march1991.csv"]
    with pytest.raises(SettingsError, match="--from=march191 does not come with learnsim; did you mean march1991"):
        copy_of("march191", elsewhere / "my.toml")


def test_verify_takes_the_papers_of_this_folder_or_those_that_ship(elsewhere):
    assert papers_folder() == shipped_folder() / "papers" and list(papers_folder().glob("*.csv"))
    (elsewhere / "experiments/papers").mkdir(parents=True)
    assert papers_folder().resolve() == elsewhere / "experiments/papers"
