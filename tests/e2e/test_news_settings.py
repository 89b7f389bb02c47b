"""The citizen says how to hear of tickets beside the conversation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from page_axe import violations
from page_driver import TOO_WIDE, Citizen
from playwright.sync_api import Locator, Route, expect

NewCitizen = Callable[..., Citizen]
KEPT: dict[str, Any] = {
    "language": None,
    "email": {"offered": True, "level": "answers", "address": None, "state": None},
    "sms": {"offered": True, "level": "none"},
    "subscribe": {"offered": False, "level": "answers"},
    "quiet": {"from": "21:00", "until": "08:00"},
}


class Server:
    """Keeps wishes as the gateway does."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.put: list[dict[str, Any]] = []
        self.kept = json.loads(json.dumps(KEPT))

    def __call__(self, route: Route) -> None:
        if route.request.method == "PUT":
            wish = json.loads(route.request.post_data or "{}")
            self.put.append(wish)
            for name, value in wish.items():
                self.kept[name].update(value)
            if "address" in wish.get("email", {}):
                self.kept["email"]["state"] = "asked" if self.kept["email"]["address"] else None
        route.fulfill(status=self.status, json=self.kept if self.status == 200 else {"code": "invalid_field"})


def opened(citizen: Citizen, server: Server) -> Locator:
    """The settings, by the way that a citizen goes: tickets, then the button at their foot."""
    page = citizen.page
    page.route("**/preferences", server)
    page.locator("hotline-app nav .tool").nth(1).click()
    page.locator("ticket-view .actions button").last.click()
    return page.locator("news-settings dialog")


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
def test_a_citizen_gives_an_address_and_is_told_to_confirm_it(new_citizen: NewCitizen, language: str) -> None:
    citizen, server = new_citizen(language), Server()
    dialog = opened(citizen, server)
    dialog.locator("#address").fill("li@example.com")
    dialog.locator("[aria-labelledby=sms-level] label").nth(1).click()  # every step
    dialog.locator("#from").fill("22:30")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".said")).to_be_visible()
    assert server.put == [
        {
            "quiet": {"from": "22:30", "until": "08:00"},
            "email": {"level": "answers", "address": "li@example.com"},
            "sms": {"level": "every_step"},
        }
    ]
    assert violations(citizen.page) == [] and citizen.page.evaluate(TOO_WIDE) == []
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".said")).to_be_visible()
    assert "address" not in server.put[-1]["email"]  # it is not asked about again


def test_a_city_without_other_ways_promises_none(new_citizen: NewCitizen) -> None:
    citizen, server = new_citizen("en"), Server()
    for way in ("email", "sms", "subscribe"):
        server.kept[way]["offered"] = False
    dialog = opened(citizen, server)
    expect(dialog).to_contain_text("No other ways are available here at present.")
    expect(dialog.locator("input, button[type=submit]")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
def test_an_address_can_be_taken_back_where_e_mails_are_sent_no_more(new_citizen: NewCitizen, language: str) -> None:
    citizen, server = new_citizen(language), Server()
    server.kept["email"] = {"offered": False, "level": "answers", "address": "li@example.com", "state": "confirmed"}
    dialog = opened(citizen, server)
    expect(dialog).to_contain_text("li@example.com")
    assert violations(citizen.page) == [] and citizen.page.evaluate(TOO_WIDE) == []
    every_step = dialog.get_by_role("radio").nth(1)
    every_step.click()  # not saved yet, and saved with it
    dialog.locator("fieldset p + button").click()
    expect(dialog.locator(".said")).to_be_visible()
    expect(dialog).not_to_contain_text("li@example.com")
    expect(every_step).to_be_checked()
    [put] = server.put
    assert (put["email"], put["sms"]) == ({"address": None}, {"level": "every_step"})


def test_what_the_server_refuses_is_said_and_nothing_is_lost(new_citizen: NewCitizen) -> None:
    citizen, server = new_citizen("en"), Server()
    dialog = opened(citizen, server)
    dialog.locator("#address").fill("li@nowhere")
    server.status = 422
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".problem")).to_contain_text("check the e-mail address")
    expect(dialog.locator("#address")).to_have_value("li@nowhere")
