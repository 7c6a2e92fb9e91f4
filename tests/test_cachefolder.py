"""Cache folder: machine code is kept where nobody else can put theirs; where there is no such place, one note says so."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from learnsim import cachefolder
from learnsim.cachefolder import find_place

NAME = "kernels-0123456789abcdef"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A home, a folder for temporary files, and a folder that LEARNSIM_CACHE names; none of them beside another."""
    for variable in ("LEARNSIM_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    for name in ("home", "temporary", "cache"):
        (tmp_path / name).mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    return tmp_path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_cache_is_in_the_users_cache_folder_for_the_user_only(places):
    before = os.umask(0)
    try:
        folder, note = find_place(NAME)
    finally:
        os.umask(before)
    assert (folder, note) == (places / "home/.cache/learnsim" / NAME, "")
    assert [mode(each) for each in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3


def test_learnsim_cache_comes_first_and_then_xdgs(places, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "xdg/new"))
    assert find_place(NAME) == (places / "xdg/new/learnsim" / NAME, "")
    monkeypatch.setenv("LEARNSIM_CACHE", str(places / "cache"))
    assert find_place(NAME) == (places / "cache" / NAME, "")
    monkeypatch.setenv("LEARNSIM_CACHE", "~/mine")
    assert find_place(NAME) == (places / "home/mine" / NAME, "")
    monkeypatch.chdir(places)
    monkeypatch.setenv("LEARNSIM_CACHE", "cache/here")
    assert find_place(NAME) == (places / "cache/here" / NAME, "")


@pytest.mark.parametrize("value", ["", "relative/cache"])
def test_a_cache_home_that_the_standard_ignores_is_ignored(places, monkeypatch, value):
    monkeypatch.chdir(places)
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert find_place(NAME) == (places / "home/.cache/learnsim" / NAME, "")
    assert not (places / "relative").exists()


def test_without_a_home_the_cache_is_a_temporary_folder_that_stays(places, monkeypatch):
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    folder, note = find_place(NAME)
    assert folder == places / f"temporary/learnsim-{os.getuid()}" / NAME
    assert note.startswith("compiled kernels cannot be stored without a home folder; they are in ") and "LEARNSIM_CACHE" in note
    assert mode(folder.parent) == 0o700
    assert find_place(NAME) == (folder, note)


def closed(path, monkeypatch):
    path.chmod(0o777)


def a_file(path, monkeypatch):
    path.rmdir()
    path.write_text("")


def another_users(path, monkeypatch):
    seen = Path.stat

    def of_another(self, **how):
        status = seen(self, **how)
        return os.stat_result((*status[:4], status.st_uid + 7, *status[5:10])) if self == path else status

    monkeypatch.setattr(Path, "stat", of_another)


def link_to_open(path, monkeypatch):
    path.rmdir()
    (path.parent / "open").mkdir()
    (path.parent / "open").chmod(0o777)
    path.symlink_to("open")


def link_to_itself(path, monkeypatch):
    path.rmdir()
    path.symlink_to(path.name)


def full(path, monkeypatch):
    def no_space(**how):
        if str(how["dir"]).startswith(str(path)):
            raise OSError(28, "No space left on device")

        class Nothing:
            __enter__ = __exit__ = lambda *_: None

        return Nothing()

    monkeypatch.setattr("tempfile.TemporaryFile", no_space)


def of_a_group(path, monkeypatch):
    path.chmod(0o770)
    monkeypatch.setattr(cachefolder.os, "getuid", os.getuid)
    seen = Path.stat

    def of_group(self, **how):
        status = seen(self, **how)
        return os.stat_result((*status[:5], 4321, *status[6:10])) if self == path else status

    monkeypatch.setattr(Path, "stat", of_group)


HARM = {
    closed: "others may write to ", a_file: "Not a directory", another_users: "belongs to another user", link_to_open: "others may write to ",
    link_to_itself: "", full: "No space left on device", of_a_group: "others may write to ",
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_a_cache_that_is_unsafe_or_not_writable_is_replaced(places, monkeypatch, harm):
    """By one of this process's own."""
    monkeypatch.setenv("LEARNSIM_CACHE", str(places / "cache"))
    harm(places / "cache", monkeypatch)
    folder, note = find_place(NAME)
    assert folder == places / "home/.cache/learnsim" / NAME
    assert note.startswith(f"compiled kernels cannot be stored in {places / 'cache'} (") and HARM[harm] in note
    assert note.endswith(f"; they are in {folder.parent}; LEARNSIM_CACHE chooses another folder")
    assert find_place(NAME) == (folder, note)


def test_a_folder_of_kernels_that_another_user_made_first_is_not_used(places, monkeypatch):
    """Its name can be guessed, so anybody may have made it among temporary files."""
    monkeypatch.setenv("HOME", "/proc/nothing")
    monkeypatch.setattr(cachefolder, "_user", lambda: os.getuid() + 7)  # whoever made the folders is another user now
    squatted = places / f"temporary/learnsim-{os.getuid() + 7}" / NAME
    squatted.mkdir(parents=True)
    (squatted / "machine code").write_text("")
    folder, note = find_place(NAME)
    assert folder is None
    assert "compiled in every run" in note and "set LEARNSIM_CACHE to a folder of your own" in note


def test_kernels_that_others_could_write_once_are_not_used(places):
    ours = places / "home/.cache/learnsim" / NAME
    ours.mkdir(parents=True)
    ours.chmod(0o777)
    folder, note = find_place(NAME)
    assert folder == places / f"temporary/learnsim-{os.getuid()}" / NAME
    assert f"others may write to {ours}" in note


def test_nothing_is_made_in_the_home_of_another_user(places, monkeypatch):
    """As root by sudo with the home of whoever asked."""
    another_users(places / "home", monkeypatch)
    folder, note = find_place(NAME)
    assert folder == places / f"temporary/learnsim-{os.getuid()}" / NAME
    assert f"{places / 'home'} belongs to another user" in note
    assert list((places / "home").iterdir()) == []


def test_without_any_place_there_is_no_cache_and_no_error(places, monkeypatch):
    def none():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    monkeypatch.setenv("LEARNSIM_CACHE", "/proc/nothing")
    monkeypatch.setenv("HOME", "/proc")
    folder, note = find_place(NAME)
    assert folder is None and note.startswith("compiled kernels cannot be stored in /proc/nothing (")


@pytest.mark.parametrize("value", ["/" + "long/" * 2000, "a" * 5000, "\udcff\udcfe"])
def test_a_cache_name_that_no_folder_can_have_stops_no_run(places, monkeypatch, value):
    monkeypatch.chdir(places)
    monkeypatch.setenv("LEARNSIM_CACHE", value)
    folder, _ = find_place(NAME)
    assert folder.is_dir()


@pytest.mark.parametrize("home", [None, "/proc", "/proc/nothing"])
def test_libraries_that_insist_on_a_home_are_lent_one(places, monkeypatch, home):
    if home is None:
        monkeypatch.setattr("os.path.expanduser", lambda path: path)
    else:
        monkeypatch.setenv("HOME", home)
    monkeypatch.setattr("tempfile.tempdir", str(places / "temporary"))
    cachefolder.ensure_home()
    lent = Path(os.environ["HOME"])
    assert lent.parent == places / "temporary" and mode(lent) == 0o700


def test_a_home_that_can_be_written_to_stays_the_users(places):
    cachefolder.ensure_home()
    assert os.environ["HOME"] == str(places / "home") and list((places / "home").iterdir()) == []


NOWHERE = """
import pwd, sys
def nobody(_): raise KeyError("uid not found")
pwd.getpwuid = nobody
import tempfile
def none(): raise FileNotFoundError("No usable temporary directory found")
{none}
"""
SMALL = '[experiment]\nname = "small"\nreplicates = 2\n[organisation]\ntrainees = 12\ncommunities = 2\n[training]\nsessions = 2\n[arms.hybrid]\n'


def started(words, cwd, before, **env):
    """The command line where a user has no name and, if so set, there is no home and no folder for temporary files."""
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME", "LEARNSIM_CACHE", "MPLCONFIGDIR")}
    env = {**environment, "PYTHONPATH": os.pathsep.join(sys.path), **env}
    code = f"{before}\nimport runpy, sys\nsys.argv = ['learnsim', *{words!r}]\nrunpy.run_module('learnsim', run_name='__main__')"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, env=env, check=False)


@pytest.mark.thorough
def test_without_home_and_temporary_files_a_run_works_and_says_so_once(tmp_path):
    """Neither numba, nor matplotlib, nor fontconfig complains, and nothing is left beside the results."""
    (tmp_path / "small.toml").write_text(SMALL)
    before = NOWHERE.format(none="tempfile.gettempdir = none")
    done = started(["run", "small.toml", "-q", "--workers", "1"], tmp_path, before, HOME="/proc", NUMBA_DISABLE_JIT="1")
    assert (done.returncode, done.stdout) == (0, "results: results/small\n"), done.stderr
    assert (tmp_path / "results/small/figures/learning_curves.png").is_file()
    assert not [path for path in tmp_path.rglob("*") if "fonts" in path.name or "matplotlib" in path.name]
    assert done.stderr == "" or done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["list"], ["check", "small.toml"]])
