"""Titles: what each figure shows, in one sentence above it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from learnsim.analysis.comparison import TargetComparison
from learnsim.analysis.estimates import varies
from learnsim.analysis.importance import RANKED_BY, factors_of, is_rough
from learnsim.analysis.summary import Row, Summary
from learnsim.analysis.verdicts import verdict_of, verdicts_of
from learnsim.arrays import Floats
from learnsim.report.answer_arm import answer_arm
from learnsim.report.columns import less_is_better
from learnsim.report.figures.panels import arms_shown
from learnsim.report.labels import (
    amount,
    arm_words,
    at_values,
    level,
    listed,
    measure_title,
    more_or_less,
    percent,
    setting_words,
)
from learnsim.report.sentences import factor_words

HARDLY, SOMEWHAT = 0.02, 0.1  # share of the variance that is two settings' together: below it, hardly or somewhat
ABOVE = 0.5  # of a final standing, from which on people are counted


def highest_title(summary: Summary, measure: str) -> str:
    """Say which arm ends highest where nothing is swept, and by how much."""
    baseline = summary.results.design.baseline
    rows = {row.arm: row for row in summary.rows() if row.point == 0 and row.estimate(measure).count}
    if not rows:
        return measure_title(measure).capitalize()
    ranked = sorted(rows.values(), key=lambda row: -row.estimate(measure).mean)
    best = ranked[0]
    end = level(measure, best.estimate(measure).mean)
    if len(ranked) == 1:
        return f"{arm_words(best.arm)} ends at {end}"
    if best.arm != baseline and not math.isnan(best.difference(measure).mean):
        return f"{arm_words(best.arm)} ends highest, at {end}: {_than(best, measure)}"
    second = ranked[1]
    if best.arm == baseline and not math.isnan(second.difference(measure).mean):
        return f"{arm_words(best.arm)} ends highest, at {end}; {arm_words(second.arm)} ends {_than(second, measure)}"
    return f"{arm_words(best.arm)} ends highest, at {end}"


def _than(row: Row, measure: str) -> str:
    difference, baseline = row.difference(measure), arm_words(row.summary.results.design.baseline)
    if difference.mean == 0.0:
        return f"as high as {baseline}"
    unsure = "" if verdict_of(difference) != "undecided" else ", which may be chance"
    return f"{more_or_less(measure, difference.mean)} than {baseline}{unsure}"


def gaps_title(summary: Summary) -> str:
    """Say how far the highest quarters end above the lowest: fast learners above slow ones, for example."""
    design = summary.results.design
    about = title_arm(summary)
    arms = [arm for arm in dict.fromkeys((about, design.baseline)) if arm]
    rows = {row.arm: row for row in summary.rows() if row.point == 0}
    parts = []
    for pair in design.kind.quarters:
        measure = pair.gap
        gaps = {arm: rows[arm].estimate(measure).mean for arm in arms if arm in rows}
        known = {arm: gap for arm, gap in gaps.items() if not math.isnan(gap)}
        gaps_text = listed(f"{_signed(measure, gap)} in {arm_words(arm)}" for arm, gap in known.items())
        parts += [f"{pair.many} {pair.people} end above {pair.few} ones by {gaps_text}"] if known else []
    text = "; ".join(parts) or "For whom each arm is good"
    return text[:1].upper() + text[1:]


def share_above_title(summary: Summary, distributions: dict[str, Floats]) -> str:
    """Say how many people end in the upper half."""
    design = summary.results.design
    arms = [arm for arm in dict.fromkeys((title_arm(summary), design.baseline)) if arm in distributions]
    shares = {arm: float(distributions[arm][len(distributions[arm]) // 2 :].sum()) / 100.0 for arm in arms}
    shares_text = listed(f"{percent(share)} in {arm_words(arm)}" for arm, share in shares.items())
    return f"People who end above {ABOVE:g}: {shares_text}" if shares_text else "Who ends where"


def extremes_title(summary: Summary) -> str:
    """Say at which point an arm leads the baseline most, and at which least."""
    design, measure, about = summary.results.design, summary.measure, title_arm(summary)
    if not about:
        return f"No arm can be compared with {arm_words(design.baseline)}"
    alone, number = len(design.arms) == 1, design.arms.index(about)
    means = (summary.estimates[measure] if alone else summary.contrasts[measure].difference).mean[:, number]
    high, low = int(np.nanargmax(means)), int(np.nanargmin(means))
    at = {point: at_values(design.points.values(point)) for point in (high, low)}
    name, baseline = arm_words(about), arm_words(design.baseline)
    if alone:
        text = f"{name} ends highest at {at[high]}: {level(measure, float(means[high]))}"
        return text if high == low else f"{text}; lowest at {at[low]}: {level(measure, float(means[low]))}"
    leads, trails = ("is above", "is below") if less_is_better(measure) else ("leads", "trails")
    if not varies(means[~np.isnan(means)]):
        lead = "ends as high as" if means[high] == 0.0 else leads if means[high] > 0.0 else trails
        far = "" if means[high] == 0.0 else f" by {amount(measure, float(means[high]))}"
        return f"{name} {lead} {baseline}{far} at every point"
    by = {point: amount(measure, float(means[point])) for point in (high, low)}
    if means[high] <= 0.0:
        below = f"it {trails} least at {at[high]}, by {by[high]}; most at {at[low]}, by {by[low]}"
        return f"{name} nowhere {leads} {baseline}: {below}"
    lead = f"{name} {leads} {baseline} most at {at[high]}, by {by[high]}"
    if means[low] < 0.0:
        return f"{lead}; it {trails} most at {at[low]}, by {by[low]}"
    return lead if high == low else f"{lead}; least at {at[low]}, by {by[low]}"


def verdicts_title(summary: Summary, places: str = "points") -> str:
    """Say at how many points an arm is higher than the baseline."""
    about, baseline = title_arm(summary), arm_words(summary.results.design.baseline)
    if not about:
        return f"No arm can be compared with {baseline}"
    if about == summary.results.design.baseline:
        return extremes_title(summary)
    verdicts = verdicts_of(summary, about, summary.measure)
    counts = {name: verdicts.count(name) for name in ("lower", "equal", "undecided", "missing")}
    rest = [f"{name} at {count:,}" for name, count in counts.items() if count]
    of = f"{verdicts.count('higher'):,} of {len(verdicts.mean):,} {places}"
    return ", ".join([f"{arm_words(about)} ends higher than {baseline} at {of}", *rest])


def interaction_title(summary: Summary) -> str:
    """Say whether what one of two settings does depends on the other."""
    first, second = map(setting_words, summary.results.design.swept)
    shares = {one.settings: one.share for one in summary.effects[summary.measure].shares if one.arm == title_arm(summary)}
    share = next((share for settings, share in shares.items() if len(settings) == 2), math.nan)
    if math.isnan(share):
        return f"Whether what the {first} does depends on the {second} is not known"
    how = "hardly depends" if share < HARDLY else "depends somewhat" if share < SOMEWHAT else "depends"
    return f"What the {first} does {how} on the {second}: {percent(share)} of the variance is theirs together"


def importance_title(summary: Summary) -> str:
    """Say which setting decides most, unless that is not known."""
    about = title_arm(summary)
    factors = factors_of(summary, about, summary.measure) if about else []
    if not factors:
        return "Which setting decides is not known"
    first = factors[0]
    rough = "By a rough estimate, " if is_rough(summary.results.design) else ""
    if first.kind in RANKED_BY and not first.low > 0.0:
        return "No swept setting is shown to decide"
    near = [one for one in factors[1:] if one.kind in RANKED_BY and one.weight > first.low]
    if near:
        names = [f"the {factor_words(one)}" for one in (first, *near)]
        who = listed(names) if len(names) <= 3 else f"{names[0]} and {len(near)} others"
        return _begin(f"{rough}{who} decide most; their order is uncertain")
    name = factor_words(first)
    if first.kind == "mu_star":
        return _begin(f"{rough}the {name} moves it most: by {amount(summary.measure, first.weight)} over its range")
    return _begin(f"{rough}the {name} decides most: {percent(min(1.0, first.weight))} of the variance between points")


def profile_title(summary: Summary, ends: tuple[float, float] | None, setting: str) -> str:
    """Say from what to what an arm's lead goes along a setting, whose lowest and highest values have these ends."""
    about, design = title_arm(summary), summary.results.design
    if not about or ends is None or any(map(math.isnan, ends)):
        return extremes_title(summary)
    low, high = (_signed(summary.measure, end) for end in ends)
    whose = f"{measure_title(summary.measure)} of {arm_words(about)}"
    if len(design.arms) > 1:
        whose = f"the lead of {arm_words(about)} over {arm_words(design.baseline)}"
    return _begin(f"{whose} goes from {low} to {high} as the {setting_words(setting)} goes from its lowest to its highest")


