"""Takes events out of the outbox and hands them to whoever delivers: at least once, in each ticket's order.

One call is one step; the worker decides how often to call. An event that cannot be delivered is tried again later and
later, and given up after `MAXIMUM_ATTEMPTS`, kept with its error. While it waits, the later events of its ticket wait
too; once it is given up they go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.domain.events import TicketEvent
from tickets.domain.text import clean_text
from tickets.service.ports import OutboxStore

MAXIMUM_ATTEMPTS = 30  # about a day in all
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=2)
"""How long a claimed event is kept from other workers; a worker that dies gives it back by letting this pass."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RelayReport:
    """What one step did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0

    @property
    def idle(self) -> bool:
        return not (self.sent or self.failed or self.dead)


def relay(
    store: OutboxStore,
    deliver: Callable[[TicketEvent], None],
    now: Callable[[], datetime],
    limit: int = 20,
) -> RelayReport:
    """Claims up to `limit` due events, delivers each and notes the outcome.

    Args:
        deliver: hands one event on; returns when it is safely taken, raises when it is not. It may see an event
            twice (same `event_id`) and must finish within `LEASE` divided by `limit`.

    Raises:
        StoreUnavailable: the store does not answer; what was delivered but not noted is delivered again later.
    """
    sent = failed = dead = 0
    for waiting in store.claim_events(now(), limit, LEASE):
        try:
            deliver(waiting.event)
        except Exception as error:  # noqa: BLE001 - whatever a deliverer raises is recorded and tried again
            given_up = waiting.attempts >= MAXIMUM_ATTEMPTS
            logger.warning(
                "event %s of kind %s not delivered (attempt %d%s): %s",
                waiting.event.event_id,
                waiting.event.kind,
                waiting.attempts,
                ", given up" if given_up else "",
                type(error).__name__,
            )
            failed_at = now()
            retry_at = None if given_up else failed_at + back_off(waiting.attempts)
            store.mark_failed(waiting, clean_text(f"{type(error).__name__}: {error}")[:500], failed_at, retry_at)
            failed, dead = failed + (not given_up), dead + given_up
        else:
            store.mark_sent(waiting, now())
            sent += 1
    return RelayReport(sent, failed, dead)


def back_off(attempts: int) -> timedelta:
    """5, 10, 20 ... seconds, at most an hour."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_RETRY)
