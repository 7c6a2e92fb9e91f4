"""Community labels: how many people were read in which communities, and labels that look alike."""

import numpy as np
import pytest

from learnsim.experiments.design.checks import design_of
from learnsim.people import Roster
from learnsim.people.community_labels import not_known, people_read, remarks, several_labels
from learnsim.people.spelling import look_alike
from learnsim.settings import load
from learnsim.settings.sampling import Span


def roster_of(*labels):
    return Roster(tuple(map(str, range(len(labels)))), community=labels)


def test_the_sizes_of_communities_are_listed_the_largest_first():
    assert people_read("p.csv", roster_of("south", "north", "south")) == "p.csv: 3 people; 2 in south, 1 in north"
    assert people_read("p.csv", Roster(("ann",))) == "p.csv: 1 person"


def test_of_many_communities_a_dozen_are_named():
    text = people_read("p.csv", roster_of(*(f"c{i}" for i in range(40) for _ in range(1 + (i < 30)))))
    assert text.startswith("p.csv: 70 people; 2 in c0, ") and text.endswith("2 in c11, 1 to 2 in each of 28 more")


@pytest.mark.parametrize(
    "pair",
    [
        ("North", "north"),
        ("North Team", "North  Team"),
        ("North Team", "North\u00a0Team"),
        ("North", "North\u200b"),
        ("Caf\u00e9", "Cafe"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Blue", 'Blue"'),
        ("Stra\u00dfe", "STRASSE"),
        ("\uff11", "1"),
    ],
)
def test_labels_that_differ_by_what_is_overlooked_are_listed_together(pair):
    assert look_alike([*pair, "South", pair[0]]) == [pair]


@pytest.mark.parametrize("pair", [("1", "2"), ("A", "B"), ("\u306f\u3059", "\u3070\u3059"), ("A-1", "A1"), ("Ops", "Ops; Sales")])
def test_labels_that_differ_otherwise_are_others(pair):
    assert look_alike(pair) == []


def test_labels_that_look_alike_are_shown_so_that_they_differ():
    (text,) = remarks("p.csv", roster_of("Caf\u00e9", "Cafe\u0301", "x", "x"), heeded=False)
    assert text == "p.csv: column community has 'Caf\u00e9' and 'Cafe\\u0301', which count as different"


def test_a_community_of_one_person_from_the_roster_gives_a_warning():
    people = roster_of("a", "a", "b")
    assert remarks("p.csv", people, heeded=True) == ["p.csv: only one person is in 'b'"]
    assert remarks("p.csv", people, heeded=False) == []


@pytest.fixture
def design(tmp_path):
    """The design of an experiment with a roster of these labels."""

    def make(labels, **tables):
        lines = "".join(f"P{i},{label}\n" for i, label in enumerate(labels))
        (tmp_path / "people.csv").write_text("id,community\n" + lines)
        world = f'[organisation]\nroster = "people.csv"\nformation = "given"\ncommunities = {len(set(labels))}\n'
        (tmp_path / "x.toml").write_text(world + "[arms.flat-lecture]\n[arms.hybrid]\n")
        return design_of(load(tmp_path / "x.toml").changed(tables), "x.toml")

    return make


def test_a_design_says_how_many_people_were_read(design):
    checked = design("a" * 12 + "b" * 12)
    assert checked.notes == ("people.csv: 24 people; 12 in a, 12 in b",)
    assert checked.warnings == ()


def test_a_cell_of_one_person_is_warned_of(design):
    sweep = {"organisation.cell_size": [2, 3]}
    for checked in (design("aaaaabbbb", **{"organisation.cell_size": 2}), design("aaaaabbbb", sweep=sweep)):
        assert checked.warnings == ("[organisation] cell_size = 2 leaves one person alone in a cell, in a community of 5 people",)
    drawn = {"design": {"kind": "sobol", "points": 4}, "sweep": {"organisation.cell_size": Span(low=2, high=3)}}
    assert "cell_size = 2 leaves one person alone" in design("aaaaabbbb", **drawn).warnings[0]


def test_people_and_their_communities_stand_in_the_terminal_before_a_run(design, tmp_path, monkeypatch, capsys):
    from learnsim.cli import app

    design("aaaaaabbbbbB")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        app(["check", "x.toml"])
    text = capsys.readouterr().err
    assert "note: x.toml: people.csv: 12 people; 6 in a, 5 in b, 1 in B\n" in text
    assert "warning: x.toml: people.csv: column community has 'b' and 'B', which count as different\n" in text
    assert "warning: x.toml: people.csv: only one person is in 'B'\n" in text


# Labels, and what is not known ---------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Ops; Sales", "Sales;Ops", "ops|hr", "Ops, Sales", "Sales / Legal", "Sales and Ops", "Ops & Sales"])
def test_a_cell_that_names_two_labels_is_noticed(label):
    assert several_labels(["Ops", "Sales", label, ""]) == [label]


@pytest.mark.parametrize("label", ["R & D", "Research and Development", "A/B testing", "Doe, Jane", "Ops-Sales"])
def test_a_label_of_several_words_is_one(label):
    assert several_labels(["Ops", "Sales", label]) == []


def test_labels_of_any_column_are_checked():
    roster = Roster(tuple("abcde"), labels={"Sex": ("f", "F", "m", "m", ""), "Site": ("x", "x", "x", "y", "x; y"), "Mail": tuple("vwxyz")})
    assert remarks("p.csv", roster, heeded=False) == [
        "p.csv: column Sex has 'f' and 'F', which count as different",
        "p.csv: column Sex has only one person with 'f', 'F'",
        "p.csv: column Site has 'x; y', which may be more labels than one in a cell",
        "p.csv: column Site has only one person with 'y', 'x; y'",
        "p.csv: column Mail divides nobody: everybody has another value",
    ]


def test_of_how_many_people_a_column_says_nothing_is_said():
    nan = np.nan
    roster = Roster(
        tuple("abc"),
        traits={"learning_speed": np.array([0.5, nan, nan]), "sociability": np.ones(3)},
        interest=np.array([[1.0, 0.5], [nan, nan], [1.0, 1.0]]),
        pretest=np.array([[0.5, nan], [0.1, 0.2], [nan, nan]]),
        labels={"Sex": ("f", "", "m")},
    )
    assert not_known("p.csv", roster) == [
        "p.csv: learning speed is not known of 2 people",
        "p.csv: interest is not known of 1 person",
        "p.csv: pretest of item 1 is not known of 1 person",
        "p.csv: pretest of item 2 is not known of 2 people",
        "p.csv: Sex is not known of 1 person",
    ]


def test_a_community_smaller_than_two_cells_gives_a_warning(design):
    checked = design("aaaaaaaaaaaabbbbbbbbcc", **{"organisation.cell_size": 5})
    assert "people.csv: two cells of 5 are 10 people, but 'b', 'c' have 2 to 8" in checked.warnings
    assert not any("two cells" in warning for warning in design("aaaaaaaaaabbbbbbbbbb", **{"organisation.cell_size": 5}).warnings)
