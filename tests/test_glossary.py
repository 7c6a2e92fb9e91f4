"""Glossary: every word that is no everyday English and that a list, a setting, a measure or a report uses is explained."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import learnsim
from learnsim.grouping.policies import SHUFFLE_PROPERTIES, SHUFFLES
from learnsim.models.registry import MODELS
from learnsim.report.labels import measure_title
from learnsim.settings import ArmTable, Settings
from learnsim.settings.arms import PhaseTable
from learnsim.settings.shocks import Shock

HOME = Path(__file__).parents[1]
GLOSSARY = (HOME / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^\| (?!term \|)([^|]+) \| ([^|]+) \|$", GLOSSARY, re.MULTILINE)
PLAIN = set((HOME / "tests" / "plain_english.txt").read_text(encoding="utf-8").split())
SMALL = [  # experiments that come with learnsim, of every model and kind of design, as small as they may be
    ("hybrid_vs_lecture", {"experiment.replicates": 2, "organisation.trainees": 24, "training.sessions": 2}),
    ("cycle_length", {"experiment.replicates": 2, "organisation.trainees": 24, "training.sessions": 2}),
    ("what_decides", {"experiment.replicates": 2, "design.points": 2, "training.sessions": 2}),
    ("what_decides", {"experiment.replicates": 2, "design.kind": "morris", "design.points": 4, "training.sessions": 2}),
    ("what_decides", {"experiment.replicates": 2, "design.kind": "sobol", "design.points": 64, "training.sessions": 2}),
    ("march1991_mix", {"experiment.replicates": 2, "beliefs.periods": 2}),
    ("lazer2007_smooth", {"experiment.replicates": 2, "search.periods": 2, "search.loci": 5}),
]
HEADINGS = r"<(h[234]|th|dt|summary)\b[^>]*>(.*?)</\1>"
FAILING = """
import learnsim


@learnsim.shuffle_policy("failing", composing=True)
def failing(group):
    raise ValueError("on purpose")
"""


def words(text):
    """The words of a text, without numbers and dotted names of settings."""
    return re.findall(r"[^\W\d_]+", re.sub(r"\b\w+(?:\.\w+)+\b", " ", text))


def authors():
    """The names of everybody whom a page of a model refers to."""
    pages = "".join(page.read_text(encoding="utf-8").split("## References")[1] for page in (HOME / "docs").glob("ODD*.md"))
    return {name for people in re.findall(r"^- (.*?)\(", pages, re.MULTILINE) for name in re.findall(r"[^\W\d_]{3,}", people)}


def catalogue():
    """What ``learnsim list`` lists, in a process of its own: other tests register policies and models."""
    code = "import json; from learnsim.catalogue import catalogue; print(json.dumps(catalogue()))"
    return json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def declared():
    """Where a word stands, and the text: what is declared of models, settings, fields, measures and policies."""
    for heading, names in catalogue().items():
        yield f"learnsim list: {heading}", heading
        if not heading.startswith("experiments"):  # their questions are sentences of their own
            yield from ((f"learnsim list: {name}", meaning) for name, meaning in names.items())
    for table, field in Settings.model_fields.items():
        for key, one in getattr(field.annotation, "model_fields", {}).items():
            yield f"[{table}] {key}", f"{one.description} {(one.json_schema_extra or {}).get('unit', '')}"
    for where, table in {"[[shocks]]": Shock, "[arms.NAME]": ArmTable, "[[arms.NAME.phases]]": PhaseTable}.items():
        for key, one in table.model_fields.items():
            yield f"{where} {key}", f"{one.description} {(one.json_schema_extra or {}).get('unit', '')}"
    for model in MODELS.values():
        for name in model.measures:
            yield f"title of {name}", measure_title(name)
        for name, heading, _ in model.columns:
            yield f"column of {name}", heading


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Headings of the report, its tables and figures, of experiments of every model and kind of design."""
    folder, texts = tmp_path_factory.mktemp("glossary"), []
    (folder / "failing.py").write_text(FAILING, encoding="utf-8")
    failing = {"preset": "hybrid", "shuffle": "failing"}
    fails = {"experiment": {"policies": str(folder / "failing.py"), "replicates": 2}, "arms": {"flat-lecture": {}, "mine": failing}}
    asked = [learnsim.experiment(name).changed(changes) for name, changes in SMALL] + [learnsim.experiment(fails)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
        for number, experiment in enumerate(asked):
            results = experiment.run(folder / str(number))
            report = results.report.read_text(encoding="utf-8")
            own = {*results.settings.arms, *results.settings.sweep}
            shown = [html.unescape(re.sub("<[^>]+>", " ", text)) for _, text in re.findall(HEADINGS, report, re.DOTALL)]
            shown += results.figures.values()
            others = [" ".join(word for word in text.split() if word.strip("*") not in own) for text in shown]
            texts += [(f"{experiment.name}: {text}", other) for text, other in zip(shown, others, strict=True)]
    for registered in (SHUFFLES, SHUFFLE_PROPERTIES):
        del registered["failing"]
    return texts


def unexplained(texts):
    explained = {word for term, _ in ENTRIES for word in words(term.lower())}
    several = {f"{word}s" for word in explained} | {f"{word[:-1]}ies" for word in explained if word.endswith("y")}
    known, names = PLAIN | explained | several, authors()
    return {word: place for place, text in texts for word in words(text) if word.lower() not in known and word not in names}


def test_what_is_declared_is_in_plain_words_or_those_of_the_glossary():
    assert unexplained(declared()) == {}


def test_what_a_report_shows_is_in_plain_words_or_those_of_the_glossary(reported):
    assert len(reported) > 100
    assert unexplained(reported) == {}


def test_a_word_is_plain_or_explained_and_not_both():
    assert not PLAIN & {word for term, _ in ENTRIES for word in words(term.lower()) if term.count(" ") == 0}


def test_every_entry_has_a_meaning_and_no_term_stands_twice():
    terms = [term.strip(" *") for entry, _ in ENTRIES for term in entry.split(",")]
    assert len(terms) == len(set(terms)) > 100
    assert all(meaning.endswith(".") for _, meaning in ENTRIES)
