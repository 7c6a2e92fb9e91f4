"""Ledger: which parts of an unfinished experiment are written, one line each, only ever added to.
Knows files; a line that was cut off by a crash counts as never written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Runs = tuple[int, tuple[int, ...], int, int]  # point, arms by number, first replicate, end


@dataclass(frozen=True)
class Part:
    """One part file: its name, its content's digest, the runs in it, and how many of them failed."""

    name: str
    digest: str
    runs: tuple[Runs, ...]
    failed: int


class Ledger:
    """The ledger of one results folder.

    Attributes
    ----------
    header : dict
        What the experiment is, as of its beginning; empty if there is no ledger yet.
    parts : list of Part
        In the order in which they were written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: dict[str, Any] = {}
        self.parts: list[Part] = []
        whole = 0
        for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
            try:
                said = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n") or not isinstance(said, dict):
                break
            if whole == 0:
                self.header = said
            else:
                runs = tuple((p, tuple(arms), first, end) for p, arms, first, end in said.pop("runs"))
                self.parts.append(Part(runs=runs, **said))
            whole += len(line)
        self._length = whole

    def begin(self, header: dict[str, Any]) -> None:
        """Write the first line."""
        self.header = header
        self._append(header)

    def add(self, part: Part) -> None:
        """Write down that a part is finished; it counts from the moment this returns."""
        self._append(asdict(part))
        self.parts.append(part)

    def keep(self, parts: Iterable[Part]) -> None:
        """Go on with these parts only, as a ledger written anew beside the old one and put in its place."""
        kept = list(parts)
        lines = [self.header, *(asdict(part) for part in kept)]
        text = "".join(json.dumps(line) + "\n" for line in lines).encode()
        write_whole(self.path, text)
        self.parts, self._length = kept, len(text)

    def _append(self, line: dict[str, Any]) -> None:
        text = json.dumps(line).encode() + b"\n"
        with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
            stream.truncate(self._length)  # what a crash cut off goes
            stream.seek(self._length)
            try:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(self._length)
                raise
        self._length += len(text)


def digest_of(content: bytes) -> str:
    """Return what a part's content is known by."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


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
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder survive a crash of the machine."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
