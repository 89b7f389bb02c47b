"""Puts the desk together: the only place of the desk where real things are made.

It shares the database's runner with the conversations, so SQLite has one writer.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.config import GatewayConfig
from channels.desk.adapters.accounts import SqlAccountStore
from channels.desk.adapters.suggestions import ActionsSuggestions
from channels.desk.adapters.tickets import DeskTickets
from channels.desk.adapters.work import SqlWorkStore
from channels.desk.alerts import Alerts
from channels.desk.boards import Boards
from channels.desk.cannery import Cannery, load
from channels.desk.clockwork import Clockwork
from channels.desk.context import Context
from channels.desk.desk import OwnDesk
from channels.desk.dispatch import Dispatcher
from channels.desk.floor import Floor
from channels.desk.journal import Journal
from channels.desk.link import HandoffLink
from channels.desk.live import Live
from channels.desk.office import Office
from channels.desk.oidc import Oidc
from channels.desk.passing import Passing
from channels.desk.passwords import Passwords, random_password
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore
from channels.desk.rights import Rights
from channels.desk.rules import RuleBook
from channels.desk.service import Desk
from channels.desk.signin import SignIn
from channels.desk.switches import Switches
from channels.desk.talks import Talks
from channels.desk.teller import Teller
from channels.desk.totp import SecretBox
from channels.desk.viewing import Viewing
from channels.errors import ChannelsError
from channels.handoff.briefing import Known
from channels.handoff.service import HandoffService
from channels.metrics import Metrics
from channels.router import Router
from channels.stream import Hub
from tickets.adapters.city_files import load_catalogue
from tickets.config import TicketsConfig
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.city import Catalogue

logger = logging.getLogger(__name__)

ADMIN_FILE = "desk-admin.txt"
FIRST_ADMIN = "admin"
_MOST_DEEDS = 5000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreRunner:
    """Runs the desk's transactions on the conversations' runner."""

    store: SqlConversationStore

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await self.store.transaction(work)

    async def close(self) -> None:
        """The store closes it."""


@dataclass(slots=True)
class RouterSayings:
    """Says sentences of the catalogue through the router, which is made after the desk."""

    router: Router | None = None

    async def say(
        self, conversation_id: str, event_id: str, key: str, values: Mapping[str, Any], data: Mapping[str, Any]
    ) -> None:
        if self.router is not None:
            await self.router.news(conversation_id, event_id, key, values, data)


@dataclass(slots=True)
class OpenedDesk:
    """A desk with what it does in the background."""

    desk: Desk
    link: HandoffLink
    sayings: RouterSayings
    tickets: DeskTickets
    suggestions: ActionsSuggestions
    config: GatewayConfig
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def own(self) -> OwnDesk:
        return self.desk.own

    def connect(self, service: HandoffService, router: Router) -> None:
        """Ties the desk to the hand-over and to those who speak to citizens."""
        self.link.service = service
        self.sayings.router = router

    async def known(self, conversation_id: str) -> Known:
        """What a person is told beside the messages: the forms' slots and the open tickets, if they can be had."""
        slots = await self.link.slots(conversation_id)
        try:
            tickets = await self.tickets.open_of(conversation_id)
        except ChannelsError as error:
            logger.warning("a hand-over goes without its open tickets: %s", error)
            tickets = ()
        return Known(slots, tickets)

    async def start(self) -> None:
        """Begins the desk's clock and its telling; makes the first administrator where there is none."""
        desk = self.desk
        if self.config.desk.first_admin:
            await make_first_admin(desk.accounts, desk.signin.passwords, self.config.data_dir, desk.clock())
        await desk.live.start()
        for work in (desk.teller.run, desk.dispatcher.run, desk.clockwork.run):
            self._tasks.append(asyncio.create_task(work()))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.desk.live.stop()
        self.desk.signin.passwords.close()
        await self.suggestions.close()
        await self.tickets.close()


