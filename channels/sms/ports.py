"""Who carries a text message to a telephone. No implementation stands here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from channels.errors import ChannelsError

MOBILE = re.compile(r"1[3-9]\d{9}|\+\d{8,15}")
"""Numbers that text messages can be sent to: mobile ones of the country, and those of other countries."""


class SmsUnavailable(ChannelsError):
    """The provider of text messages does not answer, or not now; the message is sent again later."""

    code = "sms_unavailable"


class SmsRefused(ChannelsError):
    """The provider of text messages does not take this message; it is not sent again."""

    code = "sms_refused"


@dataclass(frozen=True, slots=True)
class Sms:
    """One message; a provider that gets the same `id` again sends it once."""

    id: str
    to: str = field(repr=False)
    language: str
    text: str = field(repr=False)


class SmsSender(Protocol):
    """A provider of text messages."""

    async def send(self, sms: Sms) -> None:
        """Comes back when the provider has taken it.

        Raises:
            SmsUnavailable: try again later; SmsRefused: never.
        """
        ...

    async def aclose(self) -> None: ...
