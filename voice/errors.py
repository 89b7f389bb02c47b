"""What can go wrong on the telephone line, by whose fault it is.

Each part of the package keeps its errors beside it and derives them from `VoiceError`; here are those of calls.
"""

from __future__ import annotations

import inspect


class VoiceError(Exception):
    """Something on the telephone line went wrong."""

    code = "voice_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or type(self).__name__))


class LineUnavailable(VoiceError):
    """The telephone line could not be opened."""

    code = "line_unavailable"


class CallEnded(VoiceError):
    """The call has ended; nothing can be done with it any more."""

    code = "call_ended"


class DialFailed(VoiceError):
    """The second leg was not answered.

    Attributes:
        status: SIP status that said so, 0 when none came.
    """

    code = "dial_failed"

    def __init__(self, message: str | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class TargetBusy(DialFailed):
    """The target is busy."""

    code = "target_busy"


class TargetSilent(DialFailed):
    """Nobody answered in time."""

    code = "target_silent"


class TargetRefused(DialFailed):
    """The target or the exchange before it refused the call."""

    code = "target_refused"


class TargetUnreachable(DialFailed):
    """The target's address cannot be found, or nothing came back from it."""

    code = "target_unreachable"


class InvalidTarget(VoiceError):
    """This is neither a SIP address nor a number for the configured trunk."""

    code = "invalid_target"
