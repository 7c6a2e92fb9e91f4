"""Story file: the page as one self-contained HTML file, with its records inside; ``story.html.jinja`` lays it out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from learnsim.playback.scripts import player_script, player_style
from learnsim.playback.texts import all_texts

TEMPLATE = "story.html.jinja"


def story_html(
    record: Mapping[str, Any],
    bands: Mapping[str, Any] | None,
    language: str = "en",
    scenes: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """Return a page that plays a record in any browser, without Python and without a network.

    Parameters
    ----------
    record, bands : dict
        See ``recording`` and ``repetitions``.
    language : str
        Code of the language that is shown first.
    scenes : sequence of dict, optional
        The story, with its records: see ``scenes.scenes_for_player``.
    """
    data = {"record": record, "bands": bands, "texts": all_texts(), "language": language, "scenes": scenes}
    environment = Environment(loader=PackageLoader("learnsim.playback", ""), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(TEMPLATE).render(
        title=f"learnsim: {' and '.join(arm['name'] for arm in record['arms'])}",
        language=language,
        style=Markup(player_style()),
        script=Markup(player_script()),
        data=Markup(json.dumps(data).replace("<", "\\u003c")),
    )
