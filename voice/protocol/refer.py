"""Asking the other side to call somebody else (REFER, RFC 3515): its news, and keys that come as messages.

Only blind transfer is asked for. For an attended one this line dials by itself and stays in the middle, so that the
caller can be taken back when nobody accepts.
"""

from __future__ import annotations

import re

_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: ([^\r\n]{0,200}))?")


def news_of(body: str) -> tuple[int, str] | None:
    """(status, reason) out of a message/sipfrag body."""
    found = _STATUS_LINE.match(body.strip())
    return (int(found.group(1)), found.group(2) or "") if found else None


def key_of(content_type: str, body: str) -> str | None:
    """The key in a SIP INFO (application/dtmf-relay or application/dtmf), None when there is none."""
    kind = content_type.lower().split(";")[0].strip()
    if kind == "application/dtmf-relay":
        found = re.search(r"^\s*Signal\s*=\s*(\S+)", body, re.IGNORECASE | re.MULTILINE)
        text = found.group(1) if found else ""
    elif kind == "application/dtmf":
        text = body.strip()
    else:
        return None
    text = {"10": "*", "11": "#", "star": "*", "pound": "#", "hash": "#"}.get(text.lower(), text.upper())
    return text if len(text) == 1 and text in "0123456789*#ABCD" else None
