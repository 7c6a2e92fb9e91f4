r"""Windows paths: backslashes, which start special characters in double quotes in TOML."""

from __future__ import annotations

import re

QUOTED = re.compile(r'"([^"\n]*\\[^"\n]*)"')  # a text in double quotes that has a backslash
PLACE = re.compile(r"at line (\d+)")
RULE = "in double quotes a backslash begins a special character"
LONGEST = 80


def cure_of(text: str, error: str) -> str:
    """Return how to write a path with backslashes, if that is why a text is not valid TOML; else an empty text."""
    place = PLACE.search(error)
    lines = text.splitlines()
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else text
    quoted = QUOTED.search(line)
    if quoted is None:
        return ""
    return f"; {RULE}: {_better(quoted[1])}"


def mangled(key: str, value: str, text: str) -> str:
    """Return what happened to a path with backslashes, if it now contains a special character; else an empty text.

    Parameters
    ----------
    key : str
        The setting's own name, for example ``roster``.
    value : str
        The path as it was read.
    text : str
        The text that it was read from.
    """
    if not any(sign < " " or sign == "\x7f" for sign in value) or "\0" in value:
        return ""
    for number, line in enumerate(text.split("\n"), 1):
        quoted = QUOTED.search(line)
        if key in line and quoted:
            where = f"line {number}: " if "\n" in text else ""
            return f'{where}{key} = "{quoted[1][:LONGEST]}": {RULE}; {_better(quoted[1])}'
    return f"{key} = {value[:LONGEST]!r} has a control character in it"


def _better(path: str) -> str:
    shown = path if len(path) <= LONGEST else "..."
    straight = re.sub(r"\\+", "/", shown)
    return f"write '{shown}' in single quotes, or \"{straight}\"" if "'" not in shown else f'write "{straight}"'
