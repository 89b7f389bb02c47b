"""The terminal chat: numbered answers, patience, the card of a ticket in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hotline.chat import Chat
from hotline.conversation import Refused, ServerAway
from hotline.transcript import card, shown, width

GREETING = {
    "seq": 1,
    "sender": "bot",
    "language": "zh",
    "text": "您好",
    "buttons": [{"title": "我要投诉", "payload": "/file_complaint"}, {"title": "我要咨询", "payload": "/consult"}],
    "data": {},
}
TICKET = {
    "number": "20261103004512",
    "nature": "complaint",
    "category": "street_light",
    "unit": "urban_management",
    "status": "received",
    "accept_by": "2026-11-04T12:00:00+08:00",
    "due_at": "2026-11-12T18:00:00+08:00",
    "duplicate_of": None,
}


class FakeConversation:
    """Answers with what it was sent; the first `away` sends find nobody."""

    def __init__(self, away: int = 0, refusal: Exception | None = None) -> None:
        self.language = "zh"
        self.sent: list[tuple[str, str, str | None]] = []
        self.away = away
        self.refusal = refusal

    def news(self) -> list[dict[str, Any]]:
        return [GREETING] if not self.sent else []

    def say(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        return self._answer("text", text, message_id)

    def press(self, payload: str, message_id: str | None = None) -> list[dict[str, Any]]:
        return self._answer("payload", payload, message_id)

    def _answer(self, kind: str, content: str, message_id: str | None) -> list[dict[str, Any]]:
        self.sent.append((kind, content, message_id))
        if len(self.sent) <= self.away:
            raise ServerAway()
        if self.refusal:
            raise self.refusal
        return [{"seq": 3, "sender": "bot", "language": "zh", "text": f"re: {content}", "buttons": [], "data": {}}]


def lines(*typed: str) -> Callable[[str], str]:
    rest: Iterator[str] = iter(typed)

    def read(prompt: str) -> str:
        try:
            return next(rest)
        except StopIteration:
            raise EOFError from None

    return read


def chat(conversation: FakeConversation, *typed: str) -> tuple[str, list[float]]:
    written: list[str] = []
    pauses: list[float] = []
    Chat(conversation, lines(*typed), written.append, pauses.append).run()  # type: ignore[arg-type]
    return "\n".join(written), pauses


def test_a_number_presses_the_quick_reply_and_its_title_is_shown() -> None:
    conversation = FakeConversation()
    shown_text, _ = chat(conversation, "2")
    assert conversation.sent[0][:2] == ("payload", "/consult")
    assert "[1] 我要投诉" in shown_text
    assert "→ 我要咨询" in shown_text


def test_a_number_without_such_a_quick_reply_is_text() -> None:
    conversation = FakeConversation()
    chat(conversation, "3", "13800138000")
    assert [sent[:2] for sent in conversation.sent] == [("text", "3"), ("text", "13800138000")]


def test_what_was_typed_is_sent_again_with_the_same_id_when_the_server_comes_back() -> None:
    conversation = FakeConversation(away=3)
    shown_text, pauses = chat(conversation, "路灯坏了")
    assert len({message_id for _, _, message_id in conversation.sent}) == 1
    assert len(conversation.sent) == 4
    assert pauses == [1.0, 2.0, 4.0]
    assert shown_text.count("连接中断") == 1
    assert "re: 路灯坏了" in shown_text


def test_a_server_that_stays_away_ends_the_chat_with_an_error() -> None:
    with pytest.raises(ServerAway):
        chat(FakeConversation(away=1000), "您好")


def test_a_refused_message_is_told_and_the_chat_goes_on() -> None:
    conversation = FakeConversation(refusal=Refused("The text is too long.", 422))
    shown_text, _ = chat(conversation, "a", "b")
    assert shown_text.count("! The text is too long.") == 2


def test_an_empty_line_sends_nothing() -> None:
    conversation = FakeConversation()
    chat(conversation, "", "   ")
    assert conversation.sent == []


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
def test_the_card_of_a_ticket_is_a_box_in_every_language(language: str) -> None:
    rows = card(TICKET, language)
    assert len({width(row) for row in rows}) == 1
    assert any("20261103004512" in row for row in rows)
    assert not any("street_light" in row or "received" in row for row in rows)


def test_chinese_characters_take_two_columns() -> None:
    assert width("工单a") == 5
    assert width("e\u0301") == 1


def test_an_emergency_shows_its_numbers() -> None:
    message = {"sender": "bot", "language": "en", "text": "Leave now.", "data": {"emergency": {"numbers": ["119"]}}}
    assert "☎ In an emergency, call at once: 119" in shown(message)
