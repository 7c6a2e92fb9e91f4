"""Policy files: policies import from their own folder, nobody else sees those files, and the results have a copy of all."""

import hashlib
import importlib
import random
import shutil
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from learnsim.errors import PolicyError, ResultsError
from learnsim.experiments.execution.executors import default_workers
from learnsim.experiments.reproduce import reproduce
from learnsim.grouping import OFFICERS, SHUFFLES, load_policies
from learnsim.grouping.policy_files import PREFIX, files_to_copy
from learnsim.progress import Progress
from learnsim.provenance import identity, numbers_of
from learnsim.settings import load
from learnsim.workflow import run_experiment

MINE = """
import learnsim
{imports}

@learnsim.shuffle_policy("mine")
def mine(group):
    "In the helper's order."
    return {call}(group.members)
"""
BACK, SAME = "def order(members):\n    return members[::-1]\n", "def order(members):\n    return members\n"
EXPERIMENT = """
[experiment]
replicates = 2
policies = "my.py"
[organisation]
trainees = 12
communities = 1
cell_size = 3
cycle_length = 1
[training]
sessions = 3
[arms.flat-lecture]
[arms.own]
preset = "hybrid"
shuffle = "mine"
"""


@pytest.fixture
def no_figures(monkeypatch):
    """Leave out summaries and figures, which take longer than a small experiment."""
    monkeypatch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)


@pytest.fixture(autouse=True)
def tidy():
    """Leave the registry and the modules as they were."""
    before = [known.copy() for known in (SHUFFLES, OFFICERS)]
    yield
    for known, old in zip((SHUFFLES, OFFICERS), before, strict=True):
        known.clear()
        known.update(old)
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]


class Members:
    """A group of three, for policies that look only at who is there."""

    members = (1, 2, 3)


