"""Plan command: from a file to a folder in one line, and one sentence for every mistake."""

import subprocess
import sys

import pytest

import learnsim
from helpers.seating_plans import roster_text
from learnsim.cli import main
from learnsim.errors import SettingsError
from learnsim.plan_command import check_course

TRIANGLE = '[plan.rules]\napart = [["P01", "P02"], ["P02", "P03"], ["P01", "P03"]]\n'


@pytest.fixture
def command(tmp_path, monkeypatch, capsys, quick):
    """Run ``learnsim plan`` in a folder with a roster: exit code, output, messages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(roster_text(12))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["learnsim", "plan", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        return ended.value.code or 0, out.out, out.err

    return run


LABELS = ("--set", 'roster.labels=["Department", "Gender"]', "--no-forecast")


def test_a_roster_alone_becomes_a_printed_plan(command, tmp_path):
    code, out, _ = command("people.csv", *LABELS, "--set", "plan.cycles=3", "--set", "organisation.cell_size=3")
    assert code == 0 and out.endswith("plan: plans/people/plan.html\n")
    assert "In 3 cycles a person sits with 6.0 different people on average" in out
    assert (tmp_path / "plans" / "people" / "plan.html").is_file()


def test_a_plan_that_is_there_is_refused_and_fresh_makes_another(command, tmp_path):
    command("people.csv", *LABELS)
    code, _, err = command("people.csv", *LABELS)
    assert code == 2 and "plans/people: exists already; --fresh writes plans/people-2" in err
    assert command("people.csv", *LABELS, "--fresh", "--quiet")[1] == "plan: plans/people-2/plan.html\n"


def test_a_rule_that_cannot_be_kept_ends_with_code_1_and_the_best_plan_beside(command, tmp_path):
    (tmp_path / "x.toml").write_text(
        f'[organisation]\nroster = "people.csv"\ncell_size = 6\n[roster]\nlabels = ["Department", "Gender"]\n{TRIANGLE}'
    )
    code, out, err = command("x.toml", "--no-forecast")
    assert code == 1 and "error: apart P0" in err and "broken in cycle 1, cell " in err
    assert out.endswith("the best plan without it: plans/x-without-apart/plan.html\n")
    assert not (tmp_path / "plans" / "x").exists()


def test_an_absence_is_planned_into_a_folder_of_its_own(command, tmp_path):
    command("people.csv", *LABELS)
    code, out, _ = command("--again", "plans/people", "--absent", "P04:4", "--no-forecast")
    assert code == 0 and out.endswith("plan: plans/people-2/plan.html\n")
    lines = (tmp_path / "plans" / "people-2" / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
    assert not any(line.startswith("4,") and ",P04," in line for line in lines)


MISTAKES = [
    ((), "name an experiment file or a roster"),
    (("none.csv",), "none.csv: there is no such roster"),
    (("people.csv", "--absent", "P04:4"), "--absent and --from belong to --again"),
    (("--again", "nowhere"), "nowhere: has no plan.toml"),
    (("people.csv",), "column 'Department' is not known"),
    (("people.csv", *LABELS, "--set", "plan.cycles=x"), "[plan] cycles = 'x'"),
    (("people.csv", *LABELS, "--out", "people.csv"), "people.csv: exists already"),
]


@pytest.mark.parametrize(("words", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_one_sentence_and_exit_code_2(command, tmp_path, words, sentence):
    code, out, err = command(*words)
    assert (code, out) == (2, "") and sentence in err and "Traceback" not in err
    assert not (tmp_path / "plans").exists()


def test_python_makes_the_same_plan(command, tmp_path):
    tables = {"organisation": {"roster": "people.csv", "cell_size": 3}, "plan": {"cycles": 3},
              "roster": {"labels": ["Department", "Gender"]}}  # fmt: skip
    plan = learnsim.plan(tables, out="made", forecast=False)
    assert repr(plan) == "<Plan plan: 12 people in 4 cells, 3 cycles; 6.0 of 6.0 possible partners>"
    assert plan.quality().partners == 6.0 and len(plan.to_frame()) == 36
    html = plan._repr_html_()
    assert "partners of a person, on average" in html and "Name01" in html
    assert (tmp_path / "made" / "plan.html").is_file()
    again = learnsim.plan(learnsim.Settings(**tables), seed=1)
    assert again.cell.tolist() == plan.cell.tolist()


def test_help_needs_no_library_that_plans():
    script = "import sys; sys.argv = ['learnsim', 'plan', '--help']\nfrom learnsim.cli import app\ntry:\n    app()\nexcept SystemExit:\n    pass\n"
    script += "print([name for name in ('pandas', 'matplotlib', 'mesa', 'numba', 'openpyxl') if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120).stdout
    assert "Plan a course for real people" in out and out.strip().endswith("[]")


def test_check_checks_a_plan_without_arms(course, tmp_path):
    course(12, cell_size=4, rules='apart = [["P01", "P02"]]')
    said, notes, _ = check_course(tmp_path / "course.toml", (), None)
    assert said == "a plan of 3 cycles for 12 people in 3 cells"
    assert notes[0] == "people.csv: 12 people; 12 in all"
    course(12, cell_size=4, rules='apart = [["P01", "P02"]]\ntogether = [["P01", "P02"]]')
    with pytest.raises(SettingsError, match="contradict each other"):
        check_course(tmp_path / "course.toml", (), None)
