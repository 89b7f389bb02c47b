"""What the dialogue needs of the hotline behind it: a conversation, and what is known and done around one call.

Nouns only. `voice.office` is the real one, over HTTP; tests have theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voice.gateway_client import Turn


class Conversation(Protocol):
    """A conversation with the assistant, or with a person at the desk."""

    @property
    def id(self) -> str: ...

    async def say(self, text: str) -> Turn:
        """Raises GatewayAway."""
        ...

    async def press(self, payload: str) -> Turn:
        """Raises GatewayAway."""
        ...

    async def news(self) -> Turn:
        """What came without having been asked for, and who has the conversation now. Raises GatewayAway."""
        ...


@dataclass(frozen=True)
class Unfinished:
    """A complaint that an earlier call of this number left in the middle."""

    conversation_id: str
    language: str


@dataclass(frozen=True)
class Known:
    """What is known of a caller by his or her number; nothing, when it is withheld or new.

    Attributes:
        tickets: numbers of open tickets, newest first.
        language: what was spoken last time.
    """

    draft: Unfinished | None = None
    tickets: Sequence[str] = ()
    language: str | None = None


@dataclass(frozen=True)
class CallReport:
    """How a call ended, for the hotline.

    Attributes:
        number: the caller's; "" when withheld.
        how: "normal", "caller", "lost", "talked" and so on, as logged.
        why: why somebody should call back: abandoned, dropped, busy, failed; "" when nobody need.
        callback_number: another number that the caller gave for that.
        served: a person was talked with, or a ticket filed: earlier missed calls of this number need no answer now.
    """

    call_id: str
    number: str = field(repr=False)
    language: str
    how: str
    why: str = ""
    conversation_id: str | None = None
    callback_number: str = field(default="", repr=False)
    served: bool = False


class Office(Protocol):
    """The hotline's side of one call. Everything here may raise GatewayAway."""

    async def known(self) -> Known: ...

    async def open(self, language: str, declined: str | None = None) -> Conversation:
        """The conversation of this call.

        Args:
            declined: a draft that the caller does not go on with.
        """
        ...

    async def resume(self, draft: Unfinished) -> Conversation: ...

    async def somebody_on_duty(self, language: str) -> bool:
        """Whether waiting for a person at the desk has sense."""
        ...

    async def send_number(self, conversation_id: str, number: str) -> bool:
        """Sends a ticket's number as a text message; True when it has been taken."""
        ...
