"""What every store of conversations promises: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.adapters.database import open_store
from channels.adapters.memory import MemoryConversationStore
from channels.conversations import Button, Conversation, Draft, Message
from channels.errors import BotOutOfTurn, ConversationNotFound, OwnerChanged, TooManyAttachments
from channels.ports import ConversationStore, FinishedTurn
from tests.integration.channels.databases import fresh_database

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
SAID = Draft("citizen", "zh", "路灯坏了")
PRESSED = Draft("citizen", "zh", data={"payload": "/affirm"})


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[ConversationStore]:
    if kind == "memory":
        yield MemoryConversationStore()
        return
    with fresh_database(kind, folder) as url:
        store = await asyncio.to_thread(open_store, url)
        try:
            yield store
        finally:
            await store.close()


async def conversation_in(store: ConversationStore, language: str = "zh") -> str:
    conversation = Conversation(str(uuid.uuid4()), "web", language, NOW)
    await store.create(conversation)
    return conversation.id


def reply(text: str, **data: object) -> Draft:
    return Draft("bot", "zh", text, (Button("是", "/affirm"),), data)


async def numbers(store: ConversationStore, conversation_id: str) -> list[int]:
    return [message.seq for message in await store.messages_after(conversation_id, 0, 1000)]


async def said(store: ConversationStore, conversation_id: str, message_id: str = "m1") -> Message:
    return (await store.add_citizen(conversation_id, message_id, SAID, NOW)).message


async def test_a_conversation_comes_back_as_it_was_created(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        conversation = Conversation("c-1", "phone", "ru", NOW)
        await store.create(conversation)
        assert await store.conversation("c-1") == conversation
        with pytest.raises(ConversationNotFound):
            await store.conversation("c-2")


async def test_a_message_comes_back_whole(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        draft = reply("收到 👍", ticket={"number": "1", "due_at": None}, form={"filled": ["a"]})
        stored = await store.add(one, draft, NOW)
        assert stored.created and stored.conversation.last_seq == 1
        [read] = await store.messages_after(one, 0, 10)
        assert read == stored.message
        assert (read.text, read.buttons, dict(read.data), read.at) == (draft.text, draft.buttons, dict(draft.data), NOW)


async def test_a_repeated_message_id_gives_the_stored_message_back(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one, two = await conversation_in(store), await conversation_in(store)
        first = await store.add_citizen(one, "m1", SAID, NOW)
        again = await store.add_citizen(one, "m1", Draft("citizen", "en", "something else"), LATER)
        assert first.created and not again.created
        assert again.message == first.message
        assert (await store.conversation(one)).language == "zh"
        assert (await store.add_citizen(two, "m1", SAID, NOW)).created


async def test_a_message_cannot_go_into_a_conversation_that_is_not_there(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        with pytest.raises(ConversationNotFound):
            await store.add_citizen("nowhere", "m1", SAID, NOW)
        with pytest.raises(ConversationNotFound):
            await store.add("nowhere", SAID, NOW)


async def test_numbers_are_dense_when_many_write_at_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        await asyncio.gather(
            *(store.add_citizen(one, f"m{number % 20}", SAID, NOW) for number in range(40)),
            *(store.add(one, reply("x"), NOW, f"n{number % 5}") for number in range(10)),
        )
        assert await numbers(store, one) == list(range(1, 26))
        assert (await store.conversation(one)).last_seq == 25


async def test_a_conversation_takes_the_language_of_what_was_said(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        stored = await store.add_citizen(one, "m1", Draft("citizen", "ko", "가로등이 고장 났어요"), NOW)
        assert stored.conversation.language == "ko"
        assert (await store.conversation(one)).language == "ko"


async def test_a_finished_turn_is_answered_from_the_store_for_ever(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        turn = FinishedTurn((message.seq,), message.seq, (reply("a"), reply("b")), language="en")
        answer = await store.finish_turn(one, turn, LATER)
        await said(store, one, "m2")
        await store.add(one, Draft("system", "zh", "news"), LATER)
        found = await store.find(one, "m1")
        assert found is not None and found.turn == "done"
        again = await store.answer(found)
        assert again.wire() == answer.wire()
        assert [text.text for text in again.messages] == ["a", "b"]
        assert (again.language, again.owner, again.seq) == ("en", "bot", 1)


async def test_finishing_a_turn_twice_stores_its_replies_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        turn = FinishedTurn((message.seq,), message.seq, (reply("a"),), asked="handoff")
        answers = await asyncio.gather(*(store.finish_turn(one, turn, LATER) for _ in range(5)))
        assert {answer.messages[0].seq for answer in answers} == {2}
        assert sum(answer.conversation is not None for answer in answers) == 1
        assert await numbers(store, one) == [1, 2]
        assert (await store.conversation(one)).owner_version == 1


async def test_a_failed_turn_can_be_finished_later_without_its_notice(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        failed = await store.fail_turn(one, (message.seq,), Draft("system", "zh", "sorry"), LATER)
        assert failed.failed and [text.text for text in failed.messages] == ["sorry"]
        found = await store.find(one, "m1")
        assert found is not None and found.turn == "failed"
        answer = await store.finish_turn(one, FinishedTurn((1,), 1, (reply("a"),)), LATER)
        assert [text.text for text in answer.messages] == ["a"] and not answer.failed


async def test_a_turn_that_is_done_does_not_fail_afterwards(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        await store.finish_turn(one, FinishedTurn((1,), 1, (reply("a"),)), LATER)
        answer = await store.fail_turn(one, (message.seq,), Draft("system", "zh", "sorry"), LATER)
        assert not answer.failed and [text.text for text in answer.messages] == ["a"]
        assert await numbers(store, one) == [1, 2]


async def test_trying_again_answers_both_the_press_and_the_message(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        await store.fail_turn(one, (1,), Draft("system", "zh", "sorry"), LATER)
        press = (await store.add_citizen(one, "m2", PRESSED, LATER, turn_of=message.seq)).message
        answer = await store.finish_turn(one, FinishedTurn((press.seq, 1), 1, (reply("a"),)), LATER)
        assert answer.seq == press.seq and [text.text for text in answer.messages] == ["a"]
        for message_id, seq in (("m1", 1), ("m2", press.seq)):
            found = await store.find(one, message_id)
            assert found is not None and found.turn == "done"
            again = await store.answer(found)
            assert (again.seq, [text.text for text in again.messages]) == (seq, ["a"])


async def test_a_second_press_of_try_again_gives_the_answer_that_is_there(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        await said(store, one)
        await store.finish_turn(one, FinishedTurn((1,), 1, (reply("a"),)), LATER)
        press = (await store.add_citizen(one, "m2", PRESSED, LATER, turn_of=1)).message
        answer = await store.finish_turn(one, FinishedTurn((press.seq, 1), 1, ()), LATER)
        assert [text.text for text in answer.messages] == ["a"]
        found = await store.find(one, "m2")
        assert found is not None and found.turn == "done"


async def test_a_hand_over_queues_the_conversation_and_a_resume_takes_it_back(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        await said(store, one)
        answer = await store.finish_turn(one, FinishedTurn((1,), 1, (reply("a"),), asked="handoff"), LATER)
        queued = await store.conversation(one)
        assert (answer.owner, queued.owner, queued.owner_version, queued.owner_since) == ("queue", "queue", 1, LATER)
        assert await store.queue_length() == 1
        message = await said(store, one, "m2")
        turn = FinishedTurn((message.seq,), message.seq, (reply("b"),), asked="resume")
        assert (await store.finish_turn(one, turn, LATER)).owner == "bot"
        assert await store.queue_length() == 0


async def test_an_agents_conversation_is_not_the_bots_to_answer(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        started = await said(store, one)
        await store.set_owner(one, "agent", 0, LATER)
        answer = await store.finish_turn(
            one,
            FinishedTurn((started.seq,), 1, (reply("a"), reply("b", ticket={"number": "1"})), asked="resume"),
            LATER,
        )
        assert answer.owner == "agent"
        assert [text.text for text in answer.messages] == ["b"]
        stored = await store.add_citizen(one, "m2", SAID, LATER)
        assert stored.message.turn == "done"
        assert list((await store.answer(stored.message)).messages) == []


async def test_the_bot_says_nothing_beside_a_person_and_facts_are_told_by_the_system(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        started = await said(store, one)
        await store.set_owner(one, "agent", 0, LATER)
        with pytest.raises(BotOutOfTurn):
            await store.add(one, reply("a"), LATER)
        drafts = (reply("a"), reply("b", ticket={"number": "1"}))
        answer = await store.finish_turn(one, FinishedTurn((started.seq,), 1, drafts), LATER)
        assert [(m.sender, m.text, m.buttons) for m in answer.messages] == [("system", "b", ())]


async def test_a_turn_that_fails_beside_a_person_is_the_persons(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        message = await said(store, one)
        await store.set_owner(one, "agent", 0, LATER)
        answer = await store.fail_turn(one, (message.seq,), Draft("system", "zh", "sorry"), LATER)
        assert (answer.failed, answer.owner, list(answer.messages)) == (False, "agent", [])
        found = await store.find(one, "m1")
        assert found is not None and found.turn == "done"
        assert await numbers(store, one) == [1]


async def test_an_owner_is_set_by_compare_and_set(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        results = await asyncio.gather(
            *(store.set_owner(one, "agent", 0, LATER) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(result, OwnerChanged) for result in results) == 3
        with pytest.raises(OwnerChanged):
            await store.set_owner(one, "bot", 0, LATER)
        assert (await store.set_owner(one, "bot", 1, LATER)).owner_version == 2


async def test_attachments_are_counted_and_repeats_are_not(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        draft = Draft("citizen", "zh", data={"attachment": {"id": "x"}})
        await store.add_attachment(one, "a1", draft, NOW, 2)
        again = await store.add_attachment(one, "a1", draft, NOW, 2)
        assert not again.created and again.conversation.attachments == 1
        await store.add_attachment(one, "a2", draft, NOW, 2)
        with pytest.raises(TooManyAttachments):
            await store.add_attachment(one, "a3", draft, NOW, 2)
        assert not (await store.add_attachment(one, "a2", draft, NOW, 2)).created
        assert await numbers(store, one) == [1, 2]


async def test_a_pressed_button_gets_the_title_it_was_shown_with(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        await store.add(one, reply("对吗？"), NOW)
        pressed = (await store.add_citizen(one, "m1", PRESSED, NOW)).message
        unknown = (await store.add_citizen(one, "m2", Draft("citizen", "zh", data={"payload": "/deny"}), NOW)).message
        assert (pressed.text, pressed.payload, unknown.text) == ("是", "/affirm", "")


async def test_messages_are_read_by_number_and_page(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        for number in range(7):
            await store.add(one, reply(str(number)), NOW)
        assert [m.seq for m in await store.messages_after(one, 2, 3)] == [3, 4, 5]
        assert await store.messages_after(one, 7, 3) == []
        assert await store.messages_after("nowhere", 0, 3) == []


async def test_unfinished_turns_are_listed_oldest_first(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one, two = await conversation_in(store), await conversation_in(store)
        await store.add_citizen(one, "old", SAID, NOW - timedelta(hours=1))
        await store.add_citizen(one, "late", SAID, LATER)
        await store.add_citizen(two, "early", SAID, NOW)
        done = await said(store, two, "done")
        await store.finish_turn(two, FinishedTurn((done.seq,), done.seq, (reply("a"),)), LATER)
        assert [message.message_id for message in await store.unfinished(NOW, 10)] == ["early", "late"]
        assert [message.message_id for message in await store.unfinished(NOW, 1)] == ["early"]


async def test_one_failing_write_takes_no_other_with_it(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as store:
        one = await conversation_in(store)
        results = await asyncio.gather(
            store.add_citizen(one, "m1", SAID, NOW),
            store.add_citizen("nowhere", "m1", SAID, NOW),
            store.add_citizen(one, "m2", SAID, NOW),
            store.set_owner(one, "agent", 99, NOW),
            store.add_citizen(one, "m3", SAID, NOW),
            return_exceptions=True,
        )
        assert [isinstance(result, Exception) for result in results] == [False, True, False, True, False]
        assert await numbers(store, one) == [1, 2, 3]


async def test_what_is_stored_survives_closing(kind: str, tmp_path: Path) -> None:
    if kind == "memory":
        pytest.skip("memory keeps nothing over a restart, by design")
    with fresh_database(kind, tmp_path) as url:
        first = await asyncio.to_thread(open_store, url)
        one = await conversation_in(first)
        await said(first, one)
        await first.close()
        second = await asyncio.to_thread(open_store, url)
        assert [message.text for message in await second.messages_after(one, 0, 10)] == ["路灯坏了"]
        await second.close()
