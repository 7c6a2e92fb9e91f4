"""Person names: people of a roster are called by their names, in both pictures, whatever is in the file."""

import json
import unicodedata
from base64 import b64decode

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.browser.page_settings import PageSettings
from learnsim.browser.shown_record import shown_of
from learnsim.people import Roster
from learnsim.playback.person_names import captions_of, shown_text
from learnsim.settings import load

ROSTER = Roster(
    ids=("P1", "P2", "P3", "P4"),
    names=("Ana", "Bo", "Ana", "José  Díaz"),
    community=("x", "y", "x", "y"),
    labels={"Team": ("Operations", "", "Lab", "Lab"), "Group": ("x", "y", "x", "y")},
)


def record_of(folder, text, tables="", arms=("hybrid", "flat-lecture")):
    (folder / "people.csv").write_text(text, encoding="utf-8")
    (folder / "x.toml").write_text(f'{tables}\n[training]\nsessions = 8\n', encoding="utf-8")
    return json.loads(shown_of(PageSettings(load(folder / "x.toml"), arms=arms), 1).record)


GIVEN = '[organisation]\nroster = "people.csv"\nformation = "given"\ncell_size = 2\ncycle_length = 4\n[roster]\nlabels = ["Team"]'
PEOPLE = "id,name,community,Team\n" + "".join(f"P{i},{name},{'north' if i % 2 else 'south'},{'Ops' if i < 3 else ''}\n" for i, name in enumerate(["Ana", "Bo", "Cy", "Di", "Eva", "Flo", "Gus", "Hal"]))


def test_a_caption_has_the_labels_but_not_the_community_twice():
    assert captions_of(ROSTER) == ["Ana, Operations", "Bo", "Ana, Lab", "José Díaz, Lab"]


def test_somebody_without_a_name_is_called_by_the_id_and_without_a_roster_nobody_is():
    assert captions_of(Roster(ids=("P1", "P2"), names=("Ana", ""))) == ["Ana", "P2"]
    assert captions_of(None) == []


@hypothesis(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_no_name_changes_the_text_around_it(text):
    shown = shown_text(text)
    assert len(shown) <= 202 and not {"\n", "\r", "\t", "\0"} & set(shown)
    inner = shown.removeprefix("\u2068").removesuffix("\u2069")
    assert not {unicodedata.bidirectional(sign) for sign in inner} & {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI", "PDI", "PDF"}
    assert shown == inner or shown == f"\u2068{inner}\u2069"


def test_a_record_names_people_and_communities(tmp_path):
    record = record_of(tmp_path, PEOPLE, GIVEN)
    assert record["communities"] == ["north", "south"]
    assert record["names"][:4] == ["Ana, Ops", "Bo, Ops", "Cy, Ops", "Di"]


def test_topics_name_the_communities_that_form_by_interest(tmp_path):
    text = "id,interest_pumps,interest_safety\n" + "".join(f"{i},{i / 10},{1 - i / 10}\n" for i in range(8))
    assert record_of(tmp_path, text, '[organisation]\nroster = "people.csv"\n')["communities"] == ["pumps", "safety"]
    numbered = text.replace("pumps", "1").replace("safety", "2")
    assert record_of(tmp_path, numbered, '[organisation]\nroster = "people.csv"\n')["communities"] == []


def test_a_plan_is_shown_as_it_is_with_the_names_of_the_roster(tmp_path):
    rows = [f"1,{'north' if i % 2 else 'south'},1,P{i}" for i in range(8)] + [f"2,{'north' if i % 2 else 'south'},{1 + i // 4},P{i}" for i in range(8)]
    (tmp_path / "plan.csv").write_text("cycle,community,cell,person\n" + "\n".join(rows) + "\n")
    tables = GIVEN.replace('formation = "given"', 'plan = "plan.csv"\ncommunities = 2') + '\n[arms.plan]\npreset = "hybrid"\nshuffle = "plan"'
    record = record_of(tmp_path, PEOPLE, tables, ("plan", "flat-lecture"))
    plan = record["arms"][0]
    assert plan["communities"] == ["north", "south"]
    cells = [(one["from"], np.frombuffer(b64decode(one["cell"]["data"]), "<i4").tolist()) for one in plan["plans"]]
    assert cells == [(0, [1, 0] * 4), (5, [2, 0, 2, 0, 3, 1, 3, 1])]


def test_a_novice_is_marked_in_the_place_of_whoever_left(tmp_path):
    record = record_of(tmp_path, PEOPLE, GIVEN.replace("[roster]", '[[shocks]]\nkind = "leave"\nat = 2\ncount = 3\n[roster]'))
    first, *_, last = (one["novices"] for one in record["arms"][0]["plans"])
    assert first == [] and len(last) == 3
