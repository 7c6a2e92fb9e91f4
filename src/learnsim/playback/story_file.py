"""Story file: the page as one self-contained HTML file, with its records inside; ``story.html.jinja`` lays it out."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from learnsim.playback.scripts import player_script, player_style
from learnsim.playback.texts import all_texts

TEMPLATE = "story.html.jinja"
BEGIN = """
const data = JSON.parse(document.getElementById("learnsim-data").textContent);
const wanted = navigator.languages.map((code) => code.slice(0, 2)).find((code) => data.texts[code]);
data.language = wanted || data.language;
new window.learnsim.Player(document.getElementById("learnsim"), data);
"""


def story_html(
    record: Mapping[str, Any],
    bands: Mapping[str, Any] | None = None,
    scenes: Sequence[Mapping[str, Any]] = (),
    language: str = "en",
) -> str:
    """Return a page that plays a record in any browser, without Python and without a network.

    No name in the record is ever read as HTML or as a script, and the page may run no script but the player's.

    Parameters
    ----------
    record, bands : dict
        See ``recording`` and ``repetitions``.
    scenes : sequence of dict
        See ``scenes``; with their records.
    language : str
        Code of the language that is shown first, where there are no texts in those of the browser.

    Examples
    --------
    >>> from learnsim.grouping.preparation import prepare
    >>> from learnsim.playback.recording import recording_of
    >>> from learnsim.playback.story_file import story_html
    >>> from learnsim.settings import Settings
    >>> small = Settings().changed({"organisation.trainees": 24, "training.sessions": 20})
    >>> story_html(recording_of(prepare(small), ["hybrid", "flat-lecture"])).startswith("<!DOCTYPE html>")
    True
    """
    data = {"record": record, "bands": bands, "texts": all_texts(), "language": language, "scenes": [*scenes] or None}
    environment = Environment(loader=PackageLoader("learnsim.playback", ""), autoescape=True, undefined=StrictUndefined)
    script = f"{player_script()}{BEGIN}"
    return environment.get_template(TEMPLATE).render(
        title=f"learnsim: {' and '.join(arm['name'] for arm in record['arms'])}",
        language=language,
        style=Markup(player_style()),
        script=Markup(script),
        digest=b64encode(sha256(script.encode()).digest()).decode("ascii"),
        data=Markup(json.dumps(data).replace("<", "\\u003c")),
    )
