"""Beliefs: the table of the beliefs model: the parameters of March (1991) and of Fang, Lee & Schilling (2010)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from learnsim.settings.declare import Table, setting
from learnsim.settings.messages import shown

MARCH = "March 1991"
FANG = "Fang, Lee & Schilling 2010"


class Beliefs(Table):
    """What there is to find out, and how people and their organisation come to believe it.

    In an arm, a lecture stands for the organisational code, groups for contacts, and a council for officers who see
    each other: an arm without a lecture has no code, and in an arm without groups nobody has contacts.
    """

    dimensions: int = setting(
        30, "independent dimensions of reality (m)", unit="dimensions", source=MARCH, usual=(5, 200), ge=1, le=1_000_000
    )
    interdependence: int = setting(
        1, "dimensions that pay only if all of them are right (s)", unit="dimensions", source=MARCH, usual=(1, 10), ge=1
    )
    reading: Literal["figures", "text"] = setting(
        "figures",
        "which reading of March (1991): the one that gives the printed figures, or the literal text",
        source="Christensen & Workiewicz",
    )
    learning_from_code: float = setting(
        0.5, "chance that a belief moves toward the code in a period (p1)", unit="probability", source=MARCH, ge=0.0, le=1.0
    )
    fast_learning: float = setting(
        0.9, "the same chance for fast learners, where there are any", unit="probability", source=MARCH, ge=0.0, le=1.0
    )
    fast_share: float = setting(
        0.0, "chance that a person is a fast learner", unit="probability", source=MARCH, ge=0.0, le=1.0
    )
    code_learning: float = setting(
        0.5,
        "chance that the code learns from one person more than hold the opposite (p2)",
        unit="probability",
        source=MARCH,
        ge=0.0,
        le=1.0,
    )
    adoption: float = setting(
        0.3,
        "chance that the majority of better-performing contacts is followed on a dimension in a period",
        unit="probability",
        source=FANG,
        ge=0.0,
        le=1.0,
    )
    turnover: float = setting(
        0.0,
        "chance that a person is replaced by a novice in a period (p3)",
        unit="probability",
        source=MARCH,
        ge=0.0,
        le=1.0,
    )
    turbulence: float = setting(
        0.0,
        "chance that a dimension of reality turns over in a period (p4)",
        unit="probability",
        source=MARCH,
        ge=0.0,
        le=1.0,
    )
    periods: int = setting(
        1000, "periods after which a run ends at the latest", unit="periods", usual=(20, 2000), ge=0, le=1_000_000
    )

    @model_validator(mode="after")
    def _whole_blocks(self) -> Beliefs:
        if self.dimensions % self.interdependence:
            blocks = f"blocks of interdependence = {shown(self.interdependence)}"
            raise ValueError(f"dimensions = {shown(self.dimensions)} cannot be cut into {blocks}")
        return self
