"""A whole complaint in each of the five languages, and what its page looks like to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from page_axe import violations
from page_driver import BROKEN_WORDS, SPACED, Citizen
from playwright.sync_api import expect

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
CATEGORY = {
    "zh": "路灯故障",
    "en": "Street light out",
    "ja": "街灯の故障",
    "ko": "가로등 고장",
    "ru": "Не горит уличный фонарь",
}
DUE = {
    "zh": "2026年12月7日 17:30",
    "en": "7 December 2026 at 17:30",
    "ja": "2026年12月7日 17:30",
    "ko": "2026년 12월 7일",
    "ru": "7 декабря 2026 г. в 17:30",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def talked(request: pytest.FixtureRequest, module_citizen: Callable[..., Citizen]) -> tuple[str, Citizen]:
    """A citizen who has just filed a complaint."""
    citizen = module_citizen(request.param)
    citizen.complain(request.param)
    return request.param, citizen


def test_a_whole_complaint_ends_with_a_ticket_card(talked: tuple[str, Citizen]) -> None:
    language, citizen = talked
    ticket = citizen.state()["messages"][-1]["data"]["ticket"]
    card = citizen.page.locator("ticket-card").first
    expect(card.locator("#number")).to_have_text(ticket["number"])
    if ticket["number"] == "20261126004711":
        expect(card).to_contain_text(CATEGORY[language])
        expect(card).to_contain_text(DUE[language])


def test_the_page_speaks_the_language_of_the_conversation(talked: tuple[str, Citizen]) -> None:
    language, citizen = talked
    expect(citizen.page.locator("html")).to_have_attribute("lang", language)
    expect(citizen.bubbles.first).to_have_attribute("lang", language)
    words = citizen.page.evaluate("l => fetch(`static/i18n/${l}.json`).then(r => r.json())", language)
    expect(citizen.page.locator("h1")).to_contain_text(words["name"])
    assert words["name"] in citizen.page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_nothing(talked: tuple[str, Citizen], width: int, scheme: Literal["light", "dark"]) -> None:
    _, citizen = talked
    citizen.page.emulate_media(color_scheme=scheme)
    citizen.page.set_viewport_size({"width": width, "height": 844})
    found = violations(citizen.page)
    citizen.page.set_viewport_size({"width": 390, "height": 844})
    assert found == []


@pytest.mark.parametrize("width", [320, 390, 640])
def test_nothing_needs_sideways_scrolling(talked: tuple[str, Citizen], width: int) -> None:
    _, citizen = talked
    page = citizen.page
    page.set_viewport_size({"width": width, "height": 640})
    assert citizen.too_wide() == []
    page.locator("nav button").nth(1).click()
    dialog = page.locator("ticket-view dialog")
    expect(dialog).to_be_visible()  # it is loaded when it is first wanted
    assert citizen.too_wide() == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("width", [320, 360, 390])
def test_no_word_in_the_head_is_broken(talked: tuple[str, Citizen], width: int) -> None:
    language, citizen = talked
    citizen.page.set_viewport_size({"width": width, "height": 844})
    words = citizen.page.locator("hotline-app nav .tool span" if language in SPACED else "hotline-app nav .whole")
    broken = words.evaluate_all(BROKEN_WORDS)
    citizen.page.set_viewport_size({"width": 390, "height": 844})
    assert broken == []


def test_buttons_are_large_enough_for_a_finger(talked: tuple[str, Citizen]) -> None:
    _, citizen = talked
    small = citizen.page.evaluate(
        """() => {
          const found = [];
          const walk = root => root.querySelectorAll('*').forEach(element => {
            if (element.shadowRoot) walk(element.shadowRoot);
            const box = element.getBoundingClientRect();
            if (element.matches('button, textarea, aside a') && box.width && (box.width < 44 || box.height < 44))
              found.push(element.textContent.trim());
          });
          walk(document);
          return found;
        }"""
    )
    assert small == []
