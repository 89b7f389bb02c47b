"""A stand-in of a mail server (RFC 5321) on loopback: STARTTLS, AUTH PLAIN, and the answers that a test wants."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Got:
    """One e-mail that was taken."""

    envelope: str
    to: str
    raw: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class SmtpServer:
    """What it is to do, and what it got.

    Attributes:
        recipients: the answer to RCPT by address; else 250.
        after_data: the answer to an e-mail; None: the connection ends without one.
    """

    port: int = 0
    users: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    after_data: str | None = "250 2.0.0 taken"
    greeting: str = "220 stand-in ESMTP"
    pause_seconds: float = 0.0
    tls: ssl.SSLContext | None = None
    got: list[Got] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):  # the test is over
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        envelope = to = ""
        user: str | None = None
        encrypted = writer.get_extra_info("ssl_object") is not None

        async def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
            await writer.drain()

        await say(self.greeting)
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            await asyncio.sleep(self.pause_seconds)
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO":
                    offered = ["STARTTLS"] if self.tls and not encrypted else []
                    offered += ["AUTH PLAIN"] if self.users else []
                    lines = ["stand-in", *offered]
                    await say(*(f"250-{one}" for one in lines[:-1]), f"250 {lines[-1]}")
                case "STARTTLS" if self.tls:
                    await say("220 go on")
                    await writer.start_tls(self.tls)
                    encrypted = True
                case "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    await say("235 2.7.0 welcome" if self.users.get(user) == password else "535 5.7.8 wrong")
                case "MAIL":
                    if self.users and user is None:
                        await say("530 5.7.0 who are you")
                        continue
                    envelope = rest.partition("<")[2].partition(">")[0]
                    await say("250 2.1.0 ok")
                case "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    await say(self.recipients.get(to, "250 2.1.5 ok"))
                case "DATA":
                    await say("354 go on")
                    raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                    if self.after_data is None or self.after_data.startswith("2"):
                        self.got.append(Got(envelope, to, raw, encrypted, user))
                    if self.after_data is None:
                        return
                    await say(self.after_data)
                case "QUIT":
                    await say("221 bye")
                    return
                case _:
                    await say("250 ok")


@asynccontextmanager
async def smtp_server(server: SmtpServer | None = None, *, implicit: bool = False) -> AsyncIterator[SmtpServer]:
    """Runs one on a free port; `implicit`: TLS from the first byte."""
    server = server or SmtpServer()
    context = server.tls if implicit else None
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        running.close()


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's context and the file of the authority that it can be checked with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "ca.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return context, file
