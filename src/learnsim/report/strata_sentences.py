"""Strata sentences: how the people of each department, for example, end, in words that a trainer reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from learnsim.analysis.strata import StratumRow
from learnsim.analysis.summary import Summary
from learnsim.analysis.verdicts import verdict_of
from learnsim.errors import shortened
from learnsim.experiments.storage.results import StratumThere
from learnsim.grouping.strata import NOT_KNOWN
from learnsim.report.answer_arm import answer_arm
from learnsim.report.labels import arm_words, level, listed, more_or_less

LONGEST = 40  # letters of a value in a sentence
PLAIN = re.compile(r"[^\W\d_]{3,}.*")  # a value that says by itself what it is
HONEST = (
    "Intervals are over replicates of the model, for exactly these people: they say nothing about other people, however "
    "many or few these are."
)


def stratum_words(stratum: StratumThere) -> str:
    """Return what the people of a stratum are called in a sentence, and that they end."""
    label, value = (shortened(text, LONGEST) for text in (stratum.label, stratum.value))
    people, end = ("the one person", "ends") if stratum.people == 1 else ("people", "end")
    if stratum.value == NOT_KNOWN:
        return f"{people} whose {label} is not known {end}"
    return f"{people} of {value} {end}" if PLAIN.fullmatch(value) else f"{people} of {label} {value} {end}"


def strata_sentences(summary: Summary, label: str) -> list[str]:
    """Say who of a label ends highest and lowest, how much of it the arm adds, and how the others fare; at one point.

    It is about the arm that the answer is about, or about the first with results where nothing can be compared.
    """
    strata, design = summary.strata, summary.results.design
    measure = strata.measure
    about = answer_arm(summary)
    known = [row for row in strata.rows(label) if row.point == 0 and strata.estimate(measure, row).count]
    arm = about if about is not None else next((design.arms[row.arm] for row in known), "")
    rows = [row for row in known if design.arms[row.arm] == arm]
    if not rows:
        return []
    ranked = sorted(rows, key=lambda row: -strata.estimate(measure, row).mean)
    first, last = ranked[0], ranked[-1]
    best = f"with {arm_words(arm)}, {stratum_words(first.stratum)}{' highest, ' if len(ranked) > 1 else ' '}at "
    best += _level(summary, first, named=True)
    worst = f"; {stratum_words(last.stratum)} lowest, at {_level(summary, last, named=False)}" if len(ranked) > 1 else ""
    sentences = [best[:1].upper() + best[1:] + worst + "."]
    if len(ranked) > 2 and about is not None:
        sentences.append(_how_many(summary, rows))
    return sentences


def _level(summary: Summary, row: StratumRow, *, named: bool) -> str:
    """Where a stratum ends, and how much more than with the baseline that is."""
    strata, design = summary.strata, summary.results.design
    mean, difference = strata.estimate(strata.measure, row).mean, strata.difference(strata.measure, row)
    baseline = arm_words(design.baseline)
    text = level(strata.measure, mean)
    verdict = verdict_of(difference)
    if verdict == "missing":
        return text
    if verdict == "equal":
        return f"{text}, exactly as with {baseline}"
    if verdict == "undecided":
        return f"{text}, where these replicates show no difference from {baseline}"
    return f"{text}, {more_or_less(strata.measure, difference.mean)}{f' than with {baseline}' if named else ''}"


def _how_many(summary: Summary, rows: Sequence[StratumRow]) -> str:
    """Of how many values the people end higher or lower than with the baseline."""
    strata, baseline = summary.strata, arm_words(summary.results.design.baseline)
    verdicts = [verdict_of(strata.difference(strata.measure, row)) for row in rows]
    counts = {name: verdicts.count(name) for name in ("higher", "lower", "equal", "undecided")}
    than = f"than with {baseline}"
    words = {"higher": f"higher {than}", "lower": f"lower {than}", "equal": f"as with {baseline}"}
    if counts["undecided"] == len(rows):
        return f"For none of the {len(rows)} groups do these replicates show a difference from {baseline}."
    whole = next((name for name, count in counts.items() if count == len(rows)), "")
    if whole:
        return f"All {len(rows)} groups end {words[whole]}."
    parts = [f"{counts[name]} end{'s' if counts[name] == 1 else ''} {text}" for name, text in words.items() if counts[name]]
    if counts["undecided"]:
        parts.append(f"for {counts['undecided']} these replicates show no difference")
    return f"Of the {len(rows)} groups, {listed(parts)}."
