"""Reads a report as city apps send it (`POST requests`): form fields to a `Report`, or what is wrong with one of them.

Pure. Source: GeoReport v2, "POST Service Request": field names, `attribute[code]`, at most 4,000 characters of
description, lat and long together, and at least one of a point, an address and an address id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import orjson

from channels.open311.attributes import CODES
from channels.open311.errors import BadReport

DESCRIPTION_CHARACTERS = 4000
NATURES = ("complaint", "help", "report", "suggestion", "praise")
CONFIDENTIALITIES = ("public", "unit_hidden", "anonymous")
_LIMITS = {
    "address_string": 500,
    "address_id": 100,
    "email": 254,
    "device_id": 200,
    "account_id": 200,
    "first_name": 60,
    "last_name": 60,
    "phone": 40,
    "media_url": 1000,
}
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](?:\[\])?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9()\-\s.#*]{3,40}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Report:
    """What a citizen's app reports. Personal data stays out of the repr.

    Attributes:
        latitude, longitude: WGS 84 degrees, both or neither.
        occurred_at: ISO 8601 with zone, as it was sent.
    """

    service_code: str
    description: str = field(repr=False)
    nature: str
    confidentiality: str
    occurred_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: str = field(default="", repr=False)
    address_id: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    account_id: str = field(default="", repr=False)
    device_id: str = field(default="", repr=False)
    media_url: str = field(default="", repr=False)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @property
    def fingerprint(self) -> str:
        """The same for the same content, so that an app that sends twice is known."""
        return hashlib.sha256(orjson.dumps(self.as_json(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_report(fields: Iterable[tuple[str, str]], services: Collection[str]) -> Report:
    """The report in a form.

    Args:
        services: the service codes there are.

    Raises:
        BadReport: names the field and says what to send instead.
    """
    given: dict[str, str] = {}
    asked: dict[str, str] = {}
    for name, value in fields:
        attribute = _ATTRIBUTE.fullmatch(name)
        (asked if attribute else given).setdefault(attribute[1] if attribute else name, _clean(value))
    unknown = sorted(set(asked) - set(CODES))
    if unknown:
        raise BadReport(f"attribute[{unknown[0]}] is no attribute of this service; known are {', '.join(CODES)}")
    for name, most in _LIMITS.items():
        if len(given.get(name, "")) > most:
            raise BadReport(f"{name} has more than {most} characters")
    latitude, longitude = _point(given)
    address = given.get("address_string", "")
    if latitude is None and not address and not given.get("address_id"):
        raise BadReport("say where it is: lat and long, address_string or address_id")
    nature = _choice(asked, "nature", NATURES)
    usual = "unit_hidden" if nature == "report" else "public"
    return Report(
        service_code=_service(given, services),
        description=_description(given),
        nature=nature,
        confidentiality=_choice(asked, "confidentiality", CONFIDENTIALITIES, usual),
        occurred_at=_moment(asked.get("occurred_at", "")),
        latitude=latitude,
        longitude=longitude,
        address=address,
        address_id=given.get("address_id", ""),
        name=" ".join(part for part in (given.get("first_name", ""), given.get("last_name", "")) if part),
        phone=_phone(given.get("phone", "")),
        email=_email(given.get("email", "")),
        account_id=given.get("account_id", ""),
        device_id=given.get("device_id", ""),
        media_url=_address(given.get("media_url", "")),
    )


def _clean(value: str) -> str:
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _service(given: Mapping[str, str], services: Collection[str]) -> str:
    code = given.get("service_code", "")
    if not code:
        raise BadReport("service_code is missing; GET services lists the codes")
    if code not in services:
        raise BadReport(f"service_code {code[:60]!r} is not one of ours; GET services lists the codes")
    return code


def _description(given: Mapping[str, str]) -> str:
    text = given.get("description", "")
    if not text:
        raise BadReport("description is missing: say what the matter is")
    if len(text) > DESCRIPTION_CHARACTERS:
        raise BadReport(f"description has {len(text):,} characters; at most {DESCRIPTION_CHARACTERS:,} are taken")
    return text


def _point(given: Mapping[str, str]) -> tuple[float | None, float | None]:
    raw = given.get("lat", ""), given.get("long", "")
    if not any(raw):
        return None, None
    if not all(raw):
        raise BadReport("lat and long come together or not at all")
    try:
        latitude, longitude = float(raw[0]), float(raw[1])
    except ValueError:
        raise BadReport("lat and long are decimal degrees (WGS 84), such as 31.2304") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadReport("lat is between -90 and 90, long between -180 and 180")
    return latitude, longitude


def _choice(asked: Mapping[str, str], code: str, allowed: tuple[str, ...], usual: str = "complaint") -> str:
    value = asked.get(code) or usual
    if value not in allowed:
        raise BadReport(f"attribute[{code}] is one of {', '.join(allowed)}")
    return value


def _moment(value: str) -> str | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadReport("attribute[occurred_at] is date and time with zone, such as 2026-03-01T08:30:00+08:00")
    return at.isoformat()


def _phone(value: str) -> str:
    if value and (not _PHONE.fullmatch(value) or sum(map(str.isdigit, value)) < 3):
        raise BadReport("phone is a telephone number: digits, spaces, hyphens and a leading +")
    return value


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise BadReport("email is an address such as name@example.org")
    return value


def _address(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise BadReport("media_url is the http or https address of a picture")
    return value
