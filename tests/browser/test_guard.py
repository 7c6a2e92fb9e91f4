"""Guard: what a request says decides whether it is let through, and every answer protects the page."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from learnsim.browser.guard import PROTECTION, REFUSAL, Guard

SAME, NONE, SITE, CROSS = "same-origin", "none", "same-site", "cross-site"
OPENS = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
SESSION = "0123456789abcdef0123456789abcdef"


class Application:
    """Notes what reaches it, and answers with a cookie of its own."""

    def __init__(self, status=200):
        self.status, self.seen = status, []

    async def __call__(self, scope, receive, send):
        self.seen.append(scope)
        if scope["type"] == "websocket":
            await receive()
            accepted = self.status == 200
            await send({"type": "websocket.accept" if accepted else "websocket.close", "headers": []})
            return
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"set-cookie", b"own=1")]})
        await send({"type": "http.response.body", "body": b""})


def asked(path="/", method="GET", kind="http", app=None, extensions=None, raw=None, pairs=(), **headers):
    """Return the answer's first message and the application that was asked, or was not."""
    app = app or Application()
    named = {"host": "localhost:8765", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode() if raw is None else raw,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in [*named.items(), *pairs]],
        "extensions": {"websocket.http.response": {}} if extensions is None else extensions,
    }
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    with ThreadPoolExecutor(1) as other:  # a browser of other tests may have a loop in this thread
        other.submit(asyncio.run, Guard(app, cookie="solara-session-id")(scope, receive, send)).result()
    return sent[0], app


def passes(*words, **headers):
    message, app = asked(*words, **headers)
    assert bool(app.seen) is (message.get("status", 200) != 403)
    return bool(app.seen)


def headers_of(message):
    return dict(message["headers"])


@pytest.mark.parametrize("path", ["/", "/static/x.js", "/_solara/api/close/x"])
def test_what_the_page_itself_asks_for_passes(path):
    for site in (SAME, NONE):
        assert passes(path, sec_fetch_site=site, sec_fetch_mode="no-cors")
        assert passes(path, "POST", sec_fetch_site=site)
    assert passes(path)  # browsers that do not say where a request comes from


@pytest.mark.parametrize("site", [CROSS, SITE, "", "Same-Origin", "same-origin, cross-site", "new-word"])
@pytest.mark.parametrize("path", ["/", "/static/x.js", "/_solara/cdn/a@1/x.js"])
def test_what_another_sites_page_loads_is_refused(path, site):
    for mode in ("no-cors", "cors", "websocket", "same-origin", ""):
        assert not passes(path, sec_fetch_site=site, sec_fetch_mode=mode)
    assert not passes(path, sec_fetch_site=site)
    assert not passes(path, kind="websocket", sec_fetch_site=site, sec_fetch_mode="websocket")


@pytest.mark.parametrize("site", [CROSS, SITE])
def test_a_link_may_be_followed_to_the_page_and_to_nothing_else(site):
    assert passes("/", sec_fetch_site=site, **OPENS)
    assert passes("/", sec_fetch_site=site, sec_fetch_mode="navigate")  # Safari before it told the destination
    assert not passes("/static/x.js", sec_fetch_site=site, **OPENS)
    for method in ("POST", "HEAD", "OPTIONS", "get"):
        assert not passes("/", method, sec_fetch_site=site, **OPENS)
    for frame in ("iframe", "frame", "object", "embed", "fencedframe"):
        assert not passes("/", sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest=frame)
    assert not passes("/", kind="websocket", sec_fetch_site=site, **OPENS)


@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"])
def test_a_header_that_decides_may_be_there_only_once(name):
    value = {"host": "localhost:8765", "origin": "http://localhost:8765"}.get(name, SAME)
    others = {} if name == "host" else {name: value}
    assert passes(**others)
    assert not passes(pairs=[(name, value)], **others)


@pytest.mark.parametrize("origin", ["http://localhost:8765", "https://localhost:8765"])
def test_the_pages_own_origin_passes(origin):
    assert passes(origin=origin)


@pytest.mark.parametrize("origin", ["null", "", "localhost:8765", "ftp://localhost:8765", "http://localhost:8765/", "http://LOCALHOST"])
def test_no_other_origin_passes(origin):
    assert not passes(origin=origin)
    assert not passes(kind="websocket", origin=origin)


