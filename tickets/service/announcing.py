"""Puts an event into the outbox for everybody who hears of it: the first complainant and who follows.

Each gets one event of his or her own, so that one who cannot be reached keeps no other waiting for ever, and nobody
hears twice. Words and ways are chosen by whoever delivers.
"""

from __future__ import annotations

from collections.abc import Iterable

from tickets.domain.events import TicketEvent
from tickets.domain.followers import Follower, copies, for_the_first, is_public
from tickets.domain.ticket import Ticket
from tickets.service.ports import TicketTransaction


def announce(
    transaction: TicketTransaction,
    ticket: Ticket,
    event: TicketEvent,
    *,
    actor: Follower | None = None,
    followers: Iterable[Follower] | None = None,
) -> None:
    """Adds the event, and a copy a follower where it is a public step.

    Args:
        actor: the follower who caused it; None for everybody else, the first complainant included.
        followers: who follows, where the caller knows it already (or knows better: those of before a merge).
    """
    transaction.add_event(for_the_first(event, actor))
    if not is_public(event):
        return
    if followers is None:
        followers = transaction.followers(ticket.number) if ticket.followers else ()
    transaction.add_events(copies(event, list(followers), actor))
