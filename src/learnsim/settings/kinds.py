"""Kinds: the models there are, and which tables of an experiment file each of them reads.
What a model measures stands in ``learnsim.kinds``.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["training", "beliefs", "search"]
MODELS: dict[str, str] = {
    "training": "a curriculum that some people master already",
    "beliefs": "a reality that nobody knows (March 1991; Fang, Lee & Schilling 2010)",
    "search": "a rugged problem that nobody has solved (Lazer & Friedman 2007)",
}
EVERY = ("experiment", "model", "organisation", "design")  # tables that every model reads
OWN: dict[str, tuple[str, ...]] = {  # tables and single settings that a model reads beside them
    "training": ("curriculum", "people", "prior", "learning", "training"),
    "beliefs": ("beliefs", "training.cycle_length"),
    "search": (
        "search",
        "people.learning_speed",
        "people.sociability",
        "people.helpfulness",
        "people.interest_concentration",
        "training.cycle_length",
    ),
}
COMPARED_BY = {"training": "mean_mastery", "beliefs": "mean_payoff", "search": "mean_score"}  # unless told otherwise
OF_ARMS: dict[str, tuple[str, ...]] = {  # fields of an arm that not every model reads, and the models that do
    "network": ("search",),
    "rewiring": ("beliefs", "search"),
    "density": ("search",),
}


def reads(kind: str, table: str, key: str = "") -> bool:
    """Whether a model reads a setting, or any of a table's if no key is given."""
    if table in EVERY or table in OWN[kind]:
        return True
    return f"{table}.{key}" in OWN[kind] if key else any(name.startswith(f"{table}.") for name in OWN[kind])


def reads_of_arms(kind: str, key: str) -> bool:
    """Whether a model reads this field of an arm."""
    return kind in OF_ARMS.get(key, (kind,))


def readers(table: str, key: str) -> list[str]:
    """Return the models that read a setting."""
    return [kind for kind in MODELS if reads(kind, table, key)]
