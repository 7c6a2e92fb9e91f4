"""Problems of planning with a known answer: a class list with eight rules, and random ones planted around a hidden plan."""

import itertools
import random

import numpy as np

from learnsim.planning import Balance, Feature, Pin, Problem, broken_rules

# shares of the values of an attribute, by the value of the attribute that it leans on
MAJORS = ("mechanical", "civil", "electrical", "computing", "chemical")
MAJOR_BY_WISH = {
    "bridge": (0.20, 0.40, 0.10, 0.10, 0.20),
    "drone": (0.30, 0.05, 0.25, 0.30, 0.10),
    "pump": (0.35, 0.15, 0.20, 0.10, 0.20),
    "robot": (0.20, 0.05, 0.30, 0.40, 0.05),
    "water": (0.20, 0.30, 0.15, 0.10, 0.25),
}
WISHES = {"bridge": 25, "drone": 21, "pump": 20, "robot": 19, "water": 20}
CLASS_SEED = 7  # how other lists fare: benchmarks/planning.py --lists 24


def class_list(seed=CLASS_SEED):
    """105 invented students: a value per student of seven attributes that lean on each other, and grade point averages."""
    draw = random.Random(seed).random  # the same in every version of Python

    def one(values, shares):
        mark = draw() * sum(shares)
        return next((v for v, total in zip(values, itertools.accumulate(shares), strict=True) if mark < total), values[-1])

    students = []
    for wish, count in WISHES.items():
        for _ in range(count):
            major = one(MAJORS, MAJOR_BY_WISH[wish])
            technical = major in ("electrical", "computing")
            year = one("1234", (0.10, 0.40, 0.35, 0.15) if technical else (0.15, 0.35, 0.35, 0.15))
            gender = one("fm", (0.45, 0.55) if major in ("civil", "chemical") else (0.25, 0.75))
            language = one("abc", (0.72, 0.16, 0.12) if technical else (0.84, 0.08, 0.08))
            zone = one(("home", "east", "west"), (0.85, 0.08, 0.07) if language == "a" else (0.45, 0.40, 0.15))
            experience = one("yn", (0.05 + 0.08 * int(year), 0.95 - 0.08 * int(year)))
            spread = sum(draw() for _ in range(6)) - 3.0
            gpa = 2.7 + 0.1 * int(year) + 0.15 * (gender == "f") + 0.1 * (experience == "y") + 0.6 * spread
            students.append((wish, major, year, gender, language, zone, experience, round(min(4.0, max(1.0, gpa)), 2)))
    names = ("wish", "major", "year", "gender", "language", "zone", "experience", "gpa")
    return dict(zip(names, zip(*students, strict=True), strict=True))


def class_problem(seed=CLASS_SEED):
    """Cells of five of the class list for one cycle, with eight rules of GroupEng's four kinds."""
    people = class_list(seed)

    def rule(kind, column, *values):
        for value in values or sorted(set(people[column])):
            members = [i for i, one in enumerate(people[column]) if one == value]
            yield Feature(kind, members, name=f"{kind} {column}")

    features = [
        *rule("alike", "wish"),
        *rule("not_alone", "gender", "f"),
        *rule("not_alone", "language", "b", "c"),
        *rule("not_alone", "zone", "east", "west"),
        *rule("spread", "major", "civil"),
        *rule("spread", "experience", "y"),
        *rule("spread", "year", "4"),
    ]
    return Problem(sizes=[[5] * 21], features=features, balances=[Balance(people["gpa"], name="balance gpa")])


def planted(seed):
    """A random problem whose hard rules a hidden plan keeps, and that plan."""
    draw = np.random.default_rng(seed)
    size, cells, cycles = int(draw.integers(2, 7)), int(draw.integers(2, 9)), int(draw.integers(1, 7))
    people = size * cells + int(draw.integers(0, cells))
    present = draw.random((cycles, people)) < (0.93 if draw.random() < 0.5 else 2.0)
    sizes, hidden = [], np.full((cycles, people), -1)
    for t in range(cycles):
        count = int(present[t].sum())
        used = max(1, min(cells, count // 2))
        sizes.append([count // used + (c < count % used) for c in range(used)] + [0] * (cells - used))
        hidden[t, draw.permutation(np.flatnonzero(present[t]))] = np.repeat(np.arange(cells), sizes[t])
    features = _together(draw, hidden, min(size, 3))
    met = np.zeros((people, people), dtype=bool)
    for row in hidden:
        met |= (row[:, None] == row) & (row >= 0)
    strangers = [(i, j) for i in range(people) for j in range(i) if not met[i, j]]
    some = draw.permutation(len(strangers))[: int(draw.integers(0, people // 2 + 1))]
    features += [Feature("apart", strangers[x], hard=True) for x in some]
    for _ in range(2):
        several = []
        for i in draw.permutation(people).tolist():
            if len(several) < 4 and not met[i, several].any():
                several.append(i)
        features += [Feature("apart", several, hard=True)] * (len(several) > 2)
    candidates = [
        Feature("not_alone", draw.permutation(people)[: int(draw.integers(2, max(3, people // 2)))].tolist(), hard=True)
        for _ in range(2)
    ]
    candidates += [Feature("spread", draw.permutation(people)[: int(draw.integers(1, people))].tolist(), hard=True)]
    candidates += [Feature("spread", [int(np.flatnonzero(hidden[0] == c)[0]) for c in range(cells) if sizes[0][c]], hard=True)]
    features += [one for one in candidates if not broken_rules(Problem(sizes, present, features=[one]), hidden)]
    pins = [(int(draw.integers(people)), int(draw.integers(cycles))) for _ in range(int(draw.integers(0, 4)))]
    pinned = [Pin(i, int(hidden[t, i]), t) for i, t in pins if hidden[t, i] >= 0]
    return Problem(sizes, present, features=features, pinned=pinned), hidden


def _together(draw, hidden, largest):
    """Lists of people who sit together in the hidden plan, which is changed so that they do."""
    queue = draw.permutation(hidden.shape[1]).tolist()
    lists = [[queue.pop() for _ in range(int(draw.integers(2, largest + 1))) if queue] for _ in range(int(draw.integers(0, 3)))]
    bound = set(itertools.chain(*lists))
    for row in hidden:
        for people in lists:
            here = [i for i in people if row[i] >= 0]
            for i in here[1:]:
                free = [j for j in np.flatnonzero(row == row[here[0]]) if j not in bound]
                if row[i] != row[here[0]] and free:
                    row[i], row[free[0]] = row[free[0]], row[i]
    kept = [one for one in lists if len(one) > 1 and all(len({row[i] for i in one if row[i] >= 0}) < 2 for row in hidden)]
    return [Feature("together", one, hard=True) for one in kept]
