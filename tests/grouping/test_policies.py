"""Policies: registered by name, ours and the user's own from a file."""

import sys

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.errors import PolicyError
from learnsim.grouping import OFFICERS, SHUFFLES, Tree, load_policies, officer_policy, shuffle_policy
from learnsim.grouping.policies import OFFICER_PROPERTIES, SHUFFLE_PROPERTIES, check_policies, officer_named, shuffle_named
from learnsim.people import draw_people
from learnsim.settings import PRESETS, Settings

MINE = """
from learnsim.grouping import officer_policy, shuffle_policy

@shuffle_policy("reversed")
def reversed_seats(group):
    "Everybody in reverse."
    return group.members[::-1]

@officer_policy("last")
def last(group):
    "The highest number."
    return group.members
"""


@pytest.fixture
def written(tmp_path):
    """Write a file of policies."""

    def write(text, name="mine.py"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def tree(**fields):
    """Twelve people in cells of three."""
    settings = Settings().changed({"organisation.trainees": 12, "organisation.communities": 1})
    chance = Chance(1, 0, audit=True)
    return Tree(PRESETS["hybrid"][1]._replace(**fields), draw_people(settings, chance, None), chance, 3, 5)


def test_a_policy_of_the_users_own_works_like_ours(written):
    load_policies(written(MINE))
    mine = tree(shuffle="reversed", officer="last")
    assert np.array_equal(mine.plan.officers, mine.plan.order.reshape(4, 3).max(axis=1))
    before = mine.plan.order.copy()
    mine.regroup(10, 1)
    assert np.array_equal(mine.plan.order, before[::-1])


def test_a_file_is_run_once_however_often_it_is_named(written):
    file = written("import sys\nsys.learnsim_runs = getattr(sys, 'learnsim_runs', 0) + 1\n")
    try:
        load_policies(file)
        load_policies(str(file))
        assert sys.learnsim_runs == 1
    finally:
        del sys.learnsim_runs


def test_two_files_of_one_name_in_two_folders_are_two_files(written, tmp_path):
    (tmp_path / "other").mkdir()
    load_policies(written(MINE))
    load_policies(written(MINE.replace("reversed", "backwards").replace("last", "final"), "other/mine.py"))
    assert {"reversed", "backwards"} <= SHUFFLES.keys()


def test_a_composing_policy_forms_the_first_cells_too(written):
    text = "from learnsim.grouping import shuffle_policy\n@shuffle_policy('sorted', composing=True)\n"
    load_policies(written(text + "def mine(group):\n    return sorted(group.members)\n"))
    assert tree(shuffle="sorted").plan.order.tolist() == list(range(12))


def test_a_policy_that_keeps_office_must_keep_an_officer_in_every_cell(written):
    load_policies(
        written(
            "import numpy as np\nfrom learnsim.grouping import shuffle_policy\n"
            "@shuffle_policy('crowded', keeps_office=True)\ndef mine(group):\n"
            "    return np.concatenate([group.officers, np.setdiff1d(group.members, group.officers)])\n"
        )
    )
    crowded = tree(shuffle="crowded")
    crowded.regroup(10, 1)
    with pytest.raises(PolicyError, match="shuffle = 'crowded' left a cell without an officer"):
        crowded.choose_officers(10, 1)


def test_our_names_are_taken(written):
    with pytest.raises(PolicyError, match="a policy named 'random' exists already; give yours another name"):
        load_policies(written(MINE.replace("reversed", "random")))
    with pytest.raises(PolicyError, match="'fastest' exists already"):
        load_policies(written(MINE.replace("last", "fastest")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("def broken(:\n", "SyntaxError"),
        ("import learnsim_is_not_here\n", "ModuleNotFoundError"),
        ("import sys\nsys.exit()\n", r"mine.py:2: SystemExit"),
        ("def f():\n    raise GeneratorExit\nf()\n", r"mine.py:2: GeneratorExit"),
        ("import learnsim\n@learnsim.shuffle_policy(5)\ndef f(g): return g\n", r"mine.py:2: 5 is not a policy's name"),
        ("import learnsim\n@learnsim.shuffle_policy\ndef f(g): return g\n", r'write @shuffle_policy\("my-policy"\)'),
        ("import learnsim\nlearnsim.officer_policy('mine')(5)\n", "mine.py:2: policy 'mine' = 5 is not a function"),
    ],
)
def test_a_file_that_fails_is_named_with_its_error_and_can_be_mended(written, text, sentence):
    file = written(text)
    with pytest.raises(PolicyError, match=sentence) as raised:
        load_policies(file)
    assert str(raised.value).startswith(f"{file}:") and "\n" not in str(raised.value)
    file.write_text(MINE + "\n" * 9)
    load_policies(file)
    assert "reversed" in SHUFFLES


def test_a_file_that_is_missing_or_no_python_is_named(written, tmp_path):
    with pytest.raises(PolicyError, match=r"policies = '.*none.py': there is no such file"):
        load_policies(tmp_path / "none.py")
    with pytest.raises(PolicyError, match=r"policies = '.*mine.txt' is not a Python file"):
        load_policies(written(MINE, "mine.txt"))


def test_a_path_that_no_file_can_have_is_refused():
    with pytest.raises(PolicyError, match=r"policies = 'a\\x00b'"):
        load_policies("a\0b")
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policies("x" * 300)


def test_the_error_shows_what_a_policy_returned():
    for returned, message in ((5, "not 5"), (None, "not None"), ([[0.1] * 12], r"array of float64 and shape \(1, 12\)")):
        officer_policy("careless")(lambda group: returned)
        with pytest.raises(PolicyError, match=message):
            tree(officer="careless")
    shuffle_policy("careless")(lambda group: [0] * 12)
    careless = tree(shuffle="careless")
    with pytest.raises(PolicyError, match="not 12 numbers from 0 to 0, 0 more than once"):
        careless.regroup(10, 1)


def leave(group):
    """Ends the program, or so it thinks."""
    raise SystemExit(3)


@pytest.mark.parametrize(("policy", "message"), [(leave, "SystemExit: 3"), (lambda: None, "TypeError: .* 1 was given")])
def test_a_policy_that_fails_is_named_with_its_own_line(policy, message):
    officer_policy("careless")(policy)
    with pytest.raises(PolicyError, match=rf"officer = 'careless' raised {message} \({__file__}:\d+\)"):
        tree(officer="careless")


def test_an_unknown_policy_gets_the_nearest_name():
    with pytest.raises(PolicyError, match=r"shuffle = 'rotat' is not a policy; did you mean rotate\?"):
        shuffle_named("rotat")
    with pytest.raises(PolicyError, match=r"officer = 'fastes' is not a policy; did you mean fastest\?"):
        officer_named("fastes")
    with pytest.raises(PolicyError, match="shuffle = 'rotat'"):
        tree(shuffle="rotat")


@pytest.mark.parametrize(
    "returned",
    [
        lambda group: group.members[:-1],
        lambda group: np.zeros_like(group.members),
        lambda group: group.members + 1,
        lambda group: group.members.astype(float),
        lambda group: group.members.reshape(2, -1),
        lambda group: None,
        lambda group: "everybody",
    ],
)
def test_a_shuffle_that_loses_or_doubles_somebody_is_an_error(returned):
    shuffle_policy("careless")(returned)
    careless = tree(shuffle="careless")
    with pytest.raises(PolicyError, match="shuffle = 'careless' must return its 12 members, each once"):
        careless.regroup(10, 1)


@pytest.mark.parametrize(
    "returned",
    [
        lambda group: group.learning_speed[:-1],
        lambda group: 1.0,
        lambda group: None,
        lambda group: group.learning_speed * np.nan,
    ],
)
def test_an_officer_policy_returns_one_number_a_member(returned):
    officer_policy("careless")(returned)
    with pytest.raises(PolicyError, match="officer = 'careless' must return one number for each of 12 members"):
        tree(officer="careless")


@pytest.mark.parametrize("returned", [lambda group: "everybody", lambda group: [[1.0], [1.0, 2.0]]])
def test_scores_that_are_no_numbers_are_a_policy_error(returned):
    officer_policy("careless")(returned)
    with pytest.raises(PolicyError, match="officer = 'careless' must return one number for each of 12 members"):
        tree(officer="careless")


def test_a_shuffle_that_spoils_the_members_in_place_is_an_error():
    def spoil(group):
        group.members[:] = group.members[0]
        return group.members

    shuffle_policy("careless")(spoil)
    careless = tree(shuffle="careless")
    with pytest.raises(PolicyError, match="each once"):
        careless.regroup(10, 1)


def test_a_policy_may_be_any_callable_and_its_name_is_taken():
    class Stay:
        def __call__(self, group):
            return group.members

    shuffle_policy("stay")(Stay())
    with pytest.raises(PolicyError, match="exists already"):
        shuffle_policy("stay")(lambda group: group.members)


def test_a_list_of_numbers_is_an_order_too():
    shuffle_policy("listed")(lambda group: sorted(group.members.tolist()))
    listed = tree(shuffle="listed")
    listed.regroup(10, 1)
    assert listed.plan.order.tolist() == list(range(12))
    assert listed.plan.order.dtype == np.int32


def test_a_policys_own_draw_has_an_address_and_may_be_drawn_once():
    shuffle_policy("lucky")(lambda group: group.members[np.argsort(group.uniforms())])
    first, second = tree(shuffle="lucky"), tree(shuffle="lucky")
    first.regroup(10, 1)
    second.regroup(10, 1)
    assert np.array_equal(first.plan.order, second.plan.order)


# --- what is declared of a policy ---


def stay(group):
    """Everybody stays."""
    return group.members


def test_which_policies_heed_what_is_as_the_documents_say():
    scoped = [name for name, declared in SHUFFLE_PROPERTIES.items() if "organisation" in declared.scopes]
    partial = [name for name, declared in SHUFFLE_PROPERTIES.items() if declared.partial]
    assert scoped == ["none", "random", "least-met", "schedule"] and partial == ["none", "random"]
    predictable = [name for name, declared in OFFICER_PROPERTIES.items() if declared.deterministic]
    assert predictable == ["fastest", "most-knowledgeable", "most-helpful"]


def test_every_registered_policy_has_its_properties():
    assert SHUFFLES.keys() <= SHUFFLE_PROPERTIES.keys() and OFFICERS.keys() <= OFFICER_PROPERTIES.keys()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"shuffle": "rotate", "fraction": 0.5}, "fraction = 0.5 goes with shuffle = 'random', not 'rotate'"),
        (
            {"shuffle": "streamed", "scope": "organisation"},
            "scope = 'organisation' goes with shuffle = 'random' or 'least-met' or 'schedule', not 'streamed'",
        ),
    ],
)
def test_a_shuffle_that_ships_refuses_what_it_does_not_heed(fields, sentence):
    for refused in (lambda arm: check_policies(arm), lambda arm: tree(**fields)):
        with pytest.raises(PolicyError) as error:
            refused(PRESETS["hybrid"][1]._replace(**fields))
        assert str(error.value) == sentence


