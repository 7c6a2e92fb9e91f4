"""Design tables: the design, its arms and settings, failed runs, and the provenance of the results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.results import Results
from learnsim.report.labels import declaration_of, in_common, listed, measure_title, plain, setting_unit
from learnsim.report.sentences import replicate_range
from learnsim.report.text_tables import TextTable
from learnsim.settings import Settings
from learnsim.settings.readers import reads
from learnsim.settings.sampling import KINDS, Span
from learnsim.settings.write import fields_of

WAYS = ("experiment", "model", "design")  # tables that change the experiment, not the model
MOST_VALUES = 24  # listed values of a swept setting that are written out
MOST_CAUSES = 20
Fact = tuple[str, str]


def facts_of(summary: Summary) -> list[Fact]:
    """Return the design in a few lines."""
    design, results = summary.results.design, summary.results
    kind = design.settings.design.kind
    facts = [
        ("Model", f"{design.kind.name}: {design.kind.meaning}"),
        ("Arms", f"{len(design.arms)}" + (f", each compared with {design.baseline}" if len(design.arms) > 1 else "")),
        ("Replicates", _replicates(summary)),
        ("Runs", f"{len(results):,}" + (f", and {len(results.failures):,} that failed" if results.failures else "")),
        ("Engine, seed", f"{_engine(results)}, {design.settings.experiment.seed}"),
    ]
    if design.swept:
        facts.insert(2, ("Points", f"{len(design.points):,}; {kind}: {KINDS[kind]}"))
    if design.kind.of_class:
        what = "a Mesa model as it is" if design.kind.own_parameters else "a model on our organisation"
        facts[0] = ("Model", f"{design.settings.model.class_name.rpartition('/')[2]}, {what}")
        facts[-1] = ("Seed", f"{design.settings.experiment.seed}")
    facts += [("Reporters" if design.kind.own_parameters else "Roster", note) for note in design.notes]
    for key in ("policies", "measures"):
        if file := getattr(design.settings.experiment, key):
            facts.append((f"{key.capitalize()}", file.rsplit("/", 1)[-1]))
    return facts


def _replicates(summary: Summary) -> str:
    design, precision = summary.results.design, summary.results.design.precision
    text = f"{replicate_range(summary.results)} of every arm" + (" at every point" if design.swept else "")
    if precision is None:
        return f"{text}, with {in_common(design.settings)} in every arm"
    wide = _too_wide(summary)
    short = f" at {wide:,} of {len(design.points):,} points" if design.swept and wide else ""
    return (
        f"{text}: as many as it takes until the {100 * precision.confidence:g} % interval of "
        f"{measure_title(precision.measure)}, {precision.contrast}, is ±{precision.half_width:g} wide "
        f"(Stein's two-stage rule, from {precision.min} to {precision.max}); {'not ' if wide else ''}reached{short}"
    )


def _too_wide(summary: Summary) -> int:
    """At how many points the requested interval is wider than requested."""
    design, precision = summary.results.design, summary.results.design.precision
    assert precision is not None
    arms = [arm for arm in precision.arms if arm != design.baseline or len(precision.arms) == 1]
    if len(arms) != 1:
        return 0
    estimates = summary.estimates if len(precision.arms) == 1 else {k: c.difference for k, c in summary.contrasts.items()}
    chosen, arm = estimates[precision.measure], design.arms.index(arms[0])
    half = (chosen.high[:, arm] - chosen.low[:, arm]) / 2.0
    return int((~(half <= precision.half_width * (1.0 + 1e-9))).sum())  # one that is missing is too wide


def arms_table(design: Design) -> TextTable:
    """Return every arm with the fields in which arms differ, as they are where nothing is swept; all of them as its whole.

    An arm alone is turned: a row for each of its fields.
    """
    of_arms = {name: fields_of(design.settings, name) for name in design.arms}
    fields = tuple(dict.fromkeys(key for each in of_arms.values() for key in each))
    common = design.settings.parameters  # of a Mesa model of the user's own, whose arms name only what differs
    arms = {name: tuple(plain(each.get(key, common.get(key))) for key in fields) for name, each in of_arms.items()}
    note = f"Shares are of a {design.kind.clock}; learnsim list says what the names mean."
    if design.kind.own_parameters:
        note = "Fields are parameters of the model's class; all others are the same in every arm."
    if len(arms) == 1:
        name, values = next(iter(arms.items()))
        return TextTable("The arm", ("field", name), list(zip(fields, values, strict=True)), 2, note)
    names = [f"{name}*" if name == design.baseline else name for name in arms]
    differing = [place for place in range(len(fields)) if len({values[place] for values in arms.values()}) > 1]
    rows = [(name, *(values[place] for place in differing)) for name, values in zip(names, arms.values(), strict=True)]
    whole = TextTable(
        "All fields of the arms",
        ("arm", *fields),
        [(name, *values) for name, values in zip(names, arms.values(), strict=True)],
        1 + len(fields),
    )
    same = "" if len(differing) == len(fields) else " Only the fields in which arms differ are shown."
    header = ("arm", *(fields[place] for place in differing))
    return TextTable("The arms", header, rows, len(header), note + same, whole)


def swept_table(design: Design) -> TextTable | None:
    """Return the swept settings and their values."""
    rows = []
    for name, swept in design.settings.sweep.items():
        if isinstance(swept, Span):
            scale = ", on a log scale" if swept.scale == "log" else ""
            whole = "whole numbers " if isinstance(swept.low, int) and isinstance(swept.high, int) else ""
            values = f"{whole}from {plain(swept.low)} to {plain(swept.high)}{scale}"
        else:
            more = len(swept) - MOST_VALUES
            values = ", ".join(map(plain, swept[:MOST_VALUES])) + (f" and {more} more" if more > 0 else "")
        rows.append((name, values, setting_unit(name), _meaning(name)))
    return TextTable("Swept settings", ("setting", "values", "unit", "meaning"), rows, 4) if rows else None


def parameters_table(design: Design) -> TextTable | None:
    """Return the parameters of a Mesa model of the user's own that are the same in every arm and at every point."""
    swept = {name.rpartition(".")[2] for name in design.swept}
    own = {key for arm in design.arms for key in fields_of(design.settings, arm)} if design.kind.own_parameters else set()
    rows = [(name, plain(value)) for name, value in design.settings.parameters.items() if name not in own | swept]
    return TextTable("Parameters that are the same everywhere", ("parameter", "value"), rows, 2) if rows else None


