"""`hotline knowledge draft`: turns a closed consultation into a draft item, which another person reviews.

It takes the question and the unit's reply as they stand and leaves out who asked. Nothing is served before it is
reviewed and published.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from typing import Any

from hotline.errors import CommandFailed
from hotline.settings import load
from knowledge.cli_ask import now
from knowledge.config import KnowledgeConfig
from knowledge.errors import KnowledgeError
from knowledge.items import Item
from knowledge.markdown import write_item
from knowledge.versions import Version
from tickets.config import TicketsConfig
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Nature
from tickets.errors import TicketError

REVIEWED_WITHIN = timedelta(days=365)


def mount(commands: Any) -> None:
    """Adds `draft` to `hotline knowledge`."""
    parser = commands.add_parser("draft", help="turn a closed consultation into a draft item")
    parser.add_argument("number", help="number of the ticket")
    parser.add_argument("--topic", required=True, help="id of the new item, as night_buses")
    parser.add_argument("--by", required=True, help="who writes it")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from knowledge.adapters.sql import SqlVersions, open_database  # deferred: other commands need no database
    from tickets.bootstrap import open_tickets

    settings = load()
    try:
        ticket = open_tickets(TicketsConfig.from_settings(settings)).get(arguments.number)
        made = draft_of(ticket, arguments.topic, now().date())
        store = SqlVersions(open_database(KnowledgeConfig.from_settings(settings).database_url))
        stored = store.add(Version(made.id, made.language, write_item(made), arguments.by, now()))
    except (TicketError, KnowledgeError) as error:
        raise CommandFailed(str(error)) from error
    print(f"{made.id}/{made.language} is stored as draft, version {stored.number}")
    print("add at least ten example questions and the sections that are missing before it is reviewed", file=sys.stderr)
    return 0


def draft_of(ticket: Ticket, topic: str, today: date) -> Item:
    """The draft of an item.

    Raises:
        CommandFailed: the ticket is no answered consultation.
    """
    reply = next((entry.reason for entry in reversed(ticket.history) if entry.command == Command.REPLY), "")
    if ticket.nature is not Nature.CONSULTATION or not reply:
        raise CommandFailed(f"{ticket.number} is no consultation with an answer: only such a ticket becomes an item")
    question = ticket.description.strip().splitlines()[0]
    told = dict.fromkeys(("who", "bring", "how", "time", "cost"), reply)
    return Item(
        id=topic,
        language=ticket.language,
        title=question[:40],
        unit=ticket.unit,
        sections={"short": reply, "speak": reply, **told, "phone": "12345"},
        sources=(),
        valid_from=today,
        valid_to=None,
        reviewed_on=None,
        reviewers=(),
        review_due=today + REVIEWED_WITHIN,
        status="draft",
        secrecy="public",
        region="local",
        related=(),
        questions=(question,),
    )
