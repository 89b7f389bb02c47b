"""Collision warning: who has the same conversation open, and who writes in it.

Kept in memory for a while only; what another gateway said is forgotten when it is silent. Whoever listens silently
is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from channels.desk.live import Seat

_KEPT_SECONDS = 60.0


def viewers(seats: Iterable[Seat], conversation_id: str) -> list[dict[str, Any]]:
    """The people of this gateway who look at the conversation, once each."""
    found: dict[str, dict[str, Any]] = {}
    for seat in seats:
        if seat.viewing == conversation_id and not seat.silent:
            known = found.setdefault(seat.agent.id, {**seat.agent.brief(), "typing": False})
            known["typing"] = known["typing"] or seat.typing
    return sorted(found.values(), key=lambda one: str(one["id"]))


class Viewing:
    """What all gateways said last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: dict[str, dict[str, tuple[float, Sequence[Mapping[str, Any]]]]] = {}

    def heard(self, gateway: str, conversation_id: str, agents: Sequence[Mapping[str, Any]]) -> None:
        by_gateway = self._said.setdefault(conversation_id, {})
        if agents:
            by_gateway[gateway] = (self._clock(), agents)
        else:
            by_gateway.pop(gateway, None)
        if not by_gateway:
            del self._said[conversation_id]

    def of(self, conversation_id: str) -> list[Mapping[str, Any]]:
        now = self._clock()
        found: dict[str, Mapping[str, Any]] = {}
        for at, agents in self._said.get(conversation_id, {}).values():
            if now - at < _KEPT_SECONDS:
                for agent in agents:
                    known = found.get(agent["id"])
                    found[agent["id"]] = agent if known is None or agent["typing"] else known
        return [found[key] for key in sorted(found)]
