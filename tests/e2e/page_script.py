"""What the fake gateway's bot says: one complaint from greeting to ticket, in five languages.

Pure: the words said so far in, messages out. It understands nothing; it goes through its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TICKET: dict[str, Any] = {
    "number": "20261126004711",
    "nature": "complaint",
    "category": "street_light",
    "unit": "urban_management",
    "status": "received",
    "accept_by": "2026-11-27T09:30:00+08:00",
    "due_at": "2026-12-07T17:30:00+08:00",
    "duplicate_of": None,
}
PHONE_LAST4 = "5678"


@dataclass(frozen=True)
class Words:
    """The bot's sentences, the buttons' titles, and what the citizen answers."""

    greeting: str
    complain: str
    consult: str
    what: str
    where: str
    phone: str
    check: str
    yes: str
    no: str
    filed: str
    danger: str
    danger_said: str
    queued: str
    failed: str
    echo: str
    answers: tuple[str, str, str]


WORDS = {
    "zh": Words(
        "您好，这里是12345热线的智能助手。您可以咨询政策，也可以反映问题。请问有什么可以帮您？",
        "我要反映问题",
        "我要咨询",
        "好的，请您说说是什么情况。",
        "请问在什么地方？写明路名、小区或附近的标志。",
        "请留一个联系电话，方便办理的同志与您联系。",
        "请您核对：\n情况：路灯坏了三天\n地点：解放路与人民路交叉口\n电话：138****5678\n对吗？",
        "对，提交",
        "不对，要修改",
        "已为您登记，会转给承办单位办理。",
        "请先离开危险的地方，立即拨打119。",
        "家里着火了",
        "正在为您转接工作人员。",
        "抱歉，刚才没有处理成功。",
        "收到：",
        ("小区门口的路灯坏了三天，晚上很黑。", "解放路与人民路交叉口", "13812345678"),
    ),
    "en": Words(
        "Hello, this is the assistant of the 12345 hotline. You can ask about services or report a problem. "
        "How can I help?",
        "Report a problem",
        "Ask a question",
        "I am sorry to hear that. What happened?",
        "Where is it? A street, an estate or a landmark helps.",
        "Which phone number may we call you back on?",
        "Please check:\nWhat: street light out for three days\nWhere: Jiefang Road, corner of Renmin Road\n"
        "Phone: 138****5678\nIs that right?",
        "Yes, file it",
        "No, change it",
        "Your report is filed and goes to the department in charge.",
        "Please get to safety first and call 119 at once.",
        "There is a fire in my kitchen",
        "I am passing you to a member of staff.",
        "Sorry, that did not work.",
        "Received: ",
        (
            "The street light at our gate has been out for three days.",
            "Jiefang Road, corner of Renmin Road",
            "13812345678",
        ),
    ),
    "ja": Words(
        "こんにちは。12345ホットラインの案内です。制度のご質問も、お困りごとも承ります。どのようなご用件でしょうか。",
        "困りごとを伝える",
        "質問する",
        "承知しました。どのような状況か教えてください。",
        "場所はどちらでしょうか。通りの名前や目印を教えてください。",
        "折り返しのお電話番号を教えてください。",
        "内容をご確認ください。\n内容：街灯が三日間つかない\n場所：解放路と人民路の交差点\n電話：138****5678\nこれでよろしいですか。",
        "はい、送信します",
        "いいえ、直します",
        "受け付けました。担当部署に送ります。",
        "まず安全な場所に移動し、すぐに119へお電話ください。",
        "台所で火事です",
        "担当者におつなぎします。",
        "申し訳ありません。処理できませんでした。",
        "受信：",
        ("家の前の街灯が三日間つきません。", "解放路と人民路の交差点です", "13812345678"),
    ),
    "ko": Words(
        "안녕하십니까. 12345 핫라인 도우미입니다. 제도 문의와 불편 신고를 도와드립니다. 무엇을 도와드릴까요?",
        "불편 신고하기",
        "문의하기",
        "알겠습니다. 어떤 상황인지 말씀해 주십시오.",
        "어디입니까? 도로명이나 주변 건물을 알려 주십시오.",
        "연락받으실 전화번호를 알려 주십시오.",
        "내용을 확인해 주십시오.\n내용: 가로등이 사흘째 꺼져 있음\n장소: 해방로와 인민로 교차로\n"
        "전화: 138****5678\n맞습니까?",
        "네, 접수합니다",
        "아니요, 고치겠습니다",
        "접수했습니다. 담당 부서로 전달됩니다.",
        "먼저 안전한 곳으로 피하시고 바로 119로 전화하십시오.",
        "부엌에 불이 났어요",
        "상담원에게 연결해 드리겠습니다.",
        "죄송합니다. 처리하지 못했습니다.",
        "받음: ",
        ("집 앞 가로등이 사흘째 꺼져 있어요.", "해방로와 인민로 교차로입니다", "13812345678"),
    ),
    "ru": Words(
        "Здравствуйте! Это помощник горячей линии 12345. Здесь можно задать вопрос или сообщить о проблеме. "
        "Чем помочь?",
        "Сообщить о проблеме",
        "Задать вопрос",
        "Понятно. Расскажите, пожалуйста, что случилось.",
        "Где это? Назовите улицу, дом или ориентир.",
        "По какому телефону с вами связаться?",
        "Проверьте, пожалуйста:\nЧто: третий день не горит фонарь\nГде: перекрёсток Цзефан и Жэньминь\n"
        "Телефон: 138****5678\nВсё верно?",
        "Да, отправить",
        "Нет, исправить",
        "Обращение зарегистрировано и передаётся ответственному ведомству.",
        "Сначала выйдите в безопасное место и сразу звоните 119.",
        "На кухне пожар",
        "Соединяю вас с сотрудником.",
        "Извините, не получилось обработать сообщение.",
        "Получено: ",
        ("У нашего подъезда третий день не горит фонарь.", "Перекрёсток улиц Цзефан и Жэньминь", "13812345678"),
    ),
}
STEPS = ("description", "location", "contact_phone", "confirm")


def language_of(text: str, current: str) -> str:
    """By script, which is enough for the sentences of the tests; Latin and Han change nothing."""
    for language, first, last in (("ko", "가", "힣"), ("ja", "ぁ", "ヿ"), ("ru", "А", "я")):
        if any(first <= character <= last for character in text):
            return language
    return current


def greeting(language: str) -> list[dict[str, Any]]:
    words = WORDS[language]
    return [_message(words.greeting, buttons=[(words.complain, "/file_complaint"), (words.consult, "/consult")])]


def reply(
    language: str, step: str | None, text: str | None, payload: str | None
) -> tuple[str | None, list[dict[str, Any]]]:
    """The step after this turn and what is said; `step` is the slot that was asked for."""
    words = WORDS[language]
    if payload == "/request_human":
        handoff = {"state": "queued", "queue_position": 2, "wait_seconds": 240}
        return None, [_message(words.queued, handoff=handoff)]
    if payload == "/file_complaint":
        return "description", [_message(words.what, form=_form("description"))]
    if payload == "/affirm" and step == "confirm":
        return None, [_message(words.filed, ticket=TICKET)]
    if payload is not None:
        return None, greeting(language)
    if text == words.danger_said:
        return step, [_message(words.danger, emergency={"kind": "fire", "numbers": ["119", "120"]})]
    if step == "description":
        return "location", [_message(words.where, form=_form("location"))]
    if step == "location":
        return "contact_phone", [_message(words.phone, form=_form("contact_phone"))]
    if step == "contact_phone":
        buttons = [(words.yes, "/affirm"), (words.no, "/deny")]
        return "confirm", [_message(words.check, buttons=buttons, form=_form("confirm"))]
    return step, [_message(words.echo + (text or ""))]


def _form(slot: str) -> dict[str, Any]:
    filled = ["nature", "category", *STEPS[: STEPS.index(slot)]]
    return {"name": "complaint_form", "requested_slot": slot, "filled": filled}


def _message(text: str, buttons: list[tuple[str, str]] | None = None, **data: Any) -> dict[str, Any]:
    titles = [{"title": title, "payload": payload} for title, payload in buttons or []]
    return {"sender": "bot", "text": text, "buttons": titles, "data": data}
