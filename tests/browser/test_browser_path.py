"""Browser path: the system's comes first, then Playwright's; where there is none, tests are skipped for one reason, but not in CI."""

import pytest

from helpers.browser_path import NONE, browser_at


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any browser; return a function that installs one."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CI", raising=False)

    def install(name, code=0):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    return install


def test_the_systems_browser_comes_before_playwrights(machine):
    own, system = machine("own/chrome"), machine("bin/chromium")
    assert browser_at(own) == system


def test_playwrights_browser_serves_where_the_system_has_none(machine):
    machine("bin/chromium-browser", code=1)  # a stand-in that asks for another package
    own = machine("own/chrome")
    assert browser_at(own) == own


def test_without_a_browser_tests_are_skipped_for_one_reason(machine):
    with pytest.raises(pytest.skip.Exception) as skipped:
        browser_at("/nowhere/chrome")
    assert str(skipped.value) == NONE and "\n" not in NONE


@pytest.mark.parametrize("value", ["true", "1", "True"])
def test_without_a_browser_tests_fail_in_ci(machine, monkeypatch, value):
    monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.fail.Exception, match="no browser for the tests of the page"):
        browser_at("/nowhere/chrome")
