"""Server: the page at an address of this machine, by default for this machine only.
Nothing is sent elsewhere, and no other site can access the page.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import warnings
import webbrowser
from collections.abc import Iterable
from threading import Timer
from typing import Any

from learnsim.browser.guard import LOCAL, App, Guard, own_names
from learnsim.browser.model_player import ModelPlayer
from learnsim.browser.model_settings import ModelSettings
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.shown_record import shown_of
from learnsim.browser.story_export import described_scenes, is_plain
from learnsim.compiled import announce_compilation
from learnsim.errors import LearnsimError

PAGES = {"page": "learnsim.browser.page", "explorer": "learnsim.browser.mesa_page"}
SETTINGS = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",  # nothing listens there, so that nothing is ever fetched
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
        from learnsim.browser.routes import COOKIE, page_app
    except ImportError:
        raise LearnsimError('learnsim viz needs Solara; pip install "learnsim[viz]"') from None
    return Guard(page_app(preload=shown == "page"), hosts, addresses=addresses, cookie=COOKIE)


def serve(page_settings: PageSettings, host: str, port: int, *, browser: bool, shown: str = "page") -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    page_settings : PageSettings
        What it shows first; Mesa's own page has settings of its own.
    host : str
        The address to bind to.
    port : int
        0 for any free port.
    browser : bool
        Whether to open it in the browser.
    shown : str
        As :func:`application` takes it.

    Raises
    ------
    LearnsimError
        If Solara is missing, the settings are invalid, or the port is in use.
    """
    local = host in ("127.0.0.1", "localhost", "::1")
    app = application(LOCAL if local else own_names(host), addresses=not local, shown=shown)
    import uvicorn

    from learnsim.browser import page

    # reports invalid settings here, and compiles the engine before anybody waits for it
    if isinstance(page_settings, ModelSettings):
        ModelPlayer(page_settings).close()
    else:
        announce_compilation(page_settings.base.model.kind)
        shown_of(page_settings, 0)
    page.opened_with = page_settings
    page.story = described_scenes(page_settings) if is_plain(page_settings) else []
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if os.name == "posix":  # on Windows it would let a second program take the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # before the address is printed: an early request waits, and is not refused
    except (OSError, TypeError) as error:  # the latter if the host is no name at all
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise LearnsimError(f"--host {host} --port {port}: cannot be used ({reason}); choose another --port") from None
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    if not local:
        sys.stderr.write(f"warning: the page is public: everybody who can reach this machine ({host}) can use it\n")
    sys.stderr.write("press Ctrl-C to stop\n")
    if browser:
        Timer(0.5, webbrowser.open, [address]).start()
    # uvicorn reports a websocket that was refused with headers as a mistake
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing handshake" not in record.getMessage())
    quiet: dict[str, Any] = {"log_level": "warning", "server_header": False, "proxy_headers": False}

    class QuietServer(uvicorn.Server):  # uvicorn's own looks ten times a second whether it should end
        async def main_loop(self) -> None:
            while not await self.on_tick(counter=0):
                await asyncio.sleep(1)

    server = QuietServer(uvicorn.Config(app, loop="asyncio", timeout_graceful_shutdown=1, **quiet))
    server.run(sockets=[listener])
