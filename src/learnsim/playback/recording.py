"""Recording: the runs of some arms as plain data, row by row, which the player shows: the page record.

Row t is what the session t shows: who sat where and who asked whom in it, and what everybody knew after it; row 0 is before
the first session, in its cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from learnsim.arrays import Floats
from learnsim.errors import SettingsError
from learnsim.grouping.preparation import Prepared
from learnsim.models.info import ModelInfo
from learnsim.models.playable import Playable, joined, lasting
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm, setup_of
from learnsim.people.roster import Roster
from learnsim.playback.frames import PlayedArm, stage_words
from learnsim.playback.packed import packed
from learnsim.playback.person_names import captions_of, community_names, shown_text

VERSION = 1
MOST = 20_000_000  # people times rows that a record has
MOST_ASKED = 400  # characters of a question
OF_ONE = ("mastery", "share", "score", "level")  # units of measures that are 1 at most


def playable_of(prepared: Prepared, arms: Sequence[str]) -> Playable:
    """Return what the player shows of the runs of some settings.

    Raises
    ------
    SettingsError
        If their model is not played back, or a run is too long for so many people.
    """
    settings, info = prepared.settings, info_of(prepared.settings)
    playable = info.playable
    if playable is None:
        raise SettingsError(f"[model] kind = {settings.model.kind!r}: the player shows no runs of this model")
    rows = (info.sessions(settings) + 1) * len(arms)
    if prepared.trainees * rows > MOST:
        fewest = max(1, MOST // prepared.trainees // len(arms) - 1)
        raise SettingsError(
            f"[{info.periods.replace('.', '] ')} = {info.sessions(settings):,}: {prepared.trainees:,} people are played for "
            f"{fewest:,} {info.clock}s at most; take fewer"
        )
    return playable


def recording_of(prepared: Prepared, arms: Sequence[str], replicate: int = 0) -> dict[str, Any]:
    """Return one replicate of some arms as the player shows it, by the compiled engine: the page record.

    Parameters
    ----------
    prepared : Prepared
        With these arms.
    arms : sequence of str
        One to four.
    replicate : int
        All arms have the same people.

    Returns
    -------
    dict
        Plain data that JSON can hold: what is known of people, the measures, and of each arm its rows.

    Raises
    ------
    SettingsError
        If the model is not played back, or a run is too long for so many people.
    LearnsimError
        If an arm cannot be run.

    Examples
    --------
    >>> from learnsim.grouping.preparation import prepare
    >>> from learnsim.playback.recording import recording_of
    >>> from learnsim.settings import Settings
    >>> small = Settings().changed({"organisation.trainees": 24, "training.sessions": 20})
    >>> record = recording_of(prepare(small), ["hybrid", "flat-lecture"])
    >>> record["sessions"], [arm["name"] for arm in record["arms"]], record["arms"][0]["levels"]["shape"]
    (20, ['hybrid', 'flat-lecture'], [21, 24])
    """
    playable, info = playable_of(prepared, arms), info_of(prepared.settings)
    shared = info.runs.draw_shared(prepared.settings, replicate, prepared.roster)
    runs = [run_arm(prepared, arm, replicate, engine="compiled", shared=shared, trace=True) for arm in arms]
    setups = [setup_of(prepared, arm, replicate) for arm in arms]
    played = [PlayedArm(setup, playable, run.trace) for setup, run in zip(setups, runs, strict=True)]
    rows = range(max(run.sessions for run in runs) + 1)
    frames = []
    for arm, run in zip(played, runs, strict=True):
        longer = [lasting(arm.moments)] * (len(rows) - run.sessions - 1)
        moments = joined([arm.moments, *longer]) if longer else arm.moments
        frames.append(arm.frame(moments, rows, {key: values_in(run.measures[key], rows) for key in arm.curves}))
    return record_of(played, frames, rows[-1])


def values_in(values: Floats, rows: range) -> Floats:
    """Return the values of some rows; after the end of a run its last one holds."""
    return values[np.minimum(np.arange(rows.start, rows.stop), len(values) - 1)]


def record_of(
    arms: Sequence[PlayedArm], frames: Sequence[dict[str, Any]], sessions: int, first: int = 0
) -> dict[str, Any]:
    """Return the record of some arms that begins with these frames, of which the first has this row."""
    prepared, playable = arms[0].setup.prepared, arms[0].playable
    settings, info = prepared.settings, info_of(prepared.settings)
    called = [[*community_names(arm.setup.arm, prepared.roster)] for arm in arms]
    return {
        "version": VERSION,
        "kind": settings.model.kind,
        "clock": info.clock,
        "question": shown_text(settings.experiment.question, most=MOST_ASKED),
        "sessions": sessions,
        "first": first,
        "cycle_length": settings.organisation.cycle_length,
        "people": prepared.trainees,
        "items": playable.items(prepared),
        "names": captions_of(prepared.roster) or None,
        "invented": invented_of(prepared.roster, arms[0].moments.traits),
        "communities": called[0] if all(names == called[0] for names in called) else [],
        "traits": {name: packed(values[0], "float32") for name, values in arms[0].moments.traits.items()},
        "measures": [_described(info, key, playable.CURVES[key]) for key in arms[0].curves],
        "level": {"label_key": playable.LEVEL},
        "shared": True,
        "arms": [
            {
                "name": arm.setup.name,
                "label": shown_text(arm.setup.name),
                "preset": arm.setup.arm.preset,
                "communities": names,
                **stage_words(arm.stages[0]),
                "ties": None if arm.ties is None else packed(arm.ties, "int32"),
                **frame,
            }
            for arm, names, frame in zip(arms, called, frames, strict=True)
        ],
    }


def invented_of(roster: Roster | None, traits: Collection[str]) -> list[str]:
    """Return what a roster does not say of everybody, so that it is drawn at random; nothing without a roster.

    Examples
    --------
    >>> invented_of(None, ["helpfulness"])
    []
    """
    if roster is None:
        return []
    missing = [name for name in traits if name not in roster.traits or np.isnan(roster.traits[name]).any()]
    tested = roster.pretest is not None and not np.isnan(roster.pretest).any()
    return missing + ([] if tested or not missing else ["pretest"])


def _described(info: ModelInfo, key: str, group: str) -> dict[str, Any]:
    low, _ = info.limits.get(key, (0.0, 1.0))
    most = 1 if info.all_session_measures[key][1] in OF_ONE else None
    return {"key": key, "group": group, "label_key": f"measure.{key}", "least": min(0.0, low), "most": most}
