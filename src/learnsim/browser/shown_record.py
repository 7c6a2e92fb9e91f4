"""Shown record: what a page plays of its settings: the people, and the record as text that is sent to the browser."""

from __future__ import annotations

import json
from typing import NamedTuple

from learnsim.browser.page_settings import PageSettings
from learnsim.grouping.preparation import Prepared
from learnsim.playback.recording import recording_of


class Shown(NamedTuple):
    """What a page plays.

    Attributes
    ----------
    page_settings : PageSettings
    prepared : Prepared
    number : int
        Counts what the page has played.
    record : str
        The record as JSON, with its number.
    """

    page_settings: PageSettings
    prepared: Prepared
    number: int
    record: str


def shown_of(page_settings: PageSettings, number: int) -> Shown:
    """Return what a page plays of settings.

    Raises
    ------
    LearnsimError
        If they are invalid.
    """
    prepared = page_settings.prepared()
    record = recording_of(prepared, page_settings.names)
    return Shown(page_settings, prepared, number, json.dumps({"number": number, **record}))
