"""Puts the official account together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp

from channels.adapters.sql import SqlConversationStore
from channels.conversations import Conversation
from channels.publisher import Publisher
from channels.router import Router
from channels.uploads import Uploads
from channels.wechat.account import OfficialAccount
from channels.wechat.api import WeChatApi
from channels.wechat.config import WeChatConfig
from channels.wechat.people import PeopleRows
from channels.wechat.rendering import load_words


@asynccontextmanager
async def opened_account(
    config: WeChatConfig,
    store: SqlConversationStore,
    router: Router,
    uploads: Uploads,
    now: Callable[[], datetime],
) -> AsyncIterator[OfficialAccount | None]:
    """The account, listening to what is said in its conversations; None when it is switched off."""
    if config.appid is None:
        yield None
        return
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=20)) as http:
        account = OfficialAccount(
            api=WeChatApi(http, config.appid, config.secret, config.base),
            rows=PeopleRows(store, config.appid),
            store=store,
            router=router,
            uploads=uploads,
            words=load_words(),
            now=now,
        )
        listen(router.publisher, account.watch)
        account.start()
        try:
            yield account
        finally:
            await account.close()


def listen(publisher: Publisher, watch: Callable[[Conversation], None]) -> None:
    """Adds a listener beside the one there is."""
    before = publisher.heard

    def both(conversation: Conversation) -> None:
        if before is not None:
            before(conversation)
        watch(conversation)

    publisher.heard = both
