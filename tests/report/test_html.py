"""HTML report: it has the numbers that were computed, opens without the network, and is the same whenever it is written."""

import csv
import html
import re
from html.parser import HTMLParser

import pytest

import learnsim
from helpers.written_results import write_results
from learnsim import workflow
from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.results import open_results
from learnsim.report.answer import answer

LEADS = {"flat-lecture": 0.3, "hybrid": 0.5, "other": 0.45}
GRID = {"learning.initial_rapport": [0.0, 0.5, 1.0], "prior.share": [0.1, 0.2]}


def ends(arm, replicate, *x):
    return LEADS[arm] + (0.013 if arm == "other" else 0.01) * replicate + 0.1 * sum(x) * (arm == "hybrid")


class Reader(HTMLParser):
    """What a browser would fetch or run, and the cells of the tables."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.tags, self.tables, self._in_cell = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href", "srcset", "data", "action", "poster")]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag):
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def report_of(results):
    workflow.analyse_again(results)
    return (results.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    results = write_results(
        tmp_path_factory.mktemp("reports") / "plain",
        ends,
        arms=tuple(LEADS),
        question="Which arm?",
        expectation="The hybrid, perhaps.",
    )
    return results, report_of(results)


def test_the_report_holds_the_numbers_of_summary_csv(plain):
    results, text = plain
    with (results.folder / "summary.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    table = next(table for table in Reader(text).tables if "mean\nmastery" in table[0])
    place = {heading: number for number, heading in enumerate(table[0])}
    shown = {row[0].rstrip("*"): row for row in table[1:]}
    for heading, measure in (("mean\nmastery", "mean_mastery"), ("p10", "p10"), ("sd", "sd_mastery")):
        for row in (row for row in rows if row["measure"] == measure):
            half = (float(row["high"]) - float(row["low"])) / 2.0
            shown_text = f"{float(row['mean']):.3f}" + (f" ±{half:.3f}" if float(row["sd"]) else "")
            assert shown[row["arm"]][place[heading]] == shown_text


def test_the_report_holds_the_numbers_of_contrasts_csv(plain):
    results, text = plain
    with (results.folder / "contrasts.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = {row["arm"]: row for row in csv.DictReader(stream) if row["measure"] == "mean_mastery"}
    table = next(table for table in Reader(text).tables if "p (Holm)" in table[0])
    assert [row[0] for row in table[1:]] == ["hybrid", "other"]
    for arm, shown_text, in_sd, effect, above, p, reduction in table[1:]:
        row = rows[arm]
        assert shown_text.startswith(f"{float(row['difference']):+.3f}")
        if arm == "other":  # .150 .153 .156: mean .153, sd .003
            assert shown_text == "+0.153 [0.146, 0.160]" and effect == "+51.00"
            assert reduction == f"{float(row['reduction']):.1f}"
            assert p == "< 0.001" and float(row["holm"]) < 0.001
        assert above == f"{100 * float(row['superiority']):.0f} %"
        assert in_sd == f"{float(row['effect_in_sd']):+.2f}"


def test_the_report_begins_with_question_expectation_and_answer(plain):
    results, text = plain
    words = html.unescape(re.sub(r"<[^>]+>", " ", text))
    assert "<h1>Which arm?</h1>" in text and "The hybrid, perhaps." in text
    assert " ".join(answer(Summary(results))) in words
    assert "3 of every arm" in words and "learnsim reproduce ." in words
    assert results.provenance["source_hash"] in words and results.provenance["versions"]["numpy"] in words
    assert f"{'hybrid'} " in words and "Settings that are not at their defaults" in words


def test_the_report_needs_no_network_and_no_script(plain):
    _, text = plain
    reader = Reader(text)
    assert all(value.startswith(("data:image/", "#")) for value in reader.fetched)
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(reader.tags)
    assert "http://" not in text and "https://" not in text and "@import" not in text and "url(" not in text
    assert "default-src 'none'" in text
    assert reader.tags.count("img") == 4
    assert len(text) < 3_000_000


def test_a_hostile_text_is_shown_and_not_run(tmp_path):
    evil = "<script>alert(1)</script> & \"x\" {{ 7 * 7 }} <img src='http://evil'>"
    results = write_results(tmp_path / "r", ends, question=evil, expectation=evil)
    text = report_of(results)
    assert "<script" not in text and html.escape("<script>alert(1)</script>") in text
    assert "{{ 7 * 7 }}" in text and "http://evil" not in Reader(text).fetched


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"sweep": GRID},
        {"sweep": {"learning.initial_rapport": {"low": 0.0, "high": 1.0}, "prior.by": ["item", "person"]}, "design": {"kind": "saltelli", "points": 8}},
    ],
    ids=["no sweep", "grid", "saltelli"],
)
@pytest.mark.thorough
def test_analysed_twice_everything_is_the_same_bytes(fields, tmp_path):
    def value(arm, replicate, *x):
        return ends(arm, replicate, *(part for part in x if not isinstance(part, str)))

    results = write_results(tmp_path / "r", value, **fields)
    once, again = (report_and_rest(results) for _ in range(2))
    assert once.keys() == again.keys() and len(once) > 8
    assert [name for name in once if once[name] != again[name]] == []


def report_and_rest(results):
    workflow.analyse_again(open_results(results.folder))
    return {str(path.relative_to(results.folder)): path.read_bytes() for path in results.folder.rglob("*") if path.is_file()}


def test_a_report_on_many_points_shows_the_extremes(tmp_path):
    """It says where the rest is."""
    sweep = {"learning.initial_rapport": [round(0.01 * number, 2) for number in range(60)]}
    results = write_results(tmp_path / "r", ends, sweep=sweep, replicates=2)
    text = report_of(results)
    reader = Reader(text)
    table = next(table for table in reader.tables if "difference [95 % t interval]" in table[0])
    assert [row[1] for row in table[1:]] == ["0.59", "0.58", "0.57", "0.56", "0.55", "0.04", "0.03", "0.02", "0.01", "0"]
    assert table[1][2].startswith("+0.259") and table[-1][2].startswith("+0.200")
    assert "all of them are in contrasts.csv" in text
    assert max(map(len, reader.tables)) <= 101


def test_failed_runs_are_listed_by_cause(tmp_path):
    results = write_results(tmp_path / "r", ends, fails=lambda arm, replicate: arm == "hybrid" and replicate > 0)
    text = report_of(results)
    table = next(table for table in Reader(text).tables if table[0][0] == "cause")
    assert table[1:] == [["ValueError: lines\nbroke", "running the arm", "hybrid", "point 0, replicate 1", "2"]]
    assert "2 of 6 runs failed" in text


def test_where_no_run_went_well_the_report_says_so_and_shows_no_figure(tmp_path):
    results = write_results(tmp_path / "r", ends, fails=lambda arm, replicate: True)
    text = report_of(results)
    assert "No run was successful: all 6 failed." in text and "ValueError: lines" in text
    assert "<img" not in text and "<figure" not in text


def test_a_report_says_which_precision_is_asked_and_whether_it_is_reached(tmp_path):
    asked = {"contrast": "other - flat-lecture", "half_width": 0.005, "min": 3, "max": 10}
    results = write_results(tmp_path / "r", ends, arms=("flat-lecture", "other"), replicates=4, precision=asked)
    text = report_of(results)
    assert "of mean mastery, other - flat-lecture, is ±0.005 wide" in text
    assert "Stein" in text and "from 3 to 10" in text
    # differences .150 .153 .156 .159: first stage's sd .003, t(2) 4.3027, over the root of 4: .00645
    assert "); not reached" in text


def test_a_run_writes_the_report_with_the_question_of_its_comments(tmp_path):
    (tmp_path / "mine.toml").write_text(
        "# Question: does it work,\n#   and how?\n# Expected: yes\n[experiment]\nreplicates = 2\n[organisation]\ntrainees = 12\n"
        "communities = 2\n[training]\nsessions = 3\n[arms.flat-lecture]\n[arms.hybrid]\n"
    )
    settings = learnsim.load(tmp_path / "mine.toml")
    done = workflow.run_experiment(settings, "mine.toml", tmp_path / "r", 1, quiet=True)
    text = (done.folder / "report.html").read_text(encoding="utf-8")
    assert "<h1>does it work, and how?</h1>" in text and "yes" in text
    before = text
    assert report_of(open_results(done.folder)) == before


def test_what_is_printed_again_is_short_where_there_are_many_points(tmp_path, capsys):
    drawn = {"sweep": {"learning.initial_rapport": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.1, "high": 0.2}}}
    results = write_results(tmp_path / "r", ends, design={"kind": "latin-hypercube", "points": 300}, replicates=2, **drawn)
    workflow.show(Summary(results))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 40
    assert any(line.startswith("Where arms differ most") for line in lines)
    assert any(line.startswith("hybrid") and "learning.initial_rapport" in line for line in lines)
    assert any("better than flat-lecture at all 300 points" in line for line in lines)
