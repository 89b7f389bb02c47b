"""Clears the folder of uploads: halves that a crash left, and files whose message was never stored.

A file that a message holds is never touched: the messages are asked before anything goes.
"""

from __future__ import annotations

import asyncio
import logging

from channels.errors import ChannelsError, ConversationNotFound
from channels.ports import ConversationStore
from channels.uploads import Uploads

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 900.0
UNCLAIMED_SECONDS = 3600.0
_ABANDONED_SECONDS = 3600.0
_PAGE = 500


class Sweeper:
    """Sweeps at start and four times an hour.

    Args:
        alone: no other process takes files into this folder, so at start every half file is a dead one's.
    """

    def __init__(self, uploads: Uploads, store: ConversationStore, alone: bool) -> None:
        self._uploads = uploads
        self._store = store
        self._alone = alone

    async def run(self) -> None:
        """Never ends by itself."""
        await self.clear(0.0 if self._alone else _ABANDONED_SECONDS)
        while True:
            try:
                await self.sweep(UNCLAIMED_SECONDS)
            except (ChannelsError, OSError) as error:
                logger.warning("the uploads could not be swept: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)
            await self.clear(_ABANDONED_SECONDS)

    async def clear(self, older_than_seconds: float) -> None:
        """Removes what crashes left under hidden names."""
        try:
            cleared = await asyncio.to_thread(self._uploads.clear_parts, older_than_seconds)
        except OSError as error:
            logger.warning("the uploads could not be cleared: %s", error)
            return
        if cleared:
            logger.info("%d files that never came in whole were removed", cleared)

    async def sweep(self, older_than_seconds: float) -> None:
        """Removes files kept so long ago that no message holds. Raises StoreUnavailable, OSError."""
        for conversation_id, attachment_id in await asyncio.to_thread(
            lambda: list(self._uploads.unclaimed(older_than_seconds))
        ):
            if await self._held(conversation_id, attachment_id):
                await asyncio.to_thread(self._uploads.claimed, conversation_id, attachment_id)
            else:
                await asyncio.to_thread(self._uploads.drop, conversation_id, attachment_id)
                logger.info("a file that belongs to no message was removed")

    async def _held(self, conversation_id: str, attachment_id: str) -> bool:
        after = 0
        try:
            while page := await self._store.messages_after(conversation_id, after, _PAGE):
                if any((message.data.get("attachment") or {}).get("id") == attachment_id for message in page):
                    return True
                after = page[-1].seq
        except ConversationNotFound:
            pass
        return False
