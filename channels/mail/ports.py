"""What an e-mail is and who sends one. No implementation stands here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail.

    Attributes:
        id: becomes the Message-ID; the same again is the same e-mail.
        unsubscribe_url: where one click ends the mailing (RFC 8058); "" when it is no mailing.
    """

    id: str
    to: str = field(repr=False)
    language: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    sender_name: str = ""
    unsubscribe_url: str = field(default="", repr=False)


class MailSender(Protocol):
    """Sends e-mails."""

    async def send(self, mail: Mail) -> None:
        """Comes back when the next server has taken it; ends in time.

        Raises:
            NotNow, Refused, AddressGone (channels.delivery.ports).
        """
        ...

    async def aclose(self) -> None: ...
