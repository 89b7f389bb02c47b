"""Answering a challenge for name and password (RFC 7616, RFC 8760), on aiosipua's arithmetic.

One answer to a challenge, a second one when the nonce had merely grown old; after that the password is taken to be
wrong, since repeating it would lock the account.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aiosipua.auth import SipDigestAuth, build_credentials
from aiosipua.headers import AuthChallenge, parse_auth, stringify_auth
from aiosipua.message import SipResponse

_FIELDS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}
_STRENGTH = {"SHA-256": 0, "MD5": 1}


@dataclass(frozen=True)
class Credentials:
    """Name and password of ours at the exchange."""

    user: str
    password: str = field(repr=False)


@dataclass
class Attempts:
    """The answers given so far to the challenges of one request."""

    credentials: Credentials | None
    answered: int = 0

    def answer(self, response: SipResponse, method: str, uri: str, client_nonce: str) -> tuple[str, str] | None:
        """Gives the header that answers the response's challenge, None when there is nothing to say to it."""
        names = _FIELDS.get(response.status_code)
        if names is None or self.credentials is None:
            return None
        challenge = _best(response.headers.get(names[0]))
        if challenge is None:
            return None
        stale = challenge.params.get("stale", "").lower() == "true"
        if self.answered >= 2 or (self.answered and not stale):
            return None
        self.answered += 1
        auth = SipDigestAuth(self.credentials.user, self.credentials.password)
        made = build_credentials(auth, challenge, method, uri, cnonce=client_nonce)
        return (names[1], stringify_auth(made)) if made else None


def _best(values: list[str]) -> AuthChallenge | None:
    """The strongest challenge that can be answered (RFC 8760)."""
    challenges = [parse_auth(value) for value in values]
    usable = [one for one in challenges if one.scheme.lower() == "digest" and _strength(one) is not None]
    return min(usable, key=lambda one: _strength(one) or 0, default=None)


def _strength(challenge: AuthChallenge) -> int | None:
    return _STRENGTH.get(challenge.params.get("algorithm", "MD5").upper())
