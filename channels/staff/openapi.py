"""The OpenAPI 3.1 document of the staff interface, made from the tables of calls and filters.

`python -m channels.staff.openapi` prints it; scripts/write_staff_docs.py writes docs/api/staff.openapi.json, and a
test keeps the two equal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from channels.staff.schemas import SCHEMAS, Schema, ref
from tickets.domain.visibility import EVERYBODY, HOTLINE, LEADERS, UNITS
from tickets.service.call_shapes import Call, Field, Kind, word_of
from tickets.service.calls import CALLS, DEEDS
from tickets.service.staff_filters import FILTERS, PAGING

_TYPES: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.WORD: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.WORDS: {"type": "array", "items": {"type": "string"}},
    Kind.TABLE: {"type": "object", "additionalProperties": {"type": "string"}},
}
_NUMBER: Schema = {"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 100 characters; the same key again does nothing twice",
    "schema": {"type": "string", "maxLength": 100},
}
_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "the version that was seen (ETag); another one is refused with 409 ticket_changed",
    "schema": {"type": "string"},
}
_ALL: Schema = {
    "name": "all",
    "in": "query",
    "description": "`true`: those that were seen too",
    "schema": {"type": "string", "enum": ["true"]},
}
_PLACE: list[Schema] = [
    {"name": "text", "in": "query", "schema": {"type": "string", "maxLength": 500}},
    {"name": "latitude", "in": "query", "schema": {"type": "number"}},
    {"name": "longitude", "in": "query", "schema": {"type": "number"}},
    {"name": "category", "in": "query", "description": "id of the category", "schema": {"type": "string"}},
]
_BASE = "/api/v1/staff"
_TICKET = f"{_BASE}/tickets/{{number}}"


def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {
        f"{_BASE}/me": {"get": _get("me", "Who asks", "Me")},
        f"{_BASE}/calls": {"get": _get("calls", "The commands of this position with their fields", "Calls")},
        f"{_BASE}/tickets": {"get": _get("list", "Tickets, masked", "TicketPage", _queries((*FILTERS, *PAGING)))},
        _TICKET: {"get": _get("show", "One ticket, masked", "Ticket", [_NUMBER])},
        f"{_TICKET}/reveal": {"post": _post("reveal", "One ticket in clear; logged", {"purpose": Kind.TEXT}, "Ticket")},
        f"{_TICKET}/notes": {"post": _post("note", "Write for staff only", {"text": Kind.TEXT}, "Created", _KEY)},
        f"{_TICKET}/audit": {
            "post": _post("audit", "What is wrong with a reply, before it is sent", {"reply": Kind.TEXT}, "Audited")
        },
        **{f"{_TICKET}/{word_of(call)}": {"post": _command(call)} for call in CALLS},
        f"{_BASE}/export": {"get": _export()},
        f"{_BASE}/figures": {"get": _get("figures", "Counts and rates of units", "Figures", _period("unit"))},
        f"{_BASE}/access-log": {
            "get": _get("access_log", "Who saw whose data and why", "AccessLog", _period("person", "unit", "ticket"))
        },
        f"{_TICKET}/evidence": {"get": _get("evidence", "Why it has its category", "Evidence", [_NUMBER])},
        f"{_BASE}/places": {"get": _get("places", "Where a place is, and who gets a matter there", "Where", _PLACE)},
        f"{_BASE}/rulings": {"get": _get("rulings", "Rulings on whose matter something is", "Rulings", _PLACE[-1:])},
        f"{_BASE}/notices": {"get": _get("notices", "What the own unit is told of deadlines", "Notices", [_ALL])},
        f"{_BASE}/notices/seen": {"post": _seen()},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotline: tickets for staff",
            "version": "1",
            "description": "Lists, commands, reveals, reply audits and figures; see docs/staff-api.md.",
        },
        "security": [{"token": []}, {"session": [], "csrf": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "hotline_desk"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def commands_table() -> str:
    """The commands as a table of docs/staff-api.md."""
    rows = ["| command | does | fields (needed in bold) | for |", "|---|---|---|---|"]
    for call in CALLS:
        fields = ", ".join(f"**{one.name}**" if one.needed else one.name for one in call.fields) or "none"
        rows.append(f"| `{word_of(call)}` | {call.says} | {fields} | {_positions(call)} |")
    return "\n".join(rows) + "\n"


def _positions(call: Call) -> str:
    if call.positions == EVERYBODY:
        return "everybody"
    groups = (("hotline", HOTLINE), ("leaders of the hotline", LEADERS), ("units and areas", UNITS))
    named: list[str] = []
    left = set(call.positions)
    for name, group in groups:
        if group <= left:
            named.append(name)
            left -= group
    return ", ".join([*named, *sorted(left)])


def call_wire(call: Call, options: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, Any]:
    """A call as pages read it.

    Args:
        options: by field, the city's own values with their names by language.
    """
    return {
        "name": call.name,
        "path": word_of(call),
        "says": call.says,
        "fields": [
            {
                "name": field.name,
                "kind": str(field.kind),
                "says": field.says,
                "needed": field.needed,
                "choices": list(field.choices),
                "options": options.get(field.name, {}),
                "most": field.most,
            }
            for field in call.fields
        ],
    }


def _command(call: Call) -> Schema:
    properties: Schema = {field.name: _schema(field) for field in call.fields}
    properties["expected_version"] = {"type": "integer", "description": "as If-Match, in the body"}
    if call.name == "reply":
        properties["override_reason"] = {
            "type": "string",
            "description": "why a supervisor sends a reply that the audit blocks",
        }
    body: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    needed = [field.name for field in call.fields if field.needed]
    if needed:
        body["required"] = needed
    audit = {
        "name": "audit",
        "in": "query",
        "description": "`only`: gives the findings and sends nothing",
        "schema": {"type": "string", "enum": ["only"]},
    }
    return {
        "operationId": call.name,
        "summary": call.says,
        "description": f"For: {', '.join(sorted(call.positions))}.",
        "parameters": [_NUMBER, _KEY, _MATCH, *([audit] if call.name == "reply" else [])],
        "requestBody": {"required": bool(needed), "content": {"application/json": {"schema": body}}},
        "responses": _responses("Done"),
    }


def _get(deed: str, summary: str, shape: str, parameters: list[Schema] | None = None) -> Schema:
    made: Schema = {"operationId": deed, "summary": summary, "responses": _responses(shape)}
    if deed in DEEDS:
        made["description"] = f"For: {', '.join(sorted(DEEDS[deed]))}."
    if parameters:
        made["parameters"] = parameters
    return made


def _post(deed: str, summary: str, fields: dict[str, Kind], shape: str, *more: Schema) -> Schema:
    body = {
        "type": "object",
        "properties": {name: _TYPES[kind] for name, kind in fields.items()},
        "required": list(fields),
    }
    return {
        **_get(deed, summary, shape, [_NUMBER, *more]),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }


def _seen() -> Schema:
    ids = {"type": "array", "items": {"type": "integer"}, "maxItems": 200}
    body = {"type": "object", "properties": {"ids": ids}, "required": ["ids"]}
    made = {**_get("notices_seen", "Somebody of the unit has seen these", "Seen")}
    return {**made, "requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}


def _export() -> Schema:
    form = {"name": "format", "in": "query", "schema": {"type": "string", "enum": ["csv", "jsonl"]}}
    purpose = {
        "name": "purpose",
        "in": "query",
        "description": "exports in clear, for leaders of the hotline; logged for each ticket",
        "schema": {"type": "string"},
    }
    made = _get("export", "Everything that matches, streamed", "Problem", [*_queries(FILTERS), form, purpose])
    content = {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/x-ndjson")}
    made["responses"]["200"] = {"description": "rows", "content": content}
    return made


def _period(*names: str) -> list[Schema]:
    moments = {"unit": ("since", "until")}.get(names[0], ("since",))
    return [
        *({"name": name, "in": "query", "schema": _TYPES[Kind.MOMENT]} for name in moments),
        *({"name": name, "in": "query", "schema": {"type": "string"}} for name in names),
        *(
            {"name": name, "in": "query", "schema": {"type": "integer"}}
            for name in (("before", "limit") if len(moments) == 1 else ())
        ),
    ]


def _queries(fields: tuple[Field, ...]) -> list[Schema]:
    return [
        {"name": field.name, "in": "query", "description": field.says, "explode": False, "schema": _shape(field)}
        for field in fields
    ]


def _schema(field: Field) -> Schema:
    return {**_shape(field), "description": field.says}


def _shape(field: Field) -> Schema:
    shape = dict(_TYPES[field.kind])
    if field.choices:
        choices = [str(one) for one in field.choices]
        if field.kind is Kind.WORDS:
            shape["items"] = {"type": "string", "enum": choices}
        else:
            shape["enum"] = choices
    if field.kind is Kind.TEXT:
        shape["maxLength"] = field.most
    return shape


def _responses(shape: str) -> Schema:
    answer = {"description": "done", "content": {"application/json": {"schema": ref(shape)}}}
    problem = {"description": "refused", "content": {"application/problem+json": {"schema": ref("Problem")}}}
    return {"200": answer, "default": problem}


def main() -> None:
    """Prints the document."""
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
