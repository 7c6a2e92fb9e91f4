"""Sentences: sizes, verdicts and the importance of settings, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable

from learnsim.analysis.comparison import LIMIT, TargetComparison, count_verdicts
from learnsim.analysis.importance import Factor, factors_of, is_rough
from learnsim.analysis.summary import Summary
from learnsim.analysis.verdicts import NAMES, Verdicts
from learnsim.experiments.reproduce import Comparison
from learnsim.experiments.storage.results import Results
from learnsim.report.labels import amount, listed, percent, setting_words

ROUGH = "rough"  # the word for sensitivity that was not estimated from a design made for it
MOST_NAMED = 3  # settings that a sentence names
NEGLIGIBLE = 0.02  # share of the variance that is not worth a word


def replicate_range(results: Results) -> str:
    """Return the number of replicates, or from how many to how many."""
    least, most = int(min(results.replicates)), int(max(results.replicates))
    return str(most) if least == most else f"{least} to {most}"


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return what a reproduction has shown, in lines; the last one says whether all is identical."""
    since = [f"changed since: {'; '.join(comparison.changed)}"] if comparison.changed else []
    shown, count = comparison.differences, comparison.count
    more = [f"... {count} differences in all"] if count > len(shown) else []
    word = "different" if count else "identical"
    return [*since, *comparison.lines, *shown, *more, f"{word}: {', '.join(comparison.compared)}"]


def estimate_lines(work: str, seconds: float, size: float, workers: int, *, first: bool) -> str:
    """Return how much work an experiment is, or its first stage: runs, time with so many workers, bytes of tables."""
    stage = " for the first stage" if first else ""
    return f"{work}\nabout {_duration(seconds)} with {workers} worker(s), {size / 1e6:,.1f} MB of tables{stage}"


def _duration(seconds: float) -> str:
    for length, unit in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} seconds"


def verdict_counts(verdicts: Verdicts) -> str:
    """Return at how many points each verdict holds."""
    counts = {name: verdicts.count(name) for name in NAMES}
    parts = [f"{name} at {count:,}" for name, count in counts.items() if count or name in ("higher", "lower")]
    return f"{listed(parts)} of {len(verdicts.mean):,} points"


def comparison_counts(comparisons: Iterable[TargetComparison]) -> str:
    """Say how many numbers agree, how many differ, and whether that was expected."""
    counts = count_verdicts(comparisons)
    total, agree = sum(counts.values()), counts["agrees", True] + counts["agrees", False]
    parts = [f"{agree} of {total} number{_s(total)} agree{_s(agree, 's', '')} (|z| < {LIMIT:g})"]
    for verdict, known, word, more in (
        ("differs", True, "differ", "as expected"),
        ("differs", False, "differ", "which was not expected"),
        ("agrees", False, "of those that agree should differ", ""),
        ("missing", False, "could not be compared", ""),
    ):
        count = counts[verdict, known]
        if count:
            verb = word + _s(count, "s", "") if word == "differ" else word
            parts.append(f"{count} {verb}{', ' if more else ''}{more}")
    return "; ".join(parts) + "."


def _s(count: int, one: str = "", many: str = "s") -> str:
    return one if count == 1 else many


def factor_words(factor: Factor) -> str:
    """Return a setting, or both of a pair, as sentences call them."""
    return " together with ".join(map(setting_words, factor.settings))


def important_settings(summary: Summary, arm: str, measure: str) -> tuple[str, ...]:
    """Say which settings decide, and how much, from the longest version to the shortest; empty where nothing is known.

    Rough estimates are no ground for a sentence with numbers: of them only that they are rough.
    """
    factors = factors_of(summary, arm, measure)
    if not factors:
        return ()
    if is_rough(summary.results.design):
        return ("which setting decides is known only roughly from these points (a saltelli design shows it)",)
    worth = NEGLIGIBLE if factors[0].kind != "mu_star" else NEGLIGIBLE * factors[0].weight
    named = [one for one in factors if one.weight > worth and not one.low <= 0.0][:MOST_NAMED]
    if not named:
        return ("no swept setting is shown to decide it",)
    if len(factors) == 1:
        return ()
    if factors[0].kind == "mu_star":
        full = [_moves(measure, named[:count]) for count in range(len(named), 0, -1)]
    else:
        full = [_shares(factors, named[:count]) for count in range(len(named), 0, -1)]
    names = listed(factor_words(one) for one in named)
    plainly = f"the {names} decide most, in this order" if len(named) > 1 else f"the {names} decides most"
    return (*full, plainly)


def _moves(measure: str, named: list[Factor]) -> str:
    """How far the difference moves with each of these settings (Morris)."""
    moves = listed(f"{amount(measure, one.weight)} with the {factor_words(one)}" for one in named)
    return f"from one end of its range to the other, the difference moves by {moves}"


def _shares(factors: list[Factor], named: list[Factor]) -> str:
    """What share of the variance between points each of these settings decides, and how much the others at most."""
    head = "of the variation between points, "
    if factors[0].kind == "total":
        head = "within the ranges tried and with all interactions, of the variation between points "
    shares = [f"the {factor_words(one)} decides {in_words(percent(one.weight))}" for one in named]
    rest = [_rest(factors, named)] if len(factors) > len(named) else []
    return head + listed([*shares, *rest])


def _rest(factors: list[Factor], named: list[Factor]) -> str:
    """Say how many more there are, and how much the largest of them decides."""
    rest = [one for one in factors if one not in named]
    who = "each of the others" if len(rest) > 1 else "the other"
    if rest[0].weight <= 0.0:
        return f"{'the others' if len(rest) > 1 else 'the other'} nothing"
    most = percent(rest[0].weight)
    return f"{who} {at_most(most) if len(rest) > 1 else in_words(most)}"


def at_most(most: str) -> str:
    """Return ``"3 % or less"``; what is less than something already needs no more words."""
    return in_words(most) if most.startswith("<") else f"{most} or less"


def in_words(share: str) -> str:
    """Return a share as it stands in a sentence."""
    return share.replace("< ", "less than ").replace("> ", "more than ")
