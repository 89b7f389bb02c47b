"""Has WeChat look at what citizens write (msgSecCheck, version 2), beside the answer and never before it.

WeChat wants user texts checked; a citizen wants an answer, and nothing a citizen writes here is shown to another one.
So a message is stored and answered first and looked at meanwhile. What WeChat finds risky or wants reviewed, and what
it could not look at, is flagged for people: nothing is held back, changed or lost. How far a conversation was looked
at is stored, so a restart leaves nothing out. What could not be looked at (WeChat away; nobody of that name within two
hours) is tried again once it can be.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from channels.conversations import Conversation, Message
from channels.errors import ChannelsError
from channels.miniprogram.calls import MOST_CHECKED, MiniProgramCalls, Verdict
from channels.miniprogram.flags import Flag, FlagRows
from channels.miniprogram.login import CHANNEL
from channels.miniprogram.people import PeopleRows
from channels.ports import ConversationStore
from channels.wechat.errors import WeChatAway, WeChatError

logger = logging.getLogger(__name__)
SEEN_WITHIN = timedelta(hours=2)
OVERLAP = 100
_CHECK_SECONDS = 3.0
_LEASE = timedelta(seconds=120)
_SWEEP_SECONDS = 15.0
_AT_ONCE = 4
_MOST = 50
_OF_ANY_TEXT = frozenset((40001, 40013, 40125, 40164, 45009, 45011, 48001, 48004, 50002))
"""What WeChat says of the account and not of a text: its secret, its address, its rights, its quota."""
_WORSE = {"pass": 0, "review": 1, "risky": 2}

Told = Callable[[Flag], Awaitable[None]]


class TextChecks:
    """Looks at the texts of one mini-program's citizens.

    Args:
        told: is told of each flag, for the desk; of the same one perhaps again.
        check_seconds: so long one call may take, all repeats included.
    """

    def __init__(
        self,
        calls: MiniProgramCalls,
        rows: PeopleRows,
        flags: FlagRows,
        store: ConversationStore,
        told: Told,
        now: Callable[[], datetime],
        check_seconds: float = _CHECK_SECONDS,
    ) -> None:
        self._calls = calls
        self._rows = rows
        self._flags = flags
        self._store = store
        self._told = told
        self._now = now
        self._check_seconds = check_seconds
        self._again: dict[str, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def start(self) -> None:
        """Takes up what an earlier process left, now and from time to time."""
        self._keep(asyncio.create_task(self._sweep()))

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def watch(self, conversation: Conversation) -> None:
        """Something was said in a conversation: when it is one of ours, it is looked at."""
        if conversation.channel == CHANNEL:
            self._look_at(conversation.id)

    async def once(self) -> None:
        """Looks at what was left, and again at what could not be looked at before. Raises StoreUnavailable."""
        for conversation_id in await self._rows.behind(_MOST):
            self._look_at(conversation_id)
        await self._rows.forget_sessions(self._now())
        await self._unchecked()

    async def _unchecked(self) -> None:
        """Looks at what waits unchecked; a text that WeChat refuses keeps none of the others waiting."""
        since, refused = self._now() - SEEN_WITHIN, 0
        while waiting := await self._flags.unchecked(self._calls.appid, since, _MOST, skip=refused):
            for left in waiting:
                try:
                    verdict = await self._judged(left.openid, left.text)
                except WeChatError as error:
                    logger.warning("a text could not be checked: %s", error)
                    if error.errcode in _OF_ANY_TEXT:
                        return
                    refused += 1
                except WeChatAway as error:
                    logger.warning("unchecked texts wait on: %s", error)
                    return
                else:
                    await self._note(left.conversation_id, left.seq, verdict)

    def _look_at(self, conversation_id: str) -> None:
        if conversation_id in self._again:
            self._again[conversation_id] = True
            return
        self._again[conversation_id] = False
        self._keep(asyncio.create_task(self._conversation(conversation_id)))

    async def _conversation(self, conversation_id: str) -> None:
        try:
            async with self._places:
                await self._all_of(conversation_id)
                while self._again[conversation_id]:
                    self._again[conversation_id] = False
                    await self._all_of(conversation_id)
        except ChannelsError as error:
            logger.warning("texts wait to be checked: %s", error)
        finally:
            del self._again[conversation_id]

    async def _all_of(self, conversation_id: str) -> None:
        progress = await self._rows.claim(conversation_id, self._now(), _LEASE)
        if progress is None:
            return  # another process has it, or it is not ours
        checked = progress.checked_seq
        try:
            while messages := await self._store.messages_after(conversation_id, checked, _MOST):
                for message in messages:
                    if _written(message):
                        await self._one(progress.openid, message)
                    checked = message.seq
        finally:
            await self._rows.release(conversation_id, checked)

    async def _one(self, openid: str, message: Message) -> None:
        seen_at = await self._rows.seen_at(openid)
        verdict = None
        if seen_at is not None and self._now() - seen_at < SEEN_WITHIN:
            verdict = await self._verdict(openid, message.text)
        await self._note(message.conversation_id, message.seq, verdict)

    async def _verdict(self, openid: str, text: str) -> Verdict | None:
        """Like `_judged`; None when WeChat could not look at all of it."""
        try:
            return await self._judged(openid, text)
        except (WeChatAway, WeChatError) as error:
            logger.warning("a text could not be checked: %s", error)
            return None

    async def _judged(self, openid: str, text: str) -> Verdict:
        """The worst that WeChat says of a text's pieces.

        Raises:
            WeChatAway, WeChatError: it could not look at all of them, and those it saw are not risky.
        """
        worst = Verdict("pass", None)
        try:
            for piece in chunks(text):
                async with asyncio.timeout(self._check_seconds):
                    found = await self._calls.check(openid, piece)
                if _WORSE[found.suggestion] > _WORSE[worst.suggestion]:
                    worst = found
        except (WeChatAway, WeChatError, TimeoutError) as error:
            if worst.suggestion == "risky":
                return worst
            if isinstance(error, TimeoutError):
                raise WeChatAway from error
            raise
        return worst

    async def _note(self, conversation_id: str, seq: int, verdict: Verdict | None) -> None:
        if verdict is None:
            flag = Flag(conversation_id, seq, "unchecked", None, self._now())
        elif verdict.suggestion == "pass":
            await self._flags.settle(conversation_id, seq, self._now())
            return
        else:
            flag = Flag(conversation_id, seq, verdict.suggestion, verdict.label, self._now())
        await self._told(flag)  # before it is kept: what broke off in between is told again, and noted once
        await self._flags.put(flag)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.once()
            except ChannelsError as error:
                logger.warning("unchecked texts could not be looked up: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("checking texts failed", exc_info=task.exception())


def chunks(text: str, most: int = MOST_CHECKED, overlap: int = OVERLAP) -> list[str]:
    """A text in pieces of at most `most` characters; each begins `overlap` before the last one's end.

    So a phrase that is risky as a whole is whole in one of them.
    """
    found = [text[:most]]
    start = most - overlap
    while len(text) > start + overlap:
        found.append(text[start : start + most])
        start += most - overlap
    return found


def _written(message: Message) -> bool:
    """Whether a citizen wrote it: buttons and files hold no words of his or her own."""
    return message.sender == "citizen" and bool(message.text) and message.payload is None
