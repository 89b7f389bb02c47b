"""Takes in news of a ticket and keeps what is to go out beside the conversation; it sends nothing.

Whom to tell and what of is the worker's to say; by which ways is the citizen's. Wishes are asked again when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels.delivery.notices import EMAIL, QUESTION, SMS, Notice, Way
from channels.delivery.ports import Carrier
from channels.delivery.preferences import PHONE, Preferences
from channels.delivery.quiet import Quiet
from channels.delivery.sql_notices import SqlNotices
from channels.delivery.sql_preferences import SqlPreferences
from channels.sms.ports import MOBILE

MINIPROGRAM = "miniprogram"


@dataclass(frozen=True, slots=True)
class Told:
    """What the worker tells about one event and one citizen.

    Attributes:
        channel: by which the citizen came; conversation_id: None for who only has a telephone.
        phone: the telephone on the ticket, or of the follower.
    """

    notice: Notice
    channel: str
    language: str
    conversation_id: str | None = None
    phone: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class Queueing:
    """Keeps notices.

    Args:
        carriers: the ways there are here.
        queued: is called when something new waits.
    """

    notices: SqlNotices
    preferences: SqlPreferences
    carriers: Mapping[Way, Carrier]
    quiet: Quiet
    clock: Callable[[], datetime]
    queued: Callable[[Way], None]

    async def queue(self, told: Told) -> list[Way]:
        """Keeps a notice for each way that the citizen wishes and can be reached by; once an event."""
        nobody = Preferences("")
        person = await self.preferences.of(told.conversation_id) if told.conversation_id else nobody
        importance = told.notice.importance
        wished = [way for way in self.carriers if person.wants(way, told.channel, importance)]
        reached = {way: told.phone if way == SMS else None for way in wished if _reaches(way, told, person)}
        recipient = told.phone if told.channel == PHONE and told.phone else told.conversation_id
        if not reached or recipient is None:
            return []
        now = self.clock()
        over_at = None if told.notice.urgent else person.quiet(self.quiet).over_at(now)
        await self.notices.put(
            told.notice,
            reached,
            over_at or now,
            channel=told.channel,
            recipient=recipient,
            conversation_id=told.conversation_id,
            language=told.language,
        )
        for way in reached:
            self.queued(way)
        return list(reached)


def _reaches(way: Way, told: Told, person: Preferences) -> bool:
    if way == EMAIL:
        return person.address is not None
    if way == SMS:  # the question of a revisit wants an answer in words, which a text message cannot take
        return told.notice.key != QUESTION and MOBILE.fullmatch(told.phone or "") is not None
    return told.channel == MINIPROGRAM and told.conversation_id is not None
