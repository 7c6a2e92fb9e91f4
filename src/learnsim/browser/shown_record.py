"""Shown record: what a page plays of its settings: the people, and the record as text that is sent to the browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from learnsim.browser.changed_settings import changed_words, varied_words
from learnsim.browser.page_settings import PageSettings
from learnsim.grouping.preparation import Prepared
from learnsim.playback.live import Live
from learnsim.playback.recording import recording_of
from learnsim.playback.repetitions import repetitions

MOST_ROWS = 10  # of live models at once


class Shown(NamedTuple):
    """What a page plays.

    Attributes
    ----------
    page_settings : PageSettings
    prepared : Prepared
    number : int
        Counts what the page has played.
    record : str
        The record as JSON, with its number and address; of live models as it begins.
    live : Live or None
        The Mesa models, where they are stepped while the page plays.
    """

    page_settings: PageSettings
    prepared: Prepared
    number: int
    record: str
    live: Live | None = None

    def frames(self, first: int, last: int) -> str:
        """Return some rows of the live models as JSON, with the record's number; at most so many as a visitor waits for.

        Raises
        ------
        LearnsimError
            If a policy of the user's own fails.
        """
        assert self.live is not None
        return self._as_json(self.live.frames(first, min(last, first + MOST_ROWS - 1)))

    def bands(self, replicates: int, cancelled: Callable[[], bool]) -> str | None:
        """Return so many repetitions as JSON, with the record's number; None if they are not wanted any more."""
        bands = repetitions(self.prepared, self.page_settings.names, replicates, cancelled)
        return None if bands is None else self._as_json(bands)

    def _as_json(self, data: dict[str, Any]) -> str:
        return json.dumps({"number": self.number, **data})


def shown_of(page_settings: PageSettings, number: int, *, live: bool = False) -> Shown:
    """Return what a page plays of settings, by the compiled engine or by Mesa models.

    Raises
    ------
    LearnsimError
        If they are invalid.
    """
    prepared, names = page_settings.prepared(), page_settings.names
    models = Live(prepared, names) if live else None
    shown = Shown(page_settings, prepared, number, "", models)
    record = models.record() if models else recording_of(prepared, names)
    address = "" if page_settings.class_list else page_settings.query()  # which does not say that there is a class list
    beside = {"address": address, "changed": changed_words(prepared, names), "varied": varied_words(page_settings)}
    return shown._replace(record=shown._as_json(beside | record))
