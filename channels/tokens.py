"""Signed conversation tokens: who holds one may read and write that conversation.

HMAC-SHA256 over the conversation's id and the time of issue; nothing secret stands inside. Signing and checking
are pure; only `load_secret` touches a file. A token is never logged.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from channels.errors import Unauthorized

LIFETIME_SECONDS = 30 * 24 * 3600
_CLOCK_SKEW_SECONDS = 300
_SECRET_BYTES = 32


def sign(secret: bytes, conversation_id: str, issued_at: int) -> str:
    """A token `v1.<id>.<seconds>.<signature>` for `conversation_id` (which has no dots)."""
    body = f"v1.{conversation_id}.{issued_at}"
    return f"{body}.{_signature(secret, body)}"


def sign_for(secret: bytes, conversation_id: str, now: int, seconds: int) -> str:
    """A token that lasts `seconds` from now (30 days at most): one whose time of issue lies as far back."""
    return sign(secret, conversation_id, now - LIFETIME_SECONDS + seconds)


def verify(secret: bytes, token: str, now: float) -> str:
    """The conversation that `token` was made for.

    Raises:
        Unauthorized: it is malformed, forged or older than 30 days; the reason is not told.
    """
    try:
        body, signature = token.rsplit(".", 1)
        version, conversation_id, issued = body.split(".")
        issued_at = int(issued)
        good = hmac.compare_digest(_signature(secret, body).encode(), signature.encode())
    except (ValueError, UnicodeError):
        raise Unauthorized from None
    if not good or version != "v1" or not -_CLOCK_SKEW_SECONDS <= now - issued_at <= LIFETIME_SECONDS:
        raise Unauthorized
    return conversation_id


def load_secret(path: Path) -> bytes:
    """The signing secret of this installation, made on first use.

    The file appears whole or not at all and only its owner can read it; when two processes start at once, both
    end with the same secret.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_SECRET_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        secret = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{path} is damaged: move it away and start again (open conversations end)") from error
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"{path} is too short for a secret: move it away and start again (open conversations end)")
    return secret


def _signature(secret: bytes, body: str) -> str:
    digest = hmac.new(secret, body.encode(), sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
