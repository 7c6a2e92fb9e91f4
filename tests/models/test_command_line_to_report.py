"""Models: each of the three runs from the command line to the report, by both engines, and again from its folder."""

import json
import sys

import pyarrow.parquet as parquet
import pytest

import learnsim
from helpers.our_models import OURS
from learnsim.cli import app
from learnsim.errors import SettingsError
from learnsim.models.runs import run_arm
from learnsim.report.labels import measure_title
from learnsim.settings import load

WORLDS = {
    "training": "[training]\nsessions = 6\n[arms.flat-lecture]\n[arms.hybrid]",
    "beliefs": "[beliefs]\ndimensions = 12\ninterdependence = 3\nperiods = 60\n"
    "[arms.flat-lecture]\n[arms.hybrid]\n[arms.few-ties]\npreset = 'isolated-cells'\nrewiring = 0.2",
    "search": "[search]\nloci = 8\ninteractions = 3\nperiods = 60\n"
    "[arms.flat-lecture]\nnetwork = 'full'\n[arms.hybrid]\n[arms.line]\npreset = 'flat-lecture'\nnetwork = 'line'\n"
    "[arms.small]\npreset = 'flat-lecture'\nnetwork = 'small-world'\nrewiring = 0.2\n"
    "[arms.few-ties]\npreset = 'isolated-cells'\nrewiring = 0.2",
}


def experiment(kind):
    head = f"# Question: which is best?\n[experiment]\nname = '{kind}'\nreplicates = 5\n[model]\nkind = '{kind}'\n"
    return f"{head}[organisation]\ntrainees = 24\ncommunities = 2\ncell_size = 4\ncycle_length = 3\n{WORLDS[kind]}\n"


def command(*words):
    with pytest.raises(SystemExit) as left:
        app([str(word) for word in words])
    return left.value.code


@pytest.fixture(scope="module", params=WORLDS)
def finished(request, tmp_path_factory):
    """A model's name, its experiment file and its finished results."""
    home = tmp_path_factory.mktemp(request.param)
    file = home / "it.toml"
    file.write_text(experiment(request.param))
    assert command("run", file, "--out", home / "out", "--quiet") == 0
    return request.param, file, home / "out"


@pytest.mark.thorough
def test_the_tables_hold_every_measure_of_every_run_as_the_record_has_it(finished):
    kind, file, folder = finished
    settings, measures = load(file), OURS[kind]
    runs = parquet.read_table(folder / "runs.parquet").to_pandas().set_index(["arm", "replicate"]).sort_index()
    sessions = parquet.read_table(folder / "sessions.parquet").to_pandas().set_index(["arm", "replicate", "session"]).sort_index()
    assert list(runs) == list(measures.names)
    assert list(sessions) == list(measures.session_measures)
    assert len(runs) == 5 * len(settings.arms)
    for arm in settings.arms:
        for replicate in range(5):
            record = run_arm(settings, arm, replicate)
            here = sessions.loc[arm, replicate]
            for name in measures.session_measures:
                assert here[name].to_numpy().tobytes() == record[name].tobytes()
            for name, value in record.run_measures().items():
                assert runs.loc[(arm, replicate), name] == pytest.approx(value, abs=0, rel=0, nan_ok=True)


def test_both_engines_give_the_same_tables_in_every_byte(finished, tmp_path):
    _, file, folder = finished
    assert command("run", file, "--out", tmp_path / "agents", "--engine", "agents", "--workers", "1", "--quiet") == 0
    for name in ("sessions", "runs", "distribution"):
        assert (tmp_path / "agents" / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes()


def test_a_folder_is_run_again_from_itself_and_is_identical(finished, capsys):
    _, _, folder = finished
    assert command("reproduce", folder) == 0
    assert capsys.readouterr().out == "identical: sessions, runs, distribution\n"


def test_the_report_names_the_model_and_shows_its_figures(finished):
    kind, _, folder = finished
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert f"{kind}: " in report
    figures = {path.stem for path in (folder / "figures").iterdir()}
    assert figures == {"learning_curves", "distribution", "tree", *({"slow_and_fast"} if kind == "training" else ())}
    for title in ("Learning curves", "Who ends where", "The organisation"):
        assert title in report


def test_the_table_and_the_answer_are_about_the_models_own_measure(finished, capsys):
    kind, _, folder = finished
    assert command("show", folder) == 0
    shown = capsys.readouterr().out
    measure = OURS[kind].headline[0].replace("_", " ")
    assert f"{measure} is " in " ".join(shown.split())
    assert f"difference: {measure} against flat-lecture" in shown


@pytest.mark.thorough
def test_another_measure_can_be_what_arms_are_compared_by(finished, tmp_path, capsys):
    kind, file, _ = finished
    measure = OURS[kind].headline[-1]
    assert command("run", file, "--out", tmp_path / "other", "--set", f"experiment.measure={measure}", "--workers", "1") == 0
    assert measure_title(measure) in capsys.readouterr().out
    contrasts = (tmp_path / "other" / "contrasts.csv").read_text()
    assert measure in contrasts


def test_a_measure_of_another_model_is_refused_before_anything_runs(finished, tmp_path, capsys, monkeypatch):
    kind, file, _ = finished
    foreign = next(other.headline[0] for name, other in OURS.items() if name != kind)
    monkeypatch.setattr(sys, "argv", ["learnsim"])
    from learnsim.cli import main

    monkeypatch.setattr(
        sys, "argv", ["learnsim", "run", str(file), "--out", str(tmp_path / "no"), "--set", f"experiment.measure={foreign}"]
    )
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert f"[experiment] measure = {foreign!r} is not a measure of kind = {kind!r}" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_a_sweep_of_each_model_draws_its_response_and_keeps_to_one_model(finished, tmp_path):
    kind, file, _ = finished
    swept = {
        "training": '"learning.initial_rapport" = [0.2, 0.8]',
        "beliefs": '"beliefs.adoption" = [0.2, 0.8]',
        "search": '"search.interactions" = [0, 4]',
    }[kind]
    text = file.read_text().replace("[arms.flat-lecture]", f"[sweep]\n{swept}\n[arms.flat-lecture]", 1)
    (tmp_path / "swept.toml").write_text(text)
    assert command("run", tmp_path / "swept.toml", "--out", tmp_path / "out", "--quiet", "--replicates", "3") == 0
    assert (tmp_path / "out" / "figures" / "response.png").is_file()
    certificate = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert certificate["runs"] == 2 * 3 * text.count("[arms.")
    assert certificate["failed"] == 0


@pytest.mark.parametrize("kind", WORLDS)
def test_a_mesa_model_plays_its_own_kind_only_and_names_what_it_refuses(kind):
    model = {"training": learnsim.TrainingModel, "beliefs": learnsim.BeliefsModel, "search": learnsim.SearchModel}[kind]
    foreign = next(name for name in WORLDS if name != kind)
    with pytest.raises(SettingsError, match=f"needs .* kind = '{kind}', and the settings have '{foreign}'"):
        model("hybrid", **{"model.kind": foreign})
    with pytest.raises(SettingsError, match=r"settings = .* should be Settings, as learnsim\.load makes them"):
        model("hybrid", {"organisation": {"trainees": 12}})
    if kind != "training":
        with pytest.raises(SettingsError, match="names nothing to collect of each person"):
            model("hybrid", collect_agents=True)
