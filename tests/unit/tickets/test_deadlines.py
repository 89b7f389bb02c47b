"""What a clock asks for when it comes due: pure, at any time, for every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from tests.unit.tickets.ticket_samples import desk, file_command, local
from tickets.domain.clocks import Clock, ClockKind
from tickets.domain.deadlines import NOTHING, Due, RevisitHours, Step, due, reminder_at
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Status

STARTED = local("2026-11-25 12:00")
DUE = local("2026-11-26 18:00")


def ticket(status: Status, *clocks: Clock, **changes: object) -> Ticket:
    opened = desk()
    filed = opened.get(opened.file(file_command()).number)
    return replace(filed, status=status, clocks=clocks, **changes)  # type: ignore[arg-type]


def clock(kind: ClockKind, started_at: datetime = STARTED, due_at: datetime = DUE) -> Clock:
    return Clock(kind, "urban_management", started_at, due_at, wake_at=due_at)


def at(kind: ClockKind, status: Status, now: datetime, **changes: object) -> Due:
    return due(ticket(status, clock(kind), **changes), 0, now)


def test_a_unit_is_reminded_once_when_four_fifths_of_its_time_have_passed() -> None:
    remind_at = reminder_at(clock(ClockKind.HANDLE))
    assert remind_at - STARTED == (DUE - STARTED) * 0.8
    assert at(ClockKind.HANDLE, Status.ACCEPTED, remind_at - timedelta(seconds=1)) == Due(wake_at=remind_at)
    reminded = at(ClockKind.HANDLE, Status.ACCEPTED, remind_at)
    assert (reminded.step, reminded.command, reminded.wake_at) == (Step.REMIND, None, DUE)
    assert reminded.tells and not reminded.alarm


@pytest.mark.parametrize(
    ("kind", "status", "command", "alarm"),
    [
        (ClockKind.ACCEPT, Status.DISPATCHED, Command.URGE, False),
        (ClockKind.HANDLE, Status.IN_PROGRESS, Command.SUPERVISE, False),
        (ClockKind.HANDLE, Status.SUPERVISED, Command.URGE, False),
        (ClockKind.RESPOND, Status.DISPATCHED, Command.URGE, True),
        (ClockKind.RETURN_REVIEW, Status.RETURNED, None, True),
    ],
)
def test_what_is_missed_is_urged_or_supervised_and_what_cannot_wait_is_an_alarm(
    kind: ClockKind, status: Status, command: Command | None, alarm: bool
) -> None:
    done = at(kind, status, DUE)
    assert (done.step, done.command, done.alarm) == (Step.MISSED, command, alarm)
    assert done.tells and done.wake_at is None


def test_a_missed_clock_of_minutes_is_an_alarm_whatever_its_kind() -> None:
    short = clock(ClockKind.ACCEPT, STARTED, STARTED + timedelta(minutes=15))
    assert due(ticket(Status.DISPATCHED, short), 0, short.due_at).alarm


def test_a_worker_that_was_away_for_long_does_not_remind_of_what_is_over() -> None:
    assert at(ClockKind.HANDLE, Status.ACCEPTED, DUE + timedelta(days=9)).step is Step.MISSED


def test_a_suspension_ends_by_itself() -> None:
    ended = at(ClockKind.SUSPENSION, Status.SUSPENDED, DUE)
    assert (ended.step, ended.command) == (Step.END, Command.RESUME)
    assert at(ClockKind.SUSPENSION, Status.SUSPENDED, STARTED) == Due(wake_at=DUE)


@pytest.mark.parametrize("kind", [kind for kind in ClockKind if kind not in (ClockKind.REVISIT,)])
def test_a_clock_that_is_met_stopped_or_paused_asks_for_nothing(kind: ClockKind) -> None:
    running = clock(kind)
    for over in (running.met(STARTED), running.stopped(STARTED), running.paused_at(STARTED)):
        assert due(ticket(Status.DISPATCHED, over), 0, DUE) == NOTHING


ANSWERED = local("2026-11-25 12:00")
REVISIT_DUE = local("2026-11-30 18:00")


def revisit(status: Status, now: datetime, **changes: object) -> Due:
    running = clock(ClockKind.REVISIT, ANSWERED, REVISIT_DUE)
    return due(ticket(status, running, **changes), 0, now)


def test_a_citizen_is_asked_two_hours_after_the_answer() -> None:
    asked_at = ANSWERED + timedelta(hours=2)
    assert revisit(Status.REPLIED, ANSWERED) == Due(wake_at=asked_at)
    asked = revisit(Status.REPLIED, asked_at)
    assert (asked.step, asked.command, asked.wake_at) == (Step.ASK, Command.START_REVISIT, REVISIT_DUE)


@pytest.mark.parametrize(
    ("answered", "asked"),
    [
        ("2026-11-25 17:59", "2026-11-25 19:59"),
        ("2026-11-25 18:00", "2026-11-26 08:00"),
        ("2026-11-25 23:30", "2026-11-26 08:00"),
        ("2026-11-26 03:00", "2026-11-26 08:00"),
        ("2026-11-26 06:30", "2026-11-26 08:30"),
    ],
)
def test_nobody_is_asked_at_night(answered: str, asked: str) -> None:
    running = clock(ClockKind.REVISIT, local(answered), REVISIT_DUE)
    replied = ticket(Status.REPLIED, running)
    assert due(replied, 0, local(answered)) == Due(wake_at=local(asked))
    assert due(replied, 0, local(asked)).step is Step.ASK


@pytest.mark.parametrize("woken", ["2026-11-26 02:00", "2026-12-03 02:00"])
def test_a_worker_that_comes_back_at_night_asks_in_the_morning_even_when_the_time_is_over(woken: str) -> None:
    now = local(woken)
    assert revisit(Status.REPLIED, now) == Due(wake_at=now + timedelta(hours=6))


@pytest.mark.parametrize(
    ("opens", "closes", "moment", "opening"),
    [
        (9, 9, "2026-11-26 03:00", "2026-11-26 03:00"),
        (20, 2, "2026-11-26 01:00", "2026-11-26 01:00"),
        (20, 2, "2026-11-26 02:00", "2026-11-26 20:00"),
        (20, 2, "2026-11-26 21:00", "2026-11-26 21:00"),
    ],
)
def test_a_city_sets_its_own_hours(opens: int, closes: int, moment: str, opening: str) -> None:
    hours = RevisitHours(opens=time(opens), closes=time(closes))
    assert hours.opening(local(moment)) == local(opening)


def test_a_revisit_nobody_answers_is_closed_as_unanswered_and_not_before_its_time() -> None:
    assert revisit(Status.REVISIT, REVISIT_DUE - timedelta(minutes=1)) == Due(wake_at=REVISIT_DUE)
    ended = revisit(Status.REVISIT, REVISIT_DUE)
    assert (ended.step, ended.command, ended.reason) == (Step.END, Command.CLOSE, "revisit_unanswered")


@pytest.mark.parametrize("answers", [{"solved": False}, {"satisfied": False}, {"solved": False, "satisfied": True}])
def test_who_said_no_and_then_nothing_more_gets_the_ticket_opened_again(answers: dict[str, bool]) -> None:
    assert revisit(Status.REVISIT, REVISIT_DUE, **answers).command is Command.DISPUTE


def test_a_question_asked_late_leaves_time_to_answer_it() -> None:
    late = revisit(Status.REPLIED, REVISIT_DUE + timedelta(days=1))
    assert late.command is Command.START_REVISIT
    assert late.wake_at is not None and late.wake_at > REVISIT_DUE + timedelta(days=1)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REOPENED, Status.WITHDRAWN])
def test_a_revisit_of_a_ticket_that_moved_on_asks_for_nothing(status: Status) -> None:
    assert revisit(status, REVISIT_DUE) == NOTHING
