"""Answer of a sweep: where an arm is better, along which settings that changes, and what decides it."""

from __future__ import annotations

from collections import Counter

import numpy as np

from learnsim.analysis.importance import settings_ranked
from learnsim.analysis.summary import Summary
from learnsim.analysis.verdicts import NAMES, verdicts_of
from learnsim.report.answer_arm import answer_arm
from learnsim.report.answer_length import Sentence
from learnsim.report.answer_one_point import better_worse, nothing_to_compare
from learnsim.report.columns import less_is_better
from learnsim.report.labels import amount, arm_words, level, listed, measure_title
from learnsim.report.sentences import important_settings
from learnsim.report.single_change_sentences import single_changes_sentence
from learnsim.report.trend_sentences import trend_sentence
from learnsim.report.verdict_ranges import VerdictRanges, best_ranges, ranges_text


def sentences_over_points(summary: Summary) -> list[Sentence]:
    """Return the sentences: better where, more evenly or not and for whom, the trend, what decides, and single changes."""
    arm = answer_arm(summary)
    if arm is None:
        return _alone(summary)
    ranges = _ranges(summary, arm)
    return [
        Sentence(_better(summary, arm, ranges), joins=True, weight=1.5),
        *_evenly(summary, arm),
        *trend_sentence(summary, arm),
        *_importance(summary, arm),
        *single_changes_sentence(summary, summary.measure, arm),
    ]


def _ranges(summary: Summary, arm: str) -> VerdictRanges | None:
    verdicts = verdicts_of(summary, arm, summary.measure).each
    design = summary.results.design
    if len(set(verdicts)) == 1:
        return None
    points = [design.points.values(number) for number in range(len(design.points))]
    return best_ranges(settings_ranked(summary, arm, summary.measure), points, verdicts)


def _better(summary: Summary, arm: str, ranges: VerdictRanges | None) -> tuple[str, ...]:
    """At which points the arm is better than the baseline, and which arm is the highest at most points."""
    design, measure = summary.results.design, summary.measure
    verdicts = verdicts_of(summary, arm, measure)
    words = {**better_worse(measure), "missing": "not compared"}
    counts = {name: verdicts.count(name) for name in NAMES if verdicts.count(name)}
    plainly = _counted(counts, words, len(design.points))
    versions = [plainly]
    if ranges:
        versions = [ranges_text(ranges, words), ranges_text(ranges, words, counted=False), plainly]
    elif len(counts) == 1 and next(iter(counts)) in ("higher", "lower"):
        low, high = float(np.min(np.abs(verdicts.known))), float(np.max(np.abs(verdicts.known)))
        least, most = amount(measure, low, unit=False), amount(measure, high, unit=False)
        by = amount(measure, high) if least == most else f"{least} to {amount(measure, high)}"
        versions = [f"{plainly}, by {by}", plainly]
    head = f"in {measure_title(measure)}, {arm_words(arm)} is "
    versions = [head + _with_baseline(text, words, arm_words(design.baseline)) for text in versions]
    best = _who_is_best(summary, arm)
    return tuple(dict.fromkeys(text + best for text in versions))


def _counted(counts: dict[str, int], words: dict[str, str], total: int) -> str:
    if len(counts) == 1:
        return f"{words[next(iter(counts))]} at all {total:,} points"
    named = listed(f"{words[name]} at {count:,}" for name, count in counts.items())
    return f"{named} of {total:,} points"


def _with_baseline(text: str, words: dict[str, str], baseline: str) -> str:
    """Name the baseline behind the first verdict."""
    first = next(word for word in sorted(words.values(), key=len, reverse=True) if text.startswith(word))
    rest = text[len(first) :]
    named = {"exactly alike": f"exactly like {baseline}", "undecided": f"not significantly different from {baseline}"}
    return named.get(first, f"{first} {'with' if first == 'not compared' else 'than'} {baseline}") + rest


