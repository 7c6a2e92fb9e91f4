"""What docs/EVIDENCE.md says: a row for each finding, with the numbers of results/reference/evidence/verify.csv.

``learnsim verify experiments/evidence --out FOLDER`` writes the numbers; ``python tests/evidence.py`` prints the table.
``test_evidence.py`` compares it with the page, and the page with the experiments.
"""

import csv
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).parents[1]
FOLDER = HOME / "experiments" / "evidence"
REFERENCE = HOME / "results" / "reference" / "evidence"
PAGE = HOME / "docs" / "EVIDENCE.md"
HEADING = "| finding | there | here | verdict | what differs | why, and what would turn it |"


class Row(NamedTuple):
    """A finding: the names of its targets, what it is, how both numbers are written, and why it comes out so.

    ``there`` has places for the target's low and high, ``here`` one for the result; of several targets the least and the
    largest result are written.
    """

    names: tuple[str, ...]
    finding: str
    there: str
    here: str
    differs: str
    why: str
    times: float = 1.0
    digits: int = 2


SIZES = "cells of 6", "cells of 40"
JIGSAW = ("peer instruction", "one large group", "fixed cells", "shuffled cells", "linked cells", "hybrid")
ROWS = (
    Row(
        tuple(f"tracking: low ability ({size})" for size in SIZES),
        "**Tracking helps the weak** (Booij, Leuven & Oosterbeek 2017, 1)",
        "{low} sd of grades, of low and medium ability", "{} sd",
        "tutorials of 40 with a teacher, grouped by grades; here cells, grouped by speed, and the slowest quarter",
        "Wrong sign. Here somebody who knows more is always the better helper, and nobody teaches to a group's level. A "
        "helper whom those far below cannot follow, or a teacher who goes at the group's pace, would turn it",
    ),
    Row(
        tuple(f"tracking: high ability ({size})" for size in SIZES),
        "... and leaves the strong as they are (the same, 1)",
        "{low} sd of grades, of high ability", "{} sd",
        "the same; here the fastest quarter",
        "Fast learners gain from each other, for the same reason",
    ),
    Row(
        ("tracking: everybody (cells of 40)",),
        "**Tracking helps everybody** (Duflo, Dupas & Kremer 2011, 3)",
        "{low} sd of test scores", "{} sd",
        "school classes with a teacher, for 18 months",
        "What the fast gain the slow lose. There, teachers taught to the level of the class; a teacher of that kind would turn "
        "it",
    ),
    Row(
        tuple(f"composed groups: low ability ({size})" for size in reversed(SIZES)),
        "**Groups composed for the weak hurt them** (Carrell, Sacerdote & West 2013, 2)",
        "below 0; at most {high} sd in our reading", "{} sd",
        "squadrons of cadets who live together, by grades",
        "Wrong sign in cells of six, nothing in cells of 40. There, people kept to those like themselves; here chance decides "
        "who asks whom. A choice of whom to ask would turn it",
    ),
    Row(
        tuple(f"jigsaw: {arm}" for arm in JIGSAW),
        "**A group method without any effect** (Stanczak et al. 2022, five experiments with the jigsaw classroom, 1)",
        "{low} to {high} sd of test scores", "{} sd",
        "lessons of an hour or two; here 60 sessions",
        "Every way of learning in groups beats the lecture, because gains are calibrated so. A null result cannot come out, "
        "unless `joint_effect` and `help_effect` are near 0",
    ),
    Row(
        ("active learning: exam scores",),
        "**Size of the advantage in exams** (Freeman et al. 2014, 158 studies, 1; the interval 3, d)",
        "{low} to {high} sd, around .47", "{} sd",
        "many kinds of exam; here 30 questions without guessing",
        "Nearly three times .47. The gains are right on average and people are too much alike: wider traits, and people "
        "who do not take part, would bring it down",
    ),
    Row(
        ("active learning: failures avoided",),
        "Failures that active learning avoids (the same, 1 d)",
        "{low} % (from failure rates 55 % higher)", "{} %",
        "the mark is chosen so that about as many fail under the lecture",
        "As above: a failure rate is what is below a mark, and the whole distribution moves too far",
        100.0, 0,
    ),
    Row(
        ("discussion and explanation over discussion alone",),
        "**Discussion with an explanation is better than discussion alone** (Smith et al. 2011, 1)",
        "above 0 points", "{} points",
        "one question of some minutes; here whole sessions",
        "Wrong sign. What people work out together is always right at the defaults. `joint_wrong` turns it, but only between .6 "
        "and .8 ([Results](RESULTS.md#what-if-what-people-work-out-together-is-wrong))",
        100.0, 1,
    ),
    Row(
        ("retention: after lectures",),
        "**Little is forgotten in half a year**, after lectures (Deslauriers & Wieman 2011, 1 d)",
        "{low} to {high} points (from \"a few percent\")", "{} points",
        "a session is taken as two days",
        "A near miss that hangs on how we read a few percent and half a year. A share of all mastery is lost in each session, for ever (.002, without a source), if a session is two days. Forgetting "
        "that slows down would turn it. That both groups lose the same share is built in",
        100.0, 1,
    ),
    Row(
        ("retention: after interactive classes",),
        "... and after interactive classes (the same, 1 d)",
        "{low} to {high} points (from the same)", "{} points",
        "the same",
        "A clearer miss: the same share of more is more",
        100.0, 1,
    ),
    Row(
        ("spread of gains: traditional courses",),
        "**Courses differ**: standard deviation of the gain of lectured courses (Hake 1998, 1 d)",
        "{low} to {high} (from .04, 14 courses)", "{}",
        "real courses also differ by teacher, test and school",
        "Here courses differ by their people only. Teachers, tests and schools would have to be drawn too: intervals of this "
        "model are far too narrow for a single course",
        1.0, 3,
    ),
    Row(
        ("spread of gains: interactive courses",),
        "... and of interactive courses (the same, 1 d)",
        "{low} to {high} (from .14, 48 courses)", "{}",
        "the same",
        "As above",
        1.0, 3,
    ),
    Row(
        ("gap in exam scores: a sixth of the time active",),
        "**A little activity narrows no gap** (Theobald et al. 2020, 1)",
        "at most {high} %", "{} %",
        "underrepresented students and others; here quarters by a test before. A little: a sixth of the time, there a third or less",
        "Here everything that is quicker narrows a gap by prior knowledge. Gaps that have other causes would turn it",
        100.0, 0,
    ),
    Row(
        ("gain and test before: students of a class that knows 50 %",),
        "**Who knows more gains more**, within a class that knows half (Coletta & Phillips 2005, three of four universities, 1)",
        "correlation above {low}", "{}",
        "knowledge is all or nothing, item by item",
        "Learning speed is drawn independently of prior knowledge, and cells help most where most is missing. A correlation of "
        "the two would turn it",
    ),
    Row(
        ("gain and test before: students of a class that knows 30 %",),
        "The same within a class that knows a third (the same, 1)",
        "correlation above {low}", "{}",
        "the same",
        "Readiness: who knows an item can learn the next. Not expected; a weak agreement, since it goes the other way in the "
        "class above, and is about 0 at the default prior knowledge",
    ),
    Row(
        ("gain and test before: interactive classes rise",),
        "Between interactive classes gain rises with the test before (the same, 38 classes, 1)",
        "slope above {low}", "{}",
        "classes differ in nothing else",
        "A class that knows more has more to pass on",
    ),
    Row(
        ("gain and test before: interactive courses are level",),
        "Over 62 courses it does not: interactive courses (Hake 1998, 1; the slope 3 d)",
        "slope {low} to {high} (from a correlation of +.02 over courses of both kinds)", "{}",
        "the same",
        "The row above once more: a rise of .24 is both \"rises\" and \"level\", since the range is wide and its width was not checked. Not more than undecided",
    ),
    Row(
        ("gain and test before: traditional courses are level",),
        "... and traditional courses (the same, 1; the slope 3 d)",
        "slope {low} to {high} (from the same)", "{}",
        "the same",
        "Inside a range as wide. Who knows more has less left, and the lecture waits for nobody",
    ),
    Row(
        ("gap in exam scores: half of the time active",),
        "Active learning narrows gaps in exam scores (Theobald et al. 2020: by 33 %, 1)",
        "above {low} %", "{} %",
        "as above; on average: half of the time",
        "A weak test: any quicker way narrows gaps by prior knowledge. It agrees with their average, not with their split, by "
        "which only classes of high intensity narrowed gaps. No interval of the 33 % could be checked",
        100.0, 0,
    ),
    Row(
        ("gap in exam scores: five sixths of the time active",),
        "... and more, the more of the time is active (the same: by 42 %, 3)",
        "above {low} %", "{} %",
        "as above; more: five sixths of the time, there two thirds or more",
        "As above",
        100.0, 0,
    ),
    Row(
        ("discussion and explanation over explanation alone",),
        "Discussion with an explanation is better than the explanation alone (Smith et al. 2011, 1)",
        "above 0 points", "{} points",
        "one question of some minutes; here whole sessions",
        "Follows from the calibration",
        100.0, 1,
    ),
    Row(
        ("close peers over distant ones",),
        "Only close peers matter (Coveney & Oosterveen 2021, 1)",
        "above 0 points", "{} points",
        "halves of a tutorial group; here cells of six and a group of 60",
        "Nearly built in: people learn from those they share a cell with. The experiment is a stand-in, cells of six over a "
        "group of 60",
        100.0, 1,
    ),
)


