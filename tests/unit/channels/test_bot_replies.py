"""What becomes of a bot's reply: messages, language, owner; and of answers that are none."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from channels.bot_client import parse_reply
from channels.conversations import Draft
from channels.errors import BotUnavailable
from channels.ownership import AFTER, owner_after, spoken_beside
from channels.ports import BotReply
from channels.replies import plan

QUEUE = {"state": "queued", "queue_position": 2, "wait_seconds": 360}


def reply(*messages: dict[str, Any], language: str | None = "zh", form: Any = None) -> BotReply:
    return parse_reply(orjson.dumps({"language": language, "messages": messages, "form": form}))


def test_text_buttons_and_structure_are_kept() -> None:
    said = {"text": "好的", "buttons": [{"title": "是", "payload": "/affirm"}], "custom": {"ticket": {"number": "1"}}}
    [draft] = plan(reply(said), "zh", QUEUE).drafts
    assert (draft.sender, draft.text, draft.buttons[0].payload) == ("bot", "好的", "/affirm")
    assert draft.data == {"ticket": {"number": "1"}}


def test_nothing_internal_reaches_the_citizen() -> None:
    [draft] = plan(reply({"text": "a", "custom": {"debug": 1, "language": "zh", "resume": {}}}), "zh", QUEUE).drafts
    assert draft.data == {}


def test_the_form_stands_at_the_last_message_only() -> None:
    form = {"name": "complaint_form", "requested_slot": "location", "filled": ["description"], "secret": 1}
    first, last = plan(reply({"text": "a"}, {"text": "b"}, form=form), "zh", QUEUE).drafts
    assert first.data == {}
    assert last.data == {"form": {"name": "complaint_form", "requested_slot": "location", "filled": ["description"]}}


def test_the_language_changes_only_when_the_bot_left_it() -> None:
    assert plan(reply({"text": "a"}, language="zh"), "zh", QUEUE).language is None
    assert plan(reply({"text": "a"}, language=None), "zh", QUEUE).language is None
    assert plan(reply({"text": "a"}, language="fr"), "zh", QUEUE).language is None
    assert plan(reply({"text": "a"}, language="en"), "zh", QUEUE).language == "en"


def test_a_message_after_a_switch_is_in_the_new_language() -> None:
    planned = plan(reply({"text": "好的"}, {"text": "Sure", "custom": {"language": "en"}}), "zh", QUEUE)
    assert [draft.language for draft in planned.drafts] == ["zh", "en"]
    assert planned.language == "en"


def test_a_hand_over_tells_the_place_in_the_queue() -> None:
    planned = plan(reply({"text": "a", "custom": {"handoff": {"reason": "asked", "priority": 1}}}), "zh", QUEUE)
    assert planned.asked == "handoff"
    assert planned.drafts[0].data == {"handoff": QUEUE}


def test_a_resume_asks_for_the_bot() -> None:
    assert plan(reply({"text": "a", "custom": {"resume": {}}}), "zh", QUEUE).asked == "resume"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"messages":null}',
        b'{"messages":[1]}',
        b'{"messages":[{"text":1}]}',
        b'{"messages":[{"custom":[1]}]}',
        b'{"messages":[{"buttons":[{"title":"a"}]}]}',
        b'{"messages":[],"form":[]}',
        b"<html>",
    ],
)
def test_an_answer_that_is_none_counts_as_a_failure(answer: bytes) -> None:
    with pytest.raises(BotUnavailable) as failure:
        parse_reply(answer)
    assert failure.value.reason == "answer"


def test_a_person_never_loses_a_conversation_to_the_bot() -> None:
    assert {AFTER["agent", asked] for asked in ("handoff", "resume")} == {"agent"}
    assert len(AFTER) == 6
    assert owner_after("queue", None) == "queue"
    assert owner_after("bot", "handoff") == "queue"
    assert owner_after("queue", "resume") == "bot"


def test_beside_a_person_the_bot_says_only_what_must_not_be_lost() -> None:
    drafts = (
        Draft("bot", "zh", "smalltalk"),
        Draft("bot", "zh", "filed", data={"ticket": {"number": "1"}}),
        Draft("bot", "zh", "call", data={"emergency": {"numbers": ["119"]}}),
    )
    assert [draft.text for draft in spoken_beside("agent", drafts)] == ["filed", "call"]
    assert spoken_beside("queue", drafts) == drafts
