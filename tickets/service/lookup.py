"""Finds a ticket for who knows its number and the last four digits of its telephone.

An unknown number and a wrong pair answer alike and take the same steps; ten wrong pairs in an hour close the number,
so that ten thousand endings cannot be tried.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta

from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.errors import LookupBlocked, TicketNotFound
from tickets.service.ports import TicketStore

WRONG_PAIRS_ALLOWED = 10
WINDOW = timedelta(hours=1)
FOLLOWERS_COMPARED = 10
"""With more followers, so many endings would be right that guessing one is easy: they look it up where they joined."""
_NO_PHONE = "xxxx"


def find_for_citizen(store: TicketStore, number: str, phone_last4: str, now: datetime) -> Ticket:
    """See `TicketDesk.find_for_citizen`."""
    wanted = clean_number(number)
    if wanted is None:
        raise TicketNotFound()
    if store.failed_lookups(wanted, now - WINDOW) >= WRONG_PAIRS_ALLOWED:
        raise LookupBlocked()
    ticket = store.get(wanted)
    if ticket is not None and ticket.parent is not None:
        ticket = None  # a part is the offices' own; its citizen has the parent
    known = [last4(ticket.contact.phone if ticket else None)]
    if ticket is not None and 0 < ticket.followers <= FOLLOWERS_COMPARED:
        known += [last4(one.contact.phone) for one in store.followers(wanted) if one.active]
    given = re.sub(r"[\s\-]", "", phone_last4)
    # Compared even when nothing was found, so that the time tells nothing.
    same = [hmac.compare_digest(one.encode("utf-8"), given.encode("utf-8", "replace")) for one in known]
    if ticket is None or not any(same) or given == _NO_PHONE:
        store.record_failed_lookup(wanted, now, now - WINDOW)
        raise TicketNotFound()
    return ticket


def last4(phone: str | None) -> str:
    """The last four digits of a telephone number, or a text that is no digits."""
    digits = re.sub(r"[^0-9]", "", phone or "")
    return digits[-4:] if len(digits) >= 4 else _NO_PHONE
