"""How a citizen is reached, by the channel he or she came by: the `Notifier` port and its adapters.

An adapter says what became of a message (delivered, or the citizen is gone), raises `Later` when it is not the moment,
and any error when it is to be tried again. It chooses no words, logs no personal data and decides nothing about
tickets. A new channel is one more adapter in the registry, which the worker puts together.
"""

from __future__ import annotations

import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from hotline.news import News
from tickets.domain.calendar import LOCAL_ZONE
from tickets.service.outbox import Later

logger = logging.getLogger("worker")
_TIMEOUT_SECONDS = 3.0
_ASKING_SECONDS = 20.0
"""A question is worded by the bot, which may take as long as a turn."""
BUSY_FOR = timedelta(seconds=15)
MORNING, EVENING = time(8, 0), time(21, 0)
"""Local time between which text messages are sent."""

Post = Callable[[str, Mapping[str, object]], int]
"""Posts a JSON body to a path of the gateway; gives the status, raises OSError when there is no answer."""


class DeliveryFailed(RuntimeError):
    """The gateway did not take the message; it is tried again later."""

    code = "delivery_failed"


class Outcome(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    GONE = "gone"
    """There is nobody to be told any more."""


class Notifier(Protocol):
    """Reaches citizens by one channel."""

    def notify(self, news: News) -> Outcome:
        """Delivers one message, once an event id.

        Raises:
            Later: not now; no attempt is counted.
            DeliveryFailed, OSError: to be tried again.
        """
        ...


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
        seconds = _ASKING_SECONDS if path.endswith("/revisit") else _TIMEOUT_SECONDS
        try:
            with urllib.request.urlopen(request, timeout=seconds) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except http.client.HTTPException as error:  # an answer that broke off is none
            raise ConnectionError(f"the gateway broke off: {type(error).__name__}") from error


@dataclass(frozen=True)
class GatewayInbox:
    """The citizen's conversation at the gateway: the web page, and every channel whose citizens read there."""

    post: Post

    def notify(self, news: News) -> Outcome:
        """Says the words there, or lets the bot ask."""
        if news.conversation_id is None:
            return Outcome.GONE
        folder = f"/internal/v1/conversations/{news.conversation_id}"
        if news.asks:
            status = self.post(f"{folder}/revisit", {"event_id": news.event_id, "ticket_number": news.number})
            if status == 409:
                raise Later(BUSY_FOR)
        else:
            status = self.post(f"{folder}/news", news.body())
        if status == 404:  # deleted, or of another installation: it will not come back
            return Outcome.GONE
        if status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to {news.key}")
        return Outcome.DELIVERED


@dataclass(frozen=True)
class PhoneNotifier:
    """Who came by telephone: the conversation ended with the call, so a text message is all that can be sent.

    A revisit is asked by a person, who finds the ticket among the call-backs of the desk. Nobody is woken: at night a
    message waits for the morning.

    Attributes:
        now: gives the present, aware.
        phone_of: the telephone of a ticket's own citizen, or of the follower with that key; None when there is none.
        texts: which news are worth a text message, and which of `data/sms` it is.
    """

    post: Post
    phone_of: Callable[[str, str | None], str | None]
    now: Callable[[], datetime]
    texts: Mapping[str, str] = field(
        default_factory=lambda: {
            "utter_news_replied": "ticket_replied",
            "utter_news_replied_with_text": "ticket_replied",
            "utter_news_extended": "ticket_news",
            "utter_news_suspended": "ticket_news",
            "utter_news_suspended_until": "ticket_news",
            "utter_news_reopened": "ticket_news",
            "utter_news_closed_unanswered": "ticket_news",
            "utter_news_deadline_changed": "ticket_news",
        }
    )

    def notify(self, news: News) -> Outcome:
        """Sends a text message where there is one, a mobile number, and a provider."""
        key = self.texts.get(news.key)
        if news.asks or key is None:
            return Outcome.DELIVERED
        phone = self.phone_of(news.number, news.recipient)
        if phone is None:
            return Outcome.GONE
        until_morning = _until_morning(self.now().astimezone(LOCAL_ZONE))
        if until_morning:
            raise Later(until_morning)
        body = {
            "id": f"news:{news.event_id}",
            "to": phone,
            "language": news.language,
            "key": key,
            "values": {"number": news.number},
        }
        status = self.post("/internal/v1/sms", body)
        if status in (404, 422):  # no telephone line here, or no mobile number
            return Outcome.GONE
        if status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to a text message")
        return Outcome.DELIVERED


def _until_morning(local: datetime) -> timedelta | None:
    """How long to wait until text messages may be sent again; None: now is the time."""
    if MORNING <= local.time() < EVENING:
        return None
    morning = datetime.combine(local.date(), MORNING, local.tzinfo)
    return (morning if local < morning else morning + timedelta(days=1)) - local


@dataclass(frozen=True)
class Notifiers:
    """The registry: a notifier a channel, and one for all others."""

    others: Notifier
    by_channel: Mapping[str, Notifier] = field(default_factory=dict)

    def notify(self, news: News) -> Outcome:
        """Hands on to the channel's notifier."""
        return self.by_channel.get(news.channel, self.others).notify(news)
