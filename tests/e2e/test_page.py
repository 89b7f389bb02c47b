"""The page's parts, one habit a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_process import FakeGateway
from page_axe import violations
from page_driver import Citizen
from page_script import PHONE_LAST4, TICKET, WORDS
from playwright.sync_api import Route, expect

from tests.pictures import photo

NewCitizen = Callable[..., Citizen]
PHOTO = photo("PNG", mode="L")
WORDS_ASKED = """() => performance.getEntriesByType('resource').some(({name}) => name.endsWith('i18n/zh.json'))"""
"""The page's first script runs."""


def test_buttons_stand_under_the_newest_answer_only_and_are_echoed(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    expect(citizen.page.locator("quick-replies button")).to_have_text(["Report a problem", "Ask a question"])
    citizen.press()
    expect(citizen.page.locator("quick-replies button")).to_have_count(0)
    expect(citizen.bubbles.nth(1)).to_have_text("Report a problem")
    expect(citizen.page.locator("form-progress")).to_contain_text("What happened")


def test_a_whole_complaint_works_with_the_keyboard_alone(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    page = citizen.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip button
    expect(citizen.box).to_be_focused()
    for key in ("Shift+Tab", "Shift+Tab", "Shift+Tab", "Enter"):  # past the attachment button and the second answer
        page.keyboard.press(key)
    citizen.wait_for("state.messages.length === 3")
    expect(citizen.box).to_be_focused()
    for answer in WORDS["en"].answers:
        before = citizen.answers()
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        citizen.wait_for("state.messages.filter(m => m.sender === 'bot').length > argument", before)
        expect(citizen.box).to_be_focused()
    for key in ("Shift+Tab", "Shift+Tab", "Shift+Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("ticket-card").first).to_be_visible()


def test_enter_that_ends_a_composed_word_does_not_send(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    citizen.box.focus()
    session = citizen.page.context.new_cdp_session(citizen.page)
    session.send("Input.imeSetComposition", {"text": "ludeng", "selectionStart": 6, "selectionEnd": 6})
    citizen.page.keyboard.press("Enter")
    session.send("Input.insertText", {"text": "路灯"})
    assert "路灯" in citizen.box.input_value()
    assert citizen.state()["unsent"] == []
    assert len(citizen.state()["messages"]) == 1
    citizen.box.fill("路灯坏了")
    citizen.box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    assert len(citizen.state()["messages"]) == 1
    citizen.box.press("Shift+Enter")
    assert citizen.box.input_value() == "路灯坏了\n"


def held(citizen: Citizen, file: str) -> Route:
    """Opens the page anew without one of its scripts; gives the request that waits for it."""
    waiting: list[Route] = []
    citizen.page.route(f"**/{file}", lambda route: waiting.append(route))
    with citizen.page.expect_request(f"**/{file}"):
        citizen.page.reload(wait_until="commit")
    citizen.page.locator(".first textarea").wait_for()
    return waiting[0]


def test_what_is_written_before_the_page_is_whole_goes_on_in_its_message_box(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    citizen.box.fill("昨天写的")
    script, first = held(citizen, "main.js"), citizen.page.locator(".first textarea")
    first.press_sequentially("路灯坏")
    first.press("ArrowLeft")
    script.continue_()
    expect(citizen.box).to_have_value("昨天写的\n路灯坏")
    expect(citizen.box).to_be_focused()
    expect(first).to_have_count(0)
    citizen.page.keyboard.type("都")
    expect(citizen.box).to_have_value("昨天写的\n路灯都坏")
    assert len(citizen.state()["messages"]) == 1


def test_a_word_that_is_being_composed_is_waited_for(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    script, first = held(citizen, "hotline-app.js"), citizen.page.locator(".first textarea")
    citizen.page.wait_for_function(WORDS_ASKED)
    first.focus()
    session = citizen.page.context.new_cdp_session(citizen.page)
    session.send("Input.imeSetComposition", {"text": "ludeng", "selectionStart": 6, "selectionEnd": 6})
    script.continue_()
    citizen.page.wait_for_function("() => Boolean(customElements.get('hotline-app'))")
    citizen.page.wait_for_timeout(200)
    expect(first).to_be_focused()
    session.send("Input.insertText", {"text": "路灯"})
    expect(citizen.box).to_have_value("路灯")
    expect(citizen.box).to_be_focused()


def test_a_word_that_stays_open_is_not_waited_for_long(new_citizen: NewCitizen) -> None:
    """As with the keyboards of phones."""
    citizen = new_citizen("zh")
    script, first = held(citizen, "hotline-app.js"), citizen.page.locator(".first textarea")
    citizen.page.wait_for_function(WORDS_ASKED)
    first.press_sequentially("fix ")
    session = citizen.page.context.new_cdp_session(citizen.page)
    session.send("Input.imeSetComposition", {"text": "lamp", "selectionStart": 4, "selectionEnd": 4})
    script.continue_()
    expect(citizen.box).to_have_value("fix lamp")
    expect(citizen.box).to_be_focused()
    expect(first).to_have_count(0)
    citizen.page.keyboard.type("s")
    expect(citizen.box).to_have_value("fix lamps")


@pytest.mark.parametrize("missing", ["main.js", "i18n.js"])
def test_a_page_that_does_not_start_says_so_and_keeps_what_is_written(new_citizen: NewCitizen, missing: str) -> None:
    citizen = new_citizen("en", reduced_motion="reduce")
    page, first = citizen.page, citizen.page.locator(".first textarea")
    citizen.box.fill("from yesterday")
    page.route(f"**/{missing}", lambda route: route.abort())
    page.reload()
    first.press_sequentially("the lamp is broken")
    expect(page.get_by_role("textbox", name="Your message")).to_have_value("the lamp is broken")
    late = page.locator(".late p")
    expect(late.first).to_be_hidden()
    page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    for language in ("zh", "en", "ja", "ko", "ru"):
        expect(page.locator(f".late p[lang={language}]")).to_be_visible()
    expect(late.locator("a[href='tel:12345']")).to_have_count(5)
    assert violations(page) == []
    page.reload()
    expect(first).to_have_value("the lamp is broken")
    first.press("End")
    first.press_sequentially(" again")
    page.unroute(f"**/{missing}")
    for _ in range(2):  # nothing is doubled by a further reload
        page.reload()
        expect(citizen.box).to_have_value("from yesterday\nthe lamp is broken again")
        expect(first).to_have_count(0)


def test_the_first_message_box_is_named_in_the_language_of_the_page(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("ru")
    script = held(citizen, "hotline-app.js")
    expect(citizen.page.get_by_role("textbox", name="Ваше сообщение")).to_be_visible()
    script.continue_()
    expect(citizen.box).to_be_visible()


def test_script_in_text_is_shown_as_text(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>{{7*7}} ${1}"
    citizen.say(evil)
    expect(citizen.bubbles.nth(1)).to_have_text(evil)
    expect(citizen.bubbles.nth(2)).to_have_text("Received: " + evil)
    assert citizen.page.locator("message-bubble img").count() == 0
    assert "owned" not in citizen.page.title()


def test_a_word_without_end_is_broken(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", viewport={"width": 320, "height": 640})
    citizen.say("https:" + "x" * 300)
    assert citizen.too_wide() == []


def test_text_that_starts_with_a_slash_is_text(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    citizen.say("/file_complaint")
    expect(citizen.bubble("Received: /file_complaint")).to_be_visible()


def test_too_long_a_text_is_kept_and_not_sent(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    composer = citizen.page.locator("hotline-composer")
    citizen.box.fill("x" * 3499)
    expect(composer.locator(".count")).to_have_count(0)
    citizen.box.fill("😀" * 3500)
    expect(composer.locator(".count")).to_have_text("3500 of 4000 characters")
    citizen.box.fill("x" * 4001)
    expect(composer).to_contain_text("1 characters too long")
    citizen.box.press("Enter")
    assert len(citizen.box.input_value()) == 4001
    citizen.box.fill("x" * 4000)
    citizen.say("x" * 4000)


def test_a_text_the_server_finds_too_long_comes_back_to_the_composer(
    fake: FakeGateway, new_citizen: NewCitizen
) -> None:
    citizen = new_citizen("en", url=fake.url)
    fake.behave(text_limit=10)
    citizen.type("this is longer than ten")
    expect(citizen.box).to_have_value("this is longer than ten")
    assert citizen.state()["unsent"] == []


def test_an_emergency_shows_numbers_to_call(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    citizen.say(WORDS["zh"].danger_said)
    card = citizen.page.locator("emergency-card")
    assert [link.get_attribute("href") for link in card.locator("a").all()] == ["tel:119", "tel:120"]
    expect(citizen.bubble(WORDS["zh"].danger).locator("a")).to_have_attribute("href", "tel:119")
    assert violations(citizen.page) == []


def test_the_language_can_be_chosen_by_hand_and_is_remembered(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    menu = citizen.page.locator("language-menu")
    menu.locator("#toggle").click()
    assert violations(citizen.page) == []
    menu.get_by_text("한국어").click()
    expect(citizen.bubble(WORDS["ko"].greeting)).to_be_visible()
    expect(citizen.bubble("한국어")).to_have_count(1)
    expect(citizen.page.locator("html")).to_have_attribute("lang", "ko")
    citizen.page.reload()
    expect(citizen.bubble("한국어")).to_have_count(1)
    expect(citizen.page.locator("html")).to_have_attribute("lang", "ko")


def test_the_page_follows_the_language_the_citizen_writes(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("zh")
    citizen.say("Здравствуйте")
    expect(citizen.page.locator("html")).to_have_attribute("lang", "ru")
    expect(citizen.bubbles.first).to_have_attribute("lang", "zh")
    expect(citizen.page.locator("hotline-composer")).to_contain_text("Отправить")


def test_an_unknown_browser_language_starts_in_chinese(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("fr-FR")
    expect(citizen.bubbles.first).to_have_text(WORDS["zh"].greeting)


def test_a_ticket_is_looked_up_by_number_and_four_digits(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    page = citizen.page
    opener = page.get_by_role("button", name="Check a ticket")
    opener.click()
    dialog = page.locator("ticket-view")
    dialog.locator("#number").fill("2026 1126-004711")
    dialog.locator("#last4").fill("0000")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Nothing was found")
    dialog.locator("#last4").fill(PHONE_LAST4)
    page.keyboard.press("Enter")
    expect(dialog.locator("ticket-card")).to_contain_text("Being worked on")
    assert violations(page) == []
    for _ in range(8):  # the focus stays in the dialog
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => {let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
            " return e === document.body || !!e.closest('dialog') || !!e.getRootNode().host.closest('dialog');}"
        )
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_number_of_a_ticket_can_be_copied(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", permissions=["clipboard-read", "clipboard-write"])
    ticket = citizen.complain("en")
    citizen.page.get_by_role("button", name="Copy").first.click()
    expect(citizen.page.get_by_role("button", name="Copied")).to_be_visible()
    assert citizen.page.evaluate("navigator.clipboard.readText()") == ticket["number"] == TICKET["number"]


def test_a_new_conversation_starts_after_a_question(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    citizen.say("an old matter")
    opener = citizen.page.get_by_role("button", name="New chat")
    opener.click()
    assert violations(citizen.page) == []
    citizen.page.get_by_role("button", name="Keep this one").click()
    expect(citizen.bubble("an old matter")).to_have_count(2)
    opener.click()
    citizen.page.get_by_role("button", name="Start a new one").click()
    expect(citizen.bubble("an old matter")).to_have_count(0)
    expect(citizen.bubble(WORDS["en"].greeting)).to_have_count(1)
    citizen.say("a new matter")


def test_who_asks_for_a_person_sees_the_place_in_the_queue(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    citizen.page.get_by_role("button", name="Talk to a person").click()
    expect(citizen.page.locator("form-progress")).to_contain_text("You are number 2 in the queue.")
    assert violations(citizen.page) == []


def test_a_photo_can_be_added_and_other_files_are_refused_kindly(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    file = citizen.page.locator("attachment-button input")
    file.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(citizen.page.locator("message-bubble .file")).to_contain_text("Photo")
    file.set_input_files({"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"lamp"})
    expect(citizen.page.locator("hotline-composer")).to_contain_text("cannot be used")
    citizen.page.route("**/attachments", lambda route: route.fulfill(status=422, json={"code": "file_infected"}))
    file.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(citizen.page.locator("hotline-composer")).to_contain_text("A virus was found")


def test_while_the_bot_thinks_the_page_says_so(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    fake.behave(slow_seconds=0.7)
    citizen.type("a hard question")
    expect(citizen.page.locator("message-list .typing")).to_be_visible()
    expect(citizen.bubble("Received: a hard question")).to_be_visible()
    expect(citizen.page.locator("message-list .typing")).to_have_count(0)


def test_a_page_that_cannot_connect_yet_keeps_what_is_written(fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", url=fake.url)
    citizen.page.evaluate("localStorage.clear()")
    citizen.page.route("**/api/**", lambda route: route.abort())
    citizen.page.reload()
    expect(citizen.page.locator("message-list .empty")).to_contain_text("cannot connect")
    citizen.type("written too early")
    citizen.page.unroute("**/api/**")
    expect(citizen.bubble("Received: written too early")).to_be_visible()
    assert fake.said("written too early") == 1


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_motion_stops_for_who_wants_none(fake: FakeGateway, new_citizen: NewCitizen, reduced: str) -> None:
    citizen = new_citizen("en", url=fake.url, reduced_motion=reduced)
    fake.behave(slow_seconds=0.7)
    citizen.type("move?")
    dot = citizen.page.locator("message-list .dots i").first
    moving = dot.evaluate("dot => getComputedStyle(dot).animationName")
    assert (moving == "none") == (reduced == "reduce")
