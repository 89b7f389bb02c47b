"""A citizen of the tests: talks to the running system and reads the answers as data.

Which sentence the bot said is told by the catalogue's keys, never by wording, so texts can be polished freely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.catalog import Catalog
from hotline.conversation import Conversation, Message
from tests.system import System

MOST_TURNS = 14
_VALUE = re.compile(r"\\\{[a-z_]+\\\}")


@cache
def catalog() -> Catalog:
    """The texts of all five languages."""
    return Catalog.load()


@cache
def patterns(key: str, language: str) -> tuple[re.Pattern[str], ...]:
    """What a citizen on the web may read for a key, with any values; nothing for a text that is values alone."""
    texts = (
        str(variation.get("text") or "")
        for variation in catalog().variations[language][key]
        if variation.get("channel", "web") == "web"
    )
    escaped = (re.escape(text) for text in texts)
    return tuple(re.compile(_VALUE.sub("(?:.|\n)*", text)) for text in escaped if _VALUE.sub("", text).strip("\\\n "))


@dataclass(frozen=True)
class Heard:
    """The replies to one message."""

    messages: tuple[Message, ...]

    def data(self, name: str) -> Any:
        """The first structure of that name, None when there is none."""
        return next((message["data"][name] for message in self.messages if name in message["data"]), None)

    @property
    def form(self) -> dict[str, Any]:
        """The form after the last message; empty when none is running."""
        return dict((self.messages[-1]["data"].get("form") if self.messages else None) or {})

    @property
    def slot(self) -> str | None:
        """The slot that is asked for."""
        return self.form.get("requested_slot")

    @property
    def filled(self) -> set[str]:
        """The slots that hold something."""
        return set(self.form.get("filled") or ())

    @property
    def number(self) -> str | None:
        """The number of the ticket that is spoken of."""
        ticket = self.data("ticket")
        return str(ticket["number"]) if ticket else None

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def language(self) -> str:
        """The language of the answer (the last message's)."""
        return str(self.messages[-1]["language"])

    @property
    def keys(self) -> list[str]:
        """The catalogue's keys of what was said, in order; a text that is none of them is given as it is."""
        return [key for message in self.messages for key in keys_of(message)]

    def says(self, *keys: str) -> bool:
        """Whether each of the keys was said, in the language of its message."""
        return set(keys) <= set(self.keys)

    def press(self, payload_start: str) -> str:
        """The payload of the offered button that begins so."""
        offered = [str(button["payload"]) for message in self.messages for button in message["buttons"]]
        return next(payload for payload in offered if payload.startswith(payload_start))


@cache
def _keys(language: str) -> tuple[str, ...]:
    return tuple(key for key in catalog().variations[language] if not key.startswith("utter_value_"))


def keys_of(message: Message) -> list[str]:
    """The keys of the catalogue that a message may be."""
    language, text = message["language"], message["text"]
    found = [key for key in _keys(language) if any(one.fullmatch(text) for one in patterns(key, language))]
    return found or [text]


@dataclass
class Talk:
    """One citizen's conversation.

    Attributes:
        asked: the slots that were asked for, one after another.
    """

    conversation: Conversation
    greeting: Heard
    asked: list[str] = field(default_factory=list)
    heard: Heard = field(default_factory=lambda: Heard(()))

    @classmethod
    def open(cls, system: System, language: str | None = "zh") -> Talk:
        """Opens a conversation and reads the greeting."""
        conversation = system.open(language)
        return cls(conversation, Heard(tuple(conversation.news())))

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.conversation.id

    @property
    def language(self) -> str:
        """The conversation's language now."""
        return self.conversation.language

    @property
    def owner(self) -> str:
        """Who has the conversation: bot, queue or agent."""
        return self.conversation.owner

    def say(self, text: str, message_id: str | None = None) -> Heard:
        """Types a text."""
        return self._heard(self.conversation.say(text, message_id))

    def press(self, payload: str, message_id: str | None = None) -> Heard:
        """Presses a button."""
        return self._heard(self.conversation.press(payload, message_id))

    def press_offered(self, payload_start: str) -> Heard:
        """Presses the button of the last answer whose payload begins so."""
        return self.press(self.heard.press(payload_start))

    def answer(self, answers: Mapping[str, str], until: str | None = None) -> Heard:
        """Answers what is asked until that slot is asked for, or the form has ended."""
        for _ in range(MOST_TURNS):
            slot = self.heard.slot
            if slot in (None, until):
                return self.heard
            said = answers[str(slot)]
            self.press(said) if said.startswith("/") else self.say(said)
        raise AssertionError(f"the form came to no end; asked {self.asked}: {self.heard.text}")

    def _heard(self, messages: list[Message]) -> Heard:
        self.heard = Heard(tuple(messages))
        if self.heard.slot:
            self.asked.append(self.heard.slot)
        return self.heard


NewTalk = Callable[..., Talk]
