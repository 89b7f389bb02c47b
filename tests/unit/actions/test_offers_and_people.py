"""Outside forms: clarifying, offers and what "yes" to them means, people, call-backs, repeating, rating."""

from __future__ import annotations

import pytest

from actions.judgement import judgement
from tests.unit.actions.complaints import ASKS, LANGUAGES, answer, asked_for, filed, go_to
from tests.unit.actions.driver import Conversation, rules, texts, word_lists
from tests.unit.tickets.ticket_samples import advance_command


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_understood_is_clarified_twice_with_buttons_and_then_a_person_is_offered(language: str) -> None:
    talk = Conversation(language)
    said = talk.say("qwerty", "nlu_fallback", ranking=["urge_ticket", "chitchat", "withdraw_ticket"])
    assert said.keys == ["utter_clarify"]
    assert [payload for _, payload in said[0].buttons] == ["/urge_ticket", "/withdraw_ticket", "/file_complaint"]
    assert all(title for title, _ in said[0].buttons)
    assert talk.say("asdf", "nlu_fallback").keys == ["utter_clarify_again"]
    assert talk.say("zxcv", "nlu_fallback").keys == ["utter_offer_human"]
    said = talk.say("yes", "affirm")
    assert said.keys == ["utter_handoff"] and said.custom("handoff")["reason"] == "offered"


@pytest.mark.parametrize("intent", ["file_complaint", "report_violation", "inform"])
def test_a_matter_of_the_city_that_was_not_understood_surely_is_taken_down_at_once(intent: str) -> None:
    talk = Conversation()
    said = talk.say("另外，解放路15号的井盖不见了", "nlu_fallback", location="解放路15号", ranking=[intent])
    assert said.keys[0] == f"utter_start_{'report' if intent == 'report_violation' else 'complaint'}"
    assert talk.slots["category"] == "manhole_cover" and talk.slots["location"]["text"] == "解放路15号"


def test_a_complaint_about_nothing_the_city_knows_is_clarified() -> None:
    assert Conversation().say("qwerty", "nlu_fallback", ranking=["file_complaint"]).keys == ["utter_clarify"]


def test_something_understood_in_between_starts_the_count_anew() -> None:
    talk = Conversation()
    talk.say("qwerty", "nlu_fallback")
    talk.say("asdf", "nlu_fallback")
    talk.say("你好", "greet")
    assert talk.say("zxcv", "nlu_fallback").keys == ["utter_clarify"]


def test_the_words_that_were_not_understood_become_the_matter_when_they_state_one() -> None:
    talk = Conversation()
    talk.say("解放路15号路灯黑乎乎的", "nlu_fallback", location="解放路15号")
    said = talk.press("/file_complaint")
    assert talk.slots["description"] == "解放路15号路灯黑乎乎的" and said.asked == ASKS["occurred_at"]
    assert talk.slots["location"]["text"] == "解放路15号"


def test_words_that_say_nothing_do_not_become_the_matter() -> None:
    talk = Conversation()
    talk.say("嗯嗯嗯", "nlu_fallback")
    assert talk.press("/file_complaint").asked == ASKS["description"]


def test_an_old_question_does_not_become_the_matter_of_a_later_complaint() -> None:
    talk = Conversation()
    talk.say("社保卡丢了到哪里补办需要什么材料", "consult")
    talk.say("谢谢", "thank")
    assert talk.press("/file_complaint").asked == ASKS["description"]


@pytest.mark.parametrize("yes", ["button", "words"])
def test_an_unanswered_question_is_filed_as_a_consultation_when_that_is_accepted(yes: str) -> None:
    talk = Conversation()
    said = talk.say("社保卡丢了到哪里补办", "consult")
    assert said.keys == ["utter_consult_not_covered"]
    said = talk.press("/file_consultation") if yes == "button" else talk.say("好的", "affirm")
    assert said.keys == ["utter_start_consultation", ASKS["contact_name"]]
    go_to(talk, "confirm")
    answer(talk, "confirm")
    (ticket,) = talk.office.tickets()
    assert (ticket.nature, ticket.description) == ("consultation", "社保卡丢了到哪里补办")


