"""Model page: two arms of an experiment on a Mesa model of the user's own, side by side in Mesa's own components."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import solara

from learnsim.browser.bar import Announcement, Bar
from learnsim.browser.controls import Control
from learnsim.browser.model_colours import Colours
from learnsim.browser.model_picture import Look, ReporterPlot, picture_of
from learnsim.browser.model_settings import ModelSettings, words_of
from learnsim.browser.model_state import ModelState
from learnsim.browser.native import Address, Native
from learnsim.browser.page_settings import SIDES
from learnsim.browser.settings_panel import Alert, Setting
from learnsim.browser.two_models import ModelMoment, TwoModels
from learnsim.models.mesa.source import beside

MOST_PLOTS = 4  # model reporters that are drawn; [model] reporters chooses others
FURTHER = 10  # steps
OWN = "agent_portrayal"


@solara.component
def ModelPage(state: ModelState) -> None:
    """The whole page. All parts show the same step: no model goes on while it is drawn."""
    _ = state.tick.value
    player = state.player
    by, set_by = solara.use_state("")
    with player.lock:
        pair, run, settings = player.pair, player.runs, player.playable
        now = pair.now
        spec = pair.settings.model.class_name
        own = solara.use_memo(lambda: beside(spec, OWN), [spec])
        colours = solara.use_memo(lambda: Colours(pair.models, by), [run, by])
        colours.see(pair.models)
        use_own = callable(own) and by in ("", OWN)
        look = Look(colours, own if use_own else None, beside(spec, "propertylayer_portrayal"))
        reporters = pair.reporters[:MOST_PLOTS]
        limits = {name: _limits(pair, name) for name in reporters}
        sentences = [_reporter_sentence(pair, name) for name in reporters]
        drawn = any(picture_of(model) for model in pair.models)
    solara.use_effect(lambda: player.drawn(run, now.session), [run, now.session])
    solara.Title(f"learnsim: {now.arms[0]} and {now.arms[1]}")
    with solara.Div(classes=["learnsim-page", "learnsim-models"]):
        with solara.Div(classes=["learnsim-main"]):
            Bar(state, now, "step", f"{FURTHER} steps", lambda: state.step(FURTHER))
            clock = f'<p class="learnsim-clock">{escape(clock_of(now))}</p>'
            words = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences or [_without_reporters(pair)])
            solara.HTML(tag="div", unsafe_innerHTML=f'{clock}<div class="learnsim-words">{words}</div>')
            Announcement(state, f"{clock_of(now)}. {' '.join(sentences)}")
            if player.error:
                with Alert(player.error, player.page_settings):
                    solara.Button("Undo", on_click=state.undo, text=True)
            if drawn and not use_own:
                solara.HTML(tag="div", unsafe_innerHTML=colours.legend(), classes=["learnsim-key"])
            with solara.Div(classes=["learnsim-two"]):
                for side, model in enumerate(pair.models):
                    with solara.Div(classes=["learnsim-side", f"learnsim-{SIDES[side]}"]):
                        solara.HTML(tag="h2", unsafe_innerHTML=escape(now.arms[side]), classes=["learnsim-name"])
                        solara.HTML(tag="div", unsafe_innerHTML=chips_of(settings, side), classes=["learnsim-chips"])
                        picture = picture_of(model)
                        if picture:
                            label = f"{SIDES[side]}, {now.arms[side]}: the agents after step {now.session}"
                            with solara.Div(classes=["learnsim-figure"], attributes={"role": "img", "aria-label": label}):
                                picture.component(model, look, run, now.session)
                        for name in reporters:
                            label = f"{SIDES[side]}, {now.arms[side]}: {name} from step to step"
                            with solara.Div(classes=["learnsim-figure"], attributes={"role": "img", "aria-label": label}):
                                ReporterPlot(model, name, *limits[name], now.sessions, run, now.session)
        with solara.Div(classes=["learnsim-settings"]):
            ways = (*([OWN] if callable(own) else []), *colours.ways) if drawn else ()
            Panel(state, ways, OWN if use_own else colours.by, set_by)
            Address(at=[0, player.page_settings.query()], event_back=lambda query: None)


@solara.component
def Panel(state: ModelState, ways: tuple[str, ...], by: str, set_by: Any) -> None:
    """The arms, the seed, a control for each parameter, and what agents are coloured by."""
    _ = state.chosen.value
    player = state.player
    page_settings = player.playable
    tried = player.page_settings.changes if player.error else {}
    solara.HTML(tag="h2", unsafe_innerHTML="Settings", classes=["learnsim-heading"])
    for side, arm in zip(SIDES, page_settings.arms, strict=True):
        control = Control(side, f"{side} arm", "", "choice", arm, options=page_settings.known_arms)
        Setting(control, state).key(side)
    Setting(page_settings.seed_control.showing(tried), state).key("seed")
    solara.Text(page_settings.differing_sentence, classes=["learnsim-about"])
    for control in page_settings.controls:
        Setting(control.showing(tried), state).key(control.name)
    if ways:
        Native(
            name="colour",
            label="agents are coloured by",
            kind="choice",
            value=by,
            options=list(ways),
            event_change=set_by,
        ).key("colour")


def clock_of(now: ModelMoment) -> str:
    """Return how far the models are, and which of them has stopped by itself.

    Examples
    --------
    >>> clock_of(ModelMoment(("calm", "wild"), 9, 60, (-1, 4)))
    'step 9 of at most 60; wild stopped by itself after step 4'
    """
    both = zip(now.arms, now.stopped, strict=True)
    ends = [f"{arm} stopped by itself after step {step}" for arm, step in both if step >= 0]
    return "; ".join([f"step {now.session} of at most {now.sessions}", *ends])


def chips_of(page_settings: ModelSettings, side: int) -> str:
    """Return what is an arm's own as HTML."""
    chips = (f"{escape(name)} <b>{escape(words_of(value))}</b>" for name, value in page_settings.chips(side).items())
    return "".join(f'<span class="learnsim-chip">{chip}</span>' for chip in chips)


def _reporter_sentence(pair: TwoModels, name: str) -> str:
    (left, right), (one, other) = pair.values(name), pair.arms
    return f"{name}: {_number(left)} in {one}, {_number(right)} in {other}."


def _number(value: float) -> str:
    return "missing" if math.isnan(value) else f"{value:.4g}"


def _without_reporters(pair: TwoModels) -> str:
    name = type(pair.models[0]).__name__
    return f"{name} has no model reporter that gives numbers, so that there are no curves."


def _limits(pair: TwoModels, name: str) -> tuple[float, float]:
    """Return the least and the greatest value of a reporter so far, in both arms."""
    values = [float(value) for run in pair.runs for value in run.reporters[name] if value is not None]
    values = [value for value in values if math.isfinite(value)]
    return (min(values), max(values)) if values else (0.0, 1.0)
