"""File comments: question and expectation of a file's first comments count where no setting has them."""

from learnsim.settings import load
from learnsim.settings.load import preface_of
from learnsim.settings.write import toml_of

TEXT = """# Question: does it pay,
#   and for whom?
# Expected: it does.
#
# A remark that is neither.

[arms.flat-lecture]
"""


def test_comments_tell_question_and_expectation_over_several_lines():
    assert preface_of(TEXT) == {"question": "does it pay, and for whom?", "expectation": "it does."}


def test_only_the_first_comments_count():
    assert preface_of("[arms.x]\n# Question: no\n") == {}
    assert preface_of("# nothing here\n") == {} and preface_of("# Question:\n# Expected:\n") == {} and preface_of("") == {}


def test_settings_go_before_comments_and_an_empty_setting_is_none(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text(TEXT)
    assert load(file).experiment.question == "does it pay, and for whom?"
    file.write_text(TEXT + '[experiment]\nquestion = "Mine?"\nexpectation = ""\n')
    assert (load(file).experiment.question, load(file).experiment.expectation) == ("Mine?", "it does.")
    assert load(file, ["experiment.question=Yours?"]).experiment.question == "Yours?"


def test_question_and_expectation_of_comments_are_written_too(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text(TEXT)
    again = tmp_path / "again.toml"
    again.write_text(toml_of(load(file)))
    assert load(again).experiment.question == "does it pay, and for whom?"


def test_written_settings_name_the_baseline_that_counts(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text("[arms.linked-cells]\n[arms.hybrid]\n")
    again = tmp_path / "again.toml"
    again.write_text(toml_of(load(file)))
    assert load(again).baseline() == load(file).baseline() == "linked-cells"
