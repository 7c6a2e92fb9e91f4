"""Page: two training models side by side, their curves and people.
What is played stands in the stage, what is offered in ``choosing``.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import solara
import solara.server.settings

from learnsim.browser import charts as curves
from learnsim.browser.css import CSS
from learnsim.browser.page_settings import SIDES, Choices
from learnsim.browser.picture import key_of, levels_of, moments_of, picture_of
from learnsim.browser.runs import Moment, Pair
from learnsim.browser.sentences import ahead_told, clock_told, difference_told, picture_told
from learnsim.browser.settings_panel import Alert, Choosing, Native
from learnsim.browser.state import FASTEST, SLOWEST, View
from learnsim.errors import LearnsimError
from learnsim.settings import Settings

solara.server.settings.assets.extra_locations = [str(Path(__file__).parent / "assets")]  # language, zoom, dark

given = Choices(Settings())  # what ``learnsim viz`` was started with; set by ``serve``


@solara.component_vue("organisation.vue")
def Organisation(
    picture: dict[str, Any],
    levels: list[int],
    session: int,
    run: int,
    chosen: int,
    label: str,
    event_drawn: Callable[[list[int]], None],
    event_choose: Callable[[int], None],
) -> None:
    """Draw an organisation: see ``scene.picture_of`` and ``organisation.vue``."""


@solara.component_vue("address.vue")
def Address(query: str) -> None:
    """Keep the address line saying what the page shows."""


@solara.component
def Page() -> None:
    """Show everything, or why there is nothing to show."""
    search = solara.use_router().search or ""
    view = solara.use_memo(lambda: _opened(search), [])
    solara.use_effect(lambda: None if isinstance(view, LearnsimError) else view.close, [])
    solara.Style(CSS)
    if isinstance(view, LearnsimError):
        solara.Title("learnsim")
        with solara.Div(classes=["learnsim-page"]):
            Alert(str(view), given)
    else:
        Main(view)


def _opened(search: str) -> View | LearnsimError:
    try:
        return View(given, search)
    except LearnsimError as error:
        return error


class Card(NamedTuple):
    """What is shown of the trainee that is followed."""

    trainee: int
    traits: str
    chart: str
    sides: tuple[tuple[str, str, str], ...]  # a side's heading, its items, and who was met there


def card_of(pair: Pair, trainee: int) -> Card:
    """Return what there is to say of a trainee now."""
    people, sides = pair.models[0].people, []
    traits = (
        f"learning speed {people.learning_speed[trainee]:.2f}, sociability {people.sociability[trainee]:.2f}, "
        f"helpfulness {people.helpfulness[trainee]:.2f}"
    )
    for side, arm in enumerate(pair.arms):
        one, met = pair.models[side].trainees[trainee], pair.met(side, trainee).tolist()
        heading = f"{arm}{', learning officer' if one.is_officer else ''}"
        others = f"has met {len(met)}{': ' if met else ''}{', '.join(map(str, met))}"
        sides.append((heading, curves.items_chart(one.mastery, side), others))
    return Card(trainee, traits, curves.trainee_chart(pair.now, trainee), tuple(sides))


@solara.component
def Main(view: View) -> None:
    """The whole page, all of it about one moment: nothing is played while it is looked at."""
    _ = view.tick.value
    stage = view.stage
    drawn = solara.use_ref(({}, {}))
    with stage.lock:
        pair, now, run, chosen = stage.pair, stage.pair.now, stage.runs, stage.trainee
        pictures = []
        for side, model in enumerate(pair.models):
            seen = (run, *moments_of(model))
            if drawn.current[side].get("seen") != seen:  # what has not changed is not sent again
                drawn.current[side].update(seen=seen, picture=picture_of(model))
            means = pair.curves[side][now.session]
            cells, communities = model.tree.plan.cells, now.settings.organisation.communities
            told = picture_told(f"{SIDES[side]}, {now.arms[side]}", now.session, means, cells, communities)
            pictures.append((drawn.current[side]["picture"], levels_of(model, means), told))
        key = f"{key_of(pair.models)}; point at somebody to find them in both pictures, click to follow them"
        card = card_of(pair, chosen) if chosen >= 0 else None
    solara.Title(f"learnsim: {now.arms[0]} and {now.arms[1]}")
    with solara.Div(classes=["learnsim-page", *(["learnsim-following"] if card else [])]):
        with solara.Div(classes=["learnsim-main"]):
            Bar(view, now)
            Told(now)
            Aloud(view, now)
            if stage.error:
                with Alert(stage.error, stage.choices):
                    solara.Button("Take it back", on_click=view.take_back, text=True)
            with solara.Div(classes=["learnsim-two"]):
                for side, (picture, levels, told) in enumerate(pictures):
                    with solara.Div(classes=["learnsim-side", f"learnsim-{SIDES[side]}"]):
                        solara.HTML(tag="h2", unsafe_innerHTML=escape(now.arms[side]), classes=["learnsim-name"])
                        Organisation(
                            picture=picture,
                            levels=levels,
                            session=now.session,
                            run=run,
                            chosen=chosen,
                            label=f"{told}. Arrow keys find people, Enter follows them.",
                            event_drawn=(lambda at: stage.drawn(*at)) if side == 0 else (lambda at: None),
                            event_choose=view.choose_trainee,
                        )
            solara.HTML(tag="div", unsafe_innerHTML=key, classes=["learnsim-key"])
            if card:
                Trainee(view, card)
            charts = (
                curves.mastery_chart(now),
                curves.quarters_chart(now, "fast", "slow"),
                curves.quarters_chart(now, "outgoing", "quiet"),
                curves.distribution_chart(now),
                curves.partners_chart(now),
            )
            drawings = "".join(f"<div>{chart}</div>" for chart in charts)
            solara.HTML(tag="div", unsafe_innerHTML=drawings, classes=["learnsim-charts"])
        with solara.Div(classes=["learnsim-settings"]):
            Choosing(view)
            Address(query=stage.choices.query())


@solara.component
def Bar(view: View, now: Moment) -> None:
    """Title, buttons and speed."""
    playing, stuck = view.playing.value, view.stage.stuck
    solara.HTML(tag="h1", unsafe_innerHTML=escape(f"learnsim: {' and '.join(now.arms)}"), classes=["learnsim-title"])
    with solara.Div(classes=["learnsim-bar"]):
        if playing:
            solara.Button("Pause", icon_name="mdi-pause", color="primary", on_click=view.pause)
        else:
            idle = stuck or now.sessions == 0
            solara.Button("Play", icon_name="mdi-play", color="primary", on_click=view.play, disabled=idle)
        idle = playing or stuck or now.finished
        solara.Button("Step", icon_name="mdi-skip-next", on_click=view.step, disabled=idle)
        solara.Button("Cycle", icon_name="mdi-fast-forward", on_click=view.cycle, disabled=idle)
        solara.Button("Reset", icon_name="mdi-replay", on_click=view.reset)
        Native(
            name="speed",
            label="speed",
            kind="slider",
            value=view.speed.value,
            shown=f"{view.speed.value} session{'' if view.speed.value == 1 else 's'} a second",
            low=SLOWEST,
            high=FASTEST,
            step=1,
            live=True,
            event_change=lambda value: view.speed.set(int(value)),
        )


@solara.component
def Told(now: Moment) -> None:
    """The clock and the sentences: one piece of the page, so that no moment shows two sessions."""
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in difference_told(now))
    told = f'<p class="learnsim-clock">{escape(clock_told(now))}</p><div class="learnsim-words">{sentences}</div>'
    solara.HTML(tag="div", unsafe_innerHTML=told)


@solara.component
def Aloud(view: View, now: Moment) -> None:
    """What a screen reader says when the page has come to rest; while it plays, nothing."""
    said = solara.use_ref("")
    if not view.playing.value:
        said.current = ahead_told(now)
    attributes = {"role": "status", "aria-live": "polite"}
    solara.HTML(tag="div", unsafe_innerHTML=escape(said.current), attributes=attributes, classes=["learnsim-unseen"])


@solara.component
def Chart(svg: str) -> None:
    """One of the curves."""
    solara.HTML(tag="div", unsafe_innerHTML=svg)


@solara.component
def Trainee(view: View, card: Card) -> None:
    """The card of the trainee that is followed: at the window's lower edge, wherever the page stands."""
    with solara.Div(classes=["learnsim-trainee"]):
        with solara.Div(classes=["learnsim-card"]):
            solara.HTML(tag="h2", unsafe_innerHTML=f"Trainee {card.trainee}")
            solara.Button("Close", on_click=lambda: view.choose_trainee(-1), text=True)
            solara.Text(card.traits)
        with solara.Div(classes=["learnsim-charts"]):
            Chart(card.chart)
            for heading, items, others in card.sides:
                with solara.Div(classes=["learnsim-items"]):
                    solara.Text(heading)
                    Chart(items)
                    solara.Text(others)
