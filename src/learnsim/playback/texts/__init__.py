"""Texts: every sentence and word of the player, in each language: one file per language.
A file's tables, such as ``settings``, are for the page (``plain_settings``); the player needs none of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _read() -> dict[str, dict[str, Any]]:
    folder = files(__name__)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    return {name.removesuffix(".json"): json.loads((folder / name).read_text("utf-8")) for name in names}


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Return the texts of each language, by its code; another file of texts in this folder is another language."""
    return {code: {key: text for key, text in file.items() if isinstance(text, str)} for code, file in _read().items()}


def table_of(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of a language's file: settings, units, sources, parts or options; empty if missing."""
    table: Mapping[str, Any] = _read().get(language, {}).get(name, {})
    return table
