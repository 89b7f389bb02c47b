"""Hands events of tickets on: citizens hear of their tickets, the desk of emergencies and of what was missed."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from hotline.cars import CarOwners
from hotline.news import UnitNames, nameless, news_of
from hotline.notifying import DeliveryFailed, GatewayInbox, HttpPost, Notifier, Outcome, Post
from tickets.domain.events import EventKind, TicketEvent

__all__ = ["Delivery", "DeliveryFailed", "HttpPost", "Post"]
logger = logging.getLogger("worker")
ALERTS = "/internal/v1/desk/alerts"


class Delivery:
    """What `tickets.service.outbox.relay` calls with each event; returning means taken.

    Args:
        post: the gateway, for alerts.
        notifier: reaches citizens (default: their conversation at the gateway).
        unit_names: a unit's names by language.
        car_owners: tells owners of cars that are in the way; None: nobody is told, their time runs out.
    """

    def __init__(
        self,
        post: Post,
        notifier: Notifier | None = None,
        unit_names: UnitNames = nameless,
        car_owners: CarOwners | None = None,
    ) -> None:
        self._post = post
        self._notifier = notifier or GatewayInbox(post)
        self._unit_names = unit_names
        self._car_owners = car_owners

    def __call__(self, event: TicketEvent) -> None:
        """Tells the citizen or the desk, or notes why nobody is told.

        Raises:
            Later: it is not the moment.
            DeliveryFailed, OSError: the gateway refused or did not answer.
        """
        if event.kind is EventKind.EMERGENCY_RAISED:
            self._emergency(event)
            return
        if event.kind is EventKind.CAR_OWNER_ASKED:
            if self._car_owners is not None:
                self._car_owners.tell(event)
            return
        if event.kind in (EventKind.DEADLINE_NEAR, EventKind.DEADLINE_MISSED):
            self._deadline(event)
            return
        news = news_of(event, self._unit_names)
        if news is None:
            logger.info("ticket %s: %s, nobody to tell", event.ticket_number, event.kind)
            return
        outcome = self._notifier.notify(news)
        if outcome is Outcome.GONE:
            logger.warning("ticket %s: its conversation is gone, %s not told", event.ticket_number, news.key)
        else:
            logger.info("ticket %s: told %s", event.ticket_number, news.key)

    def alarm(self, alert_id: str, kind: str, at: str, ticket_number: str | None = None) -> None:
        """Tells everybody on duty at the desk of something that does not mend itself, once an id.

        Raises:
            DeliveryFailed, OSError: the gateway refused or did not answer.
        """
        body = {"ticket_number": ticket_number, "channel": "worker", "language": "zh", "kind": kind, "at": at}
        self._alert({**body, "alert_id": alert_id}, kind)

    def _emergency(self, event: TicketEvent) -> None:
        """Tells the people at the desk of an emergency; they answer for it within 30 minutes."""
        logger.warning("emergency: ticket %s of kind %s", event.ticket_number, event.payload.get("emergency_kind"))
        body = {
            "ticket_number": event.ticket_number,
            "conversation_id": event.conversation_id,
            "channel": event.payload.get("channel"),
            "language": event.payload.get("language"),
            "kind": event.payload.get("emergency_kind"),
            "at": event.payload.get("at"),
        }
        self._alert(body, f"the emergency of ticket {event.ticket_number}")

    def _deadline(self, event: TicketEvent) -> None:
        payload = event.payload
        logger.warning("ticket %s: %s (%s)", event.ticket_number, payload.get("reason"), payload.get("unit"))
        if payload.get("alarm"):
            kind = str(payload.get("reason"))
            self.alarm(f"deadline:{event.event_id.hex}", kind, str(payload.get("at")), event.ticket_number)

    def _alert(self, body: Mapping[str, object], what: str) -> None:
        status = self._post(ALERTS, body)
        if status == 404:
            logger.error("there is no desk that hears of it: %s", what)
        elif status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to an alert")
