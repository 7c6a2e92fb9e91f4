"""Answer at one point: who ends highest where nothing is swept, how evenly, for whom, and what single changes add."""

from __future__ import annotations

import math

from learnsim.analysis.estimates import Estimate, beyond_rounding, estimates_of
from learnsim.analysis.summary import Row, Summary
from learnsim.analysis.verdicts import NAMES, verdict_of
from learnsim.models.info import Quarters
from learnsim.report.answer_arm import answer_arm
from learnsim.report.answer_length import Sentence
from learnsim.report.columns import less_is_better, more_is_better
from learnsim.report.labels import amount, arm_words, level, listed, measure_title, more_or_less
from learnsim.report.single_change_sentences import single_changes_sentence

MOST_NAMES = 3  # arms that are named in a row


def better_worse(measure: str) -> dict[str, str]:
    """Return what each verdict is called: better and worse where it is known which end is good."""
    up, down = ("better", "worse") if more_is_better(measure) else ("higher", "lower")
    if less_is_better(measure):
        up, down = "worse", "better"
    return {"higher": up, "lower": down, "equal": "exactly alike", "undecided": "undecided", "missing": "missing"}


def sentences_at_one_point(summary: Summary) -> list[Sentence]:
    """Return the sentences: better or not, more evenly or not, for whom, and what single changes add."""
    measure = summary.measure
    rows = {row.arm: row for row in summary.rows() if row.estimate(measure).count}
    subject = answer_arm(summary)
    if subject is None or subject not in rows:
        some = list(rows.values())
        return _alone(summary, some[0]) if len(some) == 1 else _without_baseline(summary, some)
    about = rows[subject]
    return [
        Sentence(_better(summary, about, rows)),
        *_evenly(summary, about),
        *_for_whom(summary, about),
        *single_changes_sentence(summary, summary.measure, subject),
    ]


def _alone(summary: Summary, row: Row) -> list[Sentence]:
    design = summary.results.design
    end = level(summary.measure, row.estimate(summary.measure).mean)
    text = f"{arm_words(row.arm)}: {measure_title(summary.measure)} is {end}"
    others = [arm for arm in design.arms if arm != row.arm]
    if others:
        return [Sentence((f"{text}, and no run of {_named(others)} can be compared with it",))]
    return [Sentence((f"{text}; there is no other arm to compare it with",))]


def _without_baseline(summary: Summary, rows: list[Row]) -> list[Sentence]:
    """Who ends highest where no run of the baseline can be compared."""
    measure = summary.measure
    ranked = sorted(rows, key=lambda row: -row.estimate(measure).mean)
    best = ranked[0]
    text = f"{arm_words(best.arm)} has the highest {measure_title(measure)}: {level(measure, best.estimate(measure).mean)}"
    return [Sentence((f"{text}; {nothing_to_compare(summary)}",))]


def nothing_to_compare(summary: Summary) -> str:
    """Say that the baseline has no number."""
    return f"nothing can be compared with {arm_words(summary.results.design.baseline)}, which has no run with that measure"


def _better(summary: Summary, about: Row, rows: dict[str, Row]) -> tuple[str, ...]:
    """Whether the arm is better than the baseline, and by how much; which one is highest; what became of the others."""
    design, measure = summary.results.design, summary.measure
    words, baseline, name = better_worse(measure), arm_words(design.baseline), arm_words(about.arm)
    difference = about.difference(measure)
    verdict = verdict_of(difference)
    end = level(measure, about.estimate(measure).mean)
    title = measure_title(measure)
    size = more_or_less(measure, difference.mean)
    if verdict == "equal":
        text = f"{name} and {baseline} end exactly alike in every run: {title} is {end}"
    elif verdict == "undecided":
        differs = "is better than" if words["higher"] in ("better", "worse") else "differs from"
        text = f"these replicates do not show whether {name} {differs} {baseline}: its {title} is {end}, {size}"
    else:
        text = f"{name} is {words[verdict]} than {baseline}: its {title} is {end}, {size}"
    others = _others(summary, about, rows)
    best = _best(summary, about, rows)
    shorter = ((best[:1], others), (best[-1:], others), (best[-1:], _others_in_words(summary, about, rows)))
    versions = ["; ".join(filter(None, (text, *some, rest))) for some, rest in shorter]
    if others:
        versions.append(f"{text}; the tables show the other arms")
    return tuple(dict.fromkeys(versions))


