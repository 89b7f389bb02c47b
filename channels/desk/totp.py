"""The second factor: time-based codes of an authenticator (RFC 6238), each usable once.

Secrets are kept encrypted with a key of the installation; a code that was used, or an older one, is refused.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256

import pyotp
from cryptography.fernet import Fernet, InvalidToken

STEP_SECONDS = 30
_ISSUER = "12345"


class SecretBox:
    """Encrypts what must be readable again, with a key derived from the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        key = sha256(b"hotline-desk-secrets" + secret).digest()
        self._fernet = Fernet(urlsafe_b64encode(key))

    def lock(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, locked: str) -> str | None:
        """None when it was locked with another key."""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken:
            return None


def new_secret() -> str:
    return pyotp.random_base32()


def uri(secret: str, username: str) -> str:
    """What an authenticator reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that `code` belongs to: this one or a neighbour; None when it is wrong."""
    plain = code.replace(" ", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(totp.at(step * STEP_SECONDS), plain):
            return step
    return None
