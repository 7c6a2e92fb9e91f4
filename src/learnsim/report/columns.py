"""Columns: what a model's table shows of each arm, and of which measures it is known which end is good."""

from __future__ import annotations

from learnsim.experiments.design.design import Design
from learnsim.models.info import Column
from learnsim.models.registry import model_with


def columns_of(design: Design) -> tuple[Column, ...]:
    """Return the columns of a design's table: the measure that arms are compared by is one of them."""
    usual = design.kind.columns
    if design.measure in (name for name, _, _ in usual):
        return usual
    return ((design.measure, design.measure.replace("_", "\n", 1).replace("_", " "), 3), *usual)


def more_is_better(measure: str) -> bool:
    """Whether it is good if a measure is high."""
    kind = model_with(measure)
    return kind is not None and measure in kind.more_is_better


def less_is_better(measure: str) -> bool:
    """Whether it is good if a measure is low."""
    kind = model_with(measure)
    return kind is not None and measure in kind.less_is_better
