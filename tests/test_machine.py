"""Machine: what a container, a batch system or a shell allows counts, not what the machine has."""

import errno
import os
import resource
import subprocess
import sys

import pytest

from helpers.shortages import SHORTAGES
from learnsim import machine
from learnsim.errors import WorkError
from learnsim.grouping.preparation import prepare
from learnsim.machine import address_space, check_start, check_threads, free_memory, processors, shortage

GIB = 2**30
FIELD = '[experiment]\nname = "short"\nreplicates = 2\n[organisation]\ntrainees = 12\ncommunities = 2\n[training]\nsessions = 2\n[arms.hybrid]\n'


def tree(home, groups, mounts, **files):
    """A process's view of control groups below a folder: ``/proc/self`` with its two files, and the groups' files."""
    proc = home / "proc"
    proc.mkdir()
    (proc / "cgroup").write_text("".join(f"{line}\n" for line in groups))
    (proc / "mountinfo").write_text("".join(f"{line}\n" for line in mounts))
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return proc


def unified(home, path="/", root="/", **files):
    mounts = [f"30 20 0:26 {root} {home}/cg rw,nosuid - cgroup2 cgroup2 rw", f"31 20 0:5 / {home}/other rw - tmpfs tmpfs rw"]
    return tree(home, [f"0::{path}"], mounts, **{f"cg/{name}": text for name, text in files.items()})


def separate(home, path="/", root="/", **files):
    mounts = [f"3{i} 20 0:26 {root} {home}/{name} rw - cgroup cgroup rw,{name}" for i, name in enumerate(("cpu,cpuacct", "memory"))]
    return tree(home, [f"3:cpu,cpuacct:{path}", f"2:memory:{path}", "1:name=systemd:/x"], mounts, **files)


