"""State: what changes on one open page, and the counters that make it draw again."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

import solara

from learnsim.browser.page_settings import PageSettings

OPEN: WeakSet[PageState] = WeakSet()  # pages that have not been closed


class PageState:
    """The state of a page: its settings, as far as the page of any model has them.

    Attributes
    ----------
    base : PageSettings
        The settings that the page was opened with.
    page_settings : PageSettings
        The latest ones, valid or not.
    playable : PageSettings
        The latest valid ones.
    error : str
        Why the latest settings are invalid, or a run failed; empty if neither.
    tried : str
        The setting that was changed last, by its dotted name; empty if an address was opened instead.
    tick : Reactive of int
        Counts changes of what is shown; components that read it draw again.
    chosen : Reactive of int
        Counts changes of the settings.
    """

    page_settings: PageSettings
    playable: PageSettings
    error: str

    def __init__(self, base: PageSettings) -> None:
        self.base, self.tried = base, ""
        self.tick, self.chosen = solara.reactive(0), solara.reactive(0)
        OPEN.add(self)

    def show(self) -> None:
        """Make the page draw again."""
        self.tick.value += 1

    def choose(self, page_settings: PageSettings) -> None:
        """Show other settings; if they are invalid, keep the error message and what is shown."""
        raise NotImplementedError

    def change(self, name: str, value: Any) -> None:
        """Change one setting; all arms start again."""
        self.tried = name
        self.choose(self.page_settings.changed(name, value))

    def undo(self) -> None:
        """Go back to the latest valid settings."""
        self.choose(self.playable)

    def close(self) -> None:
        """Release what the page holds, since it was closed."""
        OPEN.discard(self)
