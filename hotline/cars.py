"""Tells the owner of a car that is in the way, by a text message that shows nobody's number.

The telephone is looked up in the registry of cars when the message is sent and stands in no event. An owner who cannot
be told counts as one who does not come: the traffic police have the matter at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from hotline.notifying import DeliveryFailed, Post
from tickets.domain.cars import Owner
from tickets.domain.events import TicketEvent

logger = logging.getLogger("worker")
_NEVER = (404, 422)
"""No provider of text messages here, or no mobile number."""


@dataclass(frozen=True)
class CarOwners:
    """Whom cars belong to and how they are told.

    Attributes:
        post: the gateway, which sends text messages.
        owner_of: the owner of a plate; None when nobody can be told any more.
        unreachable: (ticket number, event id) is called when the owner cannot be told.
    """

    post: Post
    owner_of: Callable[[str], Owner | None]
    unreachable: Callable[[str, str], None]

    def tell(self, event: TicketEvent) -> None:
        """Sends the message, once an event.

        Raises:
            DeliveryFailed, OSError: the gateway refused or did not answer.
        """
        plate = str(event.payload.get("plate"))
        owner = self.owner_of(plate)
        status = 404
        if owner is not None:
            values = {"plate": plate, "place": str(event.payload.get("place") or "")}
            body = {
                "id": f"car:{event.event_id}",
                "to": owner.contact,
                "language": owner.language,
                "key": "car_in_the_way" if values["place"] else "car_in_the_way_somewhere",
                "values": values,
                "needed": True,
            }
            status = self.post("/internal/v1/sms", body)
        if status in _NEVER:
            logger.warning("ticket %s: the owner of the car cannot be told", event.ticket_number)
            self.unreachable(event.ticket_number, str(event.event_id))
        elif status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to a message to the owner of a car")
