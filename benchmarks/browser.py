"""The page in a real Chromium: how fast it opens, changes and plays, what it weighs, and what it leaves on the server.

    python benchmarks/browser.py                    # about ten minutes
    python benchmarks/browser.py --before FOLDER    # also a checkout of an earlier version, in turn
    python benchmarks/browser.py --quick            # fewer rounds, and ten tabs
    python benchmarks/browser.py --only tabs        # some rows alone

Every number is a median over rounds in which the versions take turns, with the least and the most. A picture counts as
shown two frames after the page says so. A frame counts if something was drawn into a picture in it. The weight is what goes
over the wire with an empty cache, counted between browser and server. Needs ``chromium`` on the path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from versions import ROOT

PLAYED = 5.0  # seconds
IDLE = 30.0  # seconds: the processor time of a process is counted in hundredths of one
LARGE = "organisation.trainees=2400"
OTHERS = ("linked-cells", "hybrid")  # the left arm's next ones
# learnsim viz, which answers each line with what it keeps: kernels, threads
SERVER = """
import gc, sys, threading
from learnsim.cli import main
def answer():
    for _ in sys.stdin:
        from solara.server.kernel_context import contexts
        gc.collect()
        print(len(contexts), threading.active_count(), flush=True)
threading.Thread(target=answer, daemon=True).start()
sys.argv = ["learnsim", "viz", "--no-browser", "--port", "0"]
main()
"""
PICTURES = "document.querySelectorAll('.learnsim-side canvas').length === 2"
BANDS = "document.querySelector('.learnsim-repetitions') !== null"
FRAME = "await new Promise((done) => requestAnimationFrame(done));"
# milliseconds until another left arm is shown, and until its band is; the latter is 0 on a page without bands
CHANGE = f"""async (arm) => {{
  const banded = Boolean(window.learnsim), choice = document.getElementById("learnsim-left"), begin = performance.now();
  const waits = (truth) => {{
    if (performance.now() > begin + 60000) throw new Error(`${{arm}} is not shown after a minute`);
    return !truth;
  }};
  choice.value = arm;
  choice.dispatchEvent(new Event("change", {{ bubbles: true }}));
  while (waits(document.querySelector(".learnsim-title").textContent.startsWith(`learnsim: ${{arm}} `))) {FRAME}
  {FRAME} {FRAME}
  const shown = performance.now() - begin;
  while (banded && waits({BANDS})) {FRAME}
  return [shown, banded ? performance.now() - begin : 0];
}}"""
COUNT = """async (milliseconds) => {
  const drawing = CanvasRenderingContext2D.prototype;
  let drawn = false, frames = 0;
  for (const name of ["fill", "fillRect", "stroke", "drawImage", "putImageData"]) {
    const own = drawing[name];
    drawing[name] = function (...values) {
      drawn ||= this.canvas.isConnected;
      return own.apply(this, values);
    };
  }
  const begin = performance.now();
  while (performance.now() < begin + milliseconds) {
    drawn = false;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); // after all that this frame draws
    frames += drawn;
  }
  return 1000 * frames / (performance.now() - begin);
}"""


class Server:
    """One version's page, and what its process uses."""

    def __init__(self, source: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(source), "NO_PROXY": "*"}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([sys.executable, "-c", SERVER], env=environment, text=True, **pipes)
        self.seen = psutil.Process(self.process.pid)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def keeps(self) -> list[int]:
        """Return how many kernels and threads it has."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        return [int(number) for number in self.process.stdout.readline().split()]

    @property
    def memory(self) -> float:
        """Its memory in MiB."""
        return float(self.seen.memory_info().rss / 2**20)

    def busy(self, seconds: float) -> float:
        """Return how many per cent of a processor it uses."""
        before = sum(self.seen.cpu_times()[:2])
        time.sleep(seconds)
        return 100 * (sum(self.seen.cpu_times()[:2]) - before) / seconds


class Wire:
    """Passes a browser's connections on to a server, and counts their bytes."""

    def __init__(self, server: Server) -> None:
        self.count = 0
        self.port = int(server.address.rstrip("/").rpartition(":")[2])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                inner = self.listener.accept()[0]
            except OSError:  # closed
                return
            outer = socket.create_connection(("127.0.0.1", self.port))
            for pair in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, giver: socket.socket, taker: socket.socket) -> None:
        try:
            while data := giver.recv(65536):
                self.count += len(data)
                taker.sendall(data)
            taker.shutdown(socket.SHUT_WR)
        except OSError:  # the other end has gone
            pass


class Row(NamedTuple):
    """What is measured, and what is wanted of it."""

    name: str
    wanted: str
    measure: Callable[[Browser, Server], list[float]]
    form: str = "{:.2f}"


@contextmanager
def tab(browser: Browser, address: str, query: str = "") -> Iterator[Page]:
    """Open a page with an empty cache, and wait until it has settled."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(180_000)
    page.goto(f"{address}?{query}")
    page.wait_for_function(PICTURES)
    page.wait_for_function(f"!window.learnsim || {BANDS}")
    page.wait_for_timeout(500)
    yield page
    page.close()


def first_picture(browser: Browser, server: Server) -> list[float]:
    """Seconds to both pictures, in a browser that has been there before: its cache has the page's files."""
    with tab(browser, server.address) as page:
        for _ in range(2):
            page.goto(f"{server.address}?")
            page.wait_for_function(PICTURES)
            page.wait_for_timeout(1500)
        begin = time.perf_counter()
        page.goto(f"{server.address}?", wait_until="commit")
        page.wait_for_function(PICTURES)
        return [time.perf_counter() - begin]


