"""Every slot can be put right by name, by value or by button, at any moment, and nothing else is lost by it."""

from __future__ import annotations

import pytest

from tests.unit.actions.complaints import ASKS, SLOTS, answer, asked_for, go_to

EARLIER = SLOTS[:-1]


@pytest.mark.parametrize("slot", ["confidentiality", "confirm"])
@pytest.mark.parametrize(
    ("language", "text", "entities", "changed", "value"),
    [
        ("zh", "电话错了，是13912345678", {}, "contact_phone", "13912345678"),
        ("zh", "地址不对，应该是人民路20号", {"location": "人民路20号"}, "location", "人民路20号"),
        ("zh", "名字写错了，是李娜", {"person_name": "李娜"}, "contact_name", "李娜"),
        ("zh", "时间不对，是前天上午", {}, "occurred_at", "前天上午"),
        ("en", "the phone is wrong, it's 13912345678", {}, "contact_phone", "13912345678"),
        ("ja", "電話番号が違います、13912345678です", {}, "contact_phone", "13912345678"),
        ("ko", "전화번호가 틀렸어요, 13912345678입니다", {}, "contact_phone", "13912345678"),
        ("ru", "телефон неверный, правильно 13912345678", {}, "contact_phone", "13912345678"),
    ],
)
def test_a_slot_is_corrected_with_its_new_value_in_the_same_sentence(
    slot: str, language: str, text: str, entities: dict[str, str], changed: str, value: str
) -> None:
    talk = asked_for(slot, language)
    said = talk.say(text, "correct_info", **entities)
    assert said.keys == ["utter_corrected", ASKS[slot]]
    held = talk.slots[changed]
    assert (held["text"] if isinstance(held, dict) else held) == value


@pytest.mark.parametrize("changed", EARLIER)
@pytest.mark.parametrize("slot", ["contact_name", "confirm"])
def test_a_button_names_the_slot_to_change_and_the_form_goes_on_where_it_was(slot: str, changed: str) -> None:
    talk = asked_for(slot)
    if talk.slots.get(changed) is None:
        return
    said = talk.press(f'/correct_info{{"slot":"{changed}"}}')
    assert said.keys == [ASKS[changed]] and talk.requested == changed
    assert answer(talk, changed).asked == ASKS[slot]


@pytest.mark.parametrize(
    ("language", "text", "changed"),
    [
        ("zh", "内容", "description"),
        ("zh", "我的地址", "location"),
        ("zh", "改一下时间", "occurred_at"),
        ("zh", "名字", "contact_name"),
        ("zh", "手机号码", "contact_phone"),
        ("zh", "类别", "category"),
        ("en", "the address", "location"),
        ("en", "my number", "contact_phone"),
        ("ja", "住所です", "location"),
        ("ja", "お名前", "contact_name"),
        ("ko", "전화번호요", "contact_phone"),
        ("ko", "주소", "location"),
        ("ru", "телефон", "contact_phone"),
        ("ru", "адрес", "location"),
    ],
)
def test_after_a_no_the_slot_to_change_can_be_named(language: str, text: str, changed: str) -> None:
    talk = asked_for("confirm", language)
    assert talk.press("/deny").keys == ["utter_what_to_change"]
    assert talk.say(text, "nlu_fallback").keys == [ASKS[changed]]
    assert answer(talk, changed).keys[-1] == "utter_readback"


@pytest.mark.parametrize("intent", ["affirm", "deny", "dont_know"])
def test_who_has_nothing_to_change_after_all_gets_the_read_back_and_files_nothing_yet(intent: str) -> None:
    talk = asked_for("confirm")
    talk.press("/deny")
    assert talk.say("不改了", intent).keys == ["utter_readback"]
    assert talk.office.tickets() == []
    assert answer(talk, "confirm").keys == ["utter_ticket_filed"]


def test_what_should_change_is_asked_at_once_and_then_the_form_goes_on() -> None:
    talk = asked_for("contact_phone")
    assert talk.say("我刚才说错了", "correct_info").keys == ["utter_what_to_change"]
    assert talk.say("地址", "correct_info").keys == [ASKS["location"]]
    assert talk.say("人民路20号").keys == [ASKS["contact_phone"]]


def test_a_yes_to_what_should_change_never_files_an_unfinished_complaint() -> None:
    talk = asked_for("contact_phone")
    talk.say("我刚才说错了", "correct_info")
    assert talk.say("好的", "affirm").keys == [ASKS["contact_phone"]]
    assert talk.office.tickets() == []


def test_a_wrong_value_in_a_correction_is_said_and_asked_for() -> None:
    talk = asked_for("confirm")
    said = talk.say("时间不对，是明天下午", "correct_info")
    assert said.keys == ["utter_future_time", ASKS["occurred_at"]]


def test_a_description_that_was_to_be_replaced_comes_back_when_it_is_not() -> None:
    talk = asked_for("confirm")
    before = talk.slots["description"]
    talk.press('/correct_info{"slot":"description"}')
    assert talk.say("算了，不改了", "deny").keys == ["utter_readback"]
    assert talk.slots["description"] == before


def test_the_category_is_corrected_by_its_name() -> None:
    talk = asked_for("confirm")
    assert talk.say("类别不对，应该是路灯故障", "correct_info").keys == ["utter_corrected", "utter_readback"]
    assert talk.slots["category"] == "street_light"


