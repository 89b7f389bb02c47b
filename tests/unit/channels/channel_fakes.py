"""Fakes for the gateway's tests: a bot that says what it is told to, and sentences that show their key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from channels.adapters.memory import MemoryConversationStore
from channels.adapters.turn_locks import LocalTurnLocks
from channels.bot_only import BotOnly
from channels.conversations import Button
from channels.errors import BotUnavailable
from channels.metrics import Metrics
from channels.ports import BotMessage, BotReply, BotTurn, ConversationStore, Identified
from channels.publisher import Publisher
from channels.router import Router
from channels.stream import Hub
from channels.turns import TurnRunner
from language.identify import identify


class FakeBot:
    """Answers each turn with `answer` (default: an echo); counts what it was asked."""

    def __init__(self) -> None:
        self.turns: list[BotTurn] = []
        self.down = False
        self.pause_seconds = 0.0
        self.running = 0
        self.most_running = 0
        self.answer: Callable[[BotTurn], BotReply] = echo

    async def turn(self, turn: BotTurn) -> BotReply:
        self.turns.append(turn)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.pause_seconds)
            if self.down:
                raise BotUnavailable("connection")
            return self.answer(turn)
        finally:
            self.running -= 1

    async def ping(self) -> None:
        if self.down:
            raise BotUnavailable("connection")


class KeySentences:
    """Sentences that show their key, language and values."""

    def text(self, key: str, language: str, channel: str = "web", **values: object) -> str:
        if key == "utter_unknown":
            raise KeyError(key)
        shown = " ".join(f"{name}={value}" for name, value in sorted(values.items()))
        return f"{key}/{language} {shown}".strip()

    def buttons(self, key: str, language: str) -> list[dict[str, str]]:
        if key not in ("utter_gateway_bot_down", "utter_gateway_no_answer"):
            return []
        return [
            {"title": "again", "payload": "/gateway_resend"},
            {"title": "human", "payload": "/request_human"},
        ]


class TickingClock:
    """A second passes with each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def echo(turn: BotTurn) -> BotReply:
    said = BotMessage(f"re: {turn.text or turn.payload}", (Button("yes", "/affirm"),), {})
    return BotReply(turn.language, (said,), None)


def says(*messages: BotMessage, language: str | None = None) -> Callable[[BotTurn], BotReply]:
    return lambda turn: BotReply(language or turn.language, messages, None)


def recognise(text: str, current: str) -> Identified:
    return identify(text, current)


def router_with(bot: FakeBot, store: ConversationStore | None = None, hub: Hub | None = None) -> Router:
    store = store or MemoryConversationStore()
    metrics, clock, sentences = Metrics(), TickingClock(), KeySentences()
    publisher = Publisher(hub or Hub(), metrics)
    turns = TurnRunner(
        store=store,
        bot=bot,
        sentences=sentences,
        locks=LocalTurnLocks(),
        publisher=publisher,
        metrics=metrics,
        front=BotOnly(store, sentences, 100),
        clock=clock,
        checkpoint=lambda _: None,
    )
    return Router(store, turns, sentences, publisher, recognise, clock)
