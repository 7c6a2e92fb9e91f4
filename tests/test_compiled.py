"""Compiled code: a cache that is damaged, full or nowhere costs time, and no run."""

import os
import subprocess
import sys

import pytest

from helpers.our_models import OURS
from learnsim.compiled import announce_compilation
from learnsim.models.runs import run_arm
from learnsim.settings import Settings

USE = """
import numpy as np
from learnsim.compiled import cache_folder
from learnsim.grouping.group import mean_rows
print(mean_rows(np.eye(2), np.array([0, 1])), cache_folder())
"""
FULL = """
from numba.core.caching import IndexDataCacheFile
def save(*arguments): raise OSError(28, "No space left on device")
IndexDataCacheFile.save = save
"""


def used(cache, before=""):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LEARNSIM_CACHE": str(cache), "TMPDIR": str(cache.parent)}
    return subprocess.run([sys.executable, "-c", before + USE], capture_output=True, text=True, env=env, check=False)


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.thorough
def test_a_damaged_cache_is_compiled_anew_with_one_note(tmp_path, kind):
    cache = tmp_path / "cache"
    first = used(cache)
    assert first.stderr == "" and first.stdout.startswith("[0.5 0.5]")
    for path in cache.rglob(f"*.{kind}"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    second = used(cache)
    assert second.stdout == first.stdout
    assert second.stderr.startswith("note: compiled kernels in ") and second.stderr.count("\n") == 1
    assert used(cache).stderr == ""


def test_a_full_disk_keeps_no_kernel_and_stops_no_run(tmp_path):
    done = used(tmp_path / "cache", FULL)
    assert done.stdout.startswith("[0.5 0.5]")
    assert "No space left on device" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("error", ["MemoryError()", "OSError(12, 'Cannot allocate memory')"])
def test_a_lack_of_memory_is_not_forgiven_since_the_compiler_would_hang(tmp_path, error):
    before = "from numba.core import caching\n"
    before += f"def load(*arguments): raise {error}\ncaching.FunctionCache._load_overload = load\n"
    done = used(tmp_path / "cache", before)
    assert done.returncode == 1 and done.stdout == "" and "compiling anew" not in done.stderr
    assert done.stderr.rstrip().splitlines()[-1].startswith(error.partition("(")[0])


@pytest.mark.parametrize("kind", list(OURS))
def test_a_model_that_is_compiled_already_is_not_announced(kind, capsys):
    settings = Settings().changed({"model.kind": kind, "organisation.trainees": 8, OURS[kind].periods: 1})
    run_arm(settings, "isolated-cells", engine="compiled")
    announce_compilation(kind)
    assert capsys.readouterr().err == ""
