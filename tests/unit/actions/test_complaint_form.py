"""The complaint form: what it takes from a sentence, what it asks, and what every slot answers to."""

from __future__ import annotations

import pytest

from tests.unit.actions.complaints import ASKS, LANGUAGES, SENTENCES, SLOTS, answer, asked_for, filed, go_to
from tests.unit.actions.driver import Conversation, texts


def test_one_sentence_fills_as_many_slots_as_it_holds_and_only_the_rest_is_asked() -> None:
    talk = Conversation()
    said = talk.say("我要投诉，解放路15号的路灯昨天坏了，电话13800138000", "file_complaint", location="解放路15号")
    assert said.keys == ["utter_start_complaint", ASKS["contact_name"]]
    said = talk.say("我叫张伟", "inform", person_name="张伟")
    assert said.keys == [ASKS["confidentiality"]]
    said = talk.say("可以", "affirm")
    assert said.keys == ["utter_readback"]
    assert "路灯故障" in said[0].text and "解放路15号" in said[0].text and "昨天" in said[0].text
    ticket = talk.say("确认", "affirm").custom("ticket")
    stored = talk.office.desk.get(ticket["number"])
    assert (stored.category, stored.place.text, stored.contact.phone) == ("street_light", "解放路15号", "13800138000")
    assert stored.occurred_at is not None and stored.contact.name == "张伟"
    assert stored.category_sure == 0.9  # nobody was asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_complaint_is_asked_read_back_and_filed_in_every_language(language: str) -> None:
    talk = Conversation(language)
    said = talk.press("/file_complaint")
    for slot in SLOTS:
        assert (talk.requested, said.asked) == (slot, ASKS[slot])
        said = answer(talk, slot)
    assert said.keys == ["utter_ticket_filed"]
    (ticket,) = talk.office.tickets()
    assert ticket.language == language and ticket.contact.name == SENTENCES[language]["contact_name"]
    assert ticket.description == SENTENCES[language]["description"] and not ticket.place.unclear
    assert ticket.category and ticket.category_sure is None  # the citizen chose
    assert ticket.confidentiality == "public" and ticket.number in said[0].text
    assert talk.form is None and talk.slots["description"] is None


@pytest.mark.parametrize(
    ("intent", "nature"),
    [
        ("report_violation", "report"),
        ("make_suggestion", "suggestion"),
        ("give_praise", "praise"),
        ("move_car", "help"),
        ("file_consultation", "consultation"),
    ],
)
def test_every_nature_uses_the_same_form_and_asks_only_what_it_needs(intent: str, nature: str) -> None:
    talk = Conversation()
    said = talk.say("解放路15号那里的事情我已经说过很多遍了", intent, location="解放路15号")
    assert said.keys[0] == f"utter_start_{nature}"
    asked = []
    while talk.requested != "confirm":
        asked.append(talk.requested)
        answer(talk, str(talk.requested))
    wanted = {
        "report": ["category", "occurred_at", "contact_name", "contact_phone", "confidentiality"],
        "suggestion": ["contact_name", "contact_phone", "confidentiality"],
        "praise": ["contact_name", "contact_phone", "confidentiality"],
        "help": ["contact_name", "contact_phone", "confidentiality"],
        "consultation": ["contact_name", "contact_phone"],
    }
    assert asked == wanted[nature]
    answer(talk, "confirm")
    assert talk.office.tickets()[0].nature == nature


def test_an_opening_without_a_matter_is_asked_for_it_but_keeps_the_place() -> None:
    talk = Conversation()
    said = talk.say("我要投诉解放路15号", "file_complaint", location="解放路15号")
    assert said.keys == ["utter_start_complaint", ASKS["description"]]
    talk.say("垃圾没人收", "file_complaint")
    answer(talk, "category")
    assert talk.requested == "occurred_at" and talk.slots["location"]["text"] == "解放路15号"


# Category


def test_three_likely_categories_are_offered_as_buttons_and_none_of_them() -> None:
    talk = asked_for("category")
    said = talk.say("再说一遍", "repeat")
    assert [title for title, _ in said[0].buttons][0] == "施工噪音" and len(said[0].buttons) == 4
    assert said[0].buttons[-1][0] == "都不是"