@pytest.mark.thorough
def test_commands_that_run_nothing_say_nothing_of_a_cache(tmp_path, words):
    (tmp_path / "small.toml").write_text(SMALL)
    done = started(words, tmp_path, NOWHERE.format(none="tempfile.tempdir = '/proc'"))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


USE = """
import numpy as np
import learnsim
from learnsim.compiled import cache_folder
from learnsim.grouping.group import mean_rows
print(mean_rows(np.eye(2), np.array([0, 1])), mean_rows(np.eye(2), np.array([0, 1])), cache_folder())
"""


def test_python_without_any_place_compiles_in_memory_and_says_so_once(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in ("XDG_CACHE_HOME", "LEARNSIM_CACHE")}
    env = {**environment, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": "/proc"}
    code = NOWHERE.format(none="tempfile.gettempdir = none") + USE
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert done.stdout == "[0.5 0.5] [0.5 0.5] None\n", done.stderr
    assert done.stderr.startswith("note: compiled kernels cannot be stored in /proc/.cache/learnsim (") and done.stderr.count("\n") == 1
    assert "LEARNSIM_CACHE" in done.stderr


@pytest.mark.thorough
def test_beside_another_users_cache_an_own_one_is_compiled_and_stays(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(tmp_path), "LEARNSIM_CACHE": str(shared)}
    env.pop("XDG_CACHE_HOME", None)
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, env=env, check=False)
        assert str(tmp_path / ".cache/learnsim/kernels-") in done.stdout
        assert done.stderr.count("\n") == 1 and f"{shared} (others may write to {shared}); they are in {tmp_path}" in done.stderr
    assert len(list((tmp_path / ".cache/learnsim").rglob("*mean_rows*.nbi"))) == 1
    assert list(shared.iterdir()) == []