def organisation_title(arm: str, communities: int, cells: int, mean: float) -> str:
    """Say what the organisation of an arm is, and how high its people end."""
    groups = f"{communities:,} {'community' if communities == 1 else 'communities'}"
    groups += f" with {cells:,} cells" if cells > communities else ""
    return f"{arm_words(arm)}: {groups}, which end at {100.0 * mean:.0f} of a hundred points on average"


def comparison_title(comparisons: Sequence[TargetComparison]) -> str:
    """Say how many numbers agree with their targets."""
    agree = sum(one.verdict == "agrees" for one in comparisons)
    count = len(comparisons)
    verb = "agrees" if agree == 1 else "agree"
    return f"{agree:,} of {count:,} number{'' if count == 1 else 's'} {verb} with the target"


def title_arm(summary: Summary) -> str:
    """Return the arm that a figure's title is about; empty if none can be compared."""
    shown, _ = arms_shown(summary)
    about = answer_arm(summary)
    if about is not None and about in shown:
        return about
    differences = summary.contrasts[summary.measure].difference.mean
    alone = len(summary.results.design.arms) == 1
    number = summary.results.design.arms.index
    known = [arm for arm in shown if alone or not np.isnan(differences[:, number(arm)]).all()]
    return known[0] if known else ""


def _signed(measure: str, value: float) -> str:
    return f"{'-' if value < 0.0 else ''}{amount(measure, value)}"


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
