"""The mini-program's pages in a browser, by WeChat's own component framework, against a real gateway and a stand-in
of WeChat. Skipped by name where chromium, node or its packages (`npm ci --prefix tests/e2e`) are not there.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_process import HERE
from page_driver import BROKEN_WORDS, SPACED
from page_script import WORDS
from phone_driver import LANGUAGES, SOUND, MiniSystem, Phone, photo
from playwright.sync_api import Browser, Route, expect

CLIENT = HERE.parents[1] / "channels" / "miniprogram" / "client"


@pytest.fixture(scope="module")
def mini(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniSystem]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "glass-easel").is_dir():
        pytest.skip("node or the packages of tests/e2e are not there (npm ci --prefix tests/e2e)")
    built, data = tmp_path_factory.mktemp("miniprogram"), tmp_path_factory.mktemp("mini-data")
    made = subprocess.run(
        [node, str(HERE / "miniprogram" / "build.mjs"), str(CLIENT), str(built)], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    system = MiniSystem("--data-dir", str(data), "--app", str(built))
    system.start()
    yield system
    system.kill()


NewPhone = Callable[..., Phone]


@pytest.fixture
def phone(browser: Browser, mini: MiniSystem) -> Iterator[NewPhone]:
    """Makes phones: `phone("zh", elder=True)`; each has an account of its own at WeChat."""
    opened: list[tuple[Any, Phone]] = []

    def make(language: str = "zh", elder: bool = False, openid: str | None = None) -> Phone:
        context = browser.new_context(viewport={"width": 375, "height": 667}, bypass_csp=True)
        page = context.new_page()
        if elder:
            page.add_init_script("localStorage.setItem('hotline.elder', 'true')")
        made = Phone(page, mini, openid or uuid.uuid4().hex, language)
        opened.append((context, made))
        return made

    yield make
    for context, made in opened:
        problems = made.problems
        context.close()
        assert problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_is_filed_in_every_language_and_its_course_is_read(phone: NewPhone, language: str) -> None:
    citizen = phone(language, elder=language in ("zh", "ja", "ru"))
    citizen.fits()
    head = citizen.page.locator(".tool text")
    assert (head if language in SPACED else head.first).evaluate_all(BROKEN_WORDS) == []
    citizen.complain()
    expect(citizen.page.get_by_text(citizen.t("ticket_number"), exact=True).first).to_be_visible()
    citizen.fits()
    citizen.say(citizen.words.danger_said)
    citizen.hears(citizen.words.danger)
    if language in SPACED:
        assert citizen.page.locator(".talk text").evaluate_all(BROKEN_WORDS) == []
    citizen.page.get_by_role("button", name=citizen.t("call_119")).click()
    assert citizen.page.evaluate("__phone.calls.at(-1)[1].phoneNumber") == "119"
    citizen.tap("tickets")
    citizen.tap("ticket_show")
    expect(citizen.said(citizen.t("step_filed"))).to_be_visible()
    citizen.fits()
    citizen.tap("ticket_urge")
    citizen.told("ticket_urged")
    citizen.hears(citizen.t("step_urged"))
    citizen.page.evaluate("wx.navigateBack()")
    citizen.tap("settings")
    citizen.fits()


def test_news_of_a_filed_ticket_is_asked_for_by_a_tap_once(phone: NewPhone) -> None:
    citizen = phone()
    citizen.complain()
    citizen.tap("news_ask")
    citizen.told("news_accepted")
    expect(citizen.page.get_by_text(citizen.t("news_ask"), exact=True)).to_have_count(0)


def test_what_was_written_without_a_network_goes_out_once_after_a_restart(phone: NewPhone, mini: MiniSystem) -> None:
    citizen = phone()
    citizen.page.evaluate("__phone.setNetwork(false)")
    citizen.say("路灯坏了")
    expect(citizen.page.get_by_text(citizen.t("state_waiting"), exact=True)).to_be_visible()
    citizen.open()  # the app was ended and starts again
    citizen.hears(citizen.words.echo + "路灯坏了")
    assert citizen.page.get_by_text("路灯坏了", exact=True).count() == 1


def test_without_sockets_it_polls(phone: NewPhone) -> None:
    citizen = phone()
    citizen.page.evaluate("__phone.sockets = false; __phone.socket.close()")
    citizen.page.wait_for_function("__app.chat.transport.polling && __app.chat.transport.online")
    citizen.say("在吗")
    citizen.hears(citizen.words.echo + "在吗")


def test_a_new_chat_on_another_phone_leaves_this_one_in_its_own(phone: NewPhone) -> None:
    openid = uuid.uuid4().hex
    here = phone(openid=openid)
    here.say("路灯坏了")
    here.hears(here.words.echo + "路灯坏了")
    there = phone(openid=openid)
    there.tap("settings")
    there.tap("new_chat")
    there.hears(there.words.greeting)
    expect(there.page.get_by_text("路灯坏了", exact=True)).to_have_count(0)
    here.page.evaluate("__app.chat.session.kept.until = 0; __phone.socket.close()")  # it logs in anew
    here.say("还没修")
    here.hears(here.words.echo + "还没修")
    here.open()
    here.hears(here.words.echo + "还没修")
    here.hears("路灯坏了")
    expect(there.page.get_by_text("还没修", exact=True)).to_have_count(0)


def test_photo_place_voice_and_clipboard_come_after_the_privacy_agreement(phone: NewPhone, mini: MiniSystem) -> None:
    citizen = phone()
    files = {"a.jpg": photo(), "s.wav": base64.b64encode(SOUND).decode()}
    place = {"name": "人民公园", "address": "新华街道解放路1号"}
    citizen.sets(agreed=False, photo="a.jpg", place=place, sound="s.wav", files=files)
    citizen.tap("more")
    citizen.tap("photo")
    citizen.tap("privacy_refuse")
    citizen.told("privacy_refused")
    citizen.tap("more")
    citizen.tap("photo")
    citizen.fits()
    citizen.tap("privacy_agree")
    expect(citizen.page.get_by_text(re.compile("照片 · .*a.jpg"))).to_be_visible()
    citizen.tap("more")
    citizen.tap("place")
    citizen.hears(citizen.words.echo + "新华街道解放路1号 人民公园")
    mini.behave(hears="路灯不亮")
    citizen.tap("more")
    citizen.tap("voice")
    citizen.tap("recording_done")
    expect(citizen.box).to_have_value("路灯不亮")
    assert citizen.page.evaluate("__phone.calls.at(-1)[1].sampleRate") == 16_000
    mini.behave(hears=None)
    citizen.tap("more")
    citizen.tap("voice")
    citizen.tap("recording_done")
    citizen.told("voice_kept")


def test_a_recording_that_reaches_nobody_is_kept_and_sent_after_a_restart(phone: NewPhone, mini: MiniSystem) -> None:
    citizen = phone("ko")
    mini.behave(hears=None)
    citizen.sets(sound="s.wav", files={"s.wav": base64.b64encode(SOUND).decode()})
    citizen.page.evaluate("__phone.setNetwork(false)")
    citizen.tap("more")
    citizen.tap("voice")
    citizen.tap("recording_done")
    citizen.told("attach_failed")
    unsent = citizen.t("unsent").replace("{files}", citizen.t("file_audio"))
    expect(citizen.page.get_by_text(unsent, exact=True)).to_be_visible()
    citizen.open()  # the app was ended and starts again
    expect(citizen.page.get_by_text(unsent, exact=True)).to_be_visible()
    citizen.fits()
    mini.behave(hears="가로등이 꺼졌어요")
    citizen.tap("again")
    expect(citizen.box).to_have_value("가로등이 꺼졌어요")
    expect(citizen.page.get_by_text(unsent, exact=True)).to_have_count(0)
    mini.behave(hears=None)


def test_photos_that_were_not_uploaded_are_kept_and_sent_once_after_a_restart(phone: NewPhone) -> None:
    citizen = phone("ru", elder=True)
    citizen.page.set_viewport_size({"width": 320, "height": 640})
    files = {"a.jpg": photo(), "b.jpg": photo(), "s.wav": base64.b64encode(SOUND).decode()}
    citizen.sets(sound="s.wav", files=files)
    citizen.page.evaluate("__phone.setNetwork(false)")
    for way, path in (("voice", ""), ("photo", "a.jpg"), ("photo", "b.jpg")):
        citizen.sets(photo=path, toasts=[], unheard=path == "b.jpg")
        citizen.tap("more")
        citizen.tap(way)
        if way == "voice":
            citizen.tap("recording_done")
        citizen.told("attach_failed")
    unsent = citizen.page.get_by_text(re.compile("Не отправлено: "))
    expect(unsent).to_have_text("Не отправлено: аудиозапись · фото × 2")
    citizen.fits()
    assert unsent.evaluate_all(BROKEN_WORDS) == []
    citizen.open()  # the app was ended and starts again
    expect(unsent).to_have_text("Не отправлено: аудиозапись · фото")  # one of them had arrived
    citizen.tap("again")
    expect(citizen.page.get_by_text(re.compile("Аудиозапись · "))).to_be_visible()
    expect(unsent).to_have_count(0)
    expect(citizen.page.get_by_text(re.compile("Фото · "))).to_have_count(2)


def test_a_photo_can_be_deleted_unsent_and_one_that_nobody_takes_is_not_kept(phone: NewPhone) -> None:
    citizen = phone("en")
    unsent = citizen.page.get_by_text(re.compile("Not sent yet: .*"))
    citizen.sets(photo="a.mp4", files={"a.mp4": photo(), "b.jpg": base64.b64encode(b"no photo").decode()})
    citizen.page.evaluate("__phone.setNetwork(false)")
    citizen.tap("more")
    citizen.tap("photo")
    citizen.told("attach_failed")
    expect(unsent).to_have_text("Not sent yet: video")
    citizen.tap("unsent_drop")
    citizen.told("unsent_drop_words")
    expect(unsent).to_have_count(0)
    assert citizen.page.evaluate("localStorage.getItem('saved.a.mp4')") is None
    citizen.page.evaluate("__phone.setNetwork(true)")
    citizen.sets(photo="b.jpg")
    citizen.tap("more")
    citizen.tap("photo")
    citizen.told("attach_kind")
    expect(citizen.page.get_by_text(citizen.t("uploading"), exact=True)).to_have_count(0)
    expect(unsent).to_have_count(0)


def sends(citizen: Phone, path: str) -> None:
    """Chooses a photo of the phone."""
    citizen.sets(photo=path, toasts=[])
    citizen.tap("more")
    citizen.tap("photo")


def uploads_end(citizen: Phone, **answer: Any) -> None:
    """From now on every upload is answered like this, before the gateway hears of it."""
    citizen.page.route("**/attachments", lambda route: route.fulfill(**answer))


def test_a_photo_on_its_way_is_neither_sent_again_nor_deleted(phone: NewPhone) -> None:
    citizen, uploads = phone("en"), list[Route]()
    page, unsent = citizen.page, citizen.page.get_by_text(re.compile("Not sent yet: .*"))
    uploading = page.get_by_text(citizen.t("uploading"), exact=True)
    citizen.sets(files={name: photo() for name in ("a.jpg", "b.jpg", "c.jpg")})
    page.route("**/attachments", lambda route: uploads.append(route))
    for path in ("a.jpg", "b.jpg", "c.jpg"):
        with page.expect_request("**/attachments"):
            sends(citizen, path)
    uploads[1].continue_()
    expect(page.get_by_text(re.compile(r"Photo · .*b\.jpg"))).to_be_visible()
    expect(uploading).to_be_visible()
    expect(unsent).to_have_count(0)
    uploads[2].fulfill(status=400, json={})
    expect(unsent).to_have_text("Not sent yet: photo")
    with page.expect_request("**/attachments"):
        citizen.tap("again")
    expect(unsent).to_have_count(0)
    page.evaluate("() => { __mp.page.sendAgain(); __mp.page.deliver([{id: [...__mp.page.sending][0]}]); }")
    uploads[3].fulfill(status=400, json={})
    expect(unsent).to_have_text("Not sent yet: photo")
    citizen.tap("unsent_drop")
    expect(unsent).to_have_count(0)
    assert page.evaluate("['a', 'c'].map(name => localStorage.getItem(`saved.${name}.jpg`) !== null)") == [True, False]
    uploads[0].continue_()
    expect(page.get_by_text(re.compile(r"Photo · .*a\.jpg"))).to_be_visible()
    expect(uploading).to_have_count(0)
    assert len(uploads) == 4  # c twice
    assert page.evaluate("localStorage.getItem('saved.a.jpg')") is None


def test_a_photo_goes_to_the_conversation_it_was_taken_in_though_another_is_open(phone: NewPhone) -> None:
    citizen, held = phone("en"), list[Route]()
    page, unsent = citizen.page, citizen.page.get_by_text(re.compile("Not sent yet: .*"))
    citizen.sets(files={name: photo() for name in ("a.jpg", "b.jpg")})
    here = page.evaluate("__app.chat.session.conversationId")
    uploads_end(citizen, status=400, json={})
    sends(citizen, "a.jpg")
    expect(unsent).to_have_text("Not sent yet: photo")
    page.unroute("**/attachments")
    page.route("**/attachments", lambda route: held.append(route))
    with page.expect_request("**/attachments"):
        sends(citizen, "b.jpg")
    citizen.tap("settings")
    citizen.tap("new_chat")
    page.wait_for_function("here => __app.chat.session.conversationId !== here", arg=here)
    citizen.hears(citizen.words.greeting)
    with page.expect_request("**/attachments"):  # what was under way is repeated where it belongs
        held[0].fetch()
        held[0].fulfill(status=503, json={})  # it has arrived, and nobody heard of it
    while len(held) < 2:
        page.wait_for_timeout(20)
    held[1].continue_()
    expect(unsent).to_have_text("Not sent yet: photo")
    page.unroute("**/attachments")
    citizen.tap("again")
    expect(unsent).to_have_count(0)
    assert all(here in route.request.url for route in held)
    expect(page.get_by_text(re.compile(r"Photo · "))).to_have_count(0)
    page.evaluate("here => __app.chat.turnTo(here)", here)
    expect(page.get_by_text(re.compile(r"Photo · "))).to_have_count(2)


def test_what_was_written_before_the_conversation_was_there_outlives_the_app(phone: NewPhone) -> None:
    citizen = phone("en")
    page, unsent = citizen.page, citizen.page.get_by_text(re.compile("Not sent yet: .*"))
    citizen.sets(files={"a.jpg": photo()})
    uploads_end(citizen, status=400, json={})
    sends(citizen, "a.jpg")
    expect(unsent).to_have_text("Not sent yet: photo")
    page.unroute("**/attachments")
    page.evaluate("__phone.socket.close()")
    entry = {"message_id": str(uuid.uuid4()), "text": "a tree fell", "at": "2026-11-26T00:00:00Z"}
    page.evaluate(
        """entry => {
          wx.setStorageSync('hotline.outbox.unopened', JSON.stringify([entry]));
          const files = JSON.parse(wx.getStorageSync('hotline.unsent'));  // as kept before conversations were noted
          wx.setStorageSync('hotline.unsent', JSON.stringify(files.map(({conversation, ...file}) => file)));
        }""",
        entry,
    )
    citizen.open()
    citizen.hears(citizen.words.echo + "a tree fell")
    expect(unsent).to_have_text("Not sent yet: photo")
    citizen.tap("again")
    expect(page.get_by_text(re.compile("Photo · "))).to_be_visible()


def test_a_photo_taken_before_the_conversation_is_there_waits_in_it(phone: NewPhone) -> None:
    citizen = phone("en")
    page, unsent = citizen.page, citizen.page.get_by_text(re.compile("Not sent yet: .*"))
    citizen.sets(files={"a.jpg": photo()})
    page.evaluate("__phone.setNetwork(false)")
    page.evaluate("() => { __app.chat.signOut(); }")
    sends(citizen, "a.jpg")
    citizen.told("attach_failed")
    expect(unsent).to_have_text("Not sent yet: photo")
    page.evaluate("__phone.setNetwork(true)")
    page.evaluate("__app.chat.show()")
    page.wait_for_function("__app.chat.state.phase === 'open' && !__mp.page.drawing")
    expect(unsent).to_have_text("Not sent yet: photo")
    citizen.tap("again")
    expect(page.get_by_text(re.compile("Photo · "))).to_be_visible()
    expect(unsent).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_nobody_will_ever_take_is_not_kept_and_the_reason_is_said(phone: NewPhone, language: str) -> None:
    citizen = phone(language)
    citizen.sets(files={"a.jpg": photo()})
    proxy = {"body": "<html></html>", "content_type": "text/html"}
    for word, answer in (
        ("attach_too_large", {"status": 413, **proxy}),
        ("attach_kind", {"status": 415, **proxy}),
        ("attach_infected", {"status": 422, "json": {"code": "file_infected"}}),
    ):
        uploads_end(citizen, **answer)
        sends(citizen, "a.jpg")
        citizen.told(word)
        expect(citizen.page.get_by_text(citizen.t("uploading"), exact=True)).to_have_count(0)
        assert citizen.page.evaluate("localStorage.getItem('saved.a.jpg')") is None
        expect(citizen.page.locator(".unsent")).to_have_count(0)
        citizen.page.unroute("**/attachments")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_says_how_to_hear_of_tickets(phone: NewPhone, language: str) -> None:
    citizen = phone(language, elder=language in ("zh", "ko", "ru"))
    citizen.page.set_viewport_size({"width": 320, "height": 640})
    citizen.tap("settings")
    citizen.fits()
    citizen.tap("news_title")
    chosen = citizen.page.locator("[data-page='pages/news/news'] .on")
    expect(chosen).to_have_text([citizen.t("news_answers") + "✓", citizen.t("news_none") + "✓"])
    citizen.fits()
    if language in SPACED:
        assert citizen.page.locator("[data-page='pages/news/news'] text").evaluate_all(BROKEN_WORDS) == []
    citizen.tap("news_ask")  # one more message may come
    citizen.told("news_accepted")
    citizen.button(citizen.t("news_none")).click()  # the first way is WeChat's own
    expect(citizen.page.get_by_text(citizen.t("news_ask"), exact=True)).to_have_count(0)
    citizen.page.get_by_text(citizen.t("news_every_step"), exact=True).last.click()
    citizen.sets(picked="22:30")
    citizen.page.get_by_text("21:00", exact=True).click()
    citizen.sets(picked="Русский")
    citizen.page.get_by_text(citizen.t("news_language_same"), exact=True).click()
    citizen.tap("news_save")
    expect(citizen.said(citizen.t("news_saved"))).to_be_visible()
    citizen.fits()
    citizen.page.evaluate("wx.navigateBack()")
    citizen.tap("news_title")  # again, from the gateway
    expect(chosen).to_have_text([citizen.t("news_none") + "✓", citizen.t("news_every_step") + "✓"])
    for kept in ("22:30", "08:00", "Русский"):
        expect(citizen.said(kept)).to_be_visible()


def test_wishes_that_cannot_be_kept_are_said_and_stay_chosen(phone: NewPhone) -> None:
    citizen = phone("en")
    citizen.tap("settings")
    citizen.page.evaluate("__phone.setNetwork(false)")
    citizen.tap("news_title")
    expect(citizen.said(citizen.t("news_failed"))).to_be_visible()
    citizen.page.evaluate("__phone.setNetwork(true)")
    citizen.tap("again")
    citizen.button(citizen.t("news_none")).click()
    citizen.page.evaluate("__phone.setNetwork(false)")
    citizen.tap("news_save")
    expect(citizen.said(citizen.t("news_failed"))).to_be_visible()
    expect(citizen.said(citizen.t("news_saved"))).to_have_count(0)
    chosen = citizen.page.locator("[data-page='pages/news/news'] .on")
    expect(chosen.first).to_have_text(citizen.t("news_none") + "✓")
    citizen.page.evaluate("__phone.setNetwork(true)")
    citizen.tap("news_save")
    expect(citizen.said(citizen.t("news_saved"))).to_be_visible()
    expect(citizen.said(citizen.t("news_failed"))).to_have_count(0)


def test_a_wish_that_is_chosen_while_another_is_being_kept_is_not_lost(phone: NewPhone) -> None:
    citizen, held = phone("en"), list[Route]()
    citizen.tap("settings")
    citizen.tap("news_title")
    citizen.button(citizen.t("news_none")).click()
    citizen.page.route("**/preferences", lambda route: held.append(route))
    with citizen.page.expect_request("**/preferences"):
        citizen.tap("news_save")
    citizen.button(citizen.t("news_every_step")).click()
    with citizen.page.expect_response("**/preferences"):
        held[0].continue_()
    citizen.page.unroute("**/preferences")
    citizen.page.wait_for_function("!__mp.page.data.busy")
    expect(citizen.page.get_by_text(citizen.t("news_saved"), exact=True)).to_have_count(0)
    expect(citizen.page.locator(".line.on").first).to_have_text(citizen.t("news_every_step") + "✓")
    citizen.tap("news_save")
    expect(citizen.said(citizen.t("news_saved"))).to_be_visible()


def test_a_busy_server_gets_its_moment_of_work_and_the_message_goes_out(phone: NewPhone, mini: MiniSystem) -> None:
    citizen = phone()
    citizen.page.evaluate("void __app.chat.on('change', ({proving}) => proving === null || (__phone.proved = true))")
    mini.behave(busy=True)
    try:
        for text in ("路灯坏了", "还没修"):
            citizen.say(text)
            citizen.hears(citizen.words.echo + text)
        assert citizen.page.evaluate("__phone.proved")
        for _ in range(2):
            citizen.page.evaluate("__phone.proved = false")
            citizen.tap("settings")
            citizen.tap("new_chat")
            citizen.hears(citizen.words.greeting)
        assert citizen.page.evaluate("__phone.proved")
    finally:
        mini.behave(busy=False)


def test_a_scanned_code_begins_a_complaint_about_that_lamp(phone: NewPhone) -> None:
    citizen = phone()
    citizen.sets(code="https://hotline.example.gov.cn/c/LD-0001")
    citizen.tap("scan")
    expect(citizen.box).to_have_value(re.compile("路灯 LD-0001"))
    citizen.sets(code="hello")
    citizen.tap("scan")
    citizen.told("scan_none")
    citizen.open("&scene=c%3DLD-0002")  # the app is opened by a code
    expect(citizen.page.get_by_text("路灯 LD-0002", exact=False).first).to_be_visible()


def test_a_talk_with_a_person_is_judged(phone: NewPhone, mini: MiniSystem) -> None:
    citizen = phone("en")
    citizen.tap("human_short")
    expect(citizen.page.get_by_text(citizen.t("owner_queue"), exact=False)).to_be_visible()
    mini.behave(say="Hello, this is Wang Fang.", rate="h-1")
    citizen.hears("Hello, this is Wang Fang.")
    citizen.tap("rating_send")
    expect(citizen.page.get_by_text(citizen.t("rating_choose"), exact=True)).to_be_visible()
    citizen.fits()
    citizen.tap("cancel_waiting")
    expect(citizen.page.get_by_text(citizen.t("owner_queue"), exact=False)).to_have_count(0)


def test_language_bigger_type_and_a_new_chat_in_the_settings(phone: NewPhone) -> None:
    citizen = phone()
    citizen.complain()
    citizen.tap("settings")
    citizen.button("한국어").click()
    citizen.page.get_by_role("button", name=citizen.t("elder")).click()
    expect(citizen.page.locator(".elder").first).to_be_attached()
    citizen.tap("new_chat")
    citizen.hears(WORDS["ko"].greeting)
    expect(citizen.page.get_by_text(citizen.words.filed)).to_have_count(0)
    citizen.tap("tickets")  # of the earlier conversation, too
    citizen.tap("ticket_show")
    citizen.tap("ticket_talk")
    citizen.hears(WORDS["zh"].filed)
