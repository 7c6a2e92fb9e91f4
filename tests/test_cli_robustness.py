"""Robustness of the command line: wherever the output goes and whoever interrupts, results are kept and no traceback is shown."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

pytestmark = pytest.mark.thorough

SMALL = """
[experiment]
name = "small"
replicates = 2
[organisation]
trainees = 12
communities = 2
cycle_length = 2
[training]
sessions = 3
[arms.flat-lecture]
[arms.hybrid]
"""
LEARNSIM = f"{sys.executable} -m learnsim"


@pytest.fixture
def shell(tmp_path):
    """Run a line of shell in a folder with a small experiment."""
    (tmp_path / "small.toml").write_text(SMALL)

    def run(line, **changed):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **changed}
        words = ["bash", "-o", "pipefail", "-c", line.replace("learnsim", LEARNSIM)]
        return subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=env, check=False, errors="replace")

    return run


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("learnsim run small.toml", {"PYTHONIOENCODING": "ascii"}),
        ("learnsim run small.toml", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("learnsim run small.toml >/dev/full", {}),
        ("learnsim run small.toml >&-", {}),
        ("learnsim run small.toml 2>&-", {}),
        ("learnsim run small.toml -q | true", {}),
        ("learnsim run small.toml -q", {"MPLBACKEND": "foo"}),
    ],
)
def test_results_are_written_wherever_the_output_goes(shell, tmp_path, line, changed):
    done = shell(line, **changed)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert (tmp_path / "results" / "small" / "provenance.json").is_file()


@pytest.mark.parametrize("line", ["learnsim check small.toml | true", "learnsim list | head -1", "learnsim list > /dev/full"])
def test_a_reader_who_leaves_is_no_error(shell, line):
    done = shell(line)
    assert done.returncode == 0 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"learnsim run small.toml --out {'x' * 300}", r"cannot be used \(File name too long\); choose another"),
        (r"learnsim run small.toml --out $'a\xff'", "its name is not UTF-8 text"),
        ("learnsim check small.toml --engine ''", "small.toml with --engine=: [experiment] engine = '' must be one of"),
        ("learnsim check small.toml --set training.sessions=x", "with --set training.sessions=x: [training] sessions = 'x'"),
        ("learnsim check small.toml --nope", "No such option"),
        ("learnsim check", "Missing argument"),
        ("learnsim init nowhere/x.toml", "cannot be written (No such file or directory)"),
    ],
)
def test_a_mistake_ends_with_exit_code_2_and_writes_nothing(shell, tmp_path, line, sentence):
    done = shell(line)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert sentence.replace("\\", "") in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_help_and_version_have_their_short_ways(shell):
    assert "Usage: learnsim" in shell("learnsim -h").stdout
    assert shell("learnsim --version").stdout.startswith("learnsim ")
    assert "Usage: learnsim check" in shell("learnsim check -h").stdout


def test_a_starter_file_can_be_run_whatever_it_is_called(shell, tmp_path):
    """Its experiment has a name that can be run."""
    done = shell('learnsim init "my file.toml"')
    assert done.stdout.endswith("run 'my file.toml'\n")
    long = "y" * 150 + ".toml"
    assert shell(f"learnsim init {long}").returncode == 0
    assert shell(f"learnsim check {long}").returncode == 0


def test_a_starter_file_that_cannot_be_written_whole_is_not_left_behind(shell, tmp_path):
    done = shell("ulimit -f 0; learnsim init x.toml")  # no file may grow
    assert done.returncode == 2 and done.stderr == "error: x.toml: cannot be written (File too large)\n"
    assert not (tmp_path / "x.toml").exists()


INTERRUPTED = "interrupted; finished runs are kept, and the same command resumes the experiment\n"


def started(folder, replicates):
    """Start the small experiment of a folder, with SIGINT as a terminal sends it."""
    words = [sys.executable, "-m", "learnsim", "run", "small.toml", "--replicates", str(replicates), "--workers", "1", "-q"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # tests in the background are deaf to it
    return subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True, preexec_fn=heard)


def test_an_interrupt_says_that_finished_runs_stay(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    with started(tmp_path, 1_000_000) as process:
        try:
            while process.poll() is None and not (tmp_path / "results" / "small" / "parts" / "ledger.jsonl").exists():
                time.sleep(0.1)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert errors == INTERRUPTED


DEAF = """
import os, signal, time
import learnsim

class Fragile:
    def __del__(self):  # Python drops what is raised here
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)

@learnsim.shuffle_policy("deaf")
def deaf(group):
    if not os.path.exists("asked"):
        open("asked", "w").close()
        Fragile()
    return group.members
"""


def test_an_interrupt_that_python_drops_still_ends_the_run(tmp_path):
    (tmp_path / "p.py").write_text(DEAF)
    text = SMALL.replace("[organisation]", 'policies = "p.py"\n[organisation]').split("[arms")[0]
    (tmp_path / "small.toml").write_text(text + '[arms.own]\npreset = "hybrid"\nshuffle = "deaf"\n')
    with started(tmp_path, 5000) as process:
        try:
            _, errors = process.communicate(timeout=100)
        finally:
            process.kill()
    assert (tmp_path / "asked").exists() and "Exception ignored" in errors
    assert process.returncode == 130 and errors.endswith(INTERRUPTED)


def test_experiments_of_which_every_run_fails_say_so(shell, tmp_path):
    (tmp_path / "p.py").write_text("import learnsim\n@learnsim.shuffle_policy('lost')\ndef lost(group): raise SystemExit\n")
    text = SMALL.replace("[organisation]", 'policies = "p.py"\n[organisation]').split("[arms")[0]
    (tmp_path / "small.toml").write_text(text + '[arms.own]\npreset = "hybrid"\nshuffle = "lost"\n')
    done = shell("learnsim run small.toml -q")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "2 run(s) failed" in done.stderr
    assert "p.py:3" in (tmp_path / "results" / "small" / "failures.csv").read_text()
