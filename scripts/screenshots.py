"""Takes the documents' pictures of the citizen page and the desk from running systems.

Usage: `python -m scripts.screenshots [page] [desk]` (both without a word; needs Chromium and CJK fonts, the page also
the trained models). The page's pictures come from a whole system of its own; the desk's from a real gateway with the
scripted bot of tests/e2e. It talks to them as citizens and agents do; nothing in the pictures is painted in.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.system import ROOT, System

sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from desk_driver import Agent
from desk_system import PASSWORD
from fake_process import free_port
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


WAITING = (
    ("zh", ("小区门口的路灯坏了三天，晚上很黑。", "解放路15号门口。请帮我转人工")),
    ("ko", ("상담원 연결해 주세요",)),
    ("en", ("I would like to talk to a person about noise at night",)),
)
"""Citizens who wait at the desk: the language, and what they say."""


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


def take_page(browser: Browser) -> list[Path]:
    """The pictures of the citizen page."""
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder)).wait_until_up()
        try:
            return [take(browser, f"{system.url}/", picture) for picture in PICTURES]
        finally:
            system.stop()


def take_desk(browser: Browser) -> list[Path]:
    """The pictures of the desk: an agent at work, on a wide screen and on a narrow one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{(port := free_port())}"
        program = [sys.executable, str(ROOT / "tests" / "e2e" / "desk_system.py"), "--port", str(port)]
        settings = ["--data-dir", folder, "--set", "DESK_ASSIGNMENT=off"]
        process = subprocess.Popen([*program, *settings], stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None and process.stdout.readline(), "the gateway did not start"
            return _desk_pictures(browser, url)
        finally:
            process.terminate()
            process.wait(15)


def _desk_pictures(browser: Browser, url: str) -> list[Path]:
    agent = _agent(browser, url, "wang", 1280, 720)
    agent.page.get_by_label("状态").select_option("available")
    waiting = [_waits(browser, url, language, said) for language, said in WAITING]
    first = waiting[0].page.evaluate("JSON.parse(localStorage.getItem('hotline.session')).id")
    agent.wait_for("state.queue.some(one => one.conversation_id === argument)", first)
    agent.take(first)
    agent.write("您好，我是王芳。请问路灯是从哪天开始不亮的？")
    waiting[0].type("三天前。小区里老人多，晚上出门很不方便。")
    agent.page.locator("desk-message").filter(has_text="三天前").wait_for()
    agent.note("老人多，请城管局优先安排")
    agent.page.locator("desk-composer .seg button").first.click()
    files = [_shot(agent, "desk-1280.png")]
    narrow = _agent(browser, url, "wang", 390, 844)
    narrow.show(first)
    files.append(_shot(narrow, "desk-390.png"))
    return files


def _agent(browser: Browser, url: str, username: str, width: int, height: int) -> Agent:
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}, reduced_motion="reduce")
    return Agent(context.new_page()).open(f"{url}/desk").sign_in(username, PASSWORD)


def _waits(browser: Browser, url: str, language: str, said: tuple[str, ...]) -> Citizen:
    citizen = Citizen(browser.new_context(locale=language).new_page()).open(f"{url}/")
    for text in said:
        citizen.say(text)
    citizen.wait_for("state.owner === 'queue'")
    return citizen


def _shot(agent: Agent, name: str) -> Path:
    agent.page.wait_for_timeout(600)
    agent.page.screenshot(path=FOLDER / name)
    return FOLDER / name


def main() -> int:
    """Takes the pictures; gives the exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or ["page", "desk"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        files = [file for name in wanted for file in {"page": take_page, "desk": take_desk}[name](browser)]
        browser.close()
    for file in files:
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}: {size / 1000:.0f} kB")
        if size > LARGEST_BYTES:
            print(f"{file.name} is larger than {LARGEST_BYTES / 1000:.0f} kB", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
