"""Shocks: single events at a known session: somebody teaches wrong things, leaves, or is absent for a while."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from learnsim.settings.declare import MOST, Table, setting

Item = Annotated[int, Field(ge=1, le=1_000_000)]
TEACHERS = ("lecturer", "instructor")


class Shock(Table):
    """One event. The same people are struck in every arm, as far as the arm has such people."""

    at: int = setting(0, "the session before which it happens, counted from 0", unit="session", ge=0, le=MOST)
    kind: Literal["wrong", "leave", "absent"] = setting(
        "wrong", "what happens: wrong (holds or teaches items wrong), leave (a novice takes the seat), or absent"
    )
    who: Literal["lecturer", "instructor", "officers", "trainees", "most-knowledgeable", "most-helpful"] = setting(
        "trainees", "whom it strikes: the lecturer, the instructor, or some of the officers or of all trainees"
    )
    count: int | None = setting(
        None, "how many people; 1 if left out", unit="people", example="count = 1", ge=1, le=MOST
    )
    share: float | None = setting(
        None, "in place of count: a share of those of whom who speaks", unit="share", example="share = 0.05", gt=0.0, le=1.0
    )
    items: list[Item] = setting(
        lambda: [1], "kind = wrong: which items, counted from 1", unit="items", min_length=1, max_length=1_000_000
    )
    level: float = setting(
        1.0, "kind = wrong: how firmly the items are held or taught wrong", unit="level", ge=0.0, le=1.0
    )
    sessions: int = setting(
        10, "how long somebody is absent, or a lecturer or instructor teaches wrong things", unit="sessions", ge=1, le=MOST
    )

    @model_validator(mode="after")
    def _consistent(self) -> Shock:
        if self.count is not None and self.share is not None:
            raise ValueError(f"count = {self.count} and share = {self.share} exclude each other; keep one")
        if self.who in TEACHERS and self.kind != "wrong":
            raise ValueError(
                f"kind = {self.kind!r} with who = {self.who!r}: only trainees leave or are absent; for a time without "
                "lectures or council give the arm a phase (arms.NAME.phases)"
            )
        if self.who in TEACHERS and (self.count is not None or self.share is not None):
            raise ValueError(f"count and share belong to people, and there is one {self.who}; leave them out")
        return self

    def strikes(self, people: int) -> int:
        """Return how many of so many people it strikes."""
        wanted = (self.count or 1) if self.share is None else int(self.share * people + 0.5)
        return min(wanted, people)


def check_shocks(shocks: list[Shock], sessions: int, items: int) -> None:
    """Check shocks against the length of the run and of the curriculum.

    Raises
    ------
    ValueError
        With the first mistake.
    """
    for number, shock in enumerate(shocks):
        if shock.at >= sessions:
            last = f"the last is {sessions - 1}" if sessions else "there are none"
            raise ValueError(
                f"[[shocks]] number {number + 1}: at = {shock.at} is after the end of [training] sessions = {sessions}: "
                f"sessions count from 0, and {last}"
            )
        beyond: list[Any] = [item for item in shock.items if item > items] if shock.kind == "wrong" else []
        if beyond:
            raise ValueError(
                f"[[shocks]] number {number + 1}: items = {shock.items} has {beyond[0]}, and [curriculum] items = {items}: "
                f"items count from 1 to {items}"
            )
