"""Drives the citizen page as a citizen would: reads what is asked, types or presses, waits for the answer.

It works by the form's requested slot, not by the bot's wording, so the same walk runs against the fake gateway and
against the real system.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_TURNS = 16
ANSWERS: dict[str, dict[str, str]] = {
    "zh": {
        "description": "小区门口的路灯坏了三天，晚上很黑。",
        "location": "解放路与人民路交叉口",
        "occurred_at": "三天前",
        "contact_name": "王芳",
        "contact_phone": "13812345678",
        "confidentiality": "不用保密",
    },
    "en": {
        "description": "The street light at our gate has been out for three days.",
        "location": "Jiefang Road, corner of Renmin Road",
        "occurred_at": "three days ago",
        "contact_name": "Mary Smith",
        "contact_phone": "13812345678",
        "confidentiality": "no need to keep it secret",
    },
    "ja": {
        "description": "家の前の街灯が三日間つきません。",
        "location": "解放路と人民路の交差点です",
        "occurred_at": "三日前から",
        "contact_name": "田中です",
        "contact_phone": "13812345678",
        "confidentiality": "公開でかまいません",
    },
    "ko": {
        "description": "집 앞 가로등이 사흘째 꺼져 있어요.",
        "location": "해방로와 인민로 교차로입니다",
        "occurred_at": "사흘 전부터요",
        "contact_name": "김민수입니다",
        "contact_phone": "13812345678",
        "confidentiality": "공개해도 됩니다",
    },
    "ru": {
        "description": "У нашего подъезда третий день не горит фонарь.",
        "location": "Перекрёсток улиц Цзефан и Жэньминь",
        "occurred_at": "три дня назад",
        "contact_name": "Анна Иванова",
        "contact_phone": "13812345678",
        "confidentiality": "скрывать не нужно",
    },
}
TOO_WIDE = """() => {
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
  const walk = root => root.querySelectorAll('*').forEach(element => {
    if (element.shadowRoot) walk(element.shadowRoot);
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    if (scrolls && element.scrollWidth > element.clientWidth) found.push(element.localName);
  });
  walk(document);
  return found;
}"""

ASKED = """(({data, buttons}) => data?.ticket?.number || data?.form?.requested_slot || buttons?.length)(
  state.messages.findLast(({sender}) => sender === 'bot'))"""
"""The hotline's last message tells a ticket, asks for something or offers answers."""

SPACED = ("en", "ko", "ru")
"""Languages that write spaces between words."""
BROKEN_WORDS = """elements => elements.flatMap(({firstChild: text}) =>
  [...text.data.matchAll(/\\S+/g)].filter(({0: word, index}) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const {left, right} = range.getBoundingClientRect();
    return range.getClientRects().length > 1 || left < 0 || right > innerWidth;
  }).map(([word]) => word))"""
"""Of the words in some elements, between spaces, those that are broken or cut off."""


class Citizen:
    """One citizen at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> Citizen:
        """Opens the page and waits for the greeting."""
        self.page.goto(url)
        self.wait_for("state.messages.length > 0")
        return self

    def state(self) -> dict[str, Any]:
        """What the page knows of the conversation."""
        return dict(self.page.evaluate("document.querySelector('hotline-app').state"))

    def wait_for(self, condition: str, argument: object = None) -> None:
        """Waits until a condition on `state` (and `argument`) holds."""
        code = (
            f"argument => {{const {{state}} = document.querySelector('hotline-app'); return state && ({condition});}}"
        )
        self.page.wait_for_function(code, arg=argument, polling=50)

    @property
    def box(self) -> Locator:
        return self.page.locator("hotline-composer textarea")

    @property
    def bubbles(self) -> Locator:
        return self.page.locator("message-bubble .text")

    def bubble(self, text: str) -> Locator:
        return self.bubbles.filter(has_text=text)

    def type(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def say(self, text: str) -> None:
        """Types and waits for the answer."""
        before = self.answers()
        self.type(text)
        self.wait_for("state.messages.filter(m => m.sender !== 'citizen').length > argument", before)

    def press(self, number: int = 0) -> None:
        """Presses one of the offered answers and waits for what comes of it."""
        before = self.answers()
        self.page.locator("quick-replies button").nth(number).click()
        self.wait_for("state.messages.filter(m => m.sender !== 'citizen').length > argument", before)

    def answers(self) -> int:
        return sum(message["sender"] != "citizen" for message in self.state()["messages"])

    def complain(self, language: str) -> dict[str, Any]:
        """Goes through a whole complaint; gives the ticket that is filed at its end."""
        self.say(ANSWERS[language]["description"]) if not self._offers_complaint() else self.press()
        return self.finish(language)

    def finish(self, language: str) -> dict[str, Any]:
        """Answers what is asked until the ticket is filed; gives it."""
        for _ in range(MOST_TURNS):
            self.wait_for(ASKED)  # an answer of several messages comes one by one
            last = [message for message in self.state()["messages"] if message["sender"] == "bot"][-1]
            if last["data"].get("ticket", {}).get("number"):
                expect(self.page.locator("ticket-card").first).to_be_visible()
                return dict(last["data"]["ticket"])
            slot = (last["data"].get("form") or {}).get("requested_slot")
            if slot in ANSWERS[language]:
                self.say(ANSWERS[language][slot])
            else:
                self.press()
        raise AssertionError("the complaint came to no end")

    def too_wide(self) -> list[str]:
        """What would have to be scrolled sideways: the page itself, or a part that scrolls by itself."""
        return list(self.page.evaluate(TOO_WIDE))

    def _offers_complaint(self) -> bool:
        buttons = self.state()["messages"][0]["buttons"]
        return bool(buttons) and buttons[0]["payload"].startswith("/file_complaint")
