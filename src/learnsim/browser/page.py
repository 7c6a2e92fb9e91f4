"""Page: two training models side by side, with their learning curves and people.
What is shown is in ``player``; the controls are in ``settings_panel``.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import solara
import solara.server.settings

from learnsim.browser.bar import Announcement, Bar
from learnsim.browser.charts import (
    distribution_chart,
    items_chart,
    mastery_chart,
    partners_chart,
    quarters_chart,
    trainee_chart,
)
from learnsim.browser.css import CSS
from learnsim.browser.model_settings import ModelSettings
from learnsim.browser.native import Address
from learnsim.browser.page_settings import SIDES, PageSettings
from learnsim.browser.picture import legend_of, levels_of, moments_of, picture_of
from learnsim.browser.runs import Moment, TwoRuns
from learnsim.browser.sentences import clock_text, difference_sentences, leader_sentence, picture_text
from learnsim.browser.settings_panel import Alert, SettingsPanel
from learnsim.browser.state import PageState
from learnsim.errors import LearnsimError
from learnsim.playback.person_names import community_names, shown_text
from learnsim.settings import Settings

solara.server.settings.assets.extra_locations = [str(Path(__file__).parent / "assets")]  # language, zoom, dark

LONGEST_TITLE = 36  # letters of a name above a chart

# What ``learnsim viz`` was started with, set by ``serve``: Solara loads a page by the name of its module, without arguments.
opened_with = PageSettings(Settings())


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
    names: list[str] | None = None,
) -> None:
    """Draw an organisation: see ``picture.picture_of`` and ``organisation.vue``."""


@solara.component
def Page() -> None:
    """Show the whole page, or the error that prevents it."""
    search = solara.use_router().search or ""
    state = solara.use_memo(lambda: _opened(search), [])
    solara.use_effect(lambda: None if isinstance(state, LearnsimError) else state.close, [])
    solara.Style(CSS)
    if isinstance(state, LearnsimError):
        solara.Title("learnsim")
        with solara.Div(classes=["learnsim-page"]):
            Alert(str(state), opened_with)
    elif isinstance(opened_with, ModelSettings):
        from learnsim.browser.model_page import ModelPage  # loads Mesa's components and Altair

        ModelPage(state)
    else:
        Main(state)


def _opened(search: str) -> PageState | LearnsimError:
    try:
        return PageState(opened_with, search)
    except LearnsimError as error:
        return error


class Card(NamedTuple):
    """What is shown of the trainee who is followed; the title is the user's text."""

    title: str
    traits: str
    chart: str
    sides: tuple[tuple[str, str, str], ...]  # for each side: heading, chart of the items, and who was met


def card_of(pair: TwoRuns, trainee: int) -> Card:
    """Return what the page shows of a trainee now."""
    people, called, sides = pair.models[0].people, pair.called, []
    traits = (
        f"learning speed {people.learning_speed[trainee]:.2f}, sociability {people.sociability[trainee]:.2f}, "
        f"helpfulness {people.helpfulness[trainee]:.2f}"
    )
    for side, arm in enumerate(pair.arms):
        one, met = pair.models[side].trainees[trainee], pair.met(side, trainee).tolist()
        heading = ", ".join([arm, *place_of(pair, side, trainee), *["learning officer"] * one.is_officer])
        others = f"has met {len(met)}{': ' if met else ''}{', '.join(map(called.name, met))}"
        sides.append((heading, items_chart(one.mastery, side), others))
    name = shown_text(called.names[trainee], LONGEST_TITLE) if called.names else f"trainee {trainee}"
    return Card(called.title(trainee), traits, trainee_chart(pair.now, trainee, name), tuple(sides))


def place_of(pair: TwoRuns, side: int, trainee: int) -> list[str]:
    """Return where a person of a roster is now: community and cell, or that a novice has taken the place."""
    model = pair.models[side]
    if model.prepared.roster is None:
        return []
    names, tree = community_names(model.arm, model.prepared.roster), model.tree
    community, cell = int(tree.community[trainee]), int(tree.plan.cell[trainee]) if tree.plan.cells else -1
    places = ["a novice now"] if not model.course.stayed[trainee] else []
    places += [names[community]] if names else []
    if cell >= 0:
        places.append(f"cell {cell - int(tree.plan.branches[community]) + 1 if names else cell}")
    return places


