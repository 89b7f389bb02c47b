"""The bot after a person: it knows who that was, what was done and which tickets were filed."""

from __future__ import annotations

import pytest

from bot.after_people import changes
from tests.unit.actions.complaints import ASKS, LANGUAGES, go_to
from tests.unit.actions.driver import Conversation

DID = {"agent": "小王", "summary": "已派维修班", "tickets": ["20260302000017"], "how": "returned"}


def told(talk: Conversation, did: dict[str, object]) -> None:
    """What the bot's door does with the turn's metadata."""
    for slot, value in changes({"agent_did": did}, talk.memo):
        talk.slots[slot] = value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bot_says_what_the_person_did(language: str) -> None:
    talk = Conversation(language)
    told(talk, DID)
    [said] = talk.press("/agent_did")
    assert said.key == "utter_agent_did_summary"
    assert all(word in said.text for word in ("小王", "已派维修班", "20260302000017"))


def test_without_a_summary_it_says_who_it_was_and_without_a_person_that_there_was_none() -> None:
    talk = Conversation()
    assert talk.press("/agent_did").keys == ["utter_agent_did_nothing"]
    told(talk, {"agent": "小王", "summary": "", "tickets": []})
    [said] = talk.press("/agent_did")
    assert (said.key, "小王" in said.text) == ("utter_agent_did", True)


def test_inside_a_form_it_is_told_in_between_and_the_same_slot_is_asked_again() -> None:
    talk = Conversation()
    talk.press("/file_complaint")
    go_to(talk, "contact_name")
    told(talk, {**DID, "tickets": []})
    said = talk.press("/agent_did")
    assert said.keys == ["utter_agent_did_summary", ASKS["contact_name"]]


def test_a_draft_whose_matter_the_person_has_filed_is_over_and_any_other_stays() -> None:
    talk = Conversation()
    talk.press("/file_complaint")
    go_to(talk, "contact_name")
    talk.press("/request_human")
    assert talk.memo["draft"] == "complaint_form"
    told(talk, {**DID, "tickets": []})
    assert talk.memo["draft"] == "complaint_form"
    told(talk, DID)
    assert "draft" not in talk.memo
    assert talk.press("/resume").keys == ["utter_nothing_to_resume"]


def test_nothing_is_kept_when_nothing_was_told() -> None:
    assert changes({"language": "zh"}, {"draft": "complaint_form"}) == []
    assert changes({"agent_did": None}, {}) == []
