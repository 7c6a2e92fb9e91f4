"""Scripts: the player as one script and one style sheet, for the page and for an exported story."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

ORDER = (  # a script comes after those that it needs
    "looks", "packed", "texts", "elements", "layout", "clock", "people", "phases", "pointing", "picture", "chart",
    "curves", "words", "legend", "card", "timeline", "controls", "guess", "story", "drawing", "takeaway",
    "player",
)  # fmt: skip
STYLES = ("player", "curves", "story")


@cache
def player_script() -> str:
    """Return all scripts as one, in their order."""
    return "\n".join((files(__name__) / f"{name}.js").read_text("utf-8") for name in ORDER)


@cache
def player_style() -> str:
    """Return all style sheets as one, in their order."""
    return "\n".join((files(__name__) / f"{name}.css").read_text("utf-8") for name in STYLES)
