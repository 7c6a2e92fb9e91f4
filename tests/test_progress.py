"""Progress: a bar on a terminal, a plain line every few seconds elsewhere, nothing if nothing is wanted."""

import os
import pty
import subprocess
import sys

import pytest

from learnsim import progress

SLOW = """
import time
from learnsim.progress import progress_shown
with progress_shown(quiet=False) as shown:
    shown.expect(1000, finished=200)
    for _ in range(20):
        time.sleep(0.05)
        shown.advance(10)
"""


def test_without_a_terminal_there_is_a_line_every_few_seconds(capsys, monkeypatch):
    now = iter([0.0, 4.0, 6.0, 7.0, 20.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    with progress.progress_shown(quiet=False) as shown:
        shown.expect(5000, finished=1000)
        for _ in range(3):
            shown.advance(1000)
        shown.advance(1000)
    assert capsys.readouterr().err == "3,000 of 5,000 runs, 500 per second, 4 s left\n"


def test_the_first_work_which_may_wait_for_a_compiler_does_not_count_for_the_pace(capsys, monkeypatch):
    now = iter([0.0, 30.0, 36.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    with progress.progress_shown(quiet=False) as shown:
        shown.expect(100, stage="start 1 of 3")
        shown.advance(10)
        shown.expect(90, finished=10, stage="start 1 of 3")
        shown.advance(60)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "start 1 of 3: 10 of about 100 runs"
    assert second == "start 1 of 3: 70 of about 90 runs, 10 per second, 2 s left"


def test_quiet_is_silent(capsys):
    with progress.progress_shown(quiet=True) as shown:
        shown.expect(10)
        shown.advance(10)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("colour", [True, False])
def test_a_terminal_gets_a_bar_and_no_color_is_honoured(environment, colour):
    main, other = pty.openpty()
    variables = {**environment, "TERM": "xterm-256color", "COLUMNS": "100"}
    variables.pop("NO_COLOR", None)
    if not colour:
        variables["NO_COLOR"] = "1"
    process = subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.DEVNULL, stderr=other, env=variables)
    os.close(other)
    shown = b""
    try:
        while block := os.read(main, 4096):
            shown += block
    except OSError:  # the other end was closed
        pass
    os.close(main)
    assert process.wait() == 0
    text = shown.decode()
    assert "runs" in text and "/1000" in text and "runs/s" in text and "━" in text
    assert ("\x1b[38" in text) == colour
