"""Words: the sentences beside the pictures say the numbers of the runs, as Python has them, in both languages."""

import re

import numpy as np
import pytest

import learnsim
from helpers.our_models import OURS
from learnsim.grouping.preparation import prepare
from learnsim.models.registry import MODELS
from learnsim.playback.packed import packed
from learnsim.playback.recording import recording_of
from learnsim.playback.repetitions import repetitions
from learnsim.playback.texts import all_texts
from learnsim.settings import validate

ARMS = ["hybrid", "flat-lecture", "isolated-cells", "collective"]
QUARTERS = {"slowest": "slow_mean", "fastest": "fast_mean", "quietest": "quiet_mean", "most outgoing": "outgoing_mean"}
SAY = """([record, row, bands, expected, texts]) =>
    learnsim.sentences(learnsim.openRecord(record), row, learnsim.texts(texts), bands, expected)"""
DESCRIBE = """([record, arm, row, texts]) => {
    const there = learnsim.openRecord(record);
    return learnsim.pictureText(there, there.arms[arm], row, learnsim.texts(texts));
}"""


def tree_of(count=2, kind="training", **changes):
    table, _, key = MODELS[kind].periods.partition(".")
    return {
        "model": {"kind": kind},
        "organisation": {"trainees": 24, "communities": 2, "cell_size": 4},
        table: {key: 25},
        "arms": {arm: {} for arm in ARMS[:count]},
        **changes,
    }


def record_of(tree):
    return recording_of(prepare(validate(tree, "test")), list(tree["arms"]))


def points(share):
    return int(np.floor(100 * share + 0.5))


@pytest.fixture
def sentences(scripts):
    def say(record, row, bands=None, expected=0, language="en"):
        return scripts.evaluate(SAY, [record, row, bands, expected, all_texts()[language]])

    return say


