"""Floors: imports go down only, and the compiled path carries no browser, plot or frame library."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import learnsim
from learnsim.registry import MODELS

ROOT = Path(learnsim.__file__).parent
FLOORS = [
    {"errors", "cachefolder", "chance", "compiled", "csv_files", "interruption", "machine", "notebook", "ranking", "screen"},
    {"settings", "people", "grouping"},
    {"record", "provenance", "models", "modelinfo"},
    {"training", "beliefs", "search"},
    {"registry", "runs"},
    {"experiments"},
    {"analysis"},
    {"api", "catalogue", "workflow", "study", "study_results", "verify", "cli", "browser", "__init__", "__main__"},
]
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def rooms_imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("learnsim."):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_its_own_floor_and_those_below(path):
    relative = path.relative_to(ROOT)
    room = relative.parts[0] if len(relative.parts) > 1 else relative.stem
    assert all(HEIGHT[other] <= HEIGHT[room] for other in rooms_imported(path))


def test_the_compiled_path_imports_no_mesa_solara_matplotlib_or_pandas():
    runs = "learnsim.training.run, learnsim.beliefs.run, learnsim.search.run"
    code = f"import sys, {runs}, learnsim.runs, learnsim.experiments.runner\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", MODELS)
def test_a_compiled_run_of_any_model_imports_no_mesa_solara_matplotlib_or_pandas(kind):
    code = "import sys; from learnsim.runs import run_arm; from learnsim.settings import Settings\n"
    code += f"made = Settings().changed({{'model.kind': {kind!r}, 'organisation.trainees': 8}})\n"
    code += "run_arm(made, 'hybrid').run_measures()\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
