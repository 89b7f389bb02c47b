"""Takes events out of the outbox and hands them to whoever delivers: at least once, in each ticket's order.

One call is one step; the worker decides how often to call. An event that cannot be delivered is tried again later and
later, and given up after `MAXIMUM_ATTEMPTS`, kept with its error. While it waits, the later events of its ticket wait
too; once it is given up they go on. A worker that dies while it delivers gives its events back by their lease, and an
event that was claimed too often without an outcome is given up as well: it may be what the workers die of.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.domain.events import TicketEvent
from tickets.domain.text import clean_text
from tickets.service.ports import OutboxEvent, OutboxStore

MAXIMUM_ATTEMPTS = 30  # about a day in all
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=5)
"""How long a claimed event is kept from other workers; a worker that dies gives it back by letting this pass."""

logger = logging.getLogger(__name__)


class Later(Exception):
    """It is not the moment for this event: a citizen is in the middle of something else. No attempt is counted."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"to be tried again in {after}")
        self.after = after


@dataclass(frozen=True)
class RelayReport:
    """What one step did; `given_up` holds the events that were not delivered for the last time."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    given_up: tuple[TicketEvent, ...] = ()

    @property
    def dead(self) -> int:
        return len(self.given_up)

    @property
    def idle(self) -> bool:
        return not (self.sent or self.failed or self.later or self.given_up)


def relay(
    store: OutboxStore,
    deliver: Callable[[TicketEvent], None],
    now: Callable[[], datetime],
    limit: int = 20,
) -> RelayReport:
    """Claims up to `limit` due events, delivers each and notes the outcome.

    Args:
        deliver: hands one event on; returns when it is safely taken, raises when it is not (`Later` when it is only
            not the moment). It may see an event twice (same `event_id`) and must finish within `LEASE` divided by
            `limit`.

    Raises:
        StoreUnavailable: the store does not answer; what was delivered but not noted is delivered again later.
    """
    sent = failed = later = 0
    given_up: list[TicketEvent] = []
    for waiting in store.claim_events(now(), limit, LEASE):
        if waiting.attempts > MAXIMUM_ATTEMPTS:
            store.mark_failed(waiting, "claimed again and again without an outcome", now(), None)
            given_up.append(waiting.event)
            continue
        try:
            deliver(waiting.event)
        except Later as postponed:
            store.mark_later(waiting, now() + postponed.after)
            later += 1
        except Exception as error:  # noqa: BLE001 - whatever a deliverer raises is recorded and tried again
            if _failed(store, waiting, error, now()):
                given_up.append(waiting.event)
            else:
                failed += 1
        else:
            store.mark_sent(waiting, now())
            sent += 1
    return RelayReport(sent, failed, later, tuple(given_up))


def _failed(store: OutboxStore, waiting: OutboxEvent, error: Exception, at: datetime) -> bool:
    """Notes a failure; says whether it was the last one."""
    given_up = waiting.attempts >= MAXIMUM_ATTEMPTS
    logger.warning(
        "event %s of kind %s not delivered (attempt %d%s): %s",
        waiting.event.event_id,
        waiting.event.kind,
        waiting.attempts,
        ", given up" if given_up else "",
        type(error).__name__,
    )
    retry_at = None if given_up else at + back_off(waiting.attempts)
    store.mark_failed(waiting, clean_text(f"{type(error).__name__}: {error}")[:500], at, retry_at)
    return given_up


def back_off(attempts: int) -> timedelta:
    """5, 10, 20 ... seconds, at most an hour."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_RETRY)
