"""Matplotlib settings: no matplotlibrc, backend, style or font of the user's changes a byte of a figure."""

import os
import subprocess
import sys
from itertools import islice

import matplotlib
import pytest

from helpers.written_results import write_results
from learnsim.analysis.summary import Summary
from learnsim.report.figures import gallery as figures

pytestmark = pytest.mark.thorough

RUNTIME = {
    "dark": {"axes.facecolor": "black", "figure.facecolor": "black", "savefig.facecolor": "black", "text.color": "white"},
    "markers": {"lines.linestyle": "none", "lines.marker": "."},
    "font": {"font.family": "Helvetica Neue", "font.size": 30},
    "LaTeX": {"text.usetex": True},
    "saving": {"savefig.format": "pdf", "savefig.dpi": 30, "savefig.bbox": "tight", "savefig.transparent": True},
    "figure": {"figure.dpi": 30, "figure.figsize": (1, 1), "figure.autolayout": True},
    "cycle": {"axes.prop_cycle": matplotlib.cycler(color=["red"]), "image.cmap": "jet", "axes.xmargin": 0.4},
    "svg": {"svg.fonttype": "path", "svg.hashsalt": "x", "path.sketch": (1, 100, 2), "path.simplify": False},
    "ticks": {"xtick.labelsize": 2, "ytick.direction": "in", "axes.formatter.limits": (-1, 1), "axes.formatter.use_locale": True},
}
FILES = {
    "dark": "axes.facecolor: black\nfigure.facecolor: black\nsavefig.facecolor: black\ntext.color: white\n",
    "markers": "lines.linestyle: none\nlines.marker: .\n",
    "missing font": "font.family: Helvetica Neue\n",
    "LaTeX": "text.usetex: True\n",
    "nonsense": "no.such.key: 1\nfont.size: large\n: :\nbackend: nonsense\n",
    "no text": b"font.family: caf\xe9\n",
    "windows": "backend: TkAgg\ninteractive: True\n",
}


def lead(arm, replicate, *x):
    return 0.3 + 0.01 * replicate + (0.2 + 0.01 * replicate if arm == "hybrid" else 0.0)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return write_results(tmp_path_factory.mktemp("user") / "results", lead)


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module", autouse=True)
def two_figures():
    """Draw the first two figures only: one that is laid out, and one whose space is measured out."""
    every = figures._fitting
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "_fitting", lambda summary: islice(every(summary), 2))
        yield


@pytest.fixture(scope="module")
def usual(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("usual") / "figures"
    figures.draw_figures(folder, Summary(results), None)
    return bytes_in(folder)


@pytest.mark.parametrize("case", RUNTIME)
def test_what_a_notebook_has_set_changes_no_byte(case, results, usual, tmp_path):
    with matplotlib.rc_context(RUNTIME[case]):
        before = dict(matplotlib.rcParams)
        figures.draw_figures(tmp_path / "figures", Summary(results), None)
        assert dict(matplotlib.rcParams) == before
    assert bytes_in(tmp_path / "figures") == usual


def drawn_by_process(results, folder, environment, cwd):
    code = (
        "from pathlib import Path; from learnsim.report.figures.drawing import import_matplotlib; import_matplotlib(); "
        "from learnsim.report.figures import gallery as figures; from learnsim.analysis.summary import Summary; "
        "from itertools import islice; every = figures._fitting; figures._fitting = lambda s: islice(every(s), 2); "
        "from learnsim.experiments.storage.results import open_results; "
        f"figures.draw_figures(Path({str(folder)!r}), Summary(open_results(Path({str(results.folder)!r}))), None)"
    )
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "MATPLOTLIB"))}
    return subprocess.run(
        [sys.executable, "-c", code], env={**rest, **environment}, cwd=cwd, capture_output=True, text=True, check=False
    )


PLACES = [*((case, "environment") for case in FILES), ("no text", "current folder"), ("dark", "current folder")]


@pytest.mark.parametrize(("case", "place"), PLACES)
def test_no_settings_file_changes_a_byte_or_says_a_word(case, place, results, usual, tmp_path):
    content = FILES[case]
    file = tmp_path / "matplotlibrc"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = ({"MATPLOTLIBRC": str(file)}, elsewhere) if place == "environment" else ({}, tmp_path)
    done = drawn_by_process(results, tmp_path / "figures", *where)
    assert (done.returncode, done.stderr) == (0, "")
    assert bytes_in(tmp_path / "figures") == usual


@pytest.mark.parametrize("backend", ["nonsense", "TkAgg"])
def test_no_backend_changes_a_byte(backend, results, usual, tmp_path):
    done = drawn_by_process(results, tmp_path / "figures", {"MPLBACKEND": backend}, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert bytes_in(tmp_path / "figures") == usual


def test_a_folder_for_settings_that_cannot_be_written_is_not_spoken_of(results, usual, tmp_path):
    done = drawn_by_process(results, tmp_path / "figures", {"MPLCONFIGDIR": "/proc/nowhere", "HOME": "/proc"}, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert bytes_in(tmp_path / "figures") == usual
