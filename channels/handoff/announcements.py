"""Storm notices: dated announcements in all five languages, said before the greeting while they hold.

Pure. A notice that misses a language is refused when it is set, so that nobody is greeted without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.conversations import CHANNELS
from channels.errors import InvalidField
from channels.languages import LANGUAGES

MOST = 20
TEXT_LIMIT = 500
_ID_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said from `starts_at` until `ends_at` (aware); `channels` empty: in all of them."""

    id: str
    starts_at: datetime
    ends_at: datetime
    texts: Mapping[str, str]
    channels: tuple[str, ...] = ()

    def holds(self, channel: str, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at and (not self.channels or channel in self.channels)

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "texts": dict(self.texts),
            "channels": list(self.channels),
        }


def holding(announcements: Sequence[Announcement], channel: str, now: datetime) -> list[Announcement]:
    """Those that hold now, in the operator's order."""
    return [one for one in announcements if one.holds(channel, now)]


def parse_announcements(value: object) -> tuple[Announcement, ...]:
    """Reads the operator's list. Raises InvalidField."""
    if not isinstance(value, list) or len(value) > MOST:
        raise InvalidField("announcements", f"announcements must be a list of at most {MOST}.")
    found = tuple(_announcement(item, number) for number, item in enumerate(value))
    if len({one.id for one in found}) != len(found):
        raise InvalidField("announcements", "Each announcement needs an id of its own.")
    return found


def _announcement(item: object, number: int) -> Announcement:
    name = f"announcements[{number}]"
    if not isinstance(item, dict):
        raise InvalidField(name, "An announcement must be an object.")
    announcement_id = item.get("id")
    if not isinstance(announcement_id, str) or not 0 < len(announcement_id) <= _ID_LIMIT:
        raise InvalidField(f"{name}.id", f"id must be a text of 1 to {_ID_LIMIT} characters.")
    starts_at, ends_at = _moment(item, "starts_at", name), _moment(item, "ends_at", name)
    if ends_at <= starts_at:
        raise InvalidField(f"{name}.ends_at", "ends_at must be later than starts_at.")
    channels = item.get("channels") or []
    if not isinstance(channels, list) or not all(channel in CHANNELS for channel in channels):
        raise InvalidField(f"{name}.channels", f"channels must be some of {', '.join(CHANNELS)}.")
    return Announcement(announcement_id, starts_at, ends_at, _texts(item.get("texts"), name), tuple(channels))


def _texts(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidField(f"{name}.texts", "texts must be an object with a text for each language.")
    texts = {}
    for language in LANGUAGES:
        text = value.get(language)
        if not isinstance(text, str) or not text.strip() or len(text) > TEXT_LIMIT:
            raise InvalidField(
                f"{name}.texts.{language}", f"The text in {language} must have 1 to {TEXT_LIMIT} characters."
            )
        texts[language] = text.strip()
    return texts


def _moment(item: Mapping[str, Any], field: str, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(item.get(field)))
    except ValueError:
        raise InvalidField(f"{name}.{field}", f"{field} must be a moment in ISO 8601.") from None
    if found.tzinfo is None:
        raise InvalidField(f"{name}.{field}", f"{field} must name its time zone.")
    return found
