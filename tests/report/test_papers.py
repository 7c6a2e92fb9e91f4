"""For papers: the checklist, the sources, the meaning of columns and the runs for Excel, of experiments of every model."""

import csv
import inspect
import json
import re
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from frictionless import Package, validate
from pybtex.database import parse_file, parse_string

import learnsim
from helpers.our_models import OURS
from learnsim.analysis.summary import Summary
from learnsim.errors import ResultsError
from learnsim.experiments.storage.results import open_results
from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.report import csv_files, sources
from learnsim.report.column_meanings import TABLES
from learnsim.report.sources import bibliography, reasons_of, sources_in
from learnsim.report.stress import BLANK, NOT_RECORDED, items_of
from learnsim.settings import ArmTable, Settings
from learnsim.settings.arms import PhaseTable
from learnsim.settings.sampling import KINDS
from learnsim.settings.shipped import shipped_folder
from learnsim.settings.shocks import Shock

HOME = Path(__file__).parents[2]
ITEMS = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"]
SMALL = {"trainees": 12, "communities": 2, "cell_size": 3, "cycle_length": 2}
ROSTER = "id,name,Team\n" + "".join(f"p{n},=Person {n},{'AB'[n % 2]}\n" for n in range(12))
SPEEDS = {"low": 0.2, "high": 0.4}


def training(**tables):
    tree = {"experiment": {"name": "it", "replicates": 3}, "organisation": SMALL, "training": {"sessions": 4}}
    return tree | {"arms": {"flat-lecture": {}, "hybrid": {}}} | tables


WORLDS = {  # of every model and every kind of design, with everything that brings columns of its own
    "training": training(),
    "everything that may happen": training(
        misconceptions={"share": 0.1, "joint_wrong": 0.1}, communities={"drift": 0.1, "mobility": 0.1}, shocks=[{"at": 1, "who": "trainees"}],
        training={"sessions": 4, "absence": 0.1, "turnover": 0.1, "leavers": "officers"},
    ),
    "grid": training(sweep={"organisation.cell_size": [2, 3], "arms.hybrid.shuffle": ["random", "rotate"]}),
    "zip": training(sweep={"training.throttle": ["mean", "slowest"], "arms.hybrid.instructor": [True, False]}, design={"kind": "zip"}),
    "saltelli": training(sweep={"learning.joint_effect": SPEEDS, "prior.share": SPEEDS}, design={"kind": "saltelli", "points": 8}),
    "morris": training(sweep={"learning.joint_effect": SPEEDS, "prior.share": SPEEDS}, design={"kind": "morris", "points": 4}),
    "sobol": training(sweep={"learning.joint_effect": SPEEDS}, design={"kind": "sobol", "points": 32}),
    "latin-hypercube": training(sweep={"learning.joint_effect": SPEEDS}, design={"kind": "latin-hypercube", "points": 24}),
    "roster": training(organisation=SMALL | {"roster": "roster.csv"}, roster={"labels": ["Team"]}),
    "precision": training(experiment={"name": "it", "precision": {"contrast": "hybrid - flat-lecture", "half_width": 0.5, "min": 20}}),
    "one arm": training(arms={"hybrid": {}}),
    "beliefs": {"experiment": {"replicates": 3}, "model": {"kind": "beliefs"}, "organisation": SMALL, "beliefs": {"dimensions": 6, "periods": 8},
                "arms": {"flat-lecture": {}, "hybrid": {"rewiring": 0.1}}},
    "search": {"experiment": {"replicates": 3}, "model": {"kind": "search"}, "organisation": SMALL, "search": {"loci": 5, "interactions": 2, "periods": 8},
               "arms": {"flat-lecture": {"network": "full"}, "hybrid": {}, "line": {"preset": "flat-lecture", "network": "line"},
                        "small": {"preset": "flat-lecture", "network": "small-world", "rewiring": 0.2},
                        "chance": {"preset": "flat-lecture", "network": "random", "density": 0.2}}},
    "mesa": "schelling",
    "paper": "march1991_mix",
    "another paper": "lazer2007_networks",
}


QUICK = ("training", "mesa")  # the others take long
EVERY_WORLD = [world if world in QUICK else pytest.param(world, marks=pytest.mark.thorough) for world in WORLDS]


