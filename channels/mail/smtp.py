"""E-mails by SMTP (RFC 5321), over STARTTLS or TLS, in threads of their own with open connections kept for the next.

What a server answers decides: 550, 551 and 553 to a recipient mean that nobody is there, unless the enhanced code says
that it is our mail that is not liked (5.7.x); other 5xx refuse this e-mail for good; 4xx, a wrong password and silence
are tried again. Nothing is sent, and no password told, in clear to another machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import re
import smtplib
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from channels.delivery.ports import AddressGone, NotNow, Refused
from channels.mail.message import message_of
from channels.mail.ports import Mail

CONNECTIONS = 4
_IDLE_SECONDS = 20.0
_NOBODY = frozenset((550, 551, 553))
_NOT_LIKED = re.compile(rb"\s*5\.7\.\d")
_UNKNOWN = re.compile(rb"\s*5\.1\.\d")


@dataclass(frozen=True, slots=True)
class Server:
    """Where e-mails are handed in.

    Attributes:
        tls: "implicit" from the first byte, "starttls" before anything else is said, "none" only on this machine.
        sender: the address in From; envelope: the one that bounces go to.
        ca_file: certificates of an authority of one's own; None: those of the system.
    """

    host: str
    port: int
    sender: str
    envelope: str
    tls: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    seconds: float = 10.0


class SmtpMail:
    """MailSender by SMTP.

    Args:
        now: gives the present, aware: the Date of an e-mail.
    """

    def __init__(self, server: Server, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._server = server
        self._now = now
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="smtp")
        self._idle: queue.LifoQueue[tuple[smtplib.SMTP, float]] = queue.LifoQueue()
        self._closed = threading.Event()

    async def send(self, mail: Mail) -> None:
        message = message_of(mail, self._server.sender, self._now())
        await asyncio.get_running_loop().run_in_executor(self._threads, self._hand_in, message, mail.to)

    async def aclose(self) -> None:
        """Ends the open connections; what is under way has its time-out."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        while True:
            try:
                connection, _ = self._idle.get_nowait()
            except queue.Empty:
                return
            connection.close()

    def _hand_in(self, message: EmailMessage, to: str) -> None:
        connection = self._kept() or self._connected()
        try:
            connection.send_message(message, self._server.envelope, [to])
        except smtplib.SMTPRecipientsRefused as error:
            self._keep(connection)
            code, words = error.recipients[to]
            raise _of_recipient(code, _bytes(words)) from error
        except smtplib.SMTPSenderRefused as error:  # our own settings are wrong, not this e-mail
            self._keep(connection)
            raise NotNow(f"the mail server answered {error.smtp_code} to our address", answered=True) from error
        except smtplib.SMTPResponseException as error:
            self._keep(connection)
            raise _of_answer(error.smtp_code, _bytes(error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            connection.close()
            raise NotNow(f"no answer: {type(error).__name__}") from error
        self._keep(connection)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        try:
            context = ssl.create_default_context(cafile=server.ca_file)
            if server.tls == "implicit":
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=server.seconds, context=context
                )
            else:
                connection = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
        except smtplib.SMTPResponseException as error:
            raise NotNow(f"the mail server answered {error.smtp_code}", answered=True) from error
        except (smtplib.SMTPException, OSError) as error:  # ssl.SSLError is an OSError
            raise NotNow(f"no connection: {type(error).__name__}", answered=True) from error
        try:
            if server.tls == "starttls":
                connection.starttls(context=context)
            if server.user is not None:
                connection.login(server.user, server.password or "")
        except smtplib.SMTPNotSupportedError as error:
            connection.close()
            raise NotNow(f"the mail server cannot do what is set: {error}", answered=True) from error
        except smtplib.SMTPResponseException as error:
            connection.close()
            raise NotNow(f"the mail server answered {error.smtp_code} to our name", answered=True) from error
        except (smtplib.SMTPException, OSError) as error:
            connection.close()
            raise NotNow(f"no connection: {type(error).__name__}", answered=True) from error
        return connection

    def _kept(self) -> smtplib.SMTP | None:
        """An open connection that still answers."""
        while True:
            try:
                connection, since = self._idle.get_nowait()
            except queue.Empty:
                return None
            if time.monotonic() - since < _IDLE_SECONDS:
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    if connection.rset()[0] == 250:
                        return connection
            connection.close()

    def _keep(self, connection: smtplib.SMTP) -> None:
        if self._closed.is_set() or connection.sock is None:
            connection.close()
        else:
            self._idle.put((connection, time.monotonic()))


def _of_recipient(code: int, words: bytes) -> AddressGone | Refused | NotNow:
    if code in _NOBODY and not _NOT_LIKED.match(words):
        return AddressGone(f"the mail server answered {code}")
    return _of_answer(code, words)


def _of_answer(code: int, words: bytes) -> AddressGone | Refused | NotNow:
    if code in _NOBODY and _UNKNOWN.match(words):  # some say so only when they have read the e-mail
        return AddressGone(f"the mail server answered {code}")
    if 500 <= code < 600 and code not in (530, 535):  # these are about our own name and password
        return Refused(f"the mail server answered {code}")
    return NotNow(f"the mail server answered {code}", answered=True)


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")
