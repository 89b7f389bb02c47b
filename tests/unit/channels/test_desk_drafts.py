"""The ticket that a conversation is turned into, and the canned replies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.conversations import Message
from channels.desk.cannery import load, parse
from channels.desk.config import DeskConfig
from channels.desk.drafts import command_of, draft_of, phone_of
from channels.errors import InvalidField
from channels.languages import LANGUAGES
from tests.contract.channels.desk_samples import NOW

TEXTS = dict.fromkeys(LANGUAGES, "hello")


def said(seq: int, text: str, sender: str = "citizen", language: str = "zh", payload: str | None = None) -> Message:
    data = {} if payload is None else {"payload": payload}
    return Message("c1", seq, sender, language, text, (), data, NOW)  # type: ignore[arg-type]


TALK = [
    said(1, "您好", "bot"),
    said(2, "我要反映问题", payload="/file_complaint"),
    said(3, "小区门口的路灯坏了"),
    said(4, "我的电话是13812345678"),
    said(5, "好的，13900000000", "agent"),
]


def test_a_draft_is_what_the_citizen_wrote_when_no_form_knows_better() -> None:
    draft = draft_of({}, TALK, "street_light")
    assert draft["description"] == "小区门口的路灯坏了\n我的电话是13812345678"
    assert (draft["nature"], draft["category"], draft["confidentiality"]) == ("complaint", "street_light", "public")
    assert draft["contact_phone"] == "138****5678"


def test_a_draft_takes_what_the_forms_know() -> None:
    slots = {
        "nature": "report",
        "category": "noise",
        "description": "夜间施工",
        "location": "解放路",
        "contact_phone": "13700001111",
        "confidentiality": "unit_hidden",
    }
    draft = draft_of(slots, TALK, "street_light")
    assert (draft["nature"], draft["category"], draft["description"]) == ("report", "noise", "夜间施工")
    assert (draft["contact_phone"], draft["confidentiality"]) == ("137****1111", "unit_hidden")
    assert draft_of({"nature": "nonsense"}, [], None)["nature"] == "complaint"


def test_the_telephone_is_the_citizens_and_never_the_agents() -> None:
    assert phone_of({}, TALK) == "13812345678"
    assert phone_of({}, TALK[:3]) is None
    assert phone_of({"contact_phone": "13700001111"}, TALK) == "13700001111"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, "13812345678"),  # left alone
        ("138****5678", "13812345678"),  # sent back as it was shown
        ("13700001111", "13700001111"),  # corrected by the agent
        ("", None),  # taken away
        ("138****0000", "138****0000"),  # another mask: the ticket core says that it is no number
    ],
)
def test_a_masked_telephone_stands_for_the_real_one(given: str | None, kept: str | None) -> None:
    fields = {} if given is None else {"contact_phone": given}
    assert _command(fields).contact.phone == kept


def test_a_moment_stays_a_moment_and_words_stay_words() -> None:
    assert _command({"occurred_at": "2026-03-01T20:00:00+08:00"}).occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    words = _command({"occurred_at": "昨晚八点"})
    assert (words.occurred_at, words.occurred_text) == (None, "昨晚八点")
    assert _command({"occurred_at": "2026-03-01T20:00:00"}).occurred_at is None  # no zone: words


def test_the_command_is_the_same_for_the_same_request() -> None:
    one, two = _command({"nature": "complaint"}), _command({"nature": "complaint"})
    assert one.idempotency_key == two.idempotency_key == "c1:desk:r1"
    assert str(one.by) == "agent:a1"


def test_a_field_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(InvalidField) as error:
        _command({"location": ["x"]})
    assert error.value.field == "location"


def _command(fields: dict[str, object]):  # type: ignore[no-untyped-def]
    return command_of(
        fields,
        conversation_id="c1",
        request_id="r1",
        channel="web",
        language="zh",
        agent_id="a1",
        phone="13812345678",
    )


def test_every_reply_that_comes_along_has_five_languages() -> None:
    replies = load(DeskConfig().canned_dir)
    assert len(replies) >= 15 and len({reply.id for reply in replies}) == len(replies)
    assert len({reply.shortcut for reply in replies}) == len(replies)
    for reply in replies:
        assert set(reply.texts) == set(LANGUAGES) and all(reply.texts.values())


def test_a_reply_without_a_language_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("hello: {shortcut: h, zh: 您好, en: Hello}", "utf-8")
    with pytest.raises(ValueError, match="hello"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("reply_id", "body"),
    [
        ("a b", {"group": "g", "shortcut": "s", "texts": TEXTS}),
        ("a", {"group": "", "shortcut": "s", "texts": TEXTS}),
        ("a", {"group": "g", "shortcut": "x" * 41, "texts": TEXTS}),
        ("a", {"group": "g", "shortcut": "s", "texts": {"zh": "您好"}}),
        ("a", {"group": "g", "shortcut": "s", "texts": {**TEXTS, "ko": " "}}),
        ("a", {"group": "g", "shortcut": "s", "texts": {**TEXTS, "fr": "bonjour"}}),
        ("a", {"group": "g", "shortcut": "s", "texts": {**TEXTS, "ko": "x" * 2001}}),
    ],
)
def test_a_reply_that_cannot_be_is_refused(reply_id: str, body: dict[str, object]) -> None:
    with pytest.raises(InvalidField):
        parse(reply_id, body)
