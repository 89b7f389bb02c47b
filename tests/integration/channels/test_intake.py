"""Matters of other platforms by webhook and by folder: receipts, replays, and nothing filed twice."""

from __future__ import annotations

import asyncio
import csv
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from channels.handoff.signing import SIGNATURE, TIMESTAMP, signature_of, signed_headers
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import ROOT, WIDE, Running, config_for, running_gateway
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.service.ports import TicketFilter

pytestmark = pytest.mark.asyncio
SECRET = "0123456789abcdef"
LETTER = {
    "orderNo": "GJ-2026-0001",
    "content": "解放路路灯坏了三天",
    "matterType": {"name": "道路照明"},
    "appealType": "投诉",
    "address": {"detail": "解放路12号", "lat": 31.2304, "lng": 121.4737},
    "applicant": {"name": "王小明", "mobile": "13812345678"},
}


@asynccontextmanager
async def running(kind: str, folder: Path) -> AsyncIterator[Running]:
    with fresh_database(kind, folder) as url:
        secrets = f"national_platform:{SECRET},province_platform:{SECRET}x"
        names = {"DATABASE_URL": url, "INTAKE_SECRETS": secrets}
        async with running_gateway(config_for(folder, None, **{**WIDE, **names})) as gateway:
            yield gateway


async def send(
    gateway: Running, body: Any, source: str = "national_platform", secret: str = SECRET, at: float | None = None
) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = signed_headers(secret, raw, time.time() if at is None else at, "d1")
    headers["Content-Type"] = "application/json"
    address = f"{gateway.base}/api/v1/intake/{source}"
    async with gateway.session.post(address, data=raw, headers=headers) as response:
        return response.status, orjson.loads(await response.read())


