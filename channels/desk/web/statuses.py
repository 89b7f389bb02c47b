"""Which HTTP status each error of the desk becomes."""

from __future__ import annotations

from collections.abc import Mapping

from channels.desk import errors
from channels.errors import ChannelsError

STATUS: Mapping[type[ChannelsError], int] = {
    errors.LoginFailed: 401,
    errors.TotpRequired: 401,
    errors.SignInNeeded: 401,
    errors.CsrfRefused: 403,
    errors.RoleNotEnough: 403,
    errors.AgentNotFound: 404,
    errors.NotAtDesk: 404,
    errors.AlertNotFound: 404,
    errors.PhoneUnknown: 404,
    errors.CannedNotFound: 404,
    errors.NameTaken: 409,
    errors.AtCapacity: 409,
    errors.NotReachable: 409,
    errors.LastAdministrator: 409,
    errors.TicketRefused: 422,
    errors.OidcOff: 404,
    errors.OidcFailed: 502,
}
