"""Pictures of a plan: who met whom, as a square of shades that also prints in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from learnsim.plans.plan import Plan
from learnsim.sorting import name_order

SIDE = 1000.0
NAMED = 120  # people up to whom there is space for everybody's name
SHADES = ("#ffffff", "#9aa0a6", "#3c4043", "#000000")  # never, once, twice, more often


def matrix_picture(plan: Plan, community: int, names: Sequence[str]) -> str:
    """Return who of a community met whom as SVG: rows and columns are its people by name, shades how often.

    Parameters
    ----------
    plan : Plan
    community : int
    names : sequence of str
        What each person of the plan is called; where there are too many, every tenth place is numbered instead.
    """
    people = np.flatnonzero(plan.community == community).tolist()
    order = sorted(people, key=lambda i: (name_order(plan.roster.names[i]), i))
    count = len(order)
    named = count <= NAMED
    longest = max((len(names[i]) for i in order), default=1)
    size = SIDE / max(count, 1)
    letter = min(0.85 * size, 26.0)
    margin = min(320.0, 0.62 * letter * longest + 12.0) if named else 46.0
    whole = SIDE + margin
    parts = [
        f'<svg class="matrix" viewBox="0 0 {whole:.0f} {whole:.0f}" role="img" aria-label="Who met whom" '
        'xmlns="http://www.w3.org/2000/svg">'
    ]
    times = plan.meetings
    for y, i in enumerate(order):
        for x, j in enumerate(order):
            met = int(times[i, j])
            if met and i != j:
                shade = SHADES[min(met, len(SHADES) - 1)]
                parts.append(_square(margin + x * size, margin + y * size, size, shade))
        parts.append(_square(margin + y * size, margin + y * size, size, "url(#self)"))
    step = 1 if named else 10
    for place in range(0, count, step):
        text = names[order[place]] if named else str(place + 1)
        middle = margin + (place + 0.5) * size
        high = letter if named else 20.0
        parts.append(
            f'<text x="{margin - 6:.1f}" y="{middle + 0.35 * high:.1f}" font-size="{high:.1f}" text-anchor="end">'
            f"{escape(_short(text))}</text>"
            f'<text transform="translate({middle + 0.35 * high:.1f} {margin - 6:.1f}) rotate(-90)" font-size="{high:.1f}">'
            f"{escape(_short(text))}</text>"
        )
    parts.append(
        '<defs><pattern id="self" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="#b8bcc2"/>'
        f'</pattern></defs><rect x="{margin:.1f}" y="{margin:.1f}" width="{SIDE:.1f}" height="{SIDE:.1f}" fill="none" '
        'stroke="#777"/></svg>'
    )
    return "".join(parts)


def _square(x: float, y: float, size: float, fill: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{size:.2f}" height="{size:.2f}" fill="{fill}"/>'


def _short(text: str) -> str:
    return text if len(text) <= 28 else f"{text[:27]}…"
