"""What can go wrong with a hand-over, by whose fault it is.

`channels.problems` says which status each one becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from channels.errors import ChannelsError

if TYPE_CHECKING:
    from channels.handoff.contract import Agent


class HandoffError(ChannelsError):
    """Something in the hand-over went wrong."""

    code = "handoff_error"

    @property
    def members(self) -> Mapping[str, Any]:
        """Further members of the problem document."""
        return {}


# The desk's fault.


class HandoffNotFound(HandoffError):
    """There is no such hand-over."""

    code = "handoff_not_found"


class AlreadyTaken(HandoffError):
    """Somebody else has taken this conversation."""

    code = "already_taken"

    def __init__(self, agent: Agent | None, message: str | None = None) -> None:
        super().__init__(message)
        self.agent = agent

    @property
    def members(self) -> Mapping[str, Any]:
        return {"agent": None if self.agent is None else {"id": self.agent.id, "name": self.agent.name}}


class NotYours(HandoffError):
    """Nobody has taken this conversation, or somebody else has: accept it first."""

    code = "not_yours"


class SignatureRefused(HandoffError):
    """The signature is missing, wrong or too old."""

    code = "signature_refused"


class ContractBroken(HandoffError):
    """This is not what the contract says."""

    code = "contract_broken"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def members(self) -> Mapping[str, Any]:
        return {"field": self.field}


# The world's fault.


class DeskUnavailable(HandoffError):
    """The desk cannot be reached right now; it is tried again."""

    code = "desk_unavailable"

    def __init__(self, message: str | None = None, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class DeskRefused(HandoffError):
    """The desk refused for good; trying again would not help."""

    code = "desk_refused"
    retry_after_seconds = 0.0


class TranslatorOff(HandoffError):
    """No translator is set up."""

    code = "translator_off"


class TranslatorUnavailable(HandoffError):
    """The translator does not answer."""

    code = "translator_unavailable"
