"""Hands events of tickets to the gateway, which tells the citizen, and the people at the desk of emergencies."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from hotline.news import news_of
from tickets.domain.events import EventKind, TicketEvent

logger = logging.getLogger("worker")
_TIMEOUT_SECONDS = 3.0

Post = Callable[[str, Mapping[str, object]], int]
"""Posts a JSON body to a path of the gateway; gives the status, raises OSError when there is no answer."""


class DeliveryFailed(RuntimeError):
    """The gateway did not take the news; it is tried again later."""

    code = "delivery_failed"


class HttpPost:
    """The gateway over HTTP, with the token of our own processes."""

    def __init__(self, gateway_url: str, internal_token: str) -> None:
        self._url = gateway_url.rstrip("/")
        self._token = internal_token

    def __call__(self, path: str, body: Mapping[str, object]) -> int:
        request = urllib.request.Request(
            self._url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code


class Delivery:
    """What `tickets.service.outbox.relay` calls with each event; returning means taken."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def __call__(self, event: TicketEvent) -> None:
        """Tells the citizen, or notes why nobody is told.

        Raises:
            DeliveryFailed, OSError: the gateway refused or did not answer.
        """
        if event.kind is EventKind.EMERGENCY_RAISED:
            self._alert(event)
            return
        news = news_of(event)
        if news is None:
            logger.info("ticket %s: %s, nobody to tell", event.ticket_number, event.kind)
            return
        status = self._post(f"/internal/v1/conversations/{news.conversation_id}/news", news.body())
        if status == 404:  # deleted, or of another installation: it will not come back
            logger.warning("ticket %s: its conversation is gone, %s not told", event.ticket_number, news.key)
        elif status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to {news.key}")
        else:
            logger.info("ticket %s: told %s", event.ticket_number, news.key)

    def _alert(self, event: TicketEvent) -> None:
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
        status = self._post("/internal/v1/desk/alerts", body)
        if status == 404:
            logger.error("ticket %s: there is no desk that hears of the emergency", event.ticket_number)
        elif status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to an emergency")
