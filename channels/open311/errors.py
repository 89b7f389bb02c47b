"""What is wrong with a call, in the words of GeoReport v2: a code, which is the HTTP status too, and a description.

Source: GeoReport v2, "Possible Errors" of each method, https://wiki.open311.org/GeoReport_v2.
"""

from __future__ import annotations

from channels.errors import ChannelsError


class Open311Error(ChannelsError):
    """The call cannot be answered.

    Attributes:
        status: the HTTP status and, as the specification asks, the `code` in the body.
    """

    code = "open311_error"
    status = 400


class BadReport(Open311Error):
    """A field of the report is missing or cannot be used."""

    code = "open311_bad_request"


class NotFoundHere(Open311Error):
    """There is no such service, request, token or format."""

    code = "open311_not_found"
    status = 404


class KeyRefused(Open311Error):
    """The api_key is missing or unknown; ask the city for one."""

    code = "open311_key_refused"
    status = 403


class NotNow(Open311Error):
    """The city's system does not answer at the moment; nothing was filed, send the same again later."""

    code = "open311_unavailable"
    status = 503


class TooMany(Open311Error):
    """Too many calls; wait a little.

    Attributes:
        retry_after_seconds: how long.
    """

    code = "open311_too_many"
    status = 429

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds
