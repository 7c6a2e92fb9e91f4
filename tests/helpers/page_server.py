"""The page as a person starts it: ``learnsim viz`` on a free port, in a process of its own."""

import os
import subprocess
import sys
from contextlib import contextmanager


@contextmanager
def serving(*arguments):
    """Run ``learnsim viz`` on a free port; give its address and process."""
    command = [sys.executable, "-m", "learnsim", "viz", "--no-browser", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "NO_PROXY": "*"}
    )
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.terminate()
        process.communicate(timeout=30)
