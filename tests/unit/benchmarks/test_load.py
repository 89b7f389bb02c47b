"""The driver of many conversations, against a door that needs no system."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.dialogue import Dialogue, Reply, Said, UnexpectedReply
from benchmarks.doors import Conversation, reply_of
from benchmarks.load import Load, citizens
from benchmarks.stock_rasa import reply_of as rest_reply_of


class EchoDoor:
    """Answers at once with what was said."""

    def __init__(self) -> None:
        self.languages: list[str] = []

    async def open(self, language: str) -> Conversation:
        self.languages.append(language)
        return self

    async def say(self, said: Said) -> Reply:
        await asyncio.sleep(0.001)
        return Reply((said.text or "",))


def two_messages(language: str, number: int) -> Dialogue:
    yield Said("the same")
    yield Said(f"{language} {number}")


def wrong(language: str, number: int) -> Dialogue:
    yield Said("hello")
    raise UnexpectedReply("not that")


def run(door: EchoDoor, dialogue_of: object, conversations: int = 2) -> tuple[Load, object, list[str]]:
    edges: list[str] = []
    load = Load(door, citizens(["zh", "en"], dialogue_of), lambda: edges.append("edge"))  # type: ignore[arg-type]
    return load, asyncio.run(load.run(conversations, 0.02, 0.1)), edges


def test_messages_within_the_time_are_counted_and_its_edges_told() -> None:
    door = EchoDoor()
    _, measured, edges = run(door, two_messages)
    assert edges == ["edge", "edge"]
    assert measured.seconds >= 0.1  # type: ignore[attr-defined]
    assert 0 < measured.dialogues <= len(measured.latencies)  # type: ignore[attr-defined]
    assert {"zh", "en"} == set(door.languages)


def test_a_text_is_new_only_once() -> None:
    _, measured, _ = run(EchoDoor(), two_messages, conversations=1)
    messages = len(measured.latencies)  # type: ignore[attr-defined]
    assert measured.new_texts <= messages / 2 + 1  # type: ignore[attr-defined]


def test_a_wrong_reply_ends_the_run_with_its_conversation() -> None:
    with pytest.raises(UnexpectedReply, match="not that\n> hello\n"):
        run(EchoDoor(), wrong)


def test_citizens_of_a_language_are_numbered_from_nought() -> None:
    told: list[tuple[str, int]] = []

    def noted(language: str, number: int) -> Dialogue:
        told.append((language, number))
        return two_messages(language, number)

    speakers = citizens(["zh", "en", "zh"], noted)
    for _ in range(4):
        next(speakers)
    assert told == [("zh", 0), ("en", 0), ("zh", 1), ("zh", 2)]


def test_the_form_is_read_from_the_last_message_and_the_ticket_from_any() -> None:
    first = {"text": "filed 7", "buttons": [], "data": {"ticket": {"number": "7"}}}
    last = {"text": "next?", "buttons": [{"title": "a", "payload": "/a"}], "data": {"form": {"requested_slot": "x"}}}
    assert reply_of([first, last]) == Reply(("filed 7", "next?"), ("/a",), "x", "7")
    assert reply_of([{"text": None, "buttons": [], "data": {"form": None}}]) == Reply(("",))


def test_rasas_rest_messages_are_read_alike() -> None:
    messages = [{"text": "name?"}, {"custom": {"requested_slot": "x"}}, {"text": "?", "buttons": [{"payload": "/a"}]}]
    assert rest_reply_of(messages) == Reply(("name?", "?"), ("/a",), "x", None)
