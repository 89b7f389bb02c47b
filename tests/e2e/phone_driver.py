"""Drives the mini-program in a browser: what a citizen taps, says and sees, and what the phone under it gives."""

from __future__ import annotations

import base64
import io
from typing import Any

from fake_process import Fake
from page_script import WORDS
from PIL import Image
from playwright.sync_api import Locator, Page, expect

LANGUAGES = {"zh": "zh_CN", "en": "en", "ja": "ja", "ko": "ko", "ru": "ru"}
WAIT_MS = 30_000
TOO_WIDE = """() => [...document.querySelectorAll('*')]
  .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.localName + '.' + one.className)"""
SOUND = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + b"\0" * 28 + bytes(4000)


def photo() -> str:
    """A photo in Base64."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "JPEG")
    return base64.b64encode(picture.getvalue()).decode()


class MiniSystem(Fake):
    """The gateway with its mini-program as a process of its own."""

    program = "miniprogram/mini_system.py"
    start_seconds = 90.0

    def behave(self, **behaviour: Any) -> None:
        self.post("harness/behave", behaviour)


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
