"""Complaints from the first word to the ticket, in five languages, against the running system."""

from __future__ import annotations

import pytest

from tests.conversations import sentences as said
from tests.conversations.talk import NewTalk, keys_of
from tickets.domain.vocabulary import Confidentiality
from tickets.service.desk import TicketDesk
from tickets.service.ports import TicketFilter


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_one_rich_sentence_needs_few_questions_more(new_talk: NewTalk, desk: TicketDesk, language: str) -> None:
    talk = new_talk(language)
    assert talk.greeting.says("utter_greeting") and talk.greeting.language == language
    heard = talk.say(said.RICH[language])
    assert {"description", "location", "occurred_at", "contact_name", "contact_phone"} <= heard.filled
    heard = talk.answer(said.ANSWERS[language], until="confirm")
    assert set(talk.asked) <= {"category", "confidentiality", "confirm"}
    assert heard.says("utter_readback") and "13800138000" in heard.text
    heard = talk.say(said.ANSWERS[language]["confirm"])
    ticket = heard.data("ticket")
    assert (ticket["nature"], ticket["category"], heard.slot) == ("complaint", "street_light", None)
    assert ticket["number"] in heard.text and heard.language == language == talk.language
    stored = desk.get(ticket["number"])
    assert said.PLACE[language] in stored.place.text and stored.contact.phone == "13800138000"
    assert stored.occurred_at is not None and stored.contact.name and stored.language == language
    assert stored.conversation_id == talk.id and said.RICH[language] in stored.description


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_slow_complaint_is_asked_slot_by_slot(new_talk: NewTalk, desk: TicketDesk, language: str) -> None:
    talk = new_talk(language)
    heard = talk.say(said.WISH[language])
    assert heard.says("utter_start_complaint") and heard.slot == "description"
    heard = talk.answer(said.ANSWERS[language])
    assert heard.number, heard.text
    assert len(talk.asked) == len(set(talk.asked)), f"a slot was asked twice: {talk.asked}"
    stored = desk.get(heard.number)
    assert stored.contact.name == said.NAMES[language] and stored.contact.phone == "13912345678"
    assert stored.confidentiality == Confidentiality.UNIT_HIDDEN
    assert said.PLACE[language] in stored.place.text and not stored.place.unclear
    assert stored.occurred_at is not None and stored.description == said.ANSWERS[language]["description"]
    assert all(message["language"] == language for message in talk.heard.messages)


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_question_in_between_is_answered_and_the_same_slot_asked_again(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="location")
    heard = talk.say(said.QUESTION[language])
    assert heard.says("utter_ask_privacy", "utter_ask_complaint_form_location")
    assert (heard.slot, heard.filled) == ("location", before.filled)


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_correction_at_the_read_back_changes_what_is_filed(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk = new_talk(language)
    talk.say(said.RICH[language])
    talk.answer(said.ANSWERS[language], until="confirm")
    heard = talk.say(said.CORRECTION[language])
    assert heard.slot == "confirm" and heard.says("utter_corrected", "utter_readback")
    assert "13700000001" in heard.text and "13800138000" not in heard.text.replace(said.RICH[language], "")
    heard = talk.say(said.ANSWERS[language]["confirm"])
    assert heard.number and desk.get(heard.number).contact.phone == "13700000001"


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_who_stays_anonymous_leaves_no_name_and_no_number(new_talk: NewTalk, desk: TicketDesk, language: str) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    talk.answer(said.ANSWERS[language], until="contact_name")
    heard = talk.say(said.ANONYMOUS[language])
    assert heard.slot == "confirm" and heard.says("utter_anonymous_noted", "utter_readback")
    heard = talk.say(said.ANSWERS[language]["confirm"])
    assert heard.number
    stored = desk.get(heard.number)
    assert stored.confidentiality == Confidentiality.ANONYMOUS
    assert not stored.contact.name and not stored.contact.phone


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_cancel_files_nothing_and_go_on_takes_up_the_same_slot(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="occurred_at")
    heard = talk.say(said.CANCEL[language])
    assert heard.says("utter_form_cancelled") and not heard.form
    assert desk.of_conversation(talk.id) == []
    heard = talk.say(said.GO_ON[language])
    assert heard.says("utter_resumed") and (heard.slot, heard.filled) == ("occurred_at", before.filled)
    assert talk.answer(said.ANSWERS[language]).number


def test_buttons_alone_lead_to_a_ticket(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk = new_talk("zh")
    talk.press(talk.greeting.press("/file_complaint"))
    answers = {
        **said.ANSWERS["zh"],
        "contact_name": "/refuse_info",
        "contact_phone": "/refuse_info",
        "confirm": "/affirm",
    }
    heard = talk.say("楼下天天有人吵闹，实在受不了")
    assert heard.slot == "category"
    talk.press_offered('/inform{"slot')
    heard = talk.answer(answers)
    assert heard.number and desk.get(heard.number).confidentiality == Confidentiality.ANONYMOUS


def test_the_same_message_twice_is_answered_alike_and_does_nothing_twice(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk = new_talk("en")
    first = talk.say(said.RICH["en"], "rich-1")
    assert talk.say(said.RICH["en"], "rich-1") == first
    talk.answer(said.ANSWERS["en"], until="confirm")
    filed = talk.say(said.ANSWERS["en"]["confirm"], "confirm-1")
    assert filed.number
    for _ in range(3):
        assert talk.say(said.ANSWERS["en"]["confirm"], "confirm-1") == filed
    assert [ticket.number for ticket in desk.list(TicketFilter(conversation_id=talk.id))] == [filed.number]
    talk.conversation.last_seq = 0
    assert sum(filed.number in message["text"] for message in talk.conversation.news()) == 1


def test_a_second_complaint_in_the_conversation_is_another_ticket(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk = new_talk("zh")
    talk.say(said.RICH["zh"])
    first = talk.answer(said.ANSWERS["zh"]).number
    talk.say("另外，人民路3号的井盖今天早上不见了")
    second = talk.answer(said.ANSWERS["zh"]).number
    assert first and second and first != second
    assert desk.get(second).contact.phone == "13800138000"


def test_every_answer_comes_from_the_catalogue(new_talk: NewTalk) -> None:
    talk = new_talk("ru")
    messages = list(talk.say(said.WISH["ru"]).messages)
    for slot in ("description", "category", "location", "occurred_at"):
        if talk.heard.slot == slot:
            messages += talk.say(said.ANSWERS["ru"][slot]).messages
    assert all(key.startswith("utter_") for message in messages for key in keys_of(message))
