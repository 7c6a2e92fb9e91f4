"""Save file: ``learnsim check`` accepts a saved file where its name says it belongs, and it shows no path of the machine."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from typer.testing import CliRunner

import learnsim
from learnsim.browser.page_settings import PageSettings, first_arms
from learnsim.browser.save_file import file_name, toml_text
from learnsim.cli import app
from learnsim.playback.repetitions import repetitions
from learnsim.settings import Settings, load

POLICY = "from learnsim.grouping import shuffle_policy\n\n@shuffle_policy('saved-{}')\ndef stay(group):\n    return group.members\n"


def page_of(place, **changes):
    base = load(place)
    page_settings = PageSettings(base, str(place), first_arms(base))
    for name, value in changes.items():
        page_settings = page_settings.changed(name.replace("__", "."), value)
    return page_settings


def put_back(page_settings, folder, replicates=30):
    """Save the page into a folder; return the file."""
    place = folder / file_name(page_settings)
    assert not place.exists()
    place.write_text(toml_text(page_settings, page_settings.prepared().settings, replicates), encoding="utf-8")
    return place


def assert_taken(place):
    done = CliRunner().invoke(app, ["check", str(place)], catch_exceptions=False)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("roster", "policies"),
    [("people.csv", "mine.py"), ("../data/people of ours.csv", "../mine.py"), ("sub/people.csv", ""), ("", "")],
)
@pytest.mark.parametrize("name", ["study.toml", "a b'\"#é.toml", "con.toml", ".hidden.toml", "-x.toml", "x"])
def test_a_saved_page_is_taken_beside_the_file_it_was_opened_with(tmp_path, monkeypatch, roster, policies, name):
    folder = tmp_path / "home" / "experiments"
    folder.mkdir(parents=True)
    lines = '[experiment]\nname = "x-y.z"\nquestion = "why \\"so\\"?"\ntargets = "t.csv"\n'
    (folder / "t.csv").write_text("panel,source,arm,low\nP,exact,hybrid,0.5\n")
    lines += f'policies = "{policies}"\n' if policies else ""
    lines += "[organisation]\ncommunities = 2\n" + (f'roster = "{roster}"\n' if roster else "")
    for path, text in ((roster, "id\n" + "".join(f"{i}\n" for i in range(30))), (policies, POLICY.format(len(policies)))):
        if path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    (folder / name).write_text(lines + "[arms.hybrid]\n[arms.flat-lecture]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page_settings = page_of(folder / name, organisation__cell_size=5)
    place = put_back(page_settings, folder)
    text = place.read_text(encoding="utf-8")
    assert str(tmp_path) not in text and not re.search(r'= "(/|[A-Za-z]:|~)', text)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*-page\.toml", place.name)
    assert_taken(place)
    again = load(place)
    assert again.organisation.cell_size == 5
    assert again.experiment.name == "x-y.z-page"  # results of its own


def test_a_page_that_was_opened_without_a_file_is_called_after_its_arms(tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{i}\n" for i in range(30)))
    monkeypatch.chdir(tmp_path)
    for base in (Settings(), Settings(organisation={"roster": str(tmp_path / "people.csv")})):
        page_settings = PageSettings(base)
        assert file_name(page_settings) == "hybrid-and-flat-lecture.toml"
        place = put_back(page_settings, tmp_path)
        assert str(tmp_path) not in place.read_text()
        assert_taken(place)
        assert load(place).experiment.name == "hybrid-and-flat-lecture"
        place.unlink()


@hypothesis(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=120), st.text(max_size=100))
def test_every_name_of_a_file_is_one_that_every_system_takes(stem, arm):
    name = file_name(PageSettings(Settings(), f"/x/{stem}.toml"))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,100}-page\.toml", name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,100}\.toml", file_name(PageSettings(Settings(), arms=(arm, "hybrid"))))


@pytest.mark.exact
def test_the_saved_file_gives_the_numbers_that_the_page_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = PageSettings(Settings()).from_query("left=collective&training.sessions=6&organisation.trainees=24&left.shuffle=rotate")
    shown, place = repetitions(page.prepared(), page.names, 7), put_back(page, tmp_path, 7)
    results = learnsim.experiment(place).run(out=tmp_path / "results")
    last = results.sessions[results.sessions["session"] == 6].pivot_table(index="replicate", columns="arm", values="mean_mastery")
    assert len(last) == 7
    for arm, bands in zip(page.names, shown["arms"], strict=True):
        assert last[arm].mean() == pytest.approx(bands["mean_mastery"]["mean"][-1], rel=1e-12)
    contrasts = results.contrasts()
    there = contrasts[(contrasts["arm"] == "collective") & (contrasts["measure"] == "mean_mastery")].iloc[0]
    difference = shown["difference"]
    assert there["difference"] == pytest.approx(difference["mean"], rel=1e-12)
    assert (there["high"] - there["low"]) / 2 == pytest.approx(difference["half_width"], abs=1e-9)  # as written
    assert 'replicates = 1 ' in put_back(page.changed("right", "hybrid"), tmp_path, 0).read_text("utf-8")
