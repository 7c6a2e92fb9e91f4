"""STRESS: what the results of an experiment say under each item of the STRESS-ABS checklist, for the methods of a paper.

The items are those of the checklist for agent-based simulation (Monks et al. 2019, Journal of Simulation 13, 55-67); their
titles are shortened. What learnsim cannot know is a blank that says what an author has to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from learnsim.analysis.summary import Summary
from learnsim.report.assumptions import assumptions_sentence
from learnsim.report.design_tables import arms_table, changed_settings_table, facts_of, parameters_table, swept_table
from learnsim.report.labels import design_size, listed, measure_title, plain
from learnsim.report.pairing import pairing_sentence
from learnsim.report.sources import BIBLIOGRAPHY_COMMAND, statistics_of
from learnsim.report.text_tables import TextTable
from learnsim.settings.write import fields_of

BLANK = "Not known to learnsim: write it yourself"
NOT_RECORDED = "not recorded"
GIB = 2**30
CHECKLIST_SOURCE = "STRESS-ABS, Monks et al. 2019, doi:10.1080/17477778.2018.1442155"
GROUPS = {"none": "no groups", "cells": "cells", "community": "whole communities", "organisation": "one group of everybody"}
MODEL_PAGE = "as learnsim's documentation describes it after the ODD protocol (Grimm et al. 2020)"
BLANKS = {  # of the logic of a model that is not learnsim's own
    "2.1": "a diagram of the model",
    "2.2": "what happens in the model, step by step",
    "2.4": "the algorithms inside the model",
    "2.5.1": "space, network and other surroundings of the agents",
    "2.5.2": "kinds of agents, their attributes and rules",
    "2.5.3": "who can meet or see whom",
    "2.5.4": "how agents come and go, if they do",
}
SECTIONS = {
    "1": "Objectives",
    "2": "Logic",
    "3": "Data",
    "4": "Experimentation",
    "5": "Implementation",
    "6": "Code access",
}


class Item(NamedTuple):
    """An item of the checklist: its number and title, what is known, and what an author has to add; either may be empty."""

    number: str
    title: str
    known: tuple[str, ...]
    blank: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything that it says, the blank last."""
        return (*self.known, *([f"{BLANK}: {self.blank}."] if self.blank else []))


def markdown_of(summary: Summary) -> str:
    """Return the checklist as Markdown."""
    name, items = summary.results.design.settings.experiment.name, items_of(summary)
    parts, section = [f"# {name}: the STRESS-ABS checklist\n", f"{introduction(items)}\n"], ""
    for item in items:
        if item.number[0] != section:
            section = item.number[0]
            parts.append(f"## {section} {SECTIONS[section]}\n")
        lines = "\n".join(f"- {line}" for line in item.lines)
        parts.append(f"### {item.number} {item.title}\n\n{lines}\n")
    return "\n".join(parts)


def introduction(items: Iterable[Item]) -> str:
    """Say what the checklist is, and which items need an author."""
    blanks = [item.number for item in items if item.blank]
    return (
        f"The checklist for reports of agent-based simulations ({CHECKLIST_SOURCE}), as far as a results folder knows its "
        f"items. Something is left to write under {listed(blanks)}."
    )


def items_of(summary: Summary) -> tuple[Item, ...]:
    """Return all items of the checklist, in their order."""
    return (*_objectives(summary), *_logic(summary), *_data(summary), *_experimentation(summary), *_implementation(summary))


def _ships(summary: Summary) -> bool:
    """Whether the model is one of learnsim's own."""
    kind = summary.results.design.kind
    return not kind.own_parameters and not kind.own_source


def _objectives(summary: Summary) -> list[Item]:
    design = summary.results.design
    experiment = design.settings.experiment
    asked = [f"Question: {experiment.question}"] if experiment.question else []
    asked += [f"Expected, before the run: {experiment.expectation}"] if experiment.expectation else []
    outputs = [_measure(summary, name) for name in dict.fromkeys((design.measure, *design.headline))]
    outputs.append(f"Measures are computed at the start and after every {design.kind.clock}; those of a run at its end.")
    outputs.append(f"All {len(design.kind.names)} measures, with their units, are in datapackage.json.")
    silent = [name for name in design.kind.session_measures if design.kind.measures[name][0] == f"the model reporter {name}"]
    scenarios = [f"Scenarios: the arms {listed(design.arms)}" + _against(summary)]
    scenarios.append(f"Design of experiments: {_design(summary)}")
    scenarios.append("Simulation optimisation: none; nothing is optimised.")
    return [
        Item("1.1", "Purpose of the model", tuple(asked), "background and objectives of the study"),
        Item("1.2", "Model outputs", tuple(outputs), f"what {listed(silent)} mean and their units" if silent else ""),
        Item("1.3", "Aims of the experiments", tuple(scenarios), "why these arms and these values were chosen"),
    ]


