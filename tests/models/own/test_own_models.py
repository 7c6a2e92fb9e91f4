"""Models of one's own on our organisation: the rumour that ships, by exact laws, and what a class may do wrong."""

import shutil

import mesa
import numpy as np
import pytest

import learnsim
from learnsim.errors import LearnsimError, SettingsError
from learnsim.models.mesa.source import class_of
from learnsim.models.own.model import OrganisationModel
from learnsim.models.runs import run_arm
from learnsim.settings import load
from learnsim.settings.arms import PRESETS
from learnsim.settings.shipped import shipped, shipped_folder
from learnsim.workflow import run_experiment

HOME = shipped_folder() / "own"
SMALL = {"organisation.trainees": 48, "organisation.cycle_length": 2, "model.steps": 6, "experiment.replicates": 3}
Rumour = class_of(f"{HOME / 'rumour.py'}:Rumour")
OWN = """
from learnsim import OrganisationModel, SettingsError, setting


class Own(OrganisationModel):
    gain: float = setting(0.5, "how much a period gives", unit="points", ge=0.0, le=1.0)
    MEASURES = {"points": ("mean points", "points")}

    def begin(self):
        self.points = 0.0

    def period(self):
        self.points += self.gain

    def measure_now(self):
        return {"points": self.points}
"""
FILE = """
[experiment]
name = "own"
baseline = "hybrid"
replicates = 2
[model]
kind = "organisation"
class = "own.py:Own"
steps = 4
[organisation]
trainees = 12
communities = 2
[arms.hybrid]
[arms.flat-lecture]
"""


def small(**changes):
    return load(shipped()["rumour"]).changed({**SMALL, **{name.replace("__", "."): value for name, value in changes.items()}})


@pytest.fixture
def own(tmp_path):
    """A function that writes a class and an experiment on it, changed; it returns the experiment's file."""

    def written(*changes, file=FILE, **more):
        text = OWN
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "own.py").write_text(text)
        for old, new in more.items():
            assert old in file
            file = file.replace(old, new)
        (tmp_path / "own.toml").write_text(file)
        return tmp_path / "own.toml"

    return written


def refused(file, **parameters):
    """The sentence with which an experiment is refused."""
    with pytest.raises(SettingsError) as caught:
        learnsim.experiment(file).changed({f"parameters.{name}": value for name, value in parameters.items()}).check()
    return str(caught.value)


