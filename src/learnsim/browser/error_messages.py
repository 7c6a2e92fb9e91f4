"""Sentences: an error as the page says it: by the names of its controls, without a path of the machine that serves it.
The errors themselves are those of the command line.
"""

from __future__ import annotations

import re
from pathlib import Path

from learnsim.browser.page_settings import SIDES, TABLES, Choices
from learnsim.settings import Settings

LONGEST = 600  # letters
TABLE = re.compile(r"\[(?P<table>\w+)\] (?P<name>\w+)(?P<part>[. ](?:mean|sd|value|low|high|cv)\b)?")
# a whole path: at the beginning, or after a space, a quote, a bracket, a colon, a comma or an equals sign
PATH = re.compile(
    r"""(?<![^\s'"(=:,\[])(?:[A-Za-z]:[\\/]+|\\\\|~?/)(?:[^\s'"\\/:,;()]+[\\/]+)*(?P<last>[^\s'"\\/:,;()]+)[\\/]*"""
)


def page_sentence(error: str, choices: Choices) -> str:
    """Return an error as a sentence of the page.

    A setting is called as its control is, an arm's field by its side, and a file by its name alone.
    """
    text = " ".join(error.split())
    for path in sorted(_paths(choices), key=len, reverse=True):
        text = text.replace(path, Path(path).name)
    text = PATH.sub(r"\g<last>", text)
    for place in (choices.place, Path(choices.place).name, "page", "settings"):
        text = text.removeprefix(f"{place}: ")
    for side, name in zip(SIDES, choices.names, strict=True):
        text = text.replace(f"[arms.{name}] ", f"{side} ")
    text = TABLE.sub(_named, text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _paths(choices: Choices) -> set[str]:
    """Return every way to write the paths of the files behind the page."""
    base = choices.base
    named = [base.organisation.roster, base.experiment.policies, base.experiment.targets]
    if choices.place != "page":
        named.append(choices.place)
    found: set[str] = set()
    for name in filter(None, named):
        if "\0" not in name:
            found |= {name, str(Path(name).absolute()), str(Path(name).resolve())}
    return {path for path in found | {path.replace("\\", "\\\\") for path in found} if Path(path).name != path}


def _named(match: re.Match[str]) -> str:
    """Return a setting's name as its control shows it; as the address line writes it if there is no such control."""
    table, name, part = match["table"], match["name"], match["part"] or ""
    declared = Settings.model_fields.get(table)
    fields = getattr(declared.annotation, "model_fields", {}) if declared else {}
    if name not in fields or (table not in TABLES and (table, name) != ("experiment", "seed")):
        return f"{table}.{name}{part}"
    label = f"prior {name}" if table == "prior" else name
    return f"{label.replace('_', ' ')}{part.replace('.', ' ')}"
