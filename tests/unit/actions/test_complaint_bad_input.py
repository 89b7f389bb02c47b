"""Input that cannot be: a kind sentence with an example, the same slot again, and nothing lost."""

from __future__ import annotations

import pytest

from tests.unit.actions.complaints import ASKS, LANGUAGES, SLOTS, answer, asked_for, go_to
from tests.unit.actions.driver import Conversation


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("slot", "text", "key"),
    [
        ("description", "", "utter_invalid_description"),
        ("description", "😀😀", "utter_invalid_description"),
        ("description", "!?", "utter_invalid_description"),
        ("location", "📍", "utter_invalid_location"),
        ("occurred_at", "⏰", "utter_invalid_time"),
        ("contact_name", "<script>alert(1)</script>", "utter_invalid_name"),
        ("contact_name", "'; DROP TABLE tickets; --", "utter_invalid_name"),
        ("contact_name", "😀", "utter_invalid_name"),
        ("contact_name", "a" * 41, "utter_invalid_name"),
        ("contact_phone", "1380013800", "utter_invalid_phone_too_short"),
        ("contact_phone", "138001380001", "utter_invalid_phone_too_long"),
        ("contact_phone", "12345678901", "utter_invalid_phone_impossible"),
        ("contact_phone", "☎️", "utter_invalid_phone_not_a_number"),
    ],
)
def test_what_cannot_be_is_said_kindly_and_asked_again(language: str, slot: str, text: str, key: str) -> None:
    talk = asked_for(slot, language)
    before = {name: talk.slots.get(name) for name in SLOTS}
    said = talk.say(text, "nlu_fallback")
    assert said.keys == [key, ASKS[slot]] and said[0].text
    assert {name: talk.slots.get(name) for name in SLOTS} == before
    assert answer(talk, slot).asked != ASKS[slot]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "明天下午三点"),
        ("en", "tomorrow at 3 pm"),
        ("ja", "明日の午後三時"),
        ("ko", "내일 오후 3시"),
        ("ru", "завтра в 15:00"),
    ],
)
def test_a_date_in_the_future_is_refused(language: str, text: str) -> None:
    talk = asked_for("occurred_at", language)
    assert talk.say(text).keys == ["utter_future_time", ASKS["occurred_at"]]


@pytest.mark.parametrize(
    ("slot", "text"),
    [("contact_name", "123"), ("contact_phone", "99"), ("occurred_at", "⏰"), ("contact_phone", "12345678901")],
)
def test_the_third_try_that_cannot_be_is_left_out_so_that_nobody_is_held_up(slot: str, text: str) -> None:
    talk = asked_for(slot)
    talk.say(text, "nlu_fallback")
    talk.say(text, "nlu_fallback")
    said = talk.say(text, "nlu_fallback")
    assert said.keys[0] == "utter_left_open" and talk.slots[slot] == "-"


@pytest.mark.parametrize(
    ("language", "vague"),
    [("zh", "我家附近"), ("en", "near my house"), ("ja", "うちの近所"), ("ko", "우리 집 근처"), ("ru", "возле дома")],
)
def test_an_unclear_place_is_asked_once_more_and_then_filed_marked_unclear(language: str, vague: str) -> None:
    talk = asked_for("location", language)
    assert talk.say(vague, "nlu_fallback").keys == ["utter_unclear_location", ASKS["location"]]
    assert talk.say(vague, "nlu_fallback").keys == ["utter_left_open", ASKS["occurred_at"]]
    go_to(talk, "confirm")
    answer(talk, "confirm")
    (ticket,) = talk.office.tickets()
    assert ticket.place.unclear and ticket.place.text == vague


def test_what_was_said_of_a_place_is_kept_when_no_more_is_known() -> None:
    talk = asked_for("location")
    talk.say("我家附近", "nlu_fallback")
    talk.say("不清楚", "dont_know")
    assert talk.slots["location"] == {"text": "我家附近", "unclear": True}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("zh", "我叫张伟", "张伟"),
        ("zh", "我姓王", "王"),
        ("zh", "叫我李女士就行", "李女士"),
        ("zh", "张Wei", "张Wei"),
        ("en", "My name is Mary O'Neil", "Mary O'Neil"),
        ("ja", "山田と申します", "山田"),
        ("ko", "제 이름은 김민수입니다", "김민수"),
        ("ru", "Меня зовут Анна-Мария", "Анна-Мария"),
        ("ru", "Яна", "Яна"),
        ("zh", "阿依古丽·买买提", "阿依古丽·买买提"),
    ],
)
def test_a_name_is_taken_without_the_words_around_it(language: str, text: str, name: str) -> None:
    talk = asked_for("contact_name", language)
    talk.say(text, "nlu_fallback")
    assert talk.slots["contact_name"] == name


def test_a_question_is_no_name() -> None:
    talk = asked_for("contact_name")
    said = talk.say("为什么要问这个呢", "ask_privacy", 0.6)
    assert said.keys == ["utter_ask_privacy", ASKS["contact_name"]]


