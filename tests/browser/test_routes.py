"""Routes: each route of Solara's server is decided on, what is not needed is refused, and no request harms the page."""

import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import solara.server
from playwright.sync_api import expect
from solara.server.settings import assets
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from learnsim.browser.guard import PROTECTION
from learnsim.browser.page_settings import LOCKED, PageSettings
from learnsim.browser.script_file import script_path
from learnsim.errors import SettingsError
from learnsim.playback.scripts import player_script
from learnsim.settings import Settings

ID, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
REQUIRE = "/_solara/cdn/requirejs@2.3.6/require.js"
# every route of the installed Solara: what it is for, and what a request of each kind gets here
DECIDED = {
    "Route /": ("the page", {"GET /": 200, "HEAD /": 200, "POST /": 405, "PUT /": 405, "OPTIONS /": 405, "BREW /": 405}),
    "Route /{fullpath}": ("other pages; there are none", {"GET /x": 404, "GET /page": 404, "GET /favicon.ico": 404}),
    "Route /{fullpath:path}": ("other pages", {"GET /x/y": 404, "GET /sw.js": 404, "GET /_solara/x": 404, "GET /.env": 404}),
    "Route /readyz": ("tells that a server is here", {"GET /readyz": 404}),
    "Route /resourcez": ("tells of the machine", {"GET /resourcez": 404, "GET /resourcez?verbose": 404, "POST /resourcez": 405}),
    "Route /jupyter/api/kernels/{id}": (
        "a page that lost its connection asks whether there is still somebody; the answer is always the same",
        {f"GET /jupyter/api/kernels/{ID}": 200, f"DELETE /jupyter/api/kernels/{ID}": 405, "GET /jupyter/api/kernels": 404},
    ),
    "WebSocketRoute /jupyter/api/kernels/{kernel_id}/{name}": (
        "a page's models, for its own visitor (tests below)",
        {f"GET /jupyter/api/kernels/{ID}/channels": 404, f"GET /jupyter/api/kernels/{ID}/x": 404},
    ),
    "Route /_solara/api/close/{kernel_id}": (
        "a page was closed, by its own visitor (tests below)",
        {
            f"POST /_solara/api/close/{ID}?session_id={ID}": 200,
            f"POST /_solara/api/close/{ID}": 200,
            f"GET /_solara/api/close/{ID}": 404,
        },
    ),
    "Route /_solara/api/evict/{kernel_id}": ("for Solara's developers", {f"POST /_solara/api/evict/{ID}": 405}),
    "Mount /_solara/cdn": (
        "the page's scripts, of which it fetches and deletes some: replaced by the files that are there",
        {
            f"GET {REQUIRE}": 200,
            f"HEAD {REQUIRE}": 200,
            f"POST {REQUIRE}": 405,
            f"DELETE {REQUIRE}": 405,
            f"OPTIONS {REQUIRE}": 405,
            "GET /_solara/cdn": 404,
            "GET /_solara/cdn/": 403,
            "GET /_solara/cdn/requirejs@2.3.6": 404,
            "HEAD /_solara/cdn/requirejs@2.3.6": 404,
            "GET /_solara/cdn/requirejs@2.3.6/": 403,
            "GET /_solara/cdn/requirejs@2.3.6/bin": 404,
            "GET /_solara/cdn/@widgetti": 404,
            "GET /_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist": 404,
            "GET /_solara/cdn/requirejs@2.3.6/package.json": 404,
            "GET /_solara/cdn/requirejs@2.3.6/link.js": 404,
            f"GET {REQUIRE}/": 403,
            f"GET {REQUIRE}/x": 404,
            f"GET /{REQUIRE}": 403,
            "GET /_solara/cdn//requirejs@2.3.6/require.js": 403,
            "GET /_solara/cdn/requirejs@2.3.6%2Frequire.js": 403,
            "GET /_solara/cdn/requirejs@2.3.6%5Crequire.js": 403,
            "GET /_solara/cdn/requirejs@2.3.6/./require.js": 403,
            "GET /_solara/cdn/x/../requirejs@2.3.6/require.js": 403,
            "GET /_solara/cdn/../../etc/passwd": 403,
            "GET /_solara/cdn/%2e%2e/%2e%2e/etc/passwd": 403,
            "GET /_solara/cdn/requirejs@2.3.6/require.js%00": 403,
            "GET /_solara/cdn/nosuch@0.0.0/x.html": 404,
            "GET /_solara/cdn/nosuch@0.0.0": 404,
            "GET /_solara/cdn/nosuch": 404,
            f"GET /_solara/cdn/{'x' * 5000}": 404,
        },
    ),
    "Mount /static/public": ("files beside an app", {"GET /static/public/x": 404, "GET /static/public": 404}),
    "Mount /static/assets": ("styles", {"GET /static/assets/style.css": 200, "GET /static/assets": 404, "GET /static/assets/x": 404}),
    "Mount /static": (
        "scripts",
        {"GET /static/ansi.js": 200, "GET /static": 404, "GET /static/solara_bootstrap.py": 404, "GET /static/__pycache__": 404},
    ),
    "Mount /jupyter/nbextensions": (
        "two scripts; in the same folders there may be others of this machine's Jupyter",
        {
            "GET /jupyter/nbextensions/jupyter-vue/nodeps.js": 200,
            "GET /jupyter/nbextensions/jupyter-vuetify/nodeps.js": 200,
            "GET /jupyter/nbextensions/jupyter-vue/extension.js": 404,
            "GET /jupyter/nbextensions/jupyter-js-widgets/extension.js": 404,
            "GET /jupyter/nbextensions": 404,
        },
    ),
}
ADDRESSES = {request: status for _, requests in DECIDED.values() for request, status in requests.items()}


