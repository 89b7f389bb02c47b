"""The revisit in the chat: two answers, in any order and by any means, then closed or opened again."""

from __future__ import annotations

from typing import Any

import pytest

from actions.judgement import solved
from tests.unit.actions.complaints import LANGUAGES, filed, go_to
from tests.unit.actions.driver import Conversation, Turned, word_lists
from tests.unit.tickets.ticket_samples import advance_command
from tickets.domain.vocabulary import Command, Status

ASK_SOLVED = "utter_ask_revisit_form_revisit_solved"
ASK_SATISFIED = "utter_ask_revisit_form_revisit_satisfied"
ASK_TEXT = "utter_ask_revisit_form_revisit_text"
SOLVED = {"zh": "已经解决了", "en": "yes, it's fixed", "ja": "解決しました", "ko": "해결됐어요", "ru": "да, решена"}
UNSOLVED = {
    "zh": "没有解决",
    "en": "it's not solved",
    "ja": "解決していません",
    "ko": "해결되지 않았어요",
    "ru": "не решено",
}
SATISFIED = {"zh": "满意", "en": "satisfied", "ja": "満足です", "ko": "만족합니다", "ru": "да, доволен"}
DISSATISFIED = {"zh": "不满意", "en": "not satisfied", "ja": "不満です", "ko": "불만족", "ru": "недоволен"}
MISSING = {
    "zh": "灯只亮了一晚又灭了",
    "en": "the lamp worked for one night and went out again",
    "ja": "一晩だけついて、また消えました",
    "ko": "하루 켜졌다가 다시 꺼졌습니다",
    "ru": "Фонарь горел одну ночь и снова погас",
}


def answered(language: str = "zh", *, asked: bool = True) -> tuple[Conversation, str]:
    """A conversation whose ticket has an answer; with `asked` its revisit has begun."""
    talk, number = filed(language=language)
    talk.office.desk.advance(advance_command(number, "reply"))
    if asked:
        talk.office.desk.advance(advance_command(number, "start_revisit"))
    return talk, number


def opened(language: str = "zh") -> tuple[Conversation, str, Turned]:
    """The same, and the system has asked."""
    talk, number = answered(language)
    return talk, number, talk.press(f'/revisit_opened{{"ticket_number": "{number}"}}')


def ratings(talk: Conversation, number: str) -> list[tuple[Any, Any]]:
    entries = [entry for entry in talk.office.desk.get(number).history if entry.command == Command.RATE]
    return [(entry.details.get("solved"), entry.details.get("satisfied")) for entry in entries]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_good_answers_in_words_close_the_ticket(language: str) -> None:
    talk, number, said = opened(language)
    assert said.keys == [ASK_SOLVED] and number in said[0].text
    assert talk.say(SOLVED[language], "chitchat").keys == [ASK_SATISFIED]
    assert talk.say(SATISFIED[language], "rate_service").keys == ["utter_revisit_thanks"]
    ticket = talk.office.desk.get(number)
    assert (ticket.status, ticket.solved, ticket.satisfied) == (Status.CLOSED, True, True)
    assert talk.form is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_solved_is_told_and_opens_the_ticket_again(language: str) -> None:
    talk, number, _ = opened(language)
    assert talk.say(UNSOLVED[language], "dispute_result").keys == [ASK_SATISFIED]
    assert talk.say(DISSATISFIED[language], "rate_service").keys == [ASK_TEXT]
    assert talk.say(MISSING[language], "file_complaint").keys == ["utter_revisit_reopened"]
    ticket = talk.office.desk.get(number)
    assert ticket.status == Status.REOPENED and (False, None) in ratings(talk, number)
    assert any(entry.reason == MISSING[language] for entry in ticket.history)


