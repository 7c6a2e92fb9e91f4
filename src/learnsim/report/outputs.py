"""Outputs: what is made of finished tables: CSV files, figures and the report. One that cannot be made costs no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.folder import COMPARISON, DATA_PACKAGE, FIGURES, REPORT, RUNS_CSV
from learnsim.models.registry import reported_on
from learnsim.report.csv_files import (
    write_boxes,
    write_contrasts,
    write_effects,
    write_runs,
    write_sensitivity,
    write_strata,
    write_summary,
    write_targets,
)
from learnsim.report.data_package import write_data_package
from learnsim.report.figures.drawing import Drawing, reason_of

if TYPE_CHECKING:
    from learnsim.report.figures.organisation import FirstRun


@dataclass
class Outputs:
    """What could not be made, and notes on what was made.

    Attributes
    ----------
    missing : dict of str to list of str
        By the reason, what could not be made for it.
    notes : list of str
    """

    missing: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def attempt(self, name: str, make: Callable[[], None]) -> None:
        """Make something; if that raises, remember why it is missing."""
        try:
            make()
        except Exception as error:  # whatever it is, the tables are whole and the next output may do
            self.miss(name, reason_of(error))

    def miss(self, name: str, reason: str) -> None:
        """Remember that something is missing."""
        self.missing.setdefault(reason, []).append(name)


def write_outputs(summary: Summary, folder: Path, first_run: FirstRun, *, runs_csv: bool = False) -> Outputs:
    """Write summary, contrasts, effects or sensitivity, targets, figures and report into a folder; runs.csv on request.

    Whatever cannot be written is left out, and no part of it remains.
    """
    with reported_on(summary.results.design.kind):
        return _written(summary, folder, first_run, runs_csv=runs_csv)


def _written(summary: Summary, folder: Path, first_run: FirstRun, *, runs_csv: bool) -> Outputs:
    """Write everything; measures are those of the summary's model."""
    out = Outputs()
    out.attempt("summary.csv", lambda: write_summary(folder / "summary.csv", summary))
    out.attempt("contrasts.csv", lambda: write_contrasts(folder / "contrasts.csv", summary))
    out.attempt("effects.csv and shares.csv", lambda: write_effects(folder, summary))
    out.attempt(COMPARISON, lambda: write_targets(folder / COMPARISON, summary))
    out.attempt("sensitivity.csv", lambda: out.notes.extend(write_sensitivity(folder, summary)))
    out.attempt("boxes.csv", lambda: write_boxes(folder / "boxes.csv", summary))
    out.attempt("strata.csv", lambda: write_strata(folder / "strata.csv", summary))
    if runs_csv:
        out.attempt(RUNS_CSV, lambda: write_runs(folder / RUNS_CSV, summary.results))
    out.attempt(DATA_PACKAGE, lambda: write_data_package(folder, summary.results))
    drawings: list[Drawing] = []
    out.attempt("the figures", lambda: drawings.extend(_figures(summary, folder, first_run)))
    for drawing in drawings:
        if drawing.missing:
            out.miss(f"figure {drawing.name}", drawing.missing)
    out.attempt(REPORT, lambda: _report(summary, folder, drawings))
    return out


def _figures(summary: Summary, folder: Path, first_run: FirstRun) -> list[Drawing]:
    from learnsim.report.figures.drawing import import_matplotlib
    from learnsim.report.figures.font_cache import font_cache

    with font_cache(folder):  # matplotlib takes longer than a small experiment
        import_matplotlib()
        from learnsim.report.figures.gallery import draw_figures
    return draw_figures(folder / FIGURES, summary, first_run)


def _report(summary: Summary, folder: Path, drawings: list[Drawing]) -> None:
    from learnsim.report.html import write_report  # jinja2 may be missing, which must not cost the tables

    write_report(folder, summary, drawings)