def test_confidentiality_is_corrected_in_words_without_being_asked_again() -> None:
    talk = asked_for("confirm")
    assert talk.say("改成保密", "correct_info").keys == ["utter_corrected", "utter_readback"]
    assert talk.slots["confidentiality"] == "unit_hidden"
    assert talk.say("还是改成公开吧", "correct_info").keys == ["utter_corrected", "utter_readback"]
    assert talk.slots["confidentiality"] == "public"


def test_more_words_at_the_read_back_are_added_and_change_no_place_or_time() -> None:
    talk = asked_for("confirm")
    said = talk.say("补充一下，前天人民路那边也一样吵", "supplement_ticket", location="人民路")
    assert said.keys == ["utter_added", "utter_readback"]
    assert talk.slots["location"]["text"] == "解放路15号" and "人民路" in talk.slots["description"]


def test_a_value_alone_at_the_read_back_corrects_its_slot() -> None:
    talk = asked_for("confirm")
    assert talk.say("是13912345678", "inform").keys == ["utter_corrected", "utter_readback"]
    assert talk.slots["contact_phone"] == "13912345678"


def test_a_yes_with_another_number_is_read_back_once_more() -> None:
    talk = asked_for("confirm")
    assert talk.say("对的，电话13912345678", "affirm").keys == ["utter_corrected", "utter_readback"]
    assert talk.say("对的，电话13912345678", "affirm").keys == ["utter_ticket_filed"]


def test_a_question_with_a_date_at_the_read_back_changes_nothing() -> None:
    talk = asked_for("confirm")
    before = talk.slots["occurred_at"]
    assert talk.say("明天能处理吗？", "consult").keys == ["utter_consult_in_form", "utter_readback"]
    assert talk.slots["occurred_at"] == before


# Anonymous


@pytest.mark.parametrize("slot", ["contact_name", "contact_phone", "confidentiality", "confirm"])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "我想匿名"),
        ("en", "I'd like to stay anonymous"),
        ("ja", "匿名でお願いします"),
        ("ko", "익명으로 해 주세요"),
        ("ru", "хочу анонимно"),
    ],
)
def test_anonymous_filing_stores_neither_name_nor_telephone(slot: str, language: str, text: str) -> None:
    talk = asked_for(slot, language)
    said = talk.say(text, "refuse_info")
    assert said.keys == ["utter_anonymous_noted", "utter_readback"]
    answer(talk, "confirm")
    (ticket,) = talk.office.tickets()
    assert ticket.confidentiality == "anonymous" and ticket.contact.empty


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("zh", "不用匿名，我叫张伟", "张伟"),
        ("en", "not anonymous, it's John", "John"),
        ("ja", "匿名ではなく山田です", "山田"),
    ],
)
def test_who_does_not_want_to_be_anonymous_is_not(language: str, text: str, name: str) -> None:
    talk = asked_for("contact_name", language)
    talk.say(text, person_name=name)
    assert (talk.slots["contact_name"], talk.requested) == (name, "contact_phone")


def test_telling_neither_name_nor_telephone_files_anonymously_without_asking_who_may_see_them() -> None:
    talk = asked_for("contact_name")
    talk.press("/refuse_info")
    assert talk.press("/refuse_info").keys == ["utter_readback"]
    answer(talk, "confirm")
    assert talk.office.tickets()[0].confidentiality == "anonymous"


def test_a_telephone_given_after_all_ends_the_anonymity() -> None:
    talk = asked_for("contact_name")
    talk.say("匿名", "refuse_info")
    talk.say("还是留个电话吧，13912345678", "correct_info")
    answer(talk, "confirm")
    (ticket,) = talk.office.tickets()
    assert ticket.contact.phone == "13912345678" and ticket.confidentiality == "unit_hidden"


def test_the_next_complaint_after_an_anonymous_one_may_be_signed() -> None:
    talk = asked_for("contact_name")
    talk.say("匿名", "refuse_info")
    answer(talk, "confirm")
    talk.press("/file_complaint")
    go_to(talk, "contact_name")


@pytest.mark.parametrize(
    ("language", "text", "nature"),
    [
        ("zh", "这是举报，不是投诉", "report"),
        ("zh", "类型不对，是建议", "suggestion"),
        ("en", "it's not a complaint, it's a suggestion", "suggestion"),
        ("ja", "苦情ではなく提案です", "suggestion"),
        ("ko", "민원이 아니라 제안입니다", "suggestion"),
        ("ru", "это не жалоба, а предложение", "suggestion"),
    ],
)
def test_the_nature_is_corrected_by_its_name(language: str, text: str, nature: str) -> None:
    talk = asked_for("confirm", language)
    assert talk.say(text, "correct_info").keys == ["utter_corrected", "utter_readback"]
    assert talk.slots["nature"] == nature


def test_a_wish_for_anonymity_at_another_slot_is_kept_and_the_slot_asked_again() -> None:
    talk = asked_for("location")
    assert talk.say("我要匿名", "refuse_info").keys == ["utter_anonymous_noted", ASKS["location"]]
    answer(talk, "location")
    assert answer(talk, "occurred_at").keys == ["utter_readback"]
