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
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from hotline.news import News
from tickets.service.outbox import Later

logger = logging.getLogger("worker")
_TIMEOUT_SECONDS = 3.0
_ASKING_SECONDS = 20.0
"""A question is worded by the bot, which may take as long as a turn."""
BUSY_FOR = timedelta(seconds=15)
ANSWERS = frozenset(
    (
        "utter_news_replied",
        "utter_news_replied_with_text",
        "utter_news_revisit",
        "utter_news_closed",
        "utter_news_closed_unanswered",
        "utter_news_reopened",
        "utter_news_extended",
        "utter_news_deadline_changed",
        "utter_news_suspended",
        "utter_news_suspended_until",
        "utter_news_mediation_offered",
        "utter_news_mediation_settled",
        "utter_news_mediation_failed",
    )
)
"""News that who wants "answers only" hears of: an answer, a question, the end of the matter, or another date for it.
All others are steps on the way."""

Post = Callable[[str, Mapping[str, object]], int]
"""Posts a JSON body to a path of the gateway; gives the status, raises OSError when there is no answer."""

PhoneOf = Callable[[str, str | None], str | None]
"""(ticket number, follower's key or None) -> telephone."""


def nobodys(number: str, recipient: str | None) -> None:
    """No telephone is known."""


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
    """The citizen's conversation at the gateway: the web page, and every channel whose citizens read there.

    The gateway knows by which other ways this citizen wants to hear of it, and sends it there too.

    Attributes:
        phone_of: the telephone of a ticket's own citizen, or of the follower with that key; None when there is none.
    """

    post: Post
    phone_of: PhoneOf = nobodys

    def notify(self, news: News) -> Outcome:
        """Says the words there, or lets the bot ask."""
        if news.conversation_id is None:
            return Outcome.GONE
        folder = f"/internal/v1/conversations/{news.conversation_id}"
        body = {**news.body(), "notice": notice_of(news, self.phone_of)}
        if news.asks:
            status = self.post(f"{folder}/revisit", {**body, "ticket_number": news.number})
            if status == 409:
                raise Later(BUSY_FOR)
        else:
            status = self.post(f"{folder}/news", body)
        if status == 404:  # deleted, or of another installation: it will not come back
            return Outcome.GONE
        if status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to {news.key}")
        return Outcome.DELIVERED


@dataclass(frozen=True)
class PhoneNotifier:
    """Who came by telephone: the conversation ended with the call, so a text message is all that can be sent.

    A revisit is asked by a person, who finds the ticket among the call-backs of the desk.

    Attributes:
        phone_of: as of `GatewayInbox`.
    """

    post: Post
    phone_of: PhoneOf

    def notify(self, news: News) -> Outcome:
        """Hands the news to the gateway, which sends them where there is a mobile number and a provider."""
        if news.asks:
            return Outcome.DELIVERED
        about = notice_of(news, self.phone_of)
        if about["phone"] is None and news.conversation_id is None:
            return Outcome.GONE
        body = {**news.body(), "conversation_id": news.conversation_id, "notice": about}
        status = self.post("/internal/v1/notices", body)
        if status >= 300:
            raise DeliveryFailed(f"the gateway answered {status} to a notice for {news.channel}")
        return Outcome.DELIVERED


def notice_of(news: News, phone_of: PhoneOf) -> dict[str, object]:
    """What the gateway needs beside the words, to tell a citizen by other ways too."""
    card = news.data.get("ticket")
    ticket: Mapping[str, object] = card if isinstance(card, Mapping) else {}
    return {
        "ticket_number": news.number,
        "channel": news.channel,
        "language": news.language,
        "importance": "answer" if news.key in ANSWERS else "step",
        "urgent": news.urgent,
        "phone": phone_of(news.number, news.recipient),
        "status": ticket.get("status"),
        "category": ticket.get("category"),
    }


@dataclass(frozen=True)
class Notifiers:
    """The registry: a notifier a channel, and one for all others."""

    others: Notifier
    by_channel: Mapping[str, Notifier] = field(default_factory=dict)

    def notify(self, news: News) -> Outcome:
        """Hands on to the channel's notifier."""
        return self.by_channel.get(news.channel, self.others).notify(news)