@pytest.fixture(scope="module")
def results_of(tmp_path_factory):
    """A function from the name of a world to its finished results."""
    home = tmp_path_factory.mktemp("papers")
    (home / "roster.csv").write_text(ROSTER, encoding="utf-8")
    changes = {
        "mesa": {"experiment.replicates": 3, "model.steps": 3, "parameters.width": 6, "parameters.height": 6},
        "paper": {"experiment.replicates": 2, "beliefs.periods": 4},
        "another paper": {"experiment.replicates": 2},
    }

    @cache
    def make(world):
        tree = WORLDS[world]
        if isinstance(tree, dict) and tree["organisation"].get("roster"):
            tree = tree | {"organisation": tree["organisation"] | {"roster": str(home / "roster.csv")}}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
            return learnsim.experiment(tree).changed(changes.get(world, {})).run(home / world.replace(" ", "_"))

    return make


def summary_of(results):
    return Summary(open_results(results.folder))


def package_of(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("world", EVERY_WORLD)
def test_every_column_of_every_table_has_type_unit_and_meaning(results_of, world):
    folder = results_of(world).folder
    tables = {file.name for file in folder.iterdir() if file.suffix in (".parquet", ".csv") and file.name in TABLES}
    others = {file.name for file in folder.iterdir() if file.suffix in (".parquet", ".csv")} - tables
    assert others <= {"roster.csv", "targets_given.csv"}  # the user's own
    resources = {one["path"]: one for one in package_of(folder)["resources"]}
    assert set(resources) == tables and {"sessions.parquet", "runs.parquet", "summary.csv"} <= tables
    for name, one in resources.items():
        if name.endswith(".parquet"):
            columns = parquet.read_schema(folder / name)
            kinds = {pa.string(): "string", pa.float64(): "number", pa.bool_(): "boolean", pa.int32(): "integer", pa.int64(): "integer"}
            assert [(field["name"], field["type"]) for field in one["schema"]["fields"]] == [(each.name, kinds[each.type]) for each in columns]
        else:
            with (folder / name).open(newline="", encoding="utf-8-sig") as stream:
                assert [field["name"] for field in one["schema"]["fields"]] == next(csv.reader(stream))
        assert one["description"] and all(set(field) == {"name", "type", "unit", "description"} for field in one["schema"]["fields"])
        assert all(field["description"].strip() for field in one["schema"]["fields"]), name


@pytest.mark.parametrize("world", EVERY_WORLD)
@pytest.mark.thorough
def test_frictionless_reads_the_tables_by_their_data_package(results_of, world):
    folder = results_of(world).folder
    results_of(world).analyse(csv=True)
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    package = Package(str(folder / "datapackage.json"))
    assert len(package.get_resource("runs-csv").read_rows()) == len(results_of(world).runs)


def test_a_data_package_is_the_same_in_every_byte_again(results_of, tmp_path):
    results = results_of("grid")
    before = (results.folder / "datapackage.json").read_bytes()
    again = learnsim.experiment(WORLDS["grid"]).run(tmp_path / "again")
    assert package_of(again.folder) == {**json.loads(before), "resources": [one for one in json.loads(before)["resources"] if one["path"] != "runs.csv"]}
    text = before.decode()
    assert str(results.folder) not in text and results.provenance["finished"][:10] not in text


@pytest.mark.thorough
def test_measures_of_ones_own_model_have_the_meaning_and_unit_of_the_file(tmp_path):
    file = tmp_path / "it.toml"
    shown = (shipped_folder() / "mesa" / "schelling.toml").read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?ms)^\[measures.*?(?=^\[(?!measures)|\Z)", "", shown) + '\n[measures.happy]\nmeaning = "people who stay"\nunit = "people"\n')
    results = learnsim.experiment(file).changed({"model.steps": 2}).run(tmp_path / "out", replicates=2)
    fields = {one["name"]: one for one in package_of(results.folder)["resources"][1]["schema"]["fields"]}
    assert (fields["happy"]["description"], fields["happy"]["unit"]) == ("people who stay", "people")


def test_results_of_which_every_run_failed_have_a_data_package_of_their_failures(tmp_path):
    (tmp_path / "mine.py").write_text("import learnsim\n\n\n@learnsim.shuffle_policy('broken-on-purpose', composing=True)\ndef broken(group):\n    raise ValueError('no')\n")
    tree = training(experiment={"replicates": 2, "policies": str(tmp_path / "mine.py")}, arms={"mine": {"preset": "hybrid", "shuffle": "broken-on-purpose"}})
    results = learnsim.experiment(tree).run(tmp_path / "out")
    names = [one["path"] for one in package_of(results.folder)["resources"]]
    assert names == ["sessions.parquet", "runs.parquet", "distribution.parquet", "failures.csv"]
    assert "2 that failed" in results.describe() and "@software{learnsim" in results.cite()


@pytest.mark.parametrize("world", EVERY_WORLD)
def test_the_checklist_has_every_item_with_something_known_or_a_blank(results_of, world):
    items = items_of(summary_of(results_of(world)))
    assert [item.number for item in items] == ITEMS
    assert all(item.lines and all(line.strip() for line in item.lines) for item in items)
    text = results_of(world).describe()
    assert NOT_RECORDED not in text and "None" not in text.replace("None, since no data are read.", "")
    report = results_of(world).report.read_text(encoding="utf-8")
    assert all(f"<dt>{item.number} {item.title}</dt>" in report for item in items)


def test_the_checklist_says_what_the_folder_knows(results_of):
    known = {item.number: " ".join(item.known) for item in items_of(summary_of(results_of("grid")))}
    record = results_of("grid").provenance
    assert "4 points" in known["1.3"] and "organisation.cell_size" in known["1.3"]
    assert "organisation.cell_size" in known["3.3"] and "2, 3" in known["3.3"]
    assert "3 of every arm at every point" in known["4.3"] and "Holm 1979" in known["4.3"]
    assert f"numpy {record['versions']['numpy']}" in known["5.1"] and "Philox4x32-10" in known["5.2"] and "experiment: 1." in known["5.2"]
    assert record["processor"] in known["5.4"] and f"{record['seconds']:,} seconds" in known["5.4"]
    assert "Stein 1945" in " ".join(items_of(summary_of(results_of("precision")))[17].known)


def test_a_model_of_ones_own_has_its_logic_left_to_write(results_of):
    blanks = {item.number for item in items_of(summary_of(results_of("mesa"))) if item.blank}
    assert {"2.1", "2.2", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "5.3"} <= blanks
    blanks = {item.number for item in items_of(summary_of(results_of("training"))) if item.blank}
    assert blanks == {"1.1", "1.3", "2.1", "4.2", "6.1"} and results_of("training").describe().count(BLANK) == 5


def test_what_an_earlier_version_did_not_record_is_called_so(results_of, tmp_path):
    results = learnsim.experiment(WORLDS["training"]).run(tmp_path / "out")
    file = results.folder / "provenance.json"
    record = json.loads(file.read_text())
    for name in ("processor", "processors", "memory", "seconds", "machine", "python", "finished"):
        del record[name]
    file.write_text(json.dumps(record))
    known = {item.number: " ".join(item.known) for item in items_of(summary_of(results))}
    assert known["5.4"].count(NOT_RECORDED) == 6 and f"Python {NOT_RECORDED}" in known["5.1"]


@pytest.mark.thorough
def test_shards_that_are_merged_have_all_of_it(tmp_path):
    experiment = learnsim.experiment(WORLDS["training"])
    shards = [experiment.run_shard(f"{number}/2", out=tmp_path / "it-shards").folder for number in (1, 2)]
    merged = learnsim.merge(*shards, out=tmp_path / "merged") if not isinstance(shards[0], str) else None
    whole = experiment.run(tmp_path / "whole")
    assert (merged.folder / "datapackage.json").read_bytes() == (whole.folder / "datapackage.json").read_bytes()
    assert merged.cite() == whole.cite() and [item.number for item in items_of(summary_of(merged))] == ITEMS


def test_what_is_not_finished_is_not_described(tmp_path, monkeypatch):
    experiment = learnsim.experiment(WORLDS["training"])
    monkeypatch.setattr("learnsim.workflow.finish_and_describe", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        experiment.run(tmp_path / "out")
    results = learnsim.open(tmp_path / "out", unfinished=True)
    for method in (results.describe, results.cite):
        with pytest.raises(ResultsError, match="it is not finished"):
            method()


def texts():
    """Everything that is declared and may name a source."""
    tables = [field.annotation for field in Settings.model_fields.values() if hasattr(field.annotation, "model_fields")]
    for table in (*tables, Shock, ArmTable, PhaseTable):
        for one in table.model_fields.values():
            yield f"{(one.json_schema_extra or {}).get('source', '')}"
            yield one.description or ""
    for info in OURS.values():
        yield from (info.meaning, *info.sources, *(meaning for meaning, _ in info.measures.values()))
        yield from (text for entries in info.listed().values() for text in entries.values())
    yield from KINDS.values()
    yield from (inspect.getdoc(policy) or "" for policies in (SHUFFLES, OFFICERS) for policy in policies.values())
    constants = (value for name, value in vars(sources).items() if name.isupper())
    yield from (text for value in constants for text in (value.values() if isinstance(value, dict) else [value]) if isinstance(text, str))


NAMED = re.compile(r"(?:ter )?[^\W\d_][\w'-]+ et al\. \(?\d{4}|(?:(?:[^\W\d_][\w'-]+, )*[A-Z][\w'-]+ & )?[A-Z][\w'-]+(?:'s)? \(?(?:1[5-9]|20)\d\d\b|Christensen & Workiewicz")


def test_every_source_that_a_declaration_names_has_an_entry():
    named = {match for text in texts() for match in NAMED.findall(" ".join(text.split()))}
    assert len(named) > 40
    assert {name for name in named if len(sources_in(name)) != 1} == set()


def test_every_entry_is_named_somewhere_and_parsed_by_pybtex():
    there = parse_file(str(sources.BIBLIOGRAPHY))
    keys = [source.key for source in bibliography()]
    assert keys == sorted(set(keys)) == sorted(there.entries)
    named = {source.key for text in texts() for source in sources_in(text)}
    assert set(keys) - named == {"learnsim"}
    for key, entry in there.entries.items():
        assert entry.persons["author"] and entry.fields["title"], key
        assert "year" in entry.fields or key in ("learnsim", "christensen")
        assert "journal" in entry.fields or entry.type != "article"


def test_the_entry_of_learnsim_is_that_of_its_citation_file():
    text = (HOME / "CITATION.cff").read_text(encoding="utf-8")
    entry = parse_file(str(sources.BIBLIOGRAPHY)).entries["learnsim"]
    assert f'title: "{entry.fields["title"]}"' in text and f"version: {entry.fields['version']}\n" in text
    assert f'name: "{str(entry.persons["author"][0]).strip("{}")}"' in text


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("calibrated: gains .23 (Hake 1998)", ["hake1998"]),
        ("Carley 1992; Albert, Jeong & Barabasi 2000; Morone & Lopolito 2023", ["albert2000", "carley1992", "morone2023"]),
        ("Albert, Jeong & Barabási (2000)", ["albert2000"]),
        ("the parameters of March's (1991)", ["march1991"]),
        ("Smith et al. 2009, not Smith et al. (2011)", ["smith2009", "smith2011"]),
        ("Erdős & Rényi 1959; Sobol' 1967", ["erdos1959", "sobol1967"]),
        ("Campolongo, Cariboni & Saltelli (2007); Saltelli et al. (2010)", ["campolongo2007", "saltelli2010"]),
        ("Christensen & Workiewicz", ["christensen"]),
        ("Hake 1999, Slavin & Hake 1998, Holm 19790", []),
        ("", []),
    ],
)
def test_a_text_names_its_sources(text, keys):
    assert [source.key for source in sources_in(text)] == keys


CITED = {
    "training": {"hake1998", "salmon2011", "cohen1988", "holm1979", "szulanski1996", "grimm2020", "monks2019", "liang1995"},
    "everything that may happen": {"shtulman2012", "smith2011", "carley1991", "centola2007", "carley1992"},
    "grid": {"kirkman1850"},
    "saltelli": {"saltelli2010", "sobol1993"},
    "morris": {"morris1991", "campolongo2007"},
    "sobol": {"sobol1967", "tarantola2006", "friedman1999", "bryant2010"},
    "latin-hypercube": {"mckay1979"},
    "precision": {"stein1945", "efron1987"},
    "beliefs": {"march1991", "fang2010", "christensen"},
    "search": {"lazer2007", "kauffman1993", "watts1998", "erdos1959"},
    "mesa": {"terhoeven2025", "cohen1988"},
    "another paper": {"agresti1998"},
}


@pytest.mark.parametrize("world", EVERY_WORLD)
def test_an_experiment_cites_what_it_uses_and_nothing_else(results_of, world):
    cited = parse_string(results_of(world).cite(), "bibtex").entries
    assert next(iter(cited)) == "learnsim" and CITED.get(world, set()) <= set(cited)
    assert cited["learnsim"].fields["version"] == results_of(world).provenance["versions"]["learnsim"]
    ours = {"march1991", "fang2010", "lazer2007", "kauffman1993", "hake1998", "salmon2011", "grimm2020"}
    if world == "mesa":
        assert not ours & set(cited) and "schelling" in results_of(world).cite().lower()
    if world == "training":
        others = {"smith2011", "carley1991", "carley1992", "centola2007", "kraft2018", "shtulman2012", "march1991", "lazer2007", "kirkman1850"}
        assert not {*others, "stein1945", "efron1987", "friedman1999", "sobol1993", "terhoeven2025"} & set(cited)


def test_runs_for_excel_are_those_of_the_table_with_every_digit(results_of):
    results = results_of("everything that may happen")
    results.analyse(csv=True)
    file = results.folder / "runs.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbfarm,")
    with file.open(newline="", encoding="utf-8-sig") as stream:
        header, *rows = csv.reader(stream)
    table = parquet.read_table(results.folder / "runs.parquet")
    assert header == table.column_names and len(rows) == table.num_rows
    for name, cells in zip(header, zip(*rows, strict=True), strict=True):
        values = table[name].to_pylist()
        assert [None if cell == "" else type(value)(cell) for cell, value in zip(cells, values, strict=True)] == values


