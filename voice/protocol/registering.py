"""Staying registered at an exchange or trunk (RFC 3261 section 10): what to send, when, and what its answers mean.

It never gives up while it is wanted: a refusal or silence is followed by another attempt, later each time up to five
minutes. A wrong password is tried no more often than that, so that the account is not locked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from aiosipua.headers import parse_address
from aiosipua.message import SipRequest, SipResponse

from voice.protocol.core import Identity, bracketed
from voice.protocol.digest import Attempts, Credentials
from voice.protocol.messages import Header

_RETRY_LEAST_SECONDS = 5.0
_RETRY_MOST_SECONDS = 300.0
_EXPIRES_LEAST, _EXPIRES_MOST = 30, 86_400


class RegistrationState(StrEnum):
    """How we stand with the exchange."""

    ASKING = "asking"
    REGISTERED = "registered"
    REFUSED = "refused"
    SILENT = "silent"
    GONE = "gone"


@dataclass(frozen=True)
class Account:
    """Our account at an exchange; `expires_seconds` is what is asked for."""

    domain: str
    credentials: Credentials
    expires_seconds: int = 300


class Registration:
    """One registration; `start`, `receive`, `due` and `leave` give the request to be sent, if any."""

    def __init__(self, identity: Identity, transport: str, account: Account, ids: Callable[[], str]) -> None:
        self.state = RegistrationState.GONE
        self.status = 0
        self.next_at: float | None = None
        self._identity, self._transport, self._account, self._ids = identity, transport, account, ids
        self._call_id, self._tag = f"{ids()}@{identity.domain}", ids()
        self._number = 0
        self._attempts = Attempts(account.credentials)
        self._expires = account.expires_seconds
        self._failures = 0
        self._leaving = False

    def start(self) -> SipRequest:
        """Asks to be registered."""
        self._leaving = False
        self._attempts = Attempts(self._account.credentials)
        self.next_at = None
        if self.state is not RegistrationState.REGISTERED:
            self.state = RegistrationState.ASKING
        return self._request(self._expires)

    def leave(self) -> SipRequest | None:
        """Asks to be forgotten, when we are known."""
        self._leaving, self.next_at = True, None
        if self.state is not RegistrationState.REGISTERED:
            self.state = RegistrationState.GONE
            return None
        self._attempts = Attempts(self._account.credentials)
        return self._request(0)

    def due(self, now: float) -> SipRequest | None:
        """Asks again when it is time."""
        return self.start() if self.next_at is not None and now >= self.next_at else None

    def receive(self, status: int, response: SipResponse | None, now: float) -> SipRequest | None:
        """Takes the final answer to the last request; `response` is None when nothing came."""
        self.status = status
        if response is not None:
            again = self._again(status, response)
            if again is not None:
                return again
        if self._leaving:
            self.state = RegistrationState.GONE
            return None
        if 200 <= status < 300 and response is not None:
            granted = _granted(response, self._contact_uri) or self._expires
            self.state, self._failures = RegistrationState.REGISTERED, 0
            self.next_at = now + max(min(granted * 0.9, granted - 5), 1.0)
        else:
            self.state = RegistrationState.SILENT if response is None else RegistrationState.REFUSED
            self._failures += 1
            wait = (
                _RETRY_MOST_SECONDS if status in (401, 403, 407) else _RETRY_LEAST_SECONDS * 2 ** (self._failures - 1)
            )
            self.next_at = now + min(wait, _RETRY_MOST_SECONDS)
        return None

    def _again(self, status: int, response: SipResponse) -> SipRequest | None:
        """The same with credentials, or with the interval that is asked for."""
        header = self._attempts.answer(response, "REGISTER", self._uri, self._ids())
        if header is not None:
            return self._request(0 if self._leaving else self._expires, header)
        least = (response.headers.get_first("min-expires") or "").strip()
        if status == 423 and least.isdigit() and self._expires < int(least) <= _EXPIRES_MOST:
            self._expires = int(least)
            return self._request(self._expires)
        return None

    @property
    def _uri(self) -> str:
        return f"sip:{bracketed(self._account.domain)}"

    @property
    def _contact_uri(self) -> str:
        return self._identity.contact(self._transport)[1].strip("<>")

    def _request(self, expires: int, header: Header | None = None) -> SipRequest:
        self._number += 1
        transport, host, port = self._identity.via(self._transport)
        us = f"<sip:{self._account.credentials.user}@{bracketed(self._account.domain)}>"
        request = SipRequest(method="REGISTER", uri=self._uri)
        sent_by = f"{bracketed(host)}:{port}"
        request.headers.append("Via", f"SIP/2.0/{transport.upper()} {sent_by};branch=z9hG4bK{self._ids()};rport")
        request.headers.set_single("From", f"{us};tag={self._tag}")
        request.headers.set_single("To", us)
        request.headers.set_single("Call-ID", self._call_id)
        request.headers.set_single("CSeq", f"{self._number} REGISTER")
        request.headers.set_single("Max-Forwards", "70")
        request.headers.set_single(*self._identity.contact(self._transport))
        request.headers.set_single("Expires", str(expires))
        if header is not None:
            request.headers.set_single(*header)
        return request


def _granted(response: SipResponse, contact_uri: str) -> int | None:
    """How long we are registered: by our own contact, since others may be listed with us."""
    values = [parse_address(value) for value in response.headers.get("contact")]
    host = contact_uri.partition("@")[2].partition(";")[0]
    ours = [one for one in values if f"{bracketed(one.uri.host)}:{one.uri.port or 5060}" == host]
    texts = [one.params.get("expires") or "" for one in ours] + [response.headers.get_first("expires") or ""]
    seconds = next((int(text) for text in texts if text.strip().isdigit()), None)
    return None if seconds is None else min(max(seconds, _EXPIRES_LEAST), _EXPIRES_MOST)
