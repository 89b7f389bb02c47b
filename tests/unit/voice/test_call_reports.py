"""Reports of calls on their way to the gateway: none is lost when either side is down, none is told by two."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voice.gateway_client import GatewayAway
from voice.ports_office import CallReport
from voice.reporting import Reporting
from voice.spool import Spool

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
REPORT = CallReport("one@10.0.0.1", "13800138000", "zh", "caller", "dropped", "conversation")


class Gateway:
    """Takes reports, or fails as it is told."""

    def __init__(self, *failures: int) -> None:
        self.failures = list(failures)
        self.taken: list[Mapping[str, Any]] = []

    async def post(self, path: str, body: Mapping[str, Any], *, patient: bool = False) -> Mapping[str, Any]:
        assert path == "ended"
        if self.failures:
            away = GatewayAway("away")
            away.status = self.failures.pop(0)
            raise away
        self.taken.append(body)
        return {}


def reporting(folder: Path, gateway: Gateway, process: str = "here:1") -> Reporting:
    return Reporting(Spool(folder, process), gateway)  # type: ignore[arg-type] # two of its methods


@pytest.mark.asyncio
async def test_a_report_is_sent_once_and_then_forgotten(tmp_path: Path) -> None:
    gateway = Gateway()
    desk = reporting(tmp_path, gateway)
    desk.began(REPORT.call_id, REPORT.number, "zh")
    await desk.send_all()
    assert gateway.taken == []  # the call goes on
    desk.ended(REPORT)
    await desk.send_all()
    await desk.send_all()
    [row] = gateway.taken
    assert (row["call_id"], row["number"], row["why"]) == (REPORT.call_id, REPORT.number, "dropped")
    assert list(tmp_path.glob("*")) == []


@pytest.mark.asyncio
async def test_a_report_outlives_a_gateway_that_is_down_and_this_process(tmp_path: Path) -> None:
    desk = reporting(tmp_path, Gateway(0))
    desk.ended(REPORT)
    await desk.send_all()
    gateway = Gateway(503)
    later = reporting(tmp_path, gateway, "here:2")
    await later.send_all()
    assert gateway.taken == []
    await later.send_all()
    assert [row["call_id"] for row in gateway.taken] == [REPORT.call_id]


@pytest.mark.asyncio
async def test_a_report_that_is_refused_is_set_aside_and_stops_no_other(tmp_path: Path) -> None:
    gateway = Gateway(422)
    desk = reporting(tmp_path, gateway)
    desk.ended(REPORT)
    desk.ended(CallReport("two", "13900139000", "en", "caller", "dropped"))
    await desk.send_all()
    assert len(gateway.taken) == 1 and len(list(tmp_path.glob("*.refused"))) == 1


def test_a_call_that_died_with_its_process_was_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.spool.socket.gethostname", lambda: "here")
    gone, alive = "here:4194999", "here:1"
    Spool(tmp_path, gone).begin("lost", "13800138000", "zh", NOW)
    Spool(tmp_path, alive).begin("going on", "13900139000", "zh", NOW)
    Spool(tmp_path, "elsewhere:4194999").begin("elsewhere", "13700137000", "zh", NOW)
    spool = Spool(tmp_path, "here:77")
    assert spool.recover() == 1
    [(_, row)] = spool.waiting()
    assert (row["call_id"], row["why"], row["how"]) == ("lost", "dropped", "lost") and "open" not in row


def test_a_container_that_starts_again_reports_the_calls_of_the_one_before(tmp_path: Path) -> None:
    Spool(tmp_path, "pod-1:1").begin("same number", "13800138000", "zh", NOW)
    Spool(tmp_path, "pod-0:1").begin("another name", "13900139000", "zh", NOW)
    again = Spool(tmp_path, "pod-1:1")
    again.begin("going on", "13700137000", "zh", NOW)
    assert again.recover() == 1
    for file in tmp_path.glob("*.json"):
        os.utime(file, (0, 0))
    assert again.recover() == 1  # no call lasts so long
    assert {row["call_id"] for _, row in again.waiting()} == {"same number", "another name"}
    again.end(CallReport("going on", "13700137000", "zh", "caller"), NOW)
    assert again.recover() == 0


def test_reports_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    Spool(folder).end(REPORT, NOW)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_damaged_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", "utf-8")
    spool = Spool(tmp_path)
    spool.end(REPORT, NOW)
    assert [row["call_id"] for _, row in spool.waiting()] == [REPORT.call_id]


@pytest.mark.asyncio
async def test_a_full_disk_ends_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = reporting(tmp_path, Gateway())

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(desk.spool, "end", full)
    desk.ended(REPORT)
    await desk.close()
    assert list(tmp_path.glob("*.json")) == []


@pytest.mark.asyncio
async def test_a_disk_that_was_full_for_a_while_keeps_no_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway()
    desk = Reporting(Spool(tmp_path, "here:1"), gateway, every_seconds=0.01)  # type: ignore[arg-type] # two of its methods
    recover, failures = desk.spool.recover, [OSError("No space left on device")]

    def full_once() -> int:
        if failures:
            raise failures.pop()
        return recover()

    monkeypatch.setattr(desk.spool, "recover", full_once)
    desk.ended(REPORT)
    sending = asyncio.create_task(desk.run())
    async with asyncio.timeout(30):
        while not gateway.taken and not sending.done():
            await asyncio.sleep(0.01)
    sending.cancel()
    assert [row["call_id"] for row in gateway.taken] == [REPORT.call_id]


def test_the_written_report_is_plain_json(tmp_path: Path) -> None:
    Spool(tmp_path).end(CallReport("one", "", "ko", "gateway_away", "failed", None, "13900139000"), NOW)
    [file] = tmp_path.iterdir()
    row = json.loads(file.read_text("utf-8"))
    assert row["callback_number"] == "13900139000" and row["at"] == NOW.isoformat() and row["number"] == ""
