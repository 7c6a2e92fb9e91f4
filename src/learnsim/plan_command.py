"""Plan command: a plan from a file to its folder, with what is said of it; the command line and Python call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import SettingsError
from learnsim.people import Roster
from learnsim.people.community_labels import not_known, people_read, remarks
from learnsim.people.spelling import written
from learnsim.plans.course import Course, course_again, course_of
from learnsim.plans.folder import Saved, place_for, write_plan
from learnsim.plans.forecast_words import answer_of as forecast_answer
from learnsim.plans.plan import Plan
from learnsim.plans.plan_words import answer_of, moved_words, rule_words
from learnsim.plans.planner import check_plan, hard_sentences, without_hard
from learnsim.settings import Settings, load


class Made(NamedTuple):
    """A plan, its files, and which rules that must hold it could not keep (then it is the best plan without them)."""

    plan: Plan
    saved: Saved | None
    hard: tuple[str, ...] = ()


def plan(
    source: str | Path | Mapping[str, Any] | Settings,
    out: str | Path | None = None,
    *,
    seed: int | None = None,
    initials: bool = False,
    forecast: bool = True,
) -> Plan:
    """Plan a course: who sits with whom in every cycle.

    Parameters
    ----------
    source : str, Path, dict of tables, or Settings
        An experiment file with a roster (arms are not needed), a roster alone (.csv, .tsv, .txt, .xlsx), or its tables.
    out : str or Path, optional
        A new folder for all its files: the printed page, tables, calendar. Nothing is written if left out.
    seed : int, optional
        In place of ``[plan] seed``.
    initials : bool
        Whether the printed page has initials in place of names.
    forecast : bool
        Whether the printed page says what the model expects, which is simulated.

    Returns
    -------
    Plan
        If a rule that must hold cannot be kept, the plan breaks it: see ``plan.broken``.

    Raises
    ------
    LearnsimError
        In one sentence, if the file has no people, rules contradict each other, or the folder exists.

    Examples
    --------
    >>> import learnsim
    >>> people = "experiments/rosters/class_of_30.csv"
    >>> plan = learnsim.plan(people)  # doctest: +SKIP
    >>> plan.quality().partners > 20  # doctest: +SKIP
    True
    """
    changes = {} if seed is None else {"plan.seed": seed}
    if isinstance(source, Settings):
        course = course_of(source.changed(changes) if changes else source)
    elif isinstance(source, Mapping):
        merged = {name: dict(table) if isinstance(table, Mapping) else table for name, table in source.items()}
        if seed is not None:
            merged["plan"] = {**merged.get("plan", {}), "seed": seed}
        course = course_of(merged)
    else:
        course = course_of(source, (), changes)
    place = None if out is None else place_for(course.name, Path(out), fresh=False)
    made = course.plan()
    if place is not None:
        write_plan(made, place, initials=initials, forecast=forecast)
    return made


def plan_course(
    file: Path | None,
    out: Path | None,
    assignments: Sequence[str] | None,
    seed: int | None,
    *,
    again: Path | None,
    absent: Sequence[str] | None,
    start: int | None,
    fresh: bool,
    initials: bool,
    forecast: bool,
) -> Made:
    """Make a plan and write its folder, as the command line asks for it.

    If a rule that must hold cannot be kept, the best plan without it goes into a folder of another name.

    Raises
    ------
    LearnsimError
        In one sentence; nothing is written then.
    """
    course = _course(file, assignments or (), {} if seed is None else {"plan.seed": seed}, again, absent or (), start)
    place = place_for(course.name, out, fresh=fresh or (again is not None and out is None))
    made = course.plan()
    hard = tuple(hard_sentences(made))
    if hard:
        kinds = sorted({one.rule.split()[0] for one in made.broken if one.hard})
        eased = course.prepared.settings
        course = course._replace(prepared=course.prepared.with_settings(without_hard(eased, kinds)))
        made = course.plan()
        place = place_for("", place.with_name(f"{place.name}-without-{'-'.join(kinds)}"), fresh=True)
    return Made(made, write_plan(made, place, initials=initials, forecast=forecast), hard)


def check_course(
    file: Path, assignments: Sequence[str] | None, seed: int | None
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """Check the plan of a file that has a table [plan] and no arms; ``None`` if it has arms, or no plan.

    Returns
    -------
    (sentence, notes, warnings)
        What it plans, what was read, and what is perhaps not as intended.

    Raises
    ------
    LearnsimError
        In one sentence, if it cannot be planned.
    """
    settings = load(file, assignments or ())
    if settings.arms or "plan" not in settings.model_fields_set:
        return None
    course = course_of(file, assignments or (), {} if seed is None else {"plan.seed": seed})
    notes, warnings = roster_notes(course.prepared.settings, course.prepared.roster)
    return check_plan(course.prepared), notes, warnings


def roster_notes(settings: Settings, roster: Roster | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was read of a plan's people, and what is perhaps not as intended."""
    if roster is None:
        return (), ()
    name, heeded = written(Path(settings.organisation.roster).name), settings.organisation.formation == "given"
    notes = (people_read(name, roster), *(f"{name} {note}" for note in roster.notes), *not_known(name, roster))
    return notes, tuple(remarks(name, roster, heeded=heeded))


def notes_of(made: Made) -> tuple[str, ...]:
    """Return what should be known of a plan: how its people were read, how it was made, and its files."""
    notes, warnings = roster_notes(made.plan.settings, made.plan.roster)
    return (*notes, *warnings, *(made.saved.notes if made.saved else ()))


def _course(
    file: Path | None,
    assignments: Iterable[str],
    options: Mapping[str, Any],
    again: Path | None,
    absent: Sequence[str],
    start: int | None,
) -> Course:
    if again is None:
        if absent or start is not None:
            raise SettingsError("--absent and --from belong to --again FOLDER: they change a plan that is there already")
        if file is None:
            raise SettingsError("name an experiment file or a roster, for example learnsim plan people.csv")
        return course_of(file, assignments, options)
    course = None if file is None else course_of(file, assignments, options)
    return course_again(again, course, absent, start, assignments, options)


def lines_of(made: Made) -> list[str]:
    """Return what the terminal says of a plan: the answer, the rules that it breaks, what the model expects."""
    lines = [answer_of(made.plan)]
    broken = [rule for rule in rule_words(made.plan, made.plan.roster.names) if rule.outcome != "holds"]
    holding = len(rule_words(made.plan, made.plan.roster.names)) - len(broken)
    if holding and not broken:
        lines.append("All rules hold." if holding > 1 else "The rule holds.")
    lines += [f"{rule.rule}: {rule.outcome}" for rule in broken]
    if made.plan.moved:
        lines.append(f"{moved_words(made.plan.moved)}.")
    if made.saved and made.saved.forecast:
        lines += forecast_answer(made.saved.forecast)
    return lines
