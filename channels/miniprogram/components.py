"""What a number on a lamp, manhole or pole stands for, for who has scanned it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channels.adapters.ticket_threads import TicketThreads
from channels.errors import TicketsUnavailable
from channels.miniprogram.errors import ComponentNotFound
from tickets.domain.placenames import names_of
from tickets.errors import TicketError
from tickets.service.desk import TicketDesk

NUMBER = re.compile(r"[A-Za-z]{1,6}-[0-9]{1,12}")


class Components:
    """The city's register of components."""

    def __init__(self, threads: TicketThreads) -> None:
        self._threads = threads

    async def find(self, number: str, language: str) -> Mapping[str, Any]:
        """`id kind where` of a component; `where` names street and community in a language.

        Raises:
            ComponentNotFound: the city has none of this number, or no register; TicketsUnavailable.
        """
        try:
            found = await self._threads.run(lambda desk: _component(desk, number.upper(), language))
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error
        if found is None:
            raise ComponentNotFound
        return found


def _component(desk: TicketDesk, number: str, language: str) -> Mapping[str, Any] | None:
    if desk.placing is None:
        return None
    city = desk.placing.gazetteer.city
    component = city.components.get(number)
    if component is None:
        return None
    areas = city.areas_at(component.spot)
    named = [names_of(city.named, area, language) for area in (areas.street, areas.community) if area]
    where = "".join(named) if language in ("zh", "ja") else ", ".join(reversed(named))
    return {"id": component.id, "kind": component.kind, "where": where}