@pytest.mark.parametrize(
    ("language", "text", "intent", "category"),
    [
        ("zh", "第一个", "inform", "construction_noise"),
        ("zh", "第二个", "inform", "water_supply"),
        ("zh", "施工噪音", "inform", "construction_noise"),
        ("zh", "是", "affirm", "construction_noise"),
        ("zh", "都不是", "nlu_fallback", "other"),
        ("zh", "不知道", "dont_know", "other"),
        ("zh", "不想说", "refuse_info", "other"),
        ("en", "the second one", "inform", "water_supply"),
        ("en", "none of these", "nlu_fallback", "other"),
        ("ja", "二番目", "inform", "water_supply"),
        ("ja", "どれでもない", "nlu_fallback", "other"),
        ("ko", "두 번째", "inform", "water_supply"),
        ("ko", "모두 아닙니다", "nlu_fallback", "other"),
        ("ru", "второй", "inform", "water_supply"),
        ("ru", "ничего из этого", "nlu_fallback", "other"),
    ],
)
def test_a_category_is_chosen_in_words_too(language: str, text: str, intent: str, category: str) -> None:
    talk = asked_for("category", language)
    said = talk.say(text, intent)
    assert talk.slots["category"] == category and said.asked == ASKS["location"]


def test_an_unclear_answer_suggests_anew_once_and_is_then_left_to_the_hotline() -> None:
    talk = asked_for("category")
    said = talk.say("是井盖那一类的事情吧", "nlu_fallback")
    assert said.asked == "utter_ask_category" and said[-1].buttons[0][0] == "井盖缺失破损"
    talk.say("嗯嗯啊啊", "nlu_fallback")
    assert (talk.slots["category"], talk.requested) == ("other", "location")
    go_to(talk, "confirm")
    answer(talk, "confirm")
    assert talk.office.tickets()[0].category is None


def test_a_forged_category_is_not_taken() -> None:
    talk = asked_for("category")
    said = talk.press('/inform{"slot":"category","value":"ufo"}')
    assert said.asked == "utter_ask_category" and talk.slots["category"] is None
    talk.press('/inform{"slot":"location","value":"x"}')
    assert talk.slots.get("location") is None


# At every slot


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    ("text", "intent", "key"),
    [
        ("你们怎么保护我的隐私？", "ask_privacy", "utter_ask_privacy"),
        ("落户要什么材料？", "consult", "utter_consult_in_form"),
        ("你是机器人吗？", "bot_challenge", "utter_bot_challenge"),
        ("等一下", "wait", "utter_wait_in_form"),
        ("说慢点", "speak_slower", "utter_speak_slower"),
        ("你们都是废物", "abuse", "utter_abuse"),
        ("查一下我的工单", "ticket_status", "utter_one_thing_first"),
    ],
)
def test_a_question_in_between_is_answered_and_the_same_slot_asked_again(
    slot: str, text: str, intent: str, key: str
) -> None:
    talk = asked_for(slot)
    before = {name: talk.slots.get(name) for name in SLOTS}
    if slot == "confidentiality" and intent == "ask_privacy":
        return  # an answer there: who asks about privacy gets it
    said = talk.say(text, intent)
    assert said.keys == [key, ASKS[slot]] and talk.requested == slot
    assert {name: talk.slots.get(name) for name in SLOTS} == before


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_repeat_asks_the_same_slot_again(slot: str, language: str) -> None:
    talk = asked_for(slot, language)
    said = talk.say("?", "repeat")
    assert said.keys == [ASKS[slot]] and talk.requested == slot


@pytest.mark.parametrize("slot", SLOTS)
def test_cancel_at_any_slot_files_nothing_and_go_on_resumes_there(slot: str) -> None:
    talk = asked_for(slot)
    said = talk.say("取消", "cancel")
    assert said.keys == ["utter_form_cancelled"] and talk.form is None
    assert talk.office.tickets() == []
    said = talk.say("继续")
    assert said.keys == ["utter_resumed", ASKS[slot]] and talk.requested == slot
    go_to(talk, "confirm")
    assert answer(talk, "confirm").keys == ["utter_ticket_filed"]


@pytest.mark.parametrize("slot", SLOTS)
def test_a_person_is_there_at_any_slot_and_the_draft_waits(slot: str) -> None:
    talk = asked_for(slot)
    said = talk.say("转人工", "request_human")
    assert said.keys == ["utter_handoff"]
    assert said.custom("handoff") == {"reason": "request", "priority": "normal"}
    said = talk.press("/resume")
    assert said.keys == ["utter_resumed", ASKS[slot]] and talk.requested == slot
    assert said.custom("resume") == {}


