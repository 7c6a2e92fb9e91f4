"""Owner: a folder has one owner at a time, with and without locks, on one machine and on several."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from learnsim.errors import ResultsError
from learnsim.experiments.storage import owner as owners
from learnsim.experiments.storage.ledger import Ledger
from learnsim.experiments.storage.owner import Owner, is_abandoned, scratch_prefix, start_of

CANNOT = [errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(owners, "SETTLE", 0.01)


@pytest.fixture(params=CANNOT, ids=[errno.errorcode[code] for code in CANNOT])
def no_flock(request, monkeypatch):
    """A file system that cannot lock files, and says so in one of five ways."""

    def flock(descriptor, operation):
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(fcntl, "flock", flock)


@pytest.fixture
def on(monkeypatch):
    """Move this process to a machine of this name."""
    return lambda name: monkeypatch.setattr(socket, "gethostname", lambda: name)


def left_behind(parts, **changes):
    """The record of a process that was killed on this machine."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    record = owners.this_process()._replace(**{"pid": gone.pid, "start": "1", **changes})
    (parts / "owner.json").write_text(json.dumps(record._asdict()))
    return record


def long_ago(parts, seconds):
    then = time.time() - seconds
    os.utime(parts / "owner.json", (then, then))


@pytest.mark.usefixtures("no_flock")
def test_without_locks_a_second_one_is_refused_while_the_first_lives(tmp_path):
    first = Owner(tmp_path)
    first.acquire()
    long_ago(tmp_path, 1000.0)  # however long it was silent: it is there
    for take_over in (False, True):
        with pytest.raises(ResultsError, match=rf"another run is writing to it \(process {os.getpid()} on "):
            Owner(tmp_path).acquire(take_over=take_over)
    first.check()
    first.release()
    Owner(tmp_path).acquire()


@pytest.mark.usefixtures("no_flock")
def test_without_locks_one_killed_on_this_machine_is_gone_at_once(tmp_path):
    left_behind(tmp_path)
    second = Owner(tmp_path)
    second.acquire()
    second.check()
    second.release()
    left_behind(tmp_path, pid=os.getpid())  # its number was given to another process
    Owner(tmp_path).acquire()


@pytest.mark.usefixtures("no_flock")
def test_one_killed_elsewhere_is_gone_a_minute_after_its_last_sign(tmp_path, on):
    on("node01")
    left_behind(tmp_path)
    on("node02")
    with pytest.raises(ResultsError) as caught:
        Owner(tmp_path).acquire()
    for part in ("on node01, since ", "--take-over", "60 seconds after its last heartbeat"):
        assert part in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"owner.json", "lock"}
    long_ago(tmp_path, 61.0)
    second = Owner(tmp_path)
    second.acquire()
    second.check()
    second.release()


@pytest.mark.usefixtures("no_flock")
def test_who_is_taken_over_notices_and_leaves_the_new_owners_record(tmp_path, on):
    on("node01")
    first = Owner(tmp_path)
    first.acquire()
    on("node02")
    second = Owner(tmp_path)
    second.acquire(take_over=True)
    with pytest.raises(ResultsError, match=r"took it over \(process \d+ on node02, since .*\); this run stops"):
        first.check()
    first.release()
    second.check()
    second.release()
    with pytest.raises(ResultsError, match="another run took it over; this run stops"):
        second.check()


def test_signs_of_life_are_written_until_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(owners, "BEAT", 0.01)
    one = Owner(tmp_path)
    one.acquire()
    long_ago(tmp_path, 1000.0)
    until = time.monotonic() + 30.0
    while time.time() - (tmp_path / "owner.json").stat().st_mtime > 500.0:
        assert time.monotonic() < until
        time.sleep(0.005)
    one.release()
    assert not (tmp_path / "owner.json").exists()


def test_a_lock_counts_more_than_a_record_on_one_machine(tmp_path):
    left_behind(tmp_path, pid=os.getpid(), start=start_of(os.getpid()))  # it seems to live, and yet has no lock
    first = Owner(tmp_path)
    first.acquire()
    with pytest.raises(ResultsError, match=r"stop that process first"):
        Owner(tmp_path).acquire(take_over=True)
    first.check()
    first.release()


def test_locks_that_each_node_has_for_itself_let_nobody_write_twice(tmp_path, on, monkeypatch):
    """Lustre mounted with localflock: the second node gets the lock too, but sees the first one's signs of life."""
    monkeypatch.setattr(owners, "BEAT", 0.05)
    on("node01")
    first = Owner(tmp_path)
    first.acquire()
    os.close(first._descriptor)  # as if its lock was on another machine
    first._descriptor = None
    on("node02")
    with pytest.raises(ResultsError, match=r"another run is writing to it \(process \d+ on node01"):
        Owner(tmp_path).acquire()
    first._end.set()
    time.sleep(0.1)
    second = Owner(tmp_path)  # it has been killed meanwhile
    second.acquire()
    second.release()
    first.release()