def filed(gateway: Running) -> list[Any]:
    desk = open_tickets(TicketsConfig(database_url=gateway.gateway.config.database_url))
    try:
        return desk.list(TicketFilter(limit=100))
    finally:
        desk.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_matter_is_filed_once_however_often_it_is_sent(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as gateway:
        answers = await asyncio.gather(*(send(gateway, LETTER) for _ in range(4)))
        assert {status for status, _ in answers} == {200}
        receipts = [body["receipts"][0] for _, body in answers]
        assert {one["status"] for one in receipts} == {"accepted"}
        (ticket,) = filed(gateway)
        assert {one["ticket"] for one in receipts} == {ticket.number}
        assert (ticket.channel, ticket.category, ticket.contact.phone) == (
            "national_platform",
            "street_light",
            "13812345678",
        )
        assert (await send(gateway, LETTER))[1]["receipts"][0]["repeated"] is True


async def test_another_platform_that_passes_the_same_on_is_told_whose_ticket_it_is(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        number = (await send(gateway, LETTER))[1]["receipts"][0]["ticket"]
        passed_on = {"省平台工单号": "S-9", "来源编号": "national_platform:GJ-2026-0001", "诉求内容": "路灯坏了"}
        _, body = await send(gateway, passed_on, "province_platform", f"{SECRET}x")
        assert body["receipts"] == [{"id": "S-9", "status": "duplicate", "ticket": number}]
        (ticket,) = filed(gateway)
        assert ticket.history[-1].reason == "路灯坏了"  # what it says beside the first is kept
        same_words = {**passed_on, "省平台工单号": "S-10", "诉求内容": LETTER["content"]}
        await send(gateway, same_words, "province_platform", f"{SECRET}x")
        assert len(filed(gateway)[0].history) == len(ticket.history)


async def test_words_that_came_with_a_crash_between_are_not_lost(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        interface = gateway.gateway.intake
        assert interface is not None
        keep = interface._rows.keep

        async def crash(*_: object) -> None:
            raise RuntimeError

        interface._rows.keep = crash  # type: ignore[assignment]
        assert (await send(gateway, LETTER))[0] == 500
        interface._rows.keep = keep  # type: ignore[method-assign]
        await send(gateway, {**LETTER, "content": "今天有人摔伤了"})
        (ticket,) = filed(gateway)
        assert (ticket.description, ticket.history[-1].reason) == (LETTER["content"], "今天有人摔伤了")


async def test_other_words_under_the_same_number_are_added_to_its_ticket(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        await send(gateway, LETTER)
        changed = {**LETTER, "content": "今天有人摔伤了"}
        assert (await send(gateway, changed))[1]["receipts"][0]["changed"] is True
        assert "changed" not in (await send(gateway, changed))[1]["receipts"][0]
        (ticket,) = filed(gateway)
        assert [entry.reason for entry in ticket.history].count("今天有人摔伤了") == 1


async def test_a_bad_matter_is_refused_alone_and_taken_when_it_is_mended(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        bad = {**LETTER, "orderNo": "GJ-2", "content": ""}
        status, body = await send(gateway, [LETTER, bad, {**LETTER, "orderNo": "GJ-3", "appealType": "笑话"}])
        assert status == 200
        assert [one["status"] for one in body["receipts"]] == ["accepted", "refused", "refused"]
        assert body["receipts"][1]["field"] == "description"
        assert "known are" in body["receipts"][2]["message"]
        mended = (await send(gateway, {**bad, "content": "井盖没了"}))[1]["receipts"][0]
        assert mended["status"] == "accepted"
        assert len(filed(gateway)) == 2


async def test_only_the_source_itself_is_heard(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        assert (await send(gateway, LETTER, secret="another-secret-xx"))[0] == 401
        assert (await send(gateway, LETTER, at=time.time() - 400))[0] == 401
        assert (await send(gateway, LETTER, source="mailbox"))[0] == 401  # it has no secret
        assert (await send(gateway, LETTER, source="nobody"))[0] == 401
        assert (await send(gateway, b"[[]]"))[0] == 400
        assert (await send(gateway, b"\xff"))[0] == 400
        assert (await send(gateway, [LETTER] * 101))[0] == 422
        assert filed(gateway) == []


async def test_a_receipt_can_be_asked_for_again(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        number = (await send(gateway, LETTER))[1]["receipts"][0]["ticket"]
        for known, status in (("GJ-2026-0001", 200), ("GJ-9", 422)):
            path = f"/api/v1/intake/national_platform/receipts?id={known}"
            stamp = str(int(time.time()))
            headers = {TIMESTAMP: stamp, SIGNATURE: signature_of(SECRET, stamp, path.encode())}
            async with gateway.session.get(gateway.base + path, headers=headers) as response:
                assert response.status == status
                if status == 200:
                    assert orjson.loads(await response.read())["ticket"] == number


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environ |= {"HOTLINE_DATA_DIR": str(folder / "data"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "hotline.cli", "intake", *arguments],
        env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8",
    )  # fmt: skip


async def test_a_folder_of_files_is_taken_answered_and_tidied(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    table = "省平台工单号,诉求内容,诉求三级分类,联系电话\n1,路灯坏了,路灯故障,13812345678\n2,,路灯故障,\n3,没水,月球,\n"
    (folder / "march.csv").write_bytes(table.encode("gb18030"))
    (folder / "broken.json").write_text("{", encoding="utf-8")
    for file in folder.iterdir():
        os.utime(file, (time.time() - 60, time.time() - 60))
    done = await asyncio.to_thread(command, tmp_path, "folder", str(folder), "--source", "province_platform")
    assert done.returncode == 1, done.stderr
    assert "march.csv: 2 accepted, 0 duplicates, 1 refused" in done.stdout
    assert "broken.json: not taken" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["done", "failed", "receipts"]
    with (folder / "receipts" / "march.csv.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["status"] for row in rows] == ["accepted", "refused", "accepted"]
    assert rows[2]["unmapped_category"] == "月球"
    assert (folder / "failed" / "broken.json.reason.txt").is_file()
    again = folder / "march.csv"
    (folder / "done" / "march.csv").rename(again)
    os.utime(again, (time.time() - 60, time.time() - 60))
    done = await asyncio.to_thread(command, tmp_path, "folder", str(folder), "--source", "province_platform")
    assert "march.csv: 2 accepted" in done.stdout
    listed = await asyncio.to_thread(command, tmp_path, "sources")
    assert "2 accepted" in listed.stdout
    desk = open_tickets(TicketsConfig(database_url=f"sqlite:///{tmp_path / 'data' / 'hotline.db'}"), migrate=False)
    assert len(desk.list()) == 2
    desk.close()


async def test_a_file_can_be_tried_without_filing(tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_text("信件编号,信件内容,信件类型\n1,谢谢,感谢\n2,x,笑话\n", encoding="utf-8")
    tried = await asyncio.to_thread(command, tmp_path, "check", str(file), "--source", "mailbox")
    assert tried.returncode == 1
    assert "row 3: nature" in tried.stdout
    assert "1 can be taken, 1 cannot" in tried.stdout
    unknown = await asyncio.to_thread(command, tmp_path, "check", str(file), "--source", "nobody")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
