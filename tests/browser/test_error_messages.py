"""Error messages: an error on the page names controls and address entries, and reveals nothing of the machine or its command line."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.browser.error_messages import LONGEST, page_sentence
from learnsim.browser.page_settings import SIDES, PageSettings, tables_of
from learnsim.errors import LearnsimError
from learnsim.settings import ArmTable, Settings, load

TABLES = tables_of(Settings())

PAGE = PageSettings(Settings())
COMMANDS = re.compile(r"--[a-z]|\blearnsim [a-z]|\[\w+\] \w|\[arms")


def message_of(query, page=PAGE):
    """What the page says of an address; empty if it can be played."""
    try:
        page.from_query(query).prepared()
    except LearnsimError as error:
        return page_sentence(str(error), page)
    return ""


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("training.sessions=abc", "sessions = 'abc' should be an integer (a whole number)"),
        ("training.sesions=10", "training.sesions is not a setting; did you mean sessions?"),
        ("training.sessions=5000", "sessions = 5000: the page shows at most 1,000; an experiment file has no such limit"),
        ("organisation.cell_size=0", "cell size = 0 must be from 1 to 1000000000"),
        ("prior.known=[0.9, 0.1]", "prior known = [0.9, 0.1] must be written [low, high]"),
        ("people.helpfulness.sd=0.49", "helpfulness sd = 0.49 is too wide: with mean = 0.7 it must be below 0.4583"),
        ("people.learning_speed.mean=2", "learning speed mean = 2 must be from 0 to 1"),
        ("left.shuffle=rnadom", "left shuffle = 'rnadom' is not a policy; did you mean random?"),
        (
            "left.lecture=0.5",
            "left lecture + briefing + exchange = 0.5 + 0.3 + 0.7 = 1.5; a session's shares must add up to 1",
        ),
        ("right=nosuch.toml", "'nosuch.toml' is neither an arm nor a preset"),
        ("training.throttle=", "training.throttle = : is not a value; write a number, true, false, a word, or [low, high]"),
        ("prior.known=[0.1", "prior.known = [0.1: is not a value; write a number, true, false, a word, or [low, high]"),
        ("organisation.roster=x.csv", "organisation.roster: cannot be changed in the browser; write it into the experiment file"),
    ],
)
def test_an_error_in_an_address_uses_the_names_on_the_page(query, sentence):
    assert message_of(query).startswith(sentence)


NAMES = [*(f"{table}.{key}" for table in TABLES for key in type(getattr(Settings(), table)).model_fields)]
NAMES += [f"{side}.{key}" for side in SIDES for key in ArmTable.model_fields]
NAMES += ["left", "right", "experiment.seed", "nothing", "training.sesions", "people.helpfulness.sd", "people.sociability.maen"]
VALUES = st.text(max_size=12) | st.sampled_from(["abc", "-1", "2", "1e9", "[1", "[2, 1]", "{a = 1}", "none", "given", "true", '"'])


@hypothesis(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), min_size=1, max_size=3))
def test_no_error_in_an_address_speaks_of_the_command_line(pairs):
    sentence = message_of("&".join(f"{name}={quote(text)}" for name, text in pairs))
    for _, text in pairs:
        sentence = sentence.replace(text, "") if len(text) > 3 else sentence
    assert not COMMANDS.search(sentence)
    assert "\n" not in sentence and not sentence.startswith("page:")


def opened(folder, *, roster="", policies=""):
    """A page opened with a file in a folder with a blank in its name."""
    folder.mkdir(parents=True)
    lines = f'[experiment]\npolicies = "{policies}"\n' if policies else ""
    lines += f'[organisation]\nroster = "{roster}"\n' if roster else ""
    place = folder / "my study.toml"
    place.write_text(lines, encoding="utf-8")
    return PageSettings(load(place), str(place))


def test_no_sentence_tells_where_the_server_keeps_its_files(tmp_path):
    folder = tmp_path / "two words"
    page = opened(folder, roster="people.csv", policies="mine.py")
    broken = "raise ValueError(open('/secret/place/x.txt').name if False else '/secret/place/x.txt')"
    messages = []
    for roster, policy, query in (
        (None, "", ""),
        ("id\n1\n", "", "organisation.trainees=7"),
        ("id,learning_speed\n1,9\n", "", ""),
        ("id\n" + "".join(f"{i}\n" for i in range(9)), broken, ""),
        ("id\n" + "".join(f"{i}\n" for i in range(9)), "x = (", ""),
        ("id\n" + "".join(f"{i}\n" for i in range(9)), None, ""),
    ):
        for name, text in (("people.csv", roster), ("mine.py", policy)):
            (folder / name).unlink(missing_ok=True)
            if text is not None:
                (folder / name).write_text(text)
        messages.append(message_of(query, page))
    assert all(messages)
    for sentence in messages:
        assert "two words" not in sentence and str(tmp_path) not in sentence and "/secret" not in sentence, sentence
        assert not COMMANDS.search(sentence), sentence
    assert "people.csv" in messages[0] and "mine.py" in messages[-1]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (r"cannot open 'C:\Users\me\people.csv'", "cannot open 'people.csv'"),
        (r"cannot open \\server\share\people.csv: no", "cannot open people.csv: no"),
        ("No such file or directory: '/srv/data/x/people.csv'", "No such file or directory: 'people.csv'"),
        ("~/data/x.py:12: stop", "x.py:12: stop"),
        ("1/2 of a/b, and 3 / 4", "1/2 of a/b, and 3 / 4"),
    ],
)
def test_of_any_path_only_the_name_is_shown(error, sentence):
    assert page_sentence(error, PAGE) == sentence


def test_no_sentence_is_longer_than_can_be_read():
    assert len(message_of(f"training.sessions={'9' * 5000}")) <= LONGEST
    assert len(message_of(f"left={'x' * 5000}")) <= LONGEST
    assert len(message_of(f"{'x' * 5000}=1")) <= LONGEST