def open_desk(
    config: GatewayConfig, store: SqlConversationStore, hub: Hub, secret: bytes, metrics: Metrics
) -> OpenedDesk:
    """A desk on the store of the conversations; reads the city's files. `connect` it before `start`.

    Raises:
        CityDataInvalid: a file of the city cannot be used.
    """
    accounts, work = SqlAccountStore(StoreRunner(store)), SqlWorkStore(StoreRunner(store))
    catalogue = load_catalogue(config.tickets.city_dir)
    tickets, suggestions = DeskTickets(config.tickets), ActionsSuggestions(config.actions_url)
    link, sayings, live = (
        HandoffLink(store, accounts, tickets, _now),
        RouterSayings(),
        Live(hub, store, _desk_key(secret)),
    )
    rules = RuleBook(config.desk.rules, link, time.monotonic)
    floor = Floor(accounts, work, rules, float(config.wait_seconds_each), _now, LOCAL_ZONE)
    journal, rights = Journal(work, live, _now), Rights(work, floor)
    dispatcher = Dispatcher(work, accounts, floor, journal, link, sayings, _now, _gauges(metrics))
    alerts = Alerts(work, accounts, floor, live, _now)
    talks = Talks(work, rights, live, journal, link, dispatcher, store, _now)
    boards, viewing, passwords = Boards(work, floor, link.ratings, LOCAL_ZONE), Viewing(time.monotonic), Passwords()
    cannery = Cannery(load(config.desk.canned_dir), work, _now)
    switches = Switches(link, rules)
    teller = Teller(live, work, floor, boards, viewing, switches.settings, cannery.all)
    live.on_hint = teller.take
    oidc = config.desk.oidc
    desk = Desk(
        accounts=accounts,
        work=work,
        signin=SignIn(
            accounts, passwords, SecretBox(secret), _now, time.monotonic, config.desk.session, config.desk.idle
        ),
        floor=floor,
        live=live,
        teller=teller,
        viewing=viewing,
        dispatcher=dispatcher,
        clockwork=Clockwork(work, accounts, floor, live, dispatcher, alerts, _now),
        rights=rights,
        talks=talks,
        passing=Passing(work, accounts, rights, journal, link, sayings, talks, _now),
        context=Context(
            work=work,
            accounts=accounts,
            floor=floor,
            store=store,
            handoffs=link,
            tickets=tickets,
            suggestions=suggestions,
            rights=rights,
            talks=talks,
            journal=journal,
            sayings=sayings,
            catalogue=catalogue,
            clock=_now,
        ),
        alerts=alerts,
        boards=boards,
        cannery=cannery,
        office=Office(accounts, passwords, live, frozenset(catalogue.units), topics_of(catalogue), _now),
        operating=link,
        switches=switches,
        own=OwnDesk(work, floor, live, journal, dispatcher, alerts, link, topic_of(catalogue), _now),
        rules=rules,
        clock=_now,
        oidc=Oidc(oidc, secret, accounts, _now, time.monotonic) if oidc is not None else None,
    )
    return OpenedDesk(desk, link, sayings, tickets, suggestions, config)


def _desk_key(secret: bytes) -> str:
    return f"desk-{sha256(b'hotline-desk-key' + secret).hexdigest()[:16]}"


def _gauges(metrics: Metrics) -> Callable[[int, int], None]:
    def show(waiting: int, longest_seconds: int) -> None:
        metrics.desk_waiting.set(waiting)
        metrics.desk_longest_wait.set(longest_seconds)

    return show


def topics_of(catalogue: Catalogue) -> frozenset[str]:
    """What people can know best: the groups of the city's categories."""
    return frozenset(one.group for one in catalogue.categories.values())


def topic_of(catalogue: Catalogue) -> Callable[[str | None], str | None]:
    """The group of a category."""
    groups = {one.id: one.group for one in catalogue.categories.values()}
    return lambda category: groups.get(category or "")


@dataclass(frozen=True, slots=True)
class OfficeTools:
    """What a terminal needs for accounts."""

    accounts: SqlAccountStore
    office: Office
    passwords: Passwords

    async def deeds(self, days: int) -> list[Mapping[str, Any]]:
        """The audit log of the last days, newest first."""
        return await self.accounts.deeds(_now() - timedelta(days=days), _MOST_DEEDS)


def open_office(store: SqlConversationStore, tickets: TicketsConfig) -> OfficeTools:
    """The accounts of the desk alone. Raises CityDataInvalid."""
    accounts, passwords = SqlAccountStore(StoreRunner(store)), Passwords()
    catalogue = load_catalogue(tickets.city_dir)
    live = Live(Hub(), store)
    office = Office(accounts, passwords, live, frozenset(catalogue.units), topics_of(catalogue), _now)
    return OfficeTools(accounts, office, passwords)


async def make_first_admin(
    accounts: AccountStore, passwords: Passwords, data_dir: Path, now: datetime
) -> DeskAgent | None:
    """On a desk without anybody: an administrator with a random password, kept in a file that only we can read."""
    if await accounts.agents():
        return None
    password = random_password()
    admin = DeskAgent(
        "administrator", FIRST_ADMIN, "12345", "administrator", "hotline", ("zh", "en", "ja", "ko", "ru"), (), 5, now
    )
    await accounts.add(admin, await passwords.hash(password))
    file = data_dir / ADMIN_FILE
    await asyncio.to_thread(_write_secret, file, f"username: {FIRST_ADMIN}\npassword: {password}\n")
    logger.warning("the desk has its first administrator; name and password are in %s", file)
    return admin


def _write_secret(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)


def _now() -> datetime:
    return datetime.now(UTC)