def test_a_shuffle_of_ones_own_may_heed_fraction_and_scope():
    seen = []

    @shuffle_policy("mine", scopes=["community", "organisation"], partial=True)
    def mine(group):
        seen.append((group.fraction, len(group)))
        return group.members

    settings = Settings().changed({"organisation.trainees": 12, "organisation.communities": 2})
    chance = Chance(1, 0, audit=True)
    arm = PRESETS["hybrid"][1]._replace(shuffle="mine", scope="organisation", fraction=0.25)
    Tree(arm, draw_people(settings, chance, None), chance, 3, 5).regroup(10, 1)
    assert seen == [(0.25, 12)]


@pytest.mark.parametrize(
    ("fields", "cure"),
    [
        ({"fraction": 0.5}, "if yours heeds group.fraction, declare it: @shuffle_policy('mine', partial=True)"),
        (
            {"scope": "organisation"},
            "if yours can work on a whole organisation, declare it: @shuffle_policy('mine', scopes=('community', 'organisation'))",
        ),
    ],
)
def test_the_error_says_how_to_declare_that_a_policy_heeds_them(fields, cure):
    """Fraction and scope of a policy that is not declared to respect them."""
    shuffle_policy("mine")(stay)
    with pytest.raises(PolicyError) as error:
        tree(shuffle="mine", **fields)
    assert str(error.value).endswith(f"not 'mine'; {cure}")


