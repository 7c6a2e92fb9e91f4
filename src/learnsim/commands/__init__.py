"""The commands of ``learnsim``, in the order of its help. Their modules import only what a command needs, when it runs."""

from learnsim.commands import run, results, files, fit, plan, viz  # noqa: F401, I001 - each adds its commands to the app
from learnsim.commands.options import app

__all__ = ["app"]