def _against(summary: Summary) -> str:
    design = summary.results.design
    return f"; all others are compared with {design.baseline}." if len(design.arms) > 1 else "."


def _design(summary: Summary) -> str:
    design = summary.results.design
    swept = f"; swept: {listed(design.swept)}" if design.swept else "; nothing is swept"
    return f"{design_size(design)}{swept}."


def _measure(summary: Summary, name: str) -> str:
    meaning, unit = summary.results.design.kind.measures[name]
    main = " Arms are compared by it." if name == summary.results.design.measure else ""
    return f"{measure_title(name)} ({name}{', ' if unit else ''}{unit}): {meaning}.{main}"


def _logic(summary: Summary) -> list[Item]:
    design = summary.results.design
    settings, kind = design.settings, design.kind
    model = f"{kind.name}: {kind.meaning}."
    if kind.own_parameters:
        model = f"{settings.model.class_name.rpartition('/')[2]}: a Mesa model, run as it is."
    organisation = settings.organisation
    people = "The people of the roster." if organisation.roster else f"{organisation.trainees:,} people."
    groups = f"{organisation.communities} communities, with cells of {organisation.cell_size} people if the numbers allow."
    page: tuple[str, ...] = ()
    around, agents, topology = page, page, page
    blanks = dict(BLANKS)
    if not kind.own_parameters:
        around, agents, topology = (groups,), (people, *design.notes), _topology(summary)
    if _ships(summary):
        page = (f"The {kind.name} model, {MODEL_PAGE}.",)
        blanks = {"2.1": "a diagram, if the paper needs one"}
    known = {
        "2.1": ("Diagram of the base model", page),
        "2.2": ("Logic of the base model", (model, *page)),
        "2.3": ("Logic of the scenarios", _rows(arms_table(design))),
        "2.4": ("Algorithms", page),
        "2.5.1": ("Environment", (*around, *page)),
        "2.5.2": ("Agents", (*agents, *page)),
        "2.5.3": ("Interaction topology", (*topology, *page)),
        "2.5.4": ("Entry and exit", page),
    }
    return [Item(number, title, lines, blanks.get(number, "")) for number, (title, lines) in known.items()]


def _topology(summary: Summary) -> tuple[str, ...]:
    """Who is together with whom, arm by arm."""
    design, lines = summary.results.design, []
    for name in design.arms:
        fields = fields_of(design.settings, name)
        others = [f"{key} = {plain(fields[key])}" for key in ("network", "shuffle", "formation") if key in fields]
        lines.append(f"{name}: {', '.join([GROUPS[fields['groups']], *others])}.")
    return tuple(lines)


def _data(summary: Summary) -> list[Item]:
    design = summary.results.design
    organisation = design.settings.organisation
    files = {"roster": organisation.roster, "plan": organisation.plan, "targets": design.settings.experiment.targets}
    there = [f"the {name} {file.rpartition('/')[2]}" for name, file in files.items() if file]
    sources = [f"Read from files: {listed(there)}; copies are in the results folder."] if there else []
    if not there:
        sources.append("No data are read from files.")
    if not design.kind.own_parameters:
        sources.append(f"Settings name their sources; {BIBLIOGRAPHY_COMMAND} lists those behind this experiment.")
    tables = [swept_table(design), changed_settings_table(design), parameters_table(design)]
    rows = [row for table in tables if table for row in _rows(table)]
    rows.append("Every setting with its value is in settings.toml.")
    assumed = assumptions_sentence(design) if not design.kind.own_parameters else ""
    made = "how these files were made" if there else ""
    given = "" if _ships(summary) else "where the values of the parameters come from"
    assumptions = (f"{assumed[0].upper()}{assumed[1:]}.",) if assumed else ()
    return [
        Item("3.1", "Data sources", tuple(sources), "where the data in these files come from" if there else ""),
        Item("3.2", "Pre-processing", () if there else ("None, since no data are read.",), made),
        Item("3.3", "Input parameters", tuple(rows), given),
        Item("3.4", "Assumptions", assumptions, "" if assumed else "what the model assumes"),
    ]