def test_settings_with_a_scope_load_before_the_policies_do():
    arm = {"preset": "hybrid", "shuffle": "not-known-yet", "scope": "organisation", "fraction": 0.5}
    assert Settings(arms={"a": arm}).arm("a").scope == "organisation"


def test_a_policy_that_is_declared_anew_has_its_new_properties():
    shuffle_policy("mine", composing=True, keeps_office=True)(stay)
    shuffle_policy("mine")(stay)
    assert SHUFFLE_PROPERTIES["mine"] == ((), False, False, ("community",), False, False, None, None, False)[1:]


@pytest.mark.parametrize(
    ("declare", "sentence"),
    [
        (lambda: shuffle_policy("mine", scopes="organisation"), "scopes = 'organisation' must be some of community, org"),
        (lambda: shuffle_policy("mine", scopes=["town"]), "scopes = .'town'. must be some of"),
        (lambda: shuffle_policy("mine", scopes=[]), "scopes = .. must be some of"),
        (lambda: officer_policy("mine", looks_at=["rapport"]), "looks_at = .'rapport'. must be some of learning_speed"),
        (lambda: officer_policy("mine", looks_at="mastery"), "looks_at = 'mastery' must be some of"),
    ],
)
def test_properties_that_there_are_not_are_refused(declare, sentence):
    with pytest.raises(PolicyError, match=f"policy 'mine': {sentence}"):
        declare()


