"""Checks: the design that settings ask for, and, apart from that, whether it may run here."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from learnsim.errors import LONGEST_MESSAGE, LearnsimError, PolicyError, SettingsError, did_you_mean, listed, shortened
from learnsim.experiments.design.by_person import left_out
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.points import Point, Points
from learnsim.experiments.design.roster_summary import about_roster
from learnsim.experiments.design.targets import read_targets
from learnsim.experiments.design.unused import ARMS_NAMED, UnusedSettings
from learnsim.grouping.communities import draft_seconds
from learnsim.grouping.own_measures import with_measures
from learnsim.grouping.planned import plan_of, plays_plan
from learnsim.grouping.policies import check_policies
from learnsim.grouping.preparation import Prepared
from learnsim.machine import check_start, free_memory
from learnsim.models.registry import info_of
from learnsim.people import Roster
from learnsim.progress import counted
from learnsim.settings import Settings
from learnsim.settings.arms import Arm, ArmTable
from learnsim.settings.readers import models

LONG_SHUFFLE = 5.0  # seconds
ARMS_REMEMBERED = 10_000  # arms already checked, and not checked again at the next point


def describe(
    settings: Settings, source: str, combinations: list[tuple[Any, ...]] | None = None, roster: Roster | None = None
) -> Design:
    """Return what an experiment is; neither this machine nor roster and policies are checked.

    Parameters
    ----------
    settings : Settings
    source : str
        The file's name, for errors.
    combinations : list of tuples, optional
        The swept values of every point, where they are known already.
    roster : Roster, optional
        What the settings' roster says, where it has been read already.

    Raises
    ------
    SettingsError
        If there are no arms, a measure is unknown, a targets file is invalid, or points cannot be drawn without SALib.
    """
    if not settings.arms and models()[settings.model.kind].own_parameters:
        raise SettingsError(f"{source}: has no arms; add at least one, for example [arms.usual] with nothing in it")
    if not settings.arms:
        raise SettingsError(
            f"{source}: has no arms; add one, for example [arms.hybrid] with preset = \"hybrid\" (learnsim list)"
        )
    _check_measure(settings, "measure", settings.measure, source)
    if settings.experiment.against:
        _check_measure(settings, "against", settings.experiment.against, source)
    _check_precision(settings, source)
    points = Points(settings, source, combinations, roster)
    design = Design(settings, points, tuple(settings.arms), settings.baseline(), ())
    file = settings.experiment.targets
    return replace(design, targets=read_targets(file, source, design)) if file else design


def completed(settings: Settings, source: str) -> Settings:
    """Return settings that lack nothing which only code of the user's own can say: of a model, or of measures.

    Raises
    ------
    SettingsError
        If that code cannot be used.
    """
    try:
        settings = with_measures(settings)
    except LearnsimError as error:
        raise type(error)(f"{source}: {error}") from error.__cause__
    if not models()[settings.model.kind].of_class:
        return settings
    from learnsim.experiments.design import own_model

    return own_model.with_reporters(settings, source)


def design_of(settings: Settings, source: str, workers: int = 1, *, quiet: bool = False) -> Design:
    """Return the design of an experiment that may run here, with its warnings.

    Parameters
    ----------
    settings : Settings
    source : str
        The file's name, for errors.
    workers : int
        Runs at a time, for the estimate of memory.
    quiet : bool
        Whether to show no progress while very many points are checked.

    Raises
    ------
    SettingsError, PolicyError
        If there are no arms, a swept setting or a policy is unknown, a roster or a targets file is invalid, or there is
        not enough memory.
    """
    design = describe(completed(settings, source), source)
    warnings, notes = check(design, source, workers, quiet=quiet)
    return replace(design, warnings=warnings, notes=notes)


def check(
    design: Design, source: str, workers: int = 1, *, quiet: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Check that a design can run here: policies, roster and memory.

    Returns
    -------
    (warnings, notes)
        What works, but perhaps not as intended; and what was read.

    Raises
    ------
    SettingsError, PolicyError
        If it cannot.
    """
    settings, points = design.settings, design.points
    found: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if design.kind.of_class:
        from learnsim.experiments.design import own_model

        found = own_model.remarks(settings, counted(points, f"{source}: points checked", quiet=quiet))
        if design.kind.own_parameters:
            return found
    at_a_time = min(workers, len(points) * len(settings.arms) * settings.experiment.replicates)
    cells: set[tuple[int, int]] = set()  # cell sizes, each with the largest community
    drafts: dict[str, float] = {}  # arms whose cells compare all with all, each with the longest shuffle's seconds
    checked: set[ArmTable] = set()  # arms whose policies are known
    unused_columns: dict[str, None] = {}
    struck: dict[tuple[int, str], str] = {}  # whom a shock speaks of in an arm; empty once somebody is struck at a point
    unused = UnusedSettings(settings, len(points))
    for point in counted(points, f"{source}: points checked", quiet=quiet):
        for name, arm in point.settings.arms.items():
            if arm not in checked or point.settings.organisation.plan:  # whether a plan fits depends on more than the arm
                _check_policies(point, name, source)
                checked.add(arm)
        if len(checked) > ARMS_REMEMBERED:
            checked.clear()
        check_memory(point.prepared, at_a_time)
        unused.look(point)
        for number, shock in enumerate(point.settings.shocks):
            for name in point.settings.arms:
                missed = "" if _strikes(shock.who, point.settings.arm(name)) else shock.who
                struck[number, name] = missed and struck.get((number, name), missed)
        world = point.settings.organisation
        cells.add((world.cell_size, -(-point.prepared.trainees // world.communities)))
        drafts |= {
            name: max(drafts.get(name, 0.0), draft_seconds(arm, point.prepared.trainees, world.communities))
            for name, arm in ((name, point.settings.arm(name)) for name in point.settings.arms)
        }
        if point.roster and point.roster.community and not _uses_roster_communities(point.settings):
            note = f"{world.roster}: its column community is not used; [organisation] formation = 'given' uses it"
            unused_columns[note] = None
        if world.plan and not any(plays_plan(point.settings.arm(name)) for name in point.settings.arms):
            unused_columns[f"{world.plan}: no arm plays the plan; shuffle = 'plan' plays it"] = None
    notes, remarks = about_roster(settings, points[0].roster)
    if settings.measures and not design.kind.of_class:
        own = (f"{name} ({one.meaning}{f', {one.unit}' if one.unit else ''})" for name, one in settings.measures.items())
        notes = (*notes, f"measures of your own: {listed(own)}")
    warnings = (*found[0], *_too_large(cells), *_too_long(drafts), *_missing(struck), *unused_columns, *remarks)
    warnings = (*warnings, *unused.warnings)
    notes = (*found[1], *notes, *left_out(settings, len(points), points[0].roster))
    return tuple(shortened(each, LONGEST_MESSAGE) for each in warnings), notes


def _strikes(who: str, arm: Arm) -> bool:
    """Whether an arm ever has those of whom a shock speaks."""
    ever = [arm, *(phase.arm for phase in arm.phases)]
    there = {
        "lecturer": any(one.lecture > 0.0 for one in ever),
        "instructor": any(one.instruction > 0.0 for one in ever),
        "officers": any(one.groups != "none" for one in ever),
    }
    return there.get(who, True)


def _missing(struck: dict[tuple[int, str], str]) -> list[str]:
    """Warn of shocks that can change nothing in some arms at any point, since these have nobody whom they strike."""
    missed: dict[tuple[int, str], list[str]] = {}
    for (number, arm), who in struck.items():
        if who:
            missed.setdefault((number, who), []).append(arm)
    lacks = {"lecturer": "no lecture", "instructor": "no council with an instructor", "officers": "no officers"}
    return [
        f"[[shocks]] number {number + 1}, who = {who!r}, can change nothing in {listed(arms, most=ARMS_NAMED)}: "
        f"there {'is' if who != 'officers' else 'are'} {lacks[who]}"
        for (number, who), arms in missed.items()
    ]


def _uses_roster_communities(settings: Settings) -> bool:
    """Whether any arm takes its communities from the roster."""
    return any(settings.arm(name).formation == "given" for name in settings.arms)


def _check_policies(point: Point, name: str, source: str) -> None:
    arm = point.settings.arm(name)
    try:
        check_policies(arm)
        plan_of(point.settings, arm, info_of(point.settings).sessions(point.settings), point.roster)
    except PolicyError as error:
        key = str(error).partition(" = ")[0]
        where = f"[sweep] arms.{name}." if f"arms.{name}.{key}" in point.values else f"[arms.{name}] "
        raise PolicyError(f"{source}: {where}{error}") from None


def _check_measure(settings: Settings, key: str, measure: str, source: str) -> None:
    model = info_of(settings)
    kind = model.with_groups(model.groups_of(settings))
    known = kind.names if key.startswith("precision") else kind.compared
    if measure not in known:
        needs = model.needed_by(measure) if measure not in kind.compared else ""
        if measure in kind.relative:
            raise SettingsError(
                f"{source}: [experiment] {key} = {measure!r} compares arms; a precision needs a measure of single runs, for "
                f"example {kind.relative[measure][0]!r}"
            )
        raise SettingsError(
            f"{source}: [experiment] {key} = {measure!r} is not a measure of "
            + (f"this experiment; it needs {needs}" if needs else f"kind = {kind.name!r}{did_you_mean(measure, known)}")
        )


def _check_precision(settings: Settings, source: str) -> None:
    precision = settings.precision
    if precision is None:
        return
    _check_measure(settings, "precision.measure", precision.measure, source)
    if len(precision.arms) > 2:
        raise SettingsError(f'{source}: [experiment] precision.contrast = {precision.contrast!r}: write "arm - other arm"')
    for arm in precision.arms:
        if arm not in settings.arms:
            raise SettingsError(
                f"{source}: [experiment] precision.contrast = {precision.contrast!r}: {arm!r} is not an arm"
                + did_you_mean(arm, settings.arms)
            )
    if len(precision.arms) == 2 and settings.baseline() not in precision.arms:
        raise SettingsError(
            f"{source}: [experiment] precision.contrast = {precision.contrast!r} leaves out the baseline "
            f"{settings.baseline()!r}, which arms are compared with; name one of the two as [experiment] baseline"
        )


def _too_large(cells: set[tuple[int, int]]) -> list[str]:
    """Warn, once for all points, of cells that are larger than their community."""
    too_large = [(size, largest) for size, largest in cells if size > largest]
    if not too_large:
        return []
    size, largest = (_range_text(*(f(each) for f in (min, max))) for each in zip(*too_large, strict=True))
    return [f"[organisation] cell_size = {size} is larger than a community of {largest}: each community is one cell"]


def _too_long(drafts: dict[str, float]) -> list[str]:
    """Warn of arms that compare everybody with everybody of a large community."""
    return [
        f"[arms.{name}] shuffle = 'complementary' takes about {seconds:,.0f} seconds each time, and four times as long with "
        "twice as many people in a community; more communities, or 'mixed-speed', take less"
        for name, seconds in drafts.items()
        if seconds >= LONG_SHUFFLE
    ]


def _range_text(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def check_memory(prepared: Prepared, workers: int = 1) -> None:
    """Check that there is enough memory for so many runs at a time, by arithmetic only.

    Raises
    ------
    SettingsError
        With the setting whose reduction saves most memory.
    """
    settings, available = prepared.settings, _available()
    cost, engine = info_of(settings).costs, settings.experiment.engine
    try:
        size = cost.size_of(settings, prepared.trainees)
    except SettingsError as error:
        raise SettingsError(f"{prepared.source}: {error}") from None
    one = size.bytes(engine)
    if one * workers <= available:
        return
    default = Settings()
    usual = cost.size_of(default, default.organisation.trainees)
    pairs = zip(size._fields, size, usual, strict=True)
    left = {key: size._replace(**{key: min(here, there)}).bytes(engine) for key, here, there in pairs}
    cure = f"use fewer {min(left, key=left.__getitem__)}"
    if one <= available:
        cure += f", or --workers {available // one}"
    sizes = ", ".join(f"{key} = {here:,}" for key, here in zip(size._fields, size, strict=True))
    raise SettingsError(
        f"{prepared.source}: {sizes} needs about {one * workers / 2**30:,.1f} GiB for {workers} run(s) at a time; "
        f"{available / 2**30:,.1f} GiB are free; {cure}"
    )


@lru_cache(maxsize=1)
def _available() -> int:
    check_start()
    return free_memory()