def _best(summary: Summary, about: Row, rows: dict[str, Row]) -> list[str]:
    """Which arm is the highest (or lowest, if less is better) if it is another one; with its lead, and without."""
    measure = summary.measure
    sign = -1.0 if less_is_better(measure) else 1.0
    best = max(rows.values(), key=lambda row: sign * row.estimate(measure).mean)
    values = summary.results.measure(measure)[0]
    lead = {
        row.arm: estimates_of(beyond_rounding(sign * (values[row.number] - values[about.number]))[None]).at(0)
        for row in rows.values()
        if row.arm != about.arm
    }
    if best.arm != about.arm and verdict_of(lead[best.arm]) == "higher":
        end, above = ("lowest", "below") if sign < 0.0 else ("highest", "above")
        name = arm_words(best.arm)
        by = amount(measure, lead[best.arm].mean)
        return [f"{name} is {end}, {by} {above} {arm_words(about.arm)}", f"{name} is {end}"]
    baseline = summary.results.design.baseline
    near = [arm for arm, ahead in lead.items() if verdict_of(ahead) == "undecided" and arm != baseline]
    if not near:
        return []
    return [f"{_named(near)} {'is' if len(near) == 1 else 'are'} not significantly different from {arm_words(about.arm)}"]


def _others(summary: Summary, about: Row, rows: dict[str, Row]) -> str:
    """How the other arms stand against the baseline, in names where they are few."""
    words, baseline = better_worse(summary.measure), arm_words(summary.results.design.baseline)
    of = _by_verdict(summary, about, rows)
    if not of:
        return ""
    if len(of) == 1:
        verdict, arms = next(iter(of.items()))
        named = listed(map(arm_words, arms))
        who = named if len(arms) == 1 else f"all other arms, {named}," if len(arms) <= MOST_NAMES else "all other arms"
        return f"{who} {'is' if len(arms) == 1 else 'are'} {_than(words[verdict], baseline)}"
    parts = [
        f"{_named(of[name])} {'is' if len(of[name]) == 1 else 'are'} {_than(words[name], baseline)}"
        for name in NAMES
        if name in of
    ]
    return f"of the others, {listed(parts)}"


def _others_in_words(summary: Summary, about: Row, rows: dict[str, Row]) -> str:
    """The same without names and numbers."""
    words, baseline = better_worse(summary.measure), arm_words(summary.results.design.baseline)
    of = _by_verdict(summary, about, rows)
    if len(of) < 2:
        return _others(summary, about, rows)
    return f"of the others, {listed(f'some are {_than(words[name], baseline)}' for name in NAMES if name in of)}"


def _by_verdict(summary: Summary, about: Row, rows: dict[str, Row]) -> dict[str, list[str]]:
    """The arms beside this one and the baseline, by their verdict."""
    of: dict[str, list[str]] = {}
    for row in rows.values():
        if row.arm not in (about.arm, summary.results.design.baseline):
            of.setdefault(verdict_of(row.difference(summary.measure)), []).append(row.arm)
    return of


def _than(word: str, baseline: str) -> str:
    names = {
        "undecided": "not significantly different from",
        "exactly alike": "exactly like",
        "missing": "not compared with",
    }
    return f"{names.get(word, f'{word} than')} {baseline}"


def _named(arms: list[str]) -> str:
    names = list(map(arm_words, arms))
    return listed(names) if len(names) <= MOST_NAMES else f"{names[0]}, {names[1]} and {len(names) - 2} more"


