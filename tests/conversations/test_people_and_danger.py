"""A person when one is wanted, danger before everything else, and the language the citizen speaks."""

from __future__ import annotations

import pytest

from tests.conversations import sentences as said
from tests.conversations.talk import NewTalk, catalog
from tickets.service.desk import TicketDesk


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_person_is_asked_for_and_a_call_back_becomes_a_ticket(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk = new_talk(language)
    heard = talk.say(said.HUMAN[language])
    assert heard.says("utter_handoff") and talk.owner == "queue"
    queued = heard.data("handoff")
    assert queued["state"] == "queued" and queued["queue_position"] >= 1 and queued["wait_seconds"] > 0
    heard = talk.press_offered("/request_callback")
    assert heard.slot == "contact_phone"
    heard = talk.say(said.ANSWERS[language]["contact_phone"])
    assert heard.says("utter_callback_filed") and heard.number and talk.owner == "queue"
    stored = desk.get(heard.number)
    assert stored.callback and stored.contact.phone == "13912345678" and stored.conversation_id == talk.id


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_person_in_the_middle_of_a_complaint_and_back_to_it(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="contact_name")
    assert talk.say(said.HUMAN[language]).says("utter_handoff") and talk.owner == "queue"
    heard = talk.press_offered("/resume")
    assert talk.owner == "bot"
    assert heard.says("utter_resumed") and (heard.slot, heard.filled) == ("contact_name", before.filled)


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_danger_in_the_middle_of_a_complaint_comes_first_and_the_complaint_goes_on_afterwards(
    new_talk: NewTalk, desk: TicketDesk, language: str
) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="contact_name")
    heard = talk.say(said.DANGER[language])
    assert heard.data("emergency") == {"kind": "gas", "numbers": ["119"]} and heard.says("utter_emergency_gas")
    assert heard.slot == "emergency_offer" and talk.owner == "queue"
    heard = talk.say(said.YES[language])
    assert heard.number and heard.says("utter_emergency_filed")
    emergency = desk.get(heard.number)
    assert emergency.emergency and emergency.emergency_kind == "gas"
    assert said.DANGER[language] in emergency.description
    while heard.slot in ("location", "contact_phone"):
        heard = talk.say(said.ANSWERS[language][heard.slot])
    assert heard.says("utter_emergency_known", "utter_draft_waits") and not heard.form
    heard = talk.say(said.GO_ON[language])
    assert heard.says("utter_resumed") and heard.slot == "contact_name" and before.filled <= heard.filled
    filed = talk.answer(said.ANSWERS[language]).number
    assert filed and desk.get(filed).description == said.ANSWERS[language]["description"]
    assert len(desk.of_conversation(talk.id)) == 2


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_danger_as_the_first_words_is_answered_at_once(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    heard = talk.say(said.DANGER[language])
    assert heard.messages[0]["data"]["emergency"]["numbers"] == ["119"]
    assert "119" in heard.messages[0]["text"]
    assert talk.press_offered("/deny").says("utter_emergency_declined")


def test_french_is_answered_in_english_and_named_the_five_languages(new_talk: NewTalk) -> None:
    talk = new_talk("en")
    heard = talk.say("Bonjour, je voudrais signaler que le lampadaire devant ma maison est cassé depuis trois jours.")
    assert heard.says("utter_unsupported_language") and heard.language == "en"
    for name in ("Chinese", "English", "Japanese", "Korean", "Russian"):
        assert name in heard.text


def test_french_to_a_chinese_conversation_is_answered_in_english(new_talk: NewTalk) -> None:
    heard = new_talk("zh").say("Bonjour, j'ai un problème avec mon logement, pouvez-vous m'aider s'il vous plaît ?")
    assert heard.says("utter_unsupported_language") and heard.language == "en"


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "ja"), ("ja", "ko"), ("ko", "ru"), ("ru", "zh")])
def test_typing_another_language_in_the_form_changes_the_answers_and_keeps_the_slots(
    new_talk: NewTalk, desk: TicketDesk, language: str, other: str
) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="occurred_at")
    heard = talk.say(said.ANSWERS[other]["occurred_at"])
    assert heard.language == talk.language == other
    assert before.filled < heard.filled and heard.slot == "contact_name"
    heard = talk.answer(said.ANSWERS[other])
    assert heard.number and heard.language == other
    assert desk.get(heard.number).description == said.ANSWERS[language]["description"]


@pytest.mark.parametrize(
    ("language", "wish", "other"),
    [
        ("zh", "请说英语", "en"),
        ("en", "日本語でお願いします", "ja"),
        ("ja", "한국어로 해 주세요", "ko"),
        ("ko", "можно по-русски?", "ru"),
        ("ru", "Please speak Chinese", "zh"),
    ],
)
def test_another_language_can_be_asked_for_in_words(new_talk: NewTalk, language: str, wish: str, other: str) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="location")
    heard = talk.say(wish)
    assert heard.language == talk.language == other and heard.filled == before.filled
    assert heard.text.endswith(catalog().text("utter_ask_complaint_form_location", other)) and heard.slot == "location"


@pytest.mark.parametrize("other", ["en", "ja", "ko", "ru"])
def test_the_menu_s_button_switches_the_language_and_keeps_the_slots(new_talk: NewTalk, other: str) -> None:
    talk = new_talk("zh")
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS["zh"], until="occurred_at")
    heard = talk.press(f'/switch_language{{"language":"{other}"}}')
    assert heard.language == talk.language == other
    assert (heard.slot, heard.filled) == ("occurred_at", before.filled)
    assert talk.answer(said.ANSWERS[other]).number