@pytest.mark.parametrize("slot", SLOTS)
def test_goodbye_at_any_slot_keeps_the_draft(slot: str) -> None:
    talk = asked_for(slot)
    assert talk.say("再见", "goodbye").keys == ["utter_form_paused"]
    assert talk.say("继续").keys == ["utter_resumed", ASKS[slot]]


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_at_any_slot_comes_first_and_the_draft_waits(slot: str, language: str) -> None:
    talk = asked_for(slot, language)
    said = talk.say("!!! gas !!!", danger="gas")
    assert said.keys == ["utter_emergency_gas", "utter_ask_emergency_form_emergency_offer"]
    assert said.custom("emergency") == {"kind": "gas", "numbers": ["119"]}
    assert said.custom("handoff") == {"reason": "emergency", "priority": "urgent"}
    said = talk.press("/deny")
    assert said.keys[0] == "utter_emergency_declined"
    assert talk.press("/resume").keys == ["utter_resumed", ASKS["category" if slot == "description" else slot]]


@pytest.mark.parametrize("intent", ["dont_know", "refuse_info"])
@pytest.mark.parametrize(
    ("slot", "keys"),
    [
        ("description", ["utter_invalid_description", ASKS["description"]]),
        ("category", [ASKS["location"]]),
        ("location", ["utter_unclear_location", ASKS["location"]]),
        ("occurred_at", [ASKS["contact_name"]]),
        ("contact_name", [ASKS["contact_phone"]]),
        ("contact_phone", [ASKS["confidentiality"]]),
        ("confidentiality", ["utter_readback"]),
        ("confirm", ["utter_please_confirm", "utter_readback"]),
    ],
)
def test_not_knowing_and_not_telling_work_at_every_slot(slot: str, intent: str, keys: list[str]) -> None:
    talk = asked_for(slot)
    assert talk.say("不知道，不想说", intent).keys == keys


def test_language_switched_in_mid_form_changes_the_replies_and_keeps_the_slots() -> None:
    talk = asked_for("contact_name")
    said = talk.say("English please", "switch_language", language="zh")
    assert said.custom("language") == "en" and said[0].text == texts().text("utter_language_switched", "en")
    assert said[1].text == texts().text(ASKS["contact_name"], "en") and talk.requested == "contact_name"
    assert talk.slots["location"]["text"] == "解放路15号"
    said = talk.say("John Smith", language="en")
    assert said[0].text == texts().text(ASKS["contact_phone"], "en")
    said = talk.say("电话是13800138000", language="zh")  # switched back by just speaking
    assert said[0].text == texts().text(ASKS["confidentiality"], "zh")


@pytest.mark.parametrize("slot", SLOTS)
def test_the_language_can_be_switched_at_every_slot(slot: str) -> None:
    talk = asked_for(slot)
    said = talk.say("日本語でお願いします", "switch_language", language="ja")
    assert said[-1].key == ASKS[slot] and talk.requested == slot and talk.slots["language"] == "ja"


# Pressing buttons late or twice


@pytest.mark.parametrize("slot", ["location", "occurred_at", "contact_name", "contact_phone"])
def test_an_old_button_pressed_late_answers_no_other_slot(slot: str) -> None:
    talk = asked_for(slot)
    for payload in ("/affirm", "/file_complaint", '/inform{"slot":"category","value":"construction_noise"}'):
        said = talk.press(payload)
        assert said.keys == [ASKS[slot]] and talk.slots.get(slot) is None


def test_an_old_button_changes_the_slot_it_names() -> None:
    talk = asked_for("contact_name")
    said = talk.press('/inform{"slot":"category","value":"water_supply"}')
    assert said.keys == [ASKS["contact_name"]] and talk.slots["category"] == "water_supply"


def test_the_start_button_pressed_again_in_the_form_does_not_choose_a_category() -> None:
    talk = asked_for("category")
    assert talk.press("/file_complaint").keys == ["utter_ask_category"]


# Filing


def test_confirming_again_after_a_crash_files_once() -> None:
    talk = asked_for("confirm")
    slots = dict(talk.slots)
    first = answer(talk, "confirm").custom("ticket")["number"]
    talk.form, talk.slots = "complaint_form", slots  # the turn was lost before it was stored
    assert answer(talk, "confirm").custom("ticket")["number"] == first
    assert len(talk.office.tickets()) == 1


def test_a_second_complaint_is_another_ticket_and_knows_name_and_telephone() -> None:
    talk, first = filed()
    said = talk.say("解放路15号的井盖今天早上没了", "file_complaint", location="解放路15号")
    assert said.asked == "utter_readback" and "13800138000" in said[-1].text
    assert answer(talk, "confirm").custom("ticket")["number"] != first


