"""Puts the mini-program's server together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp

from channels.adapters.sql import SqlConversationStore
from channels.adapters.ticket_threads import TicketThreads
from channels.desk.ports import WorkStore
from channels.desk.records import Note
from channels.metrics import Metrics
from channels.miniprogram.calls import MiniProgramCalls
from channels.miniprogram.checking import TextChecks, Told
from channels.miniprogram.components import Components
from channels.miniprogram.config import MiniProgramConfig
from channels.miniprogram.flags import Flag, FlagRows
from channels.miniprogram.login import Logins
from channels.miniprogram.people import PeopleRows
from channels.miniprogram.service import MiniProgram
from channels.miniprogram.subscribing import QuotaRows, SubscribeMessages
from channels.router import Router
from channels.wechat.api import WeChatApi
from channels.wechat.bootstrap import listen
from tickets.domain.city import Catalogue


@asynccontextmanager
async def opened_miniprogram(
    config: MiniProgramConfig,
    store: SqlConversationStore,
    router: Router,
    work: WorkStore,
    metrics: Metrics,
    threads: TicketThreads,
    catalogue: Catalogue,
    now: Callable[[], datetime],
) -> AsyncIterator[MiniProgram | None]:
    """The mini-program's side of the gateway, listening to its conversations; None when it is switched off.

    Args:
        work: keeps the desk's notes; a flagged text is noted there.
        threads: the ticket core, which knows the city's components.
    """
    if config.appid is None:
        yield None
        return
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20)) as http:
        calls = MiniProgramCalls(WeChatApi(http, config.appid, config.secret, config.base))
        people = PeopleRows(store, config.appid)
        checks = TextChecks(calls, people, FlagRows(store), store, _telling(work, metrics), now)
        listen(router.publisher, checks.watch)
        checks.start()
        try:
            yield MiniProgram(
                logins=Logins(calls, people, store, router, now),
                checks=checks,
                subscribing=SubscribeMessages(calls, people, QuotaRows(store, config.appid), config.templates, now),
                components=Components(threads),
                catalogue=catalogue,
            )
        finally:
            await checks.close()


def _telling(work: WorkStore, metrics: Metrics) -> Told:
    """Notes a flag where people at the desk read the conversation, and counts it."""

    async def told(flag: Flag) -> None:
        event = {"type": f"flagged_{flag.reason}", "seq": flag.seq, "label": flag.label}
        note_id = f"flag:{flag.seq}:{flag.reason}"
        if await work.add_note(Note(note_id, flag.conversation_id, "system", None, "", flag.at, event)):
            metrics.flagged_texts.labels(flag.reason).inc()

    return told