def changed_settings_table(design: Design) -> TextTable | None:
    """Return the settings that are not at their defaults and are not swept."""
    rows, defaults, kind = [], Settings(), design.kind.name
    no_tables = (*WAYS, "sweep", "arms", "shocks", "parameters", "measures")
    for number, shock in enumerate(design.settings.shocks):
        values = ", ".join(f"{key} = {plain(value)}" for key, value in shock.model_dump(exclude_unset=True).items())
        rows.append((f"shocks.{number}", values, "none", "", "a single event"))
    for table in (name for name in Settings.model_fields if name not in no_tables and reads(kind, name)):
        for key, value in getattr(design.settings, table):
            if not reads(kind, table, key):
                continue
            name, default = f"{table}.{key}", getattr(getattr(defaults, table), key)
            if value != default and name not in design.swept:
                shown = plain(value).rsplit("/", 1)[-1] if key in ("roster", "plan") else plain(value)
                rows.append((name, shown, plain(default) or "none", setting_unit(name), _meaning(name)))
    header = ("setting", "here", "default", "unit", "meaning")
    return TextTable("Settings that are not at their defaults", header, rows, 5) if rows else None


def _meaning(name: str) -> str:
    declared = declaration_of(name)
    return (declared.description if declared else "") or ""


def failures_table(summary: Summary) -> TextTable | None:
    """Return the causes of failed runs, the most frequent first."""
    causes: dict[tuple[str, str], list[Mapping[str, str]]] = defaultdict(list)
    for one in summary.results.failures:
        causes[one["stage"], one["cause"]].append(one)
    if not causes:
        return None
    ranked = sorted(causes.items(), key=lambda item: -len(item[1]))
    rows = [
        (cause, stage, listed(dict.fromkeys(one["arm"] for one in some)), _first(some[0]), f"{len(some):,}")
        for (stage, cause), some in ranked[:MOST_CAUSES]
    ]
    more = f"{len(ranked) - MOST_CAUSES} more causes and e" if len(ranked) > MOST_CAUSES else "E"
    header = ("cause", "while", "arms", "first", "runs")
    return TextTable("Failed runs", header, rows, 4, f"{more}very failed run with its settings are in failures.csv.")


def _first(failure: Mapping[str, str]) -> str:
    return f"point {failure['point']}, replicate {failure['replicate']}"


def _engine(results: Results) -> str:
    """Return the engine asked for, and the one that ran where that was asked for later."""
    asked = results.design.settings.experiment.engine
    ran = results.provenance.get("engine", asked)
    return asked if ran == asked else f"{asked} (run by {ran}, which gives the same numbers)"


def provenance_facts(provenance: Mapping[str, Any]) -> list[Fact]:
    """Return the provenance record of results, line by line."""
    versions = ", ".join(f"{name} {version}" for name, version in provenance.get("versions", {}).items())
    facts = {
        "Finished": provenance.get("finished", ""),
        "Versions": versions,
        "Python, machine": f"{provenance.get('python', '')}, {provenance.get('machine', '')}",
        "Source hash": provenance.get("source_hash", ""),
        "Identity of the settings": provenance.get("identity", ""),
        "Seed": provenance.get("seed", ""),
        "Engine": provenance.get("engine", ""),
        "Time": f"{provenance.get('seconds', 0.0):,} seconds",
    }
    if provenance.get("clipped"):
        facts["Clipped"] = f"{provenance['clipped']:,} trait values above 1"
    return [(name, str(value)) for name, value in facts.items()]
