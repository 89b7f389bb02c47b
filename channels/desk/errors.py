"""What can go wrong at the desk, by whose fault it is.

`channels.problems` says which status each one becomes. No message says whether an account exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.errors import ChannelsError


class DeskError(ChannelsError):
    """Something at the desk went wrong."""

    code = "desk_error"

    @property
    def members(self) -> Mapping[str, Any]:
        """Further members of the problem document."""
        return {}


# The caller's fault.


class LoginFailed(DeskError):
    """Name, password or code is wrong."""

    code = "login_failed"


class TotpRequired(DeskError):
    """The password is right; send the code of your authenticator as `totp` too."""

    code = "totp_required"


class SignInNeeded(DeskError):
    """Sign in first: there is no session, or it has ended."""

    code = "sign_in_needed"

    def __init__(self, message: str | None = None, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self._settings = settings

    @property
    def members(self) -> Mapping[str, Any]:
        return {} if self._settings is None else {"settings": dict(self._settings)}


class CsrfRefused(DeskError):
    """The header X-CSRF-Token is missing or wrong, or another site sent this."""

    code = "csrf_refused"


class RoleNotEnough(DeskError):
    """Your role may not do this."""

    code = "role_not_enough"


class AgentNotFound(DeskError):
    """There is no such person at the desk."""

    code = "agent_not_found"


class NameTaken(DeskError):
    """This name is in use."""

    code = "name_taken"


class NotAtDesk(DeskError):
    """This conversation is not at the desk, or not any more."""

    code = "not_at_desk"


class AtCapacity(DeskError):
    """You have as many conversations as you may have at once."""

    code = "at_capacity"


class NotReachable(DeskError):
    """This person cannot take a conversation now."""

    code = "not_reachable"


class AlertNotFound(DeskError):
    """There is no such alert."""

    code = "alert_not_found"


class PhoneUnknown(DeskError):
    """No telephone number was said in this conversation."""

    code = "phone_unknown"


class CannedNotFound(DeskError):
    """There is no such canned reply."""

    code = "canned_not_found"


class LastAdministrator(DeskError):
    """The last administrator cannot be disabled or lose the role."""

    code = "last_administrator"


class TicketRefused(DeskError):
    """The ticket core cannot take this."""

    code = "ticket_refused"

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self._members = {"field": field, "reason": code}

    @property
    def members(self) -> Mapping[str, Any]:
        return self._members


# The world's fault.


class OidcFailed(DeskError):
    """The single sign-on did not say who you are; sign in with your password or try again."""

    code = "oidc_failed"


class OidcOff(DeskError):
    """No single sign-on is set up."""

    code = "oidc_off"
