"""The desk's pure rules: shifts, order and places, assignment, clocks, cases, the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.desk.assignment import Candidate, assign
from channels.desk.board import board
from channels.desk.cases import Case
from channels.desk.clocks import DeskTimes, due, level_due
from channels.desk.queueing import SOON_SECONDS, Crew, handling_seconds, ordered, places
from channels.desk.shifts import Shift, on_duty, parse_shifts
from channels.errors import InvalidField
from tests.contract.channels.desk_samples import NOW, at, case
from tickets.domain.calendar import LOCAL_ZONE

TIMES = DeskTimes(offer=20, escalate=180, warn=120, relieve=240, tell=60)
MONDAY = datetime(2026, 3, 2, tzinfo=LOCAL_ZONE)


def local(day: int, clock: str) -> datetime:
    return datetime.combine((MONDAY + timedelta(days=day)).date(), time.fromisoformat(clock), LOCAL_ZONE)


def somebody(name: str, languages: str = "zh", load: int = 0, capacity: int = 2, **more: object) -> Candidate:
    fields = {"topics": frozenset(), "assigned_at": None, **more}
    return Candidate(name, frozenset(languages.split()), load=load, capacity=capacity, **fields)  # type: ignore[arg-type]


# shifts


@pytest.mark.parametrize(
    ("day", "clock", "works"),
    [
        (0, "07:59", False),
        (0, "08:00", True),
        (0, "11:59", True),
        (0, "12:00", False),
        (0, "14:00", True),
        (0, "21:59", False),
        (0, "22:00", True),
        (1, "05:59", True),  # the night that began on Monday
        (1, "06:00", False),
        (1, "22:30", False),
        (2, "03:00", False),
    ],
)
def test_several_shifts_a_day_and_one_over_midnight(day: int, clock: str, works: bool) -> None:
    shifts = parse_shifts(
        [
            {"weekdays": [1], "start": "08:00", "end": "12:00"},
            {"weekdays": [1], "start": "14:00", "end": "18:00"},
            {"weekdays": [1], "start": "22:00", "end": "06:00"},
        ]
    )
    assert on_duty(shifts, local(day, clock)) is works


def test_a_shift_on_sunday_night_reaches_into_monday() -> None:
    shifts = parse_shifts([{"weekdays": [7], "start": "20:00", "end": "04:00"}])
    assert on_duty(shifts, local(7, "03:59")) and not on_duty(shifts, local(7, "04:00"))
    assert on_duty(shifts, local(6, "20:00")) and not on_duty(shifts, local(0, "20:00"))


def test_a_dated_shift_counts_on_its_date_alone() -> None:
    shifts = parse_shifts([{"date": "2026-03-03", "start": "09:00", "end": "09:00"}])  # round the clock
    assert on_duty(shifts, local(1, "09:00")) and on_duty(shifts, local(2, "08:59"))
    assert not on_duty(shifts, local(1, "08:59")) and not on_duty(shifts, local(8, "10:00"))


def test_nobody_without_shifts_is_kept_from_work() -> None:
    assert on_duty([], local(0, "03:00"))


@pytest.mark.parametrize(
    "given_shifts",
    [
        "all day",
        [{"weekdays": [1], "start": "8", "end": "noon"}],
        [{"weekdays": [0], "start": "08:00", "end": "12:00"}],
        [{"weekdays": [True], "start": "08:00", "end": "12:00"}],
        [{"start": "08:00", "end": "12:00"}],
        [{"weekdays": [1], "date": "2026-03-03", "start": "08:00", "end": "12:00"}],
        [{"weekdays": [1], "start": "08:00+08:00", "end": "12:00"}],
        [{"weekdays": [1], "start": "08:00", "end": "12:00"}, {"weekdays": [1], "start": "11:59", "end": "13:00"}],
        [{"weekdays": [7], "start": "22:00", "end": "06:00"}, {"weekdays": [1], "start": "05:00", "end": "09:00"}],
    ],
)
def test_shifts_that_cannot_be_are_refused(given_shifts: object) -> None:
    with pytest.raises(InvalidField):
        parse_shifts(given_shifts)


@given(st.times(), st.times(), st.integers(0, 13), st.times())
def test_a_shift_is_as_long_as_it_says(starts: time, ends: time, day: int, clock: time) -> None:
    starts, ends, clock = (one.replace(second=0, microsecond=0, fold=0) for one in (starts, ends, clock))
    shift = Shift(starts, ends, frozenset({1}))
    moment = datetime.combine((MONDAY + timedelta(days=day)).date(), clock)
    begins = datetime.combine(MONDAY.date(), starts)
    finishes = datetime.combine(MONDAY.date(), ends)
    if finishes <= begins:
        finishes += timedelta(days=1)
    weekly = [(begins + timedelta(weeks=week), finishes + timedelta(weeks=week)) for week in (-1, 0, 1)]
    assert shift.covers(moment) == any(first <= moment < last for first, last in weekly)


# order and places


def test_danger_comes_first_then_who_had_a_person_then_the_longest_wait() -> None:
    old, new, ahead = case(1), case(2), case(9, ahead=True)
    danger = case(20, priority="emergency")
    assert [one.handoff_id for one in ordered([new, ahead, danger, old, case(3, state="active")])] == [
        "c20.1",
        "c9.1",
        "c1.1",
        "c2.1",
    ]


def test_only_those_who_need_the_same_language_stand_before_one_another() -> None:
    cases = [case(1), case(2, language="ko"), case(3), case(4, language="ko")]
    found = places(cases, {"zh": Crew(2, 1), "ko": Crew(0, 0)}, {"zh": 120.0}, 180.0)
    assert [found[f"c{number}.1"].position for number in (1, 2, 3, 4)] == [1, 1, 2, 2]
    assert found["c1.1"].wait_seconds == SOON_SECONDS  # somebody is free
    assert found["c3.1"].wait_seconds == 60  # one before it who takes two minutes, two people
    assert found["c2.1"].wait_seconds is None  # nobody who speaks Korean is there: nothing is promised


def test_the_wait_told_comes_from_what_conversations_lately_took() -> None:
    ended = [
        case(number).taken("a", at(10)).ended("solved", at(10 + length))
        for number, length in ((1, 60), (2, 90), (3, 5000))
    ]
    assert handling_seconds(ended) == {"zh": 90.0}
    assert handling_seconds([case(4).ended("citizen_left", at(9))]) == {}


# assignment


def test_each_language_finds_its_people_and_nobody_gets_more_than_fits() -> None:
    cases = [case(1), case(2, language="ko"), case(3), case(4)]
    offers = assign(cases, [somebody("wang", "zh en", capacity=1), somebody("kim", "ko zh", load=1)])
    assert {offer.handoff_id: offer.agent_id for offer in offers} == {"c1.1": "wang", "c2.1": "kim"}


def test_of_equals_the_one_with_most_room_is_asked_then_who_was_asked_longest_ago() -> None:
    busy, free = somebody("busy", load=1), somebody("free", load=1, capacity=4)
    assert assign([case(1)], [busy, free])[0].agent_id == "free"
    lately, long_ago = somebody("lately", assigned_at=at(50)), somebody("long_ago", assigned_at=at(5))
    assert assign([case(1)], [lately, long_ago])[0].agent_id == "long_ago"
    assert assign([case(1)], [lately, somebody("never")])[0].agent_id == "never"


def test_a_topic_is_preferred_until_the_first_escalation() -> None:
    knows, idle = somebody("knows", load=1, topics=frozenset({"urban"})), somebody("idle")
    one = case(1, topic="urban")
    assert assign([one], [idle, knows])[0].agent_id == "knows"
    assert assign([one.escalated(1)], [idle, knows])[0].agent_id == "idle"


def test_who_let_it_pass_is_asked_again_only_when_nobody_else_is_there() -> None:
    passed = case(1).offered("a", NOW).lapsed()
    assert passed.tried == ("a",)
    assert assign([passed], [somebody("a"), somebody("b", load=1)])[0].agent_id == "b"
    assert assign([passed], [somebody("a")])[0].agent_id == "a"


def test_another_language_is_asked_after_two_escalations_only() -> None:
    korean = case(1, language="ko")
    assert assign([korean.escalated(1)], [somebody("wang")]) == []
    assert assign([korean.escalated(2)], [somebody("wang"), somebody("kim", "ko", load=1)])[0].agent_id == "kim"
    assert assign([korean.escalated(2)], [somebody("wang")])[0].agent_id == "wang"


def test_danger_may_exceed_capacity_by_one() -> None:
    full = somebody("a", load=2)
    assert assign([case(1)], [full]) == []
    assert len(assign([case(1, priority="emergency"), case(2, priority="emergency")], [full])) == 1


def test_what_is_offered_already_is_left_alone() -> None:
    assert assign([case(1).offered("a", NOW)], [somebody("b")]) == []


@given(
    st.lists(st.tuples(st.sampled_from(["zh", "ko"]), st.sampled_from(["normal", "high"])), max_size=12),
    st.lists(st.tuples(st.sampled_from(["zh", "ko", "zh ko"]), st.integers(0, 4), st.integers(0, 4)), max_size=5),
)
def test_an_assignment_never_breaks_its_rules(
    wanted: list[tuple[str, str]], people: list[tuple[str, int, int]]
) -> None:
    cases = [case(number, language=language, priority=priority) for number, (language, priority) in enumerate(wanted)]
    crew = [somebody(f"a{number}", speaks, load, room) for number, (speaks, load, room) in enumerate(people)]
    offers = assign(cases, crew)
    assert len({offer.handoff_id for offer in offers}) == len(offers)
    by_id = {one.agent_id: one for one in crew}
    for agent_id in by_id:
        got = [offer for offer in offers if offer.agent_id == agent_id]
        assert len(got) <= max(0, by_id[agent_id].capacity - by_id[agent_id].load)
    left = {one.handoff_id for one in cases} - {offer.handoff_id for offer in offers}
    for one in cases:
        offered = next((offer for offer in offers if offer.handoff_id == one.handoff_id), None)
        if offered is not None:
            assert one.language in by_id[offered.agent_id].languages
        elif one.handoff_id in left:  # whoever waits on has nobody with room left
            for agent in crew:
                taken = sum(offer.agent_id == agent.agent_id for offer in offers)
                assert one.language not in agent.languages or agent.load + taken >= agent.capacity


# clocks


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [(0, []), (19, []), (20, ["lapse"]), (60, ["lapse", "tell"]), (180, ["lapse", "escalate", "tell"])],
)
def test_a_waiting_case_is_offered_on_told_and_escalated(seconds: int, steps: list[str]) -> None:
    waiting = replace(case(1), queued_at=NOW).offered("a", NOW)
    assert due(waiting, at(seconds), TIMES) == steps


def test_escalation_has_two_steps() -> None:
    waiting = replace(case(1), queued_at=NOW)
    assert [level_due(waiting, at(seconds), TIMES) for seconds in (179, 180, 359, 360, 9000)] == [0, 1, 1, 2, 2]
    assert "escalate" not in due(waiting.escalated(2), at(9000), TIMES)


def test_a_silent_person_is_warned_then_relieved() -> None:
    active = case(1).taken("a", NOW)
    assert due(active, at(119), TIMES) == []
    assert due(active, at(120), TIMES) == ["warn"]
    assert due(replace(active, warned_at=at(120)), at(239), TIMES) == []
    assert due(replace(active, warned_at=at(120)), at(240), TIMES) == ["relieve"]
    assert due(active.answered(), at(9000), TIMES) == []


def test_only_the_oldest_unanswered_word_counts() -> None:
    active = case(1).taken("a", NOW).answered()
    asked = active.asked(at(10)).asked(at(100))
    assert asked.asked_at == at(10)
    assert asked.answered().asked(at(200)).asked_at == at(200)
    assert case(1).asked(at(10)).asked_at is None  # nobody has it: the queue's clocks run


def test_impossible_times_are_refused() -> None:
    with pytest.raises(ValueError, match="warned before"):
        DeskTimes(warn=100, relieve=100)
    with pytest.raises(ValueError, match="positive"):
        DeskTimes(offer=0)


# cases


def test_back_in_the_queue_a_case_stands_ahead_and_forgets_who_had_it() -> None:
    again = replace(case(1).taken("a", at(5)), participants=("b",)).requeued(at(90))
    assert (again.state, again.ahead, again.agent_id, again.participants) == ("waiting", True, None, ())
    assert again.tried == ("a",) and again.queued_at == at(90)
    assert again.taken("b", at(100)).first_accepted_at == at(5)  # the citizen waited five seconds the first time
    assert case(1).taken("a", at(5)).requeued(at(9), "en", "urban").language == "en"


def test_who_takes_a_case_is_no_participant_any_more() -> None:
    assert replace(case(1).taken("a", NOW), participants=("b", "c")).taken("b", at(5)).participants == ("c",)


def test_an_ended_case_ends_once() -> None:
    ended = case(1).ended("solved", at(5))
    assert ended.ended("other", at(9)) == ended and not ended.is_open


# board


def _board(*cases: Case, states: dict[str, str] | None = None) -> dict[str, object]:
    return board(cases, states or {}, at(300), LOCAL_ZONE)


def test_the_board_counts_waits_answers_and_who_gave_up() -> None:
    figures = _board(
        case(1),  # waits since a second after NOW
        case(2, opened_at=NOW).taken("a", at(10)),
        case(3, opened_at=NOW).taken("a", at(100)).ended("solved", at(200)),
        case(4, opened_at=NOW).ended("citizen_cancelled", at(50)),
        case(5, opened_at=NOW).ended("bot_back", at(50)),
        case(6, language="ko"),
        states={"a": "available", "b": "busy", "c": "off"},
    )
    assert (figures["waiting"], figures["longest_wait_seconds"], figures["active"]) == (2, 299, 1)
    assert (figures["answered"], figures["answered_within_15s"], figures["answered_within_15s_share"]) == (2, 1, 0.5)
    assert (figures["abandoned"], figures["abandoned_share"]) == (1, round(1 / 6, 4))
    assert figures["average_wait_seconds"] == 55.0
    assert figures["agents"] == {"available": 1, "busy": 1, "away": 0, "off": 1}
    assert [(part["language"], part["waiting"]) for part in figures["per_language"]] == [("ko", 1), ("zh", 1)]  # type: ignore[attr-defined]


def test_the_board_is_about_the_citys_day() -> None:
    before_midnight = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 in the city
    after_midnight = datetime(2026, 3, 1, 16, 1, tzinfo=UTC)
    yesterday = case(1, opened_at=before_midnight).taken("a", before_midnight)
    today = case(2, opened_at=after_midnight).taken("a", after_midnight)
    figures = _board(yesterday, today)
    assert figures["answered"] == 1 and figures["active"] == 2
    assert [part["hour"] for part in figures["per_hour"]] == ["2026-03-02T00:00:00+08:00"]  # type: ignore[attr-defined]


def test_an_empty_board_divides_by_nothing() -> None:
    figures = _board()
    assert figures["answered_within_15s_share"] is None and figures["abandoned_share"] is None
    assert figures["longest_wait_seconds"] == 0
