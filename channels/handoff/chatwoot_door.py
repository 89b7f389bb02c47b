"""Where Chatwoot's webhooks come in: checked, kept, answered at once, then worked off.

A delivery without a good signature is refused; one that is kept is never lost. Files that agents send are fetched
from Chatwoot's own address and kept here; what kind of file is not accepted goes to the citizen as a link.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.errors import ChannelsError, FileInfected, ScannerUnavailable
from channels.handoff import chatwoot_events, signing
from channels.handoff.chatwoot import ChatwootDesk
from channels.handoff.config import ChatwootConfig
from channels.handoff.contract import AgentMessage, Attachment, DeskEvent
from channels.handoff.errors import AlreadyTaken, DeskRefused, NotYours
from channels.handoff.incoming import Incoming
from channels.handoff.rows import DeadLetter, Handoff
from channels.handoff.service import HandoffService
from channels.kinds import LARGEST
from channels.uploads import Uploads

logger = logging.getLogger(__name__)

SIGNATURE = "X-Chatwoot-Signature"
TIMESTAMP = "X-Chatwoot-Timestamp"
DELIVERY = "X-Chatwoot-Delivery"


@dataclass
class ChatwootDoor:
    """See the module; `incoming` is set by who makes it."""

    config: ChatwootConfig
    desk: ChatwootDesk
    service: HandoffService
    uploads: Uploads
    clock: Callable[[], datetime]
    incoming: Incoming | None = None

    def check(self, headers: Mapping[str, str], body: bytes, now: float) -> None:
        """Raises SignatureRefused."""
        signing.check(self.config.secret, headers, body, now, signature_name=SIGNATURE, timestamp_name=TIMESTAMP)

    async def work(self, delivery_id: str, payload: Mapping[str, Any]) -> None:
        """Works off one webhook; what is not about a hand-over of ours does nothing."""
        row = await self._row(payload)
        if row is None:
            return
        for event in chatwoot_events.events_of(payload, delivery_id, row, self.clock()):
            await self._take(row, event)

    async def give_up(self, delivery_id: str, payload: Mapping[str, Any], error: str) -> None:
        """Keeps a webhook that cannot be worked off with the dead letters."""
        row = await self._row(payload)
        if row is not None:
            kept = {"delivery_id": delivery_id, "payload": dict(payload)}
            await self.service.letters.bury(row, "event", error, self.clock(), payload=kept)
            self.service.metrics.dead_letters.labels("event").inc()

    async def rework(self, letter: DeadLetter) -> None:
        """Tries a dead letter again."""
        kept = letter.payload or {}
        await self.work(str(kept.get("delivery_id")), kept.get("payload") or {})

    async def _row(self, payload: Mapping[str, Any]) -> Handoff | None:
        if not chatwoot_events.is_ours(payload, self.config.account_id, self.config.inbox_id):
            return None
        ref = chatwoot_events.reference_of(payload)
        return None if ref is None else await self.service.handoffs.by_ref(self.desk.name, ref)

    async def _take(self, row: Handoff, event: DeskEvent) -> None:
        kept: list[str] = []
        if isinstance(event.what, AgentMessage) and event.what.attachments:
            event = replace(event, what=await self._with_files(row, event.what, kept))
        try:
            outcome = await self.service.event(event)
        except AlreadyTaken as error:
            logger.info("somebody else has this conversation: %s", error)
            return
        except NotYours:
            logger.warning("a word of Chatwoot for a conversation that nobody has is not passed on")
            return
        if outcome.duplicate or outcome.ignored:
            for attachment_id in kept:
                await asyncio.to_thread(self.uploads.drop, row.conversation_id, attachment_id)

    async def _with_files(self, row: Handoff, what: AgentMessage, kept: list[str]) -> AgentMessage:
        files: list[Attachment] = []
        lines = [what.text] if what.text else []
        for file in what.attachments:
            try:
                stored = await self._stored(row, file)
            except FileInfected:
                lines.append(file.name)  # no link to it either
                continue
            if stored is None:
                lines.append(" ".join(part for part in (file.name, file.url or "") if part))
            else:
                files.append(stored)
                kept.append(stored.id)
        return replace(what, text="\n".join(lines), attachments=tuple(files))

    async def _stored(self, row: Handoff, file: Attachment) -> Attachment | None:
        """The file among the conversation's own; None when it is of no kind, or too large, to be kept here."""
        if file.url is None:
            return None
        try:
            content = await self.desk.fetch(file.url, LARGEST)
        except DeskRefused as error:
            logger.warning("a file of Chatwoot is not fetched: %s", error)
            return None
        try:
            kept = await self.uploads.keep_bytes(row.conversation_id, content)
        except (ScannerUnavailable, FileInfected):
            raise  # without a scanner the delivery waits and is tried again
        except ChannelsError as error:
            logger.warning("a file of Chatwoot is not kept: %s", error)
            return None
        return Attachment(kept.attachment_id, kept.kind.media_type, kept.size_bytes, kept.named(file.name))
