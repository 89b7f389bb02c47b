"""Who uses the mini-program: a code of wx.login becomes a session of ours, bound to a conversation that goes on.

WeChat's session key is not kept. A session is an opaque token that can be ended; the conversation's token that comes
with it lasts two hours, as long as WeChat lets texts of somebody be checked after a login, so both are renewed by one
silent login.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.conversations import Conversation
from channels.errors import ConversationNotFound
from channels.miniprogram.calls import MiniProgramCalls
from channels.miniprogram.errors import SessionEnded
from channels.miniprogram.people import PeopleRows
from channels.ports import ConversationStore
from channels.router import Router

CHANNEL = "miniprogram"
SESSION_LIFETIME = timedelta(days=7)
TOKEN_SECONDS = 2 * 3600
_MOST_CONVERSATIONS = 20


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session: its token is told once and never kept."""

    session: str
    openid: str
    conversation: Conversation


class Logins:
    """Sessions and conversations of the people of one mini-program.

    Args:
        now: gives the present as an aware datetime.
    """

    def __init__(
        self,
        calls: MiniProgramCalls,
        rows: PeopleRows,
        store: ConversationStore,
        router: Router,
        now: Callable[[], datetime],
    ) -> None:
        self._calls = calls
        self._rows = rows
        self._store = store
        self._router = router
        self._now = now

    async def login(self, code: str, language: str) -> LoggedIn:
        """Opens a session for whoever the code belongs to.

        Args:
            language: of a conversation that has to be opened; one that goes on keeps its own.

        Raises:
            CodeRefused, LoginBlocked, TooManyRequests, WeChatAway, WeChatError, StoreUnavailable.
        """
        who = await self._calls.identity(code)
        now = self._now()
        await self._rows.seen(who.openid, who.unionid, now)
        conversation = await self._present(who.openid) or await self._first(who.openid, language)
        session = secrets.token_urlsafe(32)
        await self._rows.open_session(session, who.openid, now + SESSION_LIFETIME)
        return LoggedIn(session, who.openid, conversation)

    async def openid(self, session: str | None) -> str:
        """Whose session it is. Raises SessionEnded."""
        found = await self._rows.session(session, self._now()) if session else None
        if found is None:
            raise SessionEnded
        return found

    async def logout(self, session: str) -> None:
        """Ends a session; one that is unknown has ended already."""
        await self._rows.end_session(session)

    async def open_anew(self, openid: str, language: str) -> Conversation:
        """A new conversation, which goes on from now on; the earlier ones keep their tickets."""
        conversation = await self._router.open(CHANNEL, language)
        await self._rows.add_conversation(conversation.id, openid, self._now(), first=False)
        return conversation

    async def go_back(self, openid: str, conversation_id: str) -> Conversation:
        """Goes on with an earlier conversation. Raises ConversationNotFound when it is not this person's."""
        if not await self._rows.go_back(conversation_id, openid, self._now()):
            raise ConversationNotFound
        return await self._store.conversation(conversation_id)

    async def conversations(self, openid: str) -> list[str]:
        """Ids of the person's latest twenty conversations, the present one first."""
        return await self._rows.conversations(openid, _MOST_CONVERSATIONS)

    async def _present(self, openid: str) -> Conversation | None:
        known = await self._rows.present(openid)
        if known is None:
            return None
        try:
            return await self._store.conversation(known)
        except ConversationNotFound:  # deleted since, for instance on request
            return None

    async def _first(self, openid: str, language: str) -> Conversation:
        opened = await self._router.open(CHANNEL, language)
        first = await self._rows.present(openid) is None
        kept = await self._rows.add_conversation(opened.id, openid, self._now(), first=first)
        return opened if kept == opened.id else await self._store.conversation(kept)
