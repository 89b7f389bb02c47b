"""Samples for the tests of several units and people: a city with levels, departments, streets and mediators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.unit.tickets.ticket_samples import RULES, Clock, catalogue, file_command
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.city import Catalogue, Category, Unit
from tickets.domain.clocks import AcceptClass
from tickets.domain.events import TicketEvent
from tickets.domain.levels import DepartmentDuty, LevelRules
from tickets.domain.mediation import Body
from tickets.domain.people import Actor, Contact
from tickets.domain.vocabulary import Role
from tickets.service.commands import AdvanceTicket
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay
from tickets.service.parts_commands import AddParts, JoinTicket, MergeTicket, SplitTicket
from tickets.service.ports import TicketStore

AGENT = Actor(Role.AGENT, "wang")
CHIEF = Actor(Role.SUPERVISOR, "li")
CLAUSE = "《食品安全法》第六条"


def unit(name: str) -> Actor:
    return Actor(Role.UNIT, name)


def city() -> Catalogue:
    """The usual samples, and: a district with a street, a community and a grid cell; two more departments."""
    usual = catalogue()
    offices = {
        "market_regulation": ("city", None),
        "mediation": ("city", None),
        "district_east": ("district", "d_east"),
        "street_jade": ("street", "s_jade"),
        "street_lotus": ("street", "s_lotus"),
        "community_sun": ("community", "c_sun"),
        "grid_sun_1": ("grid", "g_sun_1"),
    }
    units = {name: Unit(name, {"zh": f"{name}局", "en": name.title()}, *rest) for name, rest in offices.items()}
    more = {"food_safety": "market_regulation", "garbage": "urban_management", "noise": "urban_management"}
    categories = {
        name: Category(name, "group", {"zh": name}, lead, (), "normal", AcceptClass.NORMAL, 100)
        for name, lead in more.items()
    }
    return replace(
        usual,
        categories={**usual.categories, **categories},
        units={**usual.units, **units},
        levels=LevelRules(
            frozenset({"garbage"}), {"food_safety": DepartmentDuty("food_safety", "market_regulation", CLAUSE)}
        ),
        mediators={"noise": Body("noise", "mediation", "《人民调解法》第十七条")},
    )


def city_desk(
    store: TicketStore | None = None, now: Callable[[], datetime] | None = None, first: int = 1
) -> TicketDesk:
    """A desk of that city, whose ticket numbers count up."""
    numbers = count(first)
    return TicketDesk(store or MemoryTicketStore(), city(), RULES, now or Clock(), lambda: next(numbers))


def filed(tickets: TicketDesk, name: str = "a", **changes: Any) -> str:
    """Files a ticket of a citizen called `name`, in a conversation of that name."""
    phone = f"1381234{sum(map(ord, name)) % 10_000:04d}"
    fields = {"conversation_id": f"talk-{name}", "contact": Contact(name, phone), **changes}
    return tickets.file(file_command(f"file-{name}", **fields)).number


def step(
    tickets: TicketDesk, number: str, command: str, by: Actor = CHIEF, reason: str = "as it is", **more: Any
) -> Any:
    """Moves a ticket; the key is its own each time."""
    key = f"{number}-{command}-{tickets.get(number).version}"
    return tickets.advance(
        AdvanceTicket(idempotency_key=key, number=number, command=command, by=by, reason=reason, **more)
    )


def with_parts(tickets: TicketDesk, number: str, *units: str) -> list[str]:
    """Dispatches and accepts a ticket and gives these units a part; the numbers of the parts."""
    step(tickets, number, "dispatch")
    step(tickets, number, "accept")
    tickets.add_parts(
        AddParts(idempotency_key=f"parts-{number}", number=number, units=units, by=AGENT, reason="去看看")
    )
    return [part.number for part in tickets.parts_of(number)]


def answered(tickets: TicketDesk, number: str, reply: str = "处理好了") -> None:
    """Lets the unit of a part accept and reply."""
    who = unit(tickets.get(number).unit)
    step(tickets, number, "accept", who)
    step(tickets, number, "reply", who, reply)


def merge(tickets: TicketDesk, number: str, into: str, key: str = "", **changes: Any) -> Any:
    fields = {"by": AGENT, "reason": "同一件事", **changes}
    return tickets.merge(MergeTicket(idempotency_key=key or f"{number}>{into}", number=number, into=into, **fields))


def split(tickets: TicketDesk, number: str, key: str = "split") -> Any:
    return tickets.split(SplitTicket(idempotency_key=f"{key}-{number}", number=number, by=AGENT, reason="不是一件事"))


def joined(tickets: TicketDesk, number: str, name: str, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "idempotency_key": f"join-{name}",
        "channel": "web",
        "language": "en",
        "conversation_id": f"talk-{name}",
        "contact": Contact(name, f"1391234{sum(map(ord, name)) % 10_000:04d}"),
    }
    return tickets.join(JoinTicket(number=number, **{**fields, **changes}))


def told(tickets: TicketDesk) -> list[TicketEvent]:
    """All events that wait, in order; they are then sent."""
    events: list[TicketEvent] = []
    later = tickets._now() + timedelta(days=900)
    while not relay(tickets.outbox, events.append, lambda: later).idle:
        pass
    return events


def heard(events: list[TicketEvent], conversation: str) -> list[str]:
    """The commands a conversation hears of, in order."""
    return [str(event.payload["command"]) for event in events if event.conversation_id == conversation]
