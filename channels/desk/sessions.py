"""Session tokens and what is derived from them; pure.

The browser holds the token in a cookie that scripts cannot read. The database holds only its hash, so who reads the
database cannot sign in; the CSRF value is derived from the token and is worth nothing without the cookie.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from channels.desk.people import Session

COOKIE = "hotline_desk"
_TOUCH = timedelta(seconds=60)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def session_id(token: str) -> str:
    """What the database knows the session by."""
    return sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    digest = hmac.new(token.encode(), b"hotline-desk-csrf", sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def csrf_fits(token: str, given: str) -> bool:
    return hmac.compare_digest(csrf_of(token).encode(), given.encode())


def begun(token: str, agent_id: str, now: datetime, lifetime: timedelta) -> Session:
    return Session(session_id(token), agent_id, now, now, now + lifetime)


def is_alive(session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether the session counts: not too old, and used within `idle`."""
    return now < session.expires_at and now - session.seen_at < idle


def needs_touch(session: Session, now: datetime) -> bool:
    """Whether its use is to be written down; not at every request."""
    return now - session.seen_at >= _TOUCH
