"""Complaints in the five languages, brought by short conversations to the slot a test is about."""

from __future__ import annotations

from tests.unit.actions.driver import Conversation, Office, Turned

SLOTS = (
    "description",
    "category",
    "location",
    "occurred_at",
    "contact_name",
    "contact_phone",
    "confidentiality",
    "confirm",
)
"""What is asked of a complaint that holds nothing at first, in order."""
ASKS = {
    "description": "utter_ask_complaint_form_description",
    "category": "utter_ask_category",
    "location": "utter_ask_complaint_form_location",
    "occurred_at": "utter_ask_complaint_form_occurred_at",
    "contact_name": "utter_ask_complaint_form_contact_name",
    "contact_phone": "utter_ask_complaint_form_contact_phone",
    "confidentiality": "utter_ask_complaint_form_confidentiality",
    "confirm": "utter_readback",
}
SENTENCES = {
    "zh": {
        "description": "楼上装修噪音太大",
        "location": "解放路15号",
        "occurred_at": "昨天晚上",
        "contact_name": "张伟",
        "contact_phone": "13800138000",
        "confidentiality": "可以",
    },
    "en": {
        "description": "the noise from upstairs is terrible",
        "location": "15 Jiefang Road",
        "occurred_at": "yesterday evening",
        "contact_name": "John Smith",
        "contact_phone": "13800138000",
        "confidentiality": "that's fine",
    },
    "ja": {
        "description": "上の階の噪音がひどいです",
        "location": "解放路15番地",
        "occurred_at": "昨日の夜",
        "contact_name": "山田太郎",
        "contact_phone": "13800138000",
        "confidentiality": "構いません",
    },
    "ko": {
        "description": "위층 noise 가 너무 심합니다",
        "location": "해방로 15호",
        "occurred_at": "어제 저녁",
        "contact_name": "김민수",
        "contact_phone": "13800138000",
        "confidentiality": "괜찮습니다",
    },
    "ru": {
        "description": "сверху ужасный noise каждый день",
        "location": "улица Цзефан, 15",
        "occurred_at": "вчера вечером",
        "contact_name": "Иван Петров",
        "contact_phone": "13800138000",
        "confidentiality": "не возражаю",
    },
}
LANGUAGES = tuple(SENTENCES)


def answer(talk: Conversation, slot: str) -> Turned:
    """Gives the usual answer to the slot."""
    if slot == "category":
        return talk.press('/inform{"slot":"category","value":"construction_noise"}')
    if slot == "confirm":
        return talk.press("/affirm")
    intent = "affirm" if slot == "confidentiality" else "inform"
    return talk.say(SENTENCES[talk.language][slot], intent)


def asked_for(
    slot: str, language: str = "zh", office: Office | None = None, name: str = "conversation-1"
) -> Conversation:
    """A conversation in which the complaint form now asks for that slot."""
    talk = Conversation(language, office, name)
    talk.press("/file_complaint")
    for earlier in SLOTS[: SLOTS.index(slot)]:
        answer(talk, earlier)
    assert talk.requested == slot, (talk.requested, talk.slots)
    return talk


def go_to(talk: Conversation, slot: str) -> Turned:
    """Answers what is asked until the slot is asked for."""
    turned = Turned()
    while talk.requested != slot:
        assert talk.requested, talk.slots
        turned = answer(talk, talk.requested)
    return turned


def filed(office: Office | None = None, name: str = "conversation-1", language: str = "zh") -> tuple[Conversation, str]:
    """A conversation that has filed a complaint, and its ticket's number."""
    talk = asked_for("confirm", language, office, name)
    turned = answer(talk, "confirm")
    return talk, str(turned.custom("ticket")["number"])