class TestRumour:
    """The model that ships."""

    def test_it_has_at_most_eighty_lines(self):
        assert len((HOME / "rumour.py").read_text().splitlines()) <= 80

    def test_the_question_and_the_expectation_stand_on_top(self):
        experiment = load(shipped()["rumour"]).experiment
        assert experiment.question and experiment.expectation

    @pytest.mark.parametrize("arm", PRESETS)
    def test_nothing_spreads_when_nobody_tells(self, arm):
        heard = run_arm(small(parameters__tell=0.0, parameters__start=0.3), arm)["heard"]
        assert (heard == heard[0]).all() and heard[0] > 0.0

    def test_a_cell_with_one_hearer_is_full_after_a_period_when_everybody_tells(self):
        model = Rumour("isolated-cells", settings=small(parameters__tell=1.0, parameters__start=0.1), seed=1)
        touched = [any(person.heard for person in cell.members) for cell in model.cells]
        model.step()
        assert [all(person.heard for person in cell.members) for cell in model.cells] == touched
        assert 0 < sum(touched) < len(touched)

    def test_nothing_leaves_isolated_cells(self):
        untouched = run_arm(small(parameters__tell=1.0, parameters__start=0.1), "isolated-cells")["untouched"]
        assert (untouched == untouched[0]).all() and 0.0 < untouched[0] < 1.0

    def test_nothing_leaves_a_community_with_a_council(self):
        model = Rumour("linked-cells", settings=small(parameters__tell=1.0, parameters__start=0.05), seed=4)
        at_first = {person.community for person in model.members if person.heard}
        while model.running:
            model.step()
        assert {person.community for person in model.members if person.heard} == at_first
        assert all(person.heard for person in model.members if person.community in at_first)
        assert 0 < len(at_first) < 4

    def test_nobody_hears_where_there_are_no_cells(self):
        record = run_arm(small(parameters__start=0.3), "flat-lecture")
        assert record["heard"][0] == record["heard"][-1] and np.isnan(record["untouched"]).all()

    def test_all_arms_have_the_same_people_who_have_heard_it_before(self):
        models = [Rumour(arm, settings=small(parameters__start=0.3), seed=5, replicate=2) for arm in PRESETS]
        for one in models:
            assert [person.heard for person in one.members] == [person.heard for person in models[0].members]
            assert one.people.interest.tobytes() == models[0].people.interest.tobytes()
        assert len({one.random.random() for one in models}) == 1
        other = Rumour("hybrid", settings=small(parameters__start=0.3), seed=5, replicate=3)
        assert other.random.random() != Rumour("hybrid", settings=small(), seed=5, replicate=2).random.random()
        assert [person.heard for person in other.members] != [person.heard for person in models[0].members]

    def test_who_has_heard_it_does_not_forget(self):
        assert (np.diff(run_arm(small(), "hybrid")["heard"]) >= 0.0).all()

    def test_mesa_can_run_a_batch_of_it(self):
        settings = small(parameters__start=0.3)
        rows = mesa.batch_run(
            Rumour,
            {"arm": ["isolated-cells", "hybrid"], "tell": [0.0, 1.0], "settings": [settings], "seed": [7]},
            display_progress=False,
            max_steps=6,
        )
        last = {(row["arm"], row["tell"]): row["heard"] for row in rows}
        assert last["hybrid", 0.0] == last["isolated-cells", 0.0] < last["isolated-cells", 1.0] <= last["hybrid", 1.0]

    def test_it_has_defaults_without_settings(self):
        model = Rumour("hybrid", tell=0.0, start=1.0)
        assert len(model.members) == 240 and model.measure("heard") == 1.0

    def test_cells_are_shuffled_at_the_end_of_a_cycle(self):
        model = Rumour("shuffled-cells", settings=small(), seed=1)
        seats = []
        while model.running:
            model.step()
            seats.append([person.cell.number for person in model.members])
        assert seats[0] == seats[1] != seats[2] == seats[3]

    def test_officers_know_most(self):
        model = Rumour("hybrid", settings=small(parameters__start=0.2), seed=1)
        for _ in range(2):
            model.step()
        knew = {person for person in model.members if person.heard}
        model._regroup()
        for cell in model.cells:
            assert not knew & set(cell.members) or cell.officer in knew

    def test_its_results_have_its_file_measures_and_units(self, tmp_path):
        results = learnsim.experiment("rumour").changed(SMALL).run(out=tmp_path / "r")
        assert "rumour.py" in [file.name for file in (tmp_path / "r" / "model").iterdir()]
        contrasts = results.contrasts()
        assert set(contrasts.measure) >= {"heard", "untouched"} and len(results.runs) == 12
        again = learnsim.open(tmp_path / "r")
        assert again.runs.equals(results.runs)
        assert again.settings.measures["heard"].unit == "share"

    @pytest.mark.thorough
    def test_processes_give_the_same_bytes(self, tmp_path):
        experiment = learnsim.experiment("rumour").changed(SMALL)
        experiment.run(out=tmp_path / "one")
        experiment.run(out=tmp_path / "two", workers=2)
        for table in ("runs.parquet", "sessions.parquet"):
            assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()

    @pytest.mark.thorough
    def test_its_own_setting_can_be_swept_beside_one_of_the_organisation(self, tmp_path):
        swept = {"sweep": {"parameters.tell": [0.0, 1.0], "organisation.cell_size": [4, 6]}}
        results = learnsim.experiment("rumour").changed({**SMALL, "parameters.start": 0.3, **swept}).run(out=tmp_path / "r")
        runs = results.runs
        ends = runs.groupby("parameters.tell")["heard"].mean()
        assert len(runs) == 2 * 2 * 4 * 3 and ends[1.0] > ends[0.0]

    def test_a_roster_brings_real_people_and_results_of_each(self, tmp_path):
        names = [f"p{i}" for i in range(12)]
        lines = "\n".join(f"{name},{'a' if i < 6 else 'b'}" for i, name in enumerate(names))
        (tmp_path / "people.csv").write_text("id,community\n" + lines + "\n")
        shutil.copy(HOME / "rumour.py", tmp_path / "rumour.py")
        (tmp_path / "r.toml").write_text(
            '[experiment]\nname = "r"\nbaseline = "isolated-cells"\nreplicates = 4\n'
            '[model]\nkind = "organisation"\nclass = "rumour.py:Rumour"\nsteps = 5\n'
            '[parameters]\nstart = 0.3\n[organisation]\nroster = "people.csv"\nformation = "given"\ncell_size = 3\n'
            "[arms.isolated-cells]\n[arms.hybrid]\n"
        )
        results = learnsim.experiment(tmp_path / "r.toml").run(out=tmp_path / "out")
        people = learnsim.open(tmp_path / "out").people()
        assert set(people["person"]) == set(names)
        assert results.failed == 0 and (people["end"] >= people["start"]).all() and (people["partners"] >= 1).all()


