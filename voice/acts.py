"""What is to be done when the floor changes hands: `voice.turn` gives these records, `voice.hearing` does them."""

from __future__ import annotations

from dataclasses import dataclass

from voice.endpointing import Ended


@dataclass(frozen=True)
class Open:
    """An utterance has begun at `at_seconds`: recognition starts there, with the sound kept from then on."""

    at_seconds: float


@dataclass(frozen=True)
class Peek:
    """A pause that may be its end: work out what was said so far; `since_seconds` is the last sound."""

    at_seconds: float
    since_seconds: float


@dataclass(frozen=True)
class Unpeek:
    """It was no end: what was worked out in the pause is not all that was said."""

    at_seconds: float


@dataclass(frozen=True)
class Finish:
    """It is over: tell `Turns.result` what it was."""

    ended: Ended


@dataclass(frozen=True)
class Drop:
    """It was nothing, or is not wanted: forget it."""

    at_seconds: float


@dataclass(frozen=True)
class StopSound:
    """Silence, at once; the prompt may go on later."""

    at_seconds: float


@dataclass(frozen=True)
class GoOn:
    """The prompt goes on where it stopped."""

    at_seconds: float


@dataclass(frozen=True)
class Taken:
    """The caller has the floor: what was left of the prompt is not said."""

    at_seconds: float


@dataclass(frozen=True)
class Deliver:
    """What was just told to `Turns.result` is the caller's turn."""

    at_seconds: float


@dataclass(frozen=True)
class Keep:
    """It is not the whole turn: the caller is speaking again already. It belongs before what comes."""

    at_seconds: float


@dataclass(frozen=True)
class NothingSaid:
    """The caller, whose turn it is, has said nothing for as long as was allowed."""

    at_seconds: float


Act = Open | Peek | Unpeek | Finish | Drop | StopSound | GoOn | Taken | Deliver | Keep | NothingSaid
