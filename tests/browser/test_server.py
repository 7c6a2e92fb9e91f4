"""Server: the page answers to its own name and its own pages only, and a mistake at its start is one sentence."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from learnsim.browser.guard import LOCAL, Guard, own_names


async def greet(request):
    return PlainTextResponse("welcome")


async def echo(websocket):
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


@contextmanager
def served(hosts, *, addresses=False):
    """A small application behind the guard, on a free port of this machine, for as long as the context."""
    app = Guard(Starlette(routes=[Route("/", greet, methods=["GET", "POST"]), WebSocketRoute("/ws", echo)]), hosts, addresses=addresses)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    end = time.monotonic() + 10.0
    while not server.started and time.monotonic() < end:
        time.sleep(0.005)
    assert server.started
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10.0)
        listener.close()


@pytest.fixture(scope="module")
def local():
    with served(LOCAL) as port:
        yield port


@pytest.fixture(scope="module")
def public():
    with served(["lab", "lab.example", *LOCAL], addresses=True) as port:
        yield port


def asked(port, host, *, method="GET", path="/", **headers):
    """Ask for a page under a host's name; return status and text."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.putrequest(method, path, skip_host=True)
        for name, value in {"Host": host, "Content-Length": "0", **headers}.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def answer_of(port, host, origin=None):
    """Open a websocket under a host's name, from an origin's page; return what comes back."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    with closing(line), connect(f"ws://{host}/ws", origin=origin, sock=line, open_timeout=10, proxy=None) as websocket:
        websocket.send("hello")
        return websocket.recv(timeout=10)


OWN = ["127.0.0.1", "localhost", "[::1]"]
FOREIGN = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:80", "evil", "127.0.0.2"]
REFUSED = (403, "403: open this page by its own address")


@pytest.mark.parametrize("name", OWN)
def test_the_page_answers_to_its_own_names(local, name):
    assert asked(local, f"{name}:{local}") == (200, "welcome")
    assert asked(local, name) == (200, "welcome")
    assert answer_of(local, f"{name}:{local}") == "hello"


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_host_gets_403_even_if_its_origin_matches(local, name):
    assert asked(local, name) == REFUSED
    assert asked(local, name, method="POST", Origin=f"http://{name}") == REFUSED
    with pytest.raises(InvalidStatus) as refused:
        answer_of(local, name, f"http://{name}")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("name", OWN)
def test_its_own_origin_passes(local, name):
    own = f"{name}:{local}"
    assert asked(local, own, method="POST", Origin=f"http://{own}") == (200, "welcome")
    assert answer_of(local, own, f"http://{own}") == "hello"


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://evil.example:{port}",
        "http://localhost",
        "http://localhost:1",
        "http://127.0.0.1:{port}",
        "http://localhost:{port}.evil.example",
        "localhost:{port}",
        "http://[",
        "http://",
        "null",
    ],
)
def test_a_foreign_origin_gets_403(local, origin):
    """``127.0.0.1`` is another site than ``localhost`` to a browser, and to the page."""
    own, foreign = f"localhost:{local}", origin.format(port=local)
    assert asked(local, own, Origin=foreign) == REFUSED
    assert asked(local, own, method="POST", Origin=foreign) == REFUSED
    with pytest.raises(InvalidStatus) as refused:
        answer_of(local, own, foreign)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("name", ["192.0.2.7:8765", "[2001:db8::7]:8765", "lab:8765", "lab.example:8765", "localhost:1"])
def test_other_machines_ask_by_address_or_by_this_machines_names(public, name):
    assert asked(public, name) == (200, "welcome")
    assert answer_of(public, name, f"http://{name}") == "hello"
    assert asked(public, name, Origin="http://evil.example") == REFUSED
    with pytest.raises(InvalidStatus) as refused:
        answer_of(public, name, "http://evil.example")
    assert refused.value.response.status_code == 403


def test_a_name_counts_in_any_case(public):
    assert asked(public, "LAB:8765") == (200, "welcome")


@pytest.mark.parametrize("name", ["evil.example:8765", "lab.evil.example", "192.0.2.7.evil.example", "127.1", "[::1", ":8765", ""])
def test_a_name_made_to_point_here_is_refused_though_others_may_come(public, name):
    """DNS rebinding: the page of such a name has the same origin as what it asks for."""
    assert asked(public, name, Origin=f"http://{name}") == REFUSED
    assert asked(public, name) == REFUSED


def test_this_machines_names_are_its_own_and_those_of_its_network(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "lab")
    monkeypatch.setattr(socket, "getfqdn", lambda: "lab.example")
    assert own_names("0.0.0.0") == {*LOCAL, "0.0.0.0", "lab", "lab.local", "lab.example"}


# --- the command line ---


def viz(*words, code="from learnsim.cli import main", cwd=None, **environment):
    """Run ``learnsim viz`` to its end."""
    program = [sys.executable, "-c", f"{code}; main()", "viz", "--no-browser", *words]
    return subprocess.run(
        program, capture_output=True, text=True, check=False, cwd=cwd, timeout=60, env={**os.environ, **environment}
    )


def only_error(done):
    """The one sentence on standard error."""
    assert done.returncode == 2
    assert done.stdout == ""
    messages = [line for line in done.stderr.splitlines() if not line.startswith("compiling the engine")]
    assert len(messages) == 1, done.stderr
    return messages[0]


def test_a_port_that_is_taken_is_one_sentence_and_exit_code_2():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert only_error(viz("--port", str(port))) == (
            f"error: --host 127.0.0.1 --port {port}: cannot be used (Address already in use); choose another --port"
        )


@pytest.mark.thorough
@pytest.mark.parametrize("host", ["203.0.113.7", "ü..b"])
def test_a_host_that_is_not_this_machine_is_one_sentence_and_exit_code_2(host):
    message = only_error(viz("--host", host, "--port", "0"))
    assert message.startswith(f"error: --host {host} --port 0: cannot be used (")


def test_without_solara_it_says_what_to_install_before_it_compiles(tmp_path):
    no_solara = "import sys; sys.modules['solara'] = None; from learnsim.cli import main"
    done = viz("--port", "0", code=no_solara, LEARNSIM_CACHE=str(tmp_path))  # a cache in which nothing is compiled yet
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'error: learnsim viz needs Solara; pip install "learnsim[viz]"\n'


def test_without_the_pages_files_it_says_how_to_get_them_back(tmp_path):
    """As after Solara's own server was made to delete them."""
    assert only_error(viz("--port", "0", SOLARA_ASSETS_PROXY_CACHE_DIR=str(tmp_path))) == (
        f"error: {tmp_path}: requirejs@*/require.js is missing, and the page needs it; "
        "run pip install --force-reinstall solara-assets ipyvue ipyvuetify"
    )


