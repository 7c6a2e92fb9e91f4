"""Pages: what the documentation says of settings, fields, measures, phases and papers is what the code says."""

import ast
import csv
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import learnsim
from helpers.layers import LAYERS
from learnsim.models.registry import MODELS
from learnsim.models.runs import run_arm
from learnsim.settings import PRESETS, ArmTable, Settings
from learnsim.settings.arms import PhaseTable
from learnsim.settings.edit import listed_table, path_of
from learnsim.settings.fit import Fit
from learnsim.settings.load import load
from learnsim.settings.plan import Plan, Prices, Rules
from learnsim.settings.readers import EVERY, arm_readers, reads
from learnsim.settings.shocks import Shock
from learnsim.settings.write import toml_value

HOME = Path(__file__).parents[1]
SOURCES = Path(learnsim.__file__).parent
PAGES = {"training": "ODD.md", "beliefs": "ODD_BELIEFS.md", "search": "ODD_SEARCH.md"}
TEXTS = {kind: (HOME / "docs" / name).read_text(encoding="utf-8") for kind, name in PAGES.items()}
PLANS = (HOME / "docs" / "PLAN.md").read_text(encoding="utf-8")
EXPERIMENTS = (HOME / "docs" / "EXPERIMENTS.md").read_text(encoding="utf-8")
WRITTEN = [*sorted((HOME / "docs").glob("*.md")), HOME / "README.md", HOME / "CONTRIBUTING.md", HOME / "results" / "README.md"]


def rows(text, heading):
    """The rows of the tables with this heading in their first column, each a list of cells."""
    cells = []
    for table in re.findall(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE):
        cells += [[cell.strip() for cell in re.split(r"(?<=\s)\|(?=\s)", line.strip("|"))] for line in table.splitlines()]
    return cells


def declared(kind):
    """The settings that a model's page names, in the order of their declarations: (table, key, declaration)."""
    settings = []
    for table in [name for name in Settings.model_fields if name not in ("plan", "fit")]:  # pages of their own name those
        fields = getattr(type(getattr(Settings(), table)), "model_fields", {})
        shared = table in EVERY
        settings += [(table, key, field) for key, field in fields.items() if reads(kind, table, key) and (kind == "training" or not shared)]
    return settings


def test_every_model_has_a_page():
    assert [*PAGES, "mesa", "organisation"] == list(MODELS)


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_names_every_setting_with_its_default_unit_and_source(kind):
    documented, wanted = [], []
    for setting, default, limits, _, source in rows(TEXTS[kind], "setting"):
        documented.append((setting.strip("`"), default.strip("`"), limits.rpartition("; ")[2], source))
    for place, (table, key, field) in enumerate(declared(kind)):
        value, extra = getattr(getattr(Settings(), table), key), field.json_schema_extra
        unit = extra["unit"] or (documented[place][2] if place < len(documented) else "")
        wanted.append((f"{table}.{key}", "not given" if value is None else toml_value(value), unit, extra["source"]))
    assert documented == wanted


def test_the_page_of_plans_names_every_setting_with_its_default():
    documented = [(setting.strip("`"), default.strip("`")) for setting, default, *_ in rows(PLANS, "setting")]
    wanted = [
        (f"{name}.{key}", "not given" if getattr(table(), key) is None else toml_value(getattr(table(), key)))
        for name, table in (("plan", Plan), ("plan.rules", Rules), ("plan.rules.prices", Prices))
        for key in table.model_fields
        if key not in ("rules", "prices")
    ]
    assert documented == wanted


def test_the_page_of_fits_names_every_setting_with_its_default():
    page = (HOME / "docs" / "FIT.md").read_text(encoding="utf-8")
    documented = [(setting.strip("`"), default.strip("`")) for setting, default, *_ in rows(page, "setting")]
    there = Fit()
    wanted = [(f"fit.{key}", "not given" if (value := getattr(there, key)) is None else toml_value(value)) for key in Fit.model_fields]
    assert documented == wanted


