"""The contract's JSON: reads and checks what desks send, writes what they are sent.

Everything that comes in is checked against `channels/handoff/schema`, which is also what others build on. Fields
that are not known are ignored, so that the contract can grow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource

from channels.handoff.contract import (
    SCHEMA,
    Accepted,
    Agent,
    AgentMessage,
    AgentTyping,
    Attachment,
    Caller,
    Closed,
    DeskEvent,
    HandoffMessage,
    HandoffRequest,
    OpenTicket,
    Outcome,
    Queued,
    Rejected,
    Returned,
    Skill,
    Transferred,
    What,
)
from channels.handoff.errors import ContractBroken

FOLDER = Path(__file__).resolve().parent / "schema"
NAMES = ("common", "message", "request", "call", "event", "outcome")
KEPT_DATA = ("translation", "ticket")
"""What of a desk's `data` reaches the citizen."""


@cache
def schemas() -> Mapping[str, Mapping[str, Any]]:
    """All schemas by name."""
    return {name: orjson.loads((FOLDER / f"{name}.json").read_bytes()) for name in NAMES}


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of one schema."""
    resources = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas().values()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas()[name], registry=registry)


def check(name: str, body: object) -> None:
    """Raises ContractBroken, naming the field that is most likely meant."""
    errors = list(validator(name).iter_errors(body))
    plain = [error for error in errors if error.validator != "oneOf"]
    error = best_match(iter(plain or errors))
    if error is None:
        return
    deepest = _deepest(error)
    field = ".".join(str(part) for part in deepest.absolute_path) or "body"
    raise ContractBroken(field, deepest.message[:300])


def _deepest(error: ValidationError) -> ValidationError:
    """Of the branches of a `oneOf`, the one whose `type` fits says what is wrong."""
    while error.context:
        fitting = [one for one in error.context if "type" not in one.absolute_path or one.validator != "const"]
        wrong = {one.schema_path[0] for one in error.context if one.validator == "const"}
        inner = [one for one in fitting if one.schema_path[0] not in wrong]
        if not inner:
            return error
        error = max(inner, key=lambda one: len(one.absolute_path))
    return error


# Out: what a desk is sent.


def request_wire(request: HandoffRequest) -> dict[str, Any]:
    body = asdict(request)
    body["opened_at"] = _iso(request.opened_at)
    body["open_tickets"] = [_ticket_wire(ticket) for ticket in request.open_tickets]
    body["history"] = [message_wire(message) for message in request.history]
    body["slots"] = dict(request.slots)
    return body


def message_wire(message: HandoffMessage) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "sender": message.sender,
        "language": message.language,
        "text": message.text,
        "at": _iso(message.at),
        "attachments": [asdict(item) for item in message.attachments],
        "data": dict(message.data),
    }


def event_wire(event: DeskEvent) -> dict[str, Any]:
    """An event as a remote desk posts it."""
    what = event.what
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "event_id": event.event_id,
        "handoff_id": event.handoff_id,
        "at": _iso(event.at),
        "type": event.type,
        **asdict(what),
    }
    if isinstance(what, Returned | Closed):
        body["did"] = {"tickets": list(body.pop("tickets"))}
    if isinstance(what, AgentMessage):
        body["attachments"] = [asdict(item) for item in what.attachments]
        body["data"] = dict(what.data)
    return body


def outcome_wire(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


# In: what a desk sends, and what the conformance kit reads.


def parse_event(body: object) -> DeskEvent:
    """Raises ContractBroken."""
    check("event", body)
    assert isinstance(body, dict)  # the schema said so
    return DeskEvent(body["event_id"], body["handoff_id"], _moment(body["at"]), _WHATS[body["type"]](body))


def parse_request(body: object) -> HandoffRequest:
    """Raises ContractBroken."""
    check("request", body)
    assert isinstance(body, dict)
    return HandoffRequest(
        handoff_id=body["handoff_id"],
        conversation_id=body["conversation_id"],
        channel=body["channel"],
        language=body["language"],
        reason=body["reason"],
        priority=body["priority"],
        skill=Skill(body["skill"]["language"], body["skill"]["topic"]),
        caller=Caller(body["caller"]["masked_name"], body["caller"]["masked_phone"], body["caller"]["key"]),
        summary=body["summary"],
        opened_at=_moment(body["opened_at"]),
        slots=body["slots"],
        open_tickets=tuple(_ticket(ticket) for ticket in body["open_tickets"]),
        history=tuple(_message(message) for message in body["history"]),
        accept_timeout_seconds=body["accept_timeout_seconds"],
        fallback=body["fallback"],
        owner_version=body["owner_version"],
    )


def parse_message(body: object) -> HandoffMessage:
    """Raises ContractBroken."""
    check("message", body)
    assert isinstance(body, dict)
    return _message(body)


def parse_outcome(body: object) -> Outcome:
    """Raises ContractBroken."""
    check("outcome", body)
    assert isinstance(body, dict)
    return Outcome(**{name: body[name] for name in ("duplicate", "ignored", "owner", "owner_version", "seq")})


def _queued(body: Mapping[str, Any]) -> What:
    return Queued(body["position"], body.get("wait_seconds"))


def _accepted(body: Mapping[str, Any]) -> What:
    return Accepted(agent_of(body["agent"]), body.get("expected_version"))


def _agent_message(body: Mapping[str, Any]) -> What:
    data = {name: value for name, value in (body.get("data") or {}).items() if name in KEPT_DATA}
    return AgentMessage(
        message_id=body["message_id"],
        text=body["text"],
        agent=_agent_or_none(body.get("agent")),
        language=body.get("language"),
        attachments=tuple(_attachment(item) for item in body.get("attachments") or []),
        data=data,
    )


def _typing(body: Mapping[str, Any]) -> What:
    return AgentTyping(_agent_or_none(body.get("agent")))


def _transferred(body: Mapping[str, Any]) -> What:
    return Transferred(_agent_or_none(body["to"]), body.get("note") or "")


def _returned(body: Mapping[str, Any]) -> What:
    return Returned(body["summary"], _tickets(body))


def _closed(body: Mapping[str, Any]) -> What:
    return Closed(body["reason"], body.get("summary") or "", _tickets(body))


def _rejected(body: Mapping[str, Any]) -> What:
    return Rejected(body["reason"])


_WHATS: Mapping[str, Callable[[Mapping[str, Any]], What]] = {
    "queued": _queued,
    "accepted": _accepted,
    "message": _agent_message,
    "typing": _typing,
    "transferred": _transferred,
    "returned": _returned,
    "closed": _closed,
    "rejected": _rejected,
}


def _tickets(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple((body.get("did") or {}).get("tickets") or ())


def agent_of(body: Mapping[str, Any]) -> Agent:
    return Agent(body["id"], body["name"])


def _agent_or_none(body: Mapping[str, Any] | None) -> Agent | None:
    return None if body is None else agent_of(body)


def _attachment(body: Mapping[str, Any]) -> Attachment:
    return Attachment(body["id"], body["type"], body["size_bytes"], body["name"], body["url"])


def _message(body: Mapping[str, Any]) -> HandoffMessage:
    return HandoffMessage(
        seq=body["seq"],
        sender=body["sender"],
        language=body["language"],
        text=body["text"],
        at=_moment(body["at"]),
        attachments=tuple(_attachment(item) for item in body["attachments"]),
        data=body["data"],
    )


def _ticket(body: Mapping[str, Any]) -> OpenTicket:
    due_at = None if body["due_at"] is None else _moment(body["due_at"])
    return OpenTicket(body["number"], body["status"], body["nature"], body["category"], body["unit"], due_at)


def _ticket_wire(ticket: OpenTicket) -> dict[str, Any]:
    return {**asdict(ticket), "due_at": None if ticket.due_at is None else _iso(ticket.due_at)}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ContractBroken("at", f"{text[:40]!r} is no moment.") from None


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