def written(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "my.py"


def policy(imports, call="order"):
    return MINE.format(imports=imports, call=call)


LAYOUTS = {
    "a file": ({"my.py": policy("from helper import order"), "helper.py": BACK}, ["helper.py"]),
    "another name": ({"my.py": policy("import helper as h", "h.order"), "helper.py": BACK}, ["helper.py"]),
    "relative": ({"my.py": policy("from .helper import order"), "helper.py": BACK}, ["helper.py"]),
    "relative module": ({"my.py": policy("from . import helper", "helper.order"), "helper.py": BACK}, ["helper.py"]),
    "a star": ({"my.py": policy("from helper import *"), "helper.py": BACK}, ["helper.py"]),
    "a package": ({"my.py": policy("import p.q", "p.q.order"), "p/__init__.py": "", "p/q.py": BACK}, ["p/__init__.py", "p/q.py"]),
    "a package's own": (
        {"my.py": policy("from p import order"), "p/__init__.py": "from .q import order", "p/q.py": "from p.r.s import order", "p/r/__init__.py": "", "p/r/s.py": BACK},
        ["p/__init__.py", "p/q.py", "p/r/__init__.py", "p/r/s.py"],
    ),
    "up": (
        {"my.py": policy("from p.q import order"), "p/__init__.py": "", "p/q.py": "from ..helper import order", "helper.py": BACK},
        ["helper.py", "p/__init__.py", "p/q.py"],
    ),
    "a bare folder": ({"my.py": policy("from lib.deep import helper", "helper.order"), "lib/deep/helper.py": BACK}, ["lib/deep/helper.py"]),
    "steps": ({"my.py": policy("from one import order"), "one.py": "from two import order", "two.py": BACK}, ["one.py", "two.py"]),
    "in a circle": (
        {"my.py": "NUMBER = 1\n" + policy("from one import order"), "one.py": "import my\nassert my.NUMBER == 1\n" + BACK},
        ["one.py"],
    ),
    "when it is needed": (
        {"my.py": policy("", "late").replace("    return", "    from helper import order as late\n    return"), "helper.py": BACK},
        ["helper.py"],
    ),
    "a name of the library": ({"my.py": policy("from random import order\nimport math, numpy"), "random.py": BACK}, ["random.py"]),
    "a name that is installed": ({"my.py": policy("from scipy import order"), "scipy.py": BACK}, ["scipy.py"]),
    "a policy in the helper": ({"my.py": "import helper", "helper.py": policy("", "list").replace("list(", "(lambda m: m[::-1])(")}, ["helper.py"]),
}


@pytest.mark.parametrize(("files", "names"), LAYOUTS.values(), ids=LAYOUTS)
def test_policies_import_from_their_own_folder(tmp_path, files, names):
    before, path, modules = random.random, sys.path.copy(), set(sys.modules)
    load_policies(written(tmp_path, {**files, "unused.py": "1 / 0", "learnsim.py": "1 / 0"}))
    assert SHUFFLES["mine"](Members) == (3, 2, 1)
    assert [name for _, name in files_to_copy(tmp_path / "my.py")] == ["policies/my.py", *(f"policies/{name}" for name in names)]
    importlib.reload(statistics)  # imports the library's own random
    assert random.random is before and sys.path == path
    assert [name for name in set(sys.modules) - modules if not name.startswith(PREFIX)] == []
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_file_that_imports_nothing_of_its_own_is_copied_alone(tmp_path):
    file = written(tmp_path, {"my.py": policy("import random, numpy.random", "list"), "random/data.csv": "", "helper.py": ""})
    assert files_to_copy(file) == [(file, "policies.py")]


def test_a_file_named_as_what_it_imports_means_the_other(tmp_path):
    written(tmp_path, {"random.py": policy("import random\nassert random.random", "list")})
    load_policies(tmp_path / "random.py")
    assert SHUFFLES["mine"](Members) == [1, 2, 3]


def test_two_experiments_have_each_their_own_helper_of_one_name(tmp_path):
    text = policy("from helper import order")
    files = [written(tmp_path / name, {"my.py": text, "helper.py": helper}) for name, helper in (("a", BACK), ("b", SAME))]
    for _ in range(2):
        for file, expected in zip(files, ((3, 2, 1), (1, 2, 3)), strict=True):
            load_policies(file)
            assert SHUFFLES["mine"](Members) == expected


def test_an_edited_helper_is_another_experiment_and_counts_at_once(tmp_path):
    file = written(tmp_path, {"my.py": policy("from helper import order"), "helper.py": BACK, "x.toml": EXPERIMENT})
    load_policies(file)
    before = identity(load(tmp_path / "x.toml"))
    written(tmp_path, {"helper.py": SAME})
    load_policies(file)
    assert SHUFFLES["mine"](Members) == (1, 2, 3)
    assert identity(load(tmp_path / "x.toml")) != before


def test_a_policy_that_was_taken_out_is_no_longer_known(tmp_path):
    load_policies(written(tmp_path, {"my.py": policy("", "list")}))
    load_policies(written(tmp_path, {"my.py": policy("", "list").replace('"mine"', '"another"')}))
    assert "another" in SHUFFLES and "mine" not in SHUFFLES


def test_the_identity_of_an_experiment_without_helpers_is_what_it_was(tmp_path):
    file = written(tmp_path, {"my.py": policy("import numpy", "list"), "x.toml": EXPERIMENT})
    settings = load(tmp_path / "x.toml")
    digest = hashlib.sha256(repr(sorted(numbers_of(settings).items())).encode() + file.read_bytes())
    assert identity(settings) == digest.hexdigest()[:16]


MISTAKES = [
    ({"my.py": policy("from helper import order"), "helper.py": "x = 1\n1 / 0\n"}, r"helper\.py:2: ZeroDivisionError: division by zero"),
    ({"my.py": policy("from helper import order"), "helper.py": "def f(:\n"}, r"my\.py:3: SyntaxError: .*helper\.py, line 1"),
    ({"my.py": policy("from helper import order"), "helper.py": "x = '" + "\0" + "'"}, r"my\.py:3: SyntaxError"),
    ({"my.py": policy("from helper import other"), "helper.py": BACK}, r"my\.py:3: ImportError: cannot import name 'other' from 'helper'"),
    ({"my.py": policy("import p.other"), "p/__init__.py": ""}, r"my\.py:3: ModuleNotFoundError: No module named 'p\.other'$"),
    ({"my.py": policy("from ..up import order")}, r"my\.py:3: ImportError: attempted relative import beyond top-level package"),
    (
        {"my.py": policy("import importlib\norder = importlib.import_module('helper').order"), "helper.py": BACK},
        r"my\.py:4: ModuleNotFoundError: No module named 'helper'; write import helper in the file, so that helper\.py is kept",
    ),
    ({"my.py": "(" * 100_000}, r"my\.py: (SyntaxError|MemoryError|RecursionError)"),
]


@pytest.mark.parametrize(("files", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_in_a_helper_is_located_and_can_be_mended(tmp_path, files, sentence):
    file = written(tmp_path, files)
    with pytest.raises(PolicyError, match=sentence) as raised:
        load_policies(file)
    assert "\n" not in str(raised.value) and PREFIX not in str(raised.value)
    load_policies(written(tmp_path, LAYOUTS["a file"][0]))
    assert SHUFFLES["mine"](Members) == (3, 2, 1)


def test_many_threads_load_one_file_once(tmp_path):
    slow = "import time\ntime.sleep(0.05)\n"
    file = written(tmp_path, {"my.py": policy("from helper import order"), "helper.py": slow + BACK})
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: (load_policies(file), SHUFFLES["mine"]), range(8)))


def again(folder):
    return reproduce(folder, default_workers(), Progress())


@pytest.mark.thorough
def test_results_with_helpers_are_reproduced_from_their_folder_alone(tmp_path, no_figures):
    """In worker processes too, which start with nothing loaded."""
    source, folder = tmp_path / "source", tmp_path / "results"
    written(source, {**LAYOUTS["up"][0], "x.toml": EXPERIMENT})
    settings = load(source / "x.toml", ["experiment.engine=agents"])
    assert run_experiment(settings, "x.toml", folder, workers=2, quiet=True).failed == 0
    run_experiment(settings, "x.toml", folder, quiet=True)  # finished already
    shutil.rmtree(source)
    assert sorted(str(path.relative_to(folder)) for path in (folder / "policies").rglob("*.py")) == [
        "policies/helper.py",
        "policies/my.py",
        "policies/p/__init__.py",
        "policies/p/q.py",
    ]
    answer = again(folder)
    assert (answer.count, answer.changed) == (0, [])
    (folder / "policies" / "helper.py").write_text(SAME)
    assert again(folder).changed == ["settings, roster, plan, policies or measures were edited"]


def test_results_of_another_helper_are_another_experiments(tmp_path, no_figures):
    written(tmp_path, {**LAYOUTS["a file"][0], "x.toml": EXPERIMENT})
    run_experiment(load(tmp_path / "x.toml"), "x.toml", tmp_path / "results", workers=1, quiet=True)
    written(tmp_path, {"helper.py": SAME})
    with pytest.raises(ResultsError, match=r"contains results of another experiment \(experiment.policies: "):
        run_experiment(load(tmp_path / "x.toml"), "x.toml", tmp_path / "results", workers=1, quiet=True)
