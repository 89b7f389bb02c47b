"""The page beside the conversation: tickets, places, speech, large type, no connection, a busy server, frames."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fake_process import FakeGateway
from page_axe import violations
from page_driver import Citizen
from page_script import PHONE_LAST4, TICKET, WORDS
from playwright.sync_api import Browser, Route, expect

NewCitizen = Callable[..., Citizen]
SIZES = """() => {
  const found = [];
  const walk = root => root.querySelectorAll('*').forEach(element => {
    if (element.shadowRoot) walk(element.shadowRoot);
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest('.sr') || element.classList.contains('skip')) return;
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (own && (size < 18 || size > 30)) found.push(`${element.localName} ${size}px ${element.textContent.trim()}`);
    if (element.matches('button, textarea, input') && (box.width < 60 || box.height < 60))
      found.push(`${element.localName} ${box.width}x${box.height} ${element.textContent.trim()}`);
  });
  walk(document);
  return found;
}"""
MICROPHONE = """() => {
  navigator.mediaDevices.getUserMedia = async () => new MediaStream();
  globalThis.MediaRecorder = class {
    static isTypeSupported = () => true;
    mimeType = 'audio/webm;codecs=opus';
    start() {}
    stop() {
      this.ondataavailable({data: new Blob(['sound'])});
      this.onstop();
    }
  };
}"""
"""A device that is always there: what is recorded is the browser's matter, what becomes of it the page's."""
HIDE = "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})"
NOTICES = """() => navigator.serviceWorker.ready.then(one => one.getNotifications()).then(found =>
  found.length && found.map(({title, body, lang, tag}) => ({title, body, lang, tag})))"""
TAPPED = """async ([site]) => {
  const [notification] = await registration.getNotifications();
  const gone = [];
  self.clients.matchAll = async () => [`${site}desk`, site].map(url => ({url, focus: () => gone.push(url)}));
  const event = new NotificationEvent('notificationclick', {notification});
  const done = new Promise(resolve => (event.waitUntil = resolve));
  self.dispatchEvent(event);
  await (await done);
  return {gone, left: (await registration.getNotifications()).length};
}"""


@pytest.fixture(autouse=True)
def well_behaved(shared_fake: FakeGateway) -> Iterator[None]:
    yield
    shared_fake.behave(answered=False, speech=[], challenge=0, release="")


def test_a_ticket_is_opened_by_its_link_and_told_in_plain_words(new_citizen: NewCitizen, page_url: str) -> None:
    citizen = new_citizen("en")
    page = citizen.page
    page.goto(f"{page_url}#ticket/{TICKET['number']}")
    page.reload()
    steps = page.locator("ticket-course .what")
    expect(steps).to_have_text(
        ["Your report was filed", "It was sent to the office in charge", "The office in charge took it up"]
    )
    expect(page.locator("ticket-view .next")).to_contain_text("You should have an answer by 7 December 2026 at 17:30")
    expect(page.locator("ticket-view")).to_contain_text("Others who reported the same matter: 2.")
    page.get_by_role("button", name="Send a reminder").click()
    expect(page.locator("ticket-wishes")).to_contain_text("We have sent the office in charge a reminder.")
    expect(steps.last).to_have_text("A reminder was sent")
    page.get_by_role("button", name="Close").click()
    expect(page).not_to_have_url(re.compile("#ticket"))


def test_what_is_being_written_to_a_ticket_outlives_a_reminder_and_a_failure(new_citizen: NewCitizen) -> None:
    page = new_citizen("en").page
    page.evaluate("number => location.hash = `#ticket/${number}`", TICKET["number"])
    page.get_by_role("button", name="Add details").click()
    text = page.locator("ticket-wishes textarea")
    text.fill("It flickers, too.")
    page.get_by_role("button", name="Send a reminder").click()
    expect(page.locator("ticket-wishes")).to_contain_text("We have sent the office in charge a reminder.")
    expect(text).to_have_value("It flickers, too.")
    tried: list[str] = []

    def fail(route: Route) -> None:
        tried.append(json.loads(route.request.post_data or "{}")["request_id"])
        route.fulfill(status=503, json={"code": "tickets_unavailable"})

    page.route("**/supplement", fail)
    for words in ("It flickers, too.", "It flickers, too.", "It flickers at night."):
        text.fill(words)
        before = len(tried)
        page.locator("ticket-wishes form button[type=submit]").click()
        expect(page.locator("ticket-wishes .problem")).to_be_visible()
        assert len(tried) == before + 1
        expect(text).to_have_value(words)
    assert tried[0] == tried[1] != tried[2]  # other words are another wish


def test_an_answered_ticket_is_judged_by_two_answers(shared_fake: FakeGateway, new_citizen: NewCitizen) -> None:
    shared_fake.behave(answered=True)
    citizen = new_citizen("en")
    page = citizen.page
    page.evaluate("number => location.hash = `#ticket/${number}`", TICKET["number"])
    expect(page.locator("ticket-course blockquote")).to_have_text("路灯已修好。")
    wishes = page.locator("ticket-wishes")
    wishes.get_by_role("button", name="Send", exact=True).click()
    expect(wishes).to_contain_text("Please answer both questions.")
    wishes.get_by_text("Yes", exact=True).click()
    wishes.get_by_text("Satisfied", exact=True).click()
    assert violations(page) == []
    wishes.get_by_role("button", name="Send", exact=True).click()
    expect(wishes).to_contain_text("You said: solved")


def test_a_place_is_shown_by_the_device_or_on_the_map(new_citizen: NewCitizen) -> None:
    where = {"latitude": 32.05, "longitude": 118.1}
    citizen = new_citizen("zh", permissions=["geolocation"], geolocation=where)
    page = citizen.page
    citizen.press()
    citizen.say(WORDS["zh"].answers[0])
    page.get_by_role("button", name="用定位或地图指出地点").click()
    page.get_by_role("button", name="使用我的当前位置").click()
    expect(page.locator("place-picker .found button")).to_have_text("解放路12号")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="用定位或地图指出地点").click()
    sketch = page.locator("place-picker .map")
    for _ in range(2):  # nearer first, then the point
        sketch.click(position={"x": 60, "y": 50})
    page.locator("place-picker .found button").click()
    expect(citizen.bubble("解放路12号")).to_be_visible()
    citizen.wait_for("state.messages.at(-1).data?.form?.requested_slot === 'contact_phone'")


def test_who_does_not_give_the_place_is_told_what_to_do_instead(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    page = citizen.page
    page.evaluate("() => {navigator.geolocation.getCurrentPosition = (found, failed) => failed({code: 1});}")
    citizen.press()
    citizen.say(WORDS["en"].answers[0])
    page.get_by_role("button", name="Show the place on a map").click()
    page.get_by_role("button", name="Use my current location").click()
    expect(page.locator("place-picker .problem")).to_contain_text("simply write the address")


def test_speech_goes_into_the_composer_to_be_checked(shared_fake: FakeGateway, new_citizen: NewCitizen) -> None:
    expect(new_citizen("en").page.locator("voice-button")).to_have_count(0)
    shared_fake.behave(speech=["zh"])
    citizen = new_citizen("zh")
    page = citizen.page
    page.evaluate(MICROPHONE)
    page.get_by_role("button", name="语音输入").click()
    page.get_by_role("button", name="说完了").click()
    expect(citizen.box).to_have_value("小区门口的路灯坏了")
    expect(page.locator("hotline-composer")).to_contain_text("请核对文字")
    assert citizen.state()["unsent"] == []
    assert len(citizen.state()["messages"]) == 1


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("ru", 320)])
def test_elder_mode_is_one_tap_away_large_and_remembered(new_citizen: NewCitizen, language: str, width: int) -> None:
    citizen = new_citizen(language, viewport={"width": width, "height": 800})
    page = citizen.page
    page.locator("nav button[aria-pressed]").click()
    page.reload()
    citizen.wait_for("state.messages.length > 0")
    expect(page.locator("nav button[aria-pressed=true]")).to_be_visible()
    assert page.evaluate(SIZES) == []
    assert citizen.too_wide() == []
    assert violations(page) == []
    page.evaluate("number => location.hash = `#ticket/${number}`", TICKET["number"])
    expect(page.locator("ticket-course li").first).to_be_visible()
    assert page.evaluate(SIZES) == []
    assert citizen.too_wide() == []


def test_without_a_connection_the_page_opens_and_what_is_written_is_sent_once(
    shared_fake: FakeGateway, new_citizen: NewCitizen
) -> None:
    citizen = new_citizen("en", service_workers="allow")
    page = citizen.page
    page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    page.wait_for_function("() => caches.match('static/i18n/en.json').then(found => Boolean(found))", polling=100)
    page.context.set_offline(True)
    page.reload()
    citizen.type("written without a connection")
    expect(citizen.bubble("written without a connection")).to_be_visible()
    assert shared_fake.said("written without a connection") == 0
    page.context.set_offline(False)
    expect(citizen.bubble("Received: written without a connection")).to_be_visible()
    assert shared_fake.said("written without a connection") == 1
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(one => one.keys()))))"
        ".then(all => all.flat().map(({url}) => url))"
    )
    assert kept and not [url for url in kept if "/api/" in url]
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(found => found.json())")
    assert (manifest["lang"], manifest["display"]) == ("en", "standalone")


def test_a_new_release_is_taken_at_the_next_start(shared_fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", service_workers="allow")
    page = citizen.page
    page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    [before] = page.evaluate("caches.keys().then(names => names.filter(name => name.startsWith('hotline-')))")
    shared_fake.behave(release="two")
    page.reload()
    page.wait_for_function(
        "before => caches.keys().then(names => names.length && !names.includes(before))", arg=before, polling=100
    )
    citizen.wait_for("state.messages.length === 1")


def test_a_busy_server_is_satisfied_by_a_moments_work(shared_fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    shared_fake.behave(challenge=1)
    citizen.type("sent in a rush")
    expect(citizen.bubble("Received: sent in a rush")).to_be_visible()
    assert shared_fake.said("sent in a rush") == 1
    assert citizen.state()["proving"] is False


def test_what_comes_while_the_page_is_hidden_is_counted_in_its_title(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    citizen.page.evaluate(HIDE)
    citizen.say("are you there")
    citizen.page.wait_for_function("() => document.title.startsWith('(1) 12345')")
    citizen.page.evaluate(
        "() => {delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'));}"
    )
    expect(citizen.page).to_have_title(re.compile("^12345"))


def test_ticket_news_become_a_notice_of_the_system_that_leads_to_the_page(
    shared_fake: FakeGateway, new_citizen: NewCitizen
) -> None:
    citizen = new_citizen("en", service_workers="allow", permissions=["notifications"])
    page = citizen.page
    page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    shared_fake.behave(news="Seen at once.")
    expect(citizen.bubble("Seen at once.")).to_be_visible()
    assert page.evaluate(NOTICES) == 0
    page.evaluate(HIDE)
    for news in ("Your ticket was taken up.", "Your ticket has an answer."):
        shared_fake.behave(news=news)
        expect(citizen.bubble(news)).to_be_visible()
    page.wait_for_function(f"() => ({NOTICES})().then(all => all && all[0].body.includes('answer'))", polling=100)
    [notice] = page.evaluate(NOTICES)  # the newer one stands in the place of the older
    assert notice["body"] == "Your ticket has an answer." and notice["lang"] == "en"
    assert notice["title"].startswith("12345 ")
    [worker] = page.context.service_workers
    assert worker.evaluate(TAPPED, [shared_fake.url]) == {"gone": [shared_fake.url], "left": 0}


def test_who_did_not_allow_notices_gets_none(shared_fake: FakeGateway, new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en", service_workers="allow")
    citizen.page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    citizen.page.evaluate(HIDE)
    shared_fake.behave(news="Your ticket has an answer.")
    expect(citizen.bubble("Your ticket has an answer.")).to_be_visible()
    citizen.page.wait_for_function("() => document.title.startsWith('(1) ')")
    assert citizen.page.evaluate(NOTICES) == 0


def test_another_persons_ticket_wants_the_four_digits(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    page = citizen.page
    page.route("**/api/v1/tickets/*", lambda route: route.fulfill(status=404, json={"code": "ticket_not_found"}))
    page.evaluate("location.hash = '#ticket/20261126004711'")
    expect(page.locator("ticket-view .error")).to_contain_text("last four digits")
    page.unroute("**/api/v1/tickets/*")
    page.locator("ticket-view #last4").fill(PHONE_LAST4)
    page.keyboard.press("Enter")
    expect(page.locator("ticket-course li").first).to_be_visible()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Another site, which has the hotline's button."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def with_button(hotline: str) -> str:
        words = f"<!doctype html><style>button{{display:none}}</style><script src='{hotline}embed.js'></script>"
        (tmp_path / "index.html").write_text(words, encoding="utf-8")
        return f"http://127.0.0.1:{server.server_port}"

    yield with_button
    server.shutdown()
    server.server_close()


def test_a_page_whose_storage_is_forbidden_still_takes_a_message(new_citizen: NewCitizen) -> None:
    citizen = new_citizen("en")
    citizen.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(globalThis, name, {get() {throw new DOMException('', 'SecurityError');}});"
    )
    citizen.page.reload()
    citizen.type("nothing is kept here")
    expect(citizen.bubble("Received: nothing is kept here")).to_be_visible()


@pytest.mark.parametrize("allowed", [True, False])
def test_another_site_shows_the_hotline_only_when_it_is_allowed(
    browser: Browser, shared_fake: FakeGateway, site: Callable[[str], str], allowed: bool
) -> None:
    origin = site(shared_fake.url)
    shared_fake.behave(embed=origin if allowed else "")
    context = browser.new_context(locale="en", service_workers="block")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(origin)
    button = page.get_by_role("button", name="Hotline")
    if allowed:
        button.click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("message-bubble .text").first).to_be_visible()
        page.get_by_role("button", name="Close").first.click()
    else:
        with context.expect_page():
            button.click()
        assert page.locator("iframe").count() == 0
        assert any("HOTLINE_EMBED_ORIGINS" in text for text in told)
    context.close()
