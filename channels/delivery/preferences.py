"""What one citizen wishes to hear, how and when: a pure value, and the reading of what a page sends.

Kept for a conversation, which is all that the hotline knows a citizen by. An address counts only when the citizen has
confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args

from channels.delivery.notices import EMAIL, SMS, WAYS, Importance, Way
from channels.delivery.quiet import Quiet
from channels.errors import InvalidField
from channels.languages import LANGUAGES
from channels.mail.addresses import clean_address

Level = Literal["every_step", "answers", "none"]
AddressState = Literal["asked", "confirmed", "bounced"]
LEVELS: tuple[Level, ...] = get_args(Level)
PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A citizen's wishes; None is always "as the hotline usually does it".

    Attributes:
        email_state: how far the address is: asked about, confirmed, or known not to exist.
    """

    conversation_id: str
    language: str | None = None
    email: str | None = field(default=None, repr=False)
    email_state: AddressState | None = None
    email_level: Level | None = None
    sms_level: Level | None = None
    subscribe_level: Level | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    changed_at: datetime | None = None

    def level(self, way: Way, channel: str) -> Level:
        """What is sent by a way to who came by `channel`: answers, but text messages only to who telephoned."""
        wished: Level | None = getattr(self, f"{way}_level")
        return wished or ("none" if way == SMS and channel != PHONE else "answers")

    def wants(self, way: Way, channel: str, importance: Importance) -> bool:
        level = self.level(way, channel)
        return level == "every_step" or (level == "answers" and importance == "answer")

    @property
    def address(self) -> str | None:
        """The confirmed e-mail address."""
        return self.email if self.email_state == "confirmed" else None

    def quiet(self, usual: Quiet) -> Quiet:
        if self.quiet_from is None or self.quiet_until is None:
            return usual
        return Quiet.parse(self.quiet_from, self.quiet_until)


def changed(before: Preferences, body: Mapping[str, Any]) -> Preferences:
    """`before` with what a page sends; what is not named stays.

    Raises:
        InvalidField: which member, and what to send instead; nothing is to be stored.
    """
    after = before
    if "language" in body:
        if body["language"] is not None and body["language"] not in LANGUAGES:
            raise InvalidField("language", f"language must be null or one of {', '.join(LANGUAGES)}.")
        after = replace(after, language=body["language"])
    for way in WAYS:
        if way in body:
            after = _with_way(after, way, body[way])
    if "quiet" in body:
        after = _with_quiet(after, body["quiet"])
    return after


def _with_way(before: Preferences, way: Way, wish: object) -> Preferences:
    if not isinstance(wish, Mapping):
        raise InvalidField(way, f"{way} must be an object.")
    after = before
    if "level" in wish:
        if wish["level"] not in LEVELS:
            raise InvalidField(way, f"{way}.level must be one of {', '.join(LEVELS)}.")
        after = replace(after, **{f"{way}_level": wish["level"]})
    if way == EMAIL and "address" in wish:
        after = _with_address(after, wish["address"])
    return after


def _with_address(before: Preferences, given: object) -> Preferences:
    if given is None:
        return replace(before, email=None, email_state=None)
    try:
        address = clean_address(given if isinstance(given, str) else "")
    except ValueError as error:
        raise InvalidField("email", str(error)) from None
    if address == before.email and before.email_state == "confirmed":
        return before
    return replace(before, email=address, email_state="asked")


def _with_quiet(before: Preferences, given: object) -> Preferences:
    if given is None:
        return replace(before, quiet_from=None, quiet_until=None)
    if not isinstance(given, Mapping):
        raise InvalidField("quiet", "quiet must be null or an object with from and until.")
    try:
        quiet = Quiet.parse(str(given.get("from")), str(given.get("until"))).wire()
    except ValueError:
        raise InvalidField("quiet", "quiet.from and quiet.until must be times as 21:00.") from None
    return replace(before, quiet_from=quiet["from"], quiet_until=quiet["until"])
