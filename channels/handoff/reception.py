"""Decides before the bot is asked, and after it failed, whether people or the gateway itself answer a message.

Here the operator's switches and modes take effect: the greeting, the assistant that is off, a bot that fails again
and again, the call-back while nobody is there. It never answers for a person who has the conversation.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from channels import notices
from channels.conversations import Conversation, Draft, Message
from channels.errors import ChannelsError
from channels.handoff import announcements, modes
from channels.handoff.callback_taking import CallbackTaking
from channels.handoff.callbacks import OFFER, PAYLOAD
from channels.handoff.contract import Skill
from channels.handoff.modes import Way
from channels.handoff.moves import CANCELLED, Notice
from channels.handoff.operator import Operator
from channels.handoff.service import HandoffService
from channels.handoff.words import worded
from channels.ownership import BOT_FAILED, BOT_OFF, PEOPLE_FIRST, Asked
from channels.ports import Instead
from tickets.domain.calendar import LOCAL_ZONE

logger = logging.getLogger(__name__)

PEOPLE_GREETING = "utter_gateway_people_first"
OFF_PEOPLE = "utter_gateway_bot_off_people"
FAILED_PEOPLE = "utter_gateway_bot_failed_people"
BACK = "utter_gateway_bot_back"
WAITS_ON = "utter_gateway_queue_waits_on"
WAIT_PAYLOAD = "/gateway_wait"
LEAVE_PAYLOAD = "/gateway_leave_queue"
_RATE = re.compile(r"/gateway_rate(\{.*\})")
_LOOK_BACK = 12


@dataclass(slots=True)
class Reception:
    """FrontDesk with people behind it: reads the operator's settings and the desk's staffing.

    Attributes:
        failures: so many failures of the bot in a row bring a person in,
        failing_seconds: when the first of them is that long ago: a restart of the bot takes nobody to the queue.
    """

    people: HandoffService
    callbacks: CallbackTaking
    clock: Callable[[], datetime]
    failures: int = 2
    failing_seconds: float = 20.0

    async def greeting(self, conversation: Conversation) -> tuple[tuple[Draft, ...], Instead | None]:
        """Announcements that come first, and what is said instead of the bot's greeting (None: the bot greets)."""
        operator = await self.people.operator.now()
        now = self.clock()
        told = tuple(
            Draft(
                "system",
                conversation.language,
                one.texts[conversation.language],
                data={"announcement": {"id": one.id, "until": one.ends_at.isoformat()}},
            )
            for one in announcements.holding(operator.announcements, conversation.channel, now)
        )
        way = await self._way(operator, conversation)
        if way == "people":
            why = PEOPLE_FIRST if operator.bot_enabled else BOT_OFF
            key = PEOPLE_GREETING
            return told, Instead((await self._queued(key, conversation),), "handoff", why)
        if way == "callback":
            return told, Instead((self._said(OFFER, conversation),))
        return told, None

    async def before_bot(self, conversation: Conversation, message: Message) -> Instead | None:
        """What happens instead of asking the bot; None: ask it."""
        pressed = await self._pressed(conversation, message)
        if pressed is not None:
            return pressed
        operator = await self.people.operator.now()
        way = await self._way(operator, conversation) if not operator.bot_enabled else "assistant"
        if operator.bot_enabled:
            if conversation.owner_version == 0:
                return None
            return await self.callbacks.goes_on(conversation, message)
        if message.payload == PAYLOAD or way == "callback":
            return await self.callbacks.take(conversation, message, offered=message.payload != PAYLOAD)
        if conversation.owner == "queue":
            return await self.callbacks.goes_on(conversation, message) or Instead()
        return Instead((await self._queued(OFF_PEOPLE, conversation),), "handoff", BOT_OFF)

    async def after_failure(self, conversation: Conversation, message: Message) -> Instead | None:
        """What is done when the bot failed; None: the citizen is told that it did, and may try again."""
        if message.payload == PAYLOAD:
            instead = await self.callbacks.take(conversation, message, offered=False)
            return replace(instead, asked="handoff", why=BOT_FAILED)
        if conversation.owner == "queue":
            if message.payload == notices.HUMAN_PAYLOAD:
                return Instead((await self._queued(notices.QUEUED, conversation),), "handoff")
            return Instead()  # the message is in the hands of people already
        if message.payload == notices.HUMAN_PAYLOAD:
            return Instead((await self._queued(notices.QUEUED, conversation),), "handoff")
        if not self._fails_for_good(await self._failed_before(conversation)):
            return None
        return Instead((await self._queued(FAILED_PEOPLE, conversation),), "handoff", BOT_FAILED)

    async def after_answer(self, conversation: Conversation, asked: Asked | None) -> Instead | None:
        """The bot answers again in a conversation that waits only because it had failed: it takes it back."""
        if conversation.owner != "queue" or asked is not None:
            return None
        row = await self.people.handoffs.open_of(conversation.id)
        if row is None or row.reason != "bot_failed" or row.state != "waiting":
            return None
        return Instead((self._said(BACK, conversation),), "resume")

    async def agent_did(self, conversation: Conversation) -> tuple[str, Mapping[str, Any]] | None:
        """What a person did that the bot does not know yet, with the id to note it by."""
        if conversation.owner_version == 0:
            return None
        found = await self.people.handoffs.did_for_bot(conversation.id)
        return None if found is None else (found[0], found[1].wire())

    async def bot_told(self, handoff_id: str) -> None:
        await self.people.handoffs.bot_told(handoff_id)

    async def waiting(self, conversation: Conversation) -> dict[str, Any]:
        """The place in the queue for who is put into it now."""
        before = await self.people.store.queue_length()
        position = max(0, before - 1) + 1 if conversation.owner == "queue" else before + 1
        return {
            "state": "queued",
            "queue_position": position,
            "wait_seconds": position * self.people.patience.seconds_each,
        }

    async def _pressed(self, conversation: Conversation, message: Message) -> Instead | None:
        """The gateway's own buttons."""
        if message.payload is None:
            return None
        if message.payload == WAIT_PAYLOAD:
            return Instead((self._said(WAITS_ON, conversation),) if conversation.owner == "queue" else ())
        if message.payload == LEAVE_PAYLOAD:
            if conversation.owner != "queue":
                return Instead()
            return Instead((self._said(CANCELLED, conversation),), "resume")
        match = _RATE.fullmatch(message.payload)
        if match is None:
            return None
        try:
            score = orjson.loads(match[1]).get("score")
            await self.people.rate(conversation.id, score, None, "")
        except (ChannelsError, orjson.JSONDecodeError, AttributeError) as error:
            logger.info("a rating was not taken: %s", error)
        return Instead()

    def _fails_for_good(self, before: Sequence[datetime]) -> bool:
        """Whether one more failure after those is enough for a person; the times are newest first."""
        if len(before) + 1 < self.failures:
            return False
        return not before or (self.clock() - before[-1]).total_seconds() >= self.failing_seconds

    async def _failed_before(self, conversation: Conversation) -> list[datetime]:
        """When the bot has failed in a row, newest first, by the notices that say so."""
        last = (await self.people.store.conversation(conversation.id)).last_seq
        recent = await self.people.store.messages_after(conversation.id, max(0, last - _LOOK_BACK), _LOOK_BACK)
        times: list[datetime] = []
        for message in reversed(recent):
            if message.sender in ("bot", "agent"):
                break
            if "failed" in message.data:
                times.append(message.at)
        return times

    async def _way(self, operator: Operator, conversation: Conversation) -> Way:
        if operator.bot_enabled and not operator.modes:
            return "assistant"
        staffing = await self.people.staffing(Skill(conversation.language))
        waiting = staffing.waiting if staffing is not None else await self.people.store.queue_length()
        local = self.clock().astimezone(LOCAL_ZONE)
        mode = modes.mode_at(operator.modes, conversation.channel, local, waiting)
        return modes.way(operator.bot_enabled, mode, staffing)

    async def _queued(self, key: str, conversation: Conversation) -> Draft:
        told = await self.waiting(conversation)
        return self._said(key, conversation, {"position": told["queue_position"]}, {"handoff": told})

    def _said(
        self,
        key: str,
        conversation: Conversation,
        values: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Draft:
        return worded(self.people.sentences, Notice(key, values or {}, data or {}), conversation)
