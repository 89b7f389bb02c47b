"""Puts the Open311 interface together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from channels.adapters.sql import SqlConversationStore
from channels.adapters.ticket_threads import TicketThreads
from channels.config import GatewayConfig
from channels.open311.attributes import load_wordings
from channels.open311.keys import own_key
from channels.open311.reports import ReportRows
from channels.open311.service import Open311
from channels.ports import Identify, Sentences
from tickets.domain.city import Catalogue

KEY_FILE = "open311-key.txt"


def open_open311(
    config: GatewayConfig,
    store: SqlConversationStore,
    catalogue: Catalogue,
    sentences: Sentences,
    identify: Identify,
    now: Callable[[], datetime],
) -> tuple[Open311, TicketThreads]:
    """The interface and the threads it uses, which its owner closes."""
    tickets = TicketThreads(config.tickets, "open311")
    service = Open311(
        catalogue=catalogue,
        tickets=tickets,
        rows=ReportRows(store),
        wordings=load_wordings(),
        sentences=sentences,
        identify=identify,
        keys=config.open311.keys or own_key(config.data_dir / KEY_FILE),
        jurisdiction=config.open311.jurisdiction,
        public=config.open311.public,
        now=now,
    )
    return service, tickets
