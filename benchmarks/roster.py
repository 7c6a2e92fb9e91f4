"""Benchmark: how long it takes to read a roster of 100,000 people, in each of the usual formats.

    python benchmarks/roster.py
    python benchmarks/roster.py --people 10000

The least of three readings, in seconds. Text should take less than 2.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
import time
from pathlib import Path

from learnsim.people import read_roster

HEADER = ["id", "name", "community", "learning_speed", "sociability", "pretest", "absent", "officer"]
READINGS = 3


def rows(people: int) -> list[list[str]]:
    chance = random.Random(1)
    return [
        [
            f"P{i:06d}",
            f"Surname {i}, Name",
            f"Team {i % 50}",
            f"{chance.random():.3f}",
            f"{chance.random():.3f}" if i % 9 else "-",
            f"{chance.random():.2f}",
            "3; 7-9" if i % 7 == 0 else "",
            "yes" if i % 5 == 0 else "no",
        ]
        for i in range(people)
    ]


def write_text(file: Path, table: list[list[str]], separator: str, encoding: str, *, quoted: bool = False) -> None:
    with file.open("w", newline="", encoding=encoding) as stream:
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        csv.writer(stream, delimiter=separator, quoting=quoting).writerows([HEADER, *table])


def write_workbook(file: Path, table: list[list[str]]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("people")
    for row in (HEADER, *table):
        sheet.append(row)
    book.save(file)


def seconds_to_read(file: Path, people: int) -> float:
    least = float("inf")
    for _ in range(READINGS):
        begun = time.perf_counter()
        assert len(read_roster(file).ids) == people
        least = min(least, time.perf_counter() - begun)
    return least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    table = rows(people)
    print(f"{people:,} people, {len(HEADER)} columns, the least of {READINGS} readings")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        for title, separator, encoding, quoted in (
            ("comma, UTF-8", ",", "utf-8", False),
            ("comma, UTF-8, every cell quoted", ",", "utf-8", True),
            ("semicolon, Windows-1252", ";", "cp1252", False),
            ("tab, UTF-16", "\t", "utf-16", False),
        ):
            write_text(file, table, separator, encoding, quoted=quoted)
            print(f"{title:36}{seconds_to_read(file, people):6.2f} s")
        book = Path(folder) / "people.xlsx"
        write_workbook(book, table)
        print(f"{'Excel workbook':36}{seconds_to_read(book, people):6.2f} s")


if __name__ == "__main__":
    main()
