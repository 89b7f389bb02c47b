"""Uploads through a running gateway: scanner, repeats, crashes in mid-upload, and files that belong to nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.errors import StoreUnavailable
from channels.router import Router
from channels.sweeping import Sweeper
from tests.integration.channels.gateways import (
    WIDE,
    Child,
    Client,
    config_for,
    running_bot,
    running_both,
    running_gateway,
)
from tests.pictures import photo
from tests.unit.channels.test_virus_scanner import EICAR, running_daemon

pytestmark = pytest.mark.asyncio


async def upload(client: Client, content: bytes, message_id: str = "a1") -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("message_id", message_id)
    form.add_field("file", content, filename="a.bin")
    status, answer, _ = await client.call("POST", f"{client.path}/attachments", data=form)
    return status, answer


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "uploads").rglob("*") if path.is_file()]


async def test_infected_files_are_refused_and_none_is_taken_while_the_scanner_is_away(tmp_path: Path) -> None:
    with running_daemon() as daemon:
        async with running_both(tmp_path, CLAMD=daemon.url, CLAMD_SECONDS="20") as (running, _):
            client = await running.client()
            status, problem = await upload(client, b"OggS" + EICAR)
            assert (status, problem["code"]) == (422, "file_infected")
            daemon.most = 10  # it says that it cannot
            status, problem = await upload(client, b"OggS" + bytes(100), "a2")
            assert (status, problem["code"]) == (503, "scanner_unavailable")
            assert files(tmp_path) == []
            daemon.most = None
            assert (await upload(client, b"OggS" + bytes(100), "a2"))[0] == 201  # the same again, once it is back
            _, text, _ = await client.call("GET", "/metrics")
            assert b'hotline_refused_total{reason="file_infected"} 1.0' in text


async def test_what_is_no_file_of_ours_is_refused_and_counted(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        for content, expected, code in (
            (b"PK\x03\x04" + bytes(100), 415, "unsupported_media_type"),
            (b"OggS" + b"<script>alert(1)</script>", 415, "unsupported_media_type"),
            (b"\x00\x00\x00\x18ftypheic" + bytes(100), 415, "unsupported_media_type"),
            (photo()[:-300], 422, "unreadable_file"),
        ):
            status, problem = await upload(client, content)
            assert (status, problem["code"]) == (expected, code)
        assert files(tmp_path) == []


async def test_the_same_upload_many_times_at_once_is_one_attachment(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        answers = await asyncio.gather(*(upload(client, b"OggS" + bytes(5000)) for _ in range(6)))
        assert sorted(status for status, _ in answers) == [200] * 5 + [201]
        assert len({answer["attachment"]["id"] for _, answer in answers}) == 1
        assert len(list((tmp_path / "uploads" / client.conversation_id).iterdir())) == 1


async def test_a_file_stays_when_only_what_comes_after_its_message_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()

        async def away(*_: Any) -> None:
            raise StoreUnavailable

        with monkeypatch.context() as patched:
            patched.setattr(Router, "_say", away)
            assert (await upload(client, b"OggS" + bytes(5000)))[0] == 503
        status, again = await upload(client, b"OggS" + bytes(5000))
        assert status == 200
        status, kept, _ = await client.call("GET", f"{client.path}/attachments/{again['attachment']['id']}")
        assert (status, kept) == (200, b"OggS" + bytes(5000))


async def test_files_that_no_message_holds_go_and_all_others_stay(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        _, sent = await upload(client, b"OggS" + bytes(5000))
        uploads = running.gateway.uploads
        orphan = await uploads.keep_bytes(client.conversation_id, b"OggS the process died before its message")
        unknown = await uploads.keep_bytes("no-such-conversation", b"OggS")
        sweeper = Sweeper(uploads, running.gateway.store, alone=True)
        await sweeper.sweep(3600)
        assert uploads.path(client.conversation_id, orphan.attachment_id).is_file()  # its message may still come
        await sweeper.sweep(0)
        assert not uploads.path(client.conversation_id, orphan.attachment_id).exists()
        assert not uploads.path("no-such-conversation", unknown.attachment_id).exists()
        status, _, _ = await client.call("GET", f"{client.path}/attachments/{sent['attachment']['id']}")
        assert status == 200 and list(uploads.unclaimed(0)) == []


async def test_a_gateway_killed_in_mid_upload_leaves_nothing_and_takes_the_same_upload_again(tmp_path: Path) -> None:
    content = b"OggS" + bytes(3_000_000)
    async with running_bot() as bot, aiohttp.ClientSession() as session:
        async with Child(tmp_path, bot.url) as child:
            client = Client(child.base, session)
            await client.open()
            head = (
                f"POST {client.path}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 3000500\r\n\r\n"
                '--b\r\nContent-Disposition: form-data; name="message_id"\r\n\r\na1\r\n'
                '--b\r\nContent-Disposition: form-data; name="file"; filename="a.ogg"\r\n\r\n'
            )
            _, writer = await asyncio.open_connection("127.0.0.1", child.port)
            writer.write(head.encode() + content[:2_000_000])
            await writer.drain()
            async with asyncio.timeout(90):
                while not files(tmp_path):
                    await asyncio.sleep(0.05)
            child.process.kill()
            await child.process.wait()
            writer.close()
        assert [path.suffix for path in files(tmp_path)] == [".part"]
        async with running_gateway(config_for(tmp_path, bot.url, **WIDE)) as running:
            client.base = running.base
            await Sweeper(running.gateway.uploads, running.gateway.store, alone=True).clear(0)  # as at its start
            assert files(tmp_path) == []
            status, first = await upload(client, content)
            assert status == 201
            status, again = await upload(client, content)
            assert (status, again["attachment"]) == (200, first["attachment"])
            status, kept, _ = await client.call("GET", f"{client.path}/attachments/{first['attachment']['id']}")
            assert (status, kept) == (200, content)
