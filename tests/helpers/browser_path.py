"""Browser path: which browser the tests of the page use, and the message where there is none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = "no browser for the tests of the page: install Chromium (apt install chromium, or python -m playwright install chromium)"


def browser_at(own):
    """Return the path of the system's Chromium or else of Playwright's own; skip the test where there is neither, but fail in CI."""
    for path in (*map(shutil.which, NAMES), own):
        if path and Path(path).is_file() and starts(path):
            return path
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(NONE, pytrace=False)
    pytest.skip(NONE)


def starts(path):
    """Whether a browser is more than a stand-in that asks for another package."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except OSError:
        return False
