"""The desk in five languages, at 390 and 1280 pixels, light and dark: nothing sideways, nothing that axe finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from desk_driver import Agent
from page_axe import violations
from playwright.sync_api import expect

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
VIEWS = (
    "work",
    "work/c-gas",
    "work/c-visa",
    "callbacks",
    "board",
    "undelivered",
    "admin/modes",
    "admin/notices",
    "admin/canned",
    "admin/shifts",
    "admin/agents",
)
DIALOGS = ("transfer", "invite", "return", "close", "reveal", "shortcuts", "account", "agent", "canned", "notice")
WIDTHS = {390: 844, 1280: 800}
NewAgent = Callable[..., Agent]


@pytest.fixture(scope="module", params=LANGUAGES)
def chief(request: pytest.FixtureRequest, module_agent: NewAgent) -> Agent:
    """An administrator, who sees every view, at the desk in one language."""
    return module_agent("admin", language=request.param)


def walk(agent: Agent, view: str) -> None:
    """Shows a view and waits until it has what it shows."""
    agent.go(view)
    if view != "work":
        agent.page.wait_for_function(
            """() => {
              const texts = root => [...root.querySelectorAll('*')].flatMap(one =>
                one.shadowRoot ? texts(one.shadowRoot) : one.getAttribute('role') === 'status' ? [one.className] : []);
              return !texts(document).includes('empty');
            }"""
        )
    agent.page.wait_for_timeout(60)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_view_needs_sideways_scrolling(chief: Agent, width: int) -> None:
    chief.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    wide = {}
    for view in VIEWS:
        walk(chief, view)
        if found := chief.too_wide():
            wide[view] = found
    assert wide == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_dialog_needs_sideways_scrolling(chief: Agent, width: int) -> None:
    chief.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    chief.show("c-visa")
    wide = {}
    for kind in DIALOGS:
        ask(chief, kind)
        if found := chief.too_wide():
            wide[kind] = found
        chief.page.keyboard.press("Escape")
        expect(chief.dialog).to_have_count(0)
    assert wide == {}


def ask(agent: Agent, kind: str) -> None:
    agent.page.evaluate("kind => document.querySelector('desk-app').desk.ask(kind, 'c-visa')", kind)
    expect(agent.dialog).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_every_word_is_there_and_in_the_language_of_the_page(chief: Agent, view: str) -> None:
    walk(chief, view)
    language = chief.page.evaluate("document.documentElement.lang")
    words = chief.page.evaluate("l => fetch(`desk/static/i18n/${l}.json`).then(r => r.json())", language)
    shown = chief.page.locator("desk-app").inner_text()
    keys = [key for key in words if "_" in key and key in shown.split()]
    assert keys == [], "keys instead of words"
    assert words["name"] in chief.page.title()


@pytest.fixture(scope="module", params=[(1280, "light"), (390, "dark")], ids=str)
def seen(request: pytest.FixtureRequest, module_agent: NewAgent) -> Agent:
    """A Chinese desk, wide and light or narrow and dark."""
    width, scheme = request.param
    size = {"width": width, "height": WIDTHS[width]}
    return module_agent("admin", color_scheme=scheme, viewport=size)


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_a_view(seen: Agent, view: str) -> None:
    walk(seen, view)
    assert violations(seen.page) == []


@pytest.mark.parametrize("kind", DIALOGS)
def test_axe_finds_nothing_in_a_dialog(seen: Agent, kind: str) -> None:
    seen.show("c-visa")
    ask(seen, kind)
    found = violations(seen.page)
    seen.page.keyboard.press("Escape")
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_login(new_agent: NewAgent, scheme: Literal["light", "dark"]) -> None:
    agent = new_agent(None, color_scheme=scheme)
    assert violations(agent.page) == []
    agent.page.locator("#username").fill("wang")
    agent.page.locator("#password").fill("guess")
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_role("alert")).not_to_be_empty()
    assert violations(agent.page) == []


def test_axe_finds_nothing_where_an_agent_works(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.take("c-lamp")
    expect(agent.page.locator("desk-message .other").first).to_be_visible()
    agent.note("备注")
    agent.box.fill("/")
    assert violations(agent.page) == []
    agent.page.locator("desk-composer .seg button").first.click()
    agent.box.fill("/")
    expect(agent.page.locator("canned-list li").first).to_be_visible()
    assert violations(agent.page) == []
    agent.box.fill("请稍等")
    agent.box.press("Enter")
    expect(agent.page.locator("desk-composer #preview")).to_be_visible()
    assert violations(agent.page) == []
    agent.page.locator('facts-panel [data-act="ticket"]').click()
    assert violations(agent.page) == []


def test_on_a_narrow_screen_three_tabs_show_one_part_each(new_agent: NewAgent) -> None:
    agent = new_agent(viewport={"width": 390, "height": 844})
    page = agent.page
    expect(page.locator("queue-list")).to_be_visible()
    agent.take("c-lamp")
    expect(page.locator("conversation-view")).to_be_visible()
    expect(page.locator("queue-list")).not_to_be_visible()
    page.get_by_role("button", name="资料").first.click()
    expect(page.locator("facts-panel")).to_be_visible()
    expect(page.locator("conversation-view")).not_to_be_visible()
    dialog = None
    page.locator(".tabs .talk").click()
    dialog = agent.act("close")
    expect(dialog).to_be_visible()


def test_the_language_of_the_desk_is_chosen_and_remembered(new_agent: NewAgent) -> None:
    agent = new_agent()
    agent.page.locator("desk-language #toggle").click()
    agent.page.locator("desk-language li").filter(has_text="日本語").click()
    expect(agent.page.locator("queue-list")).to_contain_text("待ち（3）")
    agent.page.reload()
    expect(agent.page.locator("html")).to_have_attribute("lang", "ja")
