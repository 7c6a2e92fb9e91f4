"""Page of a plan: one HTML file that prints well: the tree, a page per cycle, a slip per person, who met whom, a forecast.
``plan.html.jinja`` beside it says how the parts are laid out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from learnsim.plans.exports import cell_name
from learnsim.plans.forecast import Forecast
from learnsim.plans.forecast_words import forecast_words
from learnsim.plans.matrix import matrix_picture
from learnsim.plans.plan import Plan
from learnsim.plans.plan_words import date_words, facts_of, joined, rule_words
from learnsim.sorting import name_order

TEMPLATE = "plan.html.jinja"
APART = 40  # people above whom each community has pages of its own
IN_TREE = 260  # people up to whom the tree names everybody
CARD_SIZES = ((12, 20.0), (24, 18.0), (40, 16.0), (80, 14.0))  # people, and points of a letter on a cycle's page
TREE_SIZES = ((24, 14.0), (40, 12.0), (70, 10.0), (120, 8.5), (180, 7.0), (IN_TREE, 6.0))  # people, and points of a letter


class Card(NamedTuple):
    """A cell of one cycle.

    Attributes
    ----------
    name : str
    room : str
    officer : str
    members : list of str
        Without the officer.
    """

    name: str
    room: str
    officer: str
    members: list[str]


class Meeting(NamedTuple):
    """One cycle as one person sees it."""

    cycle: int
    date: str
    place: str
    officer: str
    partners: str


class Slip(NamedTuple):
    """What one person is handed."""

    name: str
    community: str
    meetings: list[Meeting]


def plan_page(plan: Plan, forecast: Forecast | None, *, initials: bool = False) -> str:
    """Return the page of a plan.

    Parameters
    ----------
    plan : Plan
    forecast : Forecast or None
    initials : bool
        Whether people are shown by their initials.
    """
    names = initials_of(plan.roster.names) if initials else with_ids(plan.roster.names, plan.roster.ids)
    environment = Environment(
        loader=PackageLoader("learnsim", "plans"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    several = len(plan.communities) > 1
    cycles = [
        {
            "number": cycle + 1,
            "date": date_words(plan.dates[cycle]),
            "communities": [
                (label if several else "", [card for card in _cards(plan, cycle, home, names) if card.officer])
                for home, label in enumerate(plan.communities)
            ],
            "absent": joined([names[i] for i in plan.absent(cycle)]),
        }
        for cycle in range(plan.cycles)
    ]
    people = len(plan.community)
    return environment.get_template(TEMPLATE).render(
        name=plan.name,
        people=people,
        apart=several and people > APART,
        facts=facts_of(plan),
        notes=plan.notes,
        rules=rule_words(plan, names),
        cycles=cycles,
        card_size=next((size for most, size in CARD_SIZES if people <= most), 13.0),
        tree_size=next((size for most, size in TREE_SIZES if people <= most), 6.0),
        names_in_tree=people <= IN_TREE,
        slips=[_slip(plan, i, names) for i in _by_name(plan)],
        matrices=[
            (label if several else "", Markup(matrix_picture(plan, home, names)))
            for home, label in enumerate(plan.communities)
        ],
        forecast=forecast_words(forecast) if forecast else None,
    )


def initials_of(names: Sequence[str]) -> list[str]:
    """Return the initials of each name, numbered where two people have the same.

    Examples
    --------
    >>> from learnsim.plans.page import initials_of
    >>> initials_of(["Ann Lee", "Al Low", "Bo"])
    ['A. L. 1', 'A. L. 2', 'B.']
    """
    letters = [[next(filter(str.isalpha, word), "") for word in name.replace(",", " ").split()] for name in names]
    short = [" ".join(f"{letter.upper()}." for letter in filter(None, each[:3])) or "?" for each in letters]
    seen: dict[str, int] = {}
    numbered = []
    for text in short:
        seen[text] = seen.get(text, 0) + 1
        numbered.append(f"{text} {seen[text]}" if short.count(text) > 1 else text)
    return numbered


def with_ids(names: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Return each name, with the id behind it where two people have the same.

    Examples
    --------
    >>> from learnsim.plans.page import with_ids
    >>> with_ids(["Ann Lee", "Bo", "Ann Lee"], ["1", "2", "3"])
    ['Ann Lee (1)', 'Bo', 'Ann Lee (3)']
    """
    times = Counter(names)
    return [f"{name} ({key})" if times[name] > 1 else name for name, key in zip(names, ids, strict=True)]


def _by_name(plan: Plan) -> list[int]:
    """Everybody by community and name."""
    order = sorted(range(len(plan.community)), key=lambda i: (plan.community[i], name_order(plan.roster.names[i]), i))
    return [int(i) for i in order]


def _cards(plan: Plan, cycle: int, home: int, names: Sequence[str]) -> list[Card]:
    cards = []
    for place in plan.cells:
        if place[0] == home:
            members = plan.members(cycle, *place)
            leader = [names[i] for i in members if plan.officer[cycle, i]]
            others = [names[i] for i in members if not plan.officer[cycle, i]]
            cards.append(Card(cell_name(plan, *place), plan.rooms.get(place, ""), leader[0] if leader else "", others))
    return cards


def _slip(plan: Plan, i: int, names: Sequence[str]) -> Slip:
    meetings = []
    for cycle in range(plan.cycles):
        place = (int(plan.community[i]), int(plan.cell[cycle, i]))
        if place[1] < 0:
            meetings.append(Meeting(cycle + 1, date_words(plan.dates[cycle], year=False), "absent", "", ""))
            continue
        members = plan.members(cycle, *place)
        officer = next((j for j in members if plan.officer[cycle, j]), i)
        partners = joined([names[j] for j in members if j not in (i, officer)])
        stop = "; " if any("," in names[j] for j in members) else ", "
        room = plan.rooms.get(place, "")
        where = f"{cell_name(plan, *place)}{f', {room}' if room else ''}"
        meetings.append(
            Meeting(
                cycle + 1,
                date_words(plan.dates[cycle], year=False),
                where,
                "you" if officer == i else names[officer],
                f"{stop}{partners}" if partners else "",
            )
        )
    community = plan.communities[plan.community[i]] if len(plan.communities) > 1 else ""
    return Slip(names[i], community, meetings)
