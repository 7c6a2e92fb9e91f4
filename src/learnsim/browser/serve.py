"""Serving: the page at an address of this machine, for this machine only unless told otherwise.
Nothing leaves the machine, and no other site may talk to the page.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings
import webbrowser
from collections.abc import Iterable
from threading import Timer
from typing import Any

from learnsim.browser.choices import Choices
from learnsim.browser.guard import LOCAL, App, Guard, own_names
from learnsim.browser.stage import Stage
from learnsim.compiled import announce_compilation
from learnsim.errors import LearnsimError
from learnsim.registry import page_info

PAGES = {"page": "learnsim.browser.page", "explorer": "learnsim.browser.explorer"}
SETTINGS = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",  # nobody listens there: nothing is ever fetched
    "SOLARA_ROOT_PATH": "",
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_OAUTH_PRIVATE": "False",
    "SOLARA_STATE_BACKEND": "",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "learnsim",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
}
HARMLESS = (
    "Cookies with samesite=none",
    "Attempting to work in a virtualenv",
    "Failed to validate hooks for component ComponentsView",  # Mesa 3.3's own
)


def application(hosts: Iterable[str] = LOCAL, *, addresses: bool = False, shown: str = "page") -> App:
    """Return the page as an ASGI application, behind its guard.

    Parameters
    ----------
    hosts, addresses
        As :class:`Guard` takes them.
    shown : str
        ``"page"``, or ``"explorer"`` for Mesa's own page.

    Raises
    ------
    LearnsimError
        If Solara or some of its files are missing.
    """
    os.environ.update(SETTINGS, SOLARA_APP=PAGES[shown])
    for message in HARMLESS:
        warnings.filterwarnings("ignore", message=message)
    try:
        from learnsim.browser.routes import COOKIE, routed
    except ImportError:
        raise LearnsimError('learnsim viz needs Solara; pip install "learnsim[viz]"') from None
    return Guard(routed(), hosts, addresses=addresses, cookie=COOKIE)


def serve(choices: Choices, host: str, port: int, *, browser: bool, shown: str = "page") -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    choices : Choices
        What it shows to begin with; Mesa's own page shows its own.
    host : str
        The address to bind to.
    port : int
        0 for any that is free.
    browser : bool
        Whether to open it in the browser.
    shown : str
        As :func:`application` takes it.

    Raises
    ------
    LearnsimError
        If Solara is missing, the choices cannot be played, or the port is taken.
    """
    local = host in ("127.0.0.1", "localhost", "::1")
    app = application(LOCAL if local else own_names(host), addresses=not local, shown=shown)
    import uvicorn

    from learnsim.browser import page

    announce_compilation(page_info().name)
    Stage(choices).close()  # what cannot be played is said here; and the engine is compiled before anybody waits for it
    page.given = choices
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if os.name == "posix":  # on Windows it would let a second program take the port
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
    # uvicorn takes a refused websocket whose refusal has headers for a mistake
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing handshake" not in record.getMessage())
    quiet: dict[str, Any] = {"log_level": "warning", "server_header": False, "proxy_headers": False}
    server = uvicorn.Server(uvicorn.Config(app, loop="asyncio", timeout_graceful_shutdown=1, **quiet))
    server.run(sockets=[listener])
