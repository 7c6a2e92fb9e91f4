"""Serving: the page at an address of this machine, for this machine only unless told otherwise.
Knows Solara's server and uvicorn. Nothing leaves the machine, and no other site may talk to the page.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from threading import Timer
from typing import Any

from learnsim.browser.choices import Choices
from learnsim.browser.stage import Stage
from learnsim.errors import LearnsimError

SETTINGS = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "learnsim",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
    "SOLARA_APP": "learnsim.browser.page",
}
LOCAL = ("127.0.0.1", "localhost", "[::1]")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Guard:
    """Refuses, with 403, whoever comes by another name or from another site's page.

    A page of another site can open connections to this machine; its ``Origin`` tells. A name that was made to point here
    (DNS rebinding) shows in ``Host``.

    Parameters
    ----------
    app : ASGI application
    hosts : tuple of str
        Names under which the page may be asked for; empty for any, when it is served to other machines.
    """

    def __init__(self, app: App, hosts: tuple[str, ...]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand over to the application, or refuse."""
        if scope["type"] not in ("http", "websocket") or self._welcome(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: answered with 403
        else:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"403: ask for this page by its own address"})

    def _welcome(self, scope: Message) -> bool:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if self.hosts and host.rsplit(":", 1)[0] not in self.hosts and host not in self.hosts:
            return False
        return origin is None or origin.partition("://")[2] == host


def application(hosts: tuple[str, ...] = LOCAL) -> App:
    """Return the page as an ASGI application."""
    os.environ.update(SETTINGS)
    for harmless in ("Cookies with samesite=none", "Attempting to work in a virtualenv"):
        warnings.filterwarnings("ignore", message=harmless)
    try:
        import solara.server.starlette as starlette
    except ImportError:
        raise LearnsimError('learnsim viz needs Solara; pip install "learnsim[viz]"') from None
    return Guard(starlette.app, hosts)


def serve(choices: Choices, host: str, port: int, *, browser: bool) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    choices : Choices
        What it shows to begin with.
    host : str
        The address to bind to.
    port : int
        0 for any that is free.
    browser : bool
        Whether to open it in the browser.

    Raises
    ------
    LearnsimError
        If Solara is missing, the choices cannot be played, or the port is taken.
    """
    Stage(choices).close()  # what cannot be played is said here; and the engine is compiled before anybody waits for it
    local = host in ("127.0.0.1", "localhost", "::1")
    app = application(LOCAL if local else ())
    import uvicorn

    from learnsim.browser import page

    page.given = choices
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # before the address is told: whoever asks at once waits, and is not refused
    except (OSError, TypeError) as error:  # the latter if the host is no name at all
        listener.close()
        told = getattr(error, "strerror", None) or error
        raise LearnsimError(f"--host {host} --port {port}: cannot be used ({told}); choose another --port") from None
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    if not local:
        sys.stderr.write(f"warning: bound to {host}: everybody who can reach this machine can use the page\n")
    sys.stderr.write("Ctrl-C ends it\n")
    if browser:
        Timer(0.5, webbrowser.open, [address]).start()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", loop="asyncio", timeout_graceful_shutdown=1))
    server.run(sockets=[listener])
