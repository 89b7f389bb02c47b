"""Signatures of what passes between gateway and desk: HMAC-SHA256 over the time and the exact bytes.

Pure. A signature older than five minutes is worth nothing, so what was overheard cannot be sent again later; within
the five minutes the id of the event tells a repeat. The reason of a refusal is not told to the caller.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from channels.handoff.errors import SignatureRefused

SIGNATURE = "X-Hotline-Signature"
TIMESTAMP = "X-Hotline-Timestamp"
DELIVERY = "X-Hotline-Delivery"
WINDOW_SECONDS = 300
_PREFIX = "sha256="


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC of `{timestamp}.{body}`."""
    return _PREFIX + hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def signed_headers(secret: str, body: bytes, now: float, delivery: str) -> dict[str, str]:
    """The headers that go with `body`."""
    timestamp = str(int(now))
    return {TIMESTAMP: timestamp, SIGNATURE: signature_of(secret, timestamp, body), DELIVERY: delivery}


def check(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
    *,
    signature_name: str = SIGNATURE,
    timestamp_name: str = TIMESTAMP,
) -> None:
    """Raises SignatureRefused when the signature is missing, wrong or too old (or from the future)."""
    timestamp, given = headers.get(timestamp_name, ""), headers.get(signature_name, "")
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise SignatureRefused
    if not hmac.compare_digest(signature_of(secret, timestamp, body).encode(), given.encode("utf-8", "replace")):
        raise SignatureRefused
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise SignatureRefused
