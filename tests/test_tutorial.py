"""The tutorial, executed as a notebook, and the commands of all pages."""

import os
import re
import sysconfig
from pathlib import Path

import jupytext
import nbclient
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from learnsim.cli import app

HOME = Path(__file__).parents[1]
PAGES = [HOME / "README.md", HOME / "CONTRIBUTING.md", *sorted((HOME / "docs").glob("*.md"))]


def outputs_of(cells, text):
    """What the first cell with this text prints and shows, as one text."""
    cell = next(cell for cell in cells if cell.cell_type == "code" and text in cell.source)
    return " ".join(" ".join(out.get("text", "") + str(out.get("data", "")) for out in cell.outputs).split())


@pytest.mark.thorough
def test_the_tutorial_runs_as_a_notebook_and_shows_what_it_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))  # of this Python
    monkeypatch.setenv("COLUMNS", "250")  # no word of the answer is broken
    notebook = jupytext.read(HOME / "docs" / "TUTORIAL.md")
    nbclient.NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    reports = {path.parent.name for path in tmp_path.glob("results/*/report.html")}
    assert reports == {"course", "larger-cells", "shuffles", "mine"}
    cells = notebook.cells
    assert "3 arms x 1 point x 20 replicates = 60 runs" in outputs_of(cells, "learnsim check")
    ran = outputs_of(cells, "learnsim run")
    assert re.search(r"flat-lecture\* - 0\.25\d .*isolated-cells \+0\.17\d .*hybrid \+0\.16\d ", ran)
    assert re.search(r"quietest quarter 11 .*outgoing 23\b", ran)
    assert "image/png" in outputs_of(cells, 'plot("learning_curves")')
    assert re.search(r"\b43 of a hundred", outputs_of(cells, "larger.answer"))
    assert re.search(r"8\.7 points behind at 1, .*0\.4 behind at 10\b", outputs_of(cells, "print(shuffles.answer)"))
    assert "do not show" in outputs_of(cells, "mine.answer")


def commands(page):
    """The learnsim commands in the shell blocks of a page, each a list of words."""
    blocks = re.findall(r"^```(?:bash)?\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [part.partition("#")[0].strip() for block in blocks for line in block.splitlines() for part in line.split("&&")]
    words = [line.removeprefix("python -m ").split() for line in lines]
    return [line[1:] for line in words if line[:1] == ["learnsim"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_have_options_that_exist(page):
    group = get_command(app)
    for name, *words in commands(page):
        group.commands[name].make_context(name, words)


def test_the_commands_of_the_readme_and_of_experiments_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
    (tmp_path / "experiments").symlink_to(HOME / "experiments")
    lines = [words for name in ("README.md", "docs/EXPERIMENTS.md") for words in commands(HOME / name)]
    ran = [words for words in lines if words[0] not in ("viz", "verify")]
    assert {words[0] for words in ran} == {"run", "init", "check", "show", "list"}
    for words in ran:
        if words[0] == "init":
            (tmp_path / words[1]).unlink(missing_ok=True)
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, (words, done.output)