def test_the_files_of_a_plan_are_those_of_its_page():
    listed = set(re.findall(r"`([\w./]+)`", "".join(row[0] for row in rows(PLANS, "file"))))
    assert listed == {"plan.html", "plan.xlsx", "plan.csv", "moodle.csv", "canvas.csv", "breakout_rooms.csv", "by_cycle/", "plan.ics",
                      "plan.toml", "roster.csv"}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_names_every_measure_of_its_model_with_its_unit(kind):
    for heading, measures in (("measure", MODELS[kind].session_measures), ("measure of a run", MODELS[kind].run_measures)):
        documented = {}
        for names, meaning, unit in rows(TEXTS[kind], heading):
            assert meaning
            documented |= dict.fromkeys(re.findall(r"`(\w+)`", names), unit)
        assert documented == {name: unit for name, (_, unit) in measures.items()}


def test_a_page_names_every_further_measure_with_its_unit_and_what_it_needs():
    text, training = TEXTS["training"], MODELS["training"]
    for heading, side in (("further measure", "session_measures"), ("further measure of a run", "run_measures")):
        documented = [(name.strip("`"), unit, group) for name, meaning, unit, group in rows(text, heading) if meaning]
        groups = [(name, unit, group) for group, each in training.groups.items() for name, (_, unit) in getattr(each, side).items()]
        assert documented == groups
    needs = {group.strip("`"): words.replace("`", "") for group, words in rows(text, "measures of")}
    assert needs == {name: group.needs for name, group in training.groups.items()}
    relative = {name.strip("`"): unit for name, meaning, unit in rows(text, "measure between arms") if meaning}
    assert relative == {name: unit for name, (_, _, unit) in training.relative.items()}
    assert all(not model.groups and not model.relative for name, model in MODELS.items() if name != "training")


def test_the_page_names_every_key_of_a_shock_with_its_default_unit_and_source():
    documented, wanted = [], []
    for key, default, limits, meaning, source in rows(TEXTS["training"], "key of a shock"):
        assert meaning
        documented.append((key.strip("`"), default.strip("`"), limits.rpartition("; ")[2], source))
    for place, (key, field) in enumerate(Shock.model_fields.items()):
        usual, extra = field.get_default(call_default_factory=True), field.json_schema_extra
        unit = extra["unit"] or (documented[place][2] if place < len(documented) else "")
        wanted.append((key, "not given" if usual is None else toml_value(usual), unit, extra["source"]))
    assert documented == wanted


def test_the_page_names_every_key_of_a_phase_with_its_default_and_unit():
    documented = {key.strip("`"): cells for key, *cells in rows(TEXTS["training"], "key of a phase")}
    assert list(documented) == list(PhaseTable.model_fields)
    of_arms = {field.strip("`"): values for field, values, *_ in rows(TEXTS["training"], "field")}
    units = {"cell_size": "people", "cycle_length": "sessions"}  # as of the settings of these names in [organisation]
    for key, field in PhaseTable.model_fields.items():
        default, values, meaning = documented[key]
        assert meaning
        assert default == ("needed" if field.is_required() else "as before")
        assert values == of_arms.get(key, values)
        assert values.rpartition("; ")[2] == (field.json_schema_extra or {}).get("unit", units.get(key, values.rpartition("; ")[2]))


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_counts_the_phases_that_the_code_counts(kind):
    documented = [int(number) for number in re.findall(r"^(\d+)\. \*\*", TEXTS[kind].split("\n## 3 ")[1].split("\n## ")[0], re.MULTILINE)]
    counted = set()
    for file in ("kernels.py", "model.py", "run.py"):
        for first, last in re.findall(r"  # (\d)(?:-(\d))?\b", (SOURCES / "models" / kind / file).read_text(encoding="utf-8")):
            counted |= set(range(int(first), int(last or first) + 1))
    assert documented == sorted(counted) == list(range(1, len(documented) + 1))


