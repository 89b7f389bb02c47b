"""What a citizen may do about news: wish for them, confirm an address, end the e-mails; and hear of a dead address.

An address that is not confirmed gets one e-mail, the question whether it is the citizen's, and no more than three of
these a day, so that nobody's mailbox is filled through us.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.conversations import Conversation, Draft, Stored
from channels.delivery.errors import LinkInvalid, WayNotOffered
from channels.delivery.links import Purpose, opened
from channels.delivery.notices import EMAIL, WAYS, Letter, Way
from channels.delivery.ports import Carrier
from channels.delivery.preferences import Preferences, changed
from channels.delivery.quiet import Quiet
from channels.delivery.sql_notices import SqlNotices
from channels.delivery.sql_preferences import SqlPreferences
from channels.delivery.sql_questions import ask
from channels.mail.addresses import mask_address
from channels.mail.texts import MailTexts
from channels.ports import ConversationStore

Tell = Callable[[Stored], Awaitable[None]]
"""Tells who listens to a conversation what was stored in it."""


@dataclass(slots=True)
class Wishes:
    """Citizens' wishes about news of their tickets."""

    preferences: SqlPreferences
    notices: SqlNotices
    store: ConversationStore
    carriers: Mapping[Way, Carrier]
    texts: MailTexts
    quiet: Quiet
    secret: bytes
    clock: Callable[[], datetime]
    tell: Tell
    queued: Callable[[Way], None]

    async def of(self, conversation_id: str) -> dict[str, Any]:
        """The wishes as the citizen's page shows them. Raises ConversationNotFound."""
        conversation = await self.store.conversation(conversation_id)
        return self._wire(conversation, await self.preferences.of(conversation_id))

    async def change(self, conversation_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Changes what is named; a new e-mail address is asked whether it is the citizen's.

        Raises:
            InvalidField: nothing was changed; WayNotOffered: e-mails are not sent here.
            TooManyRequests: the address, or this conversation, was asked about too often today.
        """
        conversation, now = await self.store.conversation(conversation_id), self.clock()
        wish = body.get(EMAIL)
        named = isinstance(wish, Mapping) and wish.get("address") is not None
        if named and EMAIL not in self.carriers:
            raise WayNotOffered
        before, after = await self.preferences.change(
            conversation_id, lambda known: changed(known, body), now, ask if named else None
        )
        if named or after != before:
            await self.notices.wake(conversation_id, now)
            for way in self.carriers:
                self.queued(way)
        return self._wire(conversation, after)

    async def confirm(self, token: str) -> str:
        """The mailbox is the citizen's; gives the language to say so in. Raises LinkInvalid."""
        person, language = await self.opened("confirm", token)
        if person.email is None or not await self.preferences.confirm(
            person.conversation_id, person.email, self.clock()
        ):
            raise LinkInvalid
        return language

    async def unsubscribe(self, token: str) -> str:
        """No more e-mails to the address of the link; gives the language to say so in. Raises LinkInvalid."""
        person, language = await self.opened("unsubscribe", token)
        if person.email is not None:
            await self.preferences.unsubscribe(person.email, self.clock())
        return language

    async def opened(self, purpose: Purpose, token: str) -> tuple[Preferences, str]:
        """Whose link it is, with the language of the page behind it. Raises LinkInvalid."""
        found = opened(self.secret, purpose, token, self.clock().timestamp())
        person = await self.preferences.of(found.conversation_id)
        if person.email is None or not found.is_of(person.email):
            raise LinkInvalid
        return person, person.language or (await self.store.conversation(found.conversation_id)).language

    async def gone(self, letter: Letter) -> None:
        """An e-mail came back: the address is used no more, and its citizens are told in their conversations."""
        if letter.way != EMAIL or letter.conversation_id is None:
            return
        email = letter.address or (await self.preferences.of(letter.conversation_id)).email
        if email is None:
            return
        shown = mask_address(email)

        def worded(conversation: Conversation) -> Draft:
            language = conversation.language
            return Draft("system", language, self.texts.text("bounced", language, address=shown))

        for one in await self.preferences.bounced(email, f"bounced:{letter.id}", worded, self.clock()):
            await self.tell(one)

    def _wire(self, conversation: Conversation, person: Preferences) -> dict[str, Any]:
        ways: dict[str, dict[str, Any]] = {
            way: {"offered": way in self.carriers, "level": person.level(way, conversation.channel)} for way in WAYS
        }
        ways[EMAIL] |= {"address": person.email, "state": person.email_state}
        return {"language": person.language, **ways, "quiet": person.quiet(self.quiet).wire()}