def _evenly(summary: Summary, about: Row) -> list[Sentence]:
    """Whether people end more evenly than with the baseline."""
    spread = summary.results.design.kind.spread
    if not spread or spread == summary.measure or math.isnan(about.difference(spread).mean):
        return []
    difference = about.difference(spread)
    verdict = verdict_of(difference)
    baseline = arm_words(summary.results.design.baseline)
    if verdict == "equal":
        return [Sentence((f"trainees end exactly as evenly as with {baseline}",), joins=True)]
    later = _at_equal_mean(about, summary.results.design.kind.quarters)
    if verdict == "undecided":
        return [Sentence((f"no difference is shown in how evenly trainees end{later}",), joins=True)]
    words = summary.results.design.kind.spread_words or measure_title(spread)
    less, change = ("less", "larger") if verdict == "higher" else ("more", "smaller")
    text = f"trainees end {less} evenly than with {baseline}: the {words} is"
    return [Sentence((f"{text} {amount(spread, difference.mean)} {change}{later}", f"{text} {change}{later}"), joins=True)]


def _at_equal_mean(about: Row, quarters: tuple[Quarters, ...]) -> str:
    """Who of opposite groups is how far ahead where both arms have got to the same mean; empty where that is not known."""
    known = []
    for pair in quarters:
        verdict = verdict_of(about.difference(pair.gap_at_equal_mean)) if pair.gap_at_equal_mean else "missing"
        if verdict in ("higher", "lower"):
            known.append(f"the {pair.highest} are {AHEAD[verdict]} the {pair.lowest} quarter")
    return f"; at the same mean {listed(known)}" if known else ""


def _for_whom(summary: Summary, about: Row) -> list[Sentence]:
    """What slow and fast, quiet and outgoing learners gain against the baseline."""
    quarters = summary.results.design.kind.quarters
    baseline, known = arm_words(summary.results.design.baseline), []
    for pair in quarters:
        named = ((pair.low, f"the {pair.lowest} quarter"), (pair.high, f"the {pair.highest}"))
        difference = [(name, words, about.difference(name)) for name, words in named]
        known += [one for one in difference if not math.isnan(one[2].mean)]
    if not known:
        return []
    verdicts = {verdict_of(difference) for _, _, difference in known}
    if verdicts == {"equal"}:
        return [Sentence((f"no group of learners gains or loses anything against {baseline}",), joins=True)]
    if verdicts == {"undecided"}:
        return [Sentence(("no difference is shown for any group of learners, slow or fast, quiet or outgoing",), joins=True)]
    full = f"against {baseline}, {_gains(known)}"
    ordered = sorted(known, key=lambda one: one[2].mean)
    first, last = ordered[0], ordered[-1]
    ends = "; ".join([f"against {baseline}, {_gains([first, last])}", *_pairs(about, quarters, first[0], last[0])])
    return [Sentence((full, ends, "the tables show what slow, fast, quiet and outgoing learners gain"), joins=True)]


def _pairs(about: Row, quarters: tuple[Quarters, ...], lowest: str, highest: str) -> list[str]:
    """Who of two opposite groups gains less, unless their numbers are given already."""
    parts = []
    for pair in quarters:
        verdict = verdict_of(about.difference(pair.gap))
        if {pair.low, pair.high} == {lowest, highest} or verdict == "missing":
            continue
        how = {
            "higher": "gains less than",
            "lower": "gains more than",
            "equal": "gains exactly as much as",
            "undecided": "gains neither significantly more nor less than",
        }
        parts.append(f"the {pair.lowest} quarter {how[verdict]} the {pair.highest}")
    return parts


def _gains(groups: list[tuple[str, str, Estimate]]) -> str:
    """``"the slowest quarter gains 21 points, the fastest 32 and ..."``: the verb once, as long as it is the same."""
    parts, last = [], ""
    for name, words, difference in groups:
        verb = VERBS[verdict_of(difference)]
        if verb == VERBS["undecided"]:
            parts.append(f"{words} {verb}")
        elif verb == last:
            parts.append(f"{words} {amount(name, difference.mean, unit=False)}")
        else:
            parts.append(f"{words} {verb} {amount(name, difference.mean)}")
        last = verb
    return listed(parts)


AHEAD = {"higher": "further ahead of", "lower": "less far ahead of"}
VERBS = {"higher": "gains", "lower": "loses", "equal": "shows no difference", "undecided": "shows no difference"}
