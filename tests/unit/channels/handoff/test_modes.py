"""Who is first: rules by channel, weekday, hour and load; and what each switch leads to."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import product

import pytest

from channels.errors import InvalidField
from channels.handoff.announcements import Announcement, holding, parse_announcements
from channels.handoff.contract import Staffing
from channels.handoff.modes import MODES, ModeRule, mode_at, parse_rules, way
from tickets.domain.calendar import LOCAL_ZONE

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=LOCAL_ZONE)
PEOPLE = ModeRule("people_first")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """`day` days after a Monday."""
    return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)


def test_without_rules_the_assistant_is_first() -> None:
    assert mode_at((), "web", MONDAY, 0) == "assistant_first"


@pytest.mark.parametrize(
    ("rule", "channel", "local", "waiting", "holds"),
    [
        (PEOPLE, "web", MONDAY, 0, True),
        (ModeRule("people_first", "phone"), "web", MONDAY, 0, False),
        (ModeRule("people_first", "phone"), "phone", MONDAY, 0, True),
        (ModeRule("people_first", weekdays=(6, 7)), "web", at(4, 12), 0, False),
        (ModeRule("people_first", weekdays=(6, 7)), "web", at(5, 0), 0, True),
        (ModeRule("people_first", start=time(9), end=time(18)), "web", at(0, 8, 59), 0, False),
        (ModeRule("people_first", start=time(9), end=time(18)), "web", at(0, 9), 0, True),
        (ModeRule("people_first", start=time(9), end=time(18)), "web", at(0, 18), 0, False),
        # past midnight, the weekday is that of the beginning
        (ModeRule("people_first", weekdays=(1,), start=time(22), end=time(6)), "web", at(0, 23), 0, True),
        (ModeRule("people_first", weekdays=(1,), start=time(22), end=time(6)), "web", at(1, 5, 59), 0, True),
        (ModeRule("people_first", weekdays=(1,), start=time(22), end=time(6)), "web", at(0, 5), 0, False),
        (ModeRule("people_first", weekdays=(1,), start=time(22), end=time(6)), "web", at(1, 6), 0, False),
        (ModeRule("people_first", at_most_waiting=3), "web", MONDAY, 3, True),
        (ModeRule("people_first", at_most_waiting=3), "web", MONDAY, 4, False),
    ],
)
def test_a_rule_holds_by_channel_day_hour_and_load(
    rule: ModeRule, channel: str, local: datetime, waiting: int, holds: bool
) -> None:
    assert rule.holds(channel, local, waiting) is holds


def test_the_first_rule_that_holds_decides() -> None:
    rules = (ModeRule("assistant_first", "web"), PEOPLE)
    assert mode_at(rules, "web", MONDAY, 0) == "assistant_first"
    assert mode_at(rules, "phone", MONDAY, 0) == "people_first"


@pytest.mark.parametrize(
    ("enabled", "mode", "staffing", "expected"),
    [
        (True, "assistant_first", Staffing(2, 2), "assistant"),
        (True, "assistant_first", Staffing(), "assistant"),
        (True, "people_first", Staffing(2, 1), "people"),
        (True, "people_first", Staffing(2, 0), "assistant"),
        (True, "people_first", Staffing(), "assistant"),
        (False, "assistant_first", Staffing(2, 0), "people"),
        (False, "people_first", Staffing(2, 1), "people"),
        (False, "assistant_first", Staffing(), "callback"),
        (False, "people_first", Staffing(), "callback"),
        (True, "people_first", None, "people"),
        (False, "assistant_first", None, "people"),
    ],
)
def test_who_answers(enabled: bool, mode: str, staffing: Staffing | None, expected: str) -> None:
    assert way(enabled, mode, staffing) == expected  # type: ignore[arg-type]


def test_every_combination_has_an_answer() -> None:
    for enabled, mode, free, on_duty in product((True, False), MODES, (0, 1), (0, 1)):
        assert way(enabled, mode, Staffing(on_duty, free)) in ("assistant", "people", "callback")


def test_rules_come_back_as_they_were_written() -> None:
    written = [
        {
            "channel": "phone",
            "weekdays": [1, 2],
            "from": "09:00",
            "to": "18:30",
            "mode": "people_first",
            "at_most_waiting": 5,
        }
    ]
    assert [rule.wire() for rule in parse_rules(written)] == written
    [plain] = parse_rules([{"mode": "people_first"}])
    assert plain == PEOPLE
    assert parse_rules([{"mode": "people_first", "to": "24:00"}])[0].end == time(0)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [1],
        [{"mode": "people_first"}] * 51,
        [{"mode": "people_first", "channel": "fax"}],
        [{"mode": "people_first", "weekdays": "1"}],
        [{"mode": "people_first", "weekdays": [True]}],
        [{"mode": "people_first", "at_most_waiting": -1}],
        [{"mode": "people_first", "from": "9 o'clock"}],
        [{"mode": "people_first", "from": "09:00+08:00"}],
    ],
)
def test_rules_that_cannot_be_used_are_refused(value: object) -> None:
    with pytest.raises(InvalidField):
        parse_rules(value)


def test_announcements_hold_from_their_begin_to_their_end_in_their_channels() -> None:
    storm = Announcement("a", MONDAY, MONDAY + timedelta(hours=2), {}, ("web",))
    everywhere = Announcement("b", MONDAY, MONDAY + timedelta(hours=1), {})
    assert holding((storm, everywhere), "web", MONDAY) == [storm, everywhere]
    assert holding((storm, everywhere), "phone", MONDAY) == [everywhere]
    assert holding((storm, everywhere), "web", MONDAY + timedelta(hours=1)) == [storm]
    assert holding((storm, everywhere), "web", MONDAY - timedelta(seconds=1)) == []


def test_announcements_come_back_as_they_were_written() -> None:
    texts = {"zh": "台风", "en": "Storm", "ja": "台風", "ko": "태풍", "ru": "Тайфун"}
    written = [
        {
            "id": "storm",
            "starts_at": "2026-03-02T09:00:00+08:00",
            "ends_at": "2026-03-03T09:00:00+08:00",
            "texts": texts,
            "channels": ["web"],
        }
    ]
    assert [one.wire() for one in parse_announcements(written)] == written
    for broken in (
        [*written, *written],
        [{**written[0], "ends_at": written[0]["starts_at"]}],
        [{**written[0], "channels": ["fax"]}],
        [{**written[0], "id": ""}],
        [{**written[0], "texts": {**texts, "ru": " "}}],
        [{**written[0], "texts": {**texts, "ru": "ы" * 501}}],
    ):
        with pytest.raises(InvalidField):
            parse_announcements(broken)