@solara.component
def Main(state: PageState) -> None:
    """The whole page. All parts show the same moment: no session is played while it is drawn."""
    _ = state.tick.value
    player = state.player
    drawn = solara.use_ref(({}, {}))
    with player.lock:
        pair, now, run, chosen = player.pair, player.pair.now, player.runs, player.trainee
        pictures = []
        for side, model in enumerate(pair.models):
            seen = (run, *moments_of(model))
            if drawn.current[side].get("seen") != seen:  # an unchanged picture is not sent again
                drawn.current[side].update(seen=seen, picture=picture_of(model))
            means = pair.curves[side][now.session]
            cells, communities = model.tree.plan.cells, now.settings.organisation.communities
            picture = drawn.current[side]["picture"]
            name, groups = f"{SIDES[side]}, {now.arms[side]}", picture["communities"]
            description = picture_text(name, now.session, means, cells, communities, groups)
            pictures.append((picture, levels_of(model, means), description))
        legend = f"{legend_of(pair.models)}; hover over a trainee to highlight them in both panels; click to follow them"
        card = card_of(pair, chosen) if chosen >= 0 else None
        names = pair.called.captions
    solara.Title(f"learnsim: {now.arms[0]} and {now.arms[1]}")
    with solara.Div(classes=["learnsim-page", *(["learnsim-following"] if card else [])]):
        with solara.Div(classes=["learnsim-main"]):
            Bar(state, now, "session", "Cycle", state.cycle)
            Summary(now)
            Announcement(state, leader_sentence(now))
            if player.error:
                with Alert(player.error, player.page_settings):
                    solara.Button("Undo", on_click=state.undo, text=True)
            with solara.Div(classes=["learnsim-two"]):
                for side, (picture, levels, description) in enumerate(pictures):
                    with solara.Div(classes=["learnsim-side", f"learnsim-{SIDES[side]}"]):
                        solara.HTML(tag="h2", unsafe_innerHTML=escape(now.arms[side]), classes=["learnsim-name"])
                        Organisation(
                            picture=picture,
                            levels=levels,
                            session=now.session,
                            run=run,
                            chosen=chosen,
                            label=f"{description}. Arrow keys select a trainee, Enter follows the selected one.",
                            event_drawn=(lambda at: player.drawn(*at)) if side == 0 else (lambda at: None),
                            event_choose=state.choose_trainee,
                            names=names,
                        )
            solara.HTML(tag="div", unsafe_innerHTML=legend, classes=["learnsim-key"])
            if card:
                Trainee(state, card)
            charts = (
                mastery_chart(now),
                quarters_chart(now, "fast", "slow"),
                quarters_chart(now, "outgoing", "quiet"),
                distribution_chart(now),
                partners_chart(now),
            )
            drawings = "".join(f"<div>{chart}</div>" for chart in charts)
            solara.HTML(tag="div", unsafe_innerHTML=drawings, classes=["learnsim-charts"])
        with solara.Div(classes=["learnsim-settings"]):
            SettingsPanel(state)
            Address(query=player.page_settings.query())


@solara.component
def Summary(now: Moment) -> None:
    """The clock and the sentences: one element of the page, so that both always show the same session."""
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in difference_sentences(now))
    html = f'<p class="learnsim-clock">{escape(clock_text(now))}</p><div class="learnsim-words">{sentences}</div>'
    solara.HTML(tag="div", unsafe_innerHTML=html)


@solara.component
def Chart(svg: str) -> None:
    """One of the curves."""
    solara.HTML(tag="div", unsafe_innerHTML=svg)


@solara.component
def Trainee(state: PageState, card: Card) -> None:
    """The card of the trainee who is followed, at the lower edge of the window."""
    with solara.Div(classes=["learnsim-trainee"]):
        with solara.Div(classes=["learnsim-card"]):
            solara.HTML(tag="h2", unsafe_innerHTML=escape(card.title))
            solara.Button("Close", on_click=lambda: state.choose_trainee(-1), text=True)
            solara.Text(card.traits)
        with solara.Div(classes=["learnsim-charts"]):
            Chart(card.chart)
            for heading, items, others in card.sides:
                with solara.Div(classes=["learnsim-items"]):
                    solara.Text(heading)
                    Chart(items)
                    solara.Text(others)