@pytest.fixture(scope="module")
def routes():
    """The routes of Solara's own server, and those of the page's."""
    program = """if True:
        import json
        from learnsim.browser import server as serve
        app = serve.application()
        from solara.server import starlette
        from learnsim.browser import routes
        said = lambda served: [f"{type(one).__name__} {one.path}" for one in served.routes]
        print(json.dumps([said(starlette.app), said(app.app), sorted(routes.SCRIPTED), starlette.settings.main.root_path,
            routes.settings.session.http_only, starlette.solara.settings.assets.cdn]))"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the installed files that the page asks for: a test that fails harms the copy only."""
    copy = tmp_path_factory.mktemp("share") / "cdn"
    for needed in ("requirejs@*", "@widgetti/solara-vuetify-app@*", "@widgetti/vue-grid-layout@*"):
        for original in assets.proxy_cache_dir.glob(needed):
            target = copy / original.relative_to(assets.proxy_cache_dir)
            shutil.copytree(original, target, ignore=shutil.ignore_patterns("*.map", "*7*.js", "src"))
    (copy / "requirejs@2.3.6" / "link.js").symlink_to(__file__)
    return copy


def state_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.md5(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def served(folder):
    """The page from the copied files; nothing that was asked of it may have changed them."""
    before = state_of(folder)
    program = [sys.executable, "-m", "learnsim", "viz", "--no-browser", "--port", "0"]
    environment = {**os.environ, "SOLARA_ASSETS_PROXY_CACHE_DIR": str(folder), "NO_PROXY": "*"}
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
        errors = process.stderr.read()
    assert state_of(folder) == before
    assert "Traceback" not in errors and "ERROR" not in errors, errors


def answered(address, method, path, **headers):
    """Return status, headers and text; the path goes out as it is written."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as line:
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def test_every_route_of_the_installed_solara_is_decided_on(routes):
    """A new version may bring new ones: they are not served, but they have to be read and written down here."""
    assert set(routes[0]) == set(DECIDED)


def test_the_page_has_six_routes_and_no_more(routes):
    assert routes[1] == [
        "Route /",
        "Route /jupyter/api/kernels/{kernel_id}",
        "Route /_solara/api/close/{kernel_id}",
        "WebSocketRoute /jupyter/api/kernels/{kernel_id}/channels",
        f"Route {script_path()}",
        "Route /{path:path}",
    ]


def test_the_players_script_is_fetched_once_and_under_no_other_name(served):
    status, headers, content = answered(served, "GET", script_path())
    assert (status, content.decode()) == (200, player_script())
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"].startswith("text/javascript")
    assert answered(served, "HEAD", script_path())[0] == 200
    assert answered(served, "POST", script_path())[0] == 405
    for other in ("/learnsim/player.js", "/learnsim", f"{script_path()}/x", script_path()[:-3], f"/x{script_path()}"):
        assert answered(served, "GET", other)[0] == 404, other


def test_solara_fetches_from_nowhere_and_obeys_no_visitor(routes):
    assert routes[3:] == ["", True, "http://127.0.0.1:9/"]


def test_the_address_line_steers_no_script_of_solaras(routes):
    """What the installed scripts read of it is known, and refused."""
    home = Path(solara.server.__path__[0])
    scripts = [home / "static" / "main-vuetify.js", *home.glob("templates/*")]
    source = "".join(script.read_text("utf-8") for script in scripts)
    assert set(re.findall(r"[sS]earchParams\.\w+\(['\"](.+?)['\"]\)", source)) == set(routes[2])


@pytest.mark.parametrize("request_line", ADDRESSES)
def test_each_request_gets_what_was_decided(served, request_line):
    method, path = request_line.split(" ", 1)
    status, headers, _ = answered(served, method, path)
    assert status == ADDRESSES[request_line]
    assert {name.decode(): value.decode() for name, value in PROTECTION}.items() <= headers.items()
    assert "server" not in headers


@pytest.mark.parametrize("query", ["kernelid=x", "%6bernelid=x", "left=hybrid&kernelid=..%2F..%2Fx", "modelid=1", "solara-no-close-beacon"])
def test_a_link_that_would_steer_solaras_scripts_is_refused(served, query):
    assert answered(served, "GET", f"/?{query}")[0] == 403


@pytest.mark.parametrize("query", ["", "left=hybrid&training.sessions=5", "kernel=1", "training.sesions=1"])
def test_a_link_with_settings_is_followed(served, query):
    assert answered(served, "GET", f"/?{query}", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200


@pytest.mark.parametrize(
    "written",
    ["{}={}", "{}.x={}", "{} ={}", " {}={}", "{}={{a='{}'}}", "{}=['{}']", "x&{}={}", "left=hybrid&{}='{}'"],
)
def test_no_link_can_name_a_file(written, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("secret,word\n1,2\n")
    for name in LOCKED:
        table, _, key = name.partition(".")
        for query in (written.format(quote(name), file), f"{table}={{{key}='{file}'}}", f"{table}.'{key}'={file}"):
            with pytest.raises(SettingsError) as error:
                PageSettings(Settings()).from_query(query).prepared()
            assert "secret" not in str(error.value)


def test_whether_a_kernel_exists_is_not_revealed(served):
    assert answered(served, "GET", f"/jupyter/api/kernels/{ID}")[2] == answered(served, "GET", "/jupyter/api/kernels/x")[2]


def test_the_first_visitor_does_not_decide_where_scripts_come_from(served):
    answered(served, "GET", "/", X_Script_Name="//evil.example", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https")
    text = answered(served, "GET", "/")[2].decode()
    assert "evil.example" not in text
    assert f'src="{REQUIRE}"' in text


def socket_of(address, path, **headers):
    """Open a websocket and close it; raises InvalidStatus if it is refused."""
    with connect(f"ws://{urlsplit(address).netloc}{path}", additional_headers=headers, open_timeout=20, proxy=None):
        pass


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/jupyter/api/kernels/{ID}/channels", {}),
        (f"/jupyter/api/kernels/{ID}/channels?session_id=", {}),
        (f"/jupyter/api/kernels/{ID}/channels?session_id={ID}&session_id={ID}", {}),
        (f"/jupyter/api/kernels/{ID}/channels?session_id=x", {}),
        (f"/jupyter/api/kernels/x/channels?session_id={ID}", {}),
        (f"/jupyter/api/kernels/{ID}/shell?session_id={ID}", {}),
        (f"/jupyter/api/kernels/{ID}%2Fchannels?session_id={ID}", {}),
        ("/", {}),
        ("/x", {}),
        (f"/jupyter/api/kernels/{ID}/channels?session_id={ID}", {"Origin": "http://evil.example"}),
        (f"/jupyter/api/kernels/{ID}/channels?session_id={ID}", {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_websocket_that_no_page_of_ours_opens_is_refused(served, path, headers):
    with pytest.raises(InvalidStatus) as refused:
        socket_of(served, path, **headers)
    assert refused.value.response.status_code in (403, 404)
    assert refused.value.response.headers["X-Frame-Options"] == "DENY"


# --- in a real browser ---


def opened(chromium, address):
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector(".learnsim-side canvas >> nth=1")
    return page


def step(page):
    """Press Step and see the session change."""
    expect(page.locator(".learnsim-clock")).to_contain_text("session")
    before = int(page.locator(".learnsim-clock").inner_text().split()[1])
    page.get_by_role("button", name="Step").click()
    expect(page.locator(".learnsim-clock")).to_contain_text(f"session {before + 1} ", timeout=30_000)


def test_strangers_cannot_close_or_take_over_an_open_page(chromium, served):
    """Even those who know its numbers; its own visitor closes it with the tab."""
    page = opened(chromium, served)
    kernel, client = page.evaluate("[solara.debug.kernel().id, solara.debug.kernel().clientId]")
    cookies = page.context.cookies()
    assert [(one["name"], one["httpOnly"], one["sameSite"]) for one in cookies] == [("learnsim-session", True, "Lax")]
    assert page.evaluate("document.cookie") == ""
    channels = f"/jupyter/api/kernels/{kernel}/channels?session_id={client}"
    for stranger in ({}, {"Cookie": f"learnsim-session={'0' * 32}"}, {"Cookie": f"solara-session-id={cookies[0]['value']}"}):
        assert answered(served, "POST", f"/_solara/api/close/{kernel}?session_id={client}", **stranger)[0] == 200
        with pytest.raises(InvalidStatus):
            socket_of(served, channels, **stranger)
    step(page)
    page.evaluate("solara.debug.dropConnection()")  # as a network does: the page finds back to its models
    page.wait_for_function("solara.debug.reconnectCount > 0")
    step(page)
    page.close()
    begun = time.monotonic()
    while True:  # the number is free again once the page's models are gone
        try:
            socket_of(served, channels.replace(client, OTHER), Cookie=f"learnsim-session={'0' * 32}")
            break
        except InvalidStatus:
            assert time.monotonic() - begun < 30.0
            time.sleep(0.2)


HOSTILE = """<!doctype html><title>hostile</title><body><a id="link" target="_blank" rel="opener" href="VICTIM">open</a>
<form id="form" method="post" action="VICTIM_solara/api/close/ID?session_id=ID" target="into"></form>
<iframe name="into"></iframe><script>
const victim = "VICTIM", folder = victim + "_solara/cdn/requirejs@2.3.6", script = folder + "/require.js";
const loads = (tag, name, url) => new Promise(done => {
  const element = document.createElement(tag);
  element.onload = () => done("loaded"); element.onerror = () => done("refused");
  if (tag === "link") element.rel = "stylesheet";
  element[name] = url; document.body.append(element);
});
const fetches = (url, how) => fetch(url, {...how, credentials: "include"}).then(answer => answer.type + answer.status, () => "refused");
const sockets = url => new Promise(done => {
  const socket = new WebSocket(url.replace("http", "ws"));
  socket.onopen = () => done("opened"); socket.onerror = () => done("refused");
});
const attack = async () => {
  const frame = document.createElement("iframe");
  frame.src = victim; document.body.append(frame);
  document.getElementById("form").submit();
  navigator.sendBeacon(victim + "_solara/api/close/ID?session_id=ID", "x");
  return Promise.all([
    loads("img", "src", folder), loads("img", "src", folder + "/"), loads("img", "src", victim + "static/assets/favicon.png"),
    loads("img", "src", victim + "_solara/cdn/@widgetti"), loads("script", "src", script), loads("script", "src", victim + "_solara/cdn/left-pad@1.3.0/index.js"),
    loads("link", "href", victim + "static/assets/style.css"), loads("video", "src", folder), loads("object", "data", victim),
    fetches(script, {}), fetches(victim, {}), fetches(victim, {method: "POST", body: "x"}), fetches(folder, {method: "DELETE"}),
    fetches(victim + "resourcez", {headers: {"X-Script-Name": "//evil.example"}}),
    sockets(victim + "jupyter/api/kernels/ID/channels?session_id=ID"),
  ]);
};
</script>"""


@pytest.fixture(scope="module")
def hostile(served):
    """A page of somebody else's, on another port of this machine."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(HOSTILE.replace("VICTIM", served).replace("ID", ID).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"], ids=["same-site", "cross-site"])
def test_a_hostile_page_in_another_tab_harms_nothing(chromium, served, folder, hostile, name):
    before = state_of(folder)
    with closing(chromium.new_context()) as context:
        page = opened(context, served)
        other = context.new_page()
        answers = {}
        other.on("response", lambda got: answers.setdefault(got.status, []).append(got.url) if got.url.startswith(served) else None)
        other.goto(f"http://{name}:{hostile}/")
        assert set(other.evaluate("attack()")) == {"refused"}
        other.wait_for_timeout(300)
        assert set(answers) == {403}  # of those that the browser did not hide from the page
        framed = [frame.url for frame in other.frames[1:]]
        assert framed and not any(frame.locator("canvas").count() for frame in other.frames[1:])
        step(page)
        with context.expect_page() as popup:  # a link to the page works, and gives no hold on it
            other.click("#link")
        popup.value.wait_for_selector(".learnsim-side canvas >> nth=1", timeout=60_000)
        assert popup.value.evaluate("window.opener === null")
        step(page)
        page.reload()
        page.wait_for_selector(".learnsim-side canvas >> nth=1")
        step(page)
    assert state_of(folder) == before


def test_mesas_own_page_is_served_behind_the_same_guard(chromium, watched):
    program = [sys.executable, "-m", "learnsim", "viz", "--explorer", "--no-browser", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            assert answered(address, "GET", "/resourcez")[0] == 404
            assert answered(address, "GET", REQUIRE, Sec_Fetch_Site="cross-site")[0] == 403
            with watched(chromium.new_page(), address) as page:
                page.goto(address)
                page.wait_for_selector("canvas")
                expect(page.locator(".learnsim-clock")).to_contain_text("session 0 of 60", timeout=60_000)
                page.get_by_role("button", name="Step", exact=True).click()
                expect(page.locator(".learnsim-clock")).to_contain_text("session 1 of 60", timeout=60_000)
        finally:
            process.terminate()


def test_the_page_names_the_players_script_before_solara_asks_for_it(served):
    from learnsim.browser.script_file import script_path  # needs Starlette

    _, headers, _ = answered(served, "GET", "/")
    assert headers["link"] == f"<{script_path()}>; rel=preload; as=script"
    assert answered(served, "GET", script_path())[0] == 200
