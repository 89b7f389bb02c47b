"""Random courses of tickets on the store in memory keep every promise."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.unit.tickets.ticket_machine import TicketMachine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.service.ports import TicketStore


class InMemory(TicketMachine):
    """The machine on the store in memory."""

    def store(self) -> TicketStore:
        return MemoryTicketStore()


TestRandomCoursesInMemory = InMemory.TestCase
TestRandomCoursesInMemory.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