class TestClass:
    """What a class may do wrong."""

    def test_a_class_without_standing_is_run_and_reported(self, own, tmp_path):
        folder = tmp_path / "out"
        run_experiment(load(own()), "own.toml", folder)
        assert (folder / "report.html").exists()
        assert (learnsim.open(folder).runs["points"] == 2.0).all()

    @pytest.mark.parametrize("lost", ["begin", "period", "measure_now"])
    def test_a_class_that_lacks_a_method_is_named_with_it(self, own, lost):
        assert f"Own must define {lost}(self)" in refused(own((f"def {lost}(", f"def my_{lost}(")))

    def test_a_class_without_measures_is_refused(self, own):
        assert "Own declares no measures" in refused(own(('{"points": ("mean points", "points")}', "{}")))

    def test_a_measure_without_a_meaning_is_refused(self, own):
        assert "MEASURES has 'points'" in refused(own(('("mean points", "points")', "3")))

    def test_a_measure_that_is_no_number_is_refused(self, own):
        assert "for 'points' no number but str 'many'" in refused(own(('{"points": self.points}', '{"points": "many"}')))

    def test_a_measure_that_is_not_declared_has_the_nearest_name(self, own):
        assert "'point', which MEASURES does not declare; did you mean points?" in refused(own(('{"points": self', '{"point": self')))

    def test_a_step_of_its_own_is_refused(self, own):
        assert "defines step()" in refused(own(("    def begin", "    def step(self):\n        pass\n\n    def begin")))

    @pytest.mark.parametrize("name", ["arm", "seed", "cells", "people", "draw", "steps", "datacollector", "session", "random"])
    def test_a_setting_with_a_name_of_the_base_is_refused(self, own, name):
        sentence = refused(own(("    gain: float", f'    {name}: int = setting(1, "taken")\n    gain: float')))
        assert f"the setting {name!r} has the name of something that every model has" in sentence

    def test_an_unknown_setting_has_the_nearest_name(self, own):
        assert "[parameters] gian is not a parameter of Own; did you mean gain?" in refused(own(), gian=0.1)

    def test_a_setting_beyond_its_bounds_is_refused(self, own):
        assert "[parameters] gain = 2.0 should be between 0 and 1" in refused(own(), gain=2.0)

    def test_a_swept_setting_is_checked_at_every_point(self, own):
        file = own(file=FILE + '[sweep]\n"parameters.gain" = [0.5, 2.0]\n')
        assert "gain = 2.0 should be between 0 and 1" in refused(file)

    def test_an_arm_that_the_class_refuses_is_named(self, own):
        check = (
            '    @classmethod\n    def check_arm(cls, arm):\n        if arm.groups == "none":\n'
            '            raise SettingsError("it needs cells")\n\n    def begin'
        )
        assert "[arms.flat-lecture] Own cannot run this arm: it needs cells" in refused(own(("    def begin", check)))

    def test_a_step_that_fails_is_one_recorded_failure_per_run(self, own, tmp_path):
        file = own(("self.points += self.gain", 'self.points += self.gain if self.session < 3 else 1 / 0'))
        run_experiment(load(file), "own.toml", tmp_path / "out")
        failures = (tmp_path / "out" / "failures.csv").read_text()
        assert failures.count("step 4") == 4 and "own.py, line" in failures

    def test_a_mesa_model_of_another_kind_is_refused_and_the_other_way_round(self, own):
        assert "does not inherit from learnsim.OrganisationModel" in refused(
            own(("class Own(OrganisationModel)", "import mesa\n\n\nclass Own(mesa.Model)"))
        )
        other = FILE.replace('"organisation"', '"mesa"').replace("[organisation]\ntrainees = 12\ncommunities = 2\n", "")
        assert "write kind = 'organisation'" in refused(own(file=other))

    def test_changed_code_is_not_mixed_with_old_results(self, own, tmp_path):
        run_experiment(load(own()), "own.toml", tmp_path / "out")
        file = own(("self.points += self.gain", "self.points += 2 * self.gain"))
        with pytest.raises(LearnsimError):
            run_experiment(load(file).changed({"experiment.replicates": 3}), "own.toml", tmp_path / "out")

    def test_the_same_numbers_are_not_drawn_twice_in_a_period(self, own):
        sentence = refused(own(("self.points += self.gain", 'self.draw("a"), self.draw("a")')))
        assert "ChanceError" in sentence

    def test_init_writes_an_experiment_that_can_be_checked(self, own, tmp_path):
        from learnsim.models.mesa.starter import starter_of

        own()
        (tmp_path / "new.toml").write_text(starter_of(f"{tmp_path / 'own.py'}:Own", tmp_path / "new.toml"))
        assert learnsim.experiment(tmp_path / "new.toml").check()

    def test_a_setting_without_a_default_must_be_set(self, own):
        file = own(("setting(0.5,", "setting(...,"))
        assert "[parameters] gain is missing" in refused(file)
        assert learnsim.experiment(file).changed({"parameters.gain": 0.1}).check()



PAGE = (shipped_folder().parent / "docs" / "OWN_MODEL.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", ["rumour.py", "rumour.toml"])
def test_the_page_shows_the_files_that_ship(file):
    assert (HOME / file).read_text(encoding="utf-8") in PAGE


def test_the_page_names_what_a_class_may_define():
    for name in ("MEASURES", "STANDING", "begin", "period", "measure_now", "standing", "check_arm", "draw", "councils"):
        assert hasattr(OrganisationModel, name) and (f"`{name}" in PAGE or f"self.{name}" in PAGE)


def test_the_program_of_the_page_runs(monkeypatch, capsys):
    monkeypatch.chdir(shipped_folder().parent)
    exec(PAGE.rpartition("```python\n")[2].partition("```")[0], {})
    heard, cells = capsys.readouterr().out.split()
    assert 0.0 < float(heard) < 1.0 and int(cells) == 40
