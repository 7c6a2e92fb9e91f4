"""Guard: which requests the page's server accepts, and the security headers of every answer."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LOCAL = ("127.0.0.1", "localhost", "[::1]")
REFUSAL = b"403: open this page by its own address"
SESSION = "learnsim-session"
# all other headers of a request are dropped: with X-Script-Name the first visitor would decide for all others
# from where Solara's scripts are loaded
PASSED_ON = {b"host", b"accept-encoding", b"accept-language", b"if-none-match", b"if-modified-since"}
ONCE = (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest")
PLAIN = re.compile(r"/|(/(?!\.\.?(/|$))[A-Za-z0-9@._-]+)+")
POLICY = {
    # Vue compiles the page's templates in the browser, hence eval; scripts and styles stand in the page itself
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
PROTECTION: Headers = [
    (b"content-security-policy", "; ".join(f"{name} {value}" for name, value in POLICY.items()).encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),  # not no-referrer: the page's own POST would then come from the origin "null"
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]


class Guard:
    """Accepts only requests of the page's own scripts, and requests that open the page; all others get 403.

    It refuses other host names than the page's own (a name can be made to point here: DNS rebinding), another ``Origin``,
    requests from pages of other sites (``Sec-Fetch-Site``), and paths with unusual characters. Everybody may open the page
    by a link. Every answer has the headers of ``PROTECTION``.

    Parameters
    ----------
    app : ASGI application
    hosts : iterable of str
        Host names of the page.
    addresses : bool
        Whether any IP address is a host name of the page too; an address cannot be made to point elsewhere.
    cookie : str
        The name of the cookie from which the application reads the visitor's session. In the browser it is called
        ``SESSION``, and neither scripts nor other sites can read it. Other cookies are removed in both directions.
    """

    def __init__(self, app: App, hosts: Iterable[str] = LOCAL, *, addresses: bool = False, cookie: str = SESSION) -> None:
        self.app, self.addresses, self.cookie = app, addresses, cookie.encode()
        self.hosts = {name.lower() for name in hosts}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request to the application, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif self._welcome(scope):
            session = _session_of(scope["headers"])
            new = session is None and scope["path"] == "/"
            session = session or (secrets.token_hex(16) if new else None)
            passed = [(name, value) for name, value in scope["headers"] if name in PASSED_ON]
            if session:
                passed.append((b"cookie", self.cookie + b"=" + session.encode()))
            await self.app({**scope, "headers": passed}, receive, _protected(scope, send, session if new else None))
        else:
            if scope["type"] == "websocket":
                await receive()
                await _refuse_socket(scope, send)
                return
            await send(_start("http.response.start", [(b"content-type", b"text/plain")]))
            await send({"type": "http.response.body", "body": REFUSAL})

    def _welcome(self, scope: Message) -> bool:
        headers: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in headers and name in ONCE:
                return False
            headers[name] = value.decode("latin-1")
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        path = scope["path"]
        return (
            self._is_own(host)
            and origin in (None, f"http://{host}", f"https://{host}")
            and (headers.get(b"sec-fetch-site") in (None, "none", "same-origin") or _opens_page(scope, headers))
            and PLAIN.fullmatch(path) is not None
            and scope.get("raw_path") in (None, path.encode())
        )

    def _is_own(self, host: str) -> bool:
        name = re.sub(r":\d{1,5}$", "", host).lower()
        if name in self.hosts:
            return True
        try:
            return self.addresses and bool(ip_address(name[1:-1] if name[:1] + name[-1:] == "[]" else name))
        except ValueError:
            return False


def own_names(host: str) -> set[str]:
    """Return the host names of this machine, for a page that other machines may open."""
    name = socket.gethostname()
    return {*LOCAL, host, name, f"{name.partition('.')[0]}.local", socket.getfqdn()} - {""}


def _opens_page(scope: Message, headers: dict[bytes, str]) -> bool:
    """Whether the request opens the page by a link, in a window and not in a frame."""
    return (
        scope["type"] == "http"
        and (scope["method"], scope["path"]) == ("GET", "/")
        and headers.get(b"sec-fetch-mode") == "navigate"
        and headers.get(b"sec-fetch-dest", "document") == "document"
    )


def _session_of(headers: Headers) -> str | None:
    cookies = ";".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    for cookie in cookies.split(";"):  # other programs on this machine set cookies too, some of them malformed
        name, _, value = cookie.strip().partition("=")
        if name == SESSION and re.fullmatch("[0-9a-f]{32}", value):
            return value
    return None


def _start(kind: str, headers: Headers) -> Message:
    return {"type": kind, "status": 403, "headers": [*headers, *PROTECTION]}


async def _refuse_socket(scope: Message, send: Send) -> None:
    """Answer before the websocket is accepted: with 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send(_start("websocket.http.response.start", [(b"content-type", b"text/plain")]))
    await send({"type": "websocket.http.response.body", "body": REFUSAL})


def _protected(scope: Message, send: Send, session: str | None) -> Send:
    """Return ``send`` with the protecting headers, the cookie of a new session, and no cookie of the application's."""
    accepted = False

    async def protected(message: Message) -> None:
        nonlocal accepted
        kind = message["type"]
        if kind == "websocket.close" and not accepted:
            await _refuse_socket(scope, send)
            return
        if kind in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
            accepted = True
            headers = [(name, value) for name, value in message.get("headers", ()) if name.lower() != b"set-cookie"]
            if session and message.get("status") == 200:
                # not Strict: a visitor who follows a link would get a new session, and lose the open pages
                cookie = f"{SESSION}={session}; HttpOnly; Path=/; SameSite=Lax"
                headers.append((b"set-cookie", cookie.encode()))
            message = {**message, "headers": [*headers, *PROTECTION]}
        await send(message)

    return protected