def changed(query: str) -> Callable[[Browser, Server], list[float]]:
    """Seconds from a changed setting to its picture, and to its band."""

    def measure(browser: Browser, server: Server) -> list[float]:
        with tab(browser, server.address, query) as page:
            times = []
            for arm in OTHERS:
                times.append([value / 1000 for value in page.evaluate(CHANGE, arm)])
                page.wait_for_timeout(500)
            return [statistics.mean(values) for values in zip(*times, strict=True)]

    return measure


def frames(people: int) -> Callable[[Browser, Server], list[float]]:
    """Frames a second while both arms play at full speed."""

    def measure(browser: Browser, server: Server) -> list[float]:
        with tab(browser, server.address, f"organisation.trainees={people}&training.sessions=140") as page:
            speed = page.locator(".learnsim-bar input[type=range]")
            speed.focus()
            speed.press("End")
            page.get_by_role("button", name="Play", exact=True).click()
            page.wait_for_timeout(500)
            return [page.evaluate(COUNT, 1000 * PLAYED)]

    return measure


def weight(browser: Browser, server: Server) -> list[float]:
    """MB over the wire until the page has settled, with an empty cache: everything, and the websocket alone."""
    wire, page = Wire(server), browser.new_page(viewport={"width": 1366, "height": 768})
    network, files = page.context.new_cdp_session(page), []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: files.append(event["encodedDataLength"]))
    page.goto(wire.address)
    page.wait_for_function(PICTURES)
    page.wait_for_timeout(4000)
    counted = wire.count
    page.close()
    wire.listener.close()
    return [counted / 1e6, (counted - sum(files)) / 1e6]


def idle(browser: Browser, server: Server) -> list[float]:
    """Per cent of a processor that the server uses while a page is open and nothing is played."""
    with tab(browser, server.address):
        time.sleep(2)
        return [server.busy(IDLE)]


def left_over(count: int) -> Callable[[Browser, Server], list[float]]:
    """Kernels and threads, and MiB more than after the first tabs, once so many tabs were opened and closed."""

    def open_and_close(context: Any, server: Server, times: int) -> None:
        for _ in range(times):
            page = context.new_page()
            page.goto(server.address)
            page.wait_for_function(PICTURES)
            page.goto("about:blank")
            page.close()
        end = time.monotonic() + 150  # a page that has vanished is given up after two minutes
        while server.keeps()[0] and time.monotonic() < end:
            time.sleep(1)
        time.sleep(1)

    def measure(browser: Browser, server: Server) -> list[float]:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        open_and_close(context, server, 5)
        (_, threads), memory = server.keeps(), server.memory
        open_and_close(context, server, count)
        kernels, after = server.keeps()
        context.close()
        return [kernels, after - threads, server.memory - memory]

    return measure


def rows_of(tabs: int) -> list[list[Row]]:
    """Return what is measured; rows that one measurement fills stand together."""
    small, large, gone = changed(""), changed(LARGE), left_over(tabs)
    return [
        [Row("first picture, warm, s", "< 1.5", first_picture)],
        [Row("changed setting, 240 people, s", "< 0.3", small), Row("its band, s", "< 1.5", small)],
        [Row("changed setting, 2,400 people, s", "< 1", large), Row("its band, s", "", large)],
        [Row("frames a second, 240 people", ">= 30", frames(240), "{:.0f}")],
        [Row("frames a second, 2,400 people", ">= 20", frames(2400), "{:.0f}")],
        [Row("frames a second, 10,000 people", ">= 10", frames(10_000), "{:.0f}")],
        [Row("page weight, MB", "< 1.5", weight), Row("of it the websocket, MB", "", weight)],
        [Row("idle server, % of a processor", "0", idle, "{:.2f}")],
        [
            Row(f"kernels after {tabs} tabs", "0", gone, "{:.0f}"),
            Row("threads more", "0", gone, "{:.0f}"),
            Row("memory more, MiB", "0", gone, "{:.0f}"),
        ],
    ]


def shown(form: str, values: list[float]) -> str:
    """Return a median with the least and the most."""
    middle, least, most = (form.format(value) for value in (statistics.median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({least} to {most})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="the folder of a checkout to compare with")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="a part of the name of the rows that are measured, such as tabs")
    options = parser.parse_args()
    folders = {"now": ROOT, **({"before": options.before.resolve()} if options.before else {})}
    rounds, once = (3, 1) if options.quick else (7, 3)
    with ExitStack() as stack:
        servers = {version: Server(folder / "src") for version, folder in folders.items()}
        for server in servers.values():
            stack.callback(server.process.wait)
            stack.callback(server.process.terminate)
        playwright = stack.enter_context(sync_playwright())
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        print(f"{'':36}{'wanted':>8}  " + "".join(f"{version:26}" for version in servers))
        for rows in rows_of(10 if options.quick else 50):
            if not any(options.only in row.name for row in rows):
                continue
            measure, takes = rows[0].measure, once if rows[0].measure in (weight, idle) else rounds
            takes = 1 if len(rows) == 3 else takes
            values: dict[str, list[list[float]]] = {version: [] for version in servers}
            for _ in range(takes):
                for version, server in servers.items():
                    values[version].append(measure(browser, server))
            for number, row in enumerate(rows):
                cells = "".join(f"{shown(row.form, [take[number] for take in values[version]]):26}" for version in servers)
                print(f"{row.name:36}{row.wanted:>8}  {cells}".rstrip(), flush=True)
        loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
        print(f"load of the machine in the last 1, 5, 15 minutes: {loads}, on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