def _experimentation(summary: Summary) -> list[Item]:
    design = summary.results.design
    kind = design.kind
    sessions = kind.most_sessions(design.settings)
    facts = dict(facts_of(summary))
    estimation = [f"Replicates: {facts['Replicates']}.", f"Runs: {facts['Runs']}."]
    estimation.append("Intervals are 95 % t intervals over replicates; arms are compared in pairs, replicate by replicate.")
    estimation += [f"{line}." for line in statistics_of(summary)]
    pairing = pairing_sentence(summary)
    return [
        Item("4.1", "Initialisation", ("Every run begins anew, and is recorded from its start: no warm-up.",)),
        Item(
            "4.2",
            "Run length",
            (f"{sessions:,} {kind.clock}s at most; a run ends before if its model stops, or nothing can change any more.",),
            f"how long a {kind.clock} is",
        ),
        Item("4.3", "Estimation", (*estimation, *([pairing] if pairing else []))),
    ]


def _implementation(summary: Summary) -> list[Item]:
    provenance = summary.results.provenance
    installed = {name: version for name, version in provenance.get("versions", {}).items() if version != "none"}
    versions = ", ".join(f"{name} {version}" for name, version in installed.items())
    ours = _ships(summary)
    source = str(provenance.get("source_hash", "")) or NOT_RECORDED
    access = [f"learnsim {installed.get('learnsim', NOT_RECORDED)}, MIT licence; source hash {source}."]
    access.append("learnsim reproduce runs the experiment of the results folder again, and compares every row.")
    access += [f"The files of the model are copied into the results folder: {_files(summary)}."] if _files(summary) else []
    software = f"Python {provenance.get('python', NOT_RECORDED)}; {versions or NOT_RECORDED}."
    return [
        Item("5.1", "Software", (software, _engine(summary))),
        Item("5.2", "Random sampling", _random(summary)),
        Item("5.3", "Execution of the model", _execution(summary), "" if ours else "in which order agents act in a step"),
        Item("5.4", "System", _system(summary)),
        Item("6.1", "Computer model sharing", tuple(access), "where results, experiment file and model are published"),
    ]


def _files(summary: Summary) -> str:
    return ", ".join(name for _, name, _ in summary.results.design.kind.own_files)


def _engine(summary: Summary) -> str:
    design = summary.results.design
    if design.kind.own_parameters:
        return "The model runs as a Mesa model, unchanged."
    ran = summary.results.provenance.get("engine", design.settings.experiment.engine)
    return f"Engine: {ran}; the engines compiled and agents (Mesa) give the same numbers in every bit."


def _random(summary: Summary) -> tuple[str, ...]:
    design = summary.results.design
    experiment = design.settings.experiment
    common = {
        "everything": "The arms of a replicate have the same seed: common random numbers.",
        "people": "The arms of a replicate begin alike, and then have random numbers of their own.",
    }[experiment.common]
    scheme = "Philox4x32-10 (Salmon et al. 2011): every number is a function of seed, replicate, agent, time and purpose."
    if design.kind.own_parameters:
        scheme = "Each replicate has a seed of its own, derived from the experiment's; the class draws from it as it does."
    return (scheme, f"Seed of the experiment: {experiment.seed}.", common)


def _execution(summary: Summary) -> tuple[str, ...]:
    clock = f"Time is counted in {summary.results.design.kind.clock}s."
    together = "In each, everybody sees the state at its beginning, and all change at once."
    return (f"{clock} {together}",) if _ships(summary) else (clock,)


def _system(summary: Summary) -> tuple[str, ...]:
    there = summary.results.provenance
    facts = {
        "System": there.get("machine"),
        "Processor": there.get("processor"),
        "Processors that the command could use": there.get("processors"),
        "Memory": f"{there['memory'] / GIB:.1f} GiB" if "memory" in there else None,
        "Run time": f"{there['seconds']:,} seconds; of shards, added up" if "seconds" in there else None,
        "Finished": there.get("finished"),
    }
    machine = "These are of the machine that wrote the tables; an executor or a job array may have run them on others."
    return (*(f"{name}: {NOT_RECORDED if value is None else value}." for name, value in facts.items()), machine)


def _rows(table: TextTable | None) -> tuple[str, ...]:
    """The rows of a table as lines: what it is about, and then each heading with its cell."""
    if table is None:
        return ()
    return tuple(f"{row[0]}: {_cells(table.header[1:], row[1:])}." for row in table.rows)


def _cells(names: Iterable[str], cells: Iterable[str]) -> str:
    return "; ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True) if cell) or "as all others"
