"""Script file: the player's script as the page's server serves it, under a name that changes with its content."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from learnsim.playback.scripts import player_script

YEAR = 31_536_000  # seconds


@cache
def script_path() -> str:
    """Return the script's path in the URL."""
    return f"/learnsim/player-{sha256(player_script().encode()).hexdigest()[:16]}.js"


async def script(request: Request) -> Response:
    """Answer with the script; a browser asks for it once."""
    headers = {"cache-control": f"public, max-age={YEAR}, immutable"}
    return Response(player_script(), media_type="text/javascript", headers=headers)
