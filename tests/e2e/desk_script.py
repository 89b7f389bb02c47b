"""What the fake desk starts with: people, citizens who wait and talk, tickets, lists; in the wire shapes of the desk.

Pure: moments in, dictionaries out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

PASSWORD = "correct horse battery"
TOTP = "123456"
PHONE = "13812345678"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
Row = dict[str, Any]


def people() -> list[Row]:
    """An agent, a colleague with two factors, a supervisor, an administrator."""
    return [
        _person("a1", "chen", "陈晓", "agent", ["zh", "ko", "en"]),
        _person("a2", "wang", "王敏", "agent", ["zh", "ja"], totp=True),
        _person("s1", "liu", "刘洋", "supervisor", ["zh", "en"]),
        _person("z1", "admin", "周航", "administrator", ["zh", "en", "ja", "ko", "ru"]),
    ]


def _person(agent_id: str, username: str, name: str, role: str, languages: list[str], totp: bool = False) -> Row:
    return {
        "id": agent_id,
        "username": username,
        "name": name,
        "role": role,
        "unit": "hotline",
        "languages": languages,
        "topics": [],
        "capacity": 3,
        "load": 0,
        "presence": "available",
        "active": True,
        "totp": totp,
        "on_shift": True,
    }


def _message(seq: int, sender: str, language: str, text: str, at: datetime, **data: Any) -> Row:
    return {
        "seq": seq,
        "sender": sender,
        "language": language,
        "text": text,
        "buttons": [],
        "data": data,
        "at": at.isoformat(),
    }


def _case(key: str, now: datetime, minutes: float, said: list[tuple[str, str]], **facts: Any) -> Row:
    since = now - timedelta(minutes=minutes)
    language = facts["language"]
    messages = [
        _message(number, sender, language, text, since + timedelta(seconds=number))
        for number, (sender, text) in enumerate(said, 1)
    ]
    case = {
        "id": key,
        "handoff_id": f"{key}.1",
        "channel": "web",
        "owner": "queue",
        "owner_version": 1,
        "agent": None,
        "participants": [],
        "listeners": [],
        "priority": "normal",
        "reason": "citizen_asked",
        "topic": None,
        "caller": {"name": None, "phone": None, "key": key},
        "summary": "",
        "slots": {},
        "tickets": [],
        "suggestions": {},
        "waiting_since": since.isoformat(),
        "accepted_at": None,
        "unanswered_since": messages[-1]["at"],
        "warned": False,
        "messages": messages,
        "notes": [],
        "request_ids": {},
    }
    return {**case, **facts}


def cases(now: datetime) -> list[Row]:
    """Three who wait, one whom `chen` talks to, one of `wang` for supervisors."""
    emergency = _case(
        "c-gas",
        now,
        0.4,
        [("bot", "您好，这里是12345热线。"), ("citizen", "楼道里有很重的煤气味，怎么办？")],
        language="zh",
        priority="emergency",
        reason="emergency",
        caller={"name": "孙先生", "phone": "139****2211", "key": "k2"},
        summary="楼道里有煤气味，已提示拨打119和燃气抢修电话。",
    )
    noise = _case(
        "c-noise",
        now,
        3.3,
        [("bot", "Hello, this is the 12345 hotline."), ("citizen", "The bot does not get it. Give me a person.")],
        language="en",
        priority="high",
        reason="complaint_about_bot",
        summary="Says that the assistant did not understand a question about noise at night.",
    )
    return [emergency, _korean(now), noise, _japanese(now), _russian(now)]


def _korean(now: datetime) -> Row:
    return _case(
        "c-lamp",
        now,
        1.2,
        [
            ("bot", "안녕하십니까. 12345 핫라인 도우미입니다. 무엇을 도와드릴까요?"),
            ("citizen", "집 앞 가로등이 사흘째 꺼져 있어요. 밤에 너무 어두워요."),
            ("bot", "어디입니까? 도로명이나 주변 건물을 알려 주십시오."),
            ("citizen", "해방로 15번지 앞입니다. 상담원과 연결해 주세요."),
        ],
        language="ko",
        caller={"name": "김○○", "phone": "138****5678", "key": "k1"},
        summary="가로등이 사흘째 꺼져 있음 · 장소: 해방로 15번지 앞 · 상담원 연결 요청",
        slots={"nature": "complaint", "category": "street_light", "location": "해방로 15번지 앞"},
        tickets=[
            {
                "number": "20261101000317",
                "status": "in_progress",
                "nature": "complaint",
                "category": "street_light",
                "unit": "urban_management",
                "due_at": "2026-12-01T17:30:00+08:00",
            }
        ],
        caller_history=[
            {
                "conversation_id": None,
                "at": "2026-11-01T09:12:00+08:00",
                "channel": "phone",
                "language": "ko",
                "summary": "골목 가로등 문의",
                "tickets": ["20261101000317"],
            }
        ],
        suggestions={
            "categories": [
                {"id": "street_light", "title": "가로등 고장", "unit": "urban_management", "score": 0.83},
                {"id": "road_damage", "title": "도로 파손", "unit": "urban_management", "score": 0.09},
            ],
            "units": [{"id": "urban_management", "score": 0.92}],
            "knowledge": [
                {
                    "id": "street_light_report",
                    "title": "가로등 고장 신고",
                    "text": "가로등 고장은 12345에서 접수하며 도시관리국에서 처리합니다.",
                    "source": "城市照明管理规定",
                }
            ],
            "duplicates": [
                {
                    "number": "20261125000788",
                    "category": "street_light",
                    "location": "解放路15号",
                    "status": "dispatched",
                    "complainants": 2,
                }
            ],
        },
        ticket_draft={
            "nature": "complaint",
            "category": "street_light",
            "description": "집 앞 가로등이 사흘째 꺼져 있어요. 밤에 너무 어두워요.",
            "location": "해방로 15번지 앞",
            "occurred_at": "사흘 전",
            "contact_name": "김민수",
            "contact_phone": "138****5678",
            "confidentiality": "public",
        },
    )


def _japanese(now: datetime) -> Row:
    case = _case(
        "c-visa",
        now,
        6,
        [
            ("bot", "こんにちは。12345ホットラインです。"),
            ("citizen", "在留許可の延長について相談したいです。"),
            ("agent", "您好，我是陈晓，正在为您查询。"),
            ("citizen", "ありがとうございます。お願いします。"),
        ],
        language="ja",
        owner="agent",
        owner_version=2,
        agent={"id": "a1", "name": "陈晓"},
        accepted_at=(now - timedelta(minutes=5)).isoformat(),
        caller={"name": "田中さん", "phone": None, "key": "k3"},
        summary="在留許可の延長についての相談",
    )
    case["messages"][2].update(language="zh", data={"agent": {"id": "a1", "name": "陈晓"}})
    case["notes"].append(
        {
            "id": "n1",
            "kind": "system",
            "author": None,
            "text": "",
            "event": {"type": "accepted", "agent": {"id": "a1", "name": "陈晓"}},
            "at": (now - timedelta(minutes=5)).isoformat(),
        }
    )
    return case


def _russian(now: datetime) -> Row:
    return _case(
        "c-heat",
        now,
        9,
        [("citizen", "В квартире второй день нет отопления."), ("citizen", "Вы здесь?")],
        language="ru",
        channel="wechat",
        owner="agent",
        owner_version=2,
        agent={"id": "a2", "name": "王敏"},
        accepted_at=(now - timedelta(minutes=8)).isoformat(),
        caller={"name": "Анна И.", "phone": "137****0042", "key": "k4"},
        warned=True,
    )


def alerts(now: datetime) -> list[Row]:
    return [
        {
            "id": "al-1",
            "conversation_id": "c-gas",
            "ticket_number": None,
            "channel": "web",
            "language": "zh",
            "text": "楼道里有很重的煤气味，怎么办？",
            "numbers": ["119"],
            "at": (now - timedelta(minutes=1)).isoformat(),
            "respond_by": (now + timedelta(minutes=29)).isoformat(),
            "overdue": False,
            "acknowledged_at": None,
            "acknowledged_by": None,
        }
    ]


def canned() -> list[Row]:
    return [
        _reply(
            "hello",
            "问候",
            "hi",
            "您好，我是{agent}，正在看您的情况，请稍等。",
            "Hello, this is {agent}. I am looking into it; please hold on.",
            "こんにちは、{agent}です。確認いたしますので、少々お待ちください。",
            "안녕하십니까, {agent}입니다. 확인하고 있으니 잠시만 기다려 주십시오.",
            "Здравствуйте, это {agent}. Смотрю ваш вопрос, подождите, пожалуйста.",
        ),
        _reply(
            "filed",
            "工单",
            "done",
            "已为您登记，工单号{ticket}。",
            "It is filed; your ticket number is {ticket}.",
            "受け付けました。受付番号は{ticket}です。",
            "접수했습니다. 접수번호는 {ticket}입니다.",
            "Обращение принято, номер {ticket}.",
        ),
        _reply(
            "bye",
            "结束",
            "bye",
            "感谢您的来电，祝您生活愉快。",
            "Thank you for contacting us.",
            "お問い合わせありがとうございました。",
            "문의해 주셔서 감사합니다.",
            "Спасибо за обращение.",
        ),
    ]


def _reply(reply_id: str, group: str, shortcut: str, *texts: str) -> Row:
    return {"id": reply_id, "group": group, "shortcut": shortcut, "texts": dict(zip(LANGUAGES, texts, strict=True))}


def callbacks(now: datetime) -> list[Row]:
    return [
        {
            "id": "cb-1",
            "conversation_id": None,
            "ticket_number": "20261126000012",
            "caller": {"name": "李女士", "phone": "136****8890"},
            "language": "zh",
            "requested_at": (now - timedelta(minutes=50)).isoformat(),
            "due_at": (now + timedelta(minutes=10)).isoformat(),
            "note": "询问医保异地报销需要的材料",
            "state": "open",
        },
        {
            "id": "cb-2",
            "conversation_id": None,
            "ticket_number": None,
            "caller": {"name": None, "phone": "135****4417"},
            "language": "en",
            "requested_at": (now - timedelta(minutes=90)).isoformat(),
            "due_at": (now - timedelta(minutes=30)).isoformat(),
            "note": "Line broke off while talking about a residence permit",
            "state": "open",
        },
    ]


def dead_letters(now: datetime) -> list[Row]:
    return [
        {
            "id": "dl-1",
            "kind": "push",
            "target": "chatwoot",
            "handoff_id": "c-heat.1",
            "conversation_id": "c-heat",
            "attempts": 8,
            "error": "503 Service Unavailable",
            "first_at": (now - timedelta(hours=2)).isoformat(),
            "last_at": (now - timedelta(minutes=20)).isoformat(),
        },
        {
            "id": "notice:7",
            "kind": "email",
            "target": "l***@e***.com",
            "ticket_number": "20261126000017",
            "conversation_id": "c-heat",
            "attempts": 1,
            "reason": "provider_refused",
            "error": "the mail server answered 554",
            "first_at": (now - timedelta(hours=3)).isoformat(),
            "last_at": (now - timedelta(minutes=50)).isoformat(),
        },
    ]


def board(now: datetime) -> Row:
    hours = [(8, 14, 1), (9, 31, 3), (10, 42, 6), (11, 28, 2), (12, 9, 0), (13, 17, 1), (14, 25, 4)]
    return {
        "at": now.isoformat(),
        "active": 2,
        "answered": 166,
        "answered_within_15s_share": 0.78,
        "abandoned": 17,
        "agents": {"available": 2, "busy": 1, "away": 1, "off": 3},
        "bot_conversations": 38,
        "ratings": {"average": 4.6, "count": 71},
        "per_hour": [
            {"hour": f"2026-11-26T{hour:02}:00:00+08:00", "answered": answered, "abandoned": gone}
            for hour, answered, gone in hours
        ],
        "per_language": [
            {"language": language, "answered": answered, "waiting": waiting}
            for language, answered, waiting in (
                ("zh", 121, 1),
                ("en", 18, 1),
                ("ja", 9, 0),
                ("ko", 12, 1),
                ("ru", 6, 0),
            )
        ],
    }
