"""What the telephone line asks of the gateway around a conversation; the conversation itself goes the way of all.

It speaks with nobody. A caller is known by the number that the exchange asserts, and by nothing else.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from channels.conversations import Conversation
from channels.errors import ChannelsError, ConversationNotFound, InvalidField
from channels.handoff.briefing import PHONE_SLOT
from channels.handoff.contract import Skill
from channels.handoff.service import HandoffService
from channels.handoff.sql_care import Callback
from channels.phone.calls import BrokenOff, Ended, PhoneCall, broken_off, is_fresh
from channels.phone.sql import SqlPhone, last_calls
from channels.ports import ConversationStore

logger = logging.getLogger(__name__)
_LOOK_BACK = 12
_TICKET_DAYS = 90


class TicketLists(Protocol):
    """Tickets by the conversations that filed them."""

    async def of_conversations(self, conversation_ids: Sequence[str]) -> list[Mapping[str, Any]]: ...


class Opens(Protocol):
    """Opens conversations (`channels.router.Router`)."""

    async def open(self, channel: str, language: str) -> Conversation: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who calls. All of it is empty for a number that is withheld or new."""

    draft: BrokenOff | None = None
    tickets: Sequence[Mapping[str, Any]] = ()
    callbacks: Sequence[Callback] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneService:
    """See the module.

    Attributes:
        draft_hours: how long a form that broke off is offered to its caller.
        kept_days: how long calls are known.
    """

    store: ConversationStore
    calls: SqlPhone
    people: HandoffService
    opens: Opens
    tickets: TicketLists
    clock: Callable[[], datetime]
    draft_hours: float = 24.0
    kept_days: int = 30

    async def began(self, call_id: str, phone: str | None) -> Known:
        """Notes a call and says what is known of its caller."""
        now = self.clock()
        await self.calls.begin(PhoneCall(call_id, now, phone=phone))
        if phone is None:
            return Known()
        earlier = await self._earlier(call_id, phone, now)
        return Known(
            await self._draft(earlier, now),
            await self._tickets([one.conversation_id for one in earlier if one.conversation_id]),
            await self.calls.open_callbacks(phone),
            next((one.language for one in earlier if one.language), None),
        )

    async def opened(self, call_id: str, phone: str | None, language: str, declined: str | None) -> Conversation:
        """The conversation of a call: the one it has, else a new one.

        Args:
            declined: a draft that the caller does not go on with; it is not offered again.
        """
        call = PhoneCall(call_id, self.clock(), phone=phone)
        known = await self.calls.get(call_id)
        if known is not None and known.conversation_id is not None:
            return await self.store.conversation(known.conversation_id)
        if declined is not None:
            await self.calls.decline(declined)
        conversation = await self.opens.open("phone", language)
        attached = await self.calls.attach(call, conversation.id, language)
        return await self.store.conversation(attached.conversation_id or conversation.id)

    async def resumed(self, call_id: str, phone: str | None, conversation_id: str) -> Conversation:
        """Goes on with a draft of the same number in a new call.

        Raises:
            InvalidField: this conversation is no draft of this caller (any more).
        """
        now = self.clock()
        draft = None if phone is None else await self._draft(await self._earlier(call_id, phone, now), now)
        if draft is None or draft.conversation_id != conversation_id:
            raise InvalidField("resume", "This caller has no such draft.")
        await self.calls.attach(PhoneCall(call_id, now, phone=phone), conversation_id, draft.language)
        return await self.store.conversation(conversation_id)

    async def ended(self, ended: Ended) -> Callback | None:
        """Notes that a call is over; gives the call-back that was made of it, once a call."""
        known = await self.calls.get(ended.call_id)
        conversation_id = ended.conversation_id or (known.conversation_id if known else None)
        phone = ended.callback_phone or ended.phone or (known.phone if known else None)
        if conversation_id is not None:
            conversation_id = await self._existing(conversation_id)
            phone = phone or (await self.people.care.slots_of(conversation_id or "")).get(PHONE_SLOT)
            await self._leave(conversation_id)
        now = self.clock()
        fresh = Conversation(str(uuid.uuid4()), "phone", ended.language, now)
        made = await self.calls.end(replace(ended, conversation_id=conversation_id), phone, fresh)
        if made is not None:
            logger.info("a call ended unserved (%s): a call-back is noted", ended.why)
        return made

    async def on_duty(self, language: str) -> tuple[bool, int]:
        """Whether somebody at the desk could take a caller of this language, and how many wait before."""
        staffing = await self.people.staffing(Skill(language))
        if staffing is None:
            return False, await self.store.queue_length()
        return staffing.on_duty > 0, staffing.waiting

    async def forget(self) -> int:
        """Deletes calls that are older than they may be kept."""
        return await self.calls.forget(self.clock() - timedelta(days=self.kept_days))

    async def _earlier(self, call_id: str, phone: str, now: datetime) -> list[PhoneCall]:
        """The newest call of each earlier conversation of a number."""
        found = await self.calls.of_phone(phone, now - timedelta(days=_TICKET_DAYS))
        return [one for one in last_calls(found) if one.call_id != call_id]

    async def _draft(self, earlier: Sequence[PhoneCall], now: datetime) -> BrokenOff | None:
        """What the latest conversation of a number stopped in; earlier ones were left behind by it."""
        latest = next(iter(earlier), None)
        if latest is None or latest.declined or latest.conversation_id is None:
            return None
        conversation_id = await self._existing(latest.conversation_id)
        if conversation_id is None:
            return None
        conversation = await self.store.conversation(conversation_id)
        after = max(0, conversation.last_seq - _LOOK_BACK)
        draft = broken_off(conversation, await self.store.messages_after(conversation_id, after, _LOOK_BACK))
        return draft if draft is not None and is_fresh(draft, now, self.draft_hours) else None

    async def _tickets(self, conversation_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        if not conversation_ids:
            return []
        try:
            return [one for one in await self.tickets.of_conversations(conversation_ids) if one.get("open")]
        except ChannelsError as error:
            logger.warning("the tickets of a caller cannot be read: %s", error)
            return []

    async def _leave(self, conversation_id: str | None) -> None:
        """The caller is gone: nobody need wait for, or write to, him or her."""
        row = None if conversation_id is None else await self.people.handoffs.open_of(conversation_id)
        if row is not None:
            await self.people.end(row.id, "citizen_left")

    async def _existing(self, conversation_id: str) -> str | None:
        try:
            return (await self.store.conversation(conversation_id)).id
        except ConversationNotFound:
            return None
