"""The contract's JSON and its schemas: what goes out comes back, and what is not the contract is named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from channels.handoff import contract, wire
from channels.handoff.conformance_kit import message, request_for
from channels.handoff.contract import (
    Accepted,
    Agent,
    AgentMessage,
    AgentTyping,
    Attachment,
    Closed,
    DeskEvent,
    HandoffMessage,
    Outcome,
    Queued,
    Rejected,
    Returned,
    Transferred,
    What,
)
from channels.handoff.errors import ContractBroken

AT = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
FILE = Attachment("a.jpg", "image/jpeg", 10, "灯.jpg", "https://x/y")
EVENTS: tuple[What, ...] = (
    Queued(2, None),
    Accepted(Agent("a1", "小王"), 3),
    AgentMessage("m1", "您好", Agent("a1", "小王"), "zh", (FILE,), {"translation": {"machine": True}}),
    AgentTyping(None),
    Transferred(None, "去吃饭"),
    Transferred(Agent("a2", "小李")),
    Returned("办好了", ("1", "2")),
    Closed("ticket_filed", "已登记", ("1",)),
    Rejected("no_skill"),
)


def through_json(body: Any) -> Any:
    return orjson.loads(orjson.dumps(body))


@pytest.mark.parametrize("name", wire.NAMES)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(wire.schemas()[name])  # type: ignore[arg-type]


@pytest.mark.parametrize("what", EVENTS, ids=lambda what: type(what).__name__)
def test_an_event_comes_back_as_it_was_sent(what: What) -> None:
    event = DeskEvent("e1", "c.1", AT, what)
    assert wire.parse_event(through_json(wire.event_wire(event))) == event


def test_a_request_comes_back_as_it_was_sent() -> None:
    request = request_for("ru", history=(message(1, "Фонарь"), HandoffMessage(2, "bot", "ru", "", AT, (FILE,))))
    body = through_json(wire.request_wire(request))
    again = wire.parse_request(body)
    assert through_json(wire.request_wire(again)) == body
    assert again.history[1].attachments == (FILE,)
    wire.check("call", {"schema": contract.SCHEMA, "type": "open", "request": body})


def test_the_schemas_and_the_values_name_the_same_words() -> None:
    request = wire.schemas()["request"]["properties"]
    event = wire.schemas()["event"]
    closed, rejected = event["oneOf"][6]["properties"], event["oneOf"][7]["properties"]
    call = wire.schemas()["call"]["oneOf"][3]["properties"]
    assert tuple(request["reason"]["enum"]) == contract.REASONS
    assert tuple(request["priority"]["enum"]) == contract.PRIORITIES
    assert tuple(closed["reason"]["enum"]) == contract.END_REASONS
    assert tuple(rejected["reason"]["enum"]) == contract.REJECT_REASONS
    assert tuple(call["reason"]["enum"]) == contract.CLOSE_REASONS
    assert set(event["properties"]["type"]["enum"]) == set(contract.TYPES.values())


def test_unknown_fields_are_ignored_and_a_desk_cannot_speak_for_the_system() -> None:
    body = wire.event_wire(DeskEvent("e1", "c.1", AT, AgentMessage("m1", "您好")))
    body["later"] = {"a": 1}
    body["data"] = {"translation": {"machine": True}, "emergency": {"numbers": ["110"]}, "rating": {}}
    what = wire.parse_event(body).what
    assert isinstance(what, AgentMessage) and what.data == {"translation": {"machine": True}}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type": "message"}, "body"),
        ({"agent": {"id": "a1"}}, "agent"),
        ({"at": "2026-03-02T09:00:00"}, "at"),
        ({"at": "2026-02-30T09:00:00Z"}, "at"),
        ({"event_id": "x" * 121}, "event_id"),
        ({"schema": None}, "schema"),
    ],
)
def test_what_is_not_the_contract_is_named(changed: dict[str, Any], field: str) -> None:
    body = wire.event_wire(DeskEvent("e1", "c.1", AT, Accepted(Agent("a1", "小王"))))
    with pytest.raises(ContractBroken) as broken:
        wire.parse_event({**body, **changed})
    assert broken.value.field == field and len(str(broken.value)) <= 300


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(json, st.sampled_from(EVENTS), st.data())
def test_nothing_that_comes_in_breaks_the_reader(rubbish: Any, what: What, data: st.DataObject) -> None:
    body = wire.event_wire(DeskEvent("e1", "c.1", AT, what))
    body[data.draw(st.sampled_from(sorted(body)))] = rubbish
    for candidate in (body, rubbish):
        try:
            event = wire.parse_event(candidate)
        except ContractBroken:
            continue
        assert event.handoff_id


def test_an_outcome_comes_back() -> None:
    outcome = Outcome(True, "taken", "agent", 4, 12)
    assert wire.parse_outcome(through_json(wire.outcome_wire(outcome))) == outcome