@pytest.mark.parametrize("slot", ["contact_phone", "confidentiality"])
def test_more_of_the_matter_said_at_another_slot_is_added_to_it(slot: str) -> None:
    talk = asked_for(slot)
    said = talk.say("他们每天都吵到半夜两三点才停", "file_complaint")
    assert said.keys == ["utter_added", ASKS[slot]] and "半夜" in talk.slots["description"]


def test_a_long_description_that_sounds_like_leaving_is_still_the_description() -> None:
    talk = asked_for("description")
    talk.say("社区取消了我家老人的低保，也没有给任何说法，请帮忙查清楚", "cancel", 0.6)
    assert "低保" in talk.slots["description"]


def test_four_thousand_characters_and_more_are_no_obstacle() -> None:
    talk = Conversation()
    talk.say("路灯坏了" * 1200, "file_complaint", location="路灯坏了" * 200)
    go_to(talk, "confirm")
    assert answer(talk, "confirm").keys == ["utter_ticket_filed"]
    (ticket,) = talk.office.tickets()
    assert len(ticket.description) == 4000 and len(ticket.place.text) == 300


def test_mixed_languages_in_one_answer_are_taken_as_they_are() -> None:
    talk = asked_for("description")
    talk.say("楼下bar的music太noisy了，うるさい", "file_complaint")
    assert talk.slots["description"] == "楼下bar的music太noisy了，うるさい"


@pytest.mark.parametrize(
    ("language", "text", "intent", "held"),
    [
        ("zh", "可以", "nlu_fallback", "public"),
        ("zh", "没关系", "thank", "public"),
        ("zh", "不用保密", "nlu_fallback", "public"),
        ("zh", "请保密", "nlu_fallback", "unit_hidden"),
        ("zh", "不可以", "nlu_fallback", "unit_hidden"),
        ("zh", "不可以公开", "nlu_fallback", "unit_hidden"),
        ("zh", "没必要公开", "nlu_fallback", "unit_hidden"),
        ("en", "that's fine", "nlu_fallback", "public"),
        ("en", "no need to hide", "nlu_fallback", "public"),
        ("en", "please don't share it", "nlu_fallback", "unit_hidden"),
        ("en", "that's not fine", "nlu_fallback", "unit_hidden"),
        ("ja", "公開でいい", "nlu_fallback", "public"),
        ("ja", "公開しないでください", "nlu_fallback", "unit_hidden"),
        ("ja", "大丈夫じゃないです", "nlu_fallback", "unit_hidden"),
        ("ko", "공개해도 돼요", "nlu_fallback", "public"),
        ("ko", "공개하고 싶지 않아요", "nlu_fallback", "unit_hidden"),
        ("ko", "비공개로 해 주세요", "nlu_fallback", "unit_hidden"),
        ("ru", "можно", "nlu_fallback", "public"),
        ("ru", "не согласен", "nlu_fallback", "unit_hidden"),
        ("ru", "можно, но не им", "nlu_fallback", "unit_hidden"),
    ],
)
def test_who_may_see_the_contact_is_heard_in_words_and_in_doubt_nobody(
    language: str, text: str, intent: str, held: str
) -> None:
    talk = asked_for("confidentiality", language)
    talk.say(text, intent)
    assert talk.slots["confidentiality"] == held


def test_unclear_words_about_confidentiality_are_asked_once_more_and_then_hidden() -> None:
    talk = asked_for("confidentiality")
    assert talk.say("嗯哼", "nlu_fallback").keys == [ASKS["confidentiality"]]
    talk.say("嗯哼", "nlu_fallback")
    assert talk.slots["confidentiality"] == "unit_hidden"


def test_sentences_that_start_with_a_slash_are_text() -> None:
    talk = asked_for("description")
    talk.say("／affirm路灯坏了", "nlu_fallback")
    assert talk.slots["description"] == "／affirm路灯坏了"


def test_a_place_nobody_recognised_beside_a_time_is_the_answer_to_where() -> None:
    talk = asked_for("location")
    said = talk.say("昨天晚上在人民公园东门")
    assert said.keys == [ASKS["contact_name"]]
    assert (
        talk.slots["location"]["text"] == "昨天晚上在人民公园东门" and talk.slots["occurred_at"]["text"] == "昨天晚上"
    )


def test_a_time_alone_when_the_place_is_asked_is_noted_and_the_place_asked_again() -> None:
    talk = asked_for("location")
    assert talk.say("昨天晚上的事").keys == ["utter_noted", ASKS["location"]]
    assert answer(talk, "location").keys == [ASKS["contact_name"]]


def test_a_mere_wish_to_complain_is_no_description_the_first_time() -> None:
    talk = asked_for("description")
    assert talk.say("我要投诉", "file_complaint").keys == ["utter_invalid_description", ASKS["description"]]
    assert talk.say("太欺负人了", "file_complaint").asked == "utter_ask_category"
