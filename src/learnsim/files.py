"""Files: reading what a user wrote, whatever stands under its name, and writing so that a crash leaves no half of it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from learnsim.errors import SettingsError

MOST_BYTES = 2**30  # of a file that is read whole
LONGEST = 200  # letters of a path in a sentence


def read_file(path: str | Path, missing: str, form: str) -> bytes:
    """Return the content of a file; a pipe or a device is never opened, so that nothing is waited for.

    Parameters
    ----------
    path : str or Path
    missing : str
        What to say if there is no such file.
    form : str
        What it should be, for example "a roster is a CSV file".

    Raises
    ------
    SettingsError
        With the reason only; who calls says which file.
    """
    file = Path(path)
    try:
        about = file.stat()
        if stat.S_ISDIR(about.st_mode):
            raise SettingsError(f"is a folder; {form}")
        if not stat.S_ISREG(about.st_mode):
            raise SettingsError(f"is a pipe or a device, not a file; {form}")
        if about.st_size > MOST_BYTES:
            raise SettingsError(f"has {about.st_size / 2**30:,.1f} GiB, and 1 GiB is the most; {form}")
        return file.read_bytes()
    except FileNotFoundError:
        raise SettingsError(missing + _written_elsewhere(file)) from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise SettingsError(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _written_elsewhere(file: Path) -> str:
    r"""Say it if a name is written as on Windows, where this system knows no ``\``."""
    return "; this system separates folders by /" if "\\" in file.name else ""


def named(path: str | Path) -> str:
    """Return a path as it may stand in a sentence: on one line, and not too long."""
    text = str(path)
    if not text.isprintable():
        text = repr(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}...{text[-LONGEST // 2 :]}"


def decoded(content: bytes, cure: str = "") -> str:
    """Return a file's text, without a byte order mark.

    Raises
    ------
    SettingsError
        With the reason only, if it is not UTF-8; ``cure`` is what to do then.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SettingsError(f"is UTF-16 text{cure}") from None
        raise SettingsError(f"is not UTF-8 text (byte {error.start}){cure}") from None


def digest_of(content: bytes) -> str:
    """Return what a file's content is known by: 32 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:32]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, and never a half of it."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """See that what is in a file, or the names in a folder, survive a crash of the machine."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