def test_a_lock_of_another_node_that_hangs_can_be_taken_over(tmp_path, on):
    on("node01")
    first = Owner(tmp_path)
    first.acquire()
    on("node02")
    with pytest.raises(ResultsError, match="--take-over continues its run at once"):
        Owner(tmp_path).acquire()
    second = Owner(tmp_path)
    second.acquire(take_over=True)
    with pytest.raises(ResultsError, match="took it over"):
        first.check()
    first.release()
    with pytest.raises(ResultsError, match="another run is writing to it"):  # the new lock is a lock
        Owner(tmp_path).acquire()
    second.release()


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"pid": 1}', b'{"host": 1, "pid": "x"}'])
@pytest.mark.usefixtures("no_flock")
def test_a_damaged_record_is_an_unknown_owner_who_is_gone_after_a_minute(tmp_path, content):
    (tmp_path / "owner.json").write_bytes(content)
    with pytest.raises(ResultsError, match="an unknown process"):
        Owner(tmp_path).acquire()
    long_ago(tmp_path, 61.0)
    second = Owner(tmp_path)
    second.acquire()
    second.release()


def test_two_containers_of_one_name_are_two_machines(monkeypatch):
    mine = owners.machine()
    real = owners.Path.readlink
    monkeypatch.setattr(owners.Path, "readlink", lambda path: owners.Path("pid:[1]") if "ns" in path.parts else real(path))
    assert owners.machine() != mine


def test_temporary_folders_go_with_their_makers(tmp_path, on):
    on("node01")
    mine = tmp_path / (scratch_prefix("analysis") + "abc")
    mine.mkdir()
    assert not is_abandoned(mine)
    words = mine.name.split("-")
    assert is_abandoned(tmp_path / "-".join([*words[:2], "1", "0", "abc"]))
    assert is_abandoned(tmp_path / ".analysis-x")
    on("node02")
    assert not is_abandoned(mine)
    os.utime(mine, (0, time.time() - 2 * owners.HOUR))
    assert is_abandoned(mine)


def wait_for_parts(process, folder, count):
    until = time.monotonic() + 120
    while len(list(folder.glob("parts/*.parquet"))) < count:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.thorough
def test_a_run_killed_on_one_node_goes_on_on_another(small_file, start, uninterrupted_file, tables_in, tmp_path):
    small_file(40)
    words, folder = ("run", "small.toml", "--quiet", "--out", "results", "--workers", "1"), tmp_path / "results"
    first = start(*words, pause=0.05, host="node01")
    wait_for_parts(first, folder, 3)
    first.kill()
    first.wait()
    second = start(*words, host="node02")
    _, errors = second.communicate(timeout=120)
    assert second.returncode == 2
    assert f"process {first.pid} on node01, since " in errors and "--take-over" in errors and errors.count("\n") == 1
    finished = {part.name for part in Ledger(folder / "parts" / "ledger.jsonl").parts}
    assert len(finished) >= 2
    third = start(*words, "--take-over", pause=0.05, host="node02")
    wait_for_parts(third, folder, len(finished) + 2)
    assert finished <= {path.name for path in folder.glob("parts/*.parquet")}
    third.kill()
    third.wait()
    assert start(*words, host="node02").wait(120) == 0  # on the same node: surely gone
    assert tables_in(folder) == uninterrupted_file(40)
    assert not list(folder.glob(".*"))


@pytest.mark.thorough
def test_an_owner_that_lives_after_all_stops_and_writes_nothing(small_file, start, uninterrupted_file, tables_in, tmp_path):
    small_file(40)
    words, folder = ("run", "small.toml", "--quiet", "--out", "results", "--workers", "1"), tmp_path / "results"
    first = start(*words, pause=0.05, host="node01")
    wait_for_parts(first, folder, 3)
    os.kill(first.pid, signal.SIGSTOP)  # its node hangs
    second = start(*words, "--take-over", pause=0.05, host="node02")
    wait_for_parts(second, folder, 6)
    os.kill(first.pid, signal.SIGCONT)
    _, errors = first.communicate(timeout=120)
    assert first.returncode == 2 and "took it over (process " in errors and " on node02, since " in errors
    assert second.wait(120) == 0 and second.stderr.read() == ""
    assert tables_in(folder) == uninterrupted_file(40)
