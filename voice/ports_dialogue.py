"""What the dialogue may do with the person on the telephone, and what it gets back. Nouns only.

`voice.call.Call` is the real one; tests of the dialogue use a fake that needs no sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from voice.endpointing import Expectation
from voice.ports_speech import Heard


@dataclass(frozen=True)
class Digits:
    """Keys pressed: one, or a number when one was expected (without the # that ends it)."""

    keys: str


@dataclass(frozen=True)
class Silence:
    """The caller said nothing for as long as was allowed."""

    seconds: float


@dataclass(frozen=True)
class HasEnded:
    """The call is over."""

    reason: str


@dataclass(frozen=True)
class BackFromHold:
    """The other side had put us on hold while it was the caller's turn, and has taken us back."""

    seconds: float


Answer = Heard | Digits | Silence | HasEnded | BackFromHold


@dataclass(frozen=True)
class Said:
    """What became of a prompt.

    Attributes:
        played_seconds: how much of it was heard.
        interrupted_by: what the caller said or pressed instead of listening to the end; None when it was heard whole,
            or when the call ended (then `finished` is False).
    """

    played_seconds: float
    finished: bool
    interrupted_by: Heard | Digits | None = None


@dataclass(frozen=True)
class Transfer:
    """To whom, and how.

    Attributes:
        target: a SIP address, or a number for the trunk.
        whisper: what the person who answers is told before the caller is heard; with it the words how to accept.
        whisper_language: what it is told in.
        accept_key: must be pressed to accept; "" when answering is enough.
        blind_when_unanswered: ask the exchange to transfer when our own call is not answered.
    """

    target: str
    whisper: str = ""
    whisper_language: str = "zh"
    accept_key: str = "1"
    ring_seconds: float = 25.0
    accept_seconds: float = 20.0
    blind_when_unanswered: bool = False


class TransferOutcome(StrEnum):
    """How a transfer ended."""

    TALKED = "talked"  # they were connected, and one of them hung up
    HANDED_OVER = "handed_over"  # the exchange took the call over; it is no longer ours
    BUSY = "busy"
    SILENT = "silent"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    CALLER_LEFT = "caller_left"


@dataclass(frozen=True)
class Transferred:
    """What became of a transfer; `talked_seconds` counts from when both were connected."""

    outcome: TransferOutcome
    talked_seconds: float = 0.0

    @property
    def reached(self) -> bool:
        """A person has taken the call."""
        return self.outcome in (TransferOutcome.TALKED, TransferOutcome.HANDED_OVER)


class Caller(Protocol):
    """The person on the line.

    Attributes:
        filler: a word and its language, for when what was said takes long to be worked out; None: silence then.
        filled: it was said before the last answer came.
    """

    filler: tuple[str, str] | None
    filled: bool

    @property
    def number(self) -> str:
        """Their number; "anonymous" when withheld."""
        ...

    @property
    def called(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def call_id(self) -> str: ...

    @property
    def seconds(self) -> float:
        """How long the call has gone on."""
        ...

    @property
    def has_ended(self) -> bool: ...

    async def say(
        self, text: str, language: str, *, interruptible: bool = True, expect: Expectation | None = None
    ) -> Said:
        """Says a text.

        Args:
            interruptible: False for notices that must be heard.
            expect: what an answer that is spoken into it is likely to be; None: as before.

        Raises:
            NothingSpeaks: no voice could say it.
        """
        ...

    async def listen(self, expect: Expectation) -> Answer:
        """Waits for what the caller says or presses; what was said while nobody listened comes first.

        Raises:
            RecognitionFailed: the recogniser broke down.
        """
        ...

    async def hold(self, seconds: float, expect: Expectation) -> Answer:
        """Gives the caller time (to find a paper, a number): as `listen`, with so much silence allowed."""
        ...

    async def transfer(self, transfer: Transfer) -> Transferred:
        """Connects the caller with a person; comes back when that is over, or has failed."""
        ...

    async def hang_up(self, reason: str = "normal") -> None: ...

    def note(self, kind: str, **values: object) -> None:
        """Adds an event to the call's timeline."""
        ...
