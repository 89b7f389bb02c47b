"""Shapes of what the staff interface answers, as JSON Schema (2020-12) for the OpenAPI document.

The tests hold real answers against them.
"""

from __future__ import annotations

from typing import Any

from tickets.domain.reply_audit import FindingKind, Gravity
from tickets.domain.visibility import Position
from tickets.domain.vocabulary import Confidentiality, Level, Nature, Status

Schema = dict[str, Any]


def text(says: str | None = None, **more: Any) -> Schema:
    return {"type": "string", **({"description": says} if says else {}), **more}


def maybe(kind: str, says: str | None = None) -> Schema:
    return {"type": [kind, "null"], **({"description": says} if says else {})}


def obj(properties: Schema, *, needed: bool = True, says: str | None = None) -> Schema:
    shape: Schema = {"type": "object", "properties": properties}
    if needed:
        shape["required"] = list(properties)
    return {**shape, "description": says} if says else shape


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_WHOLE: Schema = {"type": "integer"}
_TRUTH: Schema = {"type": "boolean"}
_MOMENT = text(format="date-time")
_LATER: Schema = {"type": ["string", "null"], "format": "date-time"}
_RATE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}

_BRIEF: Schema = {
    "number": text(pattern="^[0-9]{14}$"),
    "version": _WHOLE,
    "status": text(enum=[str(one) for one in Status]),
    "open": _TRUTH,
    "nature": text(enum=[str(one) for one in Nature]),
    "category": maybe("string"),
    "unit": text(),
    "unit_name": text(),
    "level": text(enum=[str(one) for one in Level]),
    "parent": maybe("string", "of a part: the number of its ticket"),
    "part": maybe("string"),
    "excerpt": text("the beginning of the description, masked"),
    "location": text(),
    "emergency": _TRUTH,
    "filed_at": _MOMENT,
    "accept_by": _MOMENT,
    "due_at": _MOMENT,
    "urged": _WHOLE,
    "unmet": {**_WHOLE, "description": "rounds of revisit that ended unsolved or unsatisfied"},
    "followers": {**_WHOLE, "description": "complainants beyond the first"},
    "duplicate_of": maybe("string"),
}
_CLOCK = obj(
    {
        "kind": text(),
        "unit": text(),
        "started_at": _MOMENT,
        "due_at": _MOMENT,
        "met_at": _LATER,
        "stopped_at": _LATER,
        "paused": _TRUTH,
        "provisional": {**_TRUTH, "description": "rests on a year whose official calendar is not out"},
    }
)
_WHO: Schema = {
    "type": "object",
    "properties": {"role": text(), "id": text(), "unit": text(), "name": maybe("string")},
    "required": ["role", "id", "unit"],
}
_STEP: Schema = {
    "type": "object",
    "description": "kind step: something happened; kind note: staff wrote for staff",
    "properties": {
        "at": _MOMENT,
        "kind": text(enum=["step", "note"]),
        "by": _WHO,
        "command": text(),
        "from": maybe("string"),
        "to": text(),
        "reason": text(),
        "details": {"type": "object"},
        "text": text(),
    },
    "required": ["at", "kind", "by"],
}
_WHOLE_TICKET: Schema = {
    **_BRIEF,
    "category_name": maybe("string"),
    "category_sure": maybe("number", "how sure the machine was of the category; null when a person chose"),
    "description": text("masked, unless it was revealed"),
    "location_unclear": _TRUTH,
    "latitude": maybe("number"),
    "longitude": maybe("number"),
    **{name: maybe("string") for name in ("district", "street", "community", "grid", "component")},
    "occurred_at": _LATER,
    "occurred_text": text(),
    "contact": obj(
        {
            "known": {**_TRUTH, "description": "whether this position may ever learn who the citizen is"},
            "revealed": _TRUTH,
            "name": maybe("string"),
            "phone": maybe("string"),
        }
    ),
    "confidentiality": text(enum=[str(one) for one in Confidentiality]),
    "channel": text(),
    "language": text(),
    "conversation_id": maybe("string"),
    "emergency_kind": maybe("string"),
    "callback": _TRUTH,
    "provisional": _TRUTH,
    "respond_by": _LATER,
    "closed_at": _LATER,
    "suspended_until": _LATER,
    "disputed": _WHOLE,
    "solved": maybe("boolean"),
    "satisfied": maybe("boolean"),
    "external": listed(text()),
    "clocks": listed(_CLOCK),
    "course": listed(_STEP),
    "audits": listed(obj({"at": _MOMENT, "by": text(), "kinds": listed(text()), "override_reason": maybe("string")})),
    "parts": listed(ref("TicketBrief")),
    "steps": {**listed(text()), "description": "names of the commands that this position may try now"},
}
_COUNTS = [
    "filed",
    "dropped",
    "closed",
    "closed_unsolved",
    "answered_solved",
    "said_solved",
    "answered_satisfied",
    "said_satisfied",
    "answered_in_time",
    "answered_late",
    "overdue",
    "returns",
    "unjustified_returns",
    "extensions",
    "unjustified_extensions",
    "reopened_after_closing",
    "unjustified_closings",
    "urged",
]
_RATES = ["closing_rate", "honest_closing_rate", "on_time_rate", "solved_rate", "satisfied_rate"]

