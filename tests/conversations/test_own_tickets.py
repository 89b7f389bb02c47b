"""What a citizen can do with a ticket afterwards, from the same conversation and from another one."""

from __future__ import annotations

import pytest

from tests.conversations import sentences as said
from tests.conversations.talk import NewTalk, Talk
from tickets.domain.vocabulary import Status
from tickets.service.desk import TicketDesk


def filed(new_talk: NewTalk, language: str) -> tuple[Talk, str]:
    """A conversation that has just filed the rich complaint, and the ticket's number."""
    talk = new_talk(language)
    talk.say(said.RICH[language])
    number = talk.answer(said.ANSWERS[language]).number
    assert number
    return talk, number


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_status_urge_supplement_and_withdraw_of_the_own_ticket_need_no_number(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk, number = filed(new_talk, language)
    heard = talk.say(said.STATUS[language])
    assert heard.says("utter_ticket_status") and heard.number == number and not heard.form
    heard = talk.say(said.URGE[language])
    assert heard.says("utter_ticket_urge") and desk.get(number).urged == 1
    heard = talk.say(said.SUPPLEMENT[language])
    assert heard.slot == "ticket_text"
    heard = talk.say(said.FACTS[language])
    assert heard.says("utter_ticket_supplement") and heard.number == number
    assert any(entry.reason == said.FACTS[language] for entry in desk.get(number).history)
    heard = talk.say(said.WITHDRAW[language])
    assert heard.slot == "ticket_confirm" and desk.get(number).is_open
    heard = talk.say(said.SURELY[language])
    assert heard.says("utter_ticket_withdraw") and desk.get(number).status == Status.WITHDRAWN
    assert [ticket.number for ticket in desk.of_conversation(talk.id)] == [number]


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_ticket_of_another_conversation_needs_its_number_and_the_last_four_digits(
    new_talk: NewTalk, language: str
) -> None:
    _, number = filed(new_talk, language)
    talk = new_talk(language)
    heard = talk.say(said.STATUS[language])
    assert heard.slot == "ticket_number"
    heard = talk.say(number)
    assert heard.slot == "phone_last4" and heard.number is None
    heard = talk.say("8000")
    assert heard.says("utter_ticket_status") and heard.number == number


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_wrong_pair_tells_nothing_and_is_answered_like_an_unknown_number(new_talk: NewTalk, language: str) -> None:
    _, number = filed(new_talk, language)
    answers = []
    for wrong, digits in ((number, "1234"), ("20260101000001", "8000")):
        talk = new_talk(language)
        talk.say(said.STATUS[language])
        talk.say(wrong)
        heard = talk.say(digits)
        assert heard.says("utter_ticket_not_found") and heard.slot == "ticket_number" and heard.number is None
        answers.append((heard.keys, heard.text))
    assert answers[0] == answers[1]


def test_number_and_digits_in_one_sentence_are_enough(new_talk: NewTalk) -> None:
    _, number = filed(new_talk, "zh")
    heard = new_talk("zh").say(f"帮我查一下工单{number}，手机尾号8000")
    assert heard.says("utter_ticket_status") and heard.number == number


def test_the_number_alone_does_not_show_a_stranger_the_ticket_over_http(new_talk: NewTalk) -> None:
    owner, number = filed(new_talk, "en")
    assert owner.conversation.ticket(number)["number"] == number
    stranger = new_talk("en")
    with pytest.raises(Exception, match="(?i)no (such )?ticket|not found|nothing"):
        stranger.conversation.ticket(number)


def test_urging_twice_is_counted_twice_and_makes_no_new_ticket(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk, number = filed(new_talk, "en")
    talk.say(said.URGE["en"], "urge-1")
    talk.say(said.URGE["en"], "urge-1")
    assert desk.get(number).urged == 1
    talk.say("hurry them up please")
    assert desk.get(number).urged == 2
    assert len(desk.of_conversation(talk.id)) == 1


def test_a_withdrawal_thought_better_of_keeps_the_ticket(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk, number = filed(new_talk, "zh")
    talk.say(said.WITHDRAW["zh"])
    heard = talk.say("还是不撤了")
    assert heard.says("utter_ticket_kept") and desk.get(number).is_open
