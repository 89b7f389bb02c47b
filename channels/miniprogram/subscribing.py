"""Subscribe messages: one for each time a citizen accepted them, counted here, sent once an occasion.

The count goes down in the transaction that notes the occasion, before WeChat is asked. A crash between the two costs
a knock at the door and never sends two: the news itself stands in the conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.miniprogram.calls import MiniProgramCalls
from channels.miniprogram.people import PeopleRows
from channels.miniprogram.ports import Later, Refused, SendResult, Sent
from channels.miniprogram.tables import notices, quotas
from channels.miniprogram.templates import Template
from channels.wechat.errors import WeChatAway, WeChatError

logger = logging.getLogger(__name__)
MOST_REMAINING = 20
"""So many acceptances are counted at most; a client that says more is not believed."""
_NOT_ACCEPTED = 43101
_NO_PERSON = 40003
_PASSING = frozenset((-1, 45009, 45011))
_LATER_SECONDS = 60.0
_KEPT = timedelta(days=90)
_SENT = "sent"


class QuotaRows:
    """Acceptances that are left, and occasions that were told; each method is one transaction."""

    def __init__(self, store: SqlConversationStore, appid: str) -> None:
        self._store = store
        self._appid = appid

    async def accepted(self, openid: str, template: str) -> int:
        """Counts one acceptance; gives how many are left."""
        this = self._of(openid, template)

        def work(connection: Connection) -> int:
            more = sa.update(quotas).where(this, quotas.c.remaining < MOST_REMAINING)
            changed = connection.execute(more.values(remaining=quotas.c.remaining + 1)).rowcount
            known = connection.execute(sa.select(quotas.c.remaining).where(this)).scalar_one_or_none()
            if changed == 0 and known is None:
                place = {"appid": self._appid, "openid": openid, "template": template}
                connection.execute(sa.insert(quotas).values(**place, remaining=1))
                return 1
            return int(known or 0)

        return await self._store.transaction(work)

    async def none_left(self, openid: str, template: str) -> None:
        """WeChat says that nothing is accepted any more."""
        change = sa.update(quotas).where(self._of(openid, template)).values(remaining=0)
        await self._store.transaction(lambda connection: connection.execute(change))

    async def begin(self, once: str, openid: str, template: str, at: datetime) -> str:
        """Takes one acceptance for an occasion: "begun", "no_quota", or how the same occasion ended before."""
        taking = sa.update(quotas).where(self._of(openid, template), quotas.c.remaining > 0)

        def work(connection: Connection) -> str:
            query = sa.select(notices.c.result).where(notices.c.id == once)
            known = connection.execute(query).scalar_one_or_none()
            if known is not None:
                return str(known)
            if connection.execute(taking.values(remaining=quotas.c.remaining - 1)).rowcount == 0:
                return "no_quota"
            connection.execute(sa.insert(notices).values(id=once, result=_SENT, at=at))
            connection.execute(sa.delete(notices).where(notices.c.at < at - _KEPT))
            return "begun"

        return await self._store.transaction(work)

    async def end(self, once: str, result: str) -> None:
        """Notes how an occasion ended, when not well."""
        change = sa.update(notices).where(notices.c.id == once).values(result=result)
        await self._store.transaction(lambda connection: connection.execute(change))

    async def undo(self, once: str, openid: str, template: str) -> None:
        """Nothing was sent: the acceptance is given back and the occasion may come again."""

        def work(connection: Connection) -> None:
            connection.execute(sa.delete(notices).where(notices.c.id == once))
            giving = sa.update(quotas).where(self._of(openid, template))
            connection.execute(giving.values(remaining=quotas.c.remaining + 1))

        await self._store.transaction(work)

    def _of(self, openid: str, template: str) -> sa.ColumnElement[bool]:
        return (quotas.c.appid == self._appid) & (quotas.c.openid == openid) & (quotas.c.template == template)


class SubscribeMessages:
    """SubscribeSender on WeChat's servers."""

    def __init__(
        self,
        calls: MiniProgramCalls,
        people: PeopleRows,
        rows: QuotaRows,
        templates: Mapping[str, Template],
        now: Callable[[], datetime],
    ) -> None:
        self._calls = calls
        self._people = people
        self._rows = rows
        self._now = now
        self.templates = templates

    async def accepted(self, openid: str, template_key: str) -> int:
        """Counts that a citizen accepted one message; gives how many may be sent. Raises KeyError: no such template."""
        return await self._rows.accepted(openid, self.templates[template_key].id)

    async def to_conversation(
        self, conversation_id: str, template_key: str, values: Mapping[str, str], *, once: str
    ) -> SendResult:
        """`send` to whose conversation it is."""
        openid = await self._people.owner(conversation_id)
        return Refused("no_person") if openid is None else await self.send(openid, template_key, values, once=once)

    async def send(self, openid: str, template_key: str, values: Mapping[str, str], *, once: str) -> SendResult:
        template = self.templates.get(template_key)
        if template is None:
            return Refused("no_template")
        begun = await self._rows.begin(once, openid, template.id, self._now())
        if begun != "begun":
            return Sent() if begun == _SENT else Refused(begun)  # type: ignore[arg-type]
        try:
            await self._calls.subscribed(openid, template.id, template.page_for(values), template.data(values))
        except WeChatAway:
            return await self._later(once, openid, template.id)
        except WeChatError as error:
            if error.errcode in _PASSING:
                return await self._later(once, openid, template.id)
            return await self._refused(error, once, openid, template.id)
        return Sent()

    async def _later(self, once: str, openid: str, template_id: str) -> Later:
        await self._rows.undo(once, openid, template_id)
        return Later(_LATER_SECONDS)

    async def _refused(self, error: WeChatError, once: str, openid: str, template_id: str) -> Refused:
        if error.errcode == _NOT_ACCEPTED:
            await self._rows.none_left(openid, template_id)
            refused = Refused("not_accepted")
        elif error.errcode == _NO_PERSON:
            refused = Refused("no_person")
        else:  # a template or field that WeChat does not take: once somebody has mended it, it may be sent again
            logger.error("a subscribe message was refused: %s", error)
            await self._rows.undo(once, openid, template_id)
            return Refused("wechat_refused")
        await self._rows.end(once, refused.reason)
        return refused
