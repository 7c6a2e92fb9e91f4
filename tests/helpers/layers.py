"""The layers of the package as data, and who imports whom, read from the sources without importing them."""

import ast
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

import learnsim

ROOT = Path(learnsim.__file__).parent


class Layer(NamedTuple):
    """Packages and modules that may import those of all layers before it, and each other if ``siblings``."""

    name: str
    members: frozenset[str]
    siblings: bool = True


LAYERS = [  # from the ground up; a name stands for all that lies in it and has no place of its own
    Layer(
        "ground",
        frozenset(
            {"arrays", "errors", "cachefolder", "chance", "compiled", "console", "csvfile", "files", "machine", "notebook", "progress",
             "signals", "sorting"}
        ),
    ),
    Layer("settings", frozenset({"settings"})),
    Layer("people", frozenset({"people"})),
    Layer("planning", frozenset({"planning"})),
    Layer("grouping", frozenset({"grouping"})),
    Layer("model base", frozenset({"models", "provenance"})),
    Layer("models", frozenset({"models.training", "models.beliefs", "models.search"}), siblings=False),
    Layer("registry", frozenset({"models.registry", "models.runs"})),
    Layer("design", frozenset({"experiments.design"})),
    Layer("execution", frozenset({"experiments.execution"})),
    Layer("storage", frozenset({"experiments.storage"})),
    Layer("experiments", frozenset({"experiments"})),
    Layer("analysis", frozenset({"analysis"})),
    Layer("fitting", frozenset({"fitting"})),
    Layer("report", frozenset({"report"})),
    Layer("plans", frozenset({"plans"})),
    Layer("playback", frozenset({"playback"})),
    Layer(
        "interfaces",
        frozenset(
            {"api", "catalogue", "workflow", "sharding", "verify", "cli", "commands", "browser", "plan_command", "fit_command", "study", "study_results", "__init__",
             "__main__"}
        ),
    ),
]
UPWARDS = {  # the imports that go up, each with its reason
    ("learnsim.settings.readers", "learnsim.models.registry"): "settings ask the models what they read; the models are loaded when first asked",
}


def modules(root=ROOT):
    """Every module of a package: dotted name to file."""
    files = {}
    for file in sorted(root.rglob("*.py")):
        parts = (root.name, *file.relative_to(root).with_suffix("").parts)
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return files


def imports(text, name, known, *, is_package=False, typing=True):
    """The modules among ``known`` that a source imports, in whatever form and wherever in it.

    ``name`` is its own dotted name, from which relative imports count. What is imported under ``TYPE_CHECKING`` counts
    only if ``typing``. An import of something out of a module counts as an import of that module.
    """
    package = name if is_package else name.rpartition(".")[0]
    names = set()
    for node in _walk(ast.parse(text), typing):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            names |= {f"{source}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            names |= {resolve_name(each, package) for each in _literals(node)}
    return {module for each in names if (module := _innermost(each, known))}


def _walk(node, typing):
    """Every node of a tree; without what stands under ``if TYPE_CHECKING`` unless ``typing``."""
    yield node
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and not typing and "TYPE_CHECKING" in ast.unparse(node.test).split("."):
        children = iter(node.orelse)
    for child in children:
        yield from _walk(child, typing)


def _called(node):
    """The last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _literals(node):
    """The text that is a call's first argument, or named ``name``, if it is written out."""
    first = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "name")]
    return [each.value for each in first if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _innermost(name, known):
    """The module that a dotted name is or lies in, or None if it is not one of ours."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def graph(*, typing, root=ROOT):
    """Every module to the modules that it imports, but for those of ``UPWARDS``."""
    files = modules(root)
    edges = {
        name: imports(file.read_text(encoding="utf-8"), name, files, is_package=file.stem == "__init__", typing=typing) - {name}
        for name, file in files.items()
    }
    return {name: {other for other in others if (name, other) not in UPWARDS} for name, others in edges.items()}


def member(module):
    """The member of a layer that a module belongs to: the innermost that holds it, or else its top-level package."""
    parts = module.split(".")[1:] or ["__init__"]
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if any(name in layer.members for layer in LAYERS)), parts[0])


def may_import(one, other):
    """Whether a member of a layer may import another."""
    height = {member: place for place, layer in enumerate(LAYERS) for member in layer.members}
    layer = LAYERS[height[one]]
    return one == other or height[other] < height[one] or (other in layer.members and layer.siblings)


def circle(edges):
    """The first circle of a graph, as a path that ends where it began, or an empty list. Depth first."""
    done = set()

    def visit(node, path):
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for other in sorted(edges.get(node, ())):
            if loop := visit(other, [*path, node]):
                return loop
        done.add(node)
        return []

    return next((loop for node in sorted(edges) if (loop := visit(node, []))), [])
