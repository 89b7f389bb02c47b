"""What is written arrives exactly once, whatever happens to server, socket and page."""

from __future__ import annotations

from collections.abc import Callable

from fake_process import FakeGateway
from kept_away import KeptAway
from page_driver import Citizen
from playwright.sync_api import Route, expect

NewCitizen = Callable[..., Citizen]
CHALLENGE = {
    "parameters": {"algorithm": "SHA-256", "cost": 1, "keyLength": 32, "keyPrefix": "", "nonce": "00", "salt": "00"},
    "signature": "any",
}
"""A proof of work that any number proves."""


def test_text_written_while_the_server_is_dead_arrives_exactly_once(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    citizen.say("before the power cut")
    fake.kill()
    citizen.wait_for("state.connection === 'reconnecting'")
    citizen.type("during the power cut")
    expect(citizen.page.locator("message-bubble .unsent")).to_have_text("during the power cut")
    expect(citizen.page.locator("connection-state")).to_contain_text("Reconnecting")
    fake.start()
    expect(citizen.bubble("Received: during the power cut")).to_be_visible()
    assert citizen.bubble("during the power cut").count() == 2
    assert fake.said("during the power cut") == 1


def test_a_crash_between_storing_and_acknowledging_doubles_nothing(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    fake.behave(crash_after_store=True)
    citizen.type("hello out there")
    citizen.wait_for("state.connection === 'reconnecting'")
    fake.kill()
    fake.start()
    expect(citizen.bubble("Received: hello out there")).to_be_visible()
    assert fake.said("hello out there") == 1
    assert citizen.bubble("hello out there").count() == 2


def test_unsent_text_survives_a_reload(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    citizen.page.context.set_offline(True)
    citizen.wait_for("state.connection === 'offline'")
    citizen.type("written in the tunnel")
    citizen.page.context.set_offline(False)
    fake.behave(refuse_upgrades=False)
    citizen.page.reload()
    expect(citizen.bubble("Received: written in the tunnel")).to_be_visible()
    assert fake.said("written in the tunnel") == 1


def test_a_reload_restores_the_conversation(page_url: str, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("ja")
    citizen.complain("ja")
    before = citizen.bubbles.all_inner_texts()
    citizen.page.reload()
    citizen.wait_for("state.messages.length >= argument", len(before))
    expect(citizen.page.locator("ticket-card").first).to_be_visible()
    assert citizen.bubbles.all_inner_texts() == before


def test_where_sockets_are_refused_it_goes_on_by_events_and_posts(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    fake.behave(refuse_upgrades=True)
    citizen = new_citizen("ko", url=fake.url)
    citizen.complain("ko")
    fake.kill()
    citizen.type("전기가 나갔다 왔어요")
    fake.start()
    fake.behave(refuse_upgrades=True)
    expect(citizen.bubble("받음: 전기가 나갔다 왔어요")).to_be_visible()
    assert fake.said("전기가 나갔다 왔어요") == 1


def test_a_conversation_the_server_forgot_is_followed_by_a_new_one(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    citizen.say("an old matter")
    fake.behave(forget=True)
    citizen.page.reload()
    expect(citizen.page.locator("connection-state")).to_contain_text("has expired")
    citizen.wait_for("state.messages.length === 1")
    citizen.say("a new matter")
    expect(citizen.bubble("an old matter")).to_have_count(0)


def test_a_turn_that_failed_can_be_tried_again(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    fake.behave(break_turns=1)
    citizen.say("please answer me")
    citizen.page.get_by_role("button", name="Try again").click()
    expect(citizen.bubble("Received: please answer me")).to_be_visible()
    assert fake.said("please answer me") == 1


def test_two_tabs_show_one_conversation(page_url: str, new_citizen: NewCitizen) -> None:
    first = new_citizen("en")
    second = Citizen(first.page.context.new_page()).open(page_url)
    first.say("said in the first tab")
    expect(second.bubble("Received: said in the first tab")).to_be_visible()
    second.say("said in the second tab")
    expect(first.bubble("Received: said in the second tab")).to_be_visible()


def test_a_part_that_a_weak_connection_kept_away_comes_later(page_url: str, new_citizen: NewCitizen) -> None:
    citizen, extras = new_citizen("en"), KeptAway(2)
    citizen.page.route("**/static/extras.js*", extras)
    citizen.page.reload()
    citizen.wait_for("state.messages.length > 0")
    expect(citizen.page.locator("link[rel=manifest]")).to_have_count(1)
    assert extras.came


def test_the_card_of_a_ticket_comes_though_its_file_did_not_at_first(page_url: str, new_citizen: NewCitizen) -> None:
    citizen, card = new_citizen("en"), KeptAway(2)
    citizen.page.route("**/ticket-card.js*", card)
    ticket = citizen.complain("en")
    expect(citizen.page.locator("ticket-card #number").first).to_be_visible()
    citizen.page.evaluate("number => location.hash = `#ticket/${number}`", ticket["number"])
    expect(citizen.page.locator("ticket-view ticket-course")).to_be_visible()
    expect(citizen.page.locator("ticket-view ticket-card #number")).to_be_visible()
    assert card.came, "and it is there once, for messages and for the view of a ticket"


def test_a_conversation_opens_though_the_work_for_it_could_not_be_begun(page_url: str, new_citizen: NewCitizen) -> None:
    citizen, proof, asked = new_citizen("en"), KeptAway(1), []
    page = citizen.page

    def opening(route: Route) -> None:
        asked.append(route.request.post_data_json)
        if "solution" in asked[-1]:
            del asked[-1]["solution"]
            route.continue_(post_data=asked[-1])
        else:
            route.fulfill(status=429, json={"code": "challenge_required", "challenge": CHALLENGE})

    page.route("**/api/v1/conversations", opening)
    page.route("**/static/proof.js*", proof)
    page.evaluate("localStorage.clear()")
    page.reload()
    citizen.wait_for("state.messages.length > 0")
    assert proof.came and len(asked) == 3, "asked for work, asked again after it failed, opened"
