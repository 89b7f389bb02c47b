"""E-mails by SMTP against a stand-in of a mail server: encryption, passwords, and what each answer of it means."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.delivery.ports import AddressGone, NotNow, Refused
from channels.mail.ports import Mail
from channels.mail.smtp import Server, SmtpMail
from tests.smtp_server import SmtpServer, certificate, smtp_server

pytestmark = pytest.mark.asyncio
LINK = "https://hotline.example.cn/notices/unsubscribe?token=" + "t" * 150


def mail(number: int = 1, to: str = "li@example.com") -> Mail:
    return Mail(
        id=f"event-{number}:email",
        to=to,
        language="zh",
        subject="【12345热线】您的工单20261103004512已有答复",
        text="路灯已修好。\n.\n如果没有解决，请告诉我们。",
        html="<p>路灯已修好。</p>",
        sender_name="12345热线",
        unsubscribe_url=LINK,
    )


def sender(port: int, **more: object) -> SmtpMail:
    settings = {"sender": "noreply@city.example.cn", "envelope": "bounces@city.example.cn", "tls": "none", "seconds": 5}
    return SmtpMail(Server("127.0.0.1", port, **{**settings, **more}), lambda: datetime(2026, 11, 26, tzinfo=UTC))  # type: ignore[arg-type]


async def test_an_email_arrives_whole_with_its_headers() -> None:
    async with smtp_server() as server:
        smtp = sender(server.port)
        await smtp.send(mail())
        await smtp.aclose()
    [got] = server.got
    assert (got.envelope, got.to) == ("bounces@city.example.cn", "li@example.com")
    message = got.message
    assert message["Subject"] == "【12345热线】您的工单20261103004512已有答复"
    assert message["From"].addresses[0].display_name == "12345热线"
    assert message["Auto-Submitted"] == "auto-generated" and message["Content-Language"] == "zh"
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in got.raw  # whole and unencoded, for programs
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].endswith("@city.example.cn>")
    assert got.text == "路灯已修好。\n.\n如果没有解决，请告诉我们。\n"
    html = message.get_body(("html",))
    assert html is not None and html.get_content().strip() == "<p>路灯已修好。</p>"
    assert all(len(line) <= 998 and line.isascii() for line in got.raw.split(b"\r\n"))


async def test_the_same_email_has_the_same_message_id_and_connections_are_used_again() -> None:
    async with smtp_server() as server:
        smtp = sender(server.port)
        for number in (1, 1, 2):
            await smtp.send(mail(number))
        await smtp.aclose()
    ids = [got.message["Message-ID"] for got in server.got]
    assert ids[0] == ids[1] != ids[2] and server.connections == 1


@pytest.mark.parametrize("implicit", [False, True])
async def test_nothing_is_said_before_it_is_encrypted(tmp_path: Path, implicit: bool) -> None:
    context, authority = certificate(tmp_path)
    wanted = SmtpServer(tls=context, users={"hotline": "geheim"})
    async with smtp_server(wanted, implicit=implicit) as server:
        tls = "implicit" if implicit else "starttls"
        smtp = sender(server.port, tls=tls, ca_file=str(authority), user="hotline", password="geheim")
        await smtp.send(mail())
        await smtp.aclose()
    assert [(got.encrypted, got.user) for got in server.got] == [(True, "hotline")]


async def test_a_server_without_encryption_or_with_a_foreign_certificate_gets_nothing(tmp_path: Path) -> None:
    async with smtp_server() as plain:
        with pytest.raises(NotNow) as refused:
            await sender(plain.port, tls="starttls").send(mail())
        assert refused.value.answered and plain.got == []
    context, _ = certificate(tmp_path)
    async with smtp_server(SmtpServer(tls=context)) as foreign:
        with pytest.raises(NotNow):
            await sender(foreign.port, tls="starttls").send(mail())
        assert foreign.got == []


async def test_a_wrong_password_is_no_fault_of_the_email(tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    async with smtp_server(SmtpServer(tls=context, users={"hotline": "geheim"})) as server:
        smtp = sender(server.port, tls="starttls", ca_file=str(authority), user="hotline", password="falsch")
        with pytest.raises(NotNow, match="535"):
            await smtp.send(mail())
        unnamed = sender(server.port, tls="starttls", ca_file=str(authority))
        with pytest.raises(NotNow, match="530"):
            await unnamed.send(mail())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 no such user", AddressGone),
        ("553 5.1.3 bad address", AddressGone),
        ("550 5.7.1 we do not like you", Refused),
        ("554 5.7.1 blocked", Refused),
        ("450 4.2.0 greylisted", NotNow),
        ("452 4.2.2 mailbox full", NotNow),
    ],
)
async def test_what_the_server_says_of_a_recipient(answer: str, error: type[Exception]) -> None:
    async with smtp_server(SmtpServer(recipients={"li@example.com": answer})) as server:
        smtp = sender(server.port)
        with pytest.raises(error):
            await smtp.send(mail())
        await smtp.send(mail(2, "wang@example.com"))  # the next goes on over the same connection
        await smtp.aclose()
    assert [got.to for got in server.got] == ["wang@example.com"] and server.connections == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 5.6.0 no", Refused), ("451 4.3.0 later", NotNow), ("550 5.1.1 read it, nobody", AddressGone)],
)
async def test_what_the_server_says_of_an_email(answer: str, error: type[Exception]) -> None:
    async with smtp_server(SmtpServer(after_data=answer)) as server:
        with pytest.raises(error):
            await sender(server.port).send(mail())


async def test_a_connection_that_ends_after_the_email_leaves_it_unknown() -> None:
    async with smtp_server(SmtpServer(after_data=None)) as server:
        with pytest.raises(NotNow) as lost:
            await sender(server.port).send(mail())
        assert not lost.value.answered and len(server.got) == 1


async def test_a_server_that_is_slow_or_away_costs_a_limited_time() -> None:
    async with smtp_server(SmtpServer(pause_seconds=30)) as server:
        async with asyncio.timeout(20):
            with pytest.raises(NotNow):
                await sender(server.port, seconds=0.3).send(mail())
        port = server.port
    with pytest.raises(NotNow, match="no connection"):
        await sender(port).send(mail())


async def test_a_kept_connection_that_the_server_has_closed_is_opened_anew() -> None:
    async with smtp_server() as server:
        smtp = sender(server.port)
        await smtp.send(mail())
        connection, since = smtp._idle.get_nowait()
        connection.sock.shutdown(2)  # type: ignore[union-attr]
        smtp._idle.put((connection, since))
        await smtp.send(mail(2))
        await smtp.aclose()
    assert len(server.got) == 2 and server.connections == 2
