"""Routes: all routes that the page's server answers.
Solara's own application is not used: it has routes that fetch files, delete files and reveal details of the machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from solara.server import kernel_context, server, settings, starlette
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from learnsim.browser.guard import App
from learnsim.browser.script_file import script, script_path
from learnsim.errors import LearnsimError

COOKIE = server.COOKIE_KEY_SESSION_ID
# what Solara's scripts read from the URL: a link could open the page on another visitor's kernel, or keep it alive
SCRIPTED = {"kernelid", "modelid", "solara-no-close-beacon"}
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CDN = f"/{starlette.cdn_url_path}/"
SUFFIXES = {".css", ".js", ".png", ".svg", ".eot", ".ttf", ".woff", ".woff2"}
WANTED = (  # path in the URL, and which files of Solara's folders
    (CDN, "requirejs@*/require.js"),
    (CDN, "@widgetti/solara-vuetify-app@*/dist/*"),
    (CDN, "@widgetti/vue-grid-layout@*/dist/*.umd.js"),  # of Mesa's own page
    ("/static/assets/", "*"),
    ("/static/", "*"),
    ("/jupyter/nbextensions/", "jupyter-vue/nodeps.js"),
    ("/jupyter/nbextensions/", "jupyter-vuetify/nodeps.js"),
)


def page_app(*, preload: bool = True) -> App:
    """Return the page as an application that answers only these routes.

    Parameters
    ----------
    preload : bool
        Whether browsers are asked to fetch the player's script at once; Mesa's own page brings it along.
    """
    routes = [
        Route("/", page, methods=["GET"]),
        Route("/jupyter/api/kernels/{kernel_id}", starlette.kernels, methods=["GET"]),  # the same answer for any kernel
        Route("/_solara/api/close/{kernel_id}", close, methods=["POST"]),
        WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", kernel),
        Route(script_path(), script, methods=["GET"]),
        Route("/{path:path}", Files(wanted_files())),
    ]
    compression = Middleware(starlette.SolaraGZipMiddleware, minimum_size=1000)
    app = Starlette(routes=routes, middleware=[compression], lifespan=starlette.lifespan)
    app.router.redirect_slashes, app.state.preload = False, preload
    return app


async def page(request: Request) -> Response:
    """Answer with the page, unless the URL has parameters that control Solara's own scripts."""
    if names := sorted(SCRIPTED.intersection(request.query_params)):
        return PlainTextResponse(f"403: {', '.join(names)}: is not a setting of this page", 403)
    answer = await starlette.root(request)
    if request.app.state.preload:  # the player needs it, once Solara has begun
        answer.headers["link"] = f"<{script_path()}>; rel=preload; as=script"
    return answer


async def kernel(socket: WebSocket) -> None:
    """Connect a page with its models; refuse a connection to those of another visitor."""
    name, pages = socket.path_params["kernel_id"], socket.query_params.getlist("session_id")
    known = kernel_context.contexts.get(name)
    well_formed = all(IDENTIFIER.fullmatch(text) for text in (name, *pages)) and len(pages) == 1
    if well_formed and (known is None or known.session_id == socket.cookies.get(COOKIE)):
        await starlette.kernel_connection(socket)
    else:
        await socket.close(1008)


def close(request: Request) -> Response:
    """Release the models of a page that its visitor closed; the answer is the same for another visitor."""
    known = kernel_context.contexts.get(request.path_params["kernel_id"])
    own = known is not None and known.session_id == request.cookies.get(COOKIE)
    if own and request.query_params.get("session_id") in known.page_status:
        return starlette.close(request)
    return Response()


class Files(starlette.StaticFilesOptionalAuth):
    """The page's files, by their paths in the URL. No path that a visitor sends is ever opened on the disk."""

    def __init__(self, files: dict[str, Path]) -> None:
        super().__init__()
        self.files = files

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return the file and its status; nothing if it is not one of the page's."""
        file = self.files.get("/" + path.replace(os.sep, "/"))
        try:
            return (str(file), file.stat()) if file else ("", None)
        except OSError:
            return "", None


def wanted_files() -> dict[str, Path]:
    """Return the installed files of the page: path in the URL to file.

    Raises
    ------
    LearnsimError
        If some of them are missing.
    """
    folders = {
        CDN: [settings.assets.proxy_cache_dir],
        "/static/assets/": [server.solara_static.parent / "assets"],
        "/static/": [server.solara_static],
        "/jupyter/nbextensions/": server.nbextensions_directories,
    }
    files: dict[str, Path] = {}
    for place, pattern in WANTED:
        installed = next(filter(None, (_files(folder, pattern) for folder in folders[place])), None)
        if installed is None:
            raise LearnsimError(
                f"{folders[place][0]}: {pattern} is missing, and the page needs it; "
                "run pip install --force-reinstall solara-assets ipyvue ipyvuetify"
            )
        files |= {place + name: file for name, file in installed.items()}
    return files


def _files(folder: Path, pattern: str) -> dict[str, Path]:
    """Return the folder's files that match a pattern, without links that lead out of it."""
    root = folder.resolve()
    files = {file.relative_to(folder).as_posix(): file.resolve() for file in folder.glob(pattern)}
    return {
        name: file
        for name, file in files.items()
        if file.is_file() and file.suffix in SUFFIXES and file.is_relative_to(root)
    }
