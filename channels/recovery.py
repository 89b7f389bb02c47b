"""After a start: finishes the turns that an earlier process left unfinished.

A client that had its message acknowledged does not send it again, so its answer must not be lost with a process.
It waits until the bot is there, and takes only what is minutes old: nobody expects a late answer out of the blue.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from channels.errors import BotUnavailable, ChannelsError
from channels.ports import Bot, ConversationStore
from channels.router import Router

logger = logging.getLogger(__name__)

_OLDEST = timedelta(minutes=10)
_MOST = 200
_PAUSE_SECONDS = 0.5
_PATIENCE_SECONDS = 180.0


async def recover(store: ConversationStore, bot: Bot, router: Router, now: datetime | None = None) -> int:
    """Runs the unfinished turns one after another; gives how many there were."""
    started_at = datetime.now(UTC) if now is None else now
    unfinished = [message for message in await store.unfinished(started_at - _OLDEST, _MOST) if message.at < started_at]
    if not unfinished or not await _bot_is_there(bot):
        return 0
    logger.info("%d unfinished turns are taken up again", len(unfinished))
    for message in unfinished:
        try:
            await router.resume(message)
        except ChannelsError as error:
            logger.warning("an unfinished turn could not be taken up: %s", error)
    return len(unfinished)


async def _bot_is_there(bot: Bot) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + _PATIENCE_SECONDS
    while loop.time() < until:
        try:
            await bot.ping()
            return True
        except BotUnavailable:
            await asyncio.sleep(_PAUSE_SECONDS)
    return False