def of_means(*means):
    """A record of the row before the first session, in which everybody knows as much as the mean."""
    everybody, nobody = packed(np.zeros(2), "int32"), {"offsets": packed(np.zeros(2), "uint32"), "pairs": packed([], "int32")}
    plan = {"from": 0, "cell": everybody, "community": everybody, "officers": everybody, "branches": everybody, "novices": []}
    return {
        "clock": "session", "sessions": 4, "cycle_length": 2, "people": 2, "names": None, "communities": [], "traits": {},
        "level": {"label_key": "level.mastery"}, "measures": [{"key": "mean", "group": "main", "most": 1}],
        "arms": [
            {
                "name": name, "label": name, "phases": [], "plans": [plan], "asked": nobody, "consulted": nobody, "marks": [],
                "levels": packed(np.full((1, 2), 10_000 * mean), "uint16"), "wrong": None, "curves": {"mean": [mean]},
            }
            for name, mean in zip(("left", "right", "third"), means, strict=False)
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("names", "row"), [(ARMS[:2], 6), (ARMS[1::-1], 25), (ARMS[1::-1], 3)])
def test_who_is_ahead_is_named_first_with_the_numbers_of_the_runs(sentences, names, row):
    tree = tree_of(arms={name: {} for name in names})
    runs = [learnsim.run(tree, arm=name) for name in names]
    said = sentences(record_of(tree), row)
    means = sorted(((float(run["mean_mastery"][row]), name) for run, name in zip(runs, names, strict=True)), reverse=True)
    (first, ahead), (second, behind) = means
    high, low, count = points(first), points(second), points(first - second)
    if high - low != count:
        high, low = f"{100 * first:.1f}", f"{100 * second:.1f}"
    apart = f"{count} point{'s' if count > 1 else ''}"
    assert count > 0
    assert said[0] == f"After {row} sessions, {ahead} is {apart} ahead of {behind}: {high} of 100 against {low} on average."
    levels = [np.floor(10_000 * run.trace.mastery[row].mean(axis=1) + 0.5) for run in traced(tree, names)]
    better, worse = int((levels[0] > levels[1]).sum()), int((levels[0] < levels[1]).sum())
    alike = f", {24 - better - worse} alike" if better + worse < 24 else ""
    verb = "knows" if better == 1 else "know"
    assert said[1] == f"Of 24 trainees, {better} {verb} more in {names[0]}, {worse} in {names[1]}{alike}."
    quarters = re.findall(r"(\w[\w ]*) ([+\u2212]?)(\d+)(?:,|\.$)", said[2].partition("in points: ")[2])
    assert [name for name, _, _ in quarters] == list(QUARTERS)
    for name, sign, number in quarters:
        apart = float(runs[0][QUARTERS[name]][row] - runs[1][QUARTERS[name]][row])
        assert int(number) == points(abs(apart))
        assert sign == ("" if number == "0" else "+" if apart > 0 else "\u2212")


def traced(tree, names):
    from learnsim.models.runs import run_arm

    prepared = prepare(validate(tree, "test"))
    return [run_arm(prepared, name, 0, engine="compiled", trace=True) for name in names]


@pytest.mark.parametrize(
    ("means", "sentence"),
    [
        ((0.5, 0.5), "left and right are level at 50 of 100 points on average."),
        ((0.504, 0.496), "left is 1 point ahead of right: 50.4 of 100 against 49.6 on average."),
        ((0.504, 0.501), "left is less than a point ahead of right: both are at 50 of 100 on average."),
        ((0.496, 0.508), "right is 1 point ahead of left: 51 of 100 against 50 on average."),
        ((0.615, 0.504), "left is 11 points ahead of right: 61.5 of 100 against 50.4 on average."),
        ((1.0, 0.0), "left is 100 points ahead of right: 100 of 100 against 0 on average."),
        ((0.3,), "left is at 30 of 100 points on average."),
        ((0.2, 0.3, 0.6), "third is 30 points ahead of right: 60 of 100 against 30 on average. Then: left at 20."),
    ],
)
def test_the_difference_that_is_said_is_that_of_the_means_that_are_said(sentences, means, sentence):
    assert sentences(of_means(*means), 0)[0] == f"Before the first session, {sentence}"


@pytest.mark.parametrize(
    ("mean", "half_width", "wins", "losses", "sentence"),
    [
        (0.289, 0.004, 30, 0, "left ends higher in 30 of 30 repetitions, on average 29 points, give or take half a point."),
        (-0.05, 0.0222, 1, 29, "right ends higher in 29 of 30 repetitions, on average 5 points, give or take 2 points."),
        (0.014, 0.001, 28, 2, "left ends higher in 28 of 30 repetitions, on average 1 point, give or take less than half a point."),
        (0.02, 0.011, 20, 9, "left ends higher in 20 of 30 repetitions, on average 2 points, give or take one point."),
        (0.02, 0.016, 20, 9, "left ends higher in 20 of 30 repetitions, on average 2 points, give or take one and a half points."),
        (0.004, 0.002, 25, 5, "left ends higher in 25 of 30 repetitions, but on average by less than a point."),
        (
            -0.01, 0.011, 13, 17,
            "Too close to call: left ends higher in 13 of 30 repetitions, right in 17; the difference is 1 point on average, "
            "give or take one point.",
        ),
        (0.0, 0.0, 0, 0, "left and right end level in all 30 repetitions."),
    ],
)  # fmt: skip
def test_repetitions_are_said_in_plain_words(sentences, mean, half_width, wins, losses, sentence):
    bands = {"replicates": 30, "difference": {"mean": mean, "half_width": half_width, "wins": wins, "losses": losses}}
    assert sentences(of_means(0.2, 0.3), 0, bands)[1] == sentence


def test_repetitions_of_real_runs_are_counted_as_python_counts_them(sentences):
    tree = tree_of()
    ends = np.array([[learnsim.run(tree, arm=arm, replicate=r)["mean_mastery"][-1] for arm in ARMS[:2]] for r in range(6)])
    bands = repetitions(prepare(validate(tree, "test")), ARMS[:2], 6)
    apart = ends[:, 0] - ends[:, 1]
    said = sentences(record_of(tree), 25, bands)[3]
    assert said.startswith(f"hybrid ends higher in {(apart > 0).sum()} of 6 repetitions, on average {points(apart.mean())} points, ")


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_model_has_words_for_any_number_of_arms(sentences, kind, count, language):
    tree = tree_of(count, kind)
    record, bands = record_of(tree), repetitions(prepare(validate(tree, "test")), ARMS[:count], 3)
    for row in (0, 1, record["sessions"]):
        for said in (sentences(record, row, None, 30, language), sentences(record, row, bands, 30, language)):
            text = " ".join(said)
            assert not re.search(r"NaN|undefined|null|[{}]", text), text
            without = (all_texts()[language]["words.shared"], *(f"{arm}: " for arm in ARMS))
            assert all(re.search(r"\d", sentence) for sentence in said if not sentence.startswith(without))


def test_before_the_first_session_each_arm_is_described_by_what_happens_in_it(sentences):
    tree = tree_of(arms={**{arm: {} for arm in ARMS[:3]}, "changed": {"preset": "hybrid", "shuffle": "none"}})
    tree["organisation"]["cycle_length"] = 5
    assert [sentence for sentence in sentences(record_of(tree), 0) if sentence.split(": ")[0] in tree["arms"]] == [
        "hybrid: people help each other in 6 cells of up to 4, the cells are shuffled every 5 sessions, their officers meet in a council.",
        "flat-lecture: one lecture for all.",
        "isolated-cells: people help each other in 6 cells of up to 4, the cells stay the same.",
        "changed: people help each other in 6 cells of up to 4, the cells stay the same, their officers meet in a council.",
    ]


def test_a_lead_of_fewer_people_is_explained(sentences):
    record = of_means(0.5, 0.5)
    record["people"], record["sessions"] = 2, 1
    for arm, levels in zip(record["arms"], ([[0.1, 0.1, 0.1], [0.2, 0.2, 0.9]], [[0.1, 0.1, 0.1], [0.3, 0.3, 0.1]]), strict=True):
        arm["levels"] = packed(10_000 * np.array(levels), "uint16")
        arm["curves"] = {"mean": [float(np.mean(row)) for row in levels]}
        arm["plans"][0] = {**arm["plans"][0], **{key: packed(np.zeros(3), "int32") for key in ("cell", "community", "branches")}}
        for name in ("asked", "consulted"):
            arm[name] = {"offsets": packed(np.zeros(3), "uint32"), "pairs": packed([], "int32")}
    record["people"] = 3
    sentence = sentences(record, 1)[1]
    assert sentence.startswith("Of 3 trainees, 1 knows more in left, 2 in right.")
    assert sentence.endswith("fewer people, but they gain more: that is why left is ahead.")
    record["arms"][0]["curves"], record["arms"][1]["curves"] = record["arms"][1]["curves"], record["arms"][0]["curves"]
    assert sentences(record, 1)[1] == "Of 3 trainees, 1 knows more in left, 2 in right."


def test_the_words_of_german_have_the_numbers_of_english_ones(sentences):
    record, bands = record_of(tree_of()), repetitions(prepare(validate(tree_of(), "test")), ARMS[:2], 6)
    for row in (0, 1, 25):
        english, german = (sentences(record, row, bands, 30, language) for language in ("en", "de"))
        numbers = [[sorted(re.findall(r"\d+", sentence)) for sentence in one] for one in (english, german)]
        assert numbers[0] == numbers[1]
    assert german[0].startswith("Nach 25 Sitzungen liegt hybrid ")
    assert sentences(record, 1)[0].startswith("After 1 session, ")
    assert sentences(record, 1, None, 30, "de")[0].startswith("Nach 1 Sitzung liegt ")


def test_a_single_run_is_never_said_to_be_more(sentences):
    record = record_of(tree_of())
    assert "One run so far; 30 repetitions are being computed." in sentences(record, 3, None, 30)
    assert "This is one run only; another one may end differently." in sentences(record, 3)


def test_a_quarter_of_nobody_is_not_mentioned(sentences):
    record = record_of(tree_of())
    record["arms"][1]["curves"]["quiet_mean"] = [None] * 26
    assert re.search(r": slowest .*, fastest .*, most outgoing [^,]*\.$", sentences(record, 9)[2])


@pytest.mark.parametrize("arm", [0, 1])
def test_a_pictures_text_has_the_numbers_of_its_row(scripts, arm):
    tree = tree_of()
    levels = np.floor(10_000 * traced(tree, ARMS[:2])[arm].trace.mastery[7].mean(axis=1) + 0.5) / 10_000
    low, middle, high = (points(value) for value in np.quantile(levels, [0.1, 0.5, 0.9]))
    where = ("6 cells of 2 communities", "2 communities")[arm]
    assert scripts.evaluate(DESCRIBE, [record_of(tree), arm, 7, all_texts()["en"]]) == (
        f"{ARMS[arm]} after 7 sessions: 24 trainees in {where}, at {points(levels.mean())} of 100 points on average; "
        f"a tenth is at {low} or below, half at {middle} or below, a tenth at {high} or above"
    )


@pytest.mark.parametrize(
    ("row", "text"),
    [(0, "cycle 1"), (1, "cycle 1"), (10, "cycle 1"), (11, "cycle 2"), (25, "cycle 3")],
)
def test_the_clock_says_session_and_cycle(scripts, row, text):
    asked = "([record, row, texts]) => learnsim.clockText(record, row, learnsim.texts(texts))"
    record = {"clock": "session", "sessions": 25, "cycleLength": 10}
    assert scripts.evaluate(asked, [record, row, all_texts()["en"]]) == f"session {row} of 25, {text} of 3"
    stopped = {**record, "sessions": 0}
    assert scripts.evaluate(asked, [stopped, 0, all_texts()["en"]]) == "session 0 of 0, cycle 0 of 0"
