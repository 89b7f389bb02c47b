"""The mini-program's pages in a browser, by WeChat's own component framework, against a real gateway and a stand-in
of WeChat. Skipped by name where chromium, node or its packages (`npm ci --prefix tests/e2e`) are not there.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_process import HERE, Fake
from page_driver import BROKEN_WORDS, SPACED
from page_script import WORDS
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

CLIENT = HERE.parents[1] / "channels" / "miniprogram" / "client"
LANGUAGES = {"zh": "zh_CN", "en": "en", "ja": "ja", "ko": "ko", "ru": "ru"}
WAIT_MS = 30_000
TOO_WIDE = """() => [...document.querySelectorAll('*')]
  .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.localName + '.' + one.className)"""


class MiniSystem(Fake):
    """The gateway with its mini-program as a process of its own."""

    program = "miniprogram/mini_system.py"
    start_seconds = 90.0

    def behave(self, **behaviour: Any) -> None:
        self.post("harness/behave", behaviour)


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


class Phone:
    """Somebody with the mini-program in hand."""

    def __init__(self, page: Page, system: MiniSystem, openid: str, language: str) -> None:
        self.page, self.language, self.words = page, language, WORDS[language]
        self.problems: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: self._console(message.type, message.text))
        self.address = f"{system.url}harness/app/index.html?openid={openid}&lang={LANGUAGES[language]}"
        self.open()

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load" not in text and "WebSocket" not in text:
            self.problems.append(text)

    def open(self, query: str = "") -> None:
        self.page.goto(self.address + query, wait_until="commit")
        expect(self.said(self.words.greeting)).to_be_visible(timeout=WAIT_MS)

    def t(self, key: str) -> str:
        return str(self.page.evaluate("key => __mp.page.data.t[key]", key))

    def said(self, text: str) -> Locator:
        return self.page.get_by_text(text, exact=True).last

    def tap(self, key: str) -> None:
        self.button(self.t(key)).click()

    def button(self, title: str) -> Locator:
        return self.page.get_by_role("button", name=title, exact=True).filter(visible=True).first

    @property
    def box(self) -> Locator:
        return self.page.locator("textarea")

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.tap("send")

    def sets(self, **values: Any) -> None:
        self.page.evaluate("values => Object.assign(__phone, values)", values)

    def hears(self, text: str) -> None:
        expect(self.said(text)).to_be_visible(timeout=WAIT_MS)

    def told(self, key: str) -> None:
        self.page.wait_for_function("words => __phone.toasts.includes(words)", arg=self.t(key))

    def complain(self) -> None:
        """From greeting to ticket."""
        self.button(self.words.complain).click()
        self.hears(self.words.what)
        for answer, question in zip(self.words.answers[:2], (self.words.where, self.words.phone), strict=True):
            self.say(answer)
            self.hears(question)
        self.say(self.words.answers[2])
        self.button(self.words.yes).click()
        self.hears(self.words.filed)

    def fits(self) -> None:
        assert self.page.evaluate(TOO_WIDE) == []


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
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "JPEG")
    files = {"a.jpg": base64.b64encode(picture.getvalue()).decode(), "s.wav": base64.b64encode(SOUND).decode()}
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
    expect(citizen.page.get_by_text("照片 · a.jpg", exact=False)).to_be_visible()
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
    unsent = citizen.t("voice_unsent").replace("{count}", "1")
    expect(citizen.page.get_by_text(unsent, exact=True)).to_be_visible()
    citizen.open()  # the app was ended and starts again
    expect(citizen.page.get_by_text(unsent, exact=True)).to_be_visible()
    citizen.fits()
    mini.behave(hears="가로등이 꺼졌어요")
    citizen.tap("again")
    expect(citizen.box).to_have_value("가로등이 꺼졌어요")
    expect(citizen.page.get_by_text(unsent, exact=True)).to_have_count(0)
    mini.behave(hears=None)


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


SOUND = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + b"\0" * 28 + bytes(4000)
