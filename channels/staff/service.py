"""What the staff interface is made of, for its handlers.

A plain record; it is filled in `channels.staff.bootstrap`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from channels.desk.ports import AccountStore
from channels.desk.service import DEED_RATE
from channels.limits import TokenBuckets
from channels.staff.office_threads import OfficeThreads
from channels.staff.tokens import StaffTokens
from tickets.domain.city import Catalogue


@dataclass(slots=True)
class Staff:
    """Everything a handler of the staff interface may use."""

    office: OfficeThreads
    tokens: StaffTokens
    accounts: AccountStore
    catalogue: Catalogue
    deeds: TokenBuckets = field(default_factory=lambda: TokenBuckets(DEED_RATE))

    async def names(self) -> dict[str, str]:
        """What people are called, by id."""
        return {agent.id: agent.name for agent in await self.accounts.agents()}


STAFF: web.AppKey[Staff] = web.AppKey("staff", Staff)
