"""What a command of `hotline` reports as one sentence on standard error."""

from __future__ import annotations


class CommandFailed(Exception):
    """The command could not be carried out.

    Attributes:
        status: the exit status.
    """

    code = "command_failed"
    status = 2

    def __init__(self, message: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message or type(self).__doc__)
        if status is not None:
            self.status = status
