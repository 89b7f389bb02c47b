"""How heavy the citizen's page is and how soon it can be written into: `python -m benchmarks.page`.

A real gateway (no bot: the page does not wait for it) serves a headless Chromium with an empty cache, once as the
machine is and once with the processor slowed down four times by the browser's own means. The page can be written into
when the message box of its HTML is painted, and is whole when the components have put theirs in its place. Weight is
what the server sends until then, as it is compressed on the line; what the page fetches later is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.launching import CannotStart, free_port, launched, wait_for
from benchmarks.machine import describe

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
SLOW = 4
_START_SECONDS = 60.0
_WAIT_MS = 60_000
_WATCH = """
  const look = () => {
    const app = document.querySelector('hotline-app');
    const box = app?.shadowRoot?.querySelector('hotline-composer')?.shadowRoot?.querySelector('textarea');
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    const there = box ?? document.querySelector('.first textarea');
    if (painted && there) window.__writable ??= performance.now();
    if (box && window.__writable) window.__whole = performance.now();
    else requestAnimationFrame(look);
  };
  look();
"""
_SENT = """before => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(one => one.startTime <= before)
  .map(one => [one.name, one.encodedBodySize, one.transferSize, one.decodedBodySize])"""


@dataclass(frozen=True)
class FirstLook:
    """One load of the page with an empty cache.

    Attributes:
        body_bytes: what was sent until the page was whole, compressed, without heads; sent_bytes: with an
            allowance of 300 bytes a head, as browsers count it; plain_bytes: the same unpacked.
        files: how many answers that were.
        later_bytes: bodies fetched in the two seconds after.
        writable_ms: from the start of the navigation until a message box was painted.
        whole_ms: until the components' message box was there, which also sends.
    """

    language: str
    slowdown: int
    files: int
    body_bytes: int
    sent_bytes: int
    plain_bytes: int
    later_bytes: int
    writable_ms: float
    whole_ms: float


def first_look(browser: Browser, url: str, language: str, slowdown: int = 1, later_seconds: float = 0.0) -> FirstLook:
    """Loads the page once, as somebody who was never there."""
    context = browser.new_context(
        locale=language, viewport={"width": 390, "height": 844}, service_workers="block"
    )  # what the worker keeps comes after, and mostly from the browser's cache
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        page.add_init_script(_WATCH)
        page.goto(url)
        page.wait_for_function("() => window.__whole > 0", timeout=_WAIT_MS)
        writable, whole = (float(page.evaluate(f"window.{name}")) for name in ("__writable", "__whole"))
        page.wait_for_timeout(later_seconds * 1000)
        sent = page.evaluate(_SENT, whole)
        everything = page.evaluate(_SENT, 1e9)
    finally:
        context.close()
    return FirstLook(
        language=language,
        slowdown=slowdown,
        files=len(sent),
        body_bytes=sum(one[1] for one in sent),
        sent_bytes=sum(one[2] for one in sent),
        plain_bytes=sum(one[3] for one in sent),
        later_bytes=sum(one[1] for one in everything) - sum(one[1] for one in sent),
        writable_ms=writable,
        whole_ms=whole,
    )


@contextmanager
def gateway(folder: Path) -> Iterator[str]:
    """A gateway of its own; gives its address. Raises CannotStart."""
    port, log = free_port(), folder / "gateway.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environ |= {"HOTLINE_DATA_DIR": str(folder), "HOTLINE_HTTP_PORT": str(port)}
    with launched([sys.executable, "-m", "channels.gateway"], environ, ROOT, log) as process:
        url = f"http://127.0.0.1:{port}/"
        wait_for(f"{url}healthz", process, log, _START_SECONDS)
        yield url


def measured(runs: int) -> list[FirstLook]:
    """One load a language for the weight, then `runs` slow and quick ones in Chinese for the time."""
    with tempfile.TemporaryDirectory() as folder, gateway(Path(folder)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        first_look(browser, url, "zh")  # the browser's own start is nobody's page
        looks = [first_look(browser, url, language, later_seconds=2) for language in LANGUAGES]
        for slowdown in (1, SLOW):
            looks += [first_look(browser, url, "zh", slowdown) for _ in range(runs)]
        browser.close()
    return looks


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures as text, or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="loads for each figure of time (default 7)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        looks = measured(options.runs)
    except CannotStart as error:
        sys.exit(f"page: {error}")
    if options.json:
        print(json.dumps({"machine": describe(), "looks": [asdict(look) for look in looks]}, indent=1))
        return 0
    print(f"machine: {describe()}\n")
    print("| language | files | compressed | with heads | unpacked | afterwards |\n|---|---|---|---|---|---|")
    for look in looks[: len(LANGUAGES)]:
        sizes = (look.body_bytes, look.sent_bytes, look.plain_bytes, look.later_bytes)
        print(f"| {look.language} | {look.files} | {' | '.join(f'{size / 1000:.1f} kB' for size in sizes)} |")
    print("\n| processor | writable, median | slowest | whole, median | slowest |\n|---|---|---|---|---|")
    for slowdown in (1, SLOW):
        timed = [look for look in looks[len(LANGUAGES) :] if look.slowdown == slowdown]
        name = "as it is" if slowdown == 1 else f"slowed {slowdown} times"
        print(f"| {name} | {_times([one.writable_ms for one in timed])} | {_times([one.whole_ms for one in timed])} |")
    return 0


def _times(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.0f} ms | {max(milliseconds):.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
