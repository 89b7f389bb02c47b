"""The page on the real, trained system: a whole complaint in each language, and a gateway that dies meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_axe import violations
from page_driver import ANSWERS, Citizen
from playwright.sync_api import expect

from tests.system import System

NewCitizen = Callable[..., Citizen]
HUMAN = {
    "zh": "转人工",
    "en": "I want to talk to a person",
    "ja": "人と話したいです",
    "ko": "상담원 연결해 주세요",
    "ru": "соедините с оператором",
}


def ticket_over_http(system: System, number: str, citizen: Citizen) -> int:
    """The status of asking for a ticket with the citizen's last four digits, from the page itself."""
    return int(
        citizen.page.evaluate(
            "number => fetch(`api/v1/tickets/${number}?phone_last4=5678`).then(r => r.status)", number
        )
    )


@pytest.mark.parametrize("language", ANSWERS)
def test_a_whole_complaint_on_the_real_page_ends_with_a_ticket_that_exists(
    system: System, new_citizen: NewCitizen, language: str
) -> None:
    citizen = new_citizen(language, url=f"{system.url}/")
    ticket = citizen.complain(language)
    card = citizen.page.locator("ticket-card").first
    expect(card.locator("#number")).to_have_text(ticket["number"])
    assert ticket["category"] == "street_light"
    assert ticket_over_http(system, ticket["number"], citizen) == 200
    expect(citizen.page.locator("html")).to_have_attribute("lang", language)
    assert violations(citizen.page) == [] and citizen.too_wide() == []


@pytest.mark.parametrize("language", ANSWERS)
def test_a_person_is_asked_for_in_words_on_the_real_page(
    system: System, new_citizen: NewCitizen, language: str
) -> None:
    citizen = new_citizen(language, url=f"{system.url}/")
    citizen.say(HUMAN[language])
    citizen.wait_for("state.owner === 'queue'")


def test_a_gateway_killed_in_mid_conversation_loses_and_doubles_nothing(
    system: System, new_citizen: NewCitizen
) -> None:
    citizen = new_citizen("en", url=f"{system.url}/")
    citizen.press()
    citizen.say(ANSWERS["en"]["description"])
    system.kill("channels.gateway")
    citizen.wait_for("state.connection === 'reconnecting'")
    written = "Jiefang Road, written while the hotline was away"
    citizen.type(written)
    expect(citizen.page.locator("message-bubble .unsent")).to_have_text(written)
    system.wait_until_ready()
    citizen.wait_for("state.connection === 'online' && state.unsent.length === 0")
    citizen.wait_for("state.messages.at(-1).sender === 'bot'")
    texts = [message["text"] for message in citizen.state()["messages"] if message["sender"] == "citizen"]
    assert texts.count(written) == 1 and texts.count(ANSWERS["en"]["description"]) == 1
    form = citizen.state()["messages"][-1]["data"]["form"]
    assert "location" in form["filled"]
    before = citizen.state()["messages"]
    citizen.page.reload()
    citizen.wait_for("state.messages.length >= argument", len(before))
    assert citizen.state()["messages"] == before


def test_danger_on_the_real_page_shows_the_number_to_call(system: System, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh", url=f"{system.url}/")
    citizen.say("我家厨房着火了，火很大！")
    expect(citizen.page.locator("emergency-card a").first).to_have_attribute("href", "tel:119")
