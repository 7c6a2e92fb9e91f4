"""Community labels: how many people were read in which communities, and labels that look alike."""

import pytest

from learnsim.experiments.design.checks import design_of
from learnsim.people import Roster
from learnsim.people.community_labels import look_alike, people_read, remarks
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
    checked = design("aaaaaabbbbbb")
    assert checked.notes == ("people.csv: 12 people; 6 in a, 6 in b",)
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
