"""Plan: the table of a course that is planned and printed: how often, when and where cells meet, and which rules hold."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from learnsim.settings.declare import MOST, Table, setting

RULES = ("apart", "together", "not_alone", "spread", "balance")
PRICE = 5.0  # of a broken rule, in repeated meetings of one pair
AIMS = {"meet": 0.0, "learn": 1.0}

People = Annotated[list[str], Field(min_length=2)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


def _date(value: Any) -> Any:
    """Return a date, or a date and a time, as text: TOML has a type of its own for them."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            moment = datetime.datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError('is not a date; write "2027-01-11", or "2027-01-11 09:00" with the time') from None
        text = value.strip()
        return moment.date().isoformat() if len(text) <= len("2027-01-11") else moment.isoformat(" ", "minutes")
    return value


def _aim(value: Any) -> Any:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0.0 <= value <= 1.0
    if not number and not (isinstance(value, str) and value in AIMS):
        raise ValueError('must be "meet", "learn", or a weight from 0 (meet) to 1 (learn)')
    return float(value) if number else value


class Room(Table):
    """A room in which one cell sits."""

    name: Text = Field(description="the room's name")
    seats: int = Field(description="how many people it seats", ge=1, le=MOST)


class Pinned(Table):
    """A seat that is decided: this person sits in this cell."""

    person: Text = Field(description="the person's id")
    cell: int = Field(description="the cell of the person's community, counted from 1", ge=1, le=MOST)
    cycle: int | None = setting(None, "the cycle, counted from 1; every cycle if left out", ge=1, le=MOST)


class Prices(Table):
    """What a broken rule costs, in repeated meetings of one pair; for rules that are not hard."""

    apart: float = setting(PRICE, "a pair in one cell that should be apart", ge=0.0, le=1e6)
    together: float = setting(PRICE, "a pair in two cells that should be together", ge=0.0, le=1e6)
    not_alone: float = setting(PRICE, "somebody who is the only one of a kind in a cell", ge=0.0, le=1e6)
    spread: float = setting(PRICE, "somebody too many or too few of a kind in a cell", ge=0.0, le=1e6)
    balance: float = setting(PRICE, "a cell whose mean is far from that of all", ge=0.0, le=1e6)


class Rules(Table):
    """Who may sit with whom."""

    apart: list[People] = setting(list, "lists of people of whom no two sit in one cell", example='apart = [["P03", "P07"]]')
    together: list[People] = setting(list, "lists of people who all sit in one cell", example='together = [["P01", "P02"]]')
    not_alone: list[Text] = setting(
        list,
        "labels of which nobody is the only one in a cell: one value (Gender:f), or every value of a column",
        example='not_alone = ["Gender:f", "Language"]',
    )
    spread: list[Text] = setting(
        list, "labels whose values are spread evenly over the cells", example='spread = ["Department"]'
    )
    balance: list[Text] = setting(
        list,
        "numbers whose mean is about the same in every cell: pretest, a trait, or a label",
        example='balance = ["pretest"]',
    )
    pinned: list[Pinned] = setting(
        list, "seats that are decided; these always hold", example='pinned = [{person = "P05", cell = 2, cycle = 1}]'
    )
    hard: list[Literal["apart", "together", "not_alone", "spread", "balance"]] = setting(
        lambda: ["apart", "together"], "rules that must hold; the others have a price"
    )
    prices: Prices = setting(Prices, "what the other rules cost where they are broken")


class Plan(Table):
    """A course that is planned: who sits with whom in every cycle."""

    cycles: int | None = setting(
        None,
        "how often cells are formed; if left out as many as dates, or [training] sessions / [organisation] cycle_length",
        unit="cycles",
        example="cycles = 6",
        ge=1,
        le=1000,
    )
    seed: int = setting(1, "random seed of the plan", ge=0, lt=2**64)
    aim: Annotated[str | float, BeforeValidator(_aim)] = setting(
        "meet",
        "what cells are formed for: meet (the most distinct partners), learn (members who know different things), or a "
        "weight from 0 (meet) to 1 (learn)",
    )
    dates: list[Annotated[str, BeforeValidator(_date)]] = setting(
        list,
        "the day of each cycle, with the time if there is one",
        example='dates = ["2027-01-11 09:00", "2027-01-18 09:00"]',
    )
    minutes: int = setting(60, "how long a meeting takes, for the calendar", unit="minutes", ge=1, le=100_000)
    officers: Literal["fixed", "each-cycle", "rotating"] = setting(
        "each-cycle",
        "who are officers: the same in the same cell (fixed), others in each cycle (each-cycle), or the same, who go one "
        "cell on in each cycle (rotating)",
    )
    course: str = setting(
        "", "the course's short name in Moodle; the plan's name if left out", example='course = "SAFETY-1"'
    )
    rooms: list[Room] = setting(list, "a room for each cell", example='rooms = [{name = "A1", seats = 6}]')
    history: str = setting(
        "", "an earlier plan.csv, beside this file: who has met before", example='history = "earlier_plan.csv"'
    )
    rules: Rules = setting(Rules, "who may sit with whom")

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        if self.dates and self.cycles is not None and len(self.dates) != self.cycles:
            raise ValueError(
                f"dates: there are {len(self.dates)} for cycles = {self.cycles}; give each cycle a date, or leave cycles out"
            )
        if list(self.dates) != sorted(self.dates):
            raise ValueError("dates are not in order of time; sort them")
        names = [room.name for room in self.rooms]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"rooms: {twice!r} is named twice; give each room a name of its own")
        return self

    @property
    def weight(self) -> float:
        """The aim as a number: 0 pays for distinct partners, 1 for composition."""
        return AIMS[self.aim] if isinstance(self.aim, str) else float(self.aim)
