"""View: how a page shows what it plays: language, scene, of which models, who is followed, and how many repetitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from learnsim.errors import SettingsError, did_you_mean, listed
from learnsim.playback.scenes import scenes
from learnsim.playback.texts import all_texts
from learnsim.settings.messages import shown

MOST_REPLICATES, LONGEST_ID = 200, 200
MOST_LANGUAGES = 20  # of a browser
ACCEPTED = re.compile(r"([A-Za-z]{2,3})(?:-[\w-]+)?(?:;\s*q=([01](?:\.\d{0,3})?))?")  # an entry of Accept-Language
NAMES = {"scene": "scene", "lang": "language", "live": "live", "person": "person", "replicates": "replicates"}  # in the URL


@dataclass(frozen=True)
class View:
    """How a page shows what it plays; none of it changes a number of the runs.

    Attributes
    ----------
    language : str
        Code of a file of texts.
    live : bool
        Whether the Mesa models are stepped while the page plays, in place of the compiled engine's record.
    person : str
        Who is followed, as the URL says it: a number, from 1, or an id of the class list; empty for nobody.
    replicates : int
        How many repetitions the bands are of; 0 for no bands.
    scene : str
        The scene or question that is open; empty for none.
    """

    language: str = "en"
    live: bool = False
    person: str = ""
    replicates: int = 30
    scene: str = ""

    def changed(self, name: str, text: str) -> View:
        """Return a view with one more change, by its name in the URL.

        Raises
        ------
        SettingsError
            If it cannot have this value.
        """
        return replace(self, **{NAMES[name]: _value_of(name, text)})

    def number_in(self, ids: Sequence[str], people: int) -> int:
        """Return the number of who is followed; -1 for nobody.

        Parameters
        ----------
        ids : sequence of str
            Of the class list, by number; empty if there is none.
        people : int

        Raises
        ------
        SettingsError
            If there is nobody with this number or id.

        Examples
        --------
        >>> View(person="P07").number_in(["P06", "P07"], 2), View(person="1").number_in(["7", "1"], 2)
        (1, 0)
        """
        text = self.person
        number = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if not text or 0 <= number < people:
            return number
        if text in ids:
            return ids.index(text)
        or_id = ", or an id of the class list" if ids else ""
        raise SettingsError(f"person = {shown(text)}: should be a person's number, from 1 to {people}{or_id}")

    def entries(self, usual: View) -> dict[str, str]:
        """Return what the URL says of it: what differs from the usual."""
        names = {field: name for name, field in NAMES.items()}
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        differing = {names[key]: value for key, value in every.items() if value != getattr(usual, key)}
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in differing.items()}


def language_of(accepted: str) -> str:
    """Return the language of a page by the header ``Accept-Language``: the first of which there are texts, or English.

    Examples
    --------
    >>> language_of("de-AT,de;q=0.9,en;q=0.8"), language_of("fr, de;q=0.5, en;q=0.7"), language_of("")
    ('de', 'en', 'en')
    """
    wanted = []
    for place, entry in enumerate(accepted.split(",")[:MOST_LANGUAGES]):
        match = ACCEPTED.fullmatch(entry.strip())
        if match and float(match[2] or 1) > 0.0:
            wanted.append((-float(match[2] or 1), place, match[1].lower()))
    return next((code for *_, code in sorted(wanted) if code in all_texts()), View().language)


def view_of(query: str, before: View | None = None) -> tuple[View, str]:
    """Return what a query string says of the view, and all else that it says.

    Parameters
    ----------
    query : str
        Of the URL, with or without its question mark.
    before : View, optional
        What holds where it says nothing; the usual if left out.

    Raises
    ------
    SettingsError
        If it has a value that a view cannot have.

    Examples
    --------
    >>> view_of("?left=hybrid&replicates=5")
    (View(language='en', live=False, person='', replicates=5, scene=''), 'left=hybrid')
    """
    view, others = before or View(), []
    for name, text in parse_qsl(query.lstrip("?"), keep_blank_values=True):
        if name in NAMES:
            view = view.changed(name, text)
        else:
            others.append((name, text))
    return view, urlencode(others)


def _value_of(name: str, text: str) -> Any:
    text = text.strip()
    if name == "lang":
        if text not in all_texts():
            hint = did_you_mean(text, all_texts())
            raise SettingsError(f"lang = {shown(text)}: there are texts in {listed(all_texts())}{hint}")
        return text
    if name == "scene":
        known = [scene.id for scene in scenes()]
        if text not in known:
            raise SettingsError(f"scene = {shown(text)}: is no scene of the story{did_you_mean(text, known)}")
        return text
    if name == "live":
        if text not in ("true", "false"):
            raise SettingsError(f"live = {shown(text)}: should be true or false")
        return text == "true"
    if name == "person":
        return text[:LONGEST_ID]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not 0 <= number <= MOST_REPLICATES:
        raise SettingsError(f"replicates = {shown(text)}: should be a whole number from 0 to {MOST_REPLICATES}")
    return number
