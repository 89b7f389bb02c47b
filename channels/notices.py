"""The gateway's own sentences: what it says when nobody else can.

Only keys stand here; the words are in `bot/responses/<lang>/gateway.yml`. A notice never claims that something
was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from channels.conversations import Button, Conversation, Draft
from channels.ports import Sentences

BOT_DOWN = "utter_gateway_bot_down"
NO_ANSWER = "utter_gateway_no_answer"
OPENING_DOWN = "utter_gateway_opening_down"
QUEUED = "utter_gateway_queued"
TOO_LONG = "utter_gateway_too_long"
ATTACHMENT_SAVED = "utter_gateway_attachment_saved"

HUMAN_PAYLOAD = "/request_human"
RESEND = "/gateway_resend"
_RESEND = re.compile(r"/gateway_resend(\{.*\})")


def bot_down(sentences: Sentences, conversation: Conversation, message_id: str, empty: bool = False) -> Draft:
    """Sorry, with "try again" and "a person"; `empty`: the bot answered, but with nothing."""
    key = NO_ANSWER if empty else BOT_DOWN
    again = Button("", resend_payload(message_id))
    buttons = tuple(
        replace(again, title=button.title) if button.payload == RESEND else button
        for button in buttons_of(sentences, key, conversation)
    )
    return _draft(sentences, key, conversation, {"failed": {"message_id": message_id}}, buttons)


def opening_down(sentences: Sentences, conversation: Conversation) -> Draft:
    """The greeting while the bot is away."""
    return _draft(sentences, OPENING_DOWN, conversation, {}, buttons_of(sentences, OPENING_DOWN, conversation))


def queued(sentences: Sentences, conversation: Conversation, queue: Mapping[str, Any]) -> Draft:
    """Told to who asks for a person while the bot is away."""
    return _draft(sentences, QUEUED, conversation, {"handoff": dict(queue)}, (), position=queue["queue_position"])


def too_long(sentences: Sentences, conversation: Conversation, message_id: str, length: int, limit: int) -> Draft:
    data = {"too_long": {"message_id": message_id, "length": length, "limit": limit}}
    return _draft(sentences, TOO_LONG, conversation, data, (), limit=limit, length=length)


def attachment_saved(sentences: Sentences, conversation: Conversation, left: int) -> Draft:
    return _draft(sentences, ATTACHMENT_SAVED, conversation, {}, (), left=left)


def resend_payload(message_id: str) -> str:
    """The payload of "try again" for a message."""
    return RESEND + orjson.dumps({"message_id": message_id}).decode()


def resent_message_id(payload: str | None) -> str | None:
    """The message that a pressed "try again" is about; None for every other payload."""
    match = _RESEND.fullmatch(payload or "")
    if match is None:
        return None
    try:
        wanted = orjson.loads(match[1]).get("message_id")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return wanted if isinstance(wanted, str) else None


def buttons_of(sentences: Sentences, key: str, conversation: Conversation) -> tuple[Button, ...]:
    return tuple(Button(item["title"], item["payload"]) for item in sentences.buttons(key, conversation.language))


def _draft(
    sentences: Sentences,
    key: str,
    conversation: Conversation,
    data: Mapping[str, Any],
    buttons: tuple[Button, ...],
    **values: object,
) -> Draft:
    text = sentences.text(key, conversation.language, conversation.channel, **values)
    return Draft("system", conversation.language, text, buttons, data)
