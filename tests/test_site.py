"""Site: the documentation builds without a warning, has every page and figure, and loads nothing from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import learnsim

HOME = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site as built from this tree."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=HOME, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


class Loads(HTMLParser):
    """What a page loads: everything but the links that a reader may follow."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.images = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note sources, style sheets, icons, fonts and the like."""
        attributes = dict(attrs)
        if tag == "img":
            self.images.append(attributes["src"])
        if tag == "link" and attributes.get("rel") in ("canonical", "next", "prev"):
            return
        if tag != "a":
            self.addresses += [attributes[key] for key in ("src", "srcset", "href", "data", "poster", "action") if attributes.get(key)]


def test_the_site_has_a_page_for_every_document(site):
    pages = {path.stem for path in (HOME / "docs").glob("*.md")} | {"CONTRIBUTING", "CHANGELOG"}
    assert {path.parent.name for path in site.glob("*/index.html")} == pages
    assert "Agent-based simulation of organizational learning" in (site / "index.html").read_text(encoding="utf-8")


def test_pages_and_styles_load_nothing_from_elsewhere(site):
    for page in site.rglob("*.html"):
        elsewhere = [address for address in Loads(page.read_text(encoding="utf-8")).addresses if re.match(r"(\w+:)?//", address)]
        assert elsewhere == [], page
    for style in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:\w+:)?//[^)\"']*", style.read_text(encoding="utf-8")) == []


def test_every_figure_of_the_pages_is_on_the_site(site):
    shown = [(page, image) for page in site.rglob("*.html") for image in Loads(page.read_text(encoding="utf-8")).images]
    assert len([image for _, image in shown if "results/reference" in image]) >= 7
    for page, image in shown:
        assert image.startswith("data:") or (page.parent / image).resolve().is_file(), (page, image)


def test_the_api_reference_has_every_name_that_learnsim_exports(site):
    text = (site / "API" / "index.html").read_text(encoding="utf-8")
    assert [name for name in learnsim.__all__ if f'id="learnsim.{name}"' not in text] == []
    assert ":func:" not in text and ":class:" not in text
