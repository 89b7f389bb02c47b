"""The rules of delivery: quiet hours, wishes, what several notices become, and links in e-mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from channels.delivery.config import DeliveryConfig
from channels.delivery.errors import LinkInvalid
from channels.delivery.links import CONFIRM_SECONDS, opened, token_of
from channels.delivery.notices import Notice, counting
from channels.delivery.parts import STATUS_PHRASES
from channels.delivery.preferences import Preferences, changed
from channels.delivery.quiet import Quiet
from channels.errors import InvalidField
from channels.tokens import verify
from hotline.settings import SettingsError, load
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.vocabulary import Status

USUAL = Quiet.parse("21:00", "08:00")


def at(hour: int, minute: int = 0, second: int = 0, day: int = 26) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=LOCAL_ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (at(20, 59, 59), None),
        (at(21), at(8, day=27)),
        (at(23, 59, 59), at(8, day=27)),
        (at(0), at(8)),
        (at(7, 59, 59), at(8)),
        (at(8), None),
    ],
)
def test_the_night_begins_and_ends_to_the_second_in_the_citys_time(now: datetime, over: datetime | None) -> None:
    assert USUAL.over_at(now) == over


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = Quiet.parse("12:00", "14:00")
    assert noon.over_at(at(11, 59)) is None and noon.over_at(at(12)) == at(14) and noon.over_at(at(14)) is None
    never = Quiet.parse("00:00", "00:00")
    assert [never.over_at(at(hour)) for hour in range(24)] == [None] * 24


@pytest.mark.parametrize("text", ["", "9:00", "24:00", "21", "21:00:30", "21:00+08:00", "nacht"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Quiet.parse(text, "08:00")


NOBODY = Preferences("c-1")


@pytest.mark.parametrize(
    ("way", "channel", "importance", "wanted"),
    [
        ("sms", "phone", "answer", True),
        ("sms", "phone", "step", False),
        ("sms", "web", "answer", False),
        ("email", "web", "answer", True),
        ("email", "web", "step", False),
        ("subscribe", "miniprogram", "answer", True),
    ],
)
def test_who_has_said_nothing_hears_answers_and_only_callers_get_text_messages(
    way: Any, channel: str, importance: Any, wanted: bool
) -> None:
    assert NOBODY.wants(way, channel, importance) is wanted


def test_a_citizen_may_want_every_step_answers_or_nothing() -> None:
    for level, wanted in (("every_step", [True, True]), ("answers", [True, False]), ("none", [False, False])):
        person = changed(NOBODY, {"sms": {"level": level}})
        assert [person.wants("sms", "web", one) for one in ("answer", "step")] == wanted  # type: ignore[arg-type]


def test_an_address_counts_only_when_it_is_confirmed_and_a_new_one_must_be_confirmed_anew() -> None:
    asked = changed(NOBODY, {"email": {"address": " Li@Example.COM "}})
    assert (asked.email, asked.email_state, asked.address) == ("Li@example.com", "asked", None)
    known = Preferences("c-1", email="li@example.com", email_state="confirmed")
    assert known.address == "li@example.com"
    assert changed(known, {"email": {"address": "li@example.com", "level": "none"}}).address == "li@example.com"
    assert changed(known, {"email": {"address": "wang@example.com"}}).address is None
    gone = changed(known, {"email": {"address": None}})
    assert gone.email is None and gone.email_state is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"email": {"level": "sometimes"}}, "email"),
        ({"email": "li@example.com"}, "email"),
        ({"email": {"address": "li@localhost"}}, "email"),
        ({"email": {"address": "li@example.com\r\nBcc: all@example.com"}}, "email"),
        ({"email": {"address": 7}}, "email"),
        ({"quiet": {"from": "21:00"}}, "quiet"),
        ({"quiet": "never"}, "quiet"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        changed(NOBODY, body)
    assert refused.value.field == field


def test_own_quiet_hours_go_before_the_citys_and_null_gives_those_back() -> None:
    own = changed(NOBODY, {"quiet": {"from": "23:00", "until": "06:30"}})
    assert own.quiet(USUAL) == Quiet.parse("23:00", "06:30")
    assert changed(own, {"quiet": None}).quiet(USUAL) == USUAL
    assert changed(own, {"language": "ko"}).quiet(USUAL) == Quiet.parse("23:00", "06:30")


def notice(key: str) -> Notice:
    return Notice(key, f"utter_news_{key}", "20261103004512", {}, "answer", False, at(12))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("dispatched accepted", "accepted"),
        ("replied extended", "replied"),
        ("replied_with_text revisit closed_unanswered", "replied_with_text"),
        ("replied reopened", "reopened"),
        ("replied reopened replied_with_text", "replied_with_text"),
    ],
)
def test_of_several_the_last_state_is_said_but_no_step_hides_an_answer(keys: str, said: str) -> None:
    assert counting([notice(key) for key in keys.split()]).key == f"utter_news_{said}"


SECRET = b"s" * 32


def test_a_link_is_good_for_its_purpose_and_address_only() -> None:
    token = token_of(SECRET, "confirm", "c-1", "li@example.com", 1000)
    found = opened(SECRET, "confirm", token, 1000)
    assert found.conversation_id == "c-1" and found.is_of("li@example.com") and not found.is_of("li@example.org")
    assert "li@" not in token and "example" not in token
    for purpose, given, secret, now in (
        ("unsubscribe", token, SECRET, 1000),
        ("confirm", token[:-1] + ("a" if token[-1] != "a" else "b"), SECRET, 1000),
        ("confirm", token.replace("c-1", "c-2"), SECRET, 1000),
        ("confirm", token, b"t" * 32, 1000),
        ("confirm", token, SECRET, 1001 + CONFIRM_SECONDS),
        ("confirm", "", SECRET, 1000),
        ("confirm", "n1.confirm.é.x.1.y", SECRET, 1000),
    ):
        with pytest.raises(LinkInvalid):
            opened(secret, purpose, given, now)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="token"):
        verify(SECRET, token, 1000)  # it opens no conversation


def test_the_way_out_of_a_mailing_never_closes() -> None:
    token = token_of(SECRET, "unsubscribe", "c-1", "li@example.com", 1000)
    assert opened(SECRET, "unsubscribe", token, 1000 + timedelta(days=3000).total_seconds()).is_of("li@example.com")


def test_every_status_has_a_phrase_that_a_subscribe_message_takes() -> None:
    phrases = yaml.safe_load(STATUS_PHRASES.read_text("utf-8"))
    assert set(phrases) == set(Status)
    assert all(1 <= len(one) <= 5 and all("\u4e00" <= sign <= "\u9fff" for sign in one) for one in phrases.values())


def config(**names: str) -> DeliveryConfig:
    return DeliveryConfig.from_settings(load({f"HOTLINE_{name}": value for name, value in names.items()}))


SMTP = {"MAIL_URL": "smtp://mail.example.cn", "MAIL_FROM": "a@city.cn", "PUBLIC_URL": "https://h.example.cn/"}


def test_a_mail_server_is_spoken_to_in_secret_unless_it_is_on_this_machine() -> None:
    server = config(**SMTP).server
    assert server is not None and (server.port, server.tls, server.envelope) == (587, "starttls", "a@city.cn")
    implicit = config(**{**SMTP, "MAIL_URL": "smtps://mail.example.cn", "MAIL_BOUNCES": "b@city.cn"}).server
    assert implicit is not None and (implicit.port, implicit.tls, implicit.envelope) == (465, "implicit", "b@city.cn")
    near = config(**{**SMTP, "MAIL_URL": "smtp://127.0.0.1:25", "MAIL_STARTTLS": "false"}).server
    assert near is not None and near.tls == "none"
    assert config(**SMTP).public_url == "https://h.example.cn"


def test_without_settings_there_are_no_emails() -> None:
    assert (config().mail, config().quiet) == ("off", USUAL)


def test_emails_into_the_log_are_for_this_machine_only() -> None:
    tried = config(MAIL_URL="console", HTTP_PORT="8080")
    assert (tried.mail, tried.public_url) == ("console", "http://127.0.0.1:8080")
    for reached in ({"PUBLIC_URL": "https://h.example.cn"}, {"HTTP_HOST": "0.0.0.0"}, {"HTTP_PORT": "0"}):
        with pytest.raises(SettingsError, match="console sends nothing"):
            config(MAIL_URL="console", **reached)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ({"MAIL_STARTTLS": "false"}, "MAIL_STARTTLS"),
        ({"MAIL_USER": "hotline"}, "MAIL_PASSWORD"),
        ({"MAIL_FROM": "hotline"}, "MAIL_FROM"),
        ({"MAIL_URL": "smtp://name:word@mail.example.cn"}, "without a name"),
        ({"MAIL_URL": "ftp://mail.example.cn"}, "MAIL_URL"),
        ({"MAIL_URL": "https://mail.example.cn/send"}, "MAIL_SECRET"),
        ({"MAIL_SECONDS": "90"}, "MAIL_SECONDS"),
        ({"MAIL_CA": "/nowhere/ca.pem"}, "MAIL_CA"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"QUIET_HOURS": "abends"}, "QUIET_HOURS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_at_the_start(names: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        config(**{**SMTP, **names})
