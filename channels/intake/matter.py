"""One matter of another platform in our words: reads a record of theirs by its source's mapping. Pure.

What cannot be used is refused with field, reason and remedy; what is only unknown (a category without a mapping) is
taken: the text gives one when it is filed, or a person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from channels.intake.errors import MatterRefused
from channels.intake.mapping import CONFIDENTIALITIES, NATURES, SourceMapping
from channels.languages import LANGUAGES
from tickets.domain.calendar import LOCAL_ZONE

DESCRIPTION_CHARACTERS = 4000
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
_PHONE = re.compile(r"\+?[0-9()\-\s.#*]{3,30}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as we take it. Personal data stays out of the repr.

    Attributes:
        foreign_id: its number at the source.
        origin: `platform:number` of the platform it first came to, where the source says so.
        unmapped: their category, when the mapping does not know it.
        language: None: to be told from the text.
    """

    source: str
    foreign_id: str
    origin: str | None
    description: str = field(repr=False)
    category: str | None
    unmapped: str | None
    nature: str
    language: str | None
    location: str = field(repr=False)
    latitude: float | None
    longitude: float | None
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    occurred_at: datetime | None
    confidentiality: str

    @property
    def fingerprint(self) -> str:
        """The same for the same content."""
        content = (self.description, self.location, self.latitude, self.longitude, self.name, self.phone)
        return hashlib.sha256(orjson.dumps(content)).hexdigest()


def foreign_id(record: Mapping[str, object], mapping: SourceMapping) -> str:
    """Their number of a record. Raises MatterRefused."""
    value = _value(record, mapping, "id")
    if not _ID.fullmatch(value):
        names = " or ".join(mapping.fields["id"])
        raise MatterRefused("id", "id_missing" if not value else "id_invalid", f"{names} must hold 1 to 120 characters")
    return value


def read_matter(record: Mapping[str, object], mapping: SourceMapping) -> Matter:
    """The matter in a record. Raises MatterRefused."""
    latitude, longitude = _point(record, mapping)
    category, unmapped = _category(_value(record, mapping, "category"), mapping)
    nature = _word(record, mapping, "nature", mapping.natures, NATURES) or "complaint"
    usual = "unit_hidden" if nature == "report" else "public"
    language = _value(record, mapping, "language").lower().split("-")[0].split("_")[0] or None
    return Matter(
        source=mapping.name,
        foreign_id=foreign_id(record, mapping),
        origin=_value(record, mapping, "origin")[:160] or None,
        description=_description(record, mapping),
        category=category,
        unmapped=unmapped,
        nature=nature,
        language=language if language in LANGUAGES else None,
        location=_value(record, mapping, "location")[:500],
        latitude=latitude,
        longitude=longitude,
        name=_value(record, mapping, "name")[:100] or None,
        phone=_phone(_value(record, mapping, "phone")),
        occurred_at=_moment(_value(record, mapping, "occurred_at"), mapping),
        confidentiality=_word(record, mapping, "confidentiality", mapping.confidentialities, CONFIDENTIALITIES)
        or usual,
    )


def _value(record: Mapping[str, object], mapping: SourceMapping, ours: str) -> str:
    """Theirs for one of our fields as text; "" when it is empty everywhere."""
    for theirs in mapping.fields.get(ours, ()):
        found: object = record.get(theirs)
        if found is None and "." in theirs:
            found = record
            for step in theirs.split("."):
                found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            text = _CONTROL.sub("", str(found).replace("\r\n", "\n").replace("\r", "\n")).strip()
            if text:
                return text
    return mapping.defaults.get(ours, "")


def _description(record: Mapping[str, object], mapping: SourceMapping) -> str:
    text = _value(record, mapping, "description")
    if not text:
        names = " or ".join(mapping.fields["description"])
        raise MatterRefused("description", "description_missing", f"{names} must say what the matter is")
    if len(text) > DESCRIPTION_CHARACTERS:
        raise MatterRefused(
            "description",
            "description_too_long",
            f"it has {len(text):,} characters; at most {DESCRIPTION_CHARACTERS:,}",
        )
    return text


def _category(theirs: str, mapping: SourceMapping) -> tuple[str | None, str | None]:
    if not theirs:
        return None, None
    for key in (theirs, _ANY):
        if key in mapping.categories:
            return mapping.categories[key], None
    return None, theirs[:120]


def _word(
    record: Mapping[str, object], mapping: SourceMapping, name: str, words: Mapping[str, str], ours: tuple[str, ...]
) -> str:
    theirs = _value(record, mapping, name)
    if not theirs or theirs in ours:
        return theirs
    if theirs in words:
        return words[theirs]
    known = ", ".join([*words, *ours])
    raise MatterRefused(name, f"{name}_unknown", f"{theirs[:60]!r} is not mapped; known are {known}")


def _point(record: Mapping[str, object], mapping: SourceMapping) -> tuple[float | None, float | None]:
    raw = _value(record, mapping, "latitude"), _value(record, mapping, "longitude")
    if not any(raw):
        return None, None
    try:
        latitude, longitude = float(raw[0]), float(raw[1])
    except ValueError:
        raise MatterRefused("latitude", "location_invalid", "latitude and longitude are decimal degrees") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise MatterRefused("latitude", "location_out_of_range", "latitude is -90 to 90, longitude -180 to 180")
    return latitude, longitude


def _phone(text: str) -> str | None:
    """A number, or nothing: a matter is not refused because its number was noted badly."""
    usable = _PHONE.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= 3
    return text if usable else None


def _moment(text: str, mapping: SourceMapping) -> datetime | None:
    if not text:
        return None
    at = None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        for pattern in mapping.date_formats:
            try:
                at = datetime.strptime(text, pattern)  # noqa: DTZ007 - a time without zone is the city's, below
                break
            except ValueError:
                continue
    if at is None:
        raise MatterRefused(
            "occurred_at", "occurred_at_invalid", f"{text[:40]!r} is no time; write ISO 8601 or add it to date_formats"
        )
    return at if at.tzinfo is not None else at.replace(tzinfo=LOCAL_ZONE)