def test_a_deterministic_officer_policy_draws_no_random_number():
    officer_policy("mine", deterministic=True)(lambda group: group.uniforms())
    with pytest.raises(PolicyError, match="officer = 'mine': draws random numbers, and is declared deterministic"):
        tree(officer="mine")


def test_officers_last_where_neither_draw_nor_mastery_chooses_them():
    lasting = [name for name, declared in OFFICER_PROPERTIES.items() if declared.lasting]
    assert lasting == ["fastest", "most-helpful"]


@pytest.mark.parametrize("decorated", [shuffle_policy("mine", machine_code=stay), officer_policy("mine", machine_code=1)])
def test_machine_code_of_a_policy_of_ones_own_is_refused_with_what_to_do(decorated):
    with pytest.raises(PolicyError, match="'mine': machine_code is only for policies that ship; leave it out"):
        decorated(stay)


def test_every_shuffle_that_ships_has_machine_code_but_for_those_that_plan():
    """A plan and a timetable are made in Python, once for the whole run."""
    slower = [name for name, policy in SHUFFLES.items()
              if policy.__module__.startswith("learnsim.") and not callable(SHUFFLE_PROPERTIES[name].machine_code)]  # fmt: skip
    assert slower == ["schedule", "plan"]


def test_a_plan_is_played_by_no_policy_of_ones_own():
    with pytest.raises(PolicyError, match="'mine': planned is only for the policy that ships; leave it out"):
        shuffle_policy("mine", planned=True)(stay)


def test_every_officer_policy_that_ships_has_a_number_of_its_own():
    ours = [name for name, policy in OFFICERS.items() if policy.__module__.startswith("learnsim.")]
    numbers = [OFFICER_PROPERTIES[name].machine_code for name in ours]
    assert sorted(numbers) == list(range(len(numbers)))
