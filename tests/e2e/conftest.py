"""A browser, a fake gateway with citizens, and a fake desk with agents, for the tests of the pages.

Tests are skipped by name where /usr/bin/chromium is missing. To run the same walks against another gateway,
override `page_url`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from desk_driver import Agent  # noqa: E402 - found by the line before
from desk_script import PASSWORD  # noqa: E402
from fake_process import FakeDesk, FakeGateway  # noqa: E402
from page_driver import Citizen  # noqa: E402

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)
NewCitizen = Callable[..., Citizen]
NewAgent = Callable[..., Agent]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while Playwright runs, no test of the same process can start an event loop."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def shared_fake(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGateway]:
    """One fake gateway for all tests of a module that leave it well-behaved."""
    gateway = FakeGateway(tmp_path_factory.mktemp("fake"))
    gateway.start()
    yield gateway
    gateway.kill()


@pytest.fixture
def fake(browser: Browser, tmp_path: Path) -> Iterator[FakeGateway]:
    """A fake gateway of the test's own, to kill or to make misbehave."""
    gateway = FakeGateway(tmp_path)
    gateway.start()
    yield gateway
    gateway.kill()


@pytest.fixture(scope="module")
def page_url(shared_fake: FakeGateway) -> str:
    """Where the page is that the walks use."""
    return shared_fake.url


class Watch:
    """Notes what a page must never do: break its own policy, fail in a script, ask another host."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self.hosts: set[str] = set()
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _console(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or (
            kind == "error" and "Failed to load" not in text and "WebSocket" not in text
        ):
            self.problems.append(text)

    def check(self, url: str) -> None:
        assert self.problems == []
        assert self.hosts <= {urlsplit(url).netloc}, "the page asked another host"


@pytest.fixture(scope="module")
def module_citizen(browser: Browser, page_url: str) -> Iterator[NewCitizen]:
    """Like `new_citizen`, for pages that several tests look at."""
    yield from _citizens(browser, lambda: page_url)


@pytest.fixture
def new_citizen(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewCitizen]:
    """Makes citizens: `new_citizen("zh", url=..., **context options)`; each page is watched to its end."""
    yield from _citizens(browser, lambda: request.getfixturevalue("page_url"))


def _citizens(browser: Browser, default_url: Callable[[], str]) -> Iterator[NewCitizen]:
    opened: list[tuple[BrowserContext, Watch, str]] = []

    def make(language: str = "zh", url: str | None = None, **options: Any) -> Citizen:
        usual = {"locale": language, "viewport": {"width": 390, "height": 844}, "service_workers": "block"}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(WAIT_MS)
        url = url or default_url()
        opened.append((context, Watch(context), url))
        return Citizen(context.new_page()).open(url)

    yield make
    for context, watch, url in opened:
        context.close()
        watch.check(url)


@pytest.fixture(scope="module")
def shared_desk(browser: Browser) -> Iterator[FakeDesk]:
    """One fake desk for all tests of a module."""
    desk = FakeDesk()
    desk.start()
    yield desk
    desk.kill()


@pytest.fixture
def desk(shared_desk: FakeDesk) -> FakeDesk:
    """The fake desk as at its beginning."""
    shared_desk.reset()
    return shared_desk


@pytest.fixture
def new_agent(browser: Browser, desk: FakeDesk) -> Iterator[NewAgent]:
    """Makes agents: `new_agent("chen", language="zh-CN", **context options)`; None: nobody is signed in."""
    yield from _agents(browser, desk.page)


@pytest.fixture(scope="module")
def module_agent(browser: Browser, shared_desk: FakeDesk) -> Iterator[NewAgent]:
    """Like `new_agent`, for pages that several tests look at."""
    shared_desk.reset()
    yield from _agents(browser, shared_desk.page)


def _agents(browser: Browser, default_url: str) -> Iterator[NewAgent]:
    opened: list[tuple[BrowserContext, Watch, str]] = []

    def make(
        username: str | None = "chen",
        language: str = "zh-CN",
        url: str = default_url,
        password: str = PASSWORD,
        **options: Any,
    ) -> Agent:
        context = browser.new_context(**{"locale": language, "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(WAIT_MS)
        opened.append((context, Watch(context), url))
        agent = Agent(context.new_page()).open(url)
        return agent if username is None else agent.sign_in(username, password)

    yield make
    for context, watch, url in opened:
        context.close()
        watch.check(url)
