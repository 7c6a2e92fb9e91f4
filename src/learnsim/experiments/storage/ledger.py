"""Ledger: the journal of the written parts of an unfinished experiment, one line per part, append-only.
Each line has a digest; a line that was cut off or damaged counts as never written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

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


class PartContent(NamedTuple):
    """A part that is still to be written: its content, the runs in it, and how many of them failed."""

    content: bytes
    runs: tuple[Runs, ...]
    failed: int


class Ledger:
    """The ledger of one results folder.

    Attributes
    ----------
    header : dict
        The identity of the experiment and its versions; empty if there is no ledger yet.
    parts : list of Part
        In the order in which they were written.
    damaged : int
        Number of damaged lines.
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
            raise ResultsError(f"{path}: cannot be read ({error.strerror}); --fresh creates a new folder") from None
        self._length = len(content)
        for line in content.splitlines(keepends=True):
            entry = _entry(line)
            part = _part(entry) if entry else None
            if part:
                self.parts.append(part)
            elif entry and _is_header(entry):
                self.header = entry
            else:
                self.damaged += 1

    def begin(self, header: dict[str, Any]) -> None:
        """Start a ledger without parts."""
        self.header = header
        self.replace(())

    def add(self, part: Part) -> None:
        """Record that a part is finished; it counts as soon as this returns.

        The file stays open: a process that takes over the folder replaces the file, and what is written here then has no
        effect.
        """
        text = _line(asdict(part))
        if self._stream is None:
            self._stream = self.path.open("r+b", buffering=0)
        self._stream.truncate(self._length)  # removes what an interrupted attempt wrote
        self._stream.seek(self._length)
        left = memoryview(text)
        while left:
            left = left[self._stream.write(left) :]
        os.fsync(self._stream.fileno())
        self._length += len(text)
        self.parts.append(part)

    def replace(self, parts: Iterable[Part]) -> None:
        """Replace the ledger by one with only these parts, written beside the old one."""
        every = list(parts)
        header = _line(self.header)
        text = header * 2 + b"".join(_line(asdict(part)) for part in every)  # twice, in case one copy is damaged
        self.close()
        write_whole(self.path, text)
        self.parts, self.damaged, self._length = every, 0, len(text)

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps({**entry, "check": digest_of(json.dumps(entry).encode())}).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any] | None:
    """Return the entry of a line, if the line is complete and undamaged."""
    try:
        entry = json.loads(line)
        whole = line.endswith(b"\n") and entry.pop("check") == digest_of(json.dumps(entry).encode())
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return entry if whole else None


def _is_header(entry: dict[str, Any]) -> bool:
    texts = [entry.get("identity"), entry.get("source_hash")]
    versions = entry.get("versions")
    return all(isinstance(text, str) for text in texts) and isinstance(versions, dict)


def _part(entry: dict[str, Any]) -> Part | None:
    """Return the part that an entry describes; None if it describes none."""
    try:
        name, digest, failed = entry["name"], entry["digest"], entry["failed"]
        runs = tuple((point, tuple(arms), first, end) for point, arms, first, end in entry["runs"])
        numbers = [failed, *(n for point, arms, first, end in runs for n in (point, *arms, first, end))]
        whole = all(type(number) is int and 0 <= number < MOST for number in numbers)
        sound = PART_NAME.fullmatch(name) and isinstance(digest, str) and whole
        return Part(name, digest, runs, failed) if sound else None
    except (ValueError, TypeError, KeyError):
        return None
