"""Signed links in e-mails: to confirm an address, and to get no more e-mails. Pure.

A token names what it is for and the conversation, and holds a digest of the address, never the address: it is worth
nothing for another purpose or once another address stands there. It is no token of a conversation.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from channels.delivery.errors import LinkInvalid

Purpose = Literal["confirm", "unsubscribe"]
CONFIRM_SECONDS = 2 * 24 * 3600
"""An address is confirmed within two days; the way out of a mailing is open for ever."""
_SKEW_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """What a good token says."""

    conversation_id: str
    digest: str

    def is_of(self, address: str) -> bool:
        return hmac.compare_digest(self.digest, digest_of(address))


def token_of(secret: bytes, purpose: Purpose, conversation_id: str, address: str, issued_at: int) -> str:
    """`n1.<purpose>.<conversation>.<digest of the address>.<seconds>.<signature>`."""
    body = f"n1.{purpose}.{conversation_id}.{digest_of(address)}.{issued_at}"
    return f"{body}.{_signature(secret, body)}"


def opened(secret: bytes, purpose: Purpose, token: str, now: float) -> Opened:
    """Raises LinkInvalid: forged, for something else, or too old; which of them is not told."""
    try:
        body, signature = token.rsplit(".", 1)
        version, of, conversation_id, digest, issued = body.split(".")
        age = now - int(issued)
        good = hmac.compare_digest(_signature(secret, body).encode(), signature.encode())
    except (ValueError, UnicodeError):
        raise LinkInvalid from None
    if not good or version != "n1" or of != purpose or age < -_SKEW_SECONDS:
        raise LinkInvalid
    if purpose == "confirm" and age > CONFIRM_SECONDS:
        raise LinkInvalid
    return Opened(conversation_id, digest)


def digest_of(address: str) -> str:
    return sha256(b"hotline-address" + address.encode()).hexdigest()[:32]


def _signature(secret: bytes, body: str) -> str:
    digest = hmac.new(secret, b"hotline-notice-link." + body.encode(), sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
