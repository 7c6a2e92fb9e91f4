"""For all tests: no example of a property has to be tried within a time, since machines may be slow or busy."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

from helpers.browser_path import browser_at

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def chromium():
    """One real browser for all tests of a process: Playwright cannot be begun twice in one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_at(playwright.chromium.executable_path), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What a subprocess needs to find the same learnsim."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