def test_a_question_that_was_not_understood_is_not_asked_for_again() -> None:
    talk = Conversation()
    talk.say("社保卡丢了", "nlu_fallback")
    assert talk.press("/consult").keys == ["utter_consult_not_covered"]
    assert talk.press("/file_consultation").keys[0] == "utter_start_consultation"
    assert talk.slots["description"] == "社保卡丢了"


def test_the_consult_button_alone_asks_for_the_question() -> None:
    assert Conversation().press("/consult").keys == ["utter_ask_question"]


@pytest.mark.parametrize(("intent", "key"), [("deny", "utter_anything_else"), ("affirm", "utter_how_can_i_help")])
def test_yes_and_no_without_an_offer_are_met_kindly(intent: str, key: str) -> None:
    assert Conversation().say("嗯", intent).keys == [key]


def test_an_offer_holds_for_the_next_message_and_through_a_pause_only() -> None:
    talk = Conversation()
    talk.say("社保卡丢了到哪里补办", "consult")
    talk.say("等一下", "wait")
    assert talk.say("好的", "affirm").keys[0] == "utter_start_consultation"
    other = Conversation()
    other.say("社保卡丢了到哪里补办", "consult")
    other.say("谢谢", "thank")
    assert other.say("好的", "affirm").keys == ["utter_how_can_i_help"]


def test_a_bare_fact_is_asked_about_and_not_lost() -> None:
    talk = Conversation()
    assert talk.say("解放路15号", location="解放路15号").keys == ["utter_what_about"]
    talk.press("/file_complaint")
    assert talk.requested == "description" and talk.slots["location"]["text"] == "解放路15号"


def test_a_bare_matter_starts_a_complaint() -> None:
    assert Conversation().say("路灯坏了").keys == ["utter_start_complaint", ASKS["location"]]


def test_abuse_is_met_calmly_and_never_ends_anything() -> None:
    talk = Conversation()
    for _ in range(4):
        assert talk.say("废物", "abuse").keys == ["utter_abuse"]
    assert talk.press("/file_complaint").asked == ASKS["description"]


# People and call-backs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_is_queued_for_and_a_call_back_offered_meanwhile(language: str) -> None:
    talk = Conversation(language)
    said = talk.say("human", "request_human")
    assert said.keys == ["utter_handoff"] and [payload for _, payload in said[0].buttons] == [
        "/request_callback",
        "/resume",
    ]
    assert talk.say("ok", "affirm").asked == "utter_ask_callback_form_contact_phone"
    said = talk.say("13800138000")
    assert said.keys == ["utter_callback_filed"] and "13800138000" in said[0].text
    (ticket,) = talk.office.tickets()
    assert ticket.callback and ticket.unit == "hotline"


def test_a_call_back_from_a_form_carries_what_was_said_and_the_draft_goes_on() -> None:
    talk = asked_for("location")
    talk.say("转人工", "request_human")
    talk.press("/request_callback")
    talk.say("13800138000")
    (ticket,) = talk.office.tickets()
    assert "楼上装修噪音太大" in ticket.description
    assert talk.press("/resume").asked == ASKS["location"]


def test_a_known_number_is_called_without_asking_and_pressing_twice_files_once() -> None:
    talk, _ = filed()
    first = talk.press("/request_callback")
    second = talk.press("/request_callback")
    assert first.keys == second.keys == ["utter_callback_filed"]
    assert first.custom("ticket")["number"] == second.custom("ticket")["number"]
    assert len(talk.office.tickets()) == 2


@pytest.mark.parametrize(("text", "intent"), [("不用了", "deny"), ("不想说", "refuse_info"), ("取消", "cancel")])
def test_without_a_number_there_is_no_call_back(text: str, intent: str) -> None:
    talk = Conversation()
    talk.press("/request_callback")
    assert talk.say(text, intent).keys == ["utter_callback_cancelled"] and talk.office.tickets() == []


def test_a_number_that_cannot_be_is_asked_for_again() -> None:
    talk = Conversation()
    talk.press("/request_callback")
    said = talk.say("1380013")
    assert said.keys == ["utter_invalid_phone_too_short", "utter_ask_callback_form_contact_phone"]


