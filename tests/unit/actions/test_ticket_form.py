"""The ticket form: finding one's own ticket, and status, urging, withdrawing, adding and disputing."""

from __future__ import annotations

import pytest

from tests.unit.actions.complaints import asked_for, filed
from tests.unit.actions.driver import Conversation, Office
from tests.unit.tickets.ticket_samples import advance_command

NUMBER, DIGITS = "utter_ask_ticket_number", "utter_ask_ticket_form_phone_last4"
TASKS = ("ticket_status", "urge_ticket", "withdraw_ticket", "supplement_ticket", "dispute_result")


def stranger(office: Office) -> Conversation:
    """Another conversation, in which nothing was filed."""
    return Conversation(office=office, name="conversation-2")


def test_the_ticket_of_this_conversation_needs_no_proof() -> None:
    talk, number = filed()
    said = talk.say("我的工单怎么样了", "ticket_status")
    assert said.keys == ["utter_ticket_status"] and number in said[0].text


def test_of_several_own_tickets_one_is_chosen_by_button_ordinal_or_number() -> None:
    office = Office()
    talk, first = filed(office)
    talk.say("解放路15号的井盖没了", "file_complaint", location="解放路15号")
    talk.say("昨天")
    second = talk.press("/affirm").custom("ticket")["number"]
    for choice in ("第二个", first, "button"):
        asked = talk.say("查进度", "ticket_status")
        assert asked.keys == ["utter_ask_which_ticket"]
        assert [title for title, _ in asked[0].buttons] == [second, first]
        said = talk.press_titled(asked, first) if choice == "button" else talk.say(choice)
        assert said.custom("ticket")["number"] == first


@pytest.mark.parametrize("together", [True, False])
def test_a_strange_ticket_is_found_by_number_and_four_digits(together: bool) -> None:
    talk, number = filed()
    other = stranger(talk.office)
    if together:
        said = other.say(f"查一下{number}，尾号8000", "ticket_status")
    else:
        assert other.say("查工单", "ticket_status").keys == [NUMBER]
        assert other.say(number).keys == [DIGITS]
        said = other.say("8000")
    assert said.keys == ["utter_ticket_status"] and said.custom("ticket")["number"] == number


def test_four_digits_said_with_the_task_again_are_taken() -> None:
    talk, number = filed()
    other = stranger(talk.office)
    other.say(f"查{number}", "ticket_status")
    assert other.say("查工单，尾号8000", "ticket_status").keys == ["utter_ticket_status"]


def test_a_wrong_pair_tells_nothing_and_answers_like_an_unknown_number() -> None:
    talk, number = filed()
    wrong = stranger(talk.office).say(f"查一下{number}，尾号1234", "ticket_status")
    unknown = Conversation(office=talk.office, name="c3").say("查一下20261125999999，尾号1234", "ticket_status")
    assert wrong == unknown and wrong.keys == ["utter_ticket_not_found", NUMBER]
    assert wrong.custom("ticket") is None


def test_after_three_wrong_pairs_the_form_ends_and_can_be_begun_anew() -> None:
    talk, number = filed()
    other = stranger(talk.office)
    other.say(f"查一下{number}，尾号1234", "ticket_status")
    other.say(f"{number} 1235")
    assert other.say(f"{number} 1236").keys == ["utter_ticket_not_found"] and other.form is None
    assert other.say(f"{number} 8000").keys == ["utter_ticket_status"]


def test_too_many_wrong_pairs_block_the_number_even_for_the_right_one() -> None:
    talk, number = filed()
    for attempt in range(10):
        Conversation(office=talk.office, name=f"c{attempt}").say(f"查{number}，尾号{1000 + attempt}", "ticket_status")
    assert stranger(talk.office).say(f"查{number}，尾号8000", "ticket_status").keys == ["utter_lookup_blocked"]


@pytest.mark.parametrize("text", ["123456", "2026112500000", "？"])
def test_what_is_no_ticket_number_is_said_with_an_example(text: str) -> None:
    talk = Conversation()
    talk.say("查工单", "ticket_status")
    assert talk.say(text, "nlu_fallback").keys == ["utter_invalid_ticket_number", NUMBER]


@pytest.mark.parametrize("intent", ["dont_know", "refuse_info", "deny"])
def test_without_a_number_nothing_is_found_and_a_person_is_offered(intent: str) -> None:
    talk = Conversation()
    talk.say("查工单", "ticket_status")
    said = talk.say("我没有", intent)
    assert said.keys == ["utter_ticket_number_unknown"] and said[0].buttons[0][1] == "/request_human"


@pytest.mark.parametrize("task", TASKS)
def test_a_question_in_between_is_answered_and_the_number_asked_again(task: str) -> None:
    talk = Conversation()
    talk.press(f"/{task}")
    assert talk.say("你是机器人吗", "bot_challenge").keys == ["utter_bot_challenge", NUMBER]
    assert talk.say("等等", "wait").keys == ["utter_wait_in_form", NUMBER]
    assert talk.say("什么？", "repeat").keys == [NUMBER]
    assert talk.say("算了", "cancel").keys == ["utter_form_cancelled_ticket"]


def test_urging_is_counted_and_attached_to_the_open_ticket() -> None:
    talk, number = filed()
    talk.say("催一下", "urge_ticket")
    said = talk.say("再催一下", "urge_ticket")
    assert said.keys == ["utter_ticket_urge"] and "2" in said[0].text
    assert talk.office.desk.get(number).urged == 2 and len(talk.office.tickets()) == 1