SCHEMAS: Schema = {
    "TicketBrief": obj(_BRIEF),
    "Ticket": obj(_WHOLE_TICKET),
    "TicketPage": obj({"tickets": listed(ref("TicketBrief")), "next": maybe("string")}),
    "Done": obj(
        {
            "number": text(),
            "version": _WHOLE,
            "status": text(),
            "unit": text(),
            "accept_by": _MOMENT,
            "due_at": _MOMENT,
            "created": {**_TRUTH, "description": "false on a repeat of the Idempotency-Key"},
            "findings": listed(ref("Finding")),
        }
    ),
    "Finding": obj(
        {
            "kind": text(enum=[str(one) for one in FindingKind]),
            "gravity": text(enum=[str(one) for one in Gravity]),
            "title": text(),
            "remedy": text(),
            "excerpt": text(),
            "start": _WHOLE,
            "end": _WHOLE,
        }
    ),
    "Audited": obj({"language": text(), "blocked": _TRUTH, "findings": listed(ref("Finding"))}),
    "Figures": obj(
        {
            "since": _MOMENT,
            "until": _MOMENT,
            "units": listed(obj({"unit": text(), **dict.fromkeys(_COUNTS, _WHOLE), **dict.fromkeys(_RATES, _RATE)})),
        }
    ),
    "AccessLog": obj(
        {
            "accesses": listed(
                obj(
                    {
                        "id": _WHOLE,
                        "at": _MOMENT,
                        "person": text(),
                        "name": maybe("string"),
                        "position": text(enum=[str(one) for one in Position]),
                        "unit": text(),
                        "deed": text(enum=["reveal", "refused_reveal", "export", "phone_search"]),
                        "ticket": maybe("string"),
                        "purpose": text(),
                    }
                )
            ),
            "next": maybe("integer"),
        }
    ),
    "Me": obj(
        {
            "id": text(),
            "name": text(),
            "position": text(enum=[str(one) for one in Position]),
            "unit": text(),
            "area": maybe("string"),
            "leads": _TRUTH,
            "supervises": _TRUTH,
            "deeds": listed(text()),
        }
    ),
    "Calls": obj({"calls": listed({"type": "object"})}),
    "Notices": obj(
        {
            "notices": listed(
                obj(
                    {
                        "id": _WHOLE,
                        "ticket": text(),
                        "reason": text("`<clock>_near` or `<clock>_overdue`"),
                        "due_at": _MOMENT,
                        "at": _MOMENT,
                        "seen_at": _LATER,
                        "seen_by": maybe("string"),
                    }
                )
            )
        }
    ),
    "Evidence": obj(
        {
            "category": maybe("string"),
            "sure": _TRUTH,
            "candidates": listed(obj({"category": text(), "unit": text(), "score": {"type": "number"}})),
            "words": listed(obj({"text": text(), "weight": {"type": "number"}})),
            "nearest": listed(
                obj({"text": text(), "category": text(), "language": text(), "score": {"type": "number"}})
            ),
        }
    ),
    "Where": obj(
        {
            **{name: maybe("string") for name in ("district", "street", "community", "grid", "component")},
            "latitude": maybe("number"),
            "longitude": maybe("number"),
            "confidence": {"type": "number"},
            "clear": _TRUTH,
            "candidates": {**listed(text()), "description": "ids of what it may be; the first is taken"},
            "unit": text(),
            "assist_units": listed(text()),
            "legal_basis": maybe("string"),
        }
    ),
    "Rulings": obj(
        {
            "rulings": listed(
                obj(
                    {
                        "category": text(),
                        "area": maybe("string"),
                        "component_kind": maybe("string"),
                        "lead_unit": text(),
                        "assist_units": listed(text()),
                        "legal_basis": text(),
                        "valid_from": text(format="date"),
                        "valid_until": maybe("string"),
                        "ticket": text(),
                        "ruled_at": _MOMENT,
                    }
                )
            )
        }
    ),
    "Seen": obj({"seen": _WHOLE}),
    "Created": obj({"created": _TRUTH}),
    "Problem": {
        "type": "object",
        "description": "RFC 9457; a conflict names the winner: by, command, at, version",
        "properties": {
            "type": text(),
            "title": text(),
            "status": _WHOLE,
            "detail": text(),
            "code": text(),
            "field": text(),
            "reason": text(),
            "findings": listed(ref("Finding")),
        },
        "required": ["type", "title", "status", "detail", "code"],
    },
}
