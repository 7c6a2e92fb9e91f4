"""Claims: the pages state what the results show: every sentence, every interval."""

import csv
import re
from pathlib import Path

import pytest

from claims import CLAIMS, REFERENCE, Results, sentence

HOME = Path(__file__).parents[1]
PAGES = {name: " ".join((HOME / name).read_text(encoding="utf-8").split()) for name in ("docs/RESULTS.md", "README.md")}
INTERVAL = r"-?[\d.]+ \[-?[\d.]+, -?[\d.]+\]"


@pytest.fixture(scope="module")
def results():
    return Results(REFERENCE)


def plain(text):
    """Words without regard to how a sentence begins."""
    return text[0].lower() + text[1:]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.words[:40])
def test_a_sentence_on_the_page_has_the_numbers_of_the_results(claim, results):
    assert claim.holds(results)
    words = sentence(claim, results)
    assert words in PAGES["docs/RESULTS.md"] or plain(words) in PAGES["docs/RESULTS.md"], words


@pytest.mark.parametrize("page", PAGES)
def test_no_interval_stands_on_a_page_that_no_claim_has(page, results):
    sentences = " ".join(sentence(claim, results) for claim in CLAIMS)
    for interval in re.findall(INTERVAL, PAGES[page]):
        assert interval in sentences


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_of_no_difference_how_large_it_is_without_an_interval(page):
    """Words of comparison with a number of points before or after them have an interval beside them."""
    for number in re.findall(r"\b(\d+\.\d)(?! \[)(?= points (?:more|less|higher|lower|below|above|ahead|behind))", PAGES[page]):
        raise AssertionError(f"{page}: {number} points without an interval")


def test_the_page_counts_the_published_numbers():
    with (REFERENCE / "papers" / "verify.csv").open(newline="", encoding="utf-8-sig") as stream:
        verdicts = [row["verdict"] for row in csv.DictReader(stream)]
    assert f"{len(verdicts)} numbers, of which {verdicts.count('agrees')} agree" in PAGES["docs/RESULTS.md"]
