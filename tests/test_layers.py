"""Layers: imports go down and never in a circle, and the compiled path carries no browser, plot or frame library."""

import ast
import re
import subprocess
import sys

import pytest

from helpers.layers import LAYERS, circle, graph, imports, may_import, member, modules
from learnsim.models.registry import MODELS

ALL = graph(typing=True)
AT_RUN_TIME = graph(typing=False)
KNOWN = {"learnsim", "learnsim.cli", "learnsim.models.beliefs", "learnsim.models.beliefs.run", "learnsim.chance"}
FORMS = {
    "from learnsim.models.beliefs.run import simulate_agents": "learnsim.models.beliefs.run",
    "from learnsim.models.beliefs import run": "learnsim.models.beliefs.run",
    "from learnsim.models.beliefs import Absent": "learnsim.models.beliefs",
    "from learnsim import chance": "learnsim.chance",
    "from learnsim import chance as purpose": "learnsim.chance",
    "from learnsim import __version__": "learnsim",
    "import learnsim.cli": "learnsim.cli",
    "import numpy, learnsim.cli as c": "learnsim.cli",
    "from . import chance": "learnsim.models.search.chance",
    "from ... import chance": "learnsim.chance",
    "from ..beliefs.run import simulate_agents": "learnsim.models.beliefs.run",
    "from importlib import import_module\nx = import_module('learnsim.models.beliefs.run')": "learnsim.models.beliefs.run",
    "import importlib\nx = importlib.import_module(name='...cli', package=__package__)": "learnsim.cli",
    "x = __import__('learnsim.cli')": "learnsim.cli",
    "def f():\n    from learnsim.cli import main": "learnsim.cli",
    "class C:\n    def f(self):\n        import learnsim.cli": "learnsim.cli",
    "try:\n    import learnsim.cli\nexcept ImportError:\n    pass": "learnsim.cli",
}


@pytest.mark.parametrize("text", FORMS)
def test_an_import_is_seen_in_whatever_form_it_is_written(text):
    known = {*KNOWN, "learnsim.models.search.chance"}
    assert imports(text, "learnsim.models.search.model", known) == {FORMS[text]}


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_an_import_for_types_is_seen_and_distinguished(test):
    text = f"if {test}:\n    import learnsim.cli\nelse:\n    import learnsim.chance"
    assert imports(text, "learnsim.models.search.model", KNOWN) == {"learnsim.cli", "learnsim.chance"}
    assert imports(text, "learnsim.models.search.model", KNOWN, typing=False) == {"learnsim.chance"}


def test_a_relative_import_in_a_package_counts_from_the_package():
    assert imports("from .run import x", "learnsim.models.beliefs", KNOWN, is_package=True) == {"learnsim.models.beliefs.run"}


def test_a_member_imports_below_and_beside_it_but_not_above():
    assert may_import("models.training", "grouping") and may_import("compiled", "errors") and may_import("cli", "browser")
    assert not may_import("grouping", "models.training") and not may_import("settings", "people")


def test_no_model_may_import_another():
    models = {"models.training", "models.beliefs", "models.search"}
    assert [(one, other) for one in models for other in models if one != other and may_import(one, other)] == []


def test_analysis_and_report_import_neither_a_model_nor_its_engines():
    engines = {"models.runs", "models.training", "models.beliefs", "models.search"}
    upper = {name: others for name, others in ALL.items() if member(name) in ("analysis", "report")}
    assert len(upper) > 40
    assert [(name, other) for name, others in upper.items() for other in others if member(other) in engines] == []


def test_every_package_and_module_stands_on_one_layer():
    members = [each for layer in LAYERS for each in layer.members]
    assert sorted(members) == sorted({member(module) for module in modules()})


@pytest.mark.parametrize("module", ALL)
def test_a_module_imports_only_what_its_layer_allows(module):
    wrong = [other for other in sorted(ALL[module]) if not may_import(member(module), member(other))]
    assert wrong == []


def test_a_circle_is_detected_wherever_it_lies():
    assert circle({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"b"}}) == ["b", "d", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": {"d"}, "d": set()}) == []


def test_no_modules_import_each_other_in_a_circle_at_run_time():
    assert circle(AT_RUN_TIME) == []


def test_no_packages_import_each_other_in_a_circle_at_run_time():
    edges = {}
    for module, others in AT_RUN_TIME.items():
        edges.setdefault(member(module), set()).update({member(other) for other in others} - {member(module)})
    assert circle(edges) == []


def test_no_module_says_in_its_docstring_what_it_may_import():
    headings = {name: ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) for name, file in modules().items()}
    assert [name for name, heading in headings.items() if re.search(r"\bKnows\b", heading or "")] == []


def test_the_compiled_path_imports_no_mesa_solara_matplotlib_or_pandas():
    runs = "learnsim.models.training.run, learnsim.models.beliefs.run, learnsim.models.search.run"
    code = f"import sys, {runs}, learnsim.models.runs, learnsim.experiments.runner\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", [name for name, kind in MODELS.items() if kind.compiles])
def test_a_compiled_run_imports_no_mesa_solara_matplotlib_or_pandas(kind):
    code = "import sys; from learnsim.models.runs import run_arm; from learnsim.settings import Settings\n"
    code += f"settings = Settings().changed({{'model.kind': {kind!r}, 'organisation.trainees': 8}})\n"
    code += "run_arm(settings, 'hybrid').run_measures()\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
