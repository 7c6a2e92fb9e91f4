"""Texts of the player: every language says everything, nothing is said that is not there, and nothing is there unsaid."""

import re
from pathlib import Path

import pytest

import learnsim
from learnsim.playback.scenes import scenes
from learnsim.playback.scripts import ORDER
from learnsim.playback.texts import all_texts, table_of

TEXTS = all_texts()
HOME = Path(learnsim.__file__).parent
FOLDER = HOME / "playback" / "scripts"
SCRIPTS = {name: re.sub(r"(?m)(^|\s)//.*$", "", (FOLDER / f"{name}.js").read_text("utf-8")) for name in ORDER}
CODE = [path.read_text("utf-8") for path in (*HOME.glob("playback/*.py"), *HOME.glob("models/**/*.py"))]
STRINGS = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
SAID = re.compile(r'\bsay\((?:"([^"]+)"|`([^`]+)`)')  # also inside a template
FILLED = re.compile(r"[\w.]*\w\.[\w.-]*(\$?\{[^}]*\}[\w.-]*)+")  # a key that is put together: `phase.${name}`
FORMS = (".one", ".other")


def base(key):
    """A key without the form of a count."""
    return next((key.removesuffix(form) for form in FORMS if key.endswith(form)), key)


def placeholders(text):
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def strings():
    """What scripts and records have in quotes, and what they put together, as patterns."""
    plain, patterns = set(), []
    for source in (*SCRIPTS.values(), *CODE):
        for quoted, template in [*STRINGS.findall(source), *SAID.findall(source)]:
            text = quoted or template
            if FILLED.fullmatch(text):
                pieces = re.split(r"\$?\{[^}]*\}", text)
                patterns.append(re.compile(r"[\w.-]+".join(map(re.escape, pieces))))
            plain.add(text)
    return plain, patterns


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_has_the_same_texts_with_the_same_placeholders(language):
    assert {key: placeholders(text) for key, text in TEXTS[language].items()} == {
        key: placeholders(text) for key, text in TEXTS["en"].items()
    }


@pytest.mark.parametrize("language", TEXTS)
def test_no_text_is_empty_or_left_in_another_language(language):
    texts = TEXTS[language]
    assert all(text.strip() == text and text for text in texts.values())
    if language != "en":
        words = {key: re.sub(r"\{\w+\}|learnsim", "", text).split() for key, text in texts.items()}
        same = {key for key, text in texts.items() if text == TEXTS["en"][key] and len(words[key]) > 2}
        assert same == set()


PANEL = "\n".join(path.read_text("utf-8") for path in HOME.glob("browser/*.py"))


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_has_all_texts_of_the_settings_panel(language):
    table, english = table_of(language, "panel"), table_of("en", "panel")
    assert {key: placeholders(text) for key, text in table.items()} == {
        key: placeholders(text) for key, text in english.items()
    }
    assert language == "en" or {key for key, text in table.items() if text == english[key]} == set()


def test_every_text_of_the_settings_panel_is_said_and_nothing_else_is():
    said = {text for pair in re.findall(r'\b(?:say|panel_words\([^()]*\))\(\s*f?"([^"]+)"|"(arm\.[a-z]+)"', PANEL) for text in pair}
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(one))) for one in said if one]
    table = table_of("en", "panel")
    assert [key for key in table if not any(one.fullmatch(key) for one in patterns)] == []
    assert [one.pattern for one in patterns if not any(one.fullmatch(key) for key in table)] == []


def test_everything_that_a_script_says_is_there():
    said = {key for script in SCRIPTS.values() for key in re.findall(r'\bsay\("([^"]+)"', script)}
    assert said - {base(key) for key in TEXTS["en"]} == set()
    assert len(said) > 10


def test_every_text_of_a_scene_is_there():
    assert {key for scene in scenes() for key in scene.texts} - set(TEXTS["en"]) == set()


def test_every_text_is_said_by_a_script_a_record_or_a_scene():
    plain, patterns = strings()
    of_scenes = {key for scene in scenes() for key in scene.texts}
    unsaid = [
        key
        for key in TEXTS["en"]
        if base(key) not in plain and key not in of_scenes and not any(one.fullmatch(base(key)) for one in patterns)
    ]
    assert unsaid == []


def test_german_addresses_nobody():
    texts = {**TEXTS["de"], **{key: words.get("meaning", "") for key, words in table_of("de", "settings").items()}}
    texts |= table_of("de", "panel") | table_of("de", "arms") | table_of("de", "options")
    address = re.compile(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|Ihnen|Ihre?[mnrs]?|euch|eure?\w*)\b|(?<=[a-zäöüß,] )Sie\b")
    assert {key: text for key, text in texts.items() if address.search(text)} == {}


def test_numbers_of_a_result_are_never_written_by_hand():
    answers = {key: text for key, text in TEXTS["en"].items() if re.search(r"\.(more|hardly|less|answer)$", key)}
    assert len(answers) > 20
    assert {key: text for key, text in answers.items() if re.search(r"\d", text.replace("of 100 points", ""))} == {}
