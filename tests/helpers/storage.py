"""What tests of results folders share: their bytes, how many runs are added to them, and where they are stopped."""

from importlib import import_module
from pathlib import Path

from learnsim.experiments.storage.store import Store

TEXT = """
[experiment]
name = "small"
replicates = {replicates}
[organisation]
trainees = 24
communities = 2
cycle_length = 2
[training]
sessions = 6
[sweep]
"organisation.cell_size" = {sizes}
[arms.flat-lecture]
[arms.hybrid]
"""


def text_of(replicates, sizes):
    """A small experiment file."""
    return TEXT.format(replicates=replicates, sizes=sizes)


def bytes_in(folder):
    """Every file of a folder, by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def tables_of(folder):
    """The tables of results, by file name."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.parquet"))}


def count_runs(patch):
    """Return a list that grows by a number whenever runs are added to a store."""
    added, add = [], Store.add

    def counted(store, task, outcomes):
        added.append(task.runs)
        add(store, task, outcomes)

    patch.setattr(Store, "add", counted)
    return added


def kill_when(patch, target, name, original=None, *, behind=False):
    """Let a run stop where a function is called, or behind it, as if it were killed: no clearing up removes anything.

    ``target`` is a class, or a module by its name.
    """
    place = import_module(target) if isinstance(target, str) else target
    function = original or getattr(place, name)

    def stopped(*arguments, **named):
        if behind:
            function(*arguments, **named)
        patch.setattr("learnsim.experiments.storage.lock.shutil.rmtree", lambda *some, **more: None)
        raise KeyboardInterrupt

    patch.setattr(place, name, stopped)
