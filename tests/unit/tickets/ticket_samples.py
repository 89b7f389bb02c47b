"""Samples for the tests of tickets: a small city, a fixed calendar, commands that need only what a test is about."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tickets.adapters.holiday_notices import ChineseCalendarNotices
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.calendar import LOCAL_ZONE, WorkingCalendar
from tickets.domain.city import Catalogue, Category, Unit
from tickets.domain.clocks import AcceptClass, ClockRules
from tickets.domain.people import Actor, Contact
from tickets.domain.vocabulary import Role
from tickets.service.commands import AdvanceTicket, FileTicket
from tickets.service.desk import TicketDesk
from tickets.service.ports import TicketStore

CALENDAR = WorkingCalendar(ChineseCalendarNotices())
RULES = ClockRules(CALENDAR)
SUPERVISOR = Actor(Role.SUPERVISOR, "li")
AGENT = Actor(Role.AGENT, "chen")
UNIT = Actor(Role.UNIT, "zhang", "urban_management")
PHONE = "13812345678"


def local(text: str) -> datetime:
    """`2026-11-25 14:30` in the city's time, as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


def shown(at: datetime) -> str:
    """The reverse of `local`."""
    return f"{at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


NOON = local("2026-11-25 12:00")


def catalogue() -> Catalogue:
    units = ("hotline", "urban_management", "gas_company", "water_company")
    categories = {
        "street_light": ("urban_management", AcceptClass.NORMAL),
        "gas_supply": ("gas_company", AcceptClass.DANGER),
        "water_supply": ("water_company", AcceptClass.UTILITY),
    }
    return Catalogue(
        {
            name: Category(name, "group", {"zh": name, "en": name}, unit, (), "normal", accept, 100)
            for name, (unit, accept) in categories.items()
        },
        {name: Unit(name, {"zh": name}, "city") for name in units},
    )


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def desk(
    store: TicketStore | None = None, now: Callable[[], datetime] | None = None, first_number: int = 1
) -> TicketDesk:
    """A desk whose ticket numbers count up from `first_number`."""
    numbers, lock = count(first_number), threading.Lock()

    def number() -> int:
        with lock:
            return next(numbers)

    return TicketDesk(store or MemoryTicketStore(), catalogue(), RULES, now or Clock(), number)


def file_command(key: str = "key-1", **changes: Any) -> FileTicket:
    fields: dict[str, Any] = {
        "idempotency_key": key,
        "channel": "web",
        "language": "zh",
        "nature": "complaint",
        "description": "小区路灯坏了三天没人修",
        "category": "street_light",
        "conversation_id": "conversation-1",
        "contact": Contact("王小明", PHONE),
    }
    return FileTicket(**{**fields, **changes})


def advance_command(number: str, step: str, key: str | None = None, **changes: Any) -> AdvanceTicket:
    fields: dict[str, Any] = {
        "idempotency_key": key or f"{number}-{step}",
        "number": number,
        "command": step,
        "by": SUPERVISOR,
        "reason": "as it should be",
    }
    return AdvanceTicket(**{**fields, **changes})
