"""Bar: title, buttons and speed of a page, and what it reads out."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import solara

from learnsim.browser.model_state import FASTEST, SLOWEST, ModelState
from learnsim.browser.native import Native
from learnsim.browser.two_models import ModelMoment


@solara.component
def Bar(state: ModelState, now: ModelMoment, period: str, further: str, go_further: Callable[[], None]) -> None:
    """Title, buttons and speed; ``further`` is the button that plays several periods at once."""
    playing, stuck = state.playing.value, state.player.stuck
    solara.HTML(tag="h1", unsafe_innerHTML=escape(f"learnsim: {' and '.join(now.arms)}"), classes=["learnsim-title"])
    with solara.Div(classes=["learnsim-bar"]):
        if playing:
            solara.Button("Pause", color="primary", on_click=state.pause)
        else:
            disabled = stuck or now.sessions == 0
            solara.Button("Play", color="primary", on_click=state.play, disabled=disabled)
        disabled = playing or stuck or now.finished
        solara.Button("Step", on_click=state.step, disabled=disabled)
        solara.Button(further, on_click=go_further, disabled=disabled)
        solara.Button("Reset", on_click=state.reset)
        Native(
            name="speed",
            label="speed",
            kind="slider",
            value=state.speed.value,
            shown=f"{state.speed.value} {period}{'' if state.speed.value == 1 else 's'} per second",
            low=SLOWEST,
            high=FASTEST,
            step=1,
            live=True,
            event_change=lambda value: state.speed.set(int(value)),
        )


@solara.component
def Announcement(state: ModelState, sentence: str) -> None:
    """What a screen reader reads out when the page is paused; nothing while it plays."""
    text = solara.use_ref("")
    if not state.playing.value:
        text.current = sentence
    attributes = {"role": "status", "aria-live": "polite"}
    solara.HTML(tag="div", unsafe_innerHTML=escape(text.current), attributes=attributes, classes=["learnsim-unseen"])
