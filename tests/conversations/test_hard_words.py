"""What is hard to understand, unkind or unusable: answered calmly, asked again, never taken as something else."""

from __future__ import annotations

import pytest

from hotline.conversation import Refused
from tests.conversations import sentences as said
from tests.conversations.talk import NewTalk, Talk
from tickets.service.desk import TicketDesk


def at_slot(new_talk: NewTalk, slot: str, language: str = "zh") -> Talk:
    """A conversation in which the complaint form asks for that slot."""
    talk = new_talk(language)
    talk.press("/file_complaint")
    assert talk.answer(said.ANSWERS[language], until=slot).slot == slot
    return talk


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_what_is_not_understood_is_asked_twice_and_then_a_person_is_offered(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    first, second, third = (talk.say(text) for text in said.GIBBERISH)
    assert first.says("utter_clarify") and second.says("utter_clarify_again") and third.says("utter_offer_human")
    assert talk.owner == "bot" and first.press("/") and second.press("/")
    heard = talk.press_offered("/request_human")
    assert talk.owner == "queue" and heard.data("handoff")["state"] == "queued"


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_abuse_is_met_calmly_outside_and_inside_a_form(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    assert talk.say(said.ABUSE[language]).says("utter_abuse")
    talk = at_slot(new_talk, "location", language)
    before = talk.heard
    heard = talk.say(said.ABUSE[language])
    assert heard.says("utter_abuse") and (heard.slot, heard.filled) == ("location", before.filled)


def test_text_that_starts_with_a_slash_is_text(new_talk: NewTalk) -> None:
    talk = new_talk("en")
    assert talk.say("/file_complaint").form.get("name") != "complaint_form"
    talk.say('/switch_language{"language":"ja"}')
    assert talk.language == "en"
    assert not talk.say("/session_opened").says("utter_greeting")


def test_a_payload_typed_by_hand_steers_nothing(new_talk: NewTalk) -> None:
    talk = at_slot(new_talk, "confirm", "en")
    for typed in ("/affirm", '/correct_info{"slot":"location"}', "/request_human", "/cancel"):
        heard = talk.say(typed)
        assert (heard.slot, heard.number, talk.owner) == ("confirm", None, "bot"), typed


@pytest.mark.parametrize("payload", ["file_complaint", "/File", "/affirm extra", "/" + "a" * 1001, "", "/x{"])
def test_a_payload_that_is_none_is_refused(new_talk: NewTalk, payload: str) -> None:
    with pytest.raises(Refused) as refused:
        new_talk("en").press(payload)
    assert refused.value.http_status in (400, 422)


def test_a_button_for_an_unknown_intent_breaks_nothing(new_talk: NewTalk) -> None:
    talk = new_talk("en")
    assert talk.press("/no_such_intent").messages
    assert talk.say(said.WISH["en"]).slot == "description"


@pytest.mark.parametrize("language", said.LANGUAGES)
@pytest.mark.parametrize(
    ("text", "key"),
    [("1380013", "utter_invalid_phone_too_short"), ("138001380001234567", "utter_invalid_phone_too_long")],
)
def test_a_telephone_number_of_the_wrong_length_is_asked_for_again(
    new_talk: NewTalk, language: str, text: str, key: str
) -> None:
    talk = at_slot(new_talk, "contact_phone", language)
    heard = talk.say(text)
    assert heard.says(key) and heard.slot == "contact_phone"
    assert talk.say("13800138000").slot == "confidentiality"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "明天下午三点"),
        ("en", "tomorrow at three in the afternoon"),
        ("ja", "明日の午後三時"),
        ("ko", "내일 오후 세 시"),
        ("ru", "завтра в три часа дня"),
    ],
)
def test_a_time_that_has_not_come_yet_is_asked_for_again(new_talk: NewTalk, language: str, text: str) -> None:
    talk = at_slot(new_talk, "occurred_at", language)
    heard = talk.say(text)
    assert heard.says("utter_future_time") and heard.slot == "occurred_at"
    assert talk.say(said.ANSWERS[language]["occurred_at"]).slot == "contact_name"


@pytest.mark.parametrize("slot", ["description", "location", "contact_name", "contact_phone"])
def test_emoji_alone_answer_no_question(new_talk: NewTalk, slot: str) -> None:
    talk = at_slot(new_talk, slot)
    heard = talk.say("😀😀😀")
    assert heard.slot == slot and slot not in heard.filled


def test_a_script_is_no_name_and_never_comes_back_as_one(new_talk: NewTalk) -> None:
    talk = at_slot(new_talk, "contact_name")
    heard = talk.say("<script>alert(1)</script>")
    assert heard.says("utter_invalid_name") and heard.slot == "contact_name"
    assert "<script>" not in talk.answer(said.ANSWERS["zh"], until="confirm").text


def test_four_thousand_characters_are_taken_and_one_more_is_refused_kindly(new_talk: NewTalk, desk: TicketDesk) -> None:
    talk = new_talk("zh")
    talk.press("/file_complaint")
    long = "楼下工地半夜施工，噪音很大。" * 400
    heard = talk.say(long[:4001])
    assert heard.says("utter_gateway_too_long") and "4001" in heard.text.replace(",", "")
    heard = talk.say(long[:4000])
    assert "description" in heard.filled
    number = talk.answer(said.ANSWERS["zh"]).number
    assert number and desk.get(number).description == long[:4000]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_is_not_a_message(new_talk: NewTalk, text: str) -> None:
    with pytest.raises(Refused) as refused:
        new_talk("en").say(text)
    assert refused.value.http_status in (400, 422)


def test_templates_and_control_characters_in_a_text_change_nothing(new_talk: NewTalk) -> None:
    talk = new_talk("en")
    talk.press("/file_complaint")
    said_so = "the lamp {number} at ${jndi:ldap://x} and {{7*7}} has been broken for three days, nobody repairs it"
    talk.say(said_so)
    heard = talk.answer(said.ANSWERS["en"], until="confirm")
    assert said_so in heard.text
