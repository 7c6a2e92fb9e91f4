"""Names of models: a model is named in its own folder, in the registry, and nowhere else in the code."""

import ast
from pathlib import Path

import pytest

import learnsim
from helpers.our_models import OURS

ROOT = Path(learnsim.__file__).parent
NAMED = {  # modules that name a model all the same, and why
    "models/registry.py": "it lists the models that ship",
    "__init__.py": "it exports their Mesa models",
    "settings/settings.py": "it declares the tables of those that ship, for type checkers and in the order of a file",
    "browser/model_holder.py": "the model of Mesa's page",
    "fitting/observed.py": "scores of a test are about what people of this model know",
    "planning/__init__.py": "its search is for a plan, and no model",
}


def names_in(path: Path) -> list[str]:
    """The models that a module names: in a text that is such a name or a module's, or in an import. ``"search.loci"`` is a setting."""
    named = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts = [node.value]
        elif isinstance(node, ast.ImportFrom):
            texts = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            texts = [alias.name for alias in node.names]
        else:
            continue
        for text in texts:
            words = text.replace(":", ".").split(".")
            path_of = words[1 + (words[1:2] in (["settings"], ["models"])) :] if words[0] == "learnsim" else words[:1] * (len(words) == 1)
            named += [name for name in OURS if path_of[:1] == [name]]
    return named


def outside(name: str) -> list[Path]:
    """Every module that is in no model's folder."""
    return [path for path in sorted(ROOT.rglob(name)) if (path.relative_to(ROOT).parts[:2])[-1] not in OURS]


@pytest.mark.parametrize("path", outside("*.py"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_model_is_named_in_its_own_folder_only(path):
    assert bool(names_in(path)) == (path.relative_to(ROOT).as_posix() in NAMED)


@pytest.mark.parametrize("name", OURS)
def test_no_model_names_another(name):
    assert {other for path in (ROOT / "models" / name).glob("*.py") for other in names_in(path)} <= {name}


@pytest.mark.parametrize(
    "text",
    ['x = "search"', "from learnsim.models.search import info", "import learnsim.models.search.info", "from learnsim import search",
     "from learnsim.settings.search import Search", 'x = "learnsim.models.search.networks:NETWORKS"'],
)  # fmt: skip
def test_every_way_of_naming_a_model_is_seen(tmp_path, text):
    (tmp_path / "some.py").write_text(text)
    assert names_in(tmp_path / "some.py") == ["search"]


def test_a_setting_is_no_name_of_a_model(tmp_path):
    (tmp_path / "some.py").write_text('x = "search.periods"; y = "in search of"')
    assert names_in(tmp_path / "some.py") == []
