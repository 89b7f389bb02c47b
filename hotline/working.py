"""The worker's duties, one step each: relaying events, dealing with due clocks, watching the outbox, recounting days.

A duty is a plain function that does one step and says for how many seconds to pause; the worker repeats it. No error
ends a duty, whether the store is away or the program has a mistake, and no duty waits for another.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from queue import SimpleQueue

from hotline.delivery import Delivery, DeliveryFailed
from hotline.worker_metrics import WorkerMetrics
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.deadlines import RevisitHours
from tickets.errors import StoreUnavailable, TicketError
from tickets.service import alarms
from tickets.service.alarms import Alarm
from tickets.service.clockwork import scan
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay

logger = logging.getLogger("worker")
EVENTS_A_STEP = 10
CLOCKS_A_STEP = 50
IDLE_SECONDS = 1.0
STORE_AWAY_SECONDS = 5.0
WATCH_SECONDS = 60.0
RECOUNT_LOOK_SECONDS = 600.0
LOST_LOOK = timedelta(days=1)
"""How far a new worker looks back for given-up events: the one before may have ended before its alarm was raised."""
_LOST_AT_MOST = 1000

Duty = Callable[[], float]
"""Does one step; gives the pause before the next, in seconds."""


@dataclass
class Working:
    """Everything a worker does, on one ticket desk."""

    desk: TicketDesk
    delivery: Delivery
    metrics: WorkerMetrics
    now: Callable[[], datetime]
    hours: RevisitHours
    _raised: set[str] = field(default_factory=set)
    _given_up: SimpleQueue[Alarm] = field(default_factory=SimpleQueue)
    _pending: list[Alarm] = field(default_factory=list)
    _looked_back: bool = False
    _recounted_on: date | None = None

    def duties(self) -> tuple[Duty, ...]:
        return tuple(_surviving(duty) for duty in (self.relay, self.clocks, self.watch, self.recount))

    def relay(self) -> float:
        """Delivers some events."""
        report = relay(self.desk.outbox, self.delivery, self.now, EVENTS_A_STEP)
        counts = {"sent": report.sent, "failed": report.failed, "later": report.later, "given_up": report.dead}
        for outcome, count in counts.items():
            self.metrics.events.labels(outcome).inc(count)
        for alarm in alarms.of_given_up(report.given_up, self.now()):
            self._given_up.put(alarm)
        return 0.0 if report.sent and not report.failed else IDLE_SECONDS

    def clocks(self) -> float:
        """Deals with some clocks that have come due."""
        report = scan(self.desk.clocks, self.desk, self.now, CLOCKS_A_STEP, self.hours)
        for step, count in report.steps.items():
            self.metrics.clock_steps.labels(step).inc(count)
        self.metrics.clock_failures.inc(report.failed)
        return IDLE_SECONDS if report.idle else 0.0

    def watch(self) -> float:
        """Looks at what waits, and raises alarms that were not raised yet."""
        now, health = self.now(), self.desk.outbox.outbox_health()
        self.metrics.waiting.set(health.waiting)
        self.metrics.dead.set(health.dead)
        self.metrics.oldest_seconds.set((now - health.oldest_at).total_seconds() if health.oldest_at else 0.0)
        self._pending += self._lost(now)
        while not self._given_up.empty():
            self._pending.append(self._given_up.get())
        wanted = {alarm.id: alarm for alarm in (*self._pending, *alarms.of_waiting(health, now))}
        self._pending = [alarm for alarm in wanted.values() if alarm.id not in self._raised and not self._raise(alarm)]
        return WATCH_SECONDS if not self._pending else STORE_AWAY_SECONDS

    def recount(self) -> float:
        """Once at the start and once a day: deadlines that a holiday notice has moved."""
        today = self.now().astimezone(LOCAL_ZONE).date()
        if self._recounted_on != today:
            moved = self.desk.recompute_provisional()
            self.metrics.recomputed.inc(moved)
            if moved:
                logger.info("%d deadlines were moved by a holiday notice", moved)
            self._recounted_on = today
        return RECOUNT_LOOK_SECONDS

    def _lost(self, now: datetime) -> list[Alarm]:
        """Once, at the start: alarms of what was given up lately; the desk shows none of them a second time."""
        if self._looked_back:
            return []
        entries = self.desk.outbox.outbox_entries("dead", _LOST_AT_MOST)
        lately = [one.event for one in entries if one.dead_at is not None and now - one.dead_at < LOST_LOOK]
        self._looked_back = True
        return alarms.of_given_up(lately, now)

    def _raise(self, alarm: Alarm) -> bool:
        try:
            self.delivery.alarm(alarm.id, alarm.kind, alarm.at.isoformat(), alarm.ticket_number)
        except (DeliveryFailed, OSError) as error:
            logger.error("an alarm (%s) reached nobody: %s", alarm.kind, error)
            return False
        self._raised.add(alarm.id)
        return True


def _surviving(duty: Duty) -> Duty:
    """The duty, going on after a pause whatever happens."""

    def step() -> float:
        try:
            return duty()
        except StoreUnavailable as error:
            logger.error("the ticket store does not answer: %s", error)
        except TicketError as error:
            logger.error("a step of the worker failed: %s (%s)", error, error.code)
        except Exception as error:  # noqa: BLE001 - a worker that ends takes the other duties with it
            where = traceback.extract_tb(error.__traceback__)[-1]
            name = type(error).__name__  # its words may hold what a citizen said
            logger.error("a mistake in the program: %s in %s, line %s", name, where.filename, where.lineno)
        return STORE_AWAY_SECONDS

    return step
