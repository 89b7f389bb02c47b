"""Emergencies: everybody on duty is told, again and again, until somebody says that he or she takes care of it.

A person must have answered within 30 minutes; what is not acknowledged by then is marked overdue and told once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.desk import views
from channels.desk.errors import AlertNotFound
from channels.desk.floor import Floor
from channels.desk.live import Live
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore, WorkStore
from channels.desk.records import Alert, due_after
from channels.handoff.contract import EmergencyAlert

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Alerts:
    """Raises, shows and acknowledges alerts."""

    work: WorkStore
    accounts: AccountStore
    floor: Floor
    live: Live
    clock: Callable[[], datetime]

    async def raise_for(self, danger: EmergencyAlert) -> None:
        """Danger was recognised in a conversation."""
        await self._add(
            Alert(
                danger.alert_id,
                danger.conversation_id,
                danger.channel,
                danger.language,
                danger.text,
                danger.numbers,
                danger.at,
                due_after(danger.at),
            )
        )

    async def raise_for_ticket(self, alert: Alert) -> None:
        """An emergency ticket was filed; an alert of its conversation that nobody has heard yet gets its number."""
        for known in await self.work.open_alerts():
            if known.conversation_id is not None and known.conversation_id == alert.conversation_id:
                await self._number(known, alert.ticket_number)
                return
        await self._add(alert)

    async def raise_alarm(self, alert: Alert) -> None:
        """Something else that a person must see to, once an id."""
        await self._add(alert)

    async def raise_given_up(self, way: str, at: datetime) -> None:
        """News by some way reach citizens no more; the list of what was not delivered says which and whose.

        A provider that is away makes many of them: one alarm a way until somebody has acknowledged it.
        """
        begin = f"outbox:{way}-"
        if any(known.id.startswith(begin) for known in await self.work.open_alerts()):
            return
        alarm_id = f"{begin}{at:%Y%m%dT%H%M%S%f}"
        await self._add(Alert(alarm_id, None, way, "zh", "outbox_given_up", (), at, due_after(at)))

    async def acknowledge(self, agent: DeskAgent, alert_id: str) -> dict[str, Any]:
        """Somebody takes care of it; the first one stays. Raises AlertNotFound."""
        now = self.clock()
        known = await self.work.alert(alert_id)
        if known is None:
            raise AlertNotFound
        done = await self.work.change_alert(alert_id, lambda one: one.acknowledged(agent.id, now))
        if done is not None:
            await self.accounts.note_deed(now, agent.id, "alert_acknowledged", alert_id, "")
            await self.live.hint({"type": "alert", "alert_id": alert_id})
        shown = done or await self.work.alert(alert_id) or known
        return views.alert(shown, (await self.floor.roster()).people, now)

    async def shown(self) -> list[Mapping[str, Any]]:
        """The alerts that nobody has acknowledged, oldest first."""
        people, now = (await self.floor.roster()).people, self.clock()
        return [views.alert(alert, people, now) for alert in await self.work.open_alerts()]

    async def tick(self) -> None:
        """Tells once more what has become overdue."""
        now = self.clock()
        for alert in await self.work.open_alerts():
            if alert.overdue(now) and not alert.overdue_told:
                await self.work.change_alert(alert.id, lambda one: replace(one, overdue_told=True))
                logger.error("an emergency alert was not acknowledged within its time")
                await self.live.hint({"type": "alert", "alert_id": alert.id})

    async def _number(self, alert: Alert, ticket_number: str | None) -> None:
        await self.work.change_alert(alert.id, lambda one: replace(one, ticket_number=ticket_number))
        await self.live.hint({"type": "alert", "alert_id": alert.id})

    async def _add(self, alert: Alert) -> None:
        if await self.work.add_alert(alert):
            logger.warning("emergency alert raised")
        await self.live.hint({"type": "alert", "alert_id": alert.id})
