"""Everything somebody needs who answers a conversation: what was said, who calls, tickets, notes, proposals.

What is slow or away (tickets, proposals) leaves its part empty and says so; the conversation itself is always shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.conversations import Message
from channels.desk import drafts, roles, views
from channels.desk.cases import Case
from channels.desk.errors import PhoneUnknown, RoleNotEnough
from channels.desk.floor import Floor
from channels.desk.journal import Journal
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore, Handoffs, Sayings, Suggestions, TicketWork, WorkStore
from channels.desk.rights import Rights
from channels.desk.talks import Talks, texts_of
from channels.errors import ChannelsError, InvalidField
from channels.ports import ConversationStore
from tickets.domain.city import Catalogue
from tickets.domain.masking import mask_name, mask_phone
from tickets.domain.views import local_iso
from tickets.service.receipts import TicketReceipt

logger = logging.getLogger(__name__)

_MOST_MESSAGES = 500
_MOST_EARLIER = 20
_LAST_TEXTS = 6
TICKET_FILED = "utter_desk_ticket_filed"


@dataclass(slots=True)
class Context:
    """Gathers a conversation for the page, and files from it."""

    work: WorkStore
    accounts: AccountStore
    floor: Floor
    store: ConversationStore
    handoffs: Handoffs
    tickets: TicketWork
    suggestions: Suggestions
    rights: Rights
    talks: Talks
    journal: Journal
    sayings: Sayings
    catalogue: Catalogue
    clock: Callable[[], datetime]

    async def of(self, agent: DeskAgent, conversation_id: str) -> dict[str, Any]:
        """Raises NotAtDesk, RoleNotEnough."""
        case = await self.rights.seen(agent, conversation_id)
        roster = await self.floor.roster()
        messages = await self.messages(conversation_id)
        slots = await self.handoffs.slots(conversation_id)
        earlier = await self._earlier(case)
        text = slots.get("description") or "\n".join(texts_of(messages)[-_LAST_TEXTS:])
        tickets, proposed = await asyncio.gather(
            self._tickets([conversation_id, *(one.conversation_id for one in earlier)]),
            self.suggestions.propose(text, case.language),
        )
        categories = [self._category(one, case.language) for one in proposed.categories]
        draft = drafts.draft_of(slots, messages, categories[0]["id"] if categories else None)
        shown = views.conversation(case, await self.floor.word(conversation_id), roster, agent)
        shown["slots"] = dict(case.request.get("slots", {}))
        return {
            "conversation": shown,
            "messages": [self._message(message) for message in messages],
            "notes": [views.note(note, roster.people) for note in await self.work.notes(conversation_id)],
            "tickets": tickets,
            "caller_history": [self._past(one, tickets) for one in earlier],
            "suggestions": {
                "categories": categories,
                "units": _units(categories),
                "knowledge": list(proposed.knowledge),
                "duplicates": await self.suggestions.duplicates({**draft, "conversation_id": conversation_id}),
            },
            "ticket_draft": draft,
        }

    async def messages(self, conversation_id: str) -> list[Message]:
        """The last messages of a conversation."""
        conversation = await self.store.conversation(conversation_id)
        after = max(0, conversation.last_seq - _MOST_MESSAGES)
        return await self.store.messages_after(conversation_id, after, _MOST_MESSAGES)

    async def file(
        self,
        agent: DeskAgent,
        conversation_id: str,
        request_id: str,
        fields: Mapping[str, Any],
        join: str | None = None,
    ) -> TicketReceipt:
        """Files a ticket from the conversation, once a request, and tells the citizen its number.

        Args:
            join: number of an open ticket on the same matter, which the citizen is to follow instead.

        Raises:
            TicketRefused: a field cannot be used; it says which.
            TicketsUnavailable: nothing is known to be filed; the same request may be sent again.
        """
        case = await self.rights.taking_part(agent, conversation_id)
        slots, messages = await self.handoffs.slots(conversation_id), await self.messages(conversation_id)
        language = (await self.store.conversation(conversation_id)).language
        command = drafts.command_of(
            fields,
            conversation_id=conversation_id,
            request_id=request_id,
            channel=case.channel,
            language=language,
            agent_id=agent.id,
            phone=drafts.phone_of(slots, messages),
        )
        receipt = await (self.tickets.file(command) if join is None else self.tickets.join(command, join))
        await self._tell_ticket(case, receipt)
        await self.talks.add_ticket(case, receipt.number)
        return receipt

    async def reveal(self, agent: DeskAgent, conversation_id: str, purpose: str) -> dict[str, Any]:
        """The telephone and name in clear, for a purpose that is written down. Raises PhoneUnknown."""
        if len(purpose.strip()) < 2:
            raise InvalidField("purpose", "Say what you need the number for.")
        case = await self.rights.seen(agent, conversation_id)
        if views.my_role(agent, case) is None and not roles.may(agent.role, "see_unit"):
            raise RoleNotEnough("Accept the conversation first.")
        slots = await self.handoffs.slots(conversation_id)
        phone = drafts.phone_of(slots, await self.messages(conversation_id))
        name = slots.get("contact_name")
        if phone is None and not name:
            raise PhoneUnknown
        shown = f"{mask_phone(phone)} {mask_name(name)}".strip()
        await self.accounts.note_deed(
            self.clock(), agent.id, "revealed", conversation_id, f"{shown}: {purpose.strip()}"
        )
        await self.journal.note(case, {"type": "revealed", "by": agent.brief(), "purpose": purpose.strip()})
        return {"phone": phone, "name": name}

    async def _tell_ticket(self, case: Case, receipt: TicketReceipt) -> None:
        values = {"number": receipt.number, "due_at": _day(receipt.due_at)}
        await self.sayings.say(
            case.conversation_id, f"desk:ticket:{receipt.number}", TICKET_FILED, values, {"ticket": wire(receipt)}
        )

    async def _tickets(self, conversation_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        try:
            return await self.tickets.of_conversations(list(dict.fromkeys(conversation_ids)))
        except ChannelsError as error:
            logger.warning("no tickets can be shown: %s", error)
            return []

    async def _earlier(self, case: Case) -> list[Case]:
        if case.caller_key is None:
            return []
        found = await self.work.cases_of_caller(case.caller_key, _MOST_EARLIER)
        return [one for one in found if one.handoff_id != case.handoff_id]

    def _message(self, message: Message) -> dict[str, Any]:
        shown = message.wire()
        own_id = message.data.get("message_id")
        return {**shown, "message_id": own_id} if own_id is not None else shown

    def _category(self, found: Mapping[str, Any], language: str) -> dict[str, Any]:
        known = found["id"] in self.catalogue.categories
        title = self.catalogue.category_name(found["id"], language) if known else found["id"]
        return {**found, "title": title}

    @staticmethod
    def _past(case: Case, tickets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            "conversation_id": case.conversation_id,
            "at": views.iso(case.opened_at),
            "channel": case.channel,
            "language": case.language,
            "summary": case.request.get("summary", ""),
            "end_reason": case.end_reason,
            "tickets": [one["number"] for one in tickets if one["conversation_id"] == case.conversation_id],
        }


def wire(receipt: TicketReceipt) -> dict[str, Any]:
    """A ticket as messages carry it."""
    return {
        "number": receipt.number,
        "nature": str(receipt.nature),
        "category": receipt.category,
        "unit": receipt.unit,
        "status": str(receipt.status),
        "accept_by": local_iso(receipt.accept_by),
        "due_at": local_iso(receipt.due_at),
        "duplicate_of": receipt.duplicate_of,
    }


def _units(categories: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, float] = {}
    for one in categories:
        found[one["unit"]] = found.get(one["unit"], 0.0) + one["score"]
    return [{"id": unit, "score": round(score, 3)} for unit, score in sorted(found.items(), key=lambda item: -item[1])]


def _day(at: datetime) -> str:
    local = local_iso(at) or ""
    return local[:16].replace("T", " ")
