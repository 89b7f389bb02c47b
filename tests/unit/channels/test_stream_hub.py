"""Streams: each listener gets every message once and in order, however stored and live ones overlap."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from channels.conversations import Message
from channels.errors import TooManyRequests
from channels.stream import TYPING, Frame, Hub, Listener, message_frame, parse_frame

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def message(seq: int) -> Message:
    return Message("c", seq, "bot", "zh", str(seq), (), {}, NOW)


class Stored:
    """A store of `count` messages that counts how often it is read."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.reads = 0

    async def replay(self, after: int, limit: int) -> list[Message]:
        self.reads += 1
        await asyncio.sleep(0)
        return [message(seq) for seq in range(after + 1, self.count + 1)][:limit]


async def numbers(listener: Listener, after: int, stored: Stored, count: int) -> list[int | None]:
    seen: list[int | None] = []
    async for frame in listener.frames(after, stored.replay):
        seen.append(frame.seq)
        if len(seen) == count:
            break
    return seen


async def test_stored_messages_come_first_and_live_ones_follow_without_a_double() -> None:
    hub, stored = Hub(), Stored(5)
    listener = hub.listen("c")
    hub.publish("c", [message_frame(message(seq)) for seq in (4, 5, 6)])
    stored.count = 6
    assert await numbers(listener, 2, stored, 4) == [3, 4, 5, 6]


async def test_a_gap_in_live_numbers_is_filled_from_the_store() -> None:
    hub, stored = Hub(), Stored(1)
    listener = hub.listen("c")
    reading = asyncio.create_task(numbers(listener, 0, stored, 4))
    await asyncio.sleep(0.01)
    stored.count = 4
    hub.publish("c", [message_frame(message(4))])
    hub.publish("c", [message_frame(message(2)), message_frame(message(3))])
    assert await reading == [1, 2, 3, 4]


async def test_a_nudge_reads_what_was_missed() -> None:
    hub, stored = Hub(), Stored(0)
    listener = hub.listen("c")
    reading = asyncio.create_task(numbers(listener, 0, stored, 2))
    await asyncio.sleep(0.01)
    stored.count = 2
    hub.nudge()
    assert await reading == [1, 2]


async def test_many_stored_messages_come_page_by_page() -> None:
    stored = Stored(450)
    assert await numbers(Hub().listen("c"), 0, stored, 450) == list(range(1, 451))
    assert stored.reads == 3


async def test_frames_without_a_number_keep_their_place() -> None:
    hub, stored = Hub(), Stored(0)
    listener = hub.listen("c")
    hub.publish("c", [TYPING, message_frame(message(1)), TYPING])
    assert await numbers(listener, 0, stored, 3) == [None, 1, None]


async def test_a_slow_listener_is_let_go_and_the_others_are_not() -> None:
    hub, stored = Hub(queue_length=3), Stored(0)
    slow, quick = hub.listen("c"), hub.listen("c")
    reading = asyncio.create_task(numbers(quick, 0, stored, 10))
    for seq in range(1, 11):
        stored.count = seq
        hub.publish("c", [message_frame(message(seq))])
        await asyncio.sleep(0.001)
    assert slow.lost and not quick.lost
    assert await reading == list(range(1, 11))
    assert [frame.seq async for frame in slow.frames(10, stored.replay)] == []


async def test_only_who_listens_to_a_conversation_hears_it() -> None:
    hub, stored = Hub(), Stored(0)
    other = hub.listen("d")
    hub.publish("c", [message_frame(message(1))])
    hub.publish("d", [TYPING])
    assert await numbers(other, 0, stored, 1) == [None]


async def test_the_last_listener_is_known_and_nothing_is_left_of_it() -> None:
    hub = Hub()
    first, second = hub.listen("c"), hub.listen("c")
    assert not hub.leave("c", first)
    assert hub.leave("c", second)
    assert hub.leave("c", second)


async def test_a_conversation_has_at_most_sixteen_streams() -> None:
    hub = Hub()
    for _ in range(16):
        hub.listen("c")
    with pytest.raises(TooManyRequests):
        hub.listen("c")


async def test_closing_ends_all_streams_and_new_ones() -> None:
    hub, stored = Hub(), Stored(0)
    before = hub.listen("c")
    hub.close()
    after = hub.listen("c")
    for listener in (before, after):
        assert [frame async for frame in listener.frames(0, stored.replay)] == []


async def test_a_frame_from_another_gateway_is_the_same_frame() -> None:
    frame = message_frame(message(7))
    assert parse_frame(frame.body) == frame
    assert parse_frame(TYPING.body) == Frame(TYPING.body)
