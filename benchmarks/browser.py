"""The page in a real Chromium: sessions shown a second with both arms drawn, and memory over many resets.

    python benchmarks/browser.py            # about four minutes
    python benchmarks/browser.py --quick    # 200 resets

A session counts as shown when the left picture has been drawn and the clock says so. Needs ``chromium`` on the path.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time

import psutil
from playwright.sync_api import Page, sync_playwright

SECONDS = 8.0
CLOCK = "parseInt(document.querySelector('.learnsim-clock').innerText.split(' ')[1])"


def open_page(browser, address: str, query: str) -> Page:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    page.goto(address + query)
    page.wait_for_selector(".learnsim-side canvas >> nth=1")
    page.wait_for_timeout(1000)
    return page


def shown_a_second(browser, address: str, trainees: int) -> float:  # type: ignore[no-untyped-def]
    """Play at full speed, from after the first second on."""
    page = open_page(browser, address, f"?organisation.trainees={trainees}&training.sessions=1000")
    speed = page.locator(".learnsim-bar").get_by_role("slider")
    speed.focus()
    speed.press("End")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1000)
    first, start = page.evaluate(CLOCK), time.perf_counter()
    page.wait_for_timeout(int(1000 * SECONDS))
    last, seconds = page.evaluate(CLOCK), time.perf_counter() - start
    page.close()
    return (last - first) / seconds


def resets(browser, address: str, server: psutil.Process, count: int) -> None:  # type: ignore[no-untyped-def]
    """Print the server's memory before, on the way and after so many resets of runs that have begun."""
    page = open_page(browser, address, "?organisation.trainees=240")
    step = page.get_by_role("button", name="Step", exact=True)
    reset = page.get_by_role("button", name="Reset", exact=True)
    marks = []
    for number in range(count + 1):
        if number % (count // 4) == 0:
            marks.append(f"{server.memory_info().rss / 2**20:.0f} MiB after {number:,}")
        step.click()
        page.wait_for_function(f"{CLOCK} === 1")
        reset.click()
        page.wait_for_function(f"{CLOCK} === 0")
    print(f"  memory of the server over resets: {', '.join(marks)}")
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    command = [sys.executable, "-m", "learnsim", "viz", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    try:
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for trainees in (240, 2400):
                rates = [shown_a_second(browser, address, trainees) for _ in range(3)]
                each = ", ".join(f"{one:.1f}" for one in rates)
                print(f"  {trainees:,} trainees, both arms: {statistics.median(rates):.1f} sessions a second ({each})")
            resets(browser, address, psutil.Process(server.pid), 200 if quick else 2000)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
