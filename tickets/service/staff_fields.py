"""Reads the fields of a call as a caller sent them, and says exactly what is wrong.

Pure. It checks shape and words; whether a unit exists or a day is possible is for the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NoReturn

from tickets.domain.calendar import LOCAL_ZONE
from tickets.errors import InvalidTicket
from tickets.service.call_shapes import Call, Field, Kind

_MOST_WORDS = 50
_LARGEST = 1_000_000
_YEARS = (1900, 2200)


def read(call: Call, given: Mapping[str, object]) -> dict[str, object]:
    """The fields of the command; what was not given (or is null) is left out.

    Raises:
        InvalidTicket: a field is missing, unknown or cannot be used.
    """
    known = {field.name: field for field in call.fields}
    for name in given:
        if name not in known:
            _refuse("field_unknown", name, f"{call.name} takes no {name!r}; it takes: {', '.join(known) or 'nothing'}")
    found: dict[str, object] = {}
    for name, field in known.items():
        value = given.get(name)
        if value is None or value == "":
            if field.needed:
                _refuse(f"{name}_missing", name, f"{call.name} needs {name}: {field.says}")
            continue
        found[name] = read_one(field, value)
    return found


def quoted(values: Mapping[str, object]) -> tuple[str, ...]:
    """The lead's own wording of parts' answers among the fields of a reply."""
    quotes = values.get("quotes")
    return tuple(str(one) for one in quotes.values()) if isinstance(quotes, Mapping) else ()


def read_one(field: Field, value: object) -> object:
    """One value. Raises InvalidTicket."""
    if field.kind is Kind.BOOLEAN:
        return value if isinstance(value, bool) else _wrong(field, "true or false")
    if field.kind is Kind.INTEGER:
        whole = isinstance(value, int) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
        return value if whole else _wrong(field, "a whole number")
    if field.kind is Kind.WORDS:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
            _wrong(field, "a list of words")
        return tuple(value) if len(value) <= _MOST_WORDS else _wrong(field, f"a list of at most {_MOST_WORDS} words")
    if field.kind is Kind.TABLE:
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            _wrong(field, "a table of texts")
        if len(value) > _MOST_WORDS or any(len(one) > field.most for one in value.values()):
            _wrong(field, f"at most {_MOST_WORDS} texts of at most {field.most:,} characters")
        return dict(value)
    if not isinstance(value, str):
        _wrong(field, "a text")
    if len(value) > field.most:
        _refuse(f"{field.name}_too_long", field.name, f"{field.name} has more than {field.most:,} characters")
    if field.choices and value not in field.choices:
        _wrong(field, f"one of {', '.join(field.choices)}")
    if field.kind is Kind.MOMENT:
        return _moment(field, value)
    return _day(field, value) if field.kind is Kind.DAY else value


def _moment(field: Field, value: str) -> datetime:
    """A moment; a day alone is its end, and what has no zone is the city's time."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        _wrong(field, "a time in ISO 8601, such as 2026-12-01T18:00+08:00")
    if not _YEARS[0] <= at.year < _YEARS[1]:
        _wrong(field, f"a time from {_YEARS[0]} on and before {_YEARS[1]}")
    if len(value) == len("2026-12-01"):
        at = at.replace(hour=23, minute=59)
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)


def _day(field: Field, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        _wrong(field, "a day such as 2026-12-01")


def _wrong(field: Field, what: str) -> NoReturn:
    _refuse(f"{field.name}_invalid", field.name, f"{field.name} must be {what}: {field.says}")


def _refuse(code: str, field: str, message: str) -> NoReturn:
    raise InvalidTicket(code, field, message)
