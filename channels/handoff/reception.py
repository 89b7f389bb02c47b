"""Decides before the bot is asked, and after it failed, whether people or the gateway itself answer a message.

Here the operator's switches and modes take effect: the greeting, the assistant that is off, a bot that fails again
and again, the call-back while nobody is there. It never answers for a person who has the conversation.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import orjson

from channels import notices
from channels.conversations import Conversation, Draft, Message
from channels.errors import ChannelsError, TicketsUnavailable
from channels.handoff import announcements, callbacks, modes
from channels.handoff.briefing import PHONE_SLOT
from channels.handoff.callbacks import Step
from channels.handoff.contract import Skill, Staffing
from channels.handoff.modes import Way
from channels.handoff.moves import Notice
from channels.handoff.operator import Operator
from channels.handoff.service import HandoffService
from channels.handoff.sql_care import Callback
from channels.handoff.words import worded
from channels.ownership import BOT_FAILED, BOT_OFF, PEOPLE_FIRST, Asked
from channels.ports import Instead
from language.phones import find_phones
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.masking import mask_phone
from tickets.domain.people import Contact
from tickets.service.commands import FileTicket, SupplementTicket

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


class TicketFiling(Protocol):
    """Files and supplements tickets."""

    async def file(self, command: FileTicket) -> Any:
        """The receipt. Raises TicketsUnavailable."""
        ...

    async def supplement(self, command: SupplementTicket) -> Any:
        """The receipt. Raises TicketsUnavailable."""
        ...


@dataclass(slots=True)
class Reception:
    """FrontDesk with people behind it: reads the operator's settings and the desk's staffing.

    Attributes:
        failures: so many failures of the bot in a row bring a person in.
    """

    people: HandoffService
    tickets: TicketFiling
    clock: Callable[[], datetime]
    failures: int = 2

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
            return told, Instead((self._said(callbacks.OFFER, conversation),))
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
            return await self._callback_goes_on(conversation, message)
        if message.payload == callbacks.PAYLOAD or way == "callback":
            return await self._callback(conversation, message, offered=message.payload != callbacks.PAYLOAD)
        if conversation.owner == "queue":
            return await self._callback_goes_on(conversation, message) or Instead()
        return Instead((await self._queued(OFF_PEOPLE, conversation),), "handoff", BOT_OFF)

    async def after_failure(self, conversation: Conversation, message: Message) -> Instead | None:
        """What is done when the bot failed; None: the citizen is told that it did, and may try again."""
        if message.payload == callbacks.PAYLOAD:
            instead = await self._callback(conversation, message, offered=False)
            return replace(instead, asked="handoff", why=BOT_FAILED)
        if conversation.owner == "queue":
            if message.payload == notices.HUMAN_PAYLOAD:
                return Instead((await self._queued(notices.QUEUED, conversation),), "handoff")
            return Instead()  # the message is in the hands of people already
        if message.payload == notices.HUMAN_PAYLOAD:
            return Instead((await self._queued(notices.QUEUED, conversation),), "handoff")
        if await self._failed_before(conversation) + 1 < self.failures:
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
            return Instead((self._said("utter_gateway_queue_cancelled", conversation),), "resume")
        match = _RATE.fullmatch(message.payload)
        if match is None:
            return None
        try:
            score = orjson.loads(match[1]).get("score")
            await self.people.rate(conversation.id, score, None, "")
        except (ChannelsError, orjson.JSONDecodeError, AttributeError) as error:
            logger.info("a rating was not taken: %s", error)
        return Instead()

    async def _callback_goes_on(self, conversation: Conversation, message: Message) -> Instead | None:
        """Takes the telephone that was asked for; anything else is not for the call-back while others answer."""
        found = await self.people.care.callback_of(conversation.id)
        if found is None or found.state != "asked" or (phone := _phone_of(message, conversation)) is None:
            return None
        return await self._step(conversation, message, callbacks.hear(found, message, phone))

    async def _callback(self, conversation: Conversation, message: Message, offered: bool) -> Instead:
        found = await self.people.care.callback_of(conversation.id)
        phone = _phone_of(message, conversation)
        if found is not None and message.seq > found.from_seq and not callbacks.is_old(found, self.clock()):
            return await self._step(conversation, message, callbacks.hear(found, message, phone))
        if phone is None and not offered:
            phone = (await self.people.care.slots_of(conversation.id)).get(PHONE_SLOT)
        reason = "bot_off" if offered else "asked"
        step = callbacks.begin(conversation, message, reason, phone, offered, self.clock())
        if offered and await self._was_offered(conversation, message):
            step = callbacks.hear(step.callback, message, phone)
        return await self._step(conversation, message, step)

    async def _step(self, conversation: Conversation, message: Message, step: Step) -> Instead:
        """Does a step of the call-back; repeated after a crash it files no second ticket."""
        callback = step.callback
        try:
            if step.then == "file":
                return await self._file(conversation, callback)
            if step.then == "add":
                return await self._add(conversation, callback, message)
            if step.then == "tell":
                return self._told(conversation, callback)
        except TicketsUnavailable as error:
            logger.error("a call-back could not be filed: %s", error)
            self.people.metrics.callbacks.labels("failed").inc()
            await self.people.care.keep_callback(replace(callback, phone=None))
            return Instead((self._said(callbacks.STORE_DOWN, conversation),))
        self.people.metrics.callbacks.labels("asked").inc()
        await self.people.care.keep_callback(callback)
        return Instead((self._said(step.key, conversation),))

    async def _file(self, conversation: Conversation, callback: Callback) -> Instead:
        known = await self.people.care.slots_of(conversation.id)
        said = await self.people.store.messages_after(conversation.id, callback.from_seq - 1, 200)
        opening = self.people.sentences.text(callbacks.DESCRIPTION, conversation.language)
        receipt = await self.tickets.file(
            FileTicket(
                idempotency_key=f"{conversation.id}:callback:{callback.from_seq}",
                conversation_id=conversation.id,
                channel=conversation.channel,
                language=conversation.language,
                nature="help",
                description=callbacks.description_of(opening, said, known.get("description")),
                contact=Contact(name=known.get("contact_name"), phone=callback.phone),
                callback=True,
            )
        )
        self.people.checkpoint("callback_filed")
        filed = replace(
            callback,
            state="filed",
            filed_at=self.clock(),
            ticket_number=receipt.number,
            due_at=receipt.accept_by,
        )
        await self.people.care.keep_callback(filed)
        self.people.metrics.callbacks.labels("filed").inc()
        return self._told(conversation, filed)

    def _told(self, conversation: Conversation, callback: Callback) -> Instead:
        values = {"number": callback.ticket_number, "phone_number": mask_phone(callback.phone)}
        data = {"ticket": {"number": callback.ticket_number}, "callback": {"state": "filed"}}
        return Instead((self._said(callbacks.FILED, conversation, values, data),))

    async def _add(self, conversation: Conversation, callback: Callback, message: Message) -> Instead:
        number = callback.ticket_number or ""
        key = f"{conversation.id}:callback:{message.message_id}"
        await self.tickets.supplement(SupplementTicket(idempotency_key=key, number=number, text=message.text))
        return Instead((self._said(callbacks.NOTED, conversation, {"number": number}),))

    async def _was_offered(self, conversation: Conversation, message: Message) -> bool:
        """Whether the call-back was offered with the greeting already."""
        before = await self.people.store.messages_after(conversation.id, max(0, message.seq - 3), 2)
        offer = self.people.sentences.text(callbacks.OFFER, conversation.language, conversation.channel)
        return any(one.sender == "system" and one.text == offer for one in before)

    async def _failed_before(self, conversation: Conversation) -> int:
        """How often the bot has failed in a row, by the notices that say so."""
        last = (await self.people.store.conversation(conversation.id)).last_seq
        recent = await self.people.store.messages_after(conversation.id, max(0, last - _LOOK_BACK), _LOOK_BACK)
        count = 0
        for message in reversed(recent):
            if message.sender in ("bot", "agent"):
                break
            count += "failed" in message.data
        return count

    async def _way(self, operator: Operator, conversation: Conversation) -> Way:
        if operator.bot_enabled and not operator.modes:
            return "assistant"
        staffing = await self._staffing(conversation)
        waiting = staffing.waiting if staffing is not None else await self.people.store.queue_length()
        local = self.clock().astimezone(LOCAL_ZONE)
        mode = modes.mode_at(operator.modes, conversation.channel, local, waiting)
        return modes.way(operator.bot_enabled, mode, staffing)

    async def _staffing(self, conversation: Conversation) -> Staffing | None:
        return await self.people.staffing(Skill(conversation.language))

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


def _phone_of(message: Message, conversation: Conversation) -> str | None:
    """The telephone in what was typed."""
    found = find_phones(message.text, conversation.language) if message.payload is None else []
    return str(found[0].value) if found else None