@pytest.mark.parametrize("words", [("x.toml",), ("--seed", "0"), ("--set", "training.sessions=5")])
def test_mesas_own_page_takes_no_experiment_and_says_so(words):
    assert only_error(viz("--explorer", *words)) == (
        "error: --explorer starts with the default settings; leave out FILE, --set and --seed, and change them on the page"
    )


def test_what_cannot_be_played_is_refused_before_anything_is_served(tmp_path):
    (tmp_path / "x.toml").write_text('[arms.flat-lecture]\n[arms.hybrid]\nshuffle = "rnadom"\n')
    assert only_error(viz("x.toml", "--port", "0", cwd=tmp_path)) == (
        "error: x.toml: [arms.hybrid] shuffle = 'rnadom' is not a policy; did you mean random?"
    )


def test_more_than_a_page_can_show_is_refused_before_anything_is_served():
    assert only_error(viz("--set", "organisation.trainees=100000", "--port", "0")) == (
        "error: page: [organisation] trainees = 100000: the page shows at most 10,000; an experiment file has no such limit"
    )


def test_the_page_is_served_behind_the_guard_and_ends_at_an_interrupt():
    program = [sys.executable, "-u", "-m", "learnsim", "viz", "--no-browser", "--port", "0"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:") and address.endswith("/")
        port = int(address.rstrip("/").rsplit(":", 1)[1])
        own = f"127.0.0.1:{port}"
        status, text = asked(port, own)
        assert status == 200 and "<title>learnsim" in text
        assert asked(port, "evil.example") == REFUSED
        assert asked(port, own, Origin="http://evil.example") == REFUSED
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        with closing(line), pytest.raises(InvalidStatus) as refused:
            connect(f"ws://{own}/_solara/api/ws/x", origin="http://evil.example", sock=line, proxy=None)
        assert refused.value.response.status_code == 403
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors
        assert errors.splitlines()[-1] == "press Ctrl-C to stop"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
