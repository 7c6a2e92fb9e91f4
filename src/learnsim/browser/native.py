"""Native: one control of the page, an element of the browser's own, and the address line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.server.settings

solara.server.settings.assets.extra_locations = [str(Path(__file__).parent / "assets")]  # language, zoom, dark


@solara.component_vue("setting.vue")
def Native(
    name: str,
    label: str,
    kind: str,
    value: Any,
    event_change: Callable[[Any], None],
    shown: str = "",
    low: float = 0.0,
    high: float = 1.0,
    step: float = 0.01,
    live: bool = False,
    decimal: str = ".",
    options: list[str] | None = None,
    options_shown: list[str] | None = None,
    called: str = "",
    explain: str = "",
    explained: list[str] | None = None,
    unused: str = "",
    why: str = "",
    why_language: str = "en",
    wrong: str = "",
    silent: bool = False,
) -> None:
    """Show one control: see ``setting.vue``."""


@solara.component_vue("address.vue")
def Address(at: list[Any], event_back: Callable[[str], None]) -> None:
    """Keep the URL in step with what the page shows.

    ``at`` is the number of the history's entry, the query string, and whatever else changes with it.
    """
