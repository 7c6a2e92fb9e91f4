"""Model colours: what the agents of a Mesa model look like in a picture: by their class, or by something that they have."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from html import escape
from typing import Any

import numpy as np

from learnsim.models.own.agents import Person

BY_CLASS = "class"
USUAL = ("state", "type", "status", "kind", "group", "move", "opinion", "wealth", "happy")  # what a picture is mostly about
HIDDEN = ("unique_id",)
HIDDEN_OF_PERSON = ("number",)  # which nobody can see in a shade
WHOLE = 330.0  # points that a picture is wide
NAMED = (str, Enum, bool, np.bool_)  # values that are no number
PALE = 0.3  # opacity of what others stand on
MOST_KINDS = 8  # colours that can be told apart
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8C7A00", "#555555")  # Okabe and Ito (2008)
MARKS = (("o", "●"), ("s", "■"), ("^", "▲"), ("D", "◆"), ("v", "▼"), ("P", "✚"), ("X", "✖"), ("*", "★"))


class Colours:
    """One colour and mark for each kind of agent, or shades for a number: the same in both models, from step to step.

    Parameters
    ----------
    models : iterable of Mesa models
        At their beginning.
    by : str
        ``"class"``, or the name of an attribute; what is usual if left out.

    Attributes
    ----------
    ways : tuple of str
        What agents can be coloured by.
    by : str
        What they are coloured by.
    """

    def __init__(self, models: Iterable[Any], by: str = "") -> None:
        values: dict[str, set[Any]] = {}
        agents = [agent for model in models for agent in model.agents]
        for agent in agents:
            for name, value in vars(agent).items():
                if name[0] != "_" and name not in _hidden(agent) and _is_plain(value):
                    values.setdefault(name, set()).add(value)
        self.ways = (BY_CLASS, *values)
        self.classes = len({type(agent) for agent in agents})
        kinds = [name for name, there in values.items() if _are_kinds(there)]
        shades = [name for name, there in values.items() if name not in kinds and not _are_texts(there)]
        usual = [name for name in USUAL if name in kinds or name in shades]
        if self.classes > 1:
            usual = [name for name in usual if name in kinds] or [BY_CLASS]
        named = [name for name in kinds if all(isinstance(value, NAMED) for value in values[name])]
        first = next(iter([*usual, *named, *shades, *kinds]), BY_CLASS)
        self.by = by if by in self.ways else first
        self.shaded = self.by in shades
        self.low, self.high = math.inf, -math.inf
        self._numbers: dict[str, int] = {}
        self._ground: set[str] = set()
        for value in values.get(self.by, ()):
            if isinstance(value, Enum):  # kinds that nobody is of yet have their colours already
                for one in type(value):
                    self._number(_words(one))
                break

    def see(self, models: Iterable[Any]) -> None:
        """Give the kinds that there are now their colours, and widen the shades."""
        for agent in (agent for model in models for agent in model.agents):
            if self.shaded and self._has_number(agent):
                value = float(getattr(agent, self.by))
                self.low, self.high = min(self.low, value), max(self.high, value)
            else:
                self._number(self._kind(agent))
                if self._is_ground(agent):
                    self._ground.add(self._kind(agent))

    def _is_ground(self, agent: Any) -> bool:
        """Whether others stand on an agent: it is drawn below them, and paler."""
        from mesa.discrete_space import FixedAgent

        return self.classes > 1 and isinstance(agent, FixedAgent)

    def portrayal(self, agent: Any) -> Any:
        """Return how Mesa draws an agent."""
        from mesa.visualization.components import AgentPortrayalStyle  # loads Altair

        ground = self._is_ground(agent)
        if self.shaded and self._has_number(agent):
            colour, mark = self._shade(float(getattr(agent, self.by))), "o"
        else:
            number = self._number(self._kind(agent))
            colour, mark = COLOURS[number % MOST_KINDS], MARKS[number % MOST_KINDS][0]
        size = self._size(agent, ground)
        if ground:
            return AgentPortrayalStyle(color=colour, marker="s", alpha=PALE, size=size, zorder=1)
        return AgentPortrayalStyle(color=colour, marker=mark, size=size, zorder=2)

    def legend(self) -> str:
        """Return what the colours mean, as HTML."""
        if self.shaded and self.low <= self.high:
            ends = f'{self.low:.4g}<span class="learnsim-scale"></span>{self.high:.4g}'
            return f"{escape(self.by)}: {ends}"
        parts = []
        for kind, number in self._numbers.items():
            mark, opacity = ("■", PALE) if kind in self._ground else (MARKS[number % MOST_KINDS][1], 1)
            style = f"color:{COLOURS[number % MOST_KINDS]};opacity:{opacity}"
            parts.append(f'<span style="{style}" aria-hidden="true">{mark}</span> {escape(kind)}')
        return f"{escape(self.by)}: {', '.join(parts)}" if parts else ""

    def _number(self, kind: str) -> int:
        return self._numbers.setdefault(kind, len(self._numbers))

    def _kind(self, agent: Any) -> str:
        name = type(agent).__name__
        if self.by == BY_CLASS:
            return name
        return _words(getattr(agent, self.by)) if hasattr(agent, self.by) else name

    def _has_number(self, agent: Any) -> bool:
        value = getattr(agent, self.by, None)
        return isinstance(value, (int, float, np.integer, np.floating)) and math.isfinite(value)

    def _shade(self, value: float) -> str:
        from matplotlib import colormaps
        from matplotlib.colors import to_hex

        return to_hex(colormaps["cividis"]((value - self.low) / max(self.high - self.low, 1e-12)))

    @staticmethod
    def _size(agent: Any, ground: bool) -> float | None:
        """Return the area of a mark, in square points; None for Mesa's own, which fits the squares of a grid."""
        grid: Any = getattr(agent.model, "grid", None)
        if hasattr(grid, "width") and hasattr(grid, "height"):
            return (WHOLE / max(grid.width, grid.height)) ** 2 if ground else None
        return max(12.0, min(150.0, 6000 / len(agent.model.agents)))


def _hidden(agent: Any) -> tuple[str, ...]:
    return (*HIDDEN, *HIDDEN_OF_PERSON) if isinstance(agent, Person) else HIDDEN


def _is_plain(value: Any) -> bool:
    if isinstance(value, (float, np.floating)):
        return math.isfinite(value)
    return isinstance(value, (bool, int, str, Enum, np.bool_, np.integer))


def _are_texts(values: set[Any]) -> bool:
    return any(isinstance(value, (str, Enum)) for value in values)


def _are_kinds(values: set[Any]) -> bool:
    """Whether values are kinds, and not a number that has shades."""
    if any(isinstance(value, Enum) for value in values):
        return True
    if any(isinstance(value, (float, np.floating)) for value in values) or len(values) > MOST_KINDS:
        return False
    return len(values) > 1 or any(isinstance(value, (bool, str)) for value in values)


def _words(value: Any) -> str:
    return value.name.lower() if isinstance(value, Enum) else str(value)
