"""Checks what a command says before anything is stored, one function a field.

Each gives the value to be stored or raises `InvalidTicket` with a stable code and the field's name, which is that of
the form's slot. Words for the citizen are chosen elsewhere, by code.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from tickets.domain.city import Catalogue
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.domain.text import clean_text
from tickets.domain.vocabulary import Confidentiality
from tickets.errors import InvalidTicket

DESCRIPTION_CHARACTERS = 4000
KEY_CHARACTERS = 200
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
_PLACE_CHARACTERS = 500
_SHORT_CHARACTERS = 200
_NAME_CHARACTERS = 100
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9()\-\s.#*]{3,30}", re.ASCII)
Word = TypeVar("Word", bound=StrEnum)


def idempotency_key(key: str) -> str:
    return _text(key, "idempotency_key", KEY_CHARACTERS)


def description(text: str) -> str:
    return _text(text, "description", DESCRIPTION_CHARACTERS)


def supplement(text: str) -> str:
    return _text(text, "text", DESCRIPTION_CHARACTERS)


def reason(text: str) -> str:
    return _text(text, "reason", DESCRIPTION_CHARACTERS)


def optional_text(text: str, field: str) -> str:
    """May be empty."""
    return _text(text, field, DESCRIPTION_CHARACTERS, required=False)


def short_text(text: str, field: str, maximum: int) -> str:
    """Must be there, up to `maximum` characters."""
    return _text(text, field, maximum)


def occurred_text(text: str) -> str:
    return _text(text, "occurred_at", _SHORT_CHARACTERS, required=False)


def word(kind: type[Word], value: str, field: str) -> Word:
    """A member of a vocabulary."""
    try:
        return kind(value)
    except ValueError:
        raise InvalidTicket(f"{field}_unknown", field, f"{field} must be one of {', '.join(kind)}") from None


def category(value: str | None, catalogue: Catalogue) -> str | None:
    if not value:
        return None
    if value not in catalogue.categories:
        raise InvalidTicket("category_unknown", "category", "category is not in the city's list")
    return value


def unit(value: str, catalogue: Catalogue) -> str:
    if value not in catalogue.units:
        raise InvalidTicket("unit_unknown", "unit", "unit is not in the city's list")
    return value


def language(value: str) -> str:
    if value not in LANGUAGES:
        raise InvalidTicket("language_unknown", "language", f"language must be one of {', '.join(LANGUAGES)}")
    return value


def identifier(value: str, field: str) -> str:
    """A short lower-case name such as a channel or a kind of emergency."""
    if not _IDENTIFIER.fullmatch(value):
        raise InvalidTicket(f"{field}_invalid", field, f"{field} must be a short lower-case name")
    return value


def occurred_at(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidTicket("occurred_at_without_zone", "occurred_at")
    if not 1900 < at.year < 2200:
        raise InvalidTicket("occurred_at_out_of_range", "occurred_at")
    return at.astimezone(UTC)


def utc(at: datetime | None) -> datetime | None:
    """An aware time in UTC, as it is stored."""
    return at.astimezone(UTC) if at else None


def place(value: Place) -> Place:
    text = _text(value.text, "location", _PLACE_CHARACTERS, required=False)
    latitude, longitude = value.latitude, value.longitude
    if (latitude is None) != (longitude is None):
        raise InvalidTicket("location_incomplete", "location", "latitude and longitude come together or not at all")
    # The comparison also refuses "not a number".
    if latitude is not None and longitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidTicket("location_out_of_range", "location")
    return Place(text, value.unclear, latitude, longitude)


def contact(value: Contact, confidentiality: Confidentiality, *, callback: bool) -> Contact:
    """The contact to be stored: none at all for an anonymous citizen."""
    name = _text(value.name or "", "contact_name", _NAME_CHARACTERS, required=False)
    phone = _text(value.phone or "", "contact_phone", _NAME_CHARACTERS, required=False)
    if phone and (not _PHONE.fullmatch(phone) or sum(map(str.isdigit, phone)) < 3):
        raise InvalidTicket("contact_phone_invalid", "contact_phone")
    if confidentiality is Confidentiality.ANONYMOUS:
        name = phone = ""
    if callback and not phone:
        raise InvalidTicket("callback_without_phone", "contact_phone", "a call-back needs a telephone number")
    return Contact(name or None, phone or None)


def score(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 5:
        raise InvalidTicket("score_out_of_range", "score", "score is a whole number from 1 to 5")
    return value


def share(value: float | None, field: str) -> float | None:
    if value is not None and not 0.0 <= value <= 1.0:
        raise InvalidTicket(f"{field}_out_of_range", field, f"{field} is a number from 0 to 1")
    return value


def _text(text: str, field: str, maximum: int, *, required: bool = True) -> str:
    cleaned = clean_text(text)
    if required and not cleaned:
        raise InvalidTicket(f"{field}_missing", field)
    if len(cleaned) > maximum:
        raise InvalidTicket(f"{field}_too_long", field, f"{field} has more than {maximum:,} characters")
    return cleaned
