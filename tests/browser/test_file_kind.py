"""File kind: what is opened as a class list and is none is refused with what it is, and what is a class list is never refused."""

import pytest

from helpers.class_files import ANOTHER, LISTS
from learnsim.browser.class_list import OpenedFile, words_of
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.plain_sentences import plain_sentence
from learnsim.errors import LearnsimError, SettingsError
from learnsim.settings import Settings


@pytest.mark.parametrize("name", ANOTHER)
def test_another_kind_of_file_is_refused_with_what_it_is(name):
    content, sentence = ANOTHER[name]
    with pytest.raises(SettingsError) as error:
        OpenedFile(name, content if isinstance(content, bytes) else content.encode())
    assert str(error.value).startswith(f"{name}: {sentence}") and "\n" not in str(error.value)
    german = plain_sentence(str(error.value), "de")
    assert german.language == "de" and german.text.startswith(f"{name}: ")


@pytest.mark.parametrize("name", LISTS)
def test_a_class_list_is_read_and_all_that_is_said_of_it_has_words(name):
    content, count = LISTS[name]
    file = OpenedFile(name, content)
    people = file.people(file.guess)
    assert len(people.roster.ids) == count
    words = words_of(PageSettings(Settings()).with_class_list(people).prepared(), file.left_out(people))
    assert words[0].startswith(f"{name}: {count} people")
    for sentence in words:
        assert plain_sentence(sentence, "de").language == "de", sentence
        assert not any(sign in plain_sentence(sentence, "en").text for sign in ("[roster]", "[organisation]", "ignore"))


def test_people_of_one_name_are_numbered_and_the_page_says_so():
    file = OpenedFile("twice.txt", b"Kim\nLee\nKim\n")
    people = file.people(file.guess)
    assert people.roster.names == ("Kim 1", "Lee", "Kim 2")
    words = words_of(PageSettings(Settings()).with_class_list(people).prepared(), [])
    assert words[-1] == (
        "twice.txt has more than one person called 'Kim': they are numbered in the order of the lines ('Kim 1', 'Kim 2')"
    )


WRONG = [
    ("id,learning_speed\nA,7\n", "'7' must be a number from 0 to 1"),
    ("id,pretest\nA,7\n", "'7' must be a number from 0 to 1; write points as a percentage, for example 70%, or take the column out of the file"),
    ("id,name\nA,x\nA,y\n", "'A' stands on line 2 already; choose another column below as “id of each person”, or none"),
    ("id,officer\nA,perhaps\n", "'perhaps' must be yes or no"),
    ("id,absent\nA,soon\n", "'soon' must be numbers counted from 1"),
    ("id,community\nA,x\nB,\n", "is empty; everybody needs a community: choose another column below as “community”, or none"),
    ("id,id\nA,x\n", "names column 'id' twice"),
    ("id,speed,learning_speed\nA,1,1\n", "has both speed and learning_speed"),
    ("id,interest_1,interest_3\nA,1,1\n", "number them interest_1 to interest_2"),
    ("id,interest_1,interest_2\nA,1,\n", "is not known, but other interests are"),
    ("id,interest_1\nA,0\n", "all interests are 0"),
    ("name,speed\nAna,1\n-,1\n", "is empty; choose another column below as “id of each person”, or none"),
    ('id,community\n"P1,Blue\nP2,Red\n', "a quotation mark"),
    ("id,community\nA,x,y,z\n", "has 4 cells, but the header has 2"),
    ("id,community\n", "has column names but no people"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_mistake_in_a_list_names_nothing_that_only_a_file_of_settings_has(text, sentence):
    with pytest.raises(LearnsimError) as error:
        file = OpenedFile("a.csv", text.encode())
        file.people(file.guess._replace(community="community") if "B,\n" in text else file.guess)
    english, german = (plain_sentence(str(error.value), language) for language in ("en", "de"))
    assert sentence in english.text and "[roster]" not in english.text + german.text and german.language == "de"
