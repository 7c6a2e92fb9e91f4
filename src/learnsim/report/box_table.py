"""Box table: the box of settings in which each arm is better than the baseline, as a table and in one sentence an arm."""

from __future__ import annotations

from learnsim.analysis.boxes import FEWEST, RESAMPLES, RETURNS, Box, BoxLimit
from learnsim.analysis.summary import Summary
from learnsim.report.labels import arm_words, listed, measure_title, percent, plain
from learnsim.report.text_tables import TextTable

WORDS = {"from": "at least", "to": "at most", "without": "not"}


def box_table(summary: Summary) -> TextTable | None:
    """Return the limits of every arm's box, and below them what they say; None where points were not drawn."""
    if not summary.boxes:
        return None
    rows = [
        (box.arm, one.setting, f"{WORDS[one.side]} {_value(one)}", "yes" if one.stated else "no", percent(one.returns))
        for box in summary.boxes
        for one in box.limits
    ]
    note = " ".join(box_sentence(box, summary.results.design.baseline) for box in summary.boxes)
    returns = f"A limit is stated if it returns in at least {percent(RETURNS)} of {RESAMPLES} bootstrap resamples "
    returns += "of the points, and if boxes of the resamples are better on the points left out of them."
    header = ("arm", "setting", "limit", "stated", "returns")
    title = f"Where an arm is better in {measure_title(summary.measure)} (PRIM)"
    return TextTable(title, header, rows, 4, f"{note} {returns}" if rows else note)


def box_sentence(box: Box, baseline: str) -> str:
    """Say in one sentence in which box an arm is better than the baseline, or why there is none."""
    arm, than = arm_words(box.arm), arm_words(baseline)
    if not box.points:
        return f"{arm} cannot be compared with {than} at any point."
    if not box.wins:
        return f"{arm} is better than {than} at none of {box.points:,} points."
    if box.wins == box.points:
        return f"{arm} is better than {than} at all {box.points:,} points."
    share = f"{box.wins:,} of {box.points:,} points"
    if box.points < FEWEST:
        return f"{arm} is better than {than} at {share}, too few to look for a box of settings."
    stated = [one for one in box.limits if one.stated]
    if not stated:
        return f"{arm} is better than {than} at {share}, and no box of settings is shown to tell where."
    return (
        f"{arm} is better than {than} mostly where {listed(_limits(stated))}: {percent(box.stated.coverage)} of the points "
        f"at which it is better are inside this box (coverage), and it is better at {percent(box.stated.density)} of the "
        f"points inside (density), compared with {percent(box.wins / box.points)} of all points."
    )


def _limits(stated: list[BoxLimit]) -> list[str]:
    texts = []
    for setting in dict.fromkeys(one.setting for one in stated):
        mine = {one.side: _value(one) for one in stated if one.setting == setting}
        without = [_value(one) for one in stated if one.setting == setting and one.side == "without"]
        if without:
            texts.append(f"{setting} is not {' or '.join(without)}")
        elif len(mine) == 2:
            texts.append(f"{setting} is {mine['from']} to {mine['to']}")
        else:
            side, value = next(iter(mine.items()))
            texts.append(f"{setting} is {WORDS[side]} {value}")
    return texts


def _value(limit: BoxLimit) -> str:
    return f"{limit.value:.3g}" if isinstance(limit.value, float) else plain(limit.value)
