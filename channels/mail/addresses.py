"""E-mail addresses: what is taken as one, and how one is shown to people who need not know it. Pure.

Stricter than RFC 5321 on purpose: no comments, no quotes, no blanks, ASCII before the @, so that nothing in an address
can become a header, a second recipient or an option of a mail program.
"""

from __future__ import annotations

import re

LONGEST = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_WANTED = "An e-mail address looks like name@example.com."


def clean_address(given: str) -> str:
    """The address in its one form: its domain in small ASCII letters.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    local, at, domain = given.strip().rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii").lower() if domain else ""
    except UnicodeError:
        raise ValueError(_WANTED) from None
    labels = domain.split(".")
    address = f"{local}@{domain}"
    good = (
        at
        and len(address) <= LONGEST
        and _LOCAL.fullmatch(local)
        and ".." not in local
        and not local.endswith(".")
        and len(local) <= 64
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not good:
        raise ValueError(_WANTED)
    return address


def mask_address(address: str) -> str:
    """`a***@e***.com`: enough to recognise one's own."""
    local, _, domain = address.rpartition("@")
    name, dot, rest = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***{dot}{rest}" if local and domain else "***"
