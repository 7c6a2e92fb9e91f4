"""Files: reading a user's file, whatever its path turns out to be, and writing a file completely or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from learnsim.errors import SettingsError, shown

MOST_BYTES = 2**30  # of a file that is read at once
LONGEST = 200  # characters of a path in an error message


def read_file(path: str | Path, missing: str, form: str) -> bytes:
    """Return the content of a file; a pipe or a device is never opened, since reading it might wait for ever.

    Parameters
    ----------
    path : str or Path
    missing : str
        The message if there is no such file.
    form : str
        What it should be, for example "a roster is a CSV file".

    Raises
    ------
    SettingsError
        With the reason only; the caller adds the name of the file.
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
    r"""Return a hint if a path is written as on Windows and this system does not separate folders by ``\``."""
    return "; this system separates folders by /" if "\\" in file.name else ""


def named(path: str | Path) -> str:
    """Return a path as text for an error message: on one line, and not too long."""
    text = str(path)
    if not text.isprintable():
        text = repr(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}...{text[-LONGEST // 2 :]}"


def decoded(content: bytes, cure: str = "") -> str:
    """Return a file's text, without a byte order mark.

    Raises
    ------
    SettingsError
        With the reason only, if it is not UTF-8; ``cure`` says what to do then.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SettingsError(f"is UTF-16 text{cure}") from None
        raise SettingsError(f"is not UTF-8 text (byte {error.start}){cure}") from None


def digest_of(content: bytes) -> str:
    """Return the digest of a file's content: 32 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:32]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves either the old one or the new one."""
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
    """Flush a file, or the names in a folder, to the disk, so that they survive a crash of the machine."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def folder_path(folder: Any, key: str) -> Path:
    """Return the path that is meant, or raise :class:`SettingsError` with the name of the argument."""
    if not isinstance(folder, (str, os.PathLike)) or not str(folder):
        raise SettingsError(f"{key} = {shown(folder)} is not the path of a folder")
    return Path(folder)
