"""Lines of scripts and style sheets: no longer than those of Python, whose length the linter checks."""

import tomllib
from pathlib import Path

import pytest

import learnsim

HOME = Path(learnsim.__file__).parent
FILES = sorted(file for kind in ("js", "css") for file in HOME.rglob(f"*.{kind}") if "assets" not in file.parts)
LONGEST = tomllib.loads((HOME.parents[1] / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["line-length"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_line_of_a_script_is_too_long(file):
    lines = file.read_text("utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []


def test_scripts_and_style_sheets_are_found():
    assert {"player.js", "player.css", "page.css"} <= {file.name for file in FILES}