@pytest.fixture(autouse=True)
def usual(monkeypatch):
    """A machine of 16 processors and 64 GiB, without limits of its own."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"available": 64 * GIB}))
    monkeypatch.setattr(machine, "address_space", lambda: None)


@pytest.mark.parametrize(("quota", "count"), [("max 100000", 16), ("200000 100000", 2), ("150000 100000", 2), ("1000 100000", 1), ("", 16), ("9900000 100000", 16)])
def test_a_containers_share_of_processors_counts(tmp_path, quota, count):
    assert processors(unified(tmp_path, **{"cpu.max": f"{quota}\n"})) == count


def test_the_older_control_groups_share_of_processors_counts(tmp_path):
    proc = separate(tmp_path, "/job", **{"cpu,cpuacct/job/cpu.cfs_quota_us": "300000\n", "cpu,cpuacct/job/cpu.cfs_period_us": "100000\n"})
    assert processors(proc) == 3
    (tmp_path / "cpu,cpuacct/job/cpu.cfs_quota_us").write_text("-1\n")
    assert processors(proc) == 16


def test_the_strictest_of_a_groups_parents_counts(tmp_path):
    files = {"user.slice/cpu.max": "100000 100000\n", "user.slice/job/cpu.max": "400000 100000\n"}
    assert processors(unified(tmp_path, "/user.slice/job", **files)) == 1


@pytest.mark.parametrize("path", ["/docker/abc", "/docker/abc/below", "/../../elsewhere", "/unseen"])
def test_a_container_that_sees_only_its_own_group_is_read_there(tmp_path, path):
    assert processors(unified(tmp_path, path, "/docker/abc", **{"cpu.max": "200000 100000"})) == 2


def test_a_containers_memory_counts_without_copies_of_files(tmp_path):
    files = {"memory.max": f"{2 * GIB}\n", "memory.current": f"{GIB}\n", "memory.stat": f"anon 5\ninactive_file {GIB // 4}\nactive_file {GIB // 4}\n"}
    proc = unified(tmp_path, **files)
    assert free_memory(proc) == GIB + GIB // 2
    (tmp_path / "cg/memory.max").write_text("max\n")
    assert free_memory(proc) == 64 * GIB


def test_the_older_control_groups_memory_counts(tmp_path):
    files = {"memory/memory.limit_in_bytes": f"{GIB}", "memory/memory.usage_in_bytes": f"{GIB // 2}", "memory/memory.stat": "inactive_file 7\ntotal_inactive_file 0\n"}
    proc = separate(tmp_path, **files)
    assert free_memory(proc) == GIB // 2
    (tmp_path / "memory/memory.limit_in_bytes").write_text(f"{2**63 - 4096}")
    assert free_memory(proc) == 64 * GIB


@pytest.mark.parametrize("text", ["", "nonsense", "0::", "\0:::", "0::/a:b"])
def test_a_machine_without_readable_control_groups_has_what_it_has(tmp_path, text):
    proc = tree(tmp_path, [text], [text, "- - -", "1 2 3 / - cgroup2"])
    assert (processors(proc), free_memory(proc)) == (16, 64 * GIB)
    assert (processors(tmp_path / "none"), free_memory(tmp_path / "none")) == (16, 64 * GIB)


def test_a_machine_that_cannot_be_asked_stops_no_run(tmp_path, monkeypatch):
    def unknown():
        raise FileNotFoundError("/proc/meminfo")

    monkeypatch.setattr("psutil.virtual_memory", unknown)
    assert free_memory(tmp_path) >= 2**62


def test_a_design_that_a_container_has_no_memory_for_is_refused(tmp_path, monkeypatch):
    from learnsim.experiments.design import checks
    from learnsim.settings import Settings

    proc = unified(tmp_path, **{"memory.max": f"{2**20}", "memory.current": "0", "memory.stat": ""})
    monkeypatch.setattr("learnsim.experiments.design.checks.free_memory", lambda: free_memory(proc))
    checks._available.cache_clear()
    with pytest.raises(checks.SettingsError, match="GiB are free"):
        checks.check_memory(prepare(Settings().changed({"organisation.trainees": 10_000})))
    checks._available.cache_clear()


def test_threads_are_as_many_as_address_space_allows(monkeypatch):
    monkeypatch.setattr(machine, "address_space", lambda: machine.START_BYTES + 3 * machine.THREAD_BYTES)
    check_threads(3)
    with pytest.raises(WorkError, match="use --workers 3"):
        check_threads(4)


def test_short_address_space_is_reported_before_any_library_is_loaded(monkeypatch):
    monkeypatch.setattr(machine, "address_space", lambda: 700_000 * 1024)
    with pytest.raises(WorkError, match=r"0\.67 GiB of memory \(ulimit -v, ulimit -d\); learnsim needs 1 GiB"):
        check_start()


def test_a_shells_limit_is_read():
    code = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)); from learnsim.machine import address_space; print(address_space())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{2**31}\n"
    assert address_space() == (None if resource.getrlimit(resource.RLIMIT_AS)[0] < 0 else resource.getrlimit(resource.RLIMIT_AS)[0])


@pytest.mark.parametrize("limit", [200_000, 500_000, 700_000, 1_000_000])
@pytest.mark.parametrize("kind", [resource.RLIMIT_AS, resource.RLIMIT_DATA])
def test_a_command_at_short_memory_ends_with_one_sentence(tmp_path, limit, kind):
    (tmp_path / "short.toml").write_text(FIELD)
    done = subprocess.run(
        [sys.executable, "-m", "learnsim", "run", "short.toml"],
        capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(kind, (limit * 1024, limit * 1024)),
    )  # fmt: skip
    assert done.returncode == 2 and done.stderr.startswith("error: this process may address") and done.stderr.count("\n") == 1


@pytest.mark.thorough
def test_a_run_just_above_the_limit_that_is_named_works(tmp_path):
    (tmp_path / "short.toml").write_text(FIELD)
    done = subprocess.run(
        [sys.executable, "-m", "learnsim", "run", "short.toml", "-q"],
        capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (machine.START_BYTES + machine.THREAD_BYTES, machine.START_BYTES + machine.THREAD_BYTES)),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "results: results/short\n"), done.stderr


@pytest.mark.parametrize("case", SHORTAGES)
def test_a_shortage_is_named_whatever_raised_it(case):
    wrapped = ImportError("numpy cannot be imported: read all of this")
    wrapped.__cause__ = SHORTAGES[case]
    message = shortage(SHORTAGES[case])
    assert message and message == shortage(wrapped)
    assert ("not enough memory" in message) != ("no more threads" in message)


def test_other_errors_are_no_lack_of_anything():
    assert shortage(OSError(errno.ENOSPC, "No space left on device")) == shortage(ValueError("x")) == ""


@pytest.mark.parametrize("case", SHORTAGES)
def test_a_command_that_runs_short_ends_at_once_with_one_sentence(case):
    """Also while another thread waits for what never comes."""
    code = f"""
import threading
from learnsim import cli
from helpers.shortages import SHORTAGES
threading.Thread(target=threading.Event().wait).start()
def app(**_): raise SHORTAGES[{case!r}]
cli.app = app
cli.main()
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {shortage(SHORTAGES[case])}\n")


def test_a_library_that_cannot_be_imported_is_named_without_traceback():
    code = "from learnsim import cli\ndef app(**_): raise ImportError('libGL.so.1: cannot open\\n\\nshared object file', name='numba')\ncli.app = app\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("error: numba cannot be imported (libGL.so.1: cannot open shared") and done.stderr.count("\n") == 1
