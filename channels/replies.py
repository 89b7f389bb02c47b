"""Turns a bot's reply into messages to store and changes to make.

Pure. `custom` is what the bot's door promises; unknown keys are dropped, so nothing internal reaches a citizen by
accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from channels.conversations import Draft
from channels.languages import LANGUAGES
from channels.ownership import ASKED, Asked, Why, why_of
from channels.ports import BotReply

_SHOWN = ("ticket", "emergency", "knowledge")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a reply leads to. `language` is given only when the bot left the language it was asked in."""

    drafts: tuple[Draft, ...]
    language: str | None
    asked: Asked | None
    why: Why = ASKED


def plan(reply: BotReply, language: str, queue: Mapping[str, Any]) -> Planned:
    """The messages and changes of `reply` to a message in `language`; `queue` is told to who is handed over."""
    answered = reply.language if reply.language in LANGUAGES else language
    asked: Asked | None = None
    why = ASKED
    drafts: list[Draft] = []
    for message in reply.messages:
        data = {key: message.custom[key] for key in _SHOWN if key in message.custom}
        switched = message.custom.get("language")
        if switched in LANGUAGES:
            answered = str(switched)
        if "handoff" in message.custom:
            asked = "handoff"
            why = why_of(message.custom["handoff"])
            data["handoff"] = dict(queue)
        elif "resume" in message.custom:
            asked = "resume"
        drafts.append(Draft("bot", answered, message.text, message.buttons, data))
    if drafts and reply.form is not None:
        drafts[-1] = replace(drafts[-1], data={**drafts[-1].data, "form": _form(reply.form)})
    return Planned(tuple(drafts), answered if answered != language else None, asked, why)


def wants_person(reply: BotReply) -> bool:
    return any("handoff" in message.custom for message in reply.messages)


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    return {key: form.get(key) for key in ("name", "requested_slot", "filled")}
