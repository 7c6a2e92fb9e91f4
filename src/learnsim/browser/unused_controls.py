"""Unused controls: settings that have no effect on what a page shows, and why."""

from __future__ import annotations

from collections.abc import Mapping

from learnsim.browser.plain_sentences import PlainSentence, plain_sentence
from learnsim.experiments.design.unused import unused_settings
from learnsim.grouping.preparation import Prepared
from learnsim.people.people import by_label


def unused_on_page(prepared: Prepared, language: str = "en") -> dict[str, PlainSentence]:
    """Return the settings that have no effect on the page: dotted name to the reason.

    Parameters
    ----------
    prepared : Prepared
        With only the arms that are shown.
    language : str
        Code of a file of texts.

    Returns
    -------
    dict
        ``"organisation.cell_size"``; a whole trait as ``"people.helpfulness"``; an arm's field as ``"arms.hybrid.shuffle"``.
    """
    reasons = {name: _joined(why, language) for name, why in unused_settings(prepared).items()}
    others: dict[str, str] = {}
    roster = prepared.roster
    if roster is not None:
        others["organisation.trainees"] = "the roster determines the number of people"
        if roster.interest is not None or (roster.community and by_label(prepared.settings)):
            others["organisation.communities"] = "the roster has columns for these communities"
        if roster.planned is not None:
            others["organisation.communities"] = "the plan names these communities"
    return reasons | {name: plain_sentence(why, language) for name, why in others.items()}


def _joined(why: Mapping[str, str], language: str) -> PlainSentence:
    """Return the reasons of several arms as one: each with its arms, unless all have the same."""
    by_reason: dict[PlainSentence, list[str]] = {}
    for arm, reason in why.items():
        by_reason.setdefault(plain_sentence(reason, language), []).append(arm)
    if len(by_reason) == 1:
        return next(iter(by_reason))
    text = "; ".join(f"{reason.text} ({', '.join(arms)})" for reason, arms in by_reason.items())
    return PlainSentence(text, language if all(reason.language == language for reason in by_reason) else "en")
