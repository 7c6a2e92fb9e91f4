"""Error messages: an error of the command line as the page shows it, with the labels of its controls.
Paths on the server are cut to the name of the file.
"""

from __future__ import annotations

import re
from pathlib import Path

from learnsim.browser.page_settings import PREFIXED, PageSettings, tables_of
from learnsim.settings import Settings

LONGEST = 600  # letters
TABLE = re.compile(r"\[(?P<table>\w+)\] (?P<name>\w+)(?P<part>[. ](?:mean|sd|value|low|high|cv)\b)?")
# a whole path: at the beginning, or after a space, a quote, a bracket, a colon, a comma or an equals sign
PATH = re.compile(
    r"""(?<![^\s'"(=:,\[])(?:[A-Za-z]:[\\/]+|\\\\|~?/)(?:[^\s'"\\/:,;()]+[\\/]+)*(?P<last>[^\s'"\\/:,;()]+)[\\/]*"""
)


def page_sentence(error: str, page_settings: PageSettings) -> str:
    """Return an error message as the page shows it.

    A setting has the label of its control, a field of an arm its side, and a file its name only.
    """
    text = " ".join(error.split())
    for path in sorted(_paths(page_settings), key=len, reverse=True):
        text = text.replace(path, Path(path).name)
    text = PATH.sub(r"\g<last>", text)
    for source in (page_settings.source, Path(page_settings.source).name, "page", "settings"):
        text = text.removeprefix(f"{source}: ")
    for side, name in page_settings.sides.items():
        text = text.replace(f"[arms.{name}] ", f"{side} ")
    tables = tables_of(page_settings.base)
    text = TABLE.sub(lambda match: _named(match, tables), text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _paths(page_settings: PageSettings) -> set[str]:
    """Return all spellings of the paths of the files behind the page."""
    base = page_settings.base
    about = base.experiment
    named = [base.organisation.roster, base.organisation.plan, about.policies, about.measures, about.targets]
    if page_settings.source != "page":
        named.append(page_settings.source)
    paths: set[str] = set()
    for name in filter(None, named):
        if "\0" not in name:
            paths |= {name, str(Path(name).absolute()), str(Path(name).resolve())}
    return {path for path in paths | {path.replace("\\", "\\\\") for path in paths} if Path(path).name != path}


def _named(match: re.Match[str], tables: tuple[str, ...]) -> str:
    """Return the label of a setting's control; its name in the URL if it has no control."""
    table, name, part = match["table"], match["name"], match["part"] or ""
    declared = Settings.model_fields.get(table)
    fields = getattr(declared.annotation, "model_fields", {}) if declared else {}
    if name not in fields or (table not in tables and (table, name) != ("experiment", "seed")):
        return f"{table}.{name}{part}"
    label = f"{table} {name}" if table in PREFIXED else name
    return f"{label.replace('_', ' ')}{part.replace('.', ' ')}"
