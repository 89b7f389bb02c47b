"""The worker's duties: none ends by an error, and no alarm is lost, whoever dies when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from hotline.delivery import Delivery
from hotline.worker_metrics import WorkerMetrics
from hotline.working import STORE_AWAY_SECONDS, WATCH_SECONDS, Working
from tests.unit.tickets.ticket_samples import NOON, Clock, desk, file_command
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.deadlines import USUAL_REVISIT_HOURS
from tickets.domain.vocabulary import Command
from tickets.errors import StoreUnavailable
from tickets.service.desk import TicketDesk
from tickets.service.outbox import MAXIMUM_ATTEMPTS


class Gateway:
    """Notes alerts of the desk; answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.alerts: list[str] = []

    def __call__(self, path: str, body: Mapping[str, object]) -> int:
        if path.endswith("/alerts") and self.status < 300:
            self.alerts.append(str(body["kind"]))
        return self.status


@pytest.fixture
def now() -> Clock:
    return Clock(NOON)


@pytest.fixture
def office(now: Clock) -> TicketDesk:
    return desk(MemoryTicketStore(), now)


def worker(office: TicketDesk, gateway: Gateway, now: Callable[[], object]) -> Working:
    return Working(office, Delivery(gateway), WorkerMetrics(), now, USUAL_REVISIT_HOURS)  # type: ignore[arg-type]


def give_up_one(office: TicketDesk, gateway: Gateway, now: Clock) -> Working:
    """A worker that has tried to tell of an emergency for the last time."""
    office.file(file_command(emergency=True, emergency_kind="gas", category="gas_supply"))
    working, gateway.status = worker(office, gateway, now), 500
    for _ in range(MAXIMUM_ATTEMPTS):
        working.relay()
        now.at += timedelta(hours=2)
    gateway.status = 200
    return working


def test_what_was_given_up_is_an_alarm_once(office: TicketDesk, now: Clock) -> None:
    gateway = Gateway()
    working = give_up_one(office, gateway, now)
    assert working.watch() == working.watch() == WATCH_SECONDS
    assert gateway.alerts == ["outbox_given_up"]


def test_an_alarm_of_a_worker_that_died_is_raised_by_the_next(office: TicketDesk, now: Clock) -> None:
    gateway = Gateway()
    give_up_one(office, gateway, now)  # and dies before it looks
    worker(office, gateway, now).watch()
    assert gateway.alerts == ["outbox_given_up"]


def test_what_was_given_up_long_ago_rings_no_bell_at_every_start(office: TicketDesk, now: Clock) -> None:
    gateway = Gateway()
    give_up_one(office, gateway, now)
    now.at += timedelta(days=2)
    worker(office, gateway, now).watch()
    assert gateway.alerts == []


def test_an_alarm_that_reached_nobody_is_tried_again_soon(office: TicketDesk, now: Clock) -> None:
    gateway = Gateway()
    working = give_up_one(office, gateway, now)
    gateway.status = 500
    assert working.watch() == STORE_AWAY_SECONDS
    gateway.status = 200
    assert working.watch() == WATCH_SECONDS
    assert gateway.alerts == ["outbox_given_up"]


@pytest.mark.parametrize("error", [StoreUnavailable(), KeyError("13812345678")])
def test_no_error_ends_a_duty_and_none_is_quoted(
    office: TicketDesk, now: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    for step in ("claim_events", "claim_clocks", "outbox_health", "provisional_numbers"):
        monkeypatch.setattr(office.outbox, step, fails)
    duties = worker(office, Gateway(), now).duties()
    assert [duty() for duty in duties] == [STORE_AWAY_SECONDS] * len(duties)
    assert len(caplog.records) == len(duties) and "13812345678" not in caplog.text


def test_clocks_are_dealt_with_and_counted(office: TicketDesk, now: Clock) -> None:
    number = office.file(file_command()).number
    now.at = office.get(number).accept_by
    working = worker(office, Gateway(), now)
    assert working.clocks() == 0.0
    assert Command.URGE in [entry.command for entry in office.get(number).history]
    assert 'hotline_clock_steps_total{step="missed"} 1.0' in working.metrics.text().decode()