def test_with_the_store_down_nothing_is_claimed_all_is_kept_and_go_on_files_it() -> None:
    talk = asked_for("confirm")
    kept = {name: talk.slots[name] for name in SLOTS[:-1]}
    talk.office.store.down = True
    said = answer(talk, "confirm")
    assert said.keys == ["utter_store_down"] and said.custom("ticket") is None
    assert {name: talk.slots[name] for name in SLOTS[:-1]} == kept
    talk.office.store.down = False
    assert talk.press("/resume").keys == ["utter_resumed", "utter_readback"]
    assert answer(talk, "confirm").keys == ["utter_ticket_filed"]
    assert len(talk.office.tickets()) == 1


def test_opening_the_page_again_in_a_form_asks_the_same_slot() -> None:
    talk = asked_for("location")
    assert talk.press("/session_opened").keys == [ASKS["location"]]


def test_after_filing_there_is_nothing_to_resume() -> None:
    talk, _ = filed()
    assert talk.say("继续").keys == ["utter_nothing_to_resume"]


@pytest.mark.parametrize(
    ("language", "opener"),
    [
        ("zh", "我要投诉"),
        ("en", "Hello, I'd like to file a complaint please"),
        ("ja", "苦情を言いたいのですが"),
        ("ko", "민원 넣고 싶어요"),
        ("ru", "Здравствуйте, хочу пожаловаться"),
    ],
)
def test_a_bare_opener_is_not_taken_for_the_matter(language: str, opener: str) -> None:
    talk = Conversation(language=language)
    said = talk.say(opener, "file_complaint")
    assert talk.requested == "description" and talk.slots.get("description") is None, said


def test_more_of_the_matter_said_at_the_category_is_added_to_the_description() -> None:
    talk = asked_for("category")
    before = talk.slots["description"]
    talk.say("小区门口的井盖没了，很危险", "file_complaint")
    assert talk.slots["description"] == f"{before}\n小区门口的井盖没了，很危险"


def test_digits_at_the_category_keep_the_suggestions() -> None:
    talk = asked_for("category")
    said = talk.say("010", "inform")
    assert [title for title, _ in said[-1].buttons][0] == "施工噪音"


def test_a_phone_inside_more_of_the_matter_is_taken_too() -> None:
    talk = asked_for("contact_phone", "en")
    text = "The water has been off since yesterday, my number is 13711112222"
    talk.say(text, "file_complaint")
    assert talk.slots["contact_phone"] == "13711112222" and text in talk.slots["description"]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("zh", "这个投诉是匿名的吗"),
        ("en", "Is it anonymous?"),
        ("ja", "これは匿名ですか"),
        ("ko", "익명인가요?"),
        ("ru", "Это анонимно?"),
    ],
)
def test_asking_whether_it_is_anonymous_is_answered_and_is_no_wish(language: str, question: str) -> None:
    talk = asked_for("contact_name", language)
    said = talk.say(question, "ask_privacy")
    assert said.keys == ["utter_ask_privacy", ASKS["contact_name"]]
    assert talk.slots.get("confidentiality") is None


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("zh", "可以匿名吗"),
        ("en", "Can I stay anonymous?"),
        ("ja", "匿名でもいいですか"),
        ("ko", "익명으로 할 수 있나요?"),
        ("ru", "Можно анонимно?"),
    ],
)
def test_asking_to_stay_anonymous_is_a_wish(language: str, wish: str) -> None:
    talk = asked_for("contact_name", language)
    assert talk.say(wish, "ask_privacy").keys[0] == "utter_anonymous_noted"


def test_an_unfinished_complaint_waits_while_another_is_made() -> None:
    talk = asked_for("occurred_at")
    waiting = talk.slots["description"]
    talk.say("先这样吧", "goodbye")
    talk.say("我要表扬光明路公交站的王师傅，他上周帮了我一个大忙", "give_praise", location="光明路公交站")
    go_to(talk, "confirm")
    said = answer(talk, "confirm")
    assert said.keys == ["utter_praise_filed", "utter_draft_waits"]
    assert talk.press("/resume").asked == ASKS["occurred_at"]
    assert talk.slots["description"] == waiting
    go_to(talk, "confirm")
    answer(talk, "confirm")
    assert {ticket.nature for ticket in talk.office.tickets()} == {"praise", "complaint"}
