"""HTML: the report, one file with the question, the design and the results, which any browser opens.
``report.html.jinja`` beside it says how the parts are laid out.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.folder import FIGURES, REPORT
from learnsim.report.answer import answer
from learnsim.report.box_table import box_table
from learnsim.report.comparison_table import comparison_table
from learnsim.report.design_tables import (
    arms_table,
    changed_settings_table,
    facts_of,
    failures_table,
    parameters_table,
    provenance_facts,
    swept_table,
)
from learnsim.report.figures.drawing import Drawing
from learnsim.report.labels import in_common, listed, measure_title
from learnsim.report.pairing import pairing_sentence
from learnsim.report.strata_table import StrataSection, strata_figures, strata_sections
from learnsim.report.stress import introduction, items_of
from learnsim.report.text_tables import (
    MOST_ROWS,
    TextTable,
    contrast_table,
    effects_table,
    extremes_table,
    is_long,
    sensitivity_table,
    shares_table,
    summary_table,
)

TEMPLATE = "report.html.jinja"
LARGE = 700_000  # bytes of an SVG above which its PNG is shown in the report, if that is smaller
MOST_WARNINGS = 3
DESIGN_TABLES = (arms_table, swept_table, parameters_table, changed_settings_table)
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


class Picture(NamedTuple):
    """A drawing inside the report, and its image as a data URI; empty if it is missing."""

    drawing: Drawing
    source: str


class StrataPart(NamedTuple):
    """What the report says of one label, and its picture; without one, if no figure could be drawn at all."""

    section: StrataSection
    picture: Picture | None


def write_report(folder: Path, summary: Summary, drawings: Sequence[Drawing]) -> None:
    """Write ``report.html`` into a folder that has the figures already, below ``figures``."""
    environment = Environment(
        loader=PackageLoader("learnsim", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(TEMPLATE).render(_content(folder, summary, drawings))
    try:
        (folder / REPORT).write_text(text + "\n", encoding="utf-8")
    except BaseException:
        (folder / REPORT).unlink(missing_ok=True)
        raise


def _content(folder: Path, summary: Summary, drawings: Sequence[Drawing]) -> dict[str, Any]:
    design, experiment = summary.results.design, summary.results.design.settings.experiment
    pictures = {drawing.name: _picture(folder, drawing) for drawing in drawings}
    of_labels = strata_figures(summary)
    return {
        "name": experiment.name,
        "question": experiment.question,
        "expectation": experiment.expectation,
        "baseline": design.baseline if len(design.arms) > 1 else "",
        "measure": measure_title(summary.measure),
        "in_common": in_common(design.settings),
        "pairing": pairing_sentence(summary),
        "clock": design.kind.clock,
        "answer": answer(summary),
        "facts": facts_of(summary),
        "warnings": _warnings(design.warnings),
        "design_tables": [table for make in DESIGN_TABLES if (table := make(design))],
        "pictures": [picture for name, picture in pictures.items() if name not in of_labels],
        "strata": [StrataPart(section, pictures.get(section.figure)) for section in strata_sections(summary)],
        "labels": "" if of_labels else listed(summary.strata.labels),
        "tables": _tables(summary) if len(summary.results) else [],
        "contrasts": _contrasts(summary) if len(summary.results) else [],
        "failures": failures_table(summary),
        "checklist": items_of(summary),
        "about_checklist": introduction(items_of(summary)),
        "origin": provenance_facts(summary.results.provenance),
    }


def _warnings(warnings: Sequence[str]) -> list[str]:
    more = len(warnings) - MOST_WARNINGS
    return [*warnings[:MOST_WARNINGS], *([f"and {more:,} more; learnsim check prints them all"] if more > 0 else [])]


def _picture(folder: Path, drawing: Drawing) -> Picture:
    if drawing.missing:
        return Picture(drawing, "")
    path = folder / FIGURES / f"{drawing.name}.svg"
    if path.stat().st_size > LARGE:
        path = min(path, path.with_suffix(".png"), key=lambda image: image.stat().st_size)
    image = base64.b64encode(path.read_bytes()).decode("ascii")
    source = f"data:{TYPES[path.suffix]};base64,{image}"
    return Picture(drawing, source)


def _tables(summary: Summary) -> list[TextTable]:
    """The numbers it is compared with; the arms' own means, or where they are furthest apart; and which settings decide."""
    tables = [
        comparison_table(summary.comparisons),
        extremes_table(summary, summary.measure) if is_long(summary) else summary_table(summary),
        shares_table(summary),
        effects_table(summary, summary.measure),
        *(sensitivity_table(summary, measure) for measure in summary.results.design.headline[:2]),
        box_table(summary),
    ]
    return [table for table in tables if table]


def _contrasts(summary: Summary) -> list[TextTable]:
    """Every difference from the baseline in every headline measure, unless that is more than a person reads."""
    design = summary.results.design
    if len(design.arms) < 2 or (len(design.arms) - 1) * len(design.points) > MOST_ROWS:
        return []
    return [contrast_table(summary, measure) for measure in design.headline]
