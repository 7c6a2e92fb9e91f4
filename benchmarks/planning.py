"""How good plans are, and how long they take on one thread: beside random cells, other programs and what is wanted.

    python benchmarks/planning.py [--seed 1] [--table] [--large] [--instances 1000] [--lists 24]

Prints the mean number of distinct partners of a person for each course; with --table, repeat-free rounds of g cells of p
people beside the best known numbers of rounds; with --large, two large courses; with --instances, how many random problems
that have a solution are solved without breaking a hard rule; with --lists, the broken rules of other class lists of the same
kind. GEG is Good-Enough Golfers. The kernels are compiled before.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from learnsim.planning import Feature, Pin, Problem, broken_rules, quality, random_plan, search
from learnsim.planning.fields import prime_power

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from helpers.planning_problems import class_problem, planted

FIXED = [Pin(cell, cell) for cell in range(6)]
PAIRS = [Feature("apart", [i, i + 15], hard=True, name="apart") for i in range(8)]
COURSES = [  # name, cells, cycles, pins, rules, least-met, GEG, wanted
    ("30 in 5s, 6", [5] * 6, 6, (), (), "20.8", "23.27", 23.4),
    ("the same, officers fixed", [5] * 6, 6, FIXED, (), "", "22.53", 23.0),
    ("and 8 pairs apart", [5] * 6, 6, FIXED, PAIRS, "", "22.20", 22.9),
    ("32 in 4s, 10", [4] * 8, 10, (), (), "25.4", "28.06", 28.3),
    ("15 in 3s, 7 (Kirkman)", [3] * 5, 7, (), (), "11.6", "13.07", 14.0),
    ("25 in 5s, 6", [5] * 5, 6, (), (), "", "22.40", 24.0),
    ("36 in 6s, 3", [6] * 6, 3, (), (), "", "15", 15.0),
    ("16 in 4s, 5", [4] * 4, 5, (), (), "", "", 15.0),
    ("31 uneven, 6", [6, 5, 5, 5, 5, 5], 6, (), (), "", "cannot", 24.3),
    ("100 in 5s, 10", [5] * 20, 10, (), (), "38.0", "39.6", 40.0),
    ("240 in 6s, 12", [6] * 40, 12, (), (), "", "", 60.0),
]
ROUNDS = {  # cells, then the best known number of rounds for cells of 3, 4, ... people
    4: (4, 5), 5: (7, 5, 6), 6: (8, 7, 6, 3), 7: (10, 9, 7, 7, 8), 8: (11, 10, 8, 8, 8, 9),
    9: (13, 11, 9, 9, 9, 9, 10), 10: (14, 13, 9, 7, 7, 5, 5, 4),
}  # fmt: skip


def planned(problem: Problem, seed: int) -> tuple[float, float, float]:
    """Return the mean number of partners, the most possible, and the seconds of a search."""
    start = time.process_time()
    solution = search(problem, seed=seed)
    seconds = time.process_time() - start
    assert solution.keeps_hard_rules
    found = quality(problem, solution.cell)
    return found.mean, found.ideal, seconds


def courses(seed: int) -> None:
    """Print the table of courses."""
    print(f"{'course':28}{'ideal':>7}{'random':>8}{'least-met':>11}{'GEG':>8}{'wanted':>8}{'ours':>8}{'seconds':>9}")
    for name, sizes, cycles, pins, rules, least_met, geg, wanted in COURSES:
        problem = Problem(sizes=[sizes] * cycles, pinned=pins, features=rules)
        mean, ideal, seconds = planned(problem, seed)
        chance = quality(problem, random_plan(problem, seed=seed)).mean
        mark = "" if round(mean, 2) >= wanted else "  below"
        print(f"{name:28}{ideal:7.1f}{chance:8.1f}{least_met:>11}{geg:>8}{wanted:8.1f}{mean:8.2f}{seconds:9.2f}{mark}")
    problem = class_problem()
    start = time.process_time()
    broken = broken_rules(problem, search(problem, seed=seed).cell)
    seconds = time.process_time() - start
    chance = len(broken_rules(problem, random_plan(problem, seed=seed)))
    print(f"class list of 105, eight rules: {len(broken)} group-rules broken, in {seconds:.2f} s")
    print(f"(wanted at most 7; GroupEng breaks 8 to 14 of such a list; at random {chance})")


def table(seed: int) -> None:
    """Print the share of the ideal partners at the best known number of rounds, * where nobody meets twice."""
    print("\ncells \\ size" + "".join(f"{size:>8}" for size in range(3, 11)))
    for cells, rounds in ROUNDS.items():
        line = f"{cells:12}"
        for size, cycles in enumerate(rounds, 3):
            problem = Problem(sizes=[[size] * cells] * cycles)
            found = quality(problem, search(problem, seed=seed).cell)
            free = Problem(sizes=[[size] * cells] * min(cycles, cells))
            if prime_power(cells) and size <= cells:
                assert quality(free, search(free, seed=seed).cell).repeats == 0, (cells, size)
            line += f"{100 * found.mean / found.ideal:7.1f}{'*' if not found.repeats else ' '}"
        print(line)


def large(seed: int) -> None:
    """Print how long two large courses take."""
    for name, sizes, cycles in (("240 in 6s, 12", [6] * 40, 12), ("2,000 in 6s and 7s, 20", [7] * 2 + [6] * 331, 20)):
        mean, ideal, seconds = planned(Problem(sizes=[sizes] * cycles), seed)
        print(f"{name}: {mean:.2f} of {ideal:.2f} partners in {seconds:.1f} s")


def lists(count: int, seed: int) -> None:
    """Print how many group-rules are broken in each of several invented class lists."""
    broken = [len(broken_rules(one, search(one, seed=seed).cell)) for one in map(class_problem, range(1, count + 1))]
    middle = sorted(broken)[count // 2]
    print(f"class lists 1 to {count}: {' '.join(map(str, broken))} group-rules broken, in the middle {middle}")


def instances(count: int) -> None:
    """Print in how many random problems that have a solution a hard rule is broken."""
    failed = []
    start = time.process_time()
    for number in range(count):
        problem, _ = planted(number)
        if not search(problem, seed=1, steps=300_000).keeps_hard_rules:
            failed.append(number)
    seconds = time.process_time() - start
    print(f"hard rules broken in {len(failed)} of {count} problems that have a solution {failed[:10]}; {seconds:.0f} s")


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description="How good plans are.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--instances", type=int, default=0)
    parser.add_argument("--lists", type=int, default=0)
    asked = parser.parse_args()
    search(Problem(sizes=[[2, 2]] * 2, features=[Feature("spread", [0, 1])]), steps=100)
    courses(asked.seed)
    if asked.table:
        table(asked.seed)
    if asked.large:
        large(asked.seed)
    if asked.instances:
        instances(asked.instances)
    if asked.lists:
        lists(asked.lists, asked.seed)


if __name__ == "__main__":
    main()
