"""Native: one control of the page, an element of the browser's own, and the address line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


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
    options: list[str] | None = None,
    meaning: str = "",
    why: str = "",
    wrong: str = "",
    suggestions: list[str] | None = None,
) -> None:
    """Show one control: see ``setting.vue``."""


@solara.component_vue("address.vue")
def Address(query: str) -> None:
    """Keep the URL in step with what the page shows."""
