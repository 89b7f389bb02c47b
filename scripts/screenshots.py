"""Takes the README's pictures of the citizen page from the real, running system.

Usage: `python -m scripts.screenshots` (needs the trained models, Chromium and CJK fonts). It starts a system of its
own on a temporary data folder and talks to it as a citizen does; nothing in the pictures is made up.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.system import ROOT, System

sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from page_driver import Citizen

FOLDER = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
LARGEST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at the page, and what he or she says first."""

    file: str
    language: str
    width: int
    height: int
    opening: str


PICTURES = (
    Picture(
        "page-390.png", "zh", 390, 844, "解放路15号门口的路灯坏了三天没人修，晚上很黑。我叫王芳，电话13812345678。"
    ),
    Picture(
        "page-1280.png",
        "en",
        1280,
        680,
        "The street light at 15 Jiefang Road has been out for three days. I'm Mary Smith, my number is 13812345678.",
    ),
)


def take(browser: Browser, url: str, picture: Picture) -> Path:
    """Files a complaint on the page and takes its picture with the ticket in it."""
    viewport = {"width": picture.width, "height": picture.height}
    context = browser.new_context(locale=picture.language, viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]
    citizen = Citizen(context.new_page()).open(url)
    citizen.say(picture.opening)
    citizen.finish(picture.language)
    citizen.page.wait_for_timeout(300)
    file = FOLDER / picture.file
    citizen.page.screenshot(path=file)
    context.close()
    return file


def main() -> int:
    """Takes all pictures; gives the exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder)).wait_until_up()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                files = [take(browser, f"{system.url}/", picture) for picture in PICTURES]
                browser.close()
        finally:
            system.stop()
    for file in files:
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}: {size / 1000:.0f} kB")
        if size > LARGEST_BYTES:
            print(f"{file.name} is larger than {LARGEST_BYTES / 1000:.0f} kB", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