def test_no_text_in_the_runs_for_excel_is_run_as_a_formula(tmp_path):
    tree = training(arms={"flat-lecture": {}, "=1+1": {"preset": "hybrid"}})
    results = learnsim.experiment(tree).run(tmp_path / "out")
    results.analyse(csv=True)
    assert "\n'=1+1,0," in (results.folder / "runs.csv").read_text(encoding="utf-8-sig")


@pytest.mark.thorough
def test_runs_for_excel_stay_up_to_date_and_go_where_the_results_grow(tmp_path):
    experiment = learnsim.experiment(WORLDS["training"])
    results = experiment.run(tmp_path / "out")
    assert not (results.folder / "runs.csv").exists()
    results.analyse(csv=True)
    results.analyse()
    assert (results.folder / "runs.csv").exists() and "runs.csv" in [one["path"] for one in package_of(results.folder)["resources"]]
    grown = experiment.run(tmp_path / "out", replicates=5)
    assert not (grown.folder / "runs.csv").exists() and "runs.csv" not in [one["path"] for one in package_of(grown.folder)["resources"]]


def test_more_runs_than_excel_has_rows_are_refused_in_one_sentence(results_of, monkeypatch):
    results = results_of("one arm")
    (results.folder / "runs.csv").unlink(missing_ok=True)
    monkeypatch.setattr(csv_files, "EXCEL_ROWS", 3)
    with pytest.raises(ResultsError, match=r"its 3 runs do not fit into runs\.csv, since Excel opens 3 rows at most") as refused:
        results.analyse(csv=True)
    assert "\n" not in str(refused.value) and not (results.folder / "runs.csv").exists()
    monkeypatch.setattr(csv_files, "EXCEL_ROWS", 4)
    results.analyse(csv=True)
    assert (results.folder / "runs.csv").exists()


def test_the_commands_print_what_python_returns(results_of, capsys):
    from learnsim.cli import app

    results = results_of("training")
    for command, text in (("describe", results.describe()), ("cite", results.cite())):
        with pytest.raises(SystemExit) as left:
            app([command, str(results.folder)])
        assert left.value.code == 0 and capsys.readouterr().out == text
    assert any(reason.about == "shuffle = random" for reason in reasons_of(summary_of(results)))
