"""Which events of tickets a citizen hears of, and with which words: a pure function of the event.

A citizen hears what staff or a clock did to his or her ticket, not what he or she did just now in the conversation,
and not every step inside the offices; an internal reason is never among the values. The words are `utter_news_*` in
`bot/responses/<lang>/news.yml`; a revisit is asked by the bot itself, since it wants an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.cars import OwnerAnswer
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.vocabulary import Command, Role, Status

TOLD = (
    Status.DISPATCHED,
    Status.ACCEPTED,
    Status.IN_PROGRESS,
    Status.REPLIED,
    Status.REVISIT,
    Status.CLOSED,
    Status.SUSPENDED,
    Status.EXTENSION_ASKED,
    Status.MERGED,
    Status.REOPENED,
    Status.SUPERVISED,
    Status.ESCALATED,
)
"""Statuses whose coming a citizen hears of; the others (pre-check, a return between offices) change nothing for him or
her."""
OF_COMMAND: Mapping[str, str] = {
    Command.GRANT_EXTENSION: "utter_news_extended",
    Command.REFUSE_EXTENSION: "utter_news_extension_refused",
    Command.RESUME: "utter_news_resumed",
    Command.SPLIT: "utter_news_split",
    Command.OPEN_NEGOTIATION: "utter_news_joint",
    Command.OFFER_MEDIATION: "utter_news_mediation_offered",
    Command.TRANSFER_MEDIATION: "utter_news_mediation_started",
    Command.RECOMPUTE: "utter_news_deadline_changed",
}
"""Commands that are told by what they are, whatever the status after them."""

PHONE = "phone"
"""The channel whose citizens are reached without a conversation."""

UnitNames = Callable[[str], Mapping[str, str]]


def nameless(unit: str) -> Mapping[str, str]:
    """No names: the unit's id is said."""
    return {}


@dataclass(frozen=True)
class News:
    """One message to one citizen.

    Attributes:
        values: what stands in the sentence; one that differs by language is a mapping of them.
        conversation_id: None for who only has a telephone.
        asks: the citizen is to be asked for an answer, by the bot; `key` is for channels without one.
        recipient: key of the follower who hears it; None: the ticket's own citizen does.
        urgent: an emergency, or somebody who waits to be called: told at any hour.
    """

    conversation_id: str | None
    event_id: str
    key: str
    values: Mapping[str, object]
    data: Mapping[str, object]
    channel: str = "web"
    language: str = "zh"
    number: str = ""
    asks: bool = field(default=False)
    recipient: str | None = None
    urgent: bool = False

    def body(self) -> dict[str, object]:
        """The JSON body of `POST /internal/v1/conversations/{id}/news`."""
        return {"event_id": self.event_id, "key": self.key, "values": dict(self.values), "data": dict(self.data)}


def news_of(event: TicketEvent, unit_names: UnitNames = nameless) -> News | None:
    """Gives what the citizen is to hear of an event; None when he or she need not.

    Args:
        unit_names: a unit's names by language.
    """
    payload = event.payload
    key = _key(event)
    channel = str(payload.get("channel") or "web")
    if key is None or (event.conversation_id is None and channel != PHONE):
        return None
    if payload.get("parent"):  # a part's steps are the offices' own, also where the citizen has a telephone only
        return None
    unit = str(payload.get("unit") or "")
    values: dict[str, object] = {
        "number": event.ticket_number,
        "due_at": _local(payload.get("due_at")),
        "unit_name": dict(unit_names(unit)) or unit,
    }
    if payload.get("car"):
        values["minutes"] = str(payload.get("car_minutes") or "")
    if key == "utter_news_suspended_until":
        values |= {"until": _local(payload["suspended_until"]), "reason": payload["public_reason"]}
    if key == "utter_news_replied_with_text":
        values["reply"] = str(payload["reply"]).strip()
    return News(
        event.conversation_id,
        str(event.event_id),
        key,
        values,
        {"ticket": _card(event)},
        channel=channel,
        language=str(payload.get("language") or "zh"),
        number=event.ticket_number,
        asks=payload.get("command") == Command.START_REVISIT,
        recipient=str(payload["recipient"]) if payload.get("recipient") else None,
        urgent=payload.get("emergency") is True or payload.get("callback") is True,
    )


def _key(event: TicketEvent) -> str | None:
    payload = event.payload
    role, follows = payload.get("role"), bool(payload.get("follower"))
    own = bool(payload.get("own", role == Role.CITIZEN and not follows))
    command, status = str(payload.get("command")), str(payload.get("status"))
    if own:
        return None
    if event.kind is EventKind.TICKET_DISPUTED:
        return "utter_news_reopened" if status == Status.REOPENED and role != Role.AGENT else None
    if event.kind is EventKind.TICKET_URGED:
        return "utter_news_urged" if role == Role.SYSTEM else None
    if event.kind is not EventKind.TICKET_ADVANCED:
        return None
    if command == Command.RECOMPUTE and "handle" not in _listed(payload.get("recounted")):
        return None
    if command == Command.RECORD_MEDIATION:
        return "utter_news_mediation_settled" if payload.get("settled") else "utter_news_mediation_failed"
    if command == Command.ANSWER_CAR:
        return "utter_news_car_coming" if payload.get("car") == OwnerAnswer.COMING else None
    if command == Command.DISPATCH and payload.get("car") in ("declined", "silent"):
        return f"utter_news_car_{payload['car']}"
    if command in OF_COMMAND:
        return OF_COMMAND[command]
    if status not in TOLD or payload.get("before") == status:
        return None
    if command == Command.START_REVISIT and follows:
        return None
    if status == Status.REPLIED:
        return "utter_news_replied_with_text" if str(payload.get("reply") or "").strip() else "utter_news_replied"
    if status == Status.SUSPENDED:
        known = payload.get("public_reason") and payload.get("suspended_until")
        return "utter_news_suspended_until" if known else "utter_news_suspended"
    if status == Status.CLOSED and role == Role.SYSTEM:
        return _closed(payload, follows)
    return f"utter_news_{status}"


def _closed(payload: Mapping[str, object], follows: bool) -> str | None:
    """Closed by the system after a revisit: nobody answered, or the bot has given thanks for the answers already."""
    answers = (payload.get("solved"), payload.get("satisfied"))
    if follows or answers == (None, None):
        return "utter_news_closed" if follows else "utter_news_closed_unanswered"
    return "utter_news_closed" if None in answers else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _card(event: TicketEvent) -> dict[str, object]:
    names = ("number", "nature", "category", "unit", "status", "accept_by", "due_at")
    return {name: event.payload.get(name) for name in names}


def _local(value: object) -> str:
    """A deadline as the replies write it, in the city's time."""
    if not isinstance(value, str):
        return ""
    return datetime.fromisoformat(value).astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
