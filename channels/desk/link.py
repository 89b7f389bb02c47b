"""Joins the desk to the hand-over: `channels.desk.ports.Handoffs` and `Operating` on its service and stores.

The service needs the desk and the desk the service, so the link is made first and tied afterwards; until then every
call says that the hand-over is not there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from channels.adapters.sql import SqlConversationStore
from channels.desk.people import DeskAgent
from channels.desk.ports import REVISIT, AccountStore, RevisitAnswers, Standing, TicketWork, Undelivered
from channels.desk.views import iso
from channels.errors import ChannelsError, StoreUnavailable
from channels.handoff.contract import Agent, DeskEvent, Outcome
from channels.handoff.errors import HandoffNotFound
from channels.handoff.service import HandoffService
from channels.handoff.tables import ratings
from tickets.domain.masking import mask_phone


class HandoffLink:
    """Handoffs and Operating on the hand-over's service."""

    def __init__(
        self, store: SqlConversationStore, accounts: AccountStore, tickets: TicketWork, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._tickets = tickets
        self._clock = clock
        self.service: HandoffService | None = None
        self.undelivered: Mapping[str, Undelivered] = {}

    async def event(self, event: DeskEvent) -> Outcome:
        return await self._tied().event(event)

    async def standing(self, handoff_id: str) -> Standing | None:
        try:
            row = await self._tied().handoffs.get(handoff_id)
        except HandoffNotFound:
            return None
        return Standing(row.state, row.agent_id, row.end_reason or row.ended)

    async def place(self, handoff_id: str, position: int, wait_seconds: int | None) -> None:
        try:
            await self._tied().place(handoff_id, position, wait_seconds)
        except HandoffNotFound:
            return

    async def take_over(self, conversation_id: str, agent: Agent, expected_version: int) -> None:
        await self._tied().take_over(conversation_id, agent, expected_version)

    async def slots(self, conversation_id: str) -> Mapping[str, str]:
        return await self._tied().care.slots_of(conversation_id)

    async def ratings(self, since: datetime) -> Mapping[str, Any]:
        """How many judged their talks since then, and how."""
        figures = sa.select(sa.func.count(), sa.func.avg(ratings.c.score)).where(ratings.c.at >= since)
        row = await self._store.transaction(lambda connection: connection.execute(figures).one())
        count, average = row[0], row[1]
        return {"count": count, "average": None if average is None else round(float(average), 2)}

    async def kept(self, name: str) -> Mapping[str, Any] | None:
        found = await self._tied().care.setting(name)
        return None if found is None else found[0]

    async def keep(self, name: str, value: Mapping[str, Any], by: str) -> None:
        await self._tied().care.set(name, value, by, self._clock())

    async def settings(self) -> Mapping[str, Any]:
        return (await self._tied().operator.now()).wire()

    async def change_settings(self, by: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return (await self._tied().operator.change(body, by, self._clock())).wire()

    async def callbacks(self) -> Sequence[Mapping[str, Any]]:
        """Who wants to be called back: taken by the gateway, and filed by the bot as tickets; open ones first."""
        taken = [_callback(one) for one in await self._tied().care.callbacks()]
        known = {one["ticket_number"] for one in taken}
        try:
            filed = await self._tickets.callbacks(self._clock() - timedelta(days=14))
            asked = await self._tickets.revisits()
        except ChannelsError:
            filed, asked = [], []
        found = [*taken, *(one for one in filed if one["ticket_number"] not in known), *asked]
        return sorted(found, key=lambda one: (one["state"] != "open", one["due_at"] or "", one["requested_at"] or ""))

    async def callback_done(self, callback_id: str, by: DeskAgent, note: str) -> Mapping[str, Any]:
        if callback_id.startswith("ticket:"):
            return await self._tickets.callback_done(callback_id.removeprefix("ticket:"), by.id, note)
        done = await self._tied().care.callback_done(callback_id, by.name, note, self._clock())
        if done.ticket_number is not None:
            await self._tickets.callback_done(done.ticket_number, by.id, note)
        return _callback(done)

    async def revisited(self, number: str, by: DeskAgent, answers: RevisitAnswers) -> Mapping[str, Any]:
        return await self._tickets.revisited(number, by.id, answers)

    async def callback_phone(self, callback_id: str) -> str | None:
        """The telephone to call, in clear. Raises HandoffNotFound, TicketNotFound."""
        if callback_id.startswith(("ticket:", REVISIT)):
            return await self._tickets.callback_phone(callback_id.partition(":")[2])
        return (await self._tied().care.callback_phone(callback_id))[1]

    async def dead_letters(self) -> Sequence[Mapping[str, Any]]:
        """What a desk could not be told, and what citizens could not be told; the newest first."""
        letters = [
            {
                "id": one.id,
                "kind": one.kind,
                "target": one.desk,
                "handoff_id": one.handoff_id,
                "conversation_id": one.conversation_id,
                "seq": one.seq,
                "attempts": one.attempts,
                "error": one.error,
                "first_at": iso(one.first_at),
                "last_at": iso(one.last_at),
            }
            for one in await self._tied().letters.letters()
        ]
        for undelivered in self.undelivered.values():
            letters += [{"handoff_id": None, "seq": None, **one} for one in await undelivered.entries()]
        return sorted(letters, key=lambda one: str(one["last_at"] or one["first_at"]), reverse=True)

    async def retry_letter(self, letter_id: str) -> None:
        if (undelivered := self._undelivered(letter_id)) is not None:
            await undelivered.retry(letter_id)
        else:
            await self._tied().retry_letter(letter_id)

    async def drop_letter(self, letter_id: str) -> None:
        if (undelivered := self._undelivered(letter_id)) is not None:
            await undelivered.drop(letter_id)
        elif not await self._tied().letters.drop(letter_id):
            raise HandoffNotFound("There is no such letter.")

    def _undelivered(self, letter_id: str) -> Undelivered | None:
        return next((one for begin, one in self.undelivered.items() if letter_id.startswith(begin)), None)

    def _tied(self) -> HandoffService:
        if self.service is None:
            raise StoreUnavailable("The hand-over is not ready yet.")
        return self.service


def _callback(one: Any) -> dict[str, Any]:
    phone = mask_phone(one.phone) if one.phone else None
    return {
        "id": one.id,
        "conversation_id": one.conversation_id,
        "ticket_number": one.ticket_number,
        "caller": {"name": None, "phone": phone},
        "language": one.language,
        "reason": one.reason,
        "requested_at": iso(one.asked_at),
        "due_at": iso(one.due_at),
        "note": one.note,
        "state": "done" if one.done_at else "open",
        "done_at": iso(one.done_at),
        "agent": one.done_by,
    }