def test_with_the_store_down_no_call_back_is_claimed() -> None:
    talk = Conversation()
    talk.press("/request_callback")
    talk.office.store.down = True
    said = talk.say("13800138000")
    assert said.keys == ["utter_callback_store_down"] and said.custom("ticket") is None


def test_going_on_after_asking_for_a_person_gives_the_conversation_back() -> None:
    talk = Conversation()
    talk.say("转人工", "request_human")
    said = talk.press("/resume")
    assert said.keys == ["utter_nothing_to_resume"] and said.custom("resume") == {}


# Repeating, languages, rating


@pytest.mark.parametrize("times", [1, 3])
def test_the_last_reply_is_said_again_with_its_buttons(times: int) -> None:
    talk = Conversation()
    before = talk.press("/session_opened")
    for _ in range(times):
        said = talk.say("再说一遍", "repeat")
        assert [(one.text, one.buttons) for one in said] == [(one.text, one.buttons) for one in before]


def test_with_nothing_said_before_repeat_asks_what_is_wished() -> None:
    assert Conversation().say("再说一遍", "repeat").keys == ["utter_how_can_i_help"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English please", "en"),
        ("请说日语", "ja"),
        ("한국어로 해 주세요", "ko"),
        ("по-русски, пожалуйста", "ru"),
        ("speak Chinese", "zh"),
    ],
)
def test_the_language_that_is_named_is_spoken_from_now_on(text: str, language: str) -> None:
    talk = Conversation("zh")
    said = talk.say(text, "switch_language")
    assert said.custom("language") == language == talk.slots["language"]
    assert said[0].text == texts().text("utter_language_switched", language)


@pytest.mark.parametrize(
    ("language", "text", "score", "satisfied"),
    [
        ("zh", "给5分", 5, None),
        ("zh", "很不满意", None, False),
        ("zh", "非常满意", None, True),
        ("zh", "打１分，太差了", 1, False),
        ("zh", "我要评价", None, None),
        ("zh", "100分", None, None),
        ("zh", "给5个星", 5, None),
        ("zh", "等了5天才来", None, None),
        ("zh", "来过3次", None, None),
        ("zh", "第3遍了", None, None),
        ("zh", "3:30来的", None, None),
        ("en", "it took them 5 days", None, None),
        ("en", "I'd give it a 4", 4, None),
        ("en", "5 stars", 5, None),
        ("ja", "3日待ちました", None, None),
        ("ja", "4点です", 4, None),
        ("ko", "3일 기다렸어요", None, None),
        ("ko", "4점 드릴게요", 4, None),
        ("ru", "ждали 5 дней", None, None),
        ("ru", "4 из 5", 4, None),
        ("en", "not satisfied at all", None, False),
        ("en", "very satisfied", None, True),
        ("ja", "不満です", None, False),
        ("ja", "満足しています", None, True),
        ("ko", "만족합니다", None, True),
        ("ko", "만족하지 않습니다", None, False),
        ("ru", "я доволен", None, True),
        ("ru", "недоволен", None, False),
    ],
)
def test_nobody_is_called_satisfied_who_did_not_say_so(
    language: str, text: str, score: int | None, satisfied: bool | None
) -> None:
    assert judgement(text, word_lists()[language]) == (score, satisfied)


def test_an_answered_ticket_is_rated_and_an_open_one_later() -> None:
    talk, number = filed()
    assert talk.say("很满意", "rate_service").keys == ["utter_rate_not_yet"]
    talk.office.desk.advance(advance_command(number, "reply"))
    assert talk.say("我要评价", "rate_service").keys == ["utter_news_revisit"]
    assert talk.say("不满意", "rate_service").keys == ["utter_rate_thanks"]
    assert dict(talk.office.desk.get(number).history[-1].details)["satisfied"] is False


def test_a_rating_with_no_ticket_or_no_store_claims_nothing() -> None:
    talk = Conversation()
    assert talk.say("很满意", "rate_service").keys == ["utter_rate_nothing"]
    talk.office.store.down = True
    assert talk.say("很满意", "rate_service").keys == ["utter_ticket_store_down"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_the_rules_name_exists_in_every_language_and_channel(language: str) -> None:
    for key in (action for action in rules()[0].values() if action.startswith("utter_")):
        for channel in ("web", "phone", "wechat"):
            assert texts().text(key, language, channel)
