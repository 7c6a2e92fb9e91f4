"""Ledger: which parts of an unfinished experiment are written, one line each, only ever added to.
Each line carries a digest, and one that was cut off or damaged counts as never written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from learnsim.errors import ResultsError
from learnsim.files import digest_of, write_whole

PART_NAME = re.compile(r"\d{8,}(\.[0-9a-f]+)?\.parquet")
MOST = 2**31  # a number in a ledger is below it

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
    damaged : int
        Lines that cannot be relied on.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: dict[str, Any] = {}
        self.parts: list[Part] = []
        self.damaged = 0
        self._stream: BinaryIO | None = None
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise ResultsError(f"{path}: cannot be read ({error.strerror}); --fresh takes a new folder") from None
        self._length = len(content)
        for line in content.splitlines(keepends=True):
            said = _said(line)
            part = _part(said) if said else None
            if part:
                self.parts.append(part)
            elif said and _is_header(said):
                self.header = said
            else:
                self.damaged += 1

    def begin(self, header: dict[str, Any]) -> None:
        """Begin with no parts."""
        self.header = header
        self.keep(())

    def add(self, part: Part) -> None:
        """Write down that a part is finished; it counts from the moment this returns.

        The file stays open: whoever takes the folder over puts another file in its place, and what is written here then
        goes nowhere.
        """
        text = _line(asdict(part))
        if self._stream is None:
            self._stream = self.path.open("r+b", buffering=0)
        self._stream.truncate(self._length)  # what an interrupted attempt left
        self._stream.seek(self._length)
        left = memoryview(text)
        while left:
            left = left[self._stream.write(left) :]
        os.fsync(self._stream.fileno())
        self._length += len(text)
        self.parts.append(part)

    def keep(self, parts: Iterable[Part]) -> None:
        """Go on with these parts only, as a ledger written anew beside the old one and put in its place."""
        kept = list(parts)
        header = _line(self.header)
        text = header * 2 + b"".join(_line(asdict(part)) for part in kept)  # twice: damage to one is no loss
        self.close()
        write_whole(self.path, text)
        self.parts, self.damaged, self._length = kept, 0, len(text)

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps({**said, "check": digest_of(json.dumps(said).encode())}).encode() + b"\n"


def _said(line: bytes) -> dict[str, Any] | None:
    """Return what a line says, if it is whole."""
    try:
        said = json.loads(line)
        whole = line.endswith(b"\n") and said.pop("check") == digest_of(json.dumps(said).encode())
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return said if whole else None


def _is_header(said: dict[str, Any]) -> bool:
    texts = [said.get("identity"), said.get("source_hash")]
    versions = said.get("versions")
    return all(isinstance(text, str) for text in texts) and isinstance(versions, dict)


def _part(said: dict[str, Any]) -> Part | None:
    """Return the part that a line is about; None if it is about none."""
    try:
        name, digest, failed = said["name"], said["digest"], said["failed"]
        runs = tuple((point, tuple(arms), first, end) for point, arms, first, end in said["runs"])
        numbers = [failed, *(n for point, arms, first, end in runs for n in (point, *arms, first, end))]
        whole = all(type(number) is int and 0 <= number < MOST for number in numbers)
        sound = PART_NAME.fullmatch(name) and isinstance(digest, str) and whole
        return Part(name, digest, runs, failed) if sound else None
    except (ValueError, TypeError, KeyError):
        return None