def test_one_page_names_every_field_of_an_arm_and_the_models_that_read_it():
    documented = {field.strip("`"): tuple(kinds.split(", ")) for field, _, _, _, kinds in rows(TEXTS["training"], "field")}
    assert list(documented) == list(ArmTable.model_fields)
    some_read = {field for kind in MODELS.values() for field in kind.arm_fields}
    assert {key: list(documented[key]) for key in some_read} == {key: arm_readers(key) for key in some_read}
    usual = {field.strip("`"): value.strip("`") for field, _, value, _, _ in rows(TEXTS["training"], "field") if value.startswith("`")}
    for key, value in usual.items():
        assert {getattr(arm, key) for _, arm in PRESETS.values()} == {ast.literal_eval(value)}


SMALL = {
    "experiment.seed": 1, "organisation.trainees": 24, "organisation.communities": 2, "organisation.cell_size": 4,
    "organisation.cycle_length": 2,
}  # fmt: skip
SHORT = {"beliefs": {"beliefs.dimensions": 8, "beliefs.periods": 30}, "search": {"search.loci": 8, "search.periods": 30}}
NOTHING = {  # changes of an arm of its model in which only fields that it does not read, or lengths of time, differ
    "beliefs": [{"instructor": False}, {"briefing": 0.1, "exchange": 0.5}, {"lecture": 0.2, "exchange": 0.5}, {"council": 0.1}],
    "search": [{"instructor": False}, {"briefing": 0.1, "exchange": 0.5}, {"lecture": 0.0, "exchange": 0.7}, {"council": 0.1}],
}


@pytest.mark.parametrize(("kind", "change"), [(kind, change) for kind, changes in NOTHING.items() for change in changes])
def test_a_field_that_a_page_calls_unread_changes_nothing(kind, change):
    arm = {"preset": "hybrid", "lecture": 0.4, "briefing": 0.3, "exchange": 0.3}
    arms = {"plain": arm, "other": {**arm, **change}}
    if kind == "beliefs" and "lecture" not in change:
        arms["other"]["lecture"] = round(1.0 - arms["other"]["briefing"] - arms["other"]["exchange"], 9)
    settings = Settings().changed({"model.kind": kind, **SMALL, **SHORT[kind], "arms": arms})
    records = [run_arm(settings, name, trace=True) for name in arms]
    assert records[0].same_bits(records[1]) == []


def test_contacts_win_where_they_and_the_code_both_teach_a_belief():
    """As the page of the beliefs model reads it: with adoption 1 what contacts teach is believed, whatever the code says."""
    changes = {"model.kind": "beliefs", **SMALL, **SHORT["beliefs"], "beliefs.adoption": 1.0, "beliefs.code_learning": 1.0}
    arms = {"both": {"preset": "collective"}, "contacts": {"preset": "collective"}}
    settings = Settings().changed({**changes, "arms": arms, "beliefs.learning_from_code": 1.0})
    quiet = settings.changed({"beliefs.learning_from_code": 0.0})
    both, alone = run_arm(settings, "both", trace=True).trace, run_arm(quiet, "contacts", trace=True).trace
    assert (both.beliefs[1] == alone.beliefs[1]).all()  # the code believes nothing yet
    assert (both.code[1] == alone.code[1]).all()
    before, taught, both_taught = alone.beliefs[1], alone.beliefs[2], both.beliefs[2]
    assert (taught != before).any() and (both_taught[taught != before] == taught[taught != before]).all()
    assert (both_taught != taught).any()  # elsewhere the code teaches


