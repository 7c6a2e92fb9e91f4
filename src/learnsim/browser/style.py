"""Style: the style sheet of the page, after the player's, which has the colours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from learnsim.playback.scripts import player_style


@cache
def page_style() -> str:
    """Return the style sheets of the player and of the page as one."""
    return player_style() + (Path(__file__).parent / "page.css").read_text("utf-8")
