"""Frames: tables of statistics as pandas frames, with the numbers of the CSV files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.tables import swept_columns
from learnsim.report.csv_files import Statistics

if TYPE_CHECKING:
    import pandas as pd

TEXTS = (  # columns of statistics that are no numbers
    *("arm", "baseline", "measure", "setting", "with_setting", "level", "with_level", "kind"),
    *("panel", "name", "source", "statistic", "over", "verdict", "expect", "as_expected", "label"),
)


def frame_of(statistics: Statistics, design: Design, texts: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return a table of statistics as a frame: numbers are numbers, but in columns of texts, of which there may be more."""
    import pandas as pd  # nothing heavy is imported before it is used

    frame = pd.DataFrame(list(statistics.rows), columns=statistics.columns)
    swept = swept_columns(design)
    for name in frame.columns:
        if name in swept and "point" in frame.columns:  # the same types as in the tables
            frame[name] = swept[name].take(frame["point"].to_numpy(dtype=int)).to_pandas()
        elif name not in (*TEXTS, *texts, *swept, "point"):
            frame[name] = [math.nan if cell == "" else float(cell) for cell in frame[name]]
    return frame.astype({name: int for name in ("count", "people") if name in frame.columns})
