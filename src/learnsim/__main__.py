"""``python -m learnsim`` is the command ``learnsim``."""

from learnsim.cli import main

main()
