"""The nouns of delivery: a notice, the letter that carries some of them, and what a short message says of several.

Plain frozen values and pure functions. Nothing here stores, sends or knows a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Way = Literal["email", "sms", "subscribe"]
Importance = Literal["answer", "step"]
EMAIL: Way = "email"
SMS: Way = "sms"
SUBSCRIBE: Way = "subscribe"
WAYS: tuple[Way, ...] = (EMAIL, SMS, SUBSCRIBE)
IMPORTANCES: tuple[Importance, ...] = ("answer", "step")

CONFIRM = "confirm"
"""The key of the one notice that is no news: the question whether an e-mail address is the citizen's."""
QUESTION = "utter_news_revisit"
REPLIES = frozenset({"utter_news_replied", "utter_news_replied_with_text"})
_TURNS = REPLIES | {"utter_news_reopened"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One piece of news for one citizen by one way.

    Attributes:
        event_id: unique for the event and its recipient (a follower's copy has an id of its own).
        key: the sentence of the catalogue, `utter_news_*`, or `CONFIRM`.
        values: what stands in the sentence; one that differs by language is a mapping of them.
        urgent: an emergency, or somebody who waits for a call: sent at night too.
    """

    event_id: str
    key: str
    ticket_number: str
    values: Mapping[str, Any] = field(repr=False)
    importance: Importance
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out at once: all that waits for one citizen about one ticket, in order.

    Attributes:
        id: the same when it is sent again after a crash; a provider that gets it twice sends it once.
        channel: the one that the citizen came by.
        address: the telephone of a text message, the e-mail address; None where the way knows who it is.
        language: of the citizen when the news came; for who has no conversation.
        attempts: failures so far of what joined it last.
    """

    id: str
    way: Way
    channel: str
    conversation_id: str | None
    address: str | None = field(repr=False)
    language: str
    notices: tuple[Notice, ...]
    attempts: int = 0

    @property
    def urgent(self) -> bool:
        return any(one.urgent for one in self.notices)


def counting(notices: Sequence[Notice]) -> Notice:
    """The notice that a short message is about when several wait: the last, but no step hides an answer.

    Of a ticket that was answered and then got another date the answer is worth a text message; of one that was
    answered and opened again, that it is open again.
    """
    turns = [one for one in notices if one.key in _TURNS]
    return turns[-1] if turns else notices[-1]


def in_language(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Values for one language; Chinese where one has no other."""
    return {
        name: value.get(language) or value.get("zh", "") if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