def numbers() -> dict[str, dict[str, str]]:
    """The lines of verify.csv, by the name of the target."""
    with (REFERENCE / "verify.csv").open(newline="", encoding="utf-8-sig") as stream:
        return {line["name"]: line for line in csv.DictReader(stream)}


def _number(text: str, row: Row) -> str:
    value = round(row.times * float(text), row.digits) + 0.0
    written = f"{value:.{row.digits}f}"
    return written if row.times > 1.0 else written.replace("0.", ".", 1) if abs(value) < 1.0 else written


def line(row: Row, known: dict[str, dict[str, str]]) -> str:
    """A row of the page's table."""
    some = [known[name] for name in row.names]
    ends = {end: _number(some[0][end], row) if "inf" not in some[0][end] else "" for end in ("low", "high")}
    found = sorted(some, key=lambda one: float(one["found"]))
    if len({_number(one["found"], row) for one in some}) > 1:
        here = f"{_number(found[0]['found'], row)} to {_number(found[-1]['found'], row)}"
    else:
        here = f"{_number(found[0]['found'], row)} [{_number(found[0]['found_low'], row)}, {_number(found[0]['found_high'], row)}]"
    verdicts = {one["verdict"] for one in some}
    assert len(verdicts) == 1, row.names
    word = {"differs": "**misses**", "agrees": "agrees"}[verdicts.pop()]
    return f"| {row.finding} | {row.there.format(**ends)} | {row.here.format(here)} | {word} | {row.differs} | {row.why} |"


def table() -> str:
    """The page's table, misses first."""
    known = numbers()
    lines = sorted((line(row, known) for row in ROWS), key=lambda text: "**misses**" not in text)
    return "\n".join([HEADING, "|---|---|---|---|---|---|", *lines])


if __name__ == "__main__":
    print(table())
