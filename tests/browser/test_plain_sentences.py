"""Plain sentences: what learnsim says of a class list or of a setting without effect has German words, and no key of a file."""

import ast
import re
from pathlib import Path

import pytest

import learnsim
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.plain_sentences import NAME, plain_sentence
from learnsim.browser.settings_panel import refusal
from learnsim.errors import LearnsimError
from learnsim.playback.texts import table_of
from learnsim.settings import Settings

HOME = Path(learnsim.__file__).parent
REASONS = [
    *sorted(HOME.glob("models/*/effective_settings.py")), HOME / "grouping" / "effective_settings.py",
    HOME / "browser" / "unused_controls.py",
]  # fmt: skip
NO_REASONS = {  # names of facts, and a remark, which the page does not show
    "officers' share", "officers stay", "whoever is tied", "at random", "first choice", "of arm.shuffle", "of {}", "; ", "{} ({})",
    "{}: groups = {} and what goes with it change nothing",
}  # fmt: skip


def sentences_of(path):
    """What a module says: its texts with a blank in them, with {} in place of what varies."""
    tree = ast.parse(path.read_text("utf-8"))
    with_text = (ast.Module, ast.FunctionDef, ast.ClassDef)
    documents = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, with_text) and isinstance(node.body[0], ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in ast.walk(node) if part is not node} | documents
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        else:
            continue
        if " " in text:
            yield text


@pytest.mark.parametrize("path", REASONS, ids=lambda path: path.parent.name)
def test_every_reason_why_a_setting_has_no_effect_is_german_too(path):
    known = {NAME.sub("{}", template) for template in table_of("de", "sentences")}
    said = {*sentences_of(path)} - NO_REASONS
    assert len(said) >= 3
    assert said - known == set()


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_of_the_page_names_a_key_or_a_command_of_a_file(language):
    for template, words in table_of(language, "sentences").items():
        assert not re.search(r"\[\w+\]|\b\w+_\w+\b|pip install| = ", words), template
        assert {*NAME.findall(words)} <= {*NAME.findall(template)}, template


def test_what_is_english_on_the_page_is_german_too():
    assert {*table_of("en", "sentences")} <= {*table_of("de", "sentences")}


@pytest.mark.parametrize(
    ("sentence", "english", "german"),
    [
        (
            'a.csv: line 3, column Mail: is empty; name a column that every person has, for example [roster] id = "Email"',
            "a.csv: line 3, column Mail: is empty; choose another column below as “id of each person”, or none",
            "a.csv: Zeile 3, Spalte Mail: ist leer; unten eine andere Spalte als „Kennung jeder Person“ wählen, oder keine",
        ),
        ("a.csv: 12 people; 6 in Ops, 6 in Lab", "a.csv: 12 people; 6 in Ops, 6 in Lab", "a.csv: 12 Personen; 6 in Ops, 6 in Lab"),
        (
            "trainees = 10001: the page shows at most 10,000; an experiment file has no such limit",
            "the list has 10001 people; the page shows at most 10,000",
            "die Liste hat 10001 Personen; die Seite zeigt höchstens 10,000",
        ),
        ("there is only one community", "there is only one community", "es gibt nur eine Gemeinschaft"),
    ],
)
def test_a_sentence_is_in_the_words_of_the_page(sentence, english, german):
    assert plain_sentence(sentence, "en").text == english
    assert plain_sentence(sentence, "de") == (german, "de")


def test_what_has_no_words_stays_english_and_says_so():
    assert plain_sentence("a.csv: never said: so", "de") == ("a.csv: never said: so", "en")
    assert plain_sentence("x" * 100_000 + ": is empty", "de").language == "en"


@pytest.mark.parametrize(
    ("query", "german"),
    [
        ("organisation.cell_size=0", "cell size ist 0: erlaubt ist 1 bis 1000000000"),
        ("prior.share=2", "prior share ist 2: erlaubt ist 0 bis 1"),
        ("left=hybird", "'hybird' ist weder eine Variante der Datei noch eine von learnsim; war hybrid gemeint?"),
    ],
)
def test_a_refused_setting_is_german_on_a_german_page(query, german):
    page_settings = PageSettings(Settings())
    with pytest.raises(LearnsimError) as refused:
        page_settings.from_query(query).prepared()
    assert refusal(str(refused.value), page_settings, "de") == (german, "de")
