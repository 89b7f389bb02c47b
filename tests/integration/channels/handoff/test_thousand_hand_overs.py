"""A thousand hand-overs while the gateway is killed at every step again and again, and bot and desk fail at random.

Everything outside the gateway lives on, as in life: citizens and people send again under the same id what was not
answered, the desk keeps what it was told, the database keeps what was committed. Afterwards every message is counted:
no word is lost, none is doubled, and the bot never spoke while a person had the conversation.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from channels.adapters.database import create_engine, migrate
from channels.adapters.runners import BatchRunner
from channels.adapters.sql import SqlConversationStore
from channels.conversations import Conversation, Message
from channels.errors import BotUnavailable, ChannelsError
from channels.handoff.contract import Accepted, AgentMessage, Closed, Outcome, Returned, Transferred, What
from channels.ports import BotReply, BotTurn
from channels.recovery import recover
from channels.router import Incoming
from tests.integration.channels.gateways import config_for
from tests.integration.channels.handoff.desks import LI, WANG, StandInDesk, event
from tests.integration.channels.handoff.people import FakeTickets, Inside, TestClock, answering_bot, assembled
from tests.integration.channels.handoff.test_races import bot_beside_a_person

pytestmark = pytest.mark.asyncio
HAND_OVERS, AT_ONCE = 1000, 60
STEPS = (
    "after_store",
    "before_bot",
    "after_bot",
    "after_finish",
    "opening_noted",
    "desk_opened",
    "desk_pushed",
    "push_noted",
    "event_applied",
)
KILLS_A_STEP = 6
_LONGEST_SECONDS = 300
_ANY_PAUSE = timedelta(days=1)
"""Longer than any pause between tries: what waits in one is not told yet."""
T = TypeVar("T")


class Killed(BaseException):
    """The process ends here; no handler sees it."""


@dataclass
class Gateways:
    """One gateway after the other on the same database: each is killed at the step whose turn it is."""

    folder: Path
    chance: random.Random
    desk: StandInDesk
    clock: TestClock = field(default_factory=TestClock)
    tickets: FakeTickets = field(default_factory=FakeTickets)
    kills: Counter[str] = field(default_factory=Counter)
    now: Inside | None = None
    alive: asyncio.Event = field(default_factory=asyncio.Event)
    calls: set[asyncio.Task[object]] = field(default_factory=set)
    armed: list[str] = field(default_factory=list)
    countdown: int = 30
    _restart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        engine = create_engine(self.url)
        await asyncio.to_thread(migrate, engine)
        engine.dispose()
        self.armed = [step for step in STEPS for _ in range(KILLS_A_STEP)]
        self.chance.shuffle(self.armed)
        self._begin()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'hotline.db'}"

    def _begin(self) -> None:
        store = SqlConversationStore(BatchRunner(create_engine(self.url)), remember=True)
        config = config_for(self.folder, None, HANDOFF_ACCEPT_SECONDS="1000000", HANDOFF_LEAVE_SECONDS="1000000")
        bot = answering_bot()
        bot.answer = self._moody(bot.answer)
        self.now = assembled(
            config,
            store,
            bot=bot,
            desk=self.desk,
            tickets=self.tickets,
            clock=self.clock,
            checkpoint=self._step,
        )
        self.now.front.failures = 10**9  # who is not answered sends again
        delivery = self.now.service.delivery
        delivery.pace = replace(delivery.pace, tries=10**9)
        self.alive.set()
        self.calls.add(asyncio.create_task(recover(store, bot, self.now.router, self.clock())))

    def _moody(self, answer: Callable[[BotTurn], BotReply]) -> Callable[[BotTurn], BotReply]:
        def sometimes(turn: BotTurn) -> BotReply:
            if turn.payload != "/session_opened" and self.chance.random() < 0.03:
                raise BotUnavailable("timeout")
            return answer(turn)

        return sometimes

    def _step(self, name: str) -> None:
        if not self.armed or not self.alive.is_set():
            return
        if name == self.armed[-1]:
            self.countdown -= 1
            if self.countdown <= 0:
                self.armed.pop()
                self.countdown = self.chance.randint(3, 25)
                self.kills[name] += 1
                self._kill()
                raise Killed

    def _kill(self) -> None:
        self.alive.clear()
        assert self.now is not None
        dying = self.now
        router, delivery = dying.router, dying.service.delivery
        tasks = [*router._running.values(), *router._background, *delivery._running.values(), *self.calls]
        delivery.wake = lambda conversation_id: None  # type: ignore[method-assign]
        for task in tasks:
            task.cancel()
        self.calls.clear()
        self._restart = asyncio.create_task(self._again(dying, tasks))

    async def _again(self, dying: Inside, tasks: list[asyncio.Task[object]]) -> None:
        await asyncio.gather(*tasks, return_exceptions=True)
        await dying.store.close()
        self._begin()

    async def call(self, what: Callable[[Inside], Awaitable[T]]) -> T:
        """Does something with the gateway that is there, until it comes back from one that was not killed."""
        while True:
            await self.alive.wait()
            assert self.now is not None
            task: asyncio.Task[T] = asyncio.ensure_future(what(self.now))  # type: ignore[arg-type]
            self.calls.add(task)  # type: ignore[arg-type]
            await asyncio.wait([task])
            self.calls.discard(task)  # type: ignore[arg-type]
            if task.cancelled() or isinstance(task.exception(), Killed | asyncio.CancelledError):
                continue
            error = task.exception()
            if error is None:
                return task.result()
            if not isinstance(error, ChannelsError) or error.code != "store_unavailable":
                raise error

    async def tick(self) -> None:
        """Time passes twenty times as fast, so pauses are short."""
        while True:
            await asyncio.sleep(0.05)
            self.clock.pass_seconds(1)
            await self.call(lambda one: one.service.tick())


@dataclass
class Story:
    """One hand-over: what the citizen and the person say, and when."""

    number: int
    gateways: Gateways
    conversation_id: str = ""
    ending: str = "returned"

    async def run(self) -> None:
        opened: Conversation = await self.gateways.call(lambda one: one.router.open("web", "zh"))
        self.conversation_id = opened.id
        await self.say("w1")
        await self.press("/request_human", "p1")
        handoff_id = await self.handed_over()
        waiting = asyncio.create_task(self.say("w2"))
        await self.report(handoff_id, "e1", Accepted(WANG))
        await asyncio.gather(waiting, self.report(handoff_id, "e2", AgentMessage("m1", self.words("a1"))))
        if self.number % 5 == 0:
            await self.report(handoff_id, "e3", Transferred(LI))
        await asyncio.gather(
            self.say("w3"), self.report(handoff_id, "e4", AgentMessage("m2", self.words("a2"))), self.say("w4")
        )
        last: What = Closed("solved") if self.number % 2 else Returned("已答复", ())
        await asyncio.gather(self.report(handoff_id, "e5", last), self.say("w5"))
        await self.say("w6")

    def words(self, what: str) -> str:
        return f"{what} {self.number}"

    async def say(self, what: str) -> None:
        await self._send(Incoming(what, text=self.words(what)))

    async def press(self, payload: str, message_id: str) -> None:
        await self._send(Incoming(message_id, payload=payload))

    async def _send(self, incoming: Incoming) -> None:
        async def once(one: Inside) -> bool:
            received = await one.router.receive(self.conversation_id, incoming)
            return not (await received.answer).failed

        while not await self.gateways.call(once):
            await asyncio.sleep(0.005)

    async def report(self, handoff_id: str, event_id: str, what: What) -> None:
        reported = event(handoff_id, what, event_id, self.gateways.clock())
        outcome: Outcome = await self.gateways.call(lambda one: one.service.event(reported))
        assert outcome.ignored is None, (handoff_id, what, outcome)

    async def handed_over(self) -> str:
        """The hand-over as the desk sees it; what the gateway only believes does not count."""
        while True:
            for case in list(self.gateways.desk.cases.values())[-400:]:
                if case.request.conversation_id == self.conversation_id:
                    return case.request.handoff_id
            await asyncio.sleep(0.01)


async def test_no_word_is_lost_none_is_doubled_and_the_bot_never_speaks_out_of_turn(tmp_path: Path) -> None:
    chance = random.Random(20260302)
    desk = StandInDesk(fails=lambda _: chance.random() < 0.02)
    gateways = Gateways(tmp_path, chance, desk)
    await gateways.start()
    ticking = asyncio.create_task(gateways.tick())
    stories = [Story(number, gateways) for number in range(HAND_OVERS)]
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(story: Story) -> None:
        async with places:
            await story.run()

    async with asyncio.timeout(_LONGEST_SECONDS):
        await asyncio.gather(*(in_turn(story) for story in stories))
    gateways.armed.clear()
    desk.fails = None
    for _ in range(200):
        await gateways.call(lambda one: one.service.delivery.settled())
        if not await gateways.call(lambda one: one.service.handoffs.due(gateways.clock() + _ANY_PAUSE, 10)):
            break
        await asyncio.sleep(0.05)
    ticking.cancel()
    one = gateways.now
    assert one is not None
    assert gateways.kills == dict.fromkeys(STEPS, KILLS_A_STEP)
    assert await one.service.letters.letters() == []
    for story in stories:
        _check(story, await one.history(story.conversation_id), desk)
    await one.service.close()
    await one.store.close()


def _check(story: Story, history: list[Message], desk: StandInDesk) -> None:
    said = Counter(message.text for message in history)
    for what in ("w1", "w2", "w3", "w4", "w5", "w6", "a1", "a2"):
        assert said[story.words(what)] == 1, (story.number, what)
    assert [message.seq for message in history] == list(range(1, len(history) + 1))
    assert bot_beside_a_person(history) == []
    left = next(m.seq for m in history if m.data.get("returned") or "rating" in m.data)
    [case] = [case for case in desk.cases.values() if case.request.conversation_id == story.conversation_id]
    at_the_desk = [m.text for m in case.told if m.sender == "citizen" and m.text]
    assert at_the_desk == [m.text for m in history if m.sender == "citizen" and m.seq < left and m.text]
    assert case.order == sorted(case.order)
    answered = {m.text for m in history if m.sender == "bot"}
    for message in history:
        if message.sender == "citizen" and message.seq > left:
            assert f"re: {message.text}" in answered, (story.number, message.text)
