"""The emergency form: what to do and whom to call first, a ticket with what is known, then what is missing."""

from __future__ import annotations

import pytest

from tests.unit.actions.complaints import ASKS, LANGUAGES, answer, asked_for, go_to
from tests.unit.actions.driver import Conversation, danger_table, texts

OFFER = "utter_ask_emergency_form_emergency_offer"
PLACE = "utter_ask_emergency_form_location"
PHONE = "utter_ask_emergency_form_contact_phone"


@pytest.mark.parametrize("kind", sorted(danger_table()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_danger_is_answered_in_every_language_with_the_numbers_to_call(kind: str, language: str) -> None:
    talk = Conversation(language)
    said = talk.say("!", danger=kind)
    assert said.keys == [f"utter_emergency_{kind}", OFFER]
    numbers = said.custom("emergency")["numbers"]
    assert numbers and set(numbers) <= {"110", "119", "120", "122"}
    assert numbers[0] in said[0].text
    assert said.custom("handoff")["priority"] == "urgent"


def test_the_ticket_is_filed_on_yes_with_what_is_known_and_completed_afterwards() -> None:
    talk = Conversation()
    talk.say("解放路15号着火了", danger="fire", location="解放路15号")
    said = talk.say("要", "affirm")
    assert said.keys == ["utter_emergency_filed", PHONE]
    (ticket,) = talk.office.tickets()
    assert ticket.emergency and ticket.place.text == "解放路15号" and "着火" in ticket.description
    said = talk.say("13800138000")
    assert said.keys == ["utter_emergency_known"] and talk.form is None
    (ticket,) = talk.office.tickets()
    assert "13800138000" in ticket.history[-1].reason and ticket.contact.phone == "13800138000"


def test_place_and_telephone_may_stay_unsaid() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    assert talk.press("/affirm").keys == ["utter_emergency_filed", PLACE]
    assert talk.say("不知道", "dont_know").keys == [PHONE]
    assert talk.say("没有", "deny").keys == ["utter_emergency_known"]
    assert len(talk.office.tickets()) == 1


def test_pressing_yes_twice_does_not_skip_the_place() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    talk.press("/affirm")
    assert talk.press("/affirm").keys == [PLACE] and len(talk.office.tickets()) == 1


def test_a_place_said_instead_of_yes_is_a_yes() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    assert talk.say("在解放路15号", location="解放路15号").keys == ["utter_emergency_filed", PHONE]


def test_who_declines_is_told_the_numbers_again_and_nothing_is_filed() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    assert talk.press("/deny").keys == ["utter_emergency_declined"]
    assert talk.office.tickets() == []


def test_more_danger_goes_into_the_same_ticket_and_another_kind_is_advised_too() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    talk.press("/affirm")
    said = talk.say("有人晕倒了", danger="medical")
    assert said.keys == ["utter_emergency_medical", PLACE]
    (ticket,) = talk.office.tickets()
    assert "有人晕倒了" in ticket.history[-1].reason
    assert talk.say("火更大了", danger="medical").keys == [PLACE]


def test_the_place_can_be_put_right_while_the_telephone_is_asked() -> None:
    talk = Conversation()
    talk.say("解放路15号着火了", danger="fire", location="解放路15号")
    talk.press("/affirm")
    said = talk.say("说错了，是人民路20号", "correct_info", location="人民路20号")
    assert said.keys == ["utter_corrected", PHONE]
    assert "人民路20号" in talk.office.tickets()[0].history[-1].reason


def test_a_complaint_keeps_its_own_place_and_time_when_danger_comes_between() -> None:
    talk = asked_for("contact_name")
    talk.say("人民路20号刚才着火了", danger="fire", location="人民路20号")
    talk.press("/affirm")
    assert talk.office.tickets()[0].place.text == "人民路20号"
    said = talk.say("13912345678")
    assert said.keys == ["utter_emergency_known", "utter_draft_waits"]
    assert talk.press("/resume").asked == ASKS["contact_name"]
    assert talk.slots["location"]["text"] == "解放路15号" and talk.slots["occurred_at"]["text"] == "昨天晚上"
    go_to(talk, "confirm")
    answer(talk, "confirm")
    assert {ticket.place.text for ticket in talk.office.tickets()} == {"解放路15号", "人民路20号"}


def test_danger_before_the_place_of_a_complaint_does_not_answer_for_it() -> None:
    talk = asked_for("location")
    talk.say("人民路20号着火了", danger="fire", location="人民路20号")
    talk.press("/deny")
    assert talk.press("/resume").asked == ASKS["location"]


def test_an_anonymous_complaint_stays_anonymous_when_a_telephone_is_given_in_an_emergency() -> None:
    talk = asked_for("contact_name")
    talk.say("匿名", "refuse_info")
    talk.say("着火了", danger="fire")
    talk.press("/affirm")
    talk.say("13912345678")
    assert talk.press("/resume").asked == "utter_readback"
    answer(talk, "confirm")
    complaint = next(ticket for ticket in talk.office.tickets() if not ticket.emergency)
    assert complaint.confidentiality == "anonymous" and complaint.contact.empty


def test_with_the_store_down_the_numbers_are_said_and_no_ticket_is_claimed() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    talk.office.store.down = True
    said = talk.press("/affirm")
    assert said.keys == ["utter_emergency_store_down"] and said.custom("ticket") is None


def test_words_that_are_neither_yes_nor_no_are_asked_once_more() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    assert talk.say("嗯哼", "nlu_fallback").keys == [OFFER]
    assert talk.say("嗯哼", "nlu_fallback").keys == ["utter_emergency_declined"]


def test_a_person_is_there_in_an_emergency_too() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    assert talk.say("转人工", "request_human").keys == ["utter_handoff"]


def test_the_emergency_button_without_words_gives_the_general_advice() -> None:
    talk = Conversation()
    assert talk.press("/emergency").keys == ["utter_emergency_other", OFFER]
    talk.press("/affirm")
    assert len(talk.office.tickets()) == 1


@pytest.mark.parametrize("opening", ["ticket_status", "request_callback"])
def test_danger_comes_first_in_every_other_form(opening: str) -> None:
    talk = Conversation()
    talk.press(f"/{opening}")
    assert talk.form
    assert talk.say("着火了", danger="fire").keys == ["utter_emergency_fire", OFFER]


def test_the_language_can_be_switched_in_an_emergency() -> None:
    talk = Conversation()
    talk.say("着火了", danger="fire")
    said = talk.say("English please", "switch_language")
    assert said[-1].text == texts().text(OFFER, "en")