@pytest.mark.parametrize("kind", ["beliefs", "search"])
def test_a_page_counts_the_published_numbers_of_its_papers(kind):
    documented = {}
    for name, numbers, *_ in rows(TEXTS[kind], "experiment"):
        documented[name.strip("`")] = {source: int(count) for count, source in re.findall(r"(\d+) (\w+)", numbers)}
    counted = {}
    for file in sorted((HOME / "experiments" / "papers").glob("*.toml")):
        settings = load(file)
        if settings.model.kind == kind:
            with Path(settings.experiment.targets).open(encoding="utf-8", newline="") as stream:
                counted[file.stem] = dict(Counter(line["source"] for line in csv.DictReader(stream)))
    assert documented == counted


def blocks(language, text=EXPERIMENTS):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


MESA = (HOME / "docs" / "MESA.md").read_text(encoding="utf-8")
OWN_MODEL = (HOME / "docs" / "OWN_MODEL.md").read_text(encoding="utf-8")
TUTORIAL = (HOME / "docs" / "TUTORIAL.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [*blocks("toml"), *blocks("toml", TUTORIAL), *blocks("toml", MESA), *blocks("toml", OWN_MODEL)])
def test_every_toml_example_is_a_valid_experiment(block, tmp_path):
    whole = "[arms." in block
    (tmp_path / "example.toml").write_text(block if whole else f"{block}\n[arms.hybrid]\n", encoding="utf-8")
    settings = load(tmp_path / "example.toml")
    for name in settings.arms:
        settings.arm(name)


def test_there_is_a_whole_example_of_a_shock_and_of_a_phase_and_of_how_to_sweep_them():
    swept = {name for block in blocks("toml") for name in re.findall(r'^"([^"]+)" = ', block, re.MULTILINE) if listed_table(name)}
    assert {path_of(name)[-1] for name in swept} == {"count", "from"}


def test_there_is_a_whole_example_of_every_model():
    kinds = [re.search(r'^\[model\]\nkind = "(\w+)"', block, re.MULTILINE) for block in [*blocks("toml"), *blocks("toml", MESA), *blocks("toml", OWN_MODEL)] if "[arms." in block]
    assert {kind.group(1) for kind in kinds if kind} == set(MODELS)


def test_the_examples_for_mesa_do_what_they_say():
    batch, page = (block for block in blocks("python") if "mesa" in block)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", f"{page}\nassert page is not None\n{batch}"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("12 0.")


def test_contributing_has_the_layers_of_the_package():
    table = rows((HOME / "CONTRIBUTING.md").read_text(encoding="utf-8"), "layer")
    listed = [(name, set(re.findall(r"`([\w.]+)`", members))) for name, members, _ in table]
    assert listed == [(layer.name, {each for each in layer.members if not each.startswith("__")}) for layer in reversed(LAYERS)]


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_exist(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def prose(page):
    """A page's text without what is code: blocks, code in a line, addresses of links, and its references."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8").split("\n## References")[0], flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "`", text)


WIDTH = 100  # tables, code and addresses may be wider


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_prose_is_wrapped_at_one_width(page):
    inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        inside ^= line.lstrip().startswith("```")
        free = inside or line.lstrip().startswith(("|", "![", "```")) or " " not in line.strip()
        assert free or len(line) <= WIDTH, f"{page.name}, line {number}: {len(line)} letters"


# words of a dialect of ours, and what to write: source or message; compared with; provenance; random numbers; per
DIALECT = r"\b(told|tells|held against|birth certificate|luck|doors?|one an? (?:arm|cell|community|run|point)|put in, not found)\b"
@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_prose_is_plain_and_british(page):
    text = " ".join(prose(page).split())
    assert re.findall(DIALECT, text, re.IGNORECASE) == []
    text = re.sub("organizational learning", "", text, flags=re.IGNORECASE)  # the field's own term
    american = re.findall(r"\b\w+(?:iz(?:e[ds]?|ing|ations?|ational)|yz(?:e[ds]?|ing))\b", text)
    assert [word for word in american if word.lower() not in ("size", "sizes")] == []
