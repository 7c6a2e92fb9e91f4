"""Font cache: where matplotlib and fontconfig note which fonts there are, also where there is no home folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from learnsim.compiled import cache_folder

OWN = (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))  # where matplotlib would write, by default


@contextmanager
def font_cache(spare: Path) -> Iterator[None]:
    """Let matplotlib be imported; where it cannot write, its notes go beside the kernels, or for a while into ``spare``."""
    if _usable():
        yield
        return
    with ExitStack() as stack:
        kernels = cache_folder()
        if kernels:
            place = kernels.parent
        else:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".fonts-", dir=spare)))
        before = {name: os.environ.get(name) for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME")}
        os.environ.update(MPLCONFIGDIR=str(place / "matplotlib"), XDG_CACHE_HOME=str(place))
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def _usable() -> bool:
    """Whether matplotlib can write where it wants to."""
    wanted = os.environ.get("MPLCONFIGDIR")
    if wanted:
        return _writable(Path(wanted))
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises where there is no home
    return all(_writable(Path(os.environ.get(name) or os.path.join(home, below)) / "matplotlib") for name, below in OWN)  # noqa: PTH118


def _writable(folder: Path) -> bool:
    try:
        if folder.is_absolute():
            folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return folder.is_absolute() and os.access(folder, os.W_OK)
