"""An e-mail as bytes on the wire: RFC 5322 with a plain text and the same as HTML. Pure.

The library refuses line breaks in header values; what a header may hold is checked before as well.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from channels.mail.ports import Mail

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_WHOLE = frozenset(("list-unsubscribe", "message-id"))


class _Policy(EmailPolicy):
    """The library's policy, but for headers that machines read: it would encode a long link as if it were words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def message_of(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """Builds the message.

    Args:
        sender: the address it comes from; its domain is that of the Message-ID.
        at: the time in its Date, aware.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(one_line(mail.sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(mail.id, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notice comes back
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{one_line(mail.unsubscribe_url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    message["Content-Language"] = mail.language  # after the contents, which clear such headers
    return message


def message_id(mail_id: str, sender: str) -> str:
    """The same for the same e-mail, so that a mailbox that gets it twice can tell."""
    return f"<{sha256(mail_id.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """A text for a header: no control character, no line break."""
    return _CONTROL.sub(" ", text).strip()
