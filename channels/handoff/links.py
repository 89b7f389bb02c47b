"""Links to attachments for remote desks: good for an hour, for one file, for nothing else.

Signing and checking are pure; the secret is the gateway's own. Nothing in a link says who the citizen is.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from channels.errors import Unauthorized
from channels.handoff.briefing import Link

LIFETIME_SECONDS = 3600


def linker(secret: bytes, public_url: str | None, clock: Callable[[], datetime]) -> Link | None:
    """Makes links below the gateway's public address; None when that is not known."""
    if public_url is None:
        return None
    base = public_url.rstrip("/")

    def link(conversation_id: str, attachment_id: str) -> str:
        until = int(clock().timestamp()) + LIFETIME_SECONDS
        signature = _signature(secret, conversation_id, attachment_id, until)
        path = f"/api/v1/handoff/attachments/{conversation_id}/{attachment_id}"
        return f"{base}{path}?until={until}&signature={signature}"

    return link


def check(secret: bytes, conversation_id: str, attachment_id: str, until: str, signature: str, now: float) -> None:
    """Raises Unauthorized when the link was not made here, or is too old."""
    if not (until.isascii() and until.isdigit() and len(until) <= 12):
        raise Unauthorized("This link is not valid.")
    wanted = _signature(secret, conversation_id, attachment_id, int(until))
    if not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")) or int(until) < now:
        raise Unauthorized("This link is not valid, or it is too old.")


def _signature(secret: bytes, conversation_id: str, attachment_id: str, until: int) -> str:
    body = f"attachment:{conversation_id}:{attachment_id}:{until}"
    return hmac.new(secret, body.encode(), sha256).hexdigest()[:40]