STILL = {
    "zh": "昨天晚上又黑了，一点没修好",
    "en": "it went dark again last night, nothing was fixed, it's still not working",
    "ja": "昨日の夜もまた真っ暗で、まだ直っていません",
    "ko": "어젯밤에도 깜깜했고 아직 그대로예요",
    "ru": "Вчера вечером опять темно, ничего не починили",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_tells_what_is_wrong_instead_of_judging_is_not_asked_twice(language: str) -> None:
    talk, number, _ = opened(language)
    talk.say(UNSOLVED[language], "dispute_result")
    assert talk.say(STILL[language], "file_complaint").keys == ["utter_revisit_reopened"]
    ticket = talk.office.desk.get(number)
    assert (ticket.status, ticket.satisfied) == (Status.REOPENED, False)
    assert any(entry.reason == STILL[language] for entry in ticket.history)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buttons_carry_both_answers_and_name_the_ticket(language: str) -> None:
    talk, number, said = opened(language)
    assert len(said[0].buttons) == 2 and all(number in payload for _, payload in said[0].buttons)
    said = talk.press(said[0].buttons[1][1])
    said = talk.press(said[ASK_SATISFIED].buttons[1][1])
    assert talk.press(said[ASK_TEXT].buttons[0][1]).keys == ["utter_revisit_noted"]
    ticket = talk.office.desk.get(number)
    assert (ticket.status, ticket.solved, ticket.satisfied) == (Status.WITHDRAWN, False, False)


def test_yes_and_no_alone_answer_what_was_asked() -> None:
    talk, number, _ = opened()
    assert talk.say("是的", "affirm").keys == [ASK_SATISFIED]
    assert talk.say("不", "deny").keys == [ASK_TEXT]
    assert ratings(talk, number) == [(True, None), (None, False)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_days_it_took_is_no_good_mark(language: str) -> None:
    talk, number, _ = opened(language)
    talk.press(f'/revisit{{"ticket_number":"{number}","solved":"no"}}')
    took = {
        "zh": "等了5天才来，灯还是不亮",
        "en": "it took 5 days and it's still dark",
        "ja": "5日待ったのに、まだ直っていません",
        "ko": "5일 기다렸는데 아직 그대로예요",
        "ru": "ждали 5 дней, и до сих пор не горит",
    }
    talk.say(took[language])
    assert ratings(talk, number)[-1] == (None, False)


def test_satisfied_first_leaves_solved_to_be_asked() -> None:
    talk, number, _ = opened()
    assert talk.say("挺好，很满意", "rate_service").keys == [ASK_SOLVED]
    assert talk.say("修好了", "inform").keys == ["utter_revisit_thanks"]


def test_each_answer_is_stored_at_once_so_a_citizen_who_leaves_has_been_heard() -> None:
    talk, number, _ = opened()
    talk.say("没有解决", "dispute_result")
    assert talk.office.desk.get(number).solved is False
    assert talk.say("再见", "goodbye").keys == ["utter_revisit_later"]
    assert talk.office.desk.get(number).status == Status.REVISIT


def test_later_in_words_the_revisit_goes_on_without_a_question_before() -> None:
    talk, number, _ = opened()
    talk.say("再见", "goodbye")
    assert talk.say("解决了", "affirm").keys == [ASK_SATISFIED]
    talk.say("算了", "cancel")
    assert talk.say("还是没有解决", "dispute_result").keys == [ASK_SATISFIED]


def test_a_button_pressed_after_the_revisit_is_over_changes_nothing() -> None:
    talk, number, said = opened()
    late = said[0].buttons[1][1]
    talk.say("解决了", "affirm")
    talk.say("满意", "rate_service")
    before = talk.office.desk.get(number)
    assert talk.press(late).keys == ["utter_revisit_over"]
    assert talk.office.desk.get(number) == before


def test_a_question_whose_ticket_is_settled_is_not_asked() -> None:
    talk, number = answered()
    talk.office.desk.advance(advance_command(number, "close"))
    assert talk.press(f'/revisit_opened{{"ticket_number": "{number}"}}') == []
    assert talk.form is None


def test_a_question_about_another_conversations_ticket_is_not_asked() -> None:
    talk, number = answered()
    stranger = Conversation(office=talk.office, name="conversation-2")
    assert stranger.press(f'/revisit_opened{{"ticket_number": "{number}"}}') == []


def test_a_form_left_lying_gives_way_and_its_draft_waits() -> None:
    talk, number = answered()
    talk.press("/file_complaint")
    go_to(talk, "location")
    said = talk.press(f'/revisit_opened{{"ticket_number": "{number}"}}')
    assert said.keys == [ASK_SOLVED]
    talk.say("解决了", "affirm")
    assert talk.say("满意", "rate_service").keys == ["utter_revisit_thanks", "utter_draft_waits"]
    talk.say("继续", "resume")
    assert talk.requested == "location"


def test_a_revisits_button_inside_another_form_waits_its_turn() -> None:
    talk, number, said = opened()
    late = said[0].buttons[0][1]
    talk.say("再见", "goodbye")
    talk.press("/file_complaint")
    go_to(talk, "location")
    assert talk.press(late).keys[0] == "utter_one_thing_first" and talk.requested == "location"


def test_a_new_matter_is_taken_at_once_and_the_revisit_waits() -> None:
    talk, number, _ = opened()
    said = talk.say("幸福路12号垃圾没人收", "file_complaint", location="幸福路12号")
    assert talk.form == "complaint_form" and "utter_revisit_later" not in said.keys
    assert talk.office.desk.get(number).status == Status.REVISIT


def test_what_is_not_understood_is_asked_again_and_then_left_for_later() -> None:
    talk, _, _ = opened()
    assert talk.say("嗯嗯呐", "inform").keys == ["utter_invalid_revisit_solved", ASK_SOLVED]
    assert talk.say("嗯嗯呐", "inform").keys == ["utter_invalid_revisit_solved", ASK_SOLVED]
    assert talk.say("嗯嗯呐", "inform").keys == ["utter_revisit_later"]


def test_danger_comes_first() -> None:
    talk, _, _ = opened()
    said = talk.say("着火了", danger="fire")
    assert talk.form == "emergency_form" or any(str(key).startswith("utter_emergency") for key in said.keys)


def test_nothing_is_claimed_while_the_tickets_are_away() -> None:
    talk, number, _ = opened()
    talk.office.store.down = True
    assert talk.say("解决了", "affirm").keys == ["utter_ticket_store_down"]
    talk.office.store.down = False
    assert ratings(talk, number) == []


def test_an_answer_before_the_system_asks_counts_as_well() -> None:
    talk, number = answered(asked=False)
    assert talk.say("是的，解决了", "affirm").keys == [ASK_SATISFIED]
    assert talk.say("满意", "rate_service").keys == ["utter_revisit_thanks"]
    assert talk.office.desk.get(number).status == Status.CLOSED


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "没人来修，灯还是黑的", False),
        ("zh", "修好了，谢谢", True),
        ("zh", "嗯", None),
        ("en", "it still leaks", False),
        ("en", "they fixed it yesterday", True),
        ("ja", "まだ直っていません", False),
        ("ja", "直りました", True),
        ("ko", "아직 그대로예요", False),
        ("ko", "다 고쳐졌어요", True),
        ("ru", "до сих пор не починили", False),
        ("ru", "всё починили", True),
    ],
)
def test_solved_is_read_from_words_and_never_guessed(language: str, text: str, expected: bool | None) -> None:
    assert solved(text, word_lists()[language]) is expected
