"""Contradictions: what no plan can respect is said before the search, with the rule and its people."""

import pytest

from learnsim.errors import SettingsError
from learnsim.planning import Feature, Pin, Problem, contradictions

NAMES = "ABCDEFGHI".__getitem__
SIZES = [[3, 3, 3]] * 2


def said(features=(), pinned=(), **more):
    return contradictions(Problem(sizes=SIZES, features=features, pinned=pinned, **more), NAMES)


CASES = [
    ([Feature("apart", [0, 1]), Feature("together", [1, 0])], (), ("apart and together", "A, B")),
    ([Feature("apart", [0, 2]), Feature("together", [0, 1]), Feature("together", [1, 2])], (), ("A, C", "A, B, C")),
    ([Feature("together", [0, 1, 2, 3])], (), ("together", "A, B, C, D")),
    ([Feature("apart", [0, 1, 2, 3])], (), ("apart", "A, B, C, D")),
    ([Feature("not_alone", [4])], (), ("not_alone", "E")),
    ((), [Pin(0, 0, 0), Pin(0, 1, 0)], ("pinned", "A")),
    ((), [Pin(i, 0, 0) for i in range(4)], ("pinned", "A, B, C, D")),
    ((), [Pin(0, 7)], ("pinned", "A", "8")),
    ((), [Pin(0, 0, 5)], ("pinned", "A", "6")),
    ([Feature("apart", [0, 1])], [Pin(0, 0, 0), Pin(1, 0, 0)], ("apart", "A, B")),
    ([Feature("together", [0, 1])], [Pin(0, 0, 0), Pin(1, 1, 0)], ("together", "A, B")),
]


@pytest.mark.parametrize(("features", "pinned", "words"), CASES, ids=range(len(CASES)))
def test_a_contradiction_names_its_rule_and_its_people(features, pinned, words):
    text = "; ".join(said(features, pinned))
    assert all(word in text for word in words), text


def test_rules_that_go_together_contradict_nothing():
    assert said([Feature("apart", [0, 1, 2]), Feature("together", [0, 3]), Feature("not_alone", [4, 5])], [Pin(0, 1)]) == []


def test_a_problem_says_what_is_wrong_with_it():
    with pytest.raises(SettingsError, match="unknown kind of feature 'apat'"):
        Problem(sizes=SIZES, features=[Feature("apat", [0, 1])])
    with pytest.raises(SettingsError, match="there is no mastery to compose cells by"):
        Problem(sizes=SIZES, aim=1.0)
