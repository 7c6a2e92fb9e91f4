"""Windows paths: a path as Windows writes it is a sentence that says how to write it, and never silently another path."""

import pytest

from learnsim.errors import SettingsError
from learnsim.settings import load

RULE = "in double quotes a backslash begins a special character"
WRITTEN = [
    (r'[organisation]X roster = "C:\Users\Zoe\people.csv"', rf"(at line 2, column 16); {RULE}: write 'C:\Users\Zoe\people.csv' in single quotes, or "),
    (r'[organisation]X roster = "data\people.csv"', "\"data/people.csv\""),
    (r'[organisation]X roster = "data\tables.csv"', rf"line 2: roster = \"data\tables.csv\": {RULE}; write 'data\tables.csv' in single quotes".replace('\\"', '"')),
    (r'[experiment]X policies = "new\names.py"', "line 2: policies = "),
    (r'[experiment]X targets = "old\foo.csv"', 'or "old/foo.csv"'),
    (r'organisation = {roster = "data\tables.csv"}', "roster = \"data\\tables.csv\": in double quotes"),
    (r'[organisation]X roster = "C:\bob\rest.csv"', 'or "C:/bob/rest.csv"'),
    ('[organisation]X roster = """aX\tb.csv"""', "roster = 'a\\n\\tb.csv' has a control character in it"),
    (r'[experiment]X name = "a\qb"', f"; {RULE}: write"),
]


@pytest.mark.parametrize(("text", "sentence"), WRITTEN, ids=[text[-24:] for text, _ in WRITTEN])
def test_the_error_of_a_quoted_backslash_path_shows_how_to_write_it(tmp_path, text, sentence):
    (tmp_path / "x.toml").write_text(text.replace("X", "\n"))
    with pytest.raises(SettingsError) as error:
        load(tmp_path / "x.toml")
    assert sentence in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("value", [r'"data\tables.csv"', r'"C:\Users\Zoe\people.csv"'])
def test_the_error_of_an_assigned_backslash_path_shows_how_to_write_it(tmp_path, value):
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(SettingsError, match="in double quotes a backslash begins a special character"):
        load(tmp_path / "x.toml", [f"organisation.roster={value}"])


def test_backslashes_in_single_quotes_and_doubled_ones_are_what_they_are(tmp_path):
    (tmp_path / "x.toml").write_text("[organisation]\nroster = 'data\\tables.csv'\n[experiment]\ntargets = \"data\\\\new.csv\"\n")
    settings = load(tmp_path / "x.toml")
    assert settings.organisation.roster.endswith("/data\\tables.csv") and settings.experiment.targets.endswith("/data\\new.csv")


def test_other_toml_errors_do_not_mention_backslashes(tmp_path):
    (tmp_path / "x.toml").write_text("[experiment]\nquestion = \"a \\\\ b\"\nname = x\n")
    with pytest.raises(SettingsError, match=r"Invalid value \(at line 3, column 8\)$"):
        load(tmp_path / "x.toml")
