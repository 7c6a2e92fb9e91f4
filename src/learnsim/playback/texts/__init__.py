"""Texts: every sentence and word of the player, in each language: one file per language."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Return the texts of each language, by its code; another file of texts in this folder is another language."""
    folder = files(__name__)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    return {name.removesuffix(".json"): json.loads((folder / name).read_text("utf-8")) for name in names}
