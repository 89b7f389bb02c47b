"""What a person is told before taking a conversation: useful, in the citizen's language, and masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.catalog import Catalog
from channels.conversations import Button, Message
from channels.handoff import briefing
from channels.handoff.briefing import Known
from channels.handoff.contract import REASONS, OpenTicket
from channels.handoff.rows import Handoff

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXTS = Catalog.load()
ROW = Handoff("c.1", "c", "own", "web", "zh", "citizen_asked", "normal", 1, NOW, NOW)
KNOWN = Known(
    {
        "nature": "complaint",
        "description": "我叫王小明，身份证110101199003078515，路灯坏了",
        "location": "幸福路12号",
        "contact_name": "王小明",
        "contact_phone": "13812345678",
        "memo": "internal",
    },
    (OpenTicket("20260302000017", "accepted", "complaint"),),
)


def said(seq: int, text: str, sender: str = "citizen", **data: object) -> Message:
    return Message("c", seq, sender, "zh", text, (Button("是", "/affirm"),), data, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
@pytest.mark.parametrize("reason", REASONS)
def test_the_summary_is_in_the_citizens_language_for_every_reason(language: str, reason: str) -> None:
    row = replace(ROW, language=language, reason=reason)  # type: ignore[type-var]
    summary = briefing.summary_of(row, [said(1, "路灯坏了")], KNOWN, TEXTS)
    assert summary.splitlines()[0] == TEXTS.text(f"utter_gateway_summary_{reason}", language)
    assert "{" not in summary and "20260302000017" in summary
    assert TEXTS.text("utter_value_nature_complaint", language) in summary


def test_a_category_is_named_as_the_city_names_it() -> None:
    known = Known({"category": "street_light"})
    names = {"street_light": {"zh": "路灯", "ko": "가로등"}}
    assert "分类：路灯" in briefing.summary_of(ROW, [], known, TEXTS, names)
    assert "가로등" in briefing.summary_of(replace(ROW, language="ko"), [], known, TEXTS, names)
    assert "street_light" in briefing.summary_of(ROW, [], known, TEXTS)


def test_nothing_personal_stands_open_in_summary_slots_or_caller() -> None:
    messages = [said(1, "电话13812345678，身份证110101199003078515"), said(2, "在吗", "bot")]
    row = replace(ROW, summary=briefing.summary_of(ROW, messages, KNOWN, TEXTS))
    request = briefing.request_of(row, messages, KNOWN, 600, "key")
    shown = f"{request.summary} {request.slots} {request.caller}"
    for secret in ("13812345678", "王小明", "110101199003078515"):
        assert secret not in shown.replace("我叫王小明", "")
    assert request.caller.masked_phone == "138****5678" and request.caller.masked_name == "王**"
    assert "memo" not in request.slots


def test_the_last_words_are_shortened_and_the_history_has_twenty_at_most() -> None:
    messages = [said(number, f"第{number}句" + "长" * 500) for number in range(1, 41)]
    summary = briefing.summary_of(ROW, messages, Known({}), TEXTS)
    assert "第40句" in summary and "第37句" not in summary and len(summary) < 800
    request = briefing.request_of(ROW, messages, Known({}), 600, None)
    assert [message.seq for message in request.history] == list(range(21, 41))


def test_a_message_leaves_without_buttons_and_inner_data() -> None:
    handed = briefing.handed(said(3, "好", "bot", ticket={"number": "1"}, form={"name": "x"}, failed={}))
    assert handed.data == {"ticket": {"number": "1"}} and handed.text == "好"
    photo = {"id": "a.jpg", "type": "image/jpeg", "size_bytes": 5, "name": "灯"}
    file = briefing.handed(said(4, "", attachment=photo), lambda conversation, name: f"https://x/{conversation}/{name}")
    assert file.attachments[0].url == "https://x/c/a.jpg"


def test_a_callers_key_is_the_same_for_the_same_telephone_and_says_nothing_else() -> None:
    one, two = briefing.caller_key_of(b"k" * 32, KNOWN.slots), briefing.caller_key_of(b"k" * 32, dict(KNOWN.slots))
    assert one == two and one is not None and "138" not in one[:3]
    assert briefing.caller_key_of(b"x" * 32, KNOWN.slots) != one
    assert briefing.caller_key_of(b"k" * 32, {}) is None