def _who_is_best(summary: Summary, arm: str) -> str:
    """Which arm ends best at most points, if there are more than two and it is another one."""
    design = summary.results.design
    if len(design.arms) < 3:
        return ""
    sign = -1.0 if less_is_better(summary.measure) else 1.0
    means = sign * summary.estimates[summary.measure].mean
    wins: Counter[str] = Counter()
    for row in means[~np.isnan(means).all(axis=1)]:
        best = [name for name, mean in zip(design.arms, row, strict=True) if mean == np.nanmax(row)]
        wins[best[0] if len(best) == 1 else ""] += 1
    end = "lowest" if sign < 0.0 else "highest"
    name, count = wins.most_common(1)[0]
    share = count / sum(wins.values())
    often = "at every point" if share == 1.0 else "at most points" if share > 0.5 else "more often than any other arm"
    if not name:
        return f"; several arms are {end} together {often}"
    return f"; {'it' if name == arm else arm_words(name)} is {end} {often}"


def _often(summary: Summary, arm: str, measure: str) -> dict[str, str]:
    """How often each verdict occurs for a measure, in words."""
    verdicts = verdicts_of(summary, arm, measure)
    known = len(verdicts.known)
    words = {}
    for name in NAMES[:4]:
        share = verdicts.count(name) / known if known else 0.0
        words[name] = (
            "at every point" if share == 1.0 else "at most points" if share > 0.5 else "at some points" if share else ""
        )
    return words


def _evenly(summary: Summary, arm: str) -> list[Sentence]:
    """Whether people end more evenly than with the baseline, and who ends further ahead of whom; in words only."""
    design = summary.results.design
    spread = design.kind.spread
    if not spread or spread == summary.measure or not len(verdicts_of(summary, arm, spread).known):
        return []
    often = _often(summary, arm, spread)
    parts = [f"{word} evenly {often[name]}" for name, word in (("lower", "more"), ("higher", "less")) if often[name]]
    if parts:
        text = f"trainees end {listed(parts)}"
    elif often["equal"] == "at every point":
        text = "trainees end exactly as evenly at every point"
    else:
        text = "no difference is shown in how evenly trainees end"
    whom, mixed = [], []
    for pair in design.kind.quarters:
        if not len(verdicts_of(summary, arm, pair.gap).known):
            continue
        mine, many, few = _often(summary, arm, pair.gap), pair.many, pair.few
        if mine["higher"] and mine["lower"]:
            mixed.append(f"how far {many} learners end ahead of {few} ones")
        elif mine["higher"] or mine["lower"]:
            far = "further" if mine["higher"] else "less far"
            whom.append(f"{many} learners end {far} ahead of {few} ones {mine['higher'] or mine['lower']}")
    if mixed:
        whom.append(f"{' and '.join(mixed)} differs from point to point")
    return [Sentence((f"{text}; {listed(whom)}" if whom else text,))]


def _importance(summary: Summary, arm: str) -> list[Sentence]:
    versions = important_settings(summary, arm, summary.measure)
    return [Sentence(versions, joins=True, weight=0.5)] if versions else []


def _alone(summary: Summary) -> list[Sentence]:
    """The range of an arm's mean where it cannot be compared, and what decides it."""
    design, measure = summary.results.design, summary.measure
    of_arms = zip(design.arms, summary.estimates[measure].mean.T, strict=True)
    known = {arm: means for arm, means in of_arms if not np.isnan(means).all()}
    arm = design.baseline if design.baseline in known else next(iter(known))
    low, high = float(np.nanmin(known[arm])), float(np.nanmax(known[arm]))
    title = measure_title(measure)
    text = f"{arm_words(arm)}: {title} is {level(measure, low)}"
    same = level(measure, low) == level(measure, high)
    text += " at every point" if same else f" at the lowest and {amount(measure, high, unit=False)} at the highest point"
    if arm != design.baseline:
        text += f"; {nothing_to_compare(summary)}"
    if len(design.arms) > 1 or arm != design.baseline:
        return [Sentence((text,))]
    return [Sentence((text,), joins=True), *trend_sentence(summary, arm), *_importance(summary, arm)]
