"""The filters of lists and exports, in one table for the HTTP interface and the terminal.

Pure: texts in, a `StaffFilter` out; what cannot be used is named with its remedy.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from tickets.domain.number import clean_number
from tickets.domain.vocabulary import Level, Nature, Status
from tickets.errors import InvalidTicket
from tickets.service.call_shapes import Field, Kind
from tickets.service.staff_fields import read_one
from tickets.service.staff_ports import Found, StaffFilter

FILTERS: tuple[Field, ...] = (
    Field("status", Kind.WORDS, "one or several statuses, by comma", choices=tuple(Status)),
    Field("unit", Kind.WORD, "id of the unit"),
    Field("nature", Kind.WORD, "what the citizen wants", choices=tuple(Nature)),
    Field("category", Kind.WORD, "id of the category"),
    Field("categorised", Kind.BOOLEAN, "only those with a category, or only those that wait for one"),
    Field("level", Kind.WORD, "level of the unit", choices=tuple(Level)),
    Field("district", Kind.WORD, "id of the gazetteer"),
    Field("street", Kind.WORD, "id of the gazetteer"),
    Field("community", Kind.WORD, "id of the gazetteer"),
    Field("grid", Kind.WORD, "id of the gazetteer"),
    Field("parent", Kind.WORD, "number of the ticket whose parts are wanted"),
    Field("emergency", Kind.BOOLEAN, "only emergencies, or none"),
    Field("open", Kind.BOOLEAN, "only open ones, or only finished ones"),
    Field("overdue", Kind.BOOLEAN, "only those whose answer is overdue"),
    Field("filed_from", Kind.MOMENT, "filed then or later; a day alone is its beginning"),
    Field("filed_until", Kind.MOMENT, "filed before then; a day alone is included"),
    Field("phone", Kind.TEXT, "telephone of the citizen, whole; for the hotline only, and logged", most=40),
    Field(
        "text", Kind.TEXT, "words of the description or the place; in the last 180 days without filed_from", most=100
    ),
    Field("order", Kind.WORD, "newest first, or what is due first", choices=("filed", "due")),
)
PAGING: tuple[Field, ...] = (
    Field("limit", Kind.INTEGER, "1 to 200 (default: 50)"),
    Field("after", Kind.TEXT, "`next` of the page before", most=120),
)
_TRUTH = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
_SEPARATORS = re.compile(r"[\s\-()]")


def filters_of(given: Mapping[str, str]) -> StaffFilter:
    """Reads what a query says.

    Raises:
        InvalidTicket: a name is unknown or a value cannot be used.
    """
    known = {field.name: field for field in (*FILTERS, *PAGING)}
    found: dict[str, Any] = {}
    for name, text in given.items():
        field = known.get(name)
        if field is None:
            raise InvalidTicket("filter_unknown", name, f"there is no filter {name!r}; known: {', '.join(known)}")
        if text == "":
            continue
        found[name] = _value(field, text)
    after = found.pop("after", None)
    statuses = found.pop("status", ())
    phone = found.pop("phone", None)
    filters = StaffFilter(**{name: value for name, value in found.items() if name != "parent"})
    return replace(
        filters,
        statuses=statuses,
        parent=_number(found["parent"]) if "parent" in found else None,
        phone=_phone(phone) if phone is not None else None,
        after=_position(after) if after is not None else None,
    )


def next_of(found: Found) -> str:
    """Where the next page starts, as callers send it back."""
    return base64.urlsafe_b64encode(f"{found.at.isoformat()} {found.number}".encode()).decode().rstrip("=")


def _value(field: Field, text: str) -> object:
    if field.kind is Kind.BOOLEAN:
        return read_one(field, _TRUTH.get(text.lower()))
    if field.kind is Kind.INTEGER:
        return read_one(field, int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text)
    if field.kind is Kind.WORDS:
        words = [word.strip() for word in text.split(",") if word.strip()]
        for word in words:
            if field.choices and word not in field.choices:
                _refuse(field.name, f"{field.name} must be of: {', '.join(field.choices)}")
        return read_one(field, words)
    value = read_one(field, text)
    if isinstance(value, datetime) and len(text) == len("2026-12-01"):
        # A day alone is read as its last minute; a beginning is its first, an end the first of the next.
        return value - timedelta(hours=23, minutes=59) if field.name == "filed_from" else value + timedelta(minutes=1)
    return value


def _phone(text: str) -> str:
    digits = _SEPARATORS.sub("", text).removeprefix("+86")
    if not digits.removeprefix("+").isdigit() or len(digits) < 5:
        _refuse("phone", "phone must be a whole telephone number")
    return digits


def _number(text: str) -> str:
    number = clean_number(text)
    if number is None:
        _refuse("parent", "parent must be the number of a ticket: 14 digits")
    return number


def _position(text: str) -> tuple[datetime, str]:
    try:
        at, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        moment = None
    if moment is None or moment.tzinfo is None or clean_number(number) is None:
        _refuse("after", "after must be the `next` of the page before, unchanged")
    return moment, number


def _refuse(field: str, message: str) -> NoReturn:
    raise InvalidTicket(f"{field}_invalid", field, message)
