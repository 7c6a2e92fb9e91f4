"""Story export: the page as one file that plays in any browser, opens no connection, and executes no name."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from learnsim.browser.page_settings import PageSettings
from learnsim.browser.story_export import exported, write_story
from learnsim.cli import app
from learnsim.errors import SettingsError
from learnsim.settings import Settings, load

MOST = 5_000_000  # bytes, for two arms of 240 people
TAG = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=2>"
SMALL = '[training]\nsessions = 6\n[organisation]\ntrainees = 24\ncommunities = 2\n'


def viz(*arguments):
    return CliRunner().invoke(app, ["viz", *map(str, arguments)], catch_exceptions=False)


def opened(page, file):
    """Open a file in a browser without a network; return what it asked for elsewhere, and its errors."""
    wrong = []
    page.context.set_offline(True)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else wrong.append(asked.url))
    page.goto(file.as_uri())
    page.wait_for_selector("canvas >> nth=1")
    page.wait_for_timeout(300)
    return wrong


@pytest.fixture
def hostile(tmp_path):
    """An experiment on people whose names are scripts."""
    names = [TAG, '"><svg onload=window.pwned=3>', "{{7*7}}", "\u2028Ana", "Ben", "Cleo"]
    (tmp_path / "people.csv").write_text("id,name\n" + "".join(f'{k},"{name.replace(chr(34), chr(34) * 2)}"\n' for k, name in enumerate(names)))
    file = tmp_path / "hostile.toml"
    file.write_text('[organisation]\nroster = "people.csv"\ncommunities = 1\n[training]\nsessions = 4\n[arms.hybrid]\n[arms.flat-lecture]\n')
    return file


@pytest.mark.thorough
def test_a_file_plays_offline_and_asks_nobody(tmp_path, chromium):
    (tmp_path / "x.toml").write_text(SMALL + "[arms.hybrid]\n[arms.collective]\n[arms.flat-lecture]\n")
    done = viz(tmp_path / "x.toml", "--export", tmp_path / "x.html")
    assert (done.exit_code, done.output.strip()) == (0, str(tmp_path / "x.html"))
    page = chromium.new_page()
    assert opened(page, tmp_path / "x.html") == []
    assert page.locator("canvas").count() == 3  # the file's arms
    assert "session 0 of 6" in page.inner_text(".learnsim-clock")
    page.close()


def test_names_that_are_scripts_are_names(hostile, tmp_path, chromium):
    base = load(hostile)
    file = tmp_path / "x.html"
    write_story(file, PageSettings(base, str(hostile)))
    text = file.read_text("utf-8")
    assert TAG not in text and text.count("</script>") == 2
    page = chromium.new_page()
    assert opened(page, file) == []
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src=x]").count() == 0
    page.close()


def test_no_other_script_may_run_in_it(tmp_path, chromium):
    (tmp_path / "x.toml").write_text(SMALL)
    html = exported(PageSettings(load(tmp_path / "x.toml"), "x.toml"), replicates=2)
    (tmp_path / "x.html").write_text(html.replace("</body>", "<script>window.pwned=1</script></body>"), "utf-8")
    page = chromium.new_page()
    wrong = opened(page, tmp_path / "x.html")
    assert page.evaluate("window.pwned") is None and "Content Security Policy" in " ".join(wrong)
    page.close()


def test_two_arms_of_240_people_are_small_enough_to_send():
    assert len(exported(PageSettings(Settings(), "x.toml")).encode()) < MOST


def test_an_existing_file_is_left_alone(tmp_path):
    (tmp_path / "x.toml").write_text(SMALL)
    (tmp_path / "x.html").write_text("mine")
    command = [sys.executable, "-m", "learnsim", "viz", "x.toml", "--export", "x.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: --export x.html: exists already; choose another name\n")
    assert (tmp_path / "x.html").read_text() == "mine"


@pytest.mark.parametrize(("place", "reason"), [("nosuch/x.html", "there is no folder"), (".", "exists already"), ("x" * 300 + ".html", "cannot be"), ("x.txt", "call it x.txt.html")])
def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path, place, reason):
    (tmp_path / "x.toml").write_text(SMALL)
    with pytest.raises(SettingsError, match=reason):
        viz(tmp_path / "x.toml", "--export", tmp_path / place)
    assert [file.name for file in tmp_path.iterdir()] == ["x.toml"]


def test_a_crash_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\); choose another name or folder"):
        write_story(tmp_path / "x.html", PageSettings(Settings().changed({"training.sessions": 2}), "x.toml"))
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_the_page_steps_live_cannot_be_exported(tmp_path):
    with pytest.raises(SettingsError, match="the page steps such a model live"):
        viz("schelling", "--export", tmp_path / "x.html")
    with pytest.raises(SettingsError, match="Mesa's own page cannot be exported"):
        viz("--explorer", "--export", tmp_path / "x.html")


def test_that_real_names_are_in_it_is_said(tmp_path):
    (tmp_path / "people.csv").write_text("id,name\na1,Kim\na2,Sam\na3,Kim\n")
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 1\n[training]\nsessions = 3\n')
    done = viz(tmp_path / "x.toml", "--export", tmp_path / "x.html")
    assert done.stdout == f"{tmp_path / 'x.html'}\n" and "x.html: 3 people's names and values are in it" in done.stderr
    (tmp_path / "y.toml").write_text(SMALL)
    assert viz(tmp_path / "y.toml", "--export", tmp_path / "y.html").stderr == ""
