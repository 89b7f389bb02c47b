"""Drives the desk's page as an agent would: signs in, takes a conversation, writes, files, hands on."""

from __future__ import annotations

from typing import Any

from page_driver import TOO_WIDE
from playwright.sync_api import Locator, Page, expect


class Agent:
    """One person at one desk page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> Agent:
        """Opens the page, which shows the login or the desk."""
        self.page.goto(url)
        self.wait_for("state.phase !== 'starting'")
        return self

    def sign_in(self, username: str, password: str) -> Agent:
        """Signs in and waits for the desk."""
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(password)
        self.page.keyboard.press("Enter")
        self.wait_for("state.phase === 'open' && state.colleagues.length > 0")
        return self

    def state(self) -> dict[str, Any]:
        """What the page knows of the desk."""
        return dict(self.page.evaluate("document.querySelector('desk-app').desk.state"))

    def wait_for(self, condition: str, argument: object = None) -> None:
        """Waits until a condition on `state` (and `argument`) holds."""
        code = (
            "argument => {const {desk} = document.querySelector('desk-app');"
            f" const state = desk?.state; return state && ({condition});}}"
        )
        self.page.wait_for_function(code, arg=argument, polling=50)

    def go(self, address: str) -> None:
        """Shows a view: `work`, `board`, `admin/agents` ..."""
        self.page.evaluate("address => {location.hash = `#/${address}`;}", address)
        self.page.wait_for_function("address => location.hash === `#/${address}`", arg=address)

    def show(self, conversation_id: str) -> None:
        """Opens a conversation and waits for its context."""
        self.go(f"work/{conversation_id}")
        self.wait_for("state.threads[argument]?.messages", conversation_id)

    def take(self, conversation_id: str) -> None:
        """Takes a conversation out of the queue with its button."""
        entry = self.page.locator("queue-list li").filter(has=self.page.locator(f'a[href$="{conversation_id}"]'))
        entry.locator("button.accept").click()
        self.wait_for("state.mine.some(one => one.id === argument)", conversation_id)
        expect(self.box).to_be_visible()

    @property
    def box(self) -> Locator:
        return self.page.locator("desk-composer #text")

    @property
    def said(self) -> Locator:
        """The texts of messages, without translations."""
        return self.page.locator("desk-message .pair > div:first-child .text:first-child")

    def bubble(self, text: str) -> Locator:
        return self.said.filter(has_text=text)

    def translate(self, on: bool) -> None:
        """The box 'translate before sending'."""
        self.page.locator("desk-composer .modes input[type=checkbox]").set_checked(on)

    def write(self, text: str) -> None:
        """Writes to the citizen, as it is."""
        self.box.fill(text)
        self.box.press("Enter")

    def note(self, text: str) -> None:
        self.page.locator("desk-composer .seg button").nth(1).click()
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.page.locator("desk-note .text").filter(has_text=text)).to_be_visible()

    def act(self, name: str) -> Locator:
        """Presses a button of the conversation (transfer, invite, return, close ...); gives the dialog."""
        buttons = self.page.locator(f'conversation-acts [data-act="{name}"]')
        if not buttons.first.is_visible():
            self.page.locator("conversation-acts drop-menu button[aria-expanded]").click()
        buttons.locator("visible=true").first.click()
        return self.dialog

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    def send(self, button: str = "button[type=submit]") -> None:
        """Sends the dialog and waits for its end."""
        self.dialog.locator(button).click()
        expect(self.dialog).to_have_count(0)

    def file_ticket(self) -> dict[str, Any]:
        """Files what the form is filled in with; gives the ticket."""
        self.page.locator('facts-panel [data-act="ticket"]').click()
        form = self.page.locator("ticket-form")
        form.locator("button[type=submit]").click()
        number = form.locator("ticket-card #number")
        expect(number).to_be_visible()
        return {"number": "".join(number.all_inner_texts()).replace("\n", "").strip()}

    def too_wide(self) -> list[str]:
        """What would have to be scrolled sideways."""
        return list(self.page.evaluate(TOO_WIDE))
