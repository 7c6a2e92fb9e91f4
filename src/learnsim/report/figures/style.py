"""Style: colours, line styles and measures of all figures.
Colours are Okabe and Ito's (2008), which colour-blind readers can distinguish; styles differ too.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from learnsim.report.figures.text_fitting import settle
from learnsim.report.figures.text_width import families_for

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (3, 1)), (0, (1, 1)), (0, (7, 2)))
BASELINE = "#777777"
MASTERY = "cividis"  # perceptually even, also for colour-blind readers
DIVERGING = "RdBu"  # red is lower, blue is higher, white is no difference; colour-blind readers can distinguish them

BACKEND = ("backend", "backend_fallback", "interactive")  # of windows, and we open none

STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "learnsim",
    "svg.fonttype": "none",
    "text.hinting": "no_hinting",  # else letters are wider at some sizes of a picture than at others
    "text.parse_math": False,  # names are the user's: a dollar is a dollar
}


def colour_of(arm: str, arms: tuple[str, ...], baseline: str) -> str:
    """Return the arm's colour: grey for the baseline, one of eight for the others."""
    if arm == baseline:
        return BASELINE
    others = [name for name in arms if name != baseline]
    return COLOURS[others.index(arm) % len(COLOURS)]


@contextmanager
def style(letters: str = "") -> Iterator[None]:
    """Draw in learnsim's style, whatever the user has set, with fonts for these letters; leave matplotlib as it was."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a letter that no font has is drawn as a box
        defaults = {name: value for name, value in dict.items(matplotlib.rcParamsDefault) if name not in BACKEND}
        dict.update(matplotlib.rcParams, defaults)  # already checked; some would warn that they are deprecated
        matplotlib.rcParams.update({**STYLE, "font.family": families_for(letters)})
        yield


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure as PNG and SVG, the same bytes for the same content."""
    settle(figure)
    for ending, backend, metadata in (("png", "agg", {"Software": None}), ("svg", "svg", {"Date": None})):
        figure.savefig(folder / f"{name}.{ending}", dpi=150, backend=backend, metadata=metadata)
