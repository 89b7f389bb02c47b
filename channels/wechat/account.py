"""The official account: citizens write in WeChat, the same assistant and the same people answer.

A callback is answered within WeChat's five seconds, with the reply when it is there, else with nothing, and the reply
follows as a customer-service message. What people at the desk write and news of tickets go the same way. WeChat's
repeats of a callback find the same message. It keeps up to where each citizen has heard us, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from channels.conversations import Conversation, Draft, Message
from channels.errors import ChannelsError, TooManyAttachments
from channels.kinds import HEAD_BYTES, LIMITS, kind_of
from channels.languages import DEFAULT_LANGUAGE
from channels.ports import ConversationStore
from channels.router import Incoming, Router
from channels.uploads import MOST_A_CONVERSATION, Uploads
from channels.wechat.api import WeChatApi
from channels.wechat.errors import WeChatError
from channels.wechat.messages import FromWeChat, pieces
from channels.wechat.people import PeopleRows, Person
from channels.wechat.rendering import pressed, text_of

logger = logging.getLogger(__name__)
CHANNEL = "wechat"
_ANSWER_SECONDS = 4.2
_LEASE = timedelta(seconds=60)
_WINDOW = timedelta(hours=48)
_AGAIN_SECONDS = 10.0
_AFTER_THE_ANSWER_SECONDS = 1.0
_LATEST = 30
_MOST_AT_ONCE = 200
_MOST_REMEMBERED = 5_000
_OUT_OF_REACH = frozenset((45015, 45047, 43004, 40003))
"""Out of the 48 hours, too many unanswered, not subscribed, unknown: sending again at once does not help."""


class OfficialAccount:
    """One official account.

    Args:
        words: what it says by itself, by language.
        now: gives the present as an aware datetime.
    """

    def __init__(
        self,
        *,
        api: WeChatApi,
        rows: PeopleRows,
        store: ConversationStore,
        router: Router,
        uploads: Uploads,
        words: Mapping[str, Mapping[str, str]],
        now: Callable[[], datetime],
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self._api = api
        self._rows = rows
        self._store = store
        self._router = router
        self._uploads = uploads
        self._words = words
        self._now = now
        self._answer_seconds = answer_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: OrderedDict[str, asyncio.Task[str]] = OrderedDict()

    def start(self) -> None:
        """Tells what an earlier process left untold, now and from time to time."""
        self._keep(asyncio.create_task(self._catch_up()))

    async def close(self) -> None:
        tasks = [*self._tasks, *self._answers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def watch(self, conversation: Conversation) -> None:
        """Something was said in a conversation: when it is one of ours, the citizen is told."""
        if conversation.channel == CHANNEL:
            self._keep(asyncio.create_task(self._tell_conversation(conversation.id)))

    async def receive(self, given: FromWeChat) -> str:
        """The text to answer a callback with; "" when there is none in time or nothing to say."""
        task = self._answers.get(given.once)
        if task is None:
            task = asyncio.create_task(self._answer(given))
            self._answers[given.once] = task
            while len(self._answers) > _MOST_REMEMBERED:
                self._answers.popitem(last=False)
        try:
            return await asyncio.shield(task)
        except ChannelsError:
            self._answers.pop(given.once, None)  # WeChat tries again, and so do we
            raise

    # One callback.

    async def _answer(self, given: FromWeChat) -> str:
        now = self._now()
        if given.kind == "event" and given.event == "unsubscribe":
            await self._rows.seen(given.openid, now, gone=True)
            return ""
        person = await self._person(given.openid, now)
        claimed = await self._rows.claim(given.openid, now, _LEASE)
        taken = asyncio.create_task(self._take(person, given))
        done, _ = await asyncio.wait([taken], timeout=self._answer_seconds)
        if claimed is None:  # another message of the same citizen is being answered: that one tells all
            self._keep(asyncio.create_task(self._after(taken, given.openid)))
            return ""
        if not done:
            await self._rows.release(given.openid)
            self._keep(asyncio.create_task(self._after(taken, given.openid)))
            return ""
        if taken.exception() is not None:
            await self._rows.release(given.openid)
        return await self._first_piece(claimed, taken.result())

    async def _first_piece(self, person: Person, own_words: str) -> str:
        """What there is to say: the first piece as the answer, all others as messages that follow it."""
        messages = await self._untold(person)
        told = pieces("\n\n".join(part for part in (text_of(messages, self._words), own_words) if part))
        last_seq = messages[-1].seq if messages else person.sent_seq
        if len(told) > 1:
            self._keep(asyncio.create_task(self._rest(person.openid, told[1:], last_seq)))
            return told[0]
        await self._rows.told(person.openid, last_seq)
        await self._rows.release(person.openid)
        return told[0] if told else ""

    async def _rest(self, openid: str, told: Sequence[str], last_seq: int) -> None:
        """What did not fit into the answer, once that is on its way."""
        try:
            await asyncio.sleep(_AFTER_THE_ANSWER_SECONDS)
            if await self._sent(openid, told):
                await self._rows.told(openid, last_seq)
        finally:
            await self._rows.release(openid)

    async def _after(self, taken: asyncio.Task[str], openid: str) -> None:
        """Tells what a slow turn gave."""
        try:
            own_words = await taken
        except ChannelsError as error:
            logger.error("a message from WeChat could not be taken: %s", error)
            own_words = ""
        if own_words:
            await self._sent(openid, pieces(own_words))
        await self._tell(openid)

    async def _take(self, person: Person, given: FromWeChat) -> str:
        """Hands a message on; gives what the account itself has to say about it."""
        message_id = f"wx-{given.once}"[:64]
        conversation = await self._store.conversation(person.conversation_id)
        own = self._words.get(conversation.language, self._words[DEFAULT_LANGUAGE])
        if given.kind in ("text", "voice") and given.text:
            await self._say(conversation, message_id, given.text)
        elif given.kind == "location" and given.label:
            await self._say(conversation, message_id, given.label)
        elif given.kind == "image":
            problem = await self._photo(conversation, message_id, given.media_id)
            return own[problem] if problem else ""
        elif given.kind == "voice":
            return own["voice_lost"]
        elif given.kind != "event":
            return own["unreadable"]
        return ""

    async def _say(self, conversation: Conversation, message_id: str, text: str) -> None:
        after = max(0, conversation.last_seq - _LATEST)
        latest = await self._store.messages_after(conversation.id, after, _LATEST)
        payload = pressed(text, latest)
        incoming = Incoming(message_id, payload=payload) if payload else Incoming(message_id, text=text)
        received = await self._router.receive(conversation.id, incoming)
        await received.answer

    async def _photo(self, conversation: Conversation, message_id: str, media_id: str) -> str | None:
        """Keeps a photo; gives which of our words says why not."""
        try:
            body = await self._api.media(media_id, LIMITS["image"])
        except ChannelsError as error:
            logger.warning("a photo could not be fetched: %s", error)
            return "photo_lost"
        kind = kind_of(body[:HEAD_BYTES])
        if kind is None or kind.family != "image":
            return "photo_lost"
        try:
            kept = await self._uploads.keep_bytes(conversation.id, body)
        except ChannelsError as error:
            logger.warning("a photo could not be kept: %s", error)
            return "photo_lost"
        draft = Draft("citizen", conversation.language, data={"attachment": kept.wire("")})
        try:
            stored = await self._router.attachment(conversation.id, message_id, draft, MOST_A_CONVERSATION)
        except TooManyAttachments:  # after any other error a message may hold the file: see sweeping.py
            await asyncio.to_thread(self._uploads.drop, conversation.id, kept.attachment_id)
            return "photos_full"
        if not stored.created:
            await asyncio.to_thread(self._uploads.drop, conversation.id, kept.attachment_id)
        return None

    # Telling.

    async def _tell_conversation(self, conversation_id: str) -> None:
        person = await self._rows.of_conversation(conversation_id)
        if person is not None and not person.gone:
            await self._tell(person.openid)

    async def _tell(self, openid: str) -> None:
        """Sends all that was not told yet, as customer-service messages.

        Who cannot be reached now (48 hours after the last message) is told when he or she writes again.
        """
        now = self._now()
        person = await self._rows.claim(openid, now, _LEASE)
        if person is None:
            return  # who has it tells all, and what comes after is seen from time to time
        reached = True
        try:
            while not person.gone and now - person.seen_at < _WINDOW and (messages := await self._untold(person)):
                reached = await self._sent(openid, pieces(text_of(messages, self._words)))
                if not reached:
                    return
                await self._rows.told(openid, messages[-1].seq)
                person = await self._rows.of(openid) or person
        except ChannelsError as error:
            logger.warning("a WeChat message waits: %s", error)
        finally:
            if reached:  # else the lease passes first, so that WeChat is not asked every few seconds
                await self._rows.release(openid)

    async def _untold(self, person: Person) -> list[Message]:
        return await self._store.messages_after(person.conversation_id, person.sent_seq, _MOST_AT_ONCE)

    async def _sent(self, openid: str, told: Sequence[str]) -> bool:
        """Sends texts; False when WeChat lets none through to this citizen now.

        Raises:
            WeChatAway, WeChatError: it is worth trying again.
        """
        try:
            for text in told:
                await self._api.send_text(openid, text)
        except WeChatError as error:
            if error.errcode not in _OUT_OF_REACH:
                raise
            logger.info("a citizen cannot be reached through WeChat now: %d", error.errcode)
            return False
        return True

    async def _catch_up(self) -> None:
        while True:
            try:
                for person in await self._rows.behind(self._now() - _WINDOW, _MOST_AT_ONCE):
                    await self._tell(person.openid)
            except ChannelsError as error:
                logger.warning("who has not heard us could not be looked up: %s", error)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _person(self, openid: str, now: datetime) -> Person:
        known = await self._rows.of(openid)
        if known is None:
            conversation = await self._router.open(CHANNEL, DEFAULT_LANGUAGE)
            return await self._rows.add(Person(self._api.appid, openid, conversation.id, now))
        await self._rows.seen(openid, now)
        return known

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("telling a citizen through WeChat failed", exc_info=task.exception())