@pytest.mark.parametrize(
    "path",
    ["//", "/a//b", "/a/", "/./a", "/a/..", "/../a", "/..", "/a/./b", "/a\\b", "/a\0", "/a b", "/a%2fb", "/ä", "", "a", "*", "http://x/a", "/a\n"],
)
def test_a_path_that_is_not_plainly_written_is_refused(path):
    assert not passes(path)
    assert not passes(path, kind="websocket")


@pytest.mark.parametrize("raw", [b"/a%2Fb.js", b"/a/%62.js", b"/%61/b.js", b"//a/b.js", b""])
def test_a_plain_path_that_was_written_otherwise_is_refused(raw):
    assert passes("/a/b.js", raw=b"/a/b.js")
    assert not passes("/a/b.js", raw=raw)


@pytest.mark.parametrize("path", ["/a/.hidden", "/a..b", "/...", "/@widgetti/solara-vuetify-app@10.1.1/dist/main8.css"])
def test_dots_within_a_name_are_plain(path):
    assert passes(path)


@pytest.mark.parametrize("status", [200, 304, 404, 405, 500])
def test_every_answer_has_the_protecting_headers(status):
    message, _ = asked("/x", app=Application(status))
    assert set(PROTECTION) <= set(message["headers"])
    assert message["status"] == status


def test_a_refusal_has_the_protecting_headers_too():
    for kind in ("http", "websocket"):
        message, _ = asked(host="evil.example", kind=kind)
        assert message["status"] == 403
        assert set(PROTECTION) <= set(message["headers"])
        assert b"set-cookie" not in headers_of(message)
    message, _ = asked(app=Application(404), kind="websocket")  # refused by the application
    assert (message["type"], message["status"]) == ("websocket.http.response.start", 403)
    assert set(PROTECTION) <= set(message["headers"])
    assert asked(host="evil.example", kind="websocket", extensions={})[0]["type"] == "websocket.close"
    assert b"403" in REFUSAL


def test_the_page_cannot_be_framed_sniffed_or_read_by_others():
    known = {name.decode(): value.decode() for name, value in PROTECTION}
    assert "frame-ancestors 'none'" in known["content-security-policy"]
    assert "default-src 'none'" in known["content-security-policy"]
    assert not {"*", "http:", "https:"} & set(known["content-security-policy"].replace(";", "").split())
    assert known["x-frame-options"] == "DENY"
    assert known["x-content-type-options"] == "nosniff"
    assert known["cross-origin-resource-policy"] == "same-origin"
    assert known["cross-origin-opener-policy"] == "same-origin"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites():
    message, app = asked()
    name, *words = headers_of(message)[b"set-cookie"].decode().split("; ")
    assert words == ["HttpOnly", "Path=/", "SameSite=Lax"]
    session = name.removeprefix("learnsim-session=")
    assert len(session) == 32
    assert (b"cookie", f"solara-session-id={session}".encode()) in app.seen[0]["headers"]
    assert asked()[0]["headers"] != message["headers"]  # nobody has another one's


def test_a_visitor_stays_the_same_and_other_cookies_do_not_arrive():
    cookies = f'other={{"a; b"}}; solara-session-id=stolen; learnsim-session={SESSION}; =; x'
    message, app = asked(cookie=cookies)
    assert b"set-cookie" not in headers_of(message)
    sent = [value for name, value in app.seen[0]["headers"] if name == b"cookie"]
    assert sent == [f"solara-session-id={SESSION}".encode()]


@pytest.mark.parametrize("value", ["", "x", SESSION.upper(), SESSION + "0", f'"{SESSION}"'])
def test_a_session_that_this_server_cannot_have_opened_is_replaced(value):
    message, app = asked(cookie=f"learnsim-session={value}")
    assert value not in str(app.seen[0]["headers"]) or not value
    assert b"set-cookie" in headers_of(message)


def test_a_new_session_begins_with_the_page_only():
    for path in ("/static/x.js", "/_solara/api/close/x"):
        message, app = asked(path)
        assert b"set-cookie" not in headers_of(message)
        assert [name for name, _ in app.seen[0]["headers"]] == [b"host"]
    assert b"set-cookie" not in headers_of(asked(app=Application(403))[0])


def test_what_could_steer_solara_does_not_reach_it():
    steering = {"x-script-name": "//evil.example", "script-name": "/x", "x-forwarded-host": "evil.example", "range": "bytes=0-"}
    _, app = asked("/x", accept_encoding="gzip", authorization="Bearer x", **steering)
    assert [name for name, _ in app.seen[0]["headers"]] == [b"host", b"accept-encoding"]
