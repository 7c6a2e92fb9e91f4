"""Sources: the publications behind an experiment, as BibTeX: of its settings, policies, model, design and statistics.

``sources.bib`` beside this file is the bibliography. Declarations name a source as a text does: "Hake 1998",
"March (1991)", "Fang, Lee & Schilling 2010". An entry belongs to every text that names its authors and year so.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.settings_read import settings_read
from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.models.info import ModelInfo
from learnsim.report.labels import declaration_of
from learnsim.settings import Settings
from learnsim.settings.sampling import KINDS

BIBLIOGRAPHY = Path(__file__).with_name("sources.bib")
ITSELF = "learnsim"  # the entry of the package
BIBLIOGRAPHY_COMMAND = "learnsim cite"
OFF = "off by default"  # how a source begins whose setting does nothing at its default
POLICIES: dict[str, Mapping[str, Any]] = {"shuffle": SHUFFLES, "officer": OFFICERS}
GENERATOR = "random numbers by address, Philox4x32-10 (Salmon et al. 2011)"
ODD = "the model is described after the ODD protocol (Grimm et al. 2020)"
AGENTS = "agents in Mesa 3 (ter Hoeven et al. 2025)"
CHECKLIST = "the STRESS-ABS checklist of learnsim describe (Monks et al. 2019)"
D_Z = "d_z: the mean paired difference over the standard deviation of the differences (Cohen 1988)"
HOLM = "paired t tests, corrected for all contrasts of a measure (Holm 1979)"
BCA = "bias-corrected and accelerated bootstrap intervals (Efron 1987)"
STEIN = "as many replicates as an interval of the wanted width takes, in two stages (Stein 1945)"
SHARES = "the error of a share of replicates with two successes and two failures added (Agresti & Coull 1998)"
PRIM = "the box of settings in which an arm is better: PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010)"
INDICES = {
    "saltelli": "Sobol' indices (Sobol' 1993), by the estimators of Saltelli et al. (2010)",
    "morris": "elementary effects (Morris 1991; Campolongo et al. 2007)",
}
ROUGH_INDICES = "first-order indices (Sobol' 1993), by random balance designs (Tarantola, Gatelli & Mara 2006)"


class Source(NamedTuple):
    """An entry of the bibliography: its key, its text in BibTeX, and what matches where it is named."""

    key: str
    text: str
    named: re.Pattern[str]


class Reason(NamedTuple):
    """A text that names sources, and what in the experiment it belongs to."""

    about: str
    text: str


@cache
def bibliography() -> tuple[Source, ...]:
    """Return all entries, in the order of their keys."""
    entries = re.split(r"\n\n(?=@)", BIBLIOGRAPHY.read_text(encoding="utf-8").strip())
    return tuple(Source(entry[entry.index("{") + 1 : entry.index(",")], entry, _pattern(entry)) for entry in entries)


def _pattern(entry: str) -> re.Pattern[str]:
    """What matches where an entry is named: all surnames, or the first and "et al.", and then the year."""
    authors = re.search(r"author = \{(.*)\},", entry)
    year = re.search(r"\byear = \{(\d+)\}", entry)
    people = _letters(authors[1]).split(" and ") if authors else []
    names = [re.escape(person.split(",")[0]) for person in people]
    ways = [f"{names[0]} et al."] if len(names) > 2 or "others" in names else []
    if "others" not in names:
        ways.append(" & ".join(filter(None, [", ".join(names[:-1]), names[-1]])))
    when = rf"(?:'s)? \(?{year[1]}\b" if year else r"(?!\w| et al| &|,? \(?\d)"
    return re.compile(rf"(?<!& )(?<!\w)(?:{'|'.join(ways)}){when}")


def _letters(text: str) -> str:
    """Return a text without accents, whether TeX or Unicode writes them."""
    plain = re.sub(r"\\(?:['\"`^~=.]|[Hcuv](?=[{ ]))|[{}]|\\(?=i)", "", text)
    return "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))


def sources_in(text: str) -> tuple[Source, ...]:
    """Return the entries that a text names.

    Examples
    --------
    >>> [source.key for source in sources_in("calibrated: gains .23 (Hake 1998); Smith et al. 2009")]
    ['hake1998', 'smith2009']
    """
    plain = " ".join(_letters(text).split())
    return tuple(source for source in bibliography() if source.named.search(plain))


def bibtex_of(summary: Summary) -> str:
    """Return the sources behind an experiment as BibTeX, each below a comment that says what it is behind.

    learnsim comes first, with the version that ran; then the others in the order of their keys.
    """
    about: dict[str, list[str]] = {}
    for reason in reasons_of(summary):
        for source in sources_in(reason.text):
            about.setdefault(source.key, []).append(reason.about)
    version = str(summary.results.provenance.get("versions", {}).get(ITSELF, ""))
    kind = summary.results.design.kind
    parts = []
    for source in sorted(bibliography(), key=lambda one: (one.key != ITSELF, one.key)):
        if source.key == ITSELF:
            text = re.sub(r"version = \{.*?\}", f"version = {{{version}}}", source.text) if version else source.text
            parts.append(f"% the experiment was run with it\n{text}\n")
        elif source.key in about:
            parts.append(f"% {'; '.join(dict.fromkeys(about[source.key]))}\n{source.text}\n")
    if kind.own_parameters or kind.own_source:
        what = summary.results.design.settings.model.class_name.rpartition("/")[2] or kind.name
        parts.append(f"% The source of the model itself ({what}) is not known to learnsim: add it yourself.\n")
    return "\n".join(parts)


def reasons_of(summary: Summary) -> Iterator[Reason]:
    """Yield everything in an experiment that may name a source, in the order in which a paper would tell it."""
    yield from _of_model(summary)
    if not summary.results.design.kind.own_parameters:
        read = settings_read(summary.results.design)
        yield from _of_settings(summary, read.settings)
        for key, value in read.fields:
            yield from _of_field(summary.results.design.kind, key, value)
    for statistic in statistics_of(summary):
        yield Reason("statistics", statistic)
    for target in summary.results.design.targets:
        yield Reason("numbers that the results are compared with", target.source)
    yield Reason("how it is described", CHECKLIST)


def _of_model(summary: Summary) -> Iterator[Reason]:
    design = summary.results.design
    kind, settings = design.kind, design.settings
    if kind.own_parameters or settings.experiment.engine == "agents":
        yield Reason("the agents", AGENTS)
    if not kind.own_parameters:
        yield Reason("random numbers", GENERATOR)
        yield Reason(f"the {kind.name} model", kind.meaning)
        for text in kind.sources:
            yield Reason(f"the {kind.name} model", text)
        for name in kind.names:
            yield Reason(f"measure {name}", kind.measures[name][0])
    if not kind.own_parameters and not kind.own_source:
        yield Reason("how the model is described", ODD)


def _of_settings(summary: Summary, names: Iterable[str]) -> Iterator[Reason]:
    """The sources of settings; of one that is off by default, only if it was switched on."""
    design = summary.results.design
    for name in names:
        declared = declaration_of(name)
        extra = declared.json_schema_extra if declared else None
        source = str(extra.get("source", "")) if isinstance(extra, dict) else ""
        switched = name in design.swept or (declared is not None and _value_of(design.settings, name) != declared.default)
        if source and (switched or not source.startswith(OFF)):
            yield Reason(name, source)


def _value_of(settings: Settings, name: str) -> Any:
    table, _, key = name.partition(".")
    return getattr(getattr(settings, table, None), key, None)


def _of_field(kind: ModelInfo, key: str, value: Any) -> Iterator[Reason]:
    policies = POLICIES.get(key, {})
    if isinstance(value, str) and value in policies:
        yield Reason(f"{key} = {value}", inspect.getdoc(policies[value]) or "")
    for heading, entries in kind.listed().items():
        if isinstance(value, str) and value in entries and heading.startswith(key):
            yield Reason(f"{key} = {value}", str(entries[value]))


def statistics_of(summary: Summary) -> tuple[str, ...]:
    """Return the design of points and the statistics of an experiment, each in one line that names its source."""
    design = summary.results.design
    kind = design.settings.design.kind
    lines = []
    if design.swept:
        lines.append(f"{kind}: {KINDS[kind]}")
    if design.precision:
        lines.append(STEIN)
    if len(design.arms) > 1:
        lines += [D_Z, HOLM]
        lines += [BCA] if np.isfinite(summary.contrasts[summary.measure].bca_low).any() else []
    if any(summary.indices.values()):
        lines.append(INDICES.get(kind, ROUGH_INDICES))
    if summary.boxes:
        lines.append(PRIM)
    if any(one.target.statistic == "share_above" for one in summary.comparisons):
        lines.append(SHARES)
    return tuple(lines)