@pytest.mark.parametrize(
    ("language", "text", "intent", "status"),
    [
        ("zh", "确定", "affirm", "withdrawn"),
        ("zh", "对，撤回", "withdraw_ticket", "withdrawn"),
        ("zh", "不撤了", "deny", "received"),
        ("zh", "不要撤回", "withdraw_ticket", "received"),
        ("zh", "不知道", "dont_know", "received"),
        ("en", "yes, withdraw it", "withdraw_ticket", "withdrawn"),
        ("en", "no, don't withdraw it", "withdraw_ticket", "received"),
        ("ja", "はい、取り下げます", "withdraw_ticket", "withdrawn"),
        ("ja", "取り下げないでください", "withdraw_ticket", "received"),
        ("ko", "네, 철회해 주세요", "withdraw_ticket", "withdrawn"),
        ("ko", "철회하지 마세요", "withdraw_ticket", "received"),
        ("ru", "да, отозвать заявку", "withdraw_ticket", "withdrawn"),
        ("ru", "не отзывайте", "withdraw_ticket", "received"),
    ],
)
def test_a_ticket_is_withdrawn_only_when_that_is_confirmed(language: str, text: str, intent: str, status: str) -> None:
    talk, number = filed(language=language)
    assert talk.press("/withdraw_ticket").keys == ["utter_ask_ticket_form_ticket_confirm"]
    said = talk.say(text, intent)
    assert said.keys == ["utter_ticket_withdraw" if status == "withdrawn" else "utter_ticket_kept"]
    assert talk.office.desk.get(number).status == status


def test_a_wish_to_withdraw_while_the_number_is_asked_still_needs_a_confirmation() -> None:
    talk, number = filed()
    other = stranger(talk.office)
    other.say("查工单", "ticket_status")
    assert other.say("我想撤回它", "withdraw_ticket").keys == [NUMBER]
    assert other.say(f"{number} 8000").keys == ["utter_ask_ticket_form_ticket_confirm"]
    assert talk.office.desk.get(number).status == "received"


def test_facts_are_added_in_one_sentence_or_asked_for() -> None:
    talk, number = filed()
    said = talk.say("补充一下，昨天夜里他们又施工到凌晨三点多", "supplement_ticket")
    assert said.keys == ["utter_ticket_supplement"]
    assert talk.say("我要补充", "supplement_ticket").keys == ["utter_ask_ticket_form_ticket_text"]
    assert talk.say("😀", "nlu_fallback").keys == ["utter_invalid_description", "utter_ask_ticket_form_ticket_text"]
    assert talk.say("今天也一样", "nlu_fallback").keys == ["utter_ticket_supplement"]
    assert "今天也一样" in talk.office.desk.get(number).history[-1].reason


def test_who_knows_nothing_to_add_changes_nothing() -> None:
    talk, number = filed()
    talk.say("我要补充", "supplement_ticket")
    assert talk.say("不知道", "dont_know").keys == ["utter_form_cancelled_ticket"]
    assert len(talk.office.desk.get(number).history) == 1


def test_a_dispute_needs_an_answered_ticket_and_may_go_without_words() -> None:
    talk, number = filed()
    talk.press("/dispute_result")
    said = talk.say("没解决", "dispute_result")
    assert said.keys == ["utter_ticket_dispute_not_now"] and "已登记" in said[0].text
    talk.office.desk.advance(advance_command(number, "reply"))
    talk.press("/dispute_result")
    assert talk.say("不想说", "refuse_info").keys == ["utter_ticket_dispute"]
    assert talk.office.desk.get(number).status == "reopened"


@pytest.mark.parametrize(
    ("task", "key"),
    [
        ("urge_ticket", "utter_ticket_urge_not_now"),
        ("supplement_ticket", "utter_ticket_supplement_not_now"),
    ],
)
def test_a_withdrawn_ticket_says_where_it_stands(task: str, key: str) -> None:
    talk, _ = filed()
    talk.press("/withdraw_ticket")
    talk.press("/affirm")
    said = talk.press(f"/{task}")
    if talk.requested == "ticket_text":
        said = talk.say("还有新情况")
    assert said.keys == [key] and "已撤回" in said[0].text


@pytest.mark.parametrize("task", TASKS)
def test_with_the_store_down_nothing_is_said_about_any_ticket(task: str) -> None:
    talk, number = filed()
    talk.office.store.down = True
    assert talk.press(f"/{task}").keys == ["utter_ticket_store_down"]
    other = stranger(talk.office)
    talk.office.store.down = False
    other.say("查工单", "ticket_status")
    talk.office.store.down = True
    assert other.say(f"{number} 8000").keys == ["utter_ticket_store_down"]


def test_a_ticket_number_alone_is_looked_up() -> None:
    talk, number = filed()
    assert talk.say(number).keys == ["utter_ticket_status"]
    assert stranger(talk.office).say(number).keys == [DIGITS]


def test_after_a_ticket_the_waiting_draft_is_recalled() -> None:
    talk = asked_for("contact_name")
    talk.say("取消", "cancel")
    _, number = filed(talk.office, "conversation-9")
    said = talk.say(f"查{number}，尾号8000", "ticket_status")
    assert said.keys == ["utter_ticket_status", "utter_draft_waits"]
