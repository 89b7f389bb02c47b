"""Questions to the running system: answered from the items with their source, in parts, in a form, or honestly not."""

from __future__ import annotations

import pytest

from tests.conversations import sentences as said
from tests.conversations.talk import NewTalk

QUESTIONS = {
    "zh": ("身份证快到期了怎么换", "那要多少钱", "id_card_renewal"),
    "en": (
        "my Chinese ID card is about to expire, how do I renew it?",
        "and how much does it cost?",
        "id_card_renewal",
    ),
    "ja": ("身分証の有効期限がもうすぐ切れます。更新はどうすればいいですか", "費用はいくらですか", "id_card_renewal"),
    "ko": ("신분증 유효기간이 곧 끝나는데 어떻게 갱신하나요?", "비용은 얼마예요?", "id_card_renewal"),
    "ru": (
        "у меня заканчивается срок удостоверения личности, как его заменить?",
        "а сколько это стоит?",
        "id_card_renewal",
    ),
}
UNKNOWN = {
    "zh": "阳台上可以养蜜蜂吗",
    "en": "Am I allowed to keep bees on my balcony?",
    "ja": "ベランダで蜂を飼ってもいいですか",
    "ko": "베란다에서 벌을 키워도 되나요?",
    "ru": "Можно ли держать пчёл на балконе?",
}


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_question_is_answered_with_its_source_and_the_next_one_goes_on_with_it(
    new_talk: NewTalk, language: str
) -> None:
    question, further, topic = QUESTIONS[language]
    talk = new_talk(language)
    heard = talk.say(question)
    assert heard.data("knowledge")["id"] == topic and "居民身份证法" in heard.text
    assert heard.language == language
    heard = talk.say(further)
    assert (heard.data("knowledge")["id"], heard.data("knowledge")["section"]) == (topic, "cost")
    whole = talk.press(next(b["payload"] for b in heard.messages[-1]["buttons"] if '"all"' in b["payload"]))
    assert (whole.data("knowledge")["id"], whole.data("knowledge")["section"]) == (topic, "all")


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_a_question_in_the_middle_of_a_complaint_is_answered_and_the_form_goes_on(
    new_talk: NewTalk, language: str
) -> None:
    talk = new_talk(language)
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS[language], until="contact_phone")
    heard = talk.say(QUESTIONS[language][0])
    assert heard.data("knowledge")["id"] == QUESTIONS[language][2]
    assert (heard.slot, heard.filled) == ("contact_phone", before.filled)


@pytest.mark.parametrize("language", said.LANGUAGES)
def test_what_no_item_answers_becomes_a_consultation_ticket_when_wished(new_talk: NewTalk, language: str) -> None:
    talk = new_talk(language)
    heard = talk.say(UNKNOWN[language])
    if heard.says("utter_knowledge_choice"):  # two topics come near: none of them is what was meant
        heard = talk.press('/knowledge_topic{"topic": "none"}')
    assert heard.data("knowledge") is None and heard.says("utter_consult_not_covered")
    heard = talk.press_offered("/file_consultation")
    assert heard.form["name"] == "complaint_form" and "description" in heard.filled
