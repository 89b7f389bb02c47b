"""Takes a call-back without bot and people: asks for the telephone, files the ticket, adds what comes later.

The dialogue itself is in `channels.handoff.callbacks`; here it meets the stores. Repeated after a crash it files no
second ticket, and it claims nothing that was not filed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from channels.conversations import Conversation, Draft, Message
from channels.errors import ChannelsError
from channels.handoff import callbacks
from channels.handoff.briefing import NAME_SLOT, PHONE_SLOT
from channels.handoff.callbacks import Step
from channels.handoff.moves import Notice
from channels.handoff.sql_care import Callback, SqlCare
from channels.handoff.words import worded
from channels.metrics import Metrics
from channels.ports import ConversationStore, Instead, Sentences
from language.phones import find_phones
from tickets.domain.masking import mask_phone
from tickets.domain.people import Contact
from tickets.service.commands import FileTicket, SupplementTicket

logger = logging.getLogger(__name__)

_MOST_MESSAGES = 200


class TicketFiling(Protocol):
    """Files and supplements tickets."""

    async def file(self, command: FileTicket) -> Any:
        """The receipt. Raises TicketsUnavailable."""
        ...

    async def supplement(self, command: SupplementTicket) -> Any:
        """The receipt. Raises TicketsUnavailable, also when the ticket takes nothing any more."""
        ...


@dataclass(frozen=True, slots=True)
class CallbackTaking:
    """See the module."""

    store: ConversationStore
    care: SqlCare
    tickets: TicketFiling
    sentences: Sentences
    metrics: Metrics
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]

    async def goes_on(self, conversation: Conversation, message: Message) -> Instead | None:
        """Takes the telephone that was asked for; anything else is not for the call-back while others answer."""
        found = await self.care.callback_of(conversation.id)
        if found is None or found.state != "asked" or (phone := _phone_of(message, conversation)) is None:
            return None
        return await self._step(conversation, message, callbacks.hear(found, message, phone))

    async def take(self, conversation: Conversation, message: Message, offered: bool) -> Instead:
        """Begins a call-back, or goes on with the one that is there.

        Args:
            offered: nobody is there, so the citizen is offered one; else it was asked for.
        """
        found = await self.care.callback_of(conversation.id)
        phone = _phone_of(message, conversation)
        if found is not None and message.seq > found.from_seq and not callbacks.is_old(found, self.clock()):
            return await self._step(conversation, message, callbacks.hear(found, message, phone))
        if phone is None and not offered:
            phone = (await self.care.slots_of(conversation.id)).get(PHONE_SLOT)
        reason = "bot_off" if offered else "asked"
        step = callbacks.begin(conversation, message, reason, phone, offered, self.clock())
        if offered and await self._was_offered(conversation, message):
            step = callbacks.hear(step.callback, message, phone)
        return await self._step(conversation, message, step)

    async def _step(self, conversation: Conversation, message: Message, step: Step) -> Instead:
        callback = step.callback
        try:
            if step.then == "file":
                return await self._file(conversation, callback)
            if step.then == "add":
                return await self._add(conversation, callback, message)
            if step.then == "tell":
                return self._told(conversation, callback)
        except ChannelsError as error:
            logger.error("a call-back could not be filed: %s", error)
            self.metrics.callbacks.labels("failed").inc()
            if callback.state != "filed":
                await self.care.keep_callback(replace(callback, phone=None))
            return Instead((self._said(callbacks.STORE_DOWN, conversation),))
        self.metrics.callbacks.labels("asked").inc()
        await self.care.keep_callback(callback)
        return Instead((self._said(step.key, conversation),))

    async def _file(self, conversation: Conversation, callback: Callback) -> Instead:
        known = await self.care.slots_of(conversation.id)
        said = await self.store.messages_after(conversation.id, callback.from_seq - 1, _MOST_MESSAGES)
        opening = self.sentences.text(callbacks.DESCRIPTION, conversation.language)
        receipt = await self.tickets.file(
            FileTicket(
                idempotency_key=f"{conversation.id}:callback:{callback.from_seq}",
                conversation_id=conversation.id,
                channel=conversation.channel,
                language=conversation.language,
                nature="help",
                description=callbacks.description_of(opening, said, known.get("description")),
                contact=Contact(name=known.get(NAME_SLOT), phone=callback.phone),
                callback=True,
            )
        )
        self.checkpoint("callback_filed")
        filed = replace(
            callback, state="filed", filed_at=self.clock(), ticket_number=receipt.number, due_at=receipt.accept_by
        )
        await self.care.keep_callback(filed)
        self.metrics.callbacks.labels("filed").inc()
        return self._told(conversation, filed)

    async def _add(self, conversation: Conversation, callback: Callback, message: Message) -> Instead:
        """Adds to the ticket; when that takes nothing any more, a new call-back with the same telephone begins."""
        number = callback.ticket_number or ""
        key = f"{conversation.id}:callback:{message.message_id}"
        try:
            await self.tickets.supplement(SupplementTicket(idempotency_key=key, number=number, text=message.text))
        except ChannelsError:
            again = callbacks.begin(conversation, message, callback.reason, callback.phone, False, self.clock())
            return await self._file(conversation, again.callback)
        return Instead((self._said(callbacks.NOTED, conversation, {"number": number}),))

    async def _was_offered(self, conversation: Conversation, message: Message) -> bool:
        """Whether the call-back was offered with the greeting already."""
        before = await self.store.messages_after(conversation.id, max(0, message.seq - 3), 2)
        offer = self.sentences.text(callbacks.OFFER, conversation.language, conversation.channel)
        return any(one.sender == "system" and one.text == offer for one in before)

    def _told(self, conversation: Conversation, callback: Callback) -> Instead:
        values = {"number": callback.ticket_number, "phone_number": mask_phone(callback.phone)}
        data = {"ticket": {"number": callback.ticket_number}, "callback": {"state": "filed"}}
        return Instead((self._said(callbacks.FILED, conversation, values, data),))

    def _said(
        self,
        key: str,
        conversation: Conversation,
        values: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Draft:
        return worded(self.sentences, Notice(key, values or {}, data or {}), conversation)


def _phone_of(message: Message, conversation: Conversation) -> str | None:
    """The telephone in what was typed."""
    found = find_phones(message.text, conversation.language) if message.payload is None else []
    return str(found[0].value) if found else None
